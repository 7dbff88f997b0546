"""What 06-hyperparameters promises."""

NOTEBOOK = "06-hyperparameters/ex_optimiz_hyperpar.ipynb"
POINTS = {"setup-model": 6, "train-dnn": 5, "sample-configuration": 3, "dnn-optimization": 8}
WRITTEN = {"honest-estimate": 3}
FIGURES = ["trials", "staircase", "luck", "confusion", "study-trials", "study-staircase"]
PRELUDE = """import itertools


def luck(trials, examples, accuracy=0.9):
    best = np.random.default_rng(1).binomial(examples, accuracy, size=(20000, trials)).max(axis=1) / examples
    return best.mean() - accuracy


def deviations(trials, examples=10**6):
    return luck(trials, examples) / np.sqrt(0.9 * 0.1 / examples)


rng = np.random.default_rng(6)
again = [sample_configuration(opt_pars, rng) for _ in range(10)]
low = sorted(trials, key=lambda trial: trial[1])
"""
CLAIMS = [
    # the space
    "len(list(itertools.product(*opt_pars.values()))) == 4 * 3 * 2 * 3 == 72 and 72 * 3 == 216",
    "round(1 - 0.9**10, 2) == 0.65 and 1 - 0.9**28 < 0.95 < 1 - 0.9**29",
    "len(x_val) == 239 and len(x_all) == len(x_train) + len(x_val)",
    "abs(len(x_all) / len(x_train) - 1.2) < 0.01",
    # the search: what was watched is what was searched
    "[config for config, _ in trials] == again and len(trials) == 10",
    "best_acc == max(accuracies) and (best_config, best_acc) in trials",
    "low[0][0]['algorithm'] == low[1][0]['algorithm'] == 'sgd_momentum' and low[0][0]['lr'] == 0.001",
    "best_acc > 0.95 and sum(best_acc - accuracy < 0.02 for accuracy in accuracies) >= 3",
    # luck
    "round(100 * np.sqrt(0.9 * 0.1 / 300), 1) == 1.7 and round(100 * np.sqrt(0.9 * 0.1 / 10000), 1) == 0.3",
    "round(0.9 + luck(10, 300), 3) == 0.926 and 0 < luck(100, 10000) < 0.01",
    "abs(deviations(10) - 1.5) < 0.1 and abs(deviations(100) - 2.5) < 0.1",
    # the final model
    "0.9 < test_accuracy < best_acc - 0.01 and test_accuracy == matrix.trace() / matrix.sum()",
    # Optuna
    "len(finished) == 20 and study.best_value == max(values) and abs(study.best_value - best_acc) < 0.02",
    "np.median(values[5:]) > np.median(values[:5])",
]
