"""Exercise: the step of Levenberg and Marquardt."""

import numpy as np

from nnkit.checks.exercise import Exercise
from nnkit.levenberg_marquardt import levenberg_marquardt_step

__all__ = ["levenberg_marquardt"]


def _draw(rng):
    m, p = rng.integers(8, 12), rng.integers(3, 6)
    return {"J": rng.normal(size=(m, p)), "r": rng.normal(size=m), "damping": rng.uniform(0.5, 2)}


def _probe(answer, J, r, damping):
    given = J.copy(), r.copy()
    yield "step", answer(*given, damping)
    yield "no damping", answer(J.copy(), r.copy(), 0)
    flat = J.copy()
    flat[:, -1] = flat[:, 0]
    yield "flat", answer(flat, r.copy(), damping)
    yield "arguments", [np.array_equal(given[0], J), np.array_equal(given[1], r)]


levenberg_marquardt = Exercise(
    id="levenberg-marquardt",
    reference=levenberg_marquardt_step,
    claims={
        "step": "the step solves (J^T J + damping I) step = -J^T r; its shape is (p,)",
        "no damping": "with damping 0 it is the step of Gauss and Newton",
        "flat": "damping finds a step where J^T J alone has no inverse",
        "arguments": "jacobian and residuals stay as they were",
    },
    draw=_draw,
    probe=_probe,
)
