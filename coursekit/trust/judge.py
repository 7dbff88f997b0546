"""The judge: one exercise's check, run in the grader's own process on a stand-in for the student's answer.

The check is the very one that students have in their notebooks. It draws fresh inputs, has the student's kernel work on
them, and compares what comes with what nnkit's own answer gives here. What a student's code says of itself, prints or
raises has no part in it: a mark is earned by right results alone.
"""

import contextlib
import io

import numpy as np

from coursekit.trust.standins import Kernel, Lost
from coursekit.trust.wire import Refused
from nnkit.checks import EXERCISES
from nnkit.checks.verdict import Verdict

__all__ = ["judge"]


def judge(exercise_id, connection, absent=(), seconds=120, rng=None):
    """Return the Verdict on the answer of the kernel at the other end of `connection`, and whether that kernel is lost.

    `absent` names nnkit's methods without a body there, `seconds` is how long the kernel may take in all.
    """
    exercise, rng = EXERCISES[exercise_id], np.random.default_rng() if rng is None else rng
    kernel = Kernel(connection, absent, seconds)
    with contextlib.closing(connection), contextlib.redirect_stdout(io.StringIO()):
        try:
            verdict = exercise.examine(kernel.find(exercise.name), rng)
        except Lost as error:
            verdict = wrong(exercise_id, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except (NameError, TypeError, Refused) as error:
            verdict = wrong(exercise_id, f"{str(error).rstrip('.')}.")
        except (Exception, SystemExit) as error:
            # What came is such that our own code stumbles over it: no answer, and not our end.
            verdict = wrong(exercise_id, f"What came back cannot be read: {type(error).__name__}: {str(error)[:200]}.")
    return verdict, kernel.lost


def wrong(exercise_id, detail):
    """Return the Verdict on an answer that could not be tried, with the reason."""
    claims = getattr(EXERCISES[exercise_id], "claims", {})
    sentences = [(sentence, None) for sentence in claims.values()]
    return Verdict(exercise_id, "wrong", sentences, [detail])
