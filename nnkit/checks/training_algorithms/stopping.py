"""Exercise: early stopping."""

from nnkit.checks.exercise import Exercise
from nnkit.stopping import should_stop

__all__ = ["stopping"]


def _draw(rng):
    return {"losses": (rng.integers(1, 10, size=7) / 10).tolist(), "patience": int(rng.integers(1, 4))}


def _probe(answer, losses, patience):
    yield "stop", [bool(answer(losses[:n], patience)) for n in range(1, 8)]


stopping = Exercise(
    id="stopping",
    reference=should_stop,
    claims={"stop": "training stops"},
    draw=_draw,
    probe=_probe,
)
