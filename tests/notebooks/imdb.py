"""What 05-imdb promises."""

NOTEBOOK = "05-imdb/ex_dnn_imdb.ipynb"
POINTS = {
    "decode-review": 3,
    "vectorize-sequences": 4,
    "build-imdb-model": 6,
    "split-validation": 2,
    "dropout-forward": 4,
    "l2-gradient": 2,
    "early-stopping": 2,
    "diagnose": 3,
}
WRITTEN = {"explain-overfitting": 4}
FIGURES = [
    "load",
    "plain",
    "capacity",
    "penalties",
    "dropout-forward-try",
    "dropout-train",
    "early-stopping-train",
    "diagnoses",
    "words",
]
PRELUDE = """long = histories["plain, 20 epochs"]
best_epochs = {name: 1 + int(np.argmin(h["val_loss"])) for name, h in histories.items()}
peaks = {name: max(h["val_accuracy"]) for name, h in histories.items()}
last = {name: [h["val_accuracy"][-1] for h in of_name] for name, of_name in runs.items()}
gap = {name: training - validation for name, (training, validation) in accuracies.items()}
small = {name: np.mean(np.abs(models[name].get_weights()[0]) < 0.001) for name in penalised}
rarity = {name: np.median(counts[np.argsort(-np.abs(effect))[:50]]) for name, effect in effects.items()}
in_reviews = np.bincount(np.concatenate([list(set(sequence)) for sequence in train_data]), minlength=10000)
preds_of_opinions = models["plain, 20 epochs"].predict(x_new, verbose=0)[:, 0] > 0.5
capacities = ("8 units", "16 units", "64 units")
lengths = [np.median([len(s) for s in train_data[train_labels == label]]) for label in (0, 1)]
"""
CLAIMS = [
    # the data and the network
    "len(train_data) == len(test_data) == 25000 and train_labels.mean() == test_labels.mean() == 0.5",
    "x_train.shape == (15000, 10000) and x_val.shape == (10000, 10000) and x_train.nbytes + x_val.nbytes == 25e7",
    "np.mean(in_reviews[4:] < 100) > 0.5 and abs(lengths[0] - lengths[1]) < 0.1 * lengths[0]",
    "build_model().count_params() == 160_305 and 160_016 / 160_305 > 0.998",
    "len(histories) == len(models) == len(accuracies) == 15",
    # overfitting
    "accuracies['plain, 20 epochs'][0] > 0.99 and best_epochs['plain, 20 epochs'] == 4",
    "long['val_accuracy'][-1] < long['val_accuracy'][3] and long['val_loss'][-1] > 1.5 * min(long['val_loss'])",
    "[positive.item() for positive in preds_of_opinions] == [True, False, False]",
    # capacity
    "best_epochs['64 units'] in (2, 3) and best_epochs['4 units'] >= 9",
    "max(peaks[n] for n in capacities) - min(peaks[n] for n in capacities) < 0.01",
    "peaks['4 units'] < min(peaks[n] for n in capacities) - 0.03",
    # penalties
    "gap['L1 0.001'] < 0.03 and gap['16 units'] - 0.02 < gap['L2 0.001'] < gap['16 units']",
    "small['L1 0.001'] > 0.5 and small['16 units'] < small['L2 0.001'] < 0.25",
    # dropout
    "min(last['dropout 0.5']) > max(last['16 units'])",
    "all(h['val_accuracy'][0] > h['accuracy'][0] for h in runs['dropout 0.5'])",
    "abs(np.mean([peaks[n] for n in peaks if n.startswith('16 ')]) - peaks['dropout 0.5']) < 0.01",
    # early stopping
    "len(histories['early stopping']['loss']) == 9 and best_epochs['early stopping'] == 4",
    "np.isclose(accuracies['early stopping'][1], histories['early stopping']['val_accuracy'][3], atol=1e-3)",
    # diagnoses
    "{name for name in diagnoses if diagnoses[name] == 'underfitting'} == {'L1 0.001', 'L1 + L2 0.001'}",
    "'ok' not in diagnoses.values() and max(peaks.values()) < 0.9",
    "max(compared, key=gap.get) == 'plain, 20 epochs'",
    "accuracies['early stopping'][1] == max(accuracies[name][1] for name in compared)",
    # words
    "np.abs(effects['plain, 20 epochs']).mean() > 1.5 * np.abs(effects['early stopping']).mean()",
    "rarity['plain, 20 epochs'] < 0.5 * rarity['early stopping']",
    # the test
    "0.85 <= test_accuracies['plain, 20 epochs'] < 0.87",
    "0.01 < test_accuracies['dropout, 20 epochs'] - test_accuracies['plain, 20 epochs'] < 0.03",
    "test_accuracies[chosen] > test_accuracies['dropout, 20 epochs'] - 0.005",
    "accuracies[chosen][1] - 0.02 < test_accuracies[chosen] < accuracies[chosen][1]",
]
