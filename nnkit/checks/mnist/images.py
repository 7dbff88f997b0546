"""Exercises: what a network is fed, pictures as rows of numbers from 0 to 1 and labels as rows with a single 1."""

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["one_hot", "prepare_images"]


# ---- prepare-images


def _prepare_images(images):
    """X = images / 255, each 28 by 28 picture laid out row after row: float32 (n, 784)."""
    return images.reshape(-1, 784).astype(np.float32) / 255


_prepare_images.__name__ = "prepare_images"


def _draw_images(rng):
    """Draw images that reach neither 0 nor 255, each with a brightest pixel of its own, which will not do instead."""
    n = int(rng.integers(3, 8))
    brightest = rng.permutation(np.arange(150, 240, 10))[:n, None, None]
    return {
        "images": rng.integers(20, brightest, size=(n, 28, 28), dtype=np.uint8),
        "extremes": rng.choice(np.array([0, 255], np.uint8), size=(2, 28, 28)),
    }


def _probe_images(answer, images, extremes):
    given = images.copy()
    X = answer(given)
    yield "shape", f"{np.shape(X)}"
    yield "pixels", X
    yield "extremes", answer(extremes.copy())
    yield "one image", answer(images[:1].copy())
    yield "arguments", np.array_equal(given, images) and given.shape == images.shape


prepare_images = Exercise(
    id="prepare-images",
    reference=_prepare_images,
    claims={
        "shape": "each picture becomes a row: (n, 28, 28) in, (n, 784) out",
        "pixels": "each pixel is divided by 255, and stands where it stood, row after row",
        "extremes": "0 becomes 0 and 255 becomes 1",
        "one image": "a single picture, (1, 28, 28), becomes (1, 784)",
        "arguments": "images stay as they were",
    },
    draw=_draw_images,
    probe=_probe_images,
    sizes=lambda **_: {"the largest pixel value": 255, "the number of pixels": 784},
)


@prepare_images.mistake("the pixels still go from 0 to 255: divide by 255.")
def _(images):
    return images.reshape(-1, 784).astype(np.float32)


@prepare_images.mistake("the largest pixel value is 255, not 256: uint8 holds 256 different values, from 0 on.")
def _(images):
    return images.reshape(-1, 784) / np.float32(256)


WHOLE = (
    "what follows the decimal point is dropped, so that nearly all pixels are 0. Divide with a single slash, and do "
    "not turn the result back into whole numbers: ask for float32."
)


@prepare_images.mistake(WHOLE)
def _(images):
    return images.reshape(-1, 784) // 255


@prepare_images.mistake(WHOLE)
def _(images):
    return (images.reshape(-1, 784) / 255).astype(np.uint8)


@prepare_images.mistake(
    "the pictures are divided by their largest pixel. All pictures, whenever they come, need one scale: divide by 255."
)
def _(images):
    return images.reshape(-1, 784) / images.max()


@prepare_images.mistake(
    "each picture is divided by its own largest pixel, so a pale digit becomes a dark one. Divide all by 255."
)
def _(images):
    return images.reshape(-1, 784) / images.reshape(-1, 784).max(axis=1, keepdims=True)


@prepare_images.mistake("the pictures are still squares: reshape them to (n, 784), a row for each.")
def _(images):
    return images / np.float32(255)


@prepare_images.mistake("rows and columns are swapped: a picture is a row, so the shape is (n, 784).")
def _(images):
    return images.reshape(-1, 784).T / np.float32(255)


@prepare_images.mistake("the pixels of each picture are read column after column. reshape alone reads row after row.")
def _(images):
    return images.transpose(0, 2, 1).reshape(-1, 784) / np.float32(255)


@prepare_images.mistake("black and white are exchanged: 255 must become 1, not 0.")
def _(images):
    return 1 - images.reshape(-1, 784) / np.float32(255)


@prepare_images.mistake("all pictures became one long row. Keep a row for each: reshape(len(images), 784).")
def _(images):
    return images.reshape(-1) / np.float32(255)


@prepare_images.mistake("a single picture has lost its row: its shape must be (1, 784). Do not squeeze it.")
def _(images):
    return np.squeeze(images.reshape(-1, 784) / np.float32(255))


@prepare_images.mistake("every pixel is 0: the images were not put in.")
def _(images):
    return np.zeros((len(images), 784), np.float32)


@prepare_images.mistake("nothing is returned: end with `return` and the prepared images.")
def _(images):
    images.reshape(-1, 784) / np.float32(255)


# ---- one-hot


def _one_hot(labels, n_classes=10):
    """Y[i, k] = 1 where labels[i] = k, else 0: float32 (n, n_classes)."""
    return (np.asarray(labels)[:, None] == np.arange(n_classes)).astype(np.float32)


_one_hot.__name__ = "one_hot"


def _draw_labels(rng):
    """Draw labels among which neither the last class nor the one before it occurs, and not in order."""
    n = int(rng.integers(5, 9))
    labels = rng.integers(0, 8, size=n)
    labels[rng.permutation(n)[:3]] = [5, 0, 2]
    return {"labels": labels.astype(np.uint8), "few": rng.permutation([0, 3, 1, 1, 0]), "n_classes": 6}


def _probe_labels(answer, labels, few, n_classes):
    given = labels.copy()
    Y = answer(given, 10)
    yield "shape", f"{np.shape(Y)}"
    yield "rows", Y
    yield "default", answer(labels.copy())
    yield "classes", answer(few.copy(), n_classes)
    yield "one label", answer(labels[:1].copy(), 10)
    yield "arguments", np.array_equal(given, labels)


one_hot = Exercise(
    id="one-hot",
    reference=_one_hot,
    claims={
        "shape": "n labels become n rows of n_classes columns, although not every class occurs",
        "rows": "row i is 0 but for a 1 in the column of its label",
        "default": "without n_classes there are ten columns",
        "classes": "with another n_classes there are as many columns",
        "one label": "a single label becomes a single row",
        "arguments": "labels stay as they were",
    },
    draw=_draw_labels,
    probe=_probe_labels,
)


@one_hot.mistake(
    "the columns are as many as the largest label needs. A class that happens not to occur needs its column too: "
    "use n_classes."
)
def _(labels, n_classes=10):
    return _one_hot(labels, int(labels.max()) + 1)


@one_hot.mistake("only classes that occur have a column. Use n_classes, so that column k is always class k.")
def _(labels, n_classes=10):
    return (labels[:, None] == np.unique(labels)).astype(np.float32)


@one_hot.mistake("n_classes is not used: there are always ten columns.")
def _(labels, n_classes=10):
    return _one_hot(labels, 10)


@one_hot.mistake("the ones stand a column too far left: column 0 belongs to label 0.")
def _(labels, n_classes=10):
    return _one_hot((labels.astype(int) - 1) % n_classes, n_classes)


@one_hot.mistake("rows and columns are swapped: each example is a row, so the shape is (n, n_classes).")
def _(labels, n_classes=10):
    return _one_hot(labels, n_classes).T


@one_hot.mistake("0 and 1 are exchanged: the label's own column holds the 1.")
def _(labels, n_classes=10):
    return 1 - _one_hot(labels, n_classes)


@one_hot.mistake("this is multi-hot: one row in which every label has left its 1. Each label needs a row of its own.")
def _(labels, n_classes=10):
    return _one_hot(labels, n_classes).max(axis=0)


@one_hot.mistake(
    "whole columns are filled: Y[:, labels] means every row. Y[np.arange(n), labels] means one place in each row."
)
def _(labels, n_classes=10):
    return np.tile(_one_hot(labels, n_classes).max(axis=0), (len(labels), 1))


@one_hot.mistake("the label itself stands in its column. Put a 1 there.")
def _(labels, n_classes=10):
    return _one_hot(labels, n_classes) * labels[:, None]


@one_hot.mistake("a single label has lost its row: the shape must be (1, n_classes). Do not squeeze it.")
def _(labels, n_classes=10):
    return np.squeeze(_one_hot(labels, n_classes))


@one_hot.mistake("every entry is 0: make the array of zeros first, then put a 1 into each row.")
def _(labels, n_classes=10):
    return np.zeros((len(labels), n_classes), np.float32)


@one_hot.mistake("nothing is returned: end with `return` and the array.")
def _(labels, n_classes=10):
    _one_hot(labels, n_classes)
