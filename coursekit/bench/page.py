"""What is seen of a run: tables and lines in the terminal, and the same as Markdown."""

import re

from rich.console import Console
from rich.table import Table

from coursekit.bench import summary

__all__ = [
    "markdown", "put", "say", "say_measured", "say_missing", "say_round", "say_setting", "say_targets", "say_what",
]  # fmt: skip

HEAD = ("", "CPU s", "wall s", "µs an update", "times the floor", "inference, ms", "memory, MB", "test accuracy")
HOW = (
    "One thread each; CPU time of all threads of a process, for an epoch. Times the floor: smallest, median and "
    "largest of the rounds. nnkit, textbook and PyTorch gather their shuffled batches within the time; Keras and "
    "scikit-learn get the digits in order, outside it. Inference: CPU time, all test digits at once. Memory: the most "
    "that was held beyond the data, from building the network to the end of its first training; what a library imports "
    "only then is part of it."
)


def say(text=""):
    """Print a line, at once."""
    print(text, flush=True)


def say_missing(title, package):
    """Say that a contestant is not installed, and how it would be."""
    module = {"torch": "the extra peers: pip install -e '.[peers]'"}.get(package, "requirements.lock")
    say(f"{title} is not installed: left out. It comes with {module}")


def say_what(found):
    """Say what is measured on what."""
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items() if version)
    say(f"{found['data']}: {found['digits']:,} digits to train on, {found['test_digits']:,} to test on.")
    say(f"{found['processor'] or 'Processor unknown'}; Python {found['python']}, {packages}.")
    say(HOW)
    say("At batch 1, a round is not an epoch but a leg of it: all rounds together are one epoch.")


def say_setting(setting):
    """Say what begins."""
    say(f"\n{setting.words()}")


def say_round(number, costs):
    """Say what a round took, in CPU seconds."""
    say(f"  round {number + 1}: " + ", ".join(f"{name} {cost['cpu']:.2f} s" for name, cost in costs.items()))


def say_measured(measured):
    """Print the table of a measurement."""
    table = Table(*HEAD, box=None, padding=(0, 2, 0, 0))
    for number, column in enumerate(table.columns):
        column.justify, column.no_wrap = ("right" if number else "left"), True
    for row in summary.rows(measured):
        table.add_row(*cells(row))
    console = Console()
    console.width = console.width if console.is_terminal else 140
    console.print(table)


def say_targets(found):
    """Print whether each target is kept."""
    if not found:
        return
    say("\nTargets, of median ratios of CPU times:")
    for words, aim, measured, kept in found:
        say(f"  {'kept  ' if kept else 'MISSED'}  {measured:6.2f}, {aim}: {words}")
    missed = sum(not kept for *_, kept in found)
    say(f"{len(found) - missed} of {len(found)} kept." + (f" {missed} MISSED." if missed else ""))


def cells(row):
    """Return a row's values as people read them."""
    ratio, memory, accuracy = row["ratio"], row["memory"], row["accuracy"]
    return (
        summary.WORDS[row["name"]],
        f"{row['cpu']:.2f}",
        f"{row['wall']:.2f}",
        f"{1e6 * row['update']:.0f}",
        "{:.2f} {:.2f} {:.2f}".format(*ratio) if row["name"] != "floor" else "1",
        f"{1000 * row['predict']:.1f}",
        "" if memory is None else f"{memory / 1e6:.1f}",
        "" if accuracy is None else f"{accuracy:.4f}",
    )


# ---- Markdown


def markdown(found):
    """Return what was measured as Markdown: a table for each network and optimizer, and one of the targets."""
    cases = dict.fromkeys((measured["network"], measured["optimizer"]) for measured in found["measurements"])
    parts = [preface(found), *(case(found, *key) for key in cases), kept(found)]
    return "\n\n".join(part for part in parts if part)


def preface(found):
    """Return what was measured on what."""
    packages = ", ".join(f"{name} {version}" for name, version in found["packages"].items() if version)
    text = f"{found['data']}, {found['digits']:,} digits to train on and {found['test_digits']:,} to test on; "
    text += f"{found['rounds']} rounds, of which each is an epoch, or, at batch 1, a leg of one epoch. {HOW} "
    text += f"Measured with Python {found['python']}, {packages}"
    return text + (f" on a processor that calls itself {found['processor']}." if found["processor"] else ".")


def case(found, network, optimizer):
    """Return the table of a network and optimizer: all batches, one below the other."""
    lines = [("batch", "", *HEAD[1:])]
    for measured in found["measurements"]:
        if (measured["network"], measured["optimizer"]) == (network, optimizer):
            lines += [(str(measured["batch"]), *cells(row)) for row in summary.rows(measured)]
    return f"**{network}, {optimizer}**\n\n{table(lines)}"


def kept(found):
    """Return the table of the targets."""
    lines = [("", "target", "measured", "")]
    for words, aim, measured, well in summary.targets(found["measurements"]):
        lines.append((words, aim, f"{measured:.2f}", "kept" if well else "**missed**"))
    return f"**Targets**, of median ratios of CPU times\n\n{table(lines)}" if lines[1:] else ""


def table(lines):
    """Return lines of cells as a Markdown table."""
    rule = ["---", *["---:"] * (len(lines[0]) - 1)]
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], rule, *lines[1:]])


def put(text, name, content):
    """Return a page's text with the content between its comments `<!-- bench: name -->` and `<!-- /bench: name -->`."""
    start, end = f"<!-- bench: {name} -->", f"<!-- /bench: {name} -->"
    if start not in text:
        text = f"{text.rstrip()}\n\n{start}\n{end}\n"
    return re.sub(
        re.escape(start) + ".*?" + re.escape(end), lambda _: f"{start}\n\n{content}\n\n{end}", text, flags=re.S
    )
