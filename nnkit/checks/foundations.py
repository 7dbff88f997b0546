"""Foundations: what an answer stands on, where nnkit's own answers are not in this package.

An exercise may build on an earlier one: a network needs layers. In the whole package nnkit's right ones are lent. In a
package without solutions (see nnkit.checks.recording) the student's own are used, and where one of them is not right,
that may be all that is wrong here. Then the check says so.
"""

import contextlib
import sys

__all__ = ["noted", "unsound"]


@contextlib.contextmanager
def noted():
    """Yield a set that fills with the ids of exercises whose answers nnkit takes from the notebook in the meantime."""
    left_out = sys.modules.get("nnkit.left_out")  # which only a package without solutions has
    if left_out is None:
        yield set()
        return
    before, left_out.asked = left_out.asked, set()
    try:
        yield left_out.asked
    finally:
        left_out.asked = before


def unsound(exercise, noted, exercises, rng):
    """Return sentences on answers to other exercises that this one was tried with, and that are not right.

    `noted` are ids (see above), `exercises` are all of the course by id, and rng(id) gives what they draw from.
    """
    ids = noted | {used.id for used in getattr(exercise, "uses", ()) if used.recording}
    earlier = [exercises[id] for id in exercises if id in ids and id != exercise.id]
    return [
        f"It was tried with your own {one.name}, which is not right yet: make check({one.id!r}, {one.name}) pass first."
        for one in earlier
        if not _is_right(one, rng)
    ]


def _is_right(exercise, rng):
    """Say whether the notebook's own answer to an exercise passes."""
    own = getattr(sys.modules["__main__"], exercise.name, None)
    return callable(own) and exercise.examine(own, rng(exercise.id)).state == "right"
