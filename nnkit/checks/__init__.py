"""Checks: is this answer right, and if not, why not?

    check("dense-backward", DenseLayer)

tries the student's answer on random inputs and says what holds and what does not. Each assignment has a package here,
and each exercise a place in it that reads like its marking guide: what must hold, and the known mistakes with the
sentence that explains each. Reading it is allowed: the inputs are random, so there is nothing to copy.

In a notebook the result is a card, and is noted in the student's logbook; `hint`, `solution` and `progress` are the
rest of the student's desk (nnkit.desk).
"""

import os
import zlib

import numpy as np

from nnkit.checks import backprop, foundations, hyperparameters, imdb, mnist, numpy_network, training_algorithms
from nnkit.checks.verdict import CheckFailed, NotAttempted, Verdict
from nnkit.desk import card, guide, logbook, screen
from nnkit.desk.help import hint, solution
from nnkit.desk.map import progress

__all__ = ["EXERCISES", "CheckFailed", "NotAttempted", "Verdict", "check", "hint", "progress", "solution"]

PATIENCE = "Small networks are trained to try your answer: about {} seconds ..."
_ASSIGNMENTS = (backprop, numpy_network, training_algorithms, mnist, imdb, hyperparameters)
EXERCISES = {exercise.id: exercise for assignment in _ASSIGNMENTS for exercise in assignment.EXERCISES}


def check(exercise_id, answer):
    """Try an answer and show what holds; None is returned, so that nbgrader reads no partial credit.

    Raises CheckFailed with the explanation where it is wrong, NotAttempted where it is still to be written,
    KeyError where there is no such exercise.
    """
    if exercise_id not in EXERCISES:
        raise guide.NoSuchExercise(exercise_id, EXERCISES)
    exercise = EXERCISES[exercise_id]
    if exercise.seconds:
        print(PATIENCE.format(exercise.seconds), flush=True)
    with foundations.noted() as noted:
        verdict = exercise.examine(answer, _rng(exercise_id))
    if verdict.state != "right":
        verdict.details += foundations.unsound(exercise, noted, EXERCISES, _rng)
    watched = screen.is_watched()
    if watched:
        code = logbook.fingerprint(answer)
        logbook.note(exercise=exercise_id, state=verdict.state, code=code, failing=verdict.failing)
        screen.show(str(verdict), html=card.of(verdict))
    elif verdict.state == "right":
        print(verdict)
    if verdict.state == "not attempted":
        raise NotAttempted(verdict, shown=watched)
    if verdict.state == "wrong":
        raise CheckFailed(verdict, shown=watched)


def _rng(exercise_id):
    """Return where inputs come from: the same each time for a student at work, fresh ones when marks are given."""
    graded = os.environ.get("NBGRADER_EXECUTION") == "autograde"
    return np.random.default_rng(None if graded else zlib.crc32(exercise_id.encode()))
