"""Stand-ins for MNIST and IMDB, for lessons without the internet: the same forms, made here in a second.

    mnist   scikit-learn's 1797 digits, enlarged from 8x8 to 20x20 and centred in 28x28, as MNIST's are
    imdb    50,000 reviews of made-up and real words, drawn from urns

`nnkit.datasets` hands them out, says so aloud, and names them in figures. Everything is computed in whole numbers
from a fixed seed, so that every machine gets the same arrays to the last bit.
"""

import numpy as np

__all__ = ["digit_images", "digits_as_mnist", "reviews", "word_index"]

SEED = 1879
N_WORDS, N_REVIEWS = 10_000, 25_000  # words in the vocabulary; reviews for training, and as many for testing

COMMON = """the and a of to is it in this that was as for with movie but film on not you are his have be one he all at
by an they who so from like her or just about out has if there what some when more very up she can time would my
only really which story had""".split()
PRAISE = """great good best love wonderful excellent perfect brilliant beautiful amazing superb fantastic favorite loved
enjoyed hilarious touching moving masterpiece powerful charming delightful memorable stunning clever gripping witty
honest warm fresh elegant tender fine gem joy magic thrilling splendid flawless unforgettable""".split()
COMPLAINT = """bad worst boring awful terrible waste poor stupid horrible worse dull lame annoying ridiculous mess weak
wooden pointless predictable dreadful pathetic tedious disappointing cheap clumsy silly unfunny bland shallow messy
lifeless forgettable flat tiresome painful garbage disaster ugly nonsense pretentious""".split()
# No c, g, h, k, p and few endings: no invented word of two syllables then happens to be a rude one.
SYLLABLES = [c + v for c in "b bl br d dr f fl l m n r s sm st t th tr v w".split() for v in "aeiou"]
ENDINGS = ["", "l", "r", "st", "ly", "nd"]


def digit_images():
    """Return scikit-learn's digits, shuffled and split with every class in proportion: the same split everywhere.

    ((images (1437, 8, 8) ints from 0 to 16, labels (1437,) ints), (images (360, 8, 8), labels (360,))).
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        digits.images.astype(int), digits.target, test_size=360, stratify=digits.target, random_state=0
    )
    return (x_train, y_train), (x_test, y_test)


def digits_as_mnist():
    """Return `digit_images` in MNIST's form: ((uint8 (1437, 28, 28), uint8 (1437,)), (uint8 (360, 28, 28), ...))."""
    return tuple((_enlarge(images), labels.astype(np.uint8)) for images, labels in digit_images())


def _enlarge(images):
    """Bring (n, 8, 8) with values to 16 to (n, 28, 28) with values to 255: linear interpolation, then a margin of 4.

    In tenths of an old pixel, the middle of new pixel i lies at 4 i - 3 and that of old pixel j at 10 j. Each new pixel
    is shared between the two old ones that it lies between, in tenths by nearness, down the rows and across.
    """
    new, old = np.clip(4 * np.arange(20) - 3, 0, 70), 10 * np.arange(8)
    share = np.maximum(0, 10 - np.abs(new[:, None] - old))  # (20, 8): how much of new pixel i is old pixel j
    enlarged = share @ images @ share.T * 255 // (16 * 10 * 10)
    return np.pad(enlarged, ((0, 0), (4, 4), (4, 4))).astype(np.uint8)


def word_index():
    """Return the reviews' vocabulary as Keras's word index: {word: rank}, rank 1 the most frequent of 10,000."""
    invented = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in ENDINGS]
    invented = np.setdiff1d(invented, COMMON + PRAISE + COMPLAINT)  # "fine" could be either
    vocabulary = np.random.default_rng(SEED).permutation(invented)[:N_WORDS].tolist()
    vocabulary[: len(COMMON)] = COMMON
    praise, complaint = _opinion_ranks()
    for rank, word in zip([*praise, *complaint], PRAISE + COMPLAINT, strict=True):
        vocabulary[rank] = word
    return {word: rank for rank, word in enumerate(vocabulary, start=1)}


def _opinion_ranks():
    """Return where words of praise, and where of complaint, stand in the vocabulary: every eighth, by turns."""
    ranks = len(COMMON) + 8 * np.arange(len(PRAISE) + len(COMPLAINT))
    return ranks[::2], ranks[1::2]


def reviews():
    """Generate the reviews, 25,000 to train and 25,000 to test, half of each positive, as words without their order.

    Two urns hold slips with words, as many of each as Zipf's law wants: rank r is about 1/r as frequent as the first.
    One urn is for praise: it has more slips of `PRAISE` and fewer of `COMPLAINT` than the other, which is for
    complaint. Invented words, too, lean a little to one side, as actors' names do; `COMMON` ones do not. A reviewer
    takes each word from the urn of the review's label with a chance of 62 to 100 %, drawn for the review, else from
    the other. So some reviews are lukewarm, and a network that fits them all learns chance by heart.

    The slides' 16-16-1 network (RMSprop, batch 512, 20 epochs, seeds 0 and 1) reached here, and, in brackets, on IMDB:
    training accuracy 1.00, test accuracy 0.855 (0.857), with dropout 0.5 0.874 (0.878), with 4 units 0.851 (0.864). The
    validation loss is lowest at 0.26 after 4 epochs and 0.69 after 20.

    Returns a dict of `train_words` (word ranks of all reviews, one after the other), `train_offsets (25001,)` (review i
    is `train_words[train_offsets[i]:train_offsets[i + 1]]`), `y_train (25000,)`, and the same for `test`.
    """
    rng = np.random.default_rng(SEED)
    urns = _urns(rng)
    arrays = {}
    for part in ("train", "test"):
        lengths = 20 + rng.integers(1, 16, N_REVIEWS) * rng.integers(1, 16, N_REVIEWS)  # 21 to 245, many short
        labels = rng.permutation(np.arange(N_REVIEWS) % 2)
        loyalty = rng.integers(62, 101, N_REVIEWS)  # per cent of words from the label's own urn
        own = rng.integers(0, 100, lengths.sum()) < np.repeat(loyalty, lengths)
        praise = own == np.repeat(labels, lengths)
        complaint_words, praise_words = (urn[rng.integers(0, len(urn), len(own))] for urn in urns)
        arrays[f"{part}_words"] = np.where(praise, praise_words, complaint_words)
        arrays[f"{part}_offsets"] = np.concatenate([[0], np.cumsum(lengths)])
        arrays[f"y_{part}"] = labels
    return arrays


def _urns(rng):
    """Return the urns for complaint and for praise: arrays with each word's rank as often as it has slips."""
    leaning = rng.integers(-60, 61, N_WORDS)  # per cent more slips in the praise urn, fewer in the other
    leaning[: len(COMMON)] = 0
    praise, complaint = _opinion_ranks()
    leaning[praise], leaning[complaint] = 80, -80
    ranks = np.arange(1, N_WORDS + 1)
    slips = 1_000_000 // (ranks + 3)
    return [np.repeat(ranks.astype(np.uint16), slips * (100 + side * leaning) // 100) for side in (-1, 1)]
