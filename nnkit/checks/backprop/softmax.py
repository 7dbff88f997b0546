"""Exercises: the Jacobian of softmax, and the gradient of softmax and cross-entropy together."""

import numpy as np

from nnkit.checks.backprop import formulas
from nnkit.checks.backprop.formulas import softmax
from nnkit.checks.exercise import Exercise

__all__ = ["softmax_cross_entropy", "softmax_jacobian"]

OVERFLOWS = (
    "the formula is right, but e^1000 overflows, and infinity / infinity is nan. Take the largest logit off first: "
    "that changes no probability."
)


def _overflowing(z, axis=-1):
    """Return the softmax as the formula has it, which overflows."""
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


# ---- softmax-jacobian


def _draw_jacobian(rng):
    z = rng.permutation(np.linspace(-1, 1, rng.integers(3, 6))) + rng.uniform(0.2, 0.4) * rng.choice([-1, 1])
    return {"z": z, "far": rng.permutation([-1000.0, 0.0, 1000.0, 999.0])}


def _probe_jacobian(answer, z, far):
    given = z.copy()
    yield "J", answer(given)
    yield "near 1000", answer(z + 1000)
    yield "near -1000", answer(z - 1000)
    yield "far apart", answer(far)
    yield "arguments", given


softmax_jacobian = Exercise(
    id="softmax-jacobian",
    reference=formulas.softmax_jacobian,
    claims={
        "J": "it returns the n x n matrix of df_i/dz_j, where f is the softmax of z",
        "near 1000": "it is right for logits near 1000",
        "near -1000": "it is right for logits near -1000",
        "far apart": "it is right where one logit is 1000 and another -1000",
        "arguments": "z stays as it was",
    },
    draw=_draw_jacobian,
    probe=_probe_jacobian,
    sizes=lambda z, **_: {"the number of classes": len(z)},
)


@softmax_jacobian.mistake(
    "f (1 - f) is the diagonal only, which is all that the slide shows. Each probability depends on all logits: "
    "off the diagonal stands -f_i f_j."
)
def _(z):
    return softmax(z) * (1 - softmax(z))


@softmax_jacobian.mistake(
    "the diagonal is right, but off it stands 0. Each probability depends on all logits: there it is -f_i f_j."
)
def _(z):
    return np.diag(softmax(z) * (1 - softmax(z)))


@softmax_jacobian.mistake("off the diagonal the sign is wrong: what one class wins the others lose, -f_i f_j.")
def _(z):
    f = softmax(z)
    return np.diag(f - 2 * f**2) + np.outer(f, f)


@softmax_jacobian.mistake("a sign slipped: f_i f_j is subtracted, diag(f) - f f^T, not added.")
def _(z):
    return np.diag(softmax(z)) + np.outer(softmax(z), softmax(z))


@softmax_jacobian.mistake("the sign is reversed everywhere: more of a logit makes its own class likelier.")
def _(z):
    return -formulas.softmax_jacobian(z)


@softmax_jacobian.mistake("this is diag(f) alone: the second part, - f_i f_j, comes from the sum below the fraction.")
def _(z):
    return np.diag(softmax(z))


@softmax_jacobian.mistake("this is f_i f_j alone: the first part, f_i on the diagonal, and the minus are missing.")
def _(z):
    return np.outer(softmax(z), softmax(z))


@softmax_jacobian.mistake("this is -f_i f_j everywhere. On the diagonal f_i comes on top of it: f_i (1 - f_i).")
def _(z):
    return -np.outer(softmax(z), softmax(z))


@softmax_jacobian.mistake("f_i (1 - f_j) is right on the diagonal only: delta_ij is 0 off it, so -f_i f_j stays.")
def _(z):
    return np.outer(softmax(z), 1 - softmax(z))


@softmax_jacobian.mistake("the factor f_i is missing: delta_ij - f_j is to be multiplied by it.")
def _(z):
    return np.eye(len(z)) - softmax(z)


@softmax_jacobian.mistake("* multiplied entry by entry. f_i f_j for all i and j is np.outer(f, f).")
def _(z):
    return np.diag(softmax(z)) - softmax(z) * softmax(z)


@softmax_jacobian.mistake("f @ f of two vectors is one number. f_i f_j for all i and j is np.outer(f, f).")
def _(z):
    return np.diag(softmax(z)) - softmax(z) @ softmax(z)


@softmax_jacobian.mistake("this is softmax itself. Its derivatives are asked for, one for each pair of entries.")
def _(z):
    return softmax(z)


@softmax_jacobian.mistake("z stands where its softmax should: compute f first, then f_i (delta_ij - f_j).")
def _(z):
    return np.diag(z) - np.outer(z, z)


@softmax_jacobian.mistake("the exponentials are not divided by their sum: f is the softmax, not e^z.")
def _(z):
    return np.diag(np.exp(z)) - np.outer(np.exp(z), np.exp(z))


@softmax_jacobian.mistake(
    "each logit has a sigmoid of its own, s (1 - s). In softmax all share one sum: the probabilities add up to 1."
)
def _(z):
    return np.diag(formulas.sigmoid(z) * (1 - formulas.sigmoid(z)))


@softmax_jacobian.mistake(OVERFLOWS)
def _(z):
    f = _overflowing(z)
    return np.diag(f) - np.outer(f, f)


@softmax_jacobian.mistake(
    "the smallest logit is taken off, so that the largest still overflows. Take the largest off: what is left is at "
    "most 0."
)
def _(z):
    f = _overflowing(z - z.min())
    return np.diag(f) - np.outer(f, f)


@softmax_jacobian.mistake(
    "the size of the largest logit is taken off. Below 0 that leads further away, where all exponentials are 0: take "
    "the largest logit itself, z.max()."
)
def _(z):
    f = _overflowing(z - np.abs(z).max())
    return np.diag(f) - np.outer(f, f)


@softmax_jacobian.mistake(
    "large logits are cut off, which makes unequal ones equal. Take the largest off: that changes no probability."
)
def _(z):
    f = _overflowing(np.clip(z, -500, 500))
    return np.diag(f) - np.outer(f, f)


@softmax_jacobian.mistake("nan was replaced by 0. It hides that e^1000 overflowed: take the largest logit off first.")
def _(z):
    f = _overflowing(z)
    return np.nan_to_num(np.diag(f) - np.outer(f, f))


@softmax_jacobian.mistake("z -= ... changes the caller's array. Write z = z - z.max(), which makes a new one.")
def _(z):
    z -= z.max()
    return formulas.softmax_jacobian(z)


# ---- softmax-cross-entropy


def _draw_cross_entropy(rng):
    """Draw a batch in which some true class is the least likely one, and no two classes are as likely."""
    n_batch, n_classes = rng.permutation([3, 4, 5])[:2]
    far = np.tile([1000.0, -1000.0, *range(n_classes - 2)], (n_batch, 1))
    true = rng.integers(n_classes, size=n_batch)
    far = rng.permuted(far, axis=1)
    far[0] = np.roll(far[0], true[0] - far[0].argmin())
    return {"logits": rng.normal(size=(n_batch, n_classes)), "y_true": np.eye(n_classes)[true], "far": far}


def _probe_cross_entropy(answer, logits, y_true, far):
    given = logits.copy(), y_true.copy()
    yield "gradient", answer(*given)
    yield "near 1000", answer(logits + 1000, y_true.copy())
    levels = np.resize([-1000.0, 1000.0, 0.0], (len(logits), 1))
    yield "rows apart", answer(logits + levels, y_true.copy())
    yield "far apart", answer(far, y_true.copy())
    yield "one example", answer(logits[:1].copy(), y_true[:1].copy())
    yield "arguments", [np.array_equal(*pair) for pair in zip(given, (logits, y_true), strict=True)]


softmax_cross_entropy = Exercise(
    id="softmax-cross-entropy",
    reference=formulas.softmax_cross_entropy_gradient,
    claims={
        "gradient": "it returns dE/dZ, shaped like the logits Z, where E is the mean cross-entropy over the examples",
        "near 1000": "it is right for logits near 1000",
        "rows apart": "it is right where one row's logits are near 1000 and another's near -1000",
        "far apart": "it is right where a row has logits of 1000 and -1000, even if the true class is hopeless",
        "one example": "it works for a batch of one example",
        "arguments": "logits and y_true stay as they were",
    },
    draw=_draw_cross_entropy,
    probe=_probe_cross_entropy,
    sizes=lambda logits, **_: {
        "the number of examples": len(logits),
        "the number of classes": logits.shape[1],
        "the number of entries (n counts the examples only)": logits.size,
    },
)


@softmax_cross_entropy.mistake("the 1/n is missing: E is a mean over the examples, so each has a share of 1/n in it.")
def _(logits, y_true):
    return softmax(logits) - y_true


@softmax_cross_entropy.mistake(
    "n counts every entry. Categorical cross-entropy is a mean over the examples: len(logits)."
)
def _(logits, y_true):
    return (softmax(logits) - y_true) / logits.size


@softmax_cross_entropy.mistake(
    "n counts the classes. Categorical cross-entropy is a mean over the examples: len(logits)."
)
def _(logits, y_true):
    return (softmax(logits) - y_true) / logits.shape[1]


@softmax_cross_entropy.mistake("Y - Y* in place of Y* - Y: more of the true class's logit lowers E.")
def _(logits, y_true):
    return (y_true - softmax(logits)) / len(logits)


@softmax_cross_entropy.mistake(
    "this is the derivative with respect to the probabilities, -Y/Y*. Asked for is the one with respect to the logits: "
    "go on through softmax."
)
def _(logits, y_true):
    return -y_true / softmax(logits) / len(logits)


@softmax_cross_entropy.mistake(
    "this is the derivative with respect to the probabilities, -Y/Y*, without the 1/n. Asked for is the one with "
    "respect to the logits: go on through softmax."
)
def _(logits, y_true):
    return -y_true / softmax(logits)


@softmax_cross_entropy.mistake(
    "softmax was passed with f (1 - f), the diagonal of its Jacobian. The true class's probability depends on the "
    "other logits too, so their entries are not 0."
)
def _(logits, y_true):
    f = softmax(logits)
    return -y_true / f * f * (1 - f) / len(logits)


@softmax_cross_entropy.mistake(
    "an extra f (1 - f) is multiplied in. Y* - Y is the derivative with respect to the logits already."
)
def _(logits, y_true):
    f = softmax(logits)
    return (f - y_true) * f * (1 - f) / len(logits)


@softmax_cross_entropy.mistake("the logits stand where their softmax should: Y* = softmax(Z), then Y* - Y.")
def _(logits, y_true):
    return (logits - y_true) / len(logits)


@softmax_cross_entropy.mistake("softmax runs down the columns. Rows are examples: take it along each row, axis=-1.")
def _(logits, y_true):
    return (softmax(logits.T).T - y_true) / len(logits)


@softmax_cross_entropy.mistake("softmax is taken over the whole batch at once. Each row has probabilities of its own.")
def _(logits, y_true):
    return (softmax(logits.ravel()).reshape(logits.shape) - y_true) / len(logits)


@softmax_cross_entropy.mistake("each logit has a sigmoid of its own. In softmax the classes of a row share one sum.")
def _(logits, y_true):
    return (formulas.sigmoid(logits) - y_true) / len(logits)


@softmax_cross_entropy.mistake(
    "only the true class has a derivative here. The other logits count too: they make the sum below the fraction."
)
def _(logits, y_true):
    return (softmax(logits) - y_true) * y_true / len(logits)


@softmax_cross_entropy.mistake("a 2 stands there as for squared errors. The derivative of cross-entropy has none.")
def _(logits, y_true):
    return 2 * (softmax(logits) - y_true) / len(logits)


@softmax_cross_entropy.mistake("these are the probabilities. The targets are missing: Y* - Y.")
def _(logits, y_true):
    return softmax(logits) / len(logits)


@softmax_cross_entropy.mistake("these are the probabilities. The targets are missing: 1/n (Y* - Y).")
def _(logits, y_true):
    return softmax(logits)


@softmax_cross_entropy.mistake("this is the loss, a single number. Its derivative has an entry for each logit.")
def _(logits, y_true):
    return -np.sum(y_true * np.log(softmax(logits))) / len(logits)


@softmax_cross_entropy.mistake("the derivatives are averaged over the examples. Each logit keeps its own: no mean.")
def _(logits, y_true):
    return np.mean(softmax(logits) - y_true, axis=0)


@softmax_cross_entropy.mistake(OVERFLOWS)
def _(logits, y_true):
    return (_overflowing(logits) - y_true) / len(logits)


@softmax_cross_entropy.mistake(
    "one maximum is taken off all rows. That is fine only where all rows are alike: take each row's own, with "
    "axis=-1, keepdims=True."
)
def _(logits, y_true):
    return (_overflowing(logits - logits.max()) - y_true) / len(logits)


@softmax_cross_entropy.mistake("large logits are cut off, which makes unequal ones equal. Take each row's largest off.")
def _(logits, y_true):
    return (_overflowing(np.clip(logits, -500, 500)) - y_true) / len(logits)


@softmax_cross_entropy.mistake(
    "the way through the probabilities divides by one that is 0. Put cross-entropy and softmax together first: "
    "what is left is Y* - Y, with no division."
)
def _(logits, y_true):
    return _in_two_steps(softmax(logits), y_true)


@softmax_cross_entropy.mistake(
    "the probabilities are clipped, and then the way through them loses the error of a true class whose probability "
    "is 0, just where it is largest. Put cross-entropy and softmax together first: Y* - Y."
)
def _(logits, y_true):
    return _in_two_steps(softmax(logits), y_true, least=1e-12)


def _in_two_steps(f, y_true, least=0.0):
    """Return the gradient by -Y/Y* and then the Jacobian, as two layers would do it."""
    error = -y_true / np.maximum(f, least) / len(f)
    return f * (error - (f * error).sum(axis=-1, keepdims=True))


@softmax_cross_entropy.mistake(
    "logits -= ... changes the caller's array. Write z = logits - ..., which makes a new one."
)
def _(logits, y_true):
    logits -= logits.max(axis=-1, keepdims=True)
    return formulas.softmax_cross_entropy_gradient(logits, y_true)


@softmax_cross_entropy.mistake("the targets are changed in place. Others still need them: make a new array.")
def _(logits, y_true):
    gradient = formulas.softmax_cross_entropy_gradient(logits, y_true)
    y_true -= 1
    return gradient
