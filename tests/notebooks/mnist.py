"""What 04-mnist promises."""

NOTEBOOK = "04-mnist/ex_mnist_train_algs.ipynb"
POINTS = {
    "prepare-images": 3,
    "one-hot": 3,
    "build-mnist-model": 4,
    "make-optimizer": 4,
    "compare-algorithms": 6,
}
WRITTEN = {"explain-algorithms": 4}
FIGURES = ["digits", "curves", "table", "seeds", "batches", "mistakes"]
PRELUDE = """at_best = [accuracies[name, best[name]] for name in names]
last = {name: [history["val_accuracy"][-1] for history in of_name] for name, of_name in runs.items()}
first, second = sorted(last.values(), key=np.mean)[:-3:-1]
first_losses = {name: np.mean([history["val_loss"][0] for history in of_name]) for name, of_name in runs.items()}
last_losses = [history["loss"][-1] for history in by_size.values()]
"""
CLAIMS = [
    # what is said on the way
    "(images[:1] * 0 + 200).dtype == np.uint8 and ((images[:1] * 0 + 200) * 2).max() == 144",
    "(build_model().count_params(), round(79_510 / 60_000, 1)) == (79_510, 1.3) and 79_510 / len(x) > 50",
    "round(np.log(10), 2) == 2.3 and 255**2 == 65_025",
    "round(float(variable[0]) / w[0], 4) == 10",
    "len(histories) + len(more) + len(batches) + len(test_accuracies) == 54",
    # one seed: the same weights and batches
    "compare('adam', 0.001)['loss'] == histories['adam', 0.001]['loss']",
    # algorithms and rates
    "best == {'sgd': 0.1, 'sgd_momentum': 0.1, 'rmsprop': 0.001, 'adam': 0.001, 'adagrad': 0.1}",
    "max(accuracies[name, 0.1] for name in ('rmsprop', 'adam')) < 0.9",
    "all(accuracies[name, 1.0] < 0.2 for name in names)",
    "max(at_best) - min(at_best) < 0.03",
    "all(max(row) - min(row) > 0.8 for row in ([accuracies[name, rate] for rate in rates] for name in names))",
    "all(abs(accuracies['sgd_momentum', r] - accuracies['sgd', 10 * r]) < 0.02 for r in (0.001, 0.01))",
    "[round(accuracies['sgd', rate], 2) for rate in (0.001, 0.1, 1.0)] == [0.57, 0.95, 0.1]",
    # seeds and batches
    "min(first) <= max(second)",
    "min(first_losses, key=first_losses.get).startswith('sgd_momentum')",
    "last_losses == sorted(last_losses)",
    # the test and the mistakes
    "0 <= max(test_accuracies.values()) - test_accuracies[chosen] < 0.02",
    "np.sum(n_wrong == 5) >= 5 and np.sum(n_wrong > 0) > np.sum(n_wrong == 5)",
]
