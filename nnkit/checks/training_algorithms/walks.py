"""Walks: what an optimizer does with several gradients in a row.

One update says little about an optimizer: what it remembers shows in the updates that follow. So an answer leads a
parameter along a path, gradient after gradient, and is known by where it stands.
"""

import numpy as np

from nnkit.checks.exercise import override

__all__ = ["are_unchanged", "by_default", "draw_walk", "end", "in_turns", "probe_updates", "rule", "still", "walk"]


def draw_walk(rng):
    """Draw a parameter of two unequal sizes, and six gradients for it: of both signs, none near 0."""
    shape = tuple(rng.permutation([3, 4, 5])[:2])
    sizes = rng.uniform(0.5, 2, size=(6, *shape))
    return {"w": rng.normal(size=shape), "gradients": sizes * rng.choice([-1, 1], size=sizes.shape)}


def walk(optimizer, w, gradients):
    """Yield the parameter after each update, which is handed copies: what it changes is not used again."""
    for g in gradients:
        result = optimizer.update(w.copy(), g.copy())
        yield result
        w = np.array(result, dtype=float)


def end(optimizer, w, gradients):
    """Return where a walk ends."""
    *_, last = walk(optimizer, w, gradients)
    return last


def still(gradients):
    """Return the same gradients, but 0 throughout in the first column."""
    return gradients * (np.arange(gradients.shape[-1]) > 0)


def probe_updates(answer, w, gradients, settings):
    """Report where the first updates lead, then where all of them do."""
    path = walk(answer(**settings), w, gradients)
    for step in ("step 1", "step 2", "step 3"):
        yield step, next(path)
    *_, last = path
    yield "later", last


def in_turns(answer, w, gradients, settings):
    """Use two optimizers as a layer does, in turn, for its biases and its weights; return where the biases end."""
    biases, weights = answer(**settings), answer(**settings)
    turns = zip(walk(biases, -w[:1], gradients[::-1, :1]), walk(weights, w, gradients), strict=True)
    *_, (last, _) = turns
    return last


def by_default(answer, gradients, defaults):
    """Return how far an optimizer moves that is told nothing, and one that is told the defaults in their order."""
    start = np.zeros_like(gradients[0])
    return np.array([end(answer(), start, gradients), end(answer(*defaults.values()), start, gradients)])


def are_unchanged(optimizer, w, gradients):
    """Say of the arguments of all updates whether they are what they were, now that all are done."""
    given = []
    for g in gradients:
        given += [(w, w.copy()), (g.copy(), g)]
        w = np.array(optimizer.update(w, given[-1][0]), dtype=float)
    return [np.array_equal(now, before) for now, before in given]


def rule(reference, *memory):
    """Return a decorator that turns a rule into an optimizer, which makes known mistakes short to write.

    rule(self, W, g, *memory) -> (W, *memory), where memory names the attributes, which start at zero; settings and
    all the rest are those of the reference.
    """

    def as_class(formula):
        def update(self, w, grad_loss_w):
            before = [np.zeros_like(w) if getattr(self, name) is None else getattr(self, name) for name in memory]
            w, *after = formula(self, w, grad_loss_w, *before)
            for name, value in zip(memory, after, strict=True):
                setattr(self, name, value)
            return w

        return override(reference, update=update)

    return as_class
