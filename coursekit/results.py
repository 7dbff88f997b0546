"""docs/results.md: what the Keras notebooks reach on the real data, from one run of them.

The notebooks of 04, 05 and 06 are run as they are, solutions and all, and what they found is read from their own
variables. Nothing on the page is typed by hand, except for the sentences around it.
"""

import ast
import json
import time

from coursekit.course import ROOT, SOURCE, CourseError

PAGE = ROOT / "docs" / "results.md"
# Assignment -> the dataset it needs, and an expression that gives its results in plain data.
FOUND = {
    "04-mnist": ("mnist", "[[name, rate, accuracy] for (name, rate), accuracy in test_accuracies.items()]"),
    "05-imdb": (
        "imdb",
        "{'test': test_accuracies, 'last': {name: h['accuracy'][-1] for name, h in histories.items()}, "
        "'epochs': {name: len(h['loss']) for name, h in histories.items()}, 'train and validation': accuracies}",
    ),
    "06-hyperparameters": ("mnist", "[best_config, float(best_acc), float(test_accuracy)]"),
}
TOP = """# What the notebooks reach on the real data

One run of the solved notebooks 04, 05 and 06 on MNIST and IMDB, made with `make results`
(`python -m coursekit results`), which wrote this page. NumPy and TensorFlow round a little differently from machine to
machine, so the last digits will differ.
"""


def results():
    """Run the three notebooks on the real data and write docs/results.md; the exit status."""
    from nnkit import datasets

    for name in ("mnist", "imdb"):
        if datasets.origin(name).startswith("offline sample"):
            raise CourseError(f"The real {name} is not at hand: connect to the internet, or set NNKIT_DATA.")
    PAGE.write_text("\n".join([TOP, *(section(*run(assignment)) for assignment in FOUND)]), "utf-8", newline="\n")
    print(f"Written: {PAGE.relative_to(ROOT)}")
    return 0


def run(assignment):
    """Run an assignment's notebook; its name, how many seconds it took, and what it found."""
    import nbformat
    from nbclient import NotebookClient

    [path] = (SOURCE / assignment).glob("*.ipynb")
    print(f"Running {path.name} on the real data ...", flush=True)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(f"import json\njson.dumps({FOUND[assignment][1]})"))
    start = time.perf_counter()
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(path.parent)}}).execute()
    text = notebook.cells[-1].outputs[-1].data["text/plain"]
    return assignment, time.perf_counter() - start, json.loads(ast.literal_eval(text))


def section(assignment, seconds, found):
    """The section of the page on one assignment."""
    write = {"04-mnist": algorithms, "05-imdb": overfitting, "06-hyperparameters": search}[assignment]
    return f"## {assignment}\n\nThe whole notebook took {seconds / 60:.1f} minutes.\n\n{write(found)}\n"


def algorithms(found):
    """Test accuracies as a table: a row for each algorithm, a column for each learning rate."""
    names, rates = (list(dict.fromkeys(entry[place] for entry in found)) for place in (0, 1))
    reached = {(name, rate): f"{accuracy:.4f}" for name, rate, accuracy in found}
    rows = [[name, *(reached.get((name, rate), "") for rate in rates)] for name in names]
    text = "Test accuracy on 10,000 digits, after training on the 60,000, by algorithm and learning rate:\n\n"
    return text + table(["", *(f"{rate:g}" for rate in rates)], rows)


def overfitting(found):
    """Accuracies in training, validation and test, and how long each network was trained."""
    rows = []
    for name, (train, validation) in found["train and validation"].items():
        test = found["test"].get(name)
        rows.append([name, found["epochs"][name], *(f"{a:.3f}" for a in (found["last"][name], train, validation))])
        rows[-1].append("" if test is None else f"{test:.3f}")
    head = ["network", "epochs", "last training epoch", "training", "validation", "test"]
    return "Accuracies. The test set was opened once, for the networks that have an entry there:\n\n" + table(
        head, rows
    )


def search(found):
    """The best configuration and its accuracies."""
    config, validation, test = found
    words = ", ".join(f"{name} {value}" for name, value in config.items())
    return (
        f"The slides' search space, 10 configurations, validated on digits held back from training. The best: {words}, "
        f"with a validation accuracy of **{validation:.4f}**. Trained again on all training digits, its test accuracy, "
        f"reported once, is **{test:.4f}**."
    )


def table(head, rows):
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
