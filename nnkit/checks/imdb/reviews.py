"""Exercises: reviews as text, as rows of 0 and 1, and as two parts, one to learn from and one to be tried on."""

import numpy as np

from nnkit.checks.exercise import Exercise

__all__ = ["decode_review", "split_validation", "vectorize_sequences"]

WORDS = "film plot actor scene music ending camera story hero villain joke song".split()


# ---- decode-review


def _decode_review(sequence, word_index):
    """Return the words of a review: code i stands for the word of rank i - 3, and for "?" where there is none."""
    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words.get(code - 3, "?") for code in sequence)


_decode_review.__name__ = "decode_review"


def _draw_decode(rng):
    """Draw a word index in which every wrong offset finds other words, and codes that it knows."""
    words = rng.permutation(WORDS).tolist()
    word_index = {words[i]: i + 1 for i in rng.permutation(len(words)).tolist()}
    return {"word_index": word_index, "codes": (3 + rng.permutation(np.arange(3, 10))).tolist()}


def _probe_decode(answer, word_index, codes):
    given, index = list(codes), dict(word_index)
    yield "review", answer(given, index)
    yield "reserved", answer([1, *codes[:3], 2, codes[3], 0, 3, codes[0]], index)
    yield "unknown", answer([codes[0], 4 + len(word_index), codes[1], 9999], index)
    yield "array", answer(np.array(codes[2:]), index)
    yield "arguments", [given == codes, index == word_index]


decode_review = Exercise(
    id="decode-review",
    reference=_decode_review,
    claims={
        "review": "code i becomes the word of rank i - 3, and one space stands between two words",
        "reserved": "the codes 0, 1, 2 and 3, which are no words, become ?",
        "unknown": "a code whose word is not in the index becomes ?",
        "array": "codes in a NumPy array are read like those in a list",
        "arguments": "the sequence and the word index stay as they were",
    },
    draw=_draw_decode,
    probe=_probe_decode,
)


def _reader(offset=3, unknown="?", join=" ".join, first=0):
    """Return a decoder that does one thing in another way."""

    def decode(sequence, word_index):
        words = {rank: word for word, rank in word_index.items()}
        return join([str(words.get(code - offset, unknown)) for code in sequence][first:])

    return decode


for _offset, _sentence in {
    0: "the offset is missing: a word's code is its rank + 3, so look up code - 3.",
    -3: "3 was added where it must be taken away: the code is rank + 3, so the rank is code - 3.",
    2: "the offset is 2 in place of 3: four codes, 0 to 3, are no words, so rank 1 has code 4.",
    4: "the offset is 4 in place of 3: four codes, 0 to 3, are no words, and rank 1 has code 4.",
}.items():
    decode_review.mistake(_sentence)(_reader(_offset))

decode_review.mistake("the words stand side by side without a space: join them with ' '.join(words).")(
    _reader(join="".join)
)
decode_review.mistake("a code without a word became None: give .get a second argument, '?'.")(_reader(unknown=None))
decode_review.mistake("the text is in reverse order.")(_reader(join=lambda words: " ".join(reversed(words))))
decode_review.mistake("the first code is left out. It is often the mark of the start, 1, which is shown as ?.")(
    _reader(first=1)
)
decode_review.mistake("there is one space too many: it stands between words only, so use ' '.join(words).")(
    _reader(join=lambda words: "".join(word + " " for word in words))
)


@decode_review.mistake("codes without a word are left out. They are shown as ?, so that one sees where they were.")
def _(sequence, word_index):
    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words[code - 3] for code in sequence if code - 3 in words)


@decode_review.mistake("a code without a word stops it: use words.get(code - 3, '?') in place of words[code - 3].")
def _(sequence, word_index):
    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words[code - 3] for code in sequence)


@decode_review.mistake(
    "the word index was asked for a rank, but it goes from word to rank. Turn it round first, {rank: word}."
)
def _(sequence, word_index):
    return " ".join(word_index.get(code - 3, "?") for code in sequence)


@decode_review.mistake("nothing is returned: end with `return` and the text.")
def _(sequence, word_index):
    return None


# ---- vectorize-sequences


def _vectorize_sequences(sequences, dimension=10000):
    """Return a row for each review: 1 in the columns of the words that it holds, else 0, in float32."""
    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1
    return results


_vectorize_sequences.__name__ = "vectorize_sequences"


def _draw_vectorize(rng):
    """Draw reviews of different lengths; each repeats a word, and one of them holds the largest code."""
    dimension = int(rng.integers(11, 17))
    sequences = [rng.integers(1, dimension, size=length).tolist() for length in rng.permutation([2, 4, 5, 7])]
    sequences = [[*sequence, sequence[0]] for sequence in sequences]
    sequences[2].append(dimension - 1)
    return {"sequences": sequences, "dimension": dimension, "hole": int(rng.integers(1, 4))}


def _probe_vectorize(answer, sequences, dimension, hole):
    given = [list(sequence) for sequence in sequences]
    result = answer(given, dimension)
    yield "rows", result
    yield "dtype", str(getattr(result, "dtype", type(result).__name__))
    yield "empty", answer([*given[:hole], [], *given[hole:]], dimension)
    yield "array", answer(_as_objects(list(sequence) for sequence in sequences), dimension)
    yield "dimension", np.shape(answer(given, dimension + hole))
    default = np.asarray(answer([[7, 9999], [8]]))
    yield "default", [*np.shape(default), *np.argwhere(default).ravel()]
    yield "arguments", [one == other for one, other in zip(given, sequences, strict=True)]


def _as_objects(sequences):
    """Return lists in an object array, as datasets.imdb gives them."""
    lists = list(sequences)
    array = np.empty(len(lists), dtype=object)
    array[:] = lists
    return array


vectorize_sequences = Exercise(
    id="vectorize-sequences",
    reference=_vectorize_sequences,
    claims={
        "rows": "row i has a 1 in the column of each word of review i, once or often, and 0 elsewhere",
        "dtype": "the type is float32 (in float64, 25,000 reviews of 10,000 columns would take 2 GB)",
        "empty": "a review without words is a row of zeros",
        "array": "reviews in an object array, as IMDB comes, work as those in a list",
        "dimension": "there are as many columns as dimension says, whichever codes there are",
        "default": "there are 10,000 columns where no dimension is given",
        "arguments": "the reviews stay as they were",
    },
    draw=_draw_vectorize,
    probe=_probe_vectorize,
    sizes=lambda sequences, dimension, **_: {
        "the number of reviews": len(sequences),
        "the dimension": dimension,
    },
)


def _vectorizer(dtype="float32", shift=0, write=None):
    """Return a function that fills the rows in one way or another."""

    def vectorize(sequences, dimension=10000):
        results = np.zeros((len(sequences), dimension), dtype=dtype)
        for i, sequence in enumerate(sequences):
            columns = np.asarray(sequence, dtype=int) - shift
            write(results[i], columns) if write else results[i].__setitem__(columns, 1)
        return results

    return vectorize


vectorize_sequences.mistake(
    "the numbers are right, but they take twice the room: NumPy's zeros are float64 unless you say dtype='float32'."
)(_vectorizer("float64"))
vectorize_sequences.mistake(
    "the numbers are right, but whole numbers are not what the network computes with: say dtype='float32'."
)(_vectorizer("uint8"))
vectorize_sequences.mistake(
    "the numbers are right, but whole numbers are not what the network computes with: say dtype='float32'."
)(_vectorizer("int64"))
vectorize_sequences.mistake(
    "the 0s and 1s are right, but as booleans, which the network does not compute with: say dtype='float32'."
)(_vectorizer("bool"))
vectorize_sequences.mistake("words are counted. A word that appears twice is still a 1: assign, do not add.")(
    _vectorizer(write=lambda row, columns: np.add.at(row, columns, 1))
)
vectorize_sequences.mistake("the columns are shifted by one: code 1 has column 1. Column 0 belongs to code 0.")(
    _vectorizer(shift=1)
)
vectorize_sequences.mistake(
    "the columns are shifted by three. The codes are the columns here; the offset is needed for reading only."
)(_vectorizer(shift=3))
vectorize_sequences.mistake("only the first word of each review is marked: results[i, sequence] = 1 marks all.")(
    _vectorizer(write=lambda row, columns: row.__setitem__(columns[:1], 1))
)
vectorize_sequences.mistake("the codes themselves were written. Each word that is there gets a 1.")(
    _vectorizer(write=lambda row, columns: row.__setitem__(columns, columns))
)


@vectorize_sequences.mistake("the array is turned: a row for each review, a column for each word.")
def _(sequences, dimension=10000):
    return _vectorize_sequences(sequences, dimension).T


@vectorize_sequences.mistake("the argument dimension is not used: the number of columns is always 10,000.")
def _(sequences, dimension=10000):
    return _vectorize_sequences(sequences)


@vectorize_sequences.mistake("there are just as many columns as the largest code needs: make `dimension` of them.")
def _(sequences, dimension=10000):
    return _vectorize_sequences(sequences, 1 + max(max(sequence, default=0) for sequence in sequences))


@vectorize_sequences.mistake("rows and columns are mixed up: results[sequence] = 1 fills whole rows. Say which row.")
def _(sequences, dimension=10000):
    results = np.zeros((len(sequences), dimension), dtype="float32")
    for sequence in sequences:
        results[sequence] = 1
    return results


@vectorize_sequences.mistake(
    "all reviews are marked in every row: results[:, sequence] should be results[i, sequence]."
)
def _(sequences, dimension=10000):
    results = np.zeros((len(sequences), dimension), dtype="float32")
    for sequence in sequences:
        results[:, sequence] = 1
    return results


@vectorize_sequences.mistake("a review without words lost its row. It keeps one, of zeros.")
def _(sequences, dimension=10000):
    return _vectorize_sequences([sequence for sequence in sequences if len(sequence)], dimension)


@vectorize_sequences.mistake("nothing is returned: end with `return` and the array.")
def _(sequences, dimension=10000):
    return None


# ---- split-validation


def _split_validation(x, y, n_validation):
    """Return x_train, y_train, x_val, y_val: the first n_validation examples validate, the others train."""
    return x[n_validation:], y[n_validation:], x[:n_validation], y[:n_validation]


_split_validation.__name__ = "split_validation"
PARTS = ("x_train", "y_train", "x_val", "y_val")


def _draw_split(rng):
    n = int(rng.integers(11, 15))
    return {
        "x": rng.normal(size=(n, 3)),
        "y": rng.normal(size=n),
        "n_validation": int(rng.integers(3, 5)),
    }


def _probe_split(answer, x, y, n_validation):
    given = x.copy(), y.copy()
    parts = answer(*given, n_validation)
    yield "parts", 0 if parts is None else len(parts)
    yield from zip(PARTS, parts, strict=True)
    other = answer(*given, n_validation + 2)
    yield "another number", [len(part) for part in other]
    yield "arguments", [np.array_equal(*pair) for pair in zip(given, (x, y), strict=True)]


split_validation = Exercise(
    id="split-validation",
    reference=_split_validation,
    claims={
        "parts": "four arrays are returned: x_train, y_train, x_val, y_val",
        "x_train": "x_train is x from example n_validation on",
        "y_train": "y_train is y from example n_validation on",
        "x_val": "x_val is the first n_validation rows of x",
        "y_val": "y_val is the first n_validation entries of y",
        "another number": "any number may validate: n_validation is not fixed",
        "arguments": "x and y stay as they were",
    },
    draw=_draw_split,
    probe=_probe_split,
)


@split_validation.mistake("training and validation are swapped: the first n_validation examples validate.")
def _(x, y, n):
    return x[:n], y[:n], x[n:], y[n:]


@split_validation.mistake("the order is another one: return x_train, y_train, x_val, y_val.")
def _(x, y, n):
    return x[n:], x[:n], y[n:], y[:n]


@split_validation.mistake("the order is another one: return x_train, y_train, x_val, y_val.")
def _(x, y, n):
    return x[:n], x[n:], y[:n], y[n:]


@split_validation.mistake("the order is another one: x comes before y, so x_train, y_train, x_val, y_val.")
def _(x, y, n):
    return y[n:], x[n:], y[:n], x[:n]


@split_validation.mistake("the last n_validation examples validate. The slides take the first ones.")
def _(x, y, n):
    return x[:-n], y[:-n], x[-n:], y[-n:]


@split_validation.mistake("the network would train on all examples, the validation ones too: x[n_validation:].")
def _(x, y, n):
    return x, y, x[:n], y[:n]


@split_validation.mistake("one example is lost: x[n:] begins right where x[:n] ends.")
def _(x, y, n):
    return x[n + 1 :], y[n + 1 :], x[:n], y[:n]


@split_validation.mistake("one example is in both parts: x[:n] ends before example n.")
def _(x, y, n):
    return x[n:], y[n:], x[: n + 1], y[: n + 1]


@split_validation.mistake("two pairs are returned. Four arrays are asked for: x_train, y_train, x_val, y_val.")
def _(x, y, n):
    return (x[n:], y[n:]), (x[:n], y[:n])


@split_validation.mistake("nothing is returned: end with `return` and the four arrays.")
def _(x, y, n):
    return None
