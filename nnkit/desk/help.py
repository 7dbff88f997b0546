"""Help: hints that go one step further each time, and the solution for those who have honestly tried.

    hint("dense-backward")          the idea; called again, the place and the tools; then the shape of the code
    solution("dense-backward")      derivation and code, once three different answers were tried, or one was right

The words are the notebook's own: see guide.
"""

import os
import re

from nnkit.desk import guide, logbook
from nnkit.desk.screen import show

__all__ = ["ATTEMPTS", "hint", "solution", "when_it_opens"]

ATTEMPTS = 3  # different answers, after which a solution teaches more than another guess
LEVELS = "the idea", "the place and the tools", "the shape of the code"


def hint(exercise_id):
    """Show the next hint for an exercise: the idea, the place and the tools, the shape of the code; then all three.

    Raises KeyError where there is no such exercise.
    """
    exercise, known = guide.entry(exercise_id), logbook.tried_of(exercise_id)
    if not exercise.hints:
        show(f"There are no hints for {exercise_id}: it asks for your own words. The text above it says about what.")
        return
    level = known.hints + 1
    logbook.note(exercise=exercise_id, hint=min(level, len(exercise.hints)))
    if level > len(exercise.hints):
        parts = ["All hints once more:", *_numbered(exercise.hints), _what_is_left(exercise_id, known)]
    else:
        parts = [_heading(exercise_id, level, exercise.hints), *_place(level, known), exercise.hints[level - 1]]
    text = "\n\n".join(filter(None, parts))
    show(_plain(text), markdown=text)


def solution(exercise_id):
    """Show the derivation and the code of an exercise that is solved, or was tried with three different answers.

    Raises KeyError where there is no such exercise.
    """
    exercise, known = guide.entry(exercise_id), logbook.tried_of(exercise_id)
    found = _solution_of(exercise_id)
    if found is None:
        show(f"Your course keeps its solutions to itself. Further help: hint({exercise_id!r}), and your instructor.")
    elif exercise.written and not known.asked:
        logbook.note(exercise=exercise_id, state="asked")
        show("Write your own answer first, in a few sentences. Call solution again to compare it with a model answer.")
    elif exercise.written or known.solved or len(known.wrong) >= ATTEMPTS:
        text = _solution(exercise, found)
        show(_plain(text), markdown=text)
    else:
        show(_not_yet(exercise_id, len(known.wrong)))


def _plain(markdown):
    """Return Markdown without the signs for bold type (and with those for powers, which stand between spaces)."""
    return re.sub(r"\*\*(\S.*?\S)\*\*", r"\1", markdown)


def when_it_opens(exercise_id):
    """Say when the solution of an exercise opens, or that it is open; "" where the course keeps it."""
    left = ATTEMPTS - len(logbook.tried_of(exercise_id).wrong)
    if _solution_of(exercise_id) is None:
        return ""
    return "is open." if left <= 0 else f"opens after {left} more different answer{'s' if left > 1 else ''}."


def _solution_of(exercise_id):
    """Return the solution, or None where the course keeps it: by a setting, or because it is not in this package."""
    return None if os.environ.get("NNKIT_SOLUTIONS") == "0" else guide.solution_of(exercise_id)


def _heading(exercise_id, level, hints):
    return f"**Hint {level} of {len(hints)} for {exercise_id}: {LEVELS[min(level, len(LEVELS)) - 1]}**"


def _place(level, known):
    """Say, at the second level, where the last answer went wrong."""
    return [f"Your last check stopped here: {known.failing}."] if level == 2 and known.failing else []


def _numbered(hints):
    return [f"{number}. {hint}" for number, hint in enumerate(hints, 1)]


def _what_is_left(exercise_id, known):
    """Say what may be done when there is no further hint."""
    if known.solved or len(known.wrong) >= ATTEMPTS:
        return f"There is no further one. solution({exercise_id!r}) shows how it can be done."
    return _not_yet(exercise_id, len(known.wrong))


def _not_yet(exercise_id, n_tried):
    return (
        f"The solution of {exercise_id} opens when you have checked {ATTEMPTS} different answers of your own, or a "
        f"right one. Checked so far: {n_tried}. A wrong answer helps as well: its check says where it departs."
    )


def _solution(exercise, found):
    """Return the solution as Markdown."""
    code = f"```python\n{found['code'].strip()}\n```" if found["code"] else ""
    parts = [f"**{exercise.title}**: one right solution of many", found["derivation"], code, found["model"], CLOSING]
    return "\n\n".join(filter(None, parts))


CLOSING = "Read it until you could explain each line; then close it and write your own."
