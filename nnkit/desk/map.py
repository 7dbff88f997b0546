"""The map: where a student stands in the course, and what comes next.

    ▸ 01-backprop        [=====     ] 20 of 36 points
    ▾ 02-numpy-network   [==        ]  9 of 50 points         open, for it is the one to go on with
          1. A dense layer, forward   dense-forward     5   ✓ solved
          2. A dense layer, back      dense-backward   10   ✗ tried

Written answers are listed, but only a person can say what they are worth.
"""

from html import escape
from pathlib import Path

from nnkit.desk import card, guide, logbook
from nnkit.desk.screen import show

__all__ = ["progress", "standing"]

SIGNS = {"solved": "✓", "attempted": "✗", "to do": "○", "written": "✎"}
WORDS = {"solved": "solved", "attempted": "tried", "to do": "to do", "written": "read by a person"}


def progress():
    """Show the map of the course: exercises solved, tried and to do, points, and the next step."""
    known = logbook.tried()
    show(_text(known), html=_html(known))


def standing(known, assignment):
    """Return (points of solved exercises, points that checks give) of an assignment."""
    checked = [entry for entry in assignment.exercises if not entry.written]
    return sum(e.points for e in checked if _state(known, e) == "solved"), sum(e.points for e in checked)


def next_step(known):
    """Return the Entry to go on with, or None.

    In the assignment where something was tried last, then in those after it, then in those before: the first exercise
    that was tried and not solved, or else the first to do.
    """
    parts, last = guide.assignments(), next(reversed(known), None)
    has_it = [last in [entry.id for entry in part.exercises] for part in parts]
    start = has_it.index(True) if any(has_it) else 0
    for part in parts[start:] + parts[:start]:
        for state in ("attempted", "to do"):
            for entry in part.exercises:
                if _state(known, entry) == state:
                    return entry
    return None


def _state(known, entry):
    return "written" if entry.written else known.get(entry.id, logbook.Tried()).state


def _next_words(known):
    """Say what comes next in a sentence."""
    entry = next_step(known)
    if entry is None:
        return "Every exercise with a check is solved. Well done!"
    where = f"{entry.assignment}/{entry.notebook}"
    again = f" It was tried: hint({entry.id!r}) helps on." if _state(known, entry) == "attempted" else ""
    return f"Next: {entry.id} ({entry.title}), {entry.points} points, in {where}.{again}"


def _text(known):
    lines = ["Your progress"]
    for assignment in guide.assignments():
        lines.append("{}: {} of {} points".format(assignment.name, *standing(known, assignment)))
        for entry in assignment.exercises:
            state = _state(known, entry)
            lines.append(f"  {SIGNS[state]} {entry.id} ({entry.points} points): {WORDS[state]}")
    return "\n".join([*lines, _next_words(known), _whose()])


def _html(known):
    """Return the next step, and the assignments one below the other; the one to go on with is open."""
    entry = next_step(known)
    here = entry and entry.assignment
    parts = "".join(_part(known, part, part.name == here) for part in guide.assignments())
    body = f'<p class="headline">Your progress</p><p>{escape(_next_words(known))}</p>{parts}'
    return card.framed(f"{body}<p><small>{escape(_whose())}</small></p>", "Your progress in the course")


def _part(known, assignment, is_open):
    """Return one assignment: a line with a bar, which opens to a table of its exercises."""
    own, all_points = standing(known, assignment)
    words = f"{own} of {all_points} points"
    bar = f'<progress value="{own}" max="{all_points}" aria-label="{words}"></progress>'
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("exercise", "its name", "points", "state"))
    rows = "".join(_row(entry, _state(known, entry)) for entry in assignment.exercises)
    return (
        f"<details{' open' if is_open else ''}><summary>{escape(assignment.name)} {bar} {words}</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _row(entry, state):
    sign = f'<span aria-hidden="true">{SIGNS[state]}</span> {WORDS[state]}'
    cells = escape(entry.title), f"<code>{entry.id}</code>", entry.points, sign
    return f'<tr data-state="{state}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _whose():
    place = logbook.path()
    if place.is_relative_to(Path.home()):
        place = Path("~") / place.relative_to(Path.home())
    return f"Yours alone, and of no bearing on marks. It is kept in {place}; delete that file to begin anew."
