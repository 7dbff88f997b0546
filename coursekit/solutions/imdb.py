"""Answers to the eight exercises of 05-imdb, right and wrong, as students write them.

Each has the name that the exercise asks for, so that one name is defined again and again. In each exercise the right
answers come first, written in different ways; then the wrong ones, from the untouched cell to answers that are right
almost everywhere. Keras is imported when an answer is called, as the notebook has imported it before.
"""
# ruff: noqa: F811 - in the notebook, too, each answer is a function of that one name

import numpy as np

from coursekit.solutions import right, wrong

# ---- decode-review, right


@right("decode-review")
def decode_review(sequence, word_index):
    """The dictionary turned round, and a join."""

    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words.get(code - 3, "?") for code in sequence)


@right("decode-review")
def decode_review(sequence, word_index):
    """The slide's own lines."""

    reverse_word_index = dict([(value, key) for (key, value) in word_index.items()])
    return " ".join([reverse_word_index.get(i - 3, "?") for i in sequence])


@right("decode-review")
def decode_review(sequence, word_index):
    """The offset is added to the dictionary instead."""

    words = {rank + 3: word for word, rank in word_index.items()}
    text = ""
    for code in sequence:
        text += words.get(int(code), "?") + " "
    return text[:-1]


@right("decode-review")
def decode_review(sequence, word_index):
    """A search through the whole index for each code; slow, but right."""

    found = []
    for code in sequence:
        matches = [word for word, rank in word_index.items() if rank == code - 3]
        found.append(matches[0] if matches else "?")
    return " ".join(found)


@right("decode-review")
def decode_review(sequence, word_index):
    """Errors are caught in place of .get."""

    words = dict(zip(word_index.values(), word_index.keys(), strict=True))

    def look_up(code):
        try:
            return words[code - 3]
        except KeyError:
            return "?"

    return " ".join(map(look_up, sequence))


@right("decode-review")
def decode_review(sequence, word_index):
    """The reserved codes are named one by one."""

    words = {0: "?", 1: "?", 2: "?", 3: "?"}
    for word, rank in word_index.items():
        words[rank + 3] = word
    return str.join(" ", [words[c] if c in words else "?" for c in sequence])


# ---- decode-review, wrong


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Not attempted: the cell as released."""

    raise NotImplementedError("decode_review is not written yet")


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Returns None."""

    print("a review")


@wrong("decode-review")
def decode_review(sequence, word_index):
    """A constant."""

    return "the film was good"


@wrong("decode-review")
def decode_review(sequence, word_index):
    """The offset is forgotten."""

    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words.get(code, "?") for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """The offset has the wrong sign."""

    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words.get(code + 3, "?") for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Looks for ranks among the words."""

    return " ".join(word_index.get(code - 3, "?") for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """No spaces."""

    words = {rank: word for word, rank in word_index.items()}
    return "".join(words.get(code - 3, "?") for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Spaces within words: the letters are joined."""

    words = {rank: word for word, rank in word_index.items()}
    return " ".join("".join(words.get(code - 3, "?") for code in sequence))


@wrong("decode-review")
def decode_review(sequence, word_index):
    """A list of words."""

    words = {rank: word for word, rank in word_index.items()}
    return [words.get(code - 3, "?") for code in sequence]


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Raises at a code that is no word."""

    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words[code - 3] for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Leaves out what is no word."""

    words = {rank: word for word, rank in word_index.items()}
    return " ".join(words[code - 3] for code in sequence if code > 3 and code - 3 in words)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Right for the reserved codes, but an unknown word is an empty string."""

    words = {rank: word for word, rank in word_index.items()} | {-3: "?", -2: "?", -1: "?", 0: "?"}
    return " ".join(words.get(code - 3, "") for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """A space at the end."""

    words = {rank: word for word, rank in word_index.items()}
    return "".join(words.get(code - 3, "?") + " " for code in sequence)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """Takes the sequence apart: it is empty afterwards."""

    words = {rank: word for word, rank in word_index.items()}
    sequence = sequence if isinstance(sequence, list) else list(sequence)
    found = []
    while sequence:
        found.append(words.get(sequence.pop(0) - 3, "?"))
    return " ".join(found)


@wrong("decode-review")
def decode_review(sequence, word_index):
    """The order of the dictionary is taken for the rank."""

    words = list(word_index)
    return " ".join(words[code - 4] if 0 <= code - 4 < len(words) else "?" for code in sequence)


# ---- vectorize-sequences, right


@right("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Zeros, and a list as an index."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1.0
    return results


@right("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Two loops."""

    results = np.zeros((len(sequences), dimension), np.float32)
    for i in range(len(sequences)):
        for word in sequences[i]:
            results[i][word] = 1
    return results


@right("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Counts, then compared with 0."""

    rows = [np.bincount(np.array(s, dtype=int), minlength=dimension) > 0 for s in sequences]
    return np.array(rows).astype("float32")


@right("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Rows of a unit matrix, the largest of each column."""

    eye = np.eye(dimension, dtype=np.float32)
    rows = [np.max(eye[np.array(s, int)], axis=0, initial=0) for s in sequences]
    return np.stack(rows)


@right("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """All places at once."""

    rows = np.repeat(np.arange(len(sequences)), [len(s) for s in sequences])
    columns = np.array([word for s in sequences for word in s], dtype=int)
    results = np.zeros((len(sequences), dimension), dtype=np.float32)
    results[rows, columns] = 1
    return results


@right("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Sets, and a list comprehension."""

    kept = [set(s) for s in sequences]
    return np.array([[float(j in words) for j in range(dimension)] for words in kept], dtype="float32")


# ---- vectorize-sequences, wrong


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Not attempted: the cell as released."""

    raise NotImplementedError("vectorize_sequences is not written yet")


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Returns None."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """All zeros."""

    return np.zeros((len(sequences), dimension), dtype="float32")


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """All ones."""

    return np.ones((len(sequences), dimension), dtype="float32")


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """The slide's own, in float64."""

    results = np.zeros((len(sequences), dimension))
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1.0
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Half the precision: float16."""

    results = np.zeros((len(sequences), dimension), dtype="float16")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1.0
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Counts words."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        for word in sequence:
            results[i, word] += 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Always 10,000 columns."""

    results = np.zeros((len(sequences), 10000), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """As many columns as the largest code needs."""

    dimension = max(max(s, default=0) for s in sequences) + 1
    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Transposed."""

    results = np.zeros((dimension, len(sequences)), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[sequence, i] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Whole columns are set."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for sequence in sequences:
        results[:, sequence] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Returns within the loop: the first review only."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1
        return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Fails at an empty review: an array of none is an array of floats."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, np.array(sequence)] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Shifted by the offset of Keras."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, [code - 3 for code in sequence]] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=10000):
    """Sorts the reviews in place, and each word stays once."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        sequence[:] = sorted(set(sequence))
        results[i, sequence] = 1
    return results


@wrong("vectorize-sequences")
def vectorize_sequences(sequences, dimension=20000):
    """The default is another one."""

    results = np.zeros((len(sequences), dimension), dtype="float32")
    for i, sequence in enumerate(sequences):
        results[i, sequence] = 1
    return results


# ---- build-imdb-model, right


@right("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """A loop over two layers."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@right("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """The slide's own lines, with a regularizer where there is one."""

    from nnkit.quietly import keras

    layers, models, regularizers = keras.layers, keras.models, keras.regularizers
    regularizer = regularizers.l1_l2(l1=l1, l2=l2) if l1 or l2 else None
    model = models.Sequential()
    model.add(keras.Input((n_words,)))
    model.add(layers.Dense(hidden, activation="relu", kernel_regularizer=regularizer))
    if dropout > 0:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(hidden, activation="relu", kernel_regularizer=regularizer))
    if dropout > 0:
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@right("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """The functional interface, and objects in place of names."""

    from nnkit.quietly import keras

    x = inputs = keras.Input(shape=(n_words,))
    for name in ("first", "second"):
        x = keras.layers.Dense(hidden, kernel_regularizer=keras.regularizers.L1L2(l1, l2), name=name)(x)
        x = keras.layers.Activation("relu")(x)
        x = keras.layers.Dropout(dropout)(x)
    outputs = keras.layers.Dense(1, activation=keras.activations.sigmoid)(x)
    model = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.RMSprop(learning_rate=0.001)
    loss, metric = keras.losses.BinaryCrossentropy(), keras.metrics.BinaryAccuracy(name="accuracy")
    model.compile(optimizer=optimizer, loss=loss, metrics=[metric])
    return model


@right("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """ReLU layers of their own, L1 and L2 apart where only one is asked for."""

    from nnkit.quietly import keras

    if l1 and l2:
        penalty = {"kernel_regularizer": keras.regularizers.L1L2(l1=l1, l2=l2)}
    elif l1:
        penalty = {"kernel_regularizer": keras.regularizers.L1(l1)}
    elif l2:
        penalty = {"kernel_regularizer": keras.regularizers.L2(l2)}
    else:
        penalty = {}
    layers = [keras.Input((n_words,))]
    for _ in range(2):
        layers += [keras.layers.Dense(hidden, **penalty), keras.layers.ReLU(), keras.layers.Dropout(dropout, seed=1)]
    layers += [keras.layers.Dense(1), keras.layers.Activation("sigmoid")]
    model = keras.Sequential(layers, name="reviews")
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    return model


@right("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Built without an input layer, then told its shape; other starting weights; one metric more."""

    from nnkit.quietly import keras

    def dense(units, activation, penalty=None):
        return keras.layers.Dense(units, activation, kernel_initializer="he_normal", kernel_regularizer=penalty)

    model = keras.Sequential()
    model.add(dense(hidden, "relu", keras.regularizers.L1L2(l1, l2)))
    model.add(keras.layers.Dropout(dropout))
    model.add(dense(hidden, "relu", keras.regularizers.L1L2(l1, l2)))
    model.add(keras.layers.Dropout(dropout))
    model.add(dense(1, "sigmoid"))
    model.build((None, n_words))
    model.compile(optimizer="RMSprop", loss="binary_crossentropy", metrics=["accuracy", keras.metrics.AUC(name="auc")])
    return model


# ---- build-imdb-model, wrong


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Not attempted: the cell as released."""

    raise NotImplementedError("build_model is not written yet")


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Returns None."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    print(model.count_params())


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Linear hidden layers."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """tanh in place of ReLU."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, "tanh", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """softmax of one unit."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="softmax"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """No sigmoid, but a loss from logits."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1))
    model.compile("rmsprop", keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Three hidden layers."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(3):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Not compiled."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.build()
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """The metrics in third place, where compile has the weights of losses."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("rmsprop", "binary_crossentropy", ["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Never told its number of inputs."""

    from nnkit.quietly import keras

    model = keras.Sequential()
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Adam."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """RMSprop with another learning rate."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(keras.optimizers.RMSprop(0.01), "binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Mean squared error."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("rmsprop", "mse", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Its metric is called acc."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile("rmsprop", "binary_crossentropy", metrics=["acc"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """The output layer is penalised too."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, "sigmoid", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """The biases are penalised too."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(
            keras.layers.Dense(
                hidden,
                "relu",
                kernel_regularizer=keras.regularizers.L1L2(l1, l2),
                bias_regularizer=keras.regularizers.L1L2(l1, l2),
            )
        )
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Only L2 is built in."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, "relu", kernel_regularizer=keras.regularizers.L2(l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Right for one penalty at a time only."""

    from nnkit.quietly import keras

    penalty = keras.regularizers.L1(l1) if l1 else keras.regularizers.L2(l2)
    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, "relu", kernel_regularizer=penalty))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Penalties of 0.001, whatever is asked for."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(
            keras.layers.Dense(
                hidden, "relu", kernel_regularizer=keras.regularizers.L1L2(0.001 if l1 else 0.0, 0.001 if l2 else 0.0)
            )
        )
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Dropout before each hidden layer."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dropout(dropout))
        model.add(keras.layers.Dense(hidden, "relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Dropout after the last hidden layer only."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
    model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Gaussian dropout: noise, but nothing is silenced."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.GaussianDropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Always dropout of 0.5."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(keras.layers.Dense(hidden, activation="relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(0.5))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """Starts from zeros."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for _ in range(2):
        model.add(
            keras.layers.Dense(
                hidden, "relu", kernel_initializer="zeros", kernel_regularizer=keras.regularizers.L1L2(l1, l2)
            )
        )
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, "sigmoid", kernel_initializer="zeros"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


MADE = {}


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """One model for all calls with the same arguments."""

    from nnkit.quietly import keras

    key = (hidden, l1, l2, dropout, n_words)
    if key not in MADE:
        model = keras.Sequential([keras.Input((n_words,))])
        for _ in range(2):
            model.add(keras.layers.Dense(hidden, "relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
            model.add(keras.layers.Dropout(dropout))
        model.add(keras.layers.Dense(1, activation="sigmoid"))
        model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
        MADE[key] = model
    return MADE[key]


@wrong("build-imdb-model")
def build_model(hidden=16, l1=0.0, l2=0.0, dropout=0.0, n_words=10000):
    """The second hidden layer is half as wide."""

    from nnkit.quietly import keras

    model = keras.Sequential([keras.Input((n_words,))])
    for units in (hidden, hidden // 2):
        model.add(keras.layers.Dense(units, "relu", kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
        model.add(keras.layers.Dropout(dropout))
    model.add(keras.layers.Dense(1, activation="sigmoid"))
    model.compile(optimizer="rmsprop", loss="binary_crossentropy", metrics=["accuracy"])
    return model


# ---- split-validation, right


@right("split-validation")
def split_validation(x, y, n_validation):
    """Four slices."""

    return x[n_validation:], y[n_validation:], x[:n_validation], y[:n_validation]


@right("split-validation")
def split_validation(x, y, n_validation):
    """The slide's own names; a list comes back."""

    x_val, partial_x_train = x[:n_validation], x[n_validation:]
    y_val, partial_y_train = y[:n_validation], y[n_validation:]
    return [partial_x_train, partial_y_train, x_val, y_val]


@right("split-validation")
def split_validation(x, y, n_validation):
    """np.split."""

    x_val, x_train = np.split(x, [n_validation])
    y_val, y_train = np.split(y, [n_validation])
    return x_train, y_train, x_val, y_val


@right("split-validation")
def split_validation(x, y, n_validation):
    """A mask."""

    trains = np.arange(len(x)) >= n_validation
    return x[trains], y[trains], x[~trains], y[~trains]


@right("split-validation")
def split_validation(x, y, n_validation):
    """Counted from the end, in copies."""

    n = len(x) - n_validation
    return x[-n:].copy(), y[-n:].copy(), x[:-n].copy(), y[:-n].copy()


@right("split-validation")
def split_validation(x, y, n_validation):
    """Loops and lists."""

    x_train = np.array([x[i] for i in range(n_validation, len(x))])
    y_train = np.array([y[i] for i in range(n_validation, len(y))])
    return (
        x_train,
        y_train,
        np.array([x[i] for i in range(n_validation)]),
        np.array([y[i] for i in range(n_validation)]),
    )


# ---- split-validation, wrong


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Not attempted: the cell as released."""

    raise NotImplementedError("split_validation is not written yet")


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Returns None."""

    print(x[n_validation:].shape, x[:n_validation].shape)


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Training and validation swapped."""

    return x[:n_validation], y[:n_validation], x[n_validation:], y[n_validation:]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """The order of scikit-learn."""

    return x[n_validation:], x[:n_validation], y[n_validation:], y[:n_validation]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Two pairs."""

    return (x[n_validation:], y[n_validation:]), (x[:n_validation], y[:n_validation])


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """The last ones validate."""

    return x[:-n_validation], y[:-n_validation], x[-n_validation:], y[-n_validation:]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Trains on everything."""

    return x, y, x[:n_validation], y[:n_validation]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """One example is lost."""

    return x[n_validation + 1 :], y[n_validation + 1 :], x[:n_validation], y[:n_validation]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """One example is in both."""

    return x[n_validation:], y[n_validation:], x[: n_validation + 1], y[: n_validation + 1]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """The labels do not follow: y is cut at the other end."""

    n = len(x) - n_validation
    return x[n_validation:], y[:n], x[:n_validation], y[n:]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Always 3."""

    return x[3:], y[3:], x[:3], y[:3]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Cuts columns."""

    return x[:, n_validation:], y[n_validation:], x[:, :n_validation], y[:n_validation]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Shuffled first."""

    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order], y[order]
    return x[n_validation:], y[n_validation:], x[:n_validation], y[:n_validation]


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """All zeros."""

    n = len(x) - n_validation
    return x[:n] * 0, y[:n] * 0, x[:n_validation] * 0, y[:n_validation] * 0


@wrong("split-validation")
def split_validation(x, y, n_validation):
    """Empties the arguments."""

    parts = [a[n].copy() for n in (slice(n_validation, None), slice(n_validation)) for a in (x, y)]
    x[:], y[:] = 0, 0
    return parts


# ---- dropout-forward, right


@right("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """rng.random and a comparison."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * mask / (1 - rate), mask


@right("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """A binomial draw of one trial."""

    mask = rng.binomial(1, 1 - rate, size=x.shape) if training else np.ones(x.shape)
    return x * mask / (1 - rate if training else 1), mask


@right("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """rng.choice."""

    if training:
        mask = rng.choice([0, 1], size=x.shape, p=[rate, 1 - rate])
        return np.multiply(x, mask) / (1 - rate), mask
    return x.copy(), np.ones(x.shape, dtype=int)


@right("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """rng.uniform, booleans as the mask, np.where."""

    keep = rng.uniform(size=x.shape) > rate if training else np.full(x.shape, True)
    scale = 1 / (1 - rate) if training else 1
    return np.where(keep, x * scale, 0), keep


@right("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """A loop over the entries."""

    out, mask = np.array(x, dtype=float), np.ones(x.shape)
    if training:
        for place in np.ndindex(x.shape):
            if rng.random() < rate:
                mask[place] = 0
            out[place] = x[place] * mask[place] / (1 - rate)
    return out, mask


@right("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Just the right number of zeros, in random places."""

    mask = np.ones(x.size)
    if training:
        mask[rng.permutation(x.size)[: round(rate * x.size)]] = 0
    mask = mask.reshape(x.shape)
    return (x * mask / (1 - rate) if training else x), mask


# ---- dropout-forward, wrong


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Not attempted: the cell as released."""

    raise NotImplementedError("dropout_forward is not written yet")


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Returns None."""

    print((rng.random(x.shape) >= rate).mean())


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Does nothing."""

    return x, np.ones_like(x)


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """All zeros."""

    return np.zeros_like(x), np.zeros_like(x)


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Not scaled."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * mask, mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Scaled by 1/rate."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * mask / (rate or 1), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Keeps what it should drop."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) < rate).astype(x.dtype)
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """A normal draw: the share is another one."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.normal(size=x.shape) >= rate).astype(x.dtype)
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """One mask for all rows."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape[1]) >= rate) * np.ones_like(x)
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """The global generator."""

    if not training:
        return x, np.ones_like(x)
    mask = (np.random.random(x.shape) >= rate).astype(x.dtype)  # noqa: NPY002 - the mistake itself
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """The global generator, seeded from rng: as random as it should be, but others who use it are disturbed."""

    if not training:
        return x, np.ones_like(x)
    np.random.seed(rng.integers(1000000))  # noqa: NPY002 - the mistake itself
    mask = (np.random.random(x.shape) >= rate).astype(x.dtype)  # noqa: NPY002 - the mistake itself
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """A generator of its own."""

    if not training:
        return x, np.ones_like(x)
    mask = (np.random.default_rng(1).random(x.shape) >= rate).astype(x.dtype)
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Changes x."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    x *= mask
    x /= 1 - rate
    return x, mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Silent in prediction too."""

    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * mask / (1 - rate), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Scaled in prediction, as dropout first was."""

    if not training:
        return x * (1 - rate), np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * mask, mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """The scale is in the mask."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate) / (1 - rate)
    return x * mask, mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Only out."""

    if not training:
        return x, np.ones_like(x)
    return x * (rng.random(x.shape) >= rate) / (1 - rate)


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Silenced entries are not 0 but very negative."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return np.where(mask == 1, x / (1 - rate), -1e9), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Divides by zero where the rate is 0."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * mask / (1 - rate) * (rate / rate if rate else np.nan), mask


@wrong("dropout-forward")
def dropout_forward(x, rate, rng, training):
    """Out uses another mask than it returns."""

    if not training:
        return x, np.ones_like(x)
    mask = (rng.random(x.shape) >= rate).astype(x.dtype)
    return x * (rng.random(x.shape) >= rate) / (1 - rate), mask


# ---- l2-gradient, right


@right("l2-gradient")
def l2_gradient(weights, strength):
    """The formula."""

    return 2 * strength * weights


@right("l2-gradient")
def l2_gradient(weights, strength):
    """A sum of two."""

    return strength * (weights + weights)


@right("l2-gradient")
def l2_gradient(weights, strength):
    """A loop."""

    gradient = np.empty_like(weights)
    for place, w in np.ndenumerate(weights):
        gradient[place] = strength * 2 * w
    return gradient


@right("l2-gradient")
def l2_gradient(weights, strength):
    """In float32."""

    return np.float32(2 * strength) * weights.astype(np.float32)


@right("l2-gradient")
def l2_gradient(weights, strength):
    """A list comprehension."""

    flat = [2 * strength * w for w in np.ravel(weights)]
    return np.reshape(flat, np.shape(weights))


@right("l2-gradient")
def l2_gradient(weights, strength):
    """By central differences of the penalty, exact for a square."""

    def penalty(w):
        return strength * w**2

    return (penalty(weights + 1) - penalty(weights - 1)) / 2


# ---- l2-gradient, wrong


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Not attempted: the cell as released."""

    raise NotImplementedError("l2_gradient is not written yet")


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Returns None."""

    print(2 * strength * weights)


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """No factor 2."""

    return strength * weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Half of it."""

    return 0.5 * strength * weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """The penalty."""

    return strength * np.sum(weights**2)


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Still squared."""

    return 2 * strength * weights**2


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """No strength."""

    return 2 * weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """L1."""

    return strength * np.sign(weights)


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """The wrong sign."""

    return -2 * strength * weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """A mean over the weights."""

    return 2 * strength * weights / weights.size


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Absolute values."""

    return 2 * strength * np.abs(weights)


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """All zeros."""

    return np.zeros_like(weights)


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """A sum."""

    return (2 * strength * weights).sum()


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Transposed."""

    return 2 * strength * weights.T if weights.ndim > 1 else 0 * weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """Changes the weights."""

    weights *= 2 * strength
    return weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """The weight itself."""

    return weights


@wrong("l2-gradient")
def l2_gradient(weights, strength):
    """The norm in place of its square."""

    return strength * weights / np.sqrt(np.sum(weights**2))


# ---- early-stopping, right


@right("early-stopping")
def make_early_stopping(patience=5):
    """Three arguments."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True)


@right("early-stopping")
def make_early_stopping(patience=5):
    """The slide's arguments, and the best weights."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(
        monitor="val_loss", min_delta=0, patience=patience, mode="auto", restore_best_weights=True
    )


@right("early-stopping")
def make_early_stopping(patience=5):
    """The mode is said."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(patience=patience, mode="min", restore_best_weights=True)


@right("early-stopping")
def make_early_stopping(patience=5):
    """By place, and an attribute set afterwards."""

    from nnkit.quietly import keras

    callback = keras.callbacks.EarlyStopping("val_loss", 0, patience)
    callback.restore_best_weights = True
    return callback


@right("early-stopping")
def make_early_stopping(patience=5):
    """A dictionary of settings."""

    from nnkit.quietly import keras

    settings = {"monitor": "val_loss", "patience": int(patience), "restore_best_weights": True, "verbose": 0}
    return keras.callbacks.EarlyStopping(**settings)


# ---- early-stopping, wrong


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Not attempted: the cell as released."""

    raise NotImplementedError("make_early_stopping is not written yet")


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Returns None."""

    from nnkit.quietly import keras

    keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """The slide's, which keeps the last weights."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=0, patience=patience, mode="auto")


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """The training loss."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="loss", patience=patience, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """The training accuracy."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="accuracy", patience=patience, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """The validation accuracy."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(
        monitor="val_accuracy", mode="max", patience=patience, restore_best_weights=True
    )


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """A name that no history has."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(
        monitor="validation_loss", mode="min", patience=patience, restore_best_weights=True
    )


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """The highest loss is kept."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", mode="max", patience=patience, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Keras's own patience, 0."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Always 5."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=5, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """One more."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience + 1, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=10):
    """Another default."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Small improvements do not count."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(
        monitor="val_loss", min_delta=0.01, patience=patience, restore_best_weights=True
    )


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """In a list."""

    from nnkit.quietly import keras

    return [keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True)]


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """The class."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Another callback."""

    from nnkit.quietly import keras

    return keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=patience)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """A baseline that is never reached."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience, restore_best_weights=True, baseline=0.0)


@wrong("early-stopping")
def make_early_stopping(patience=5):
    """Begins to look after 20 epochs only."""

    from nnkit.quietly import keras

    return keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=patience, restore_best_weights=True, start_from_epoch=20
    )


# ---- diagnose, right


@right("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Two questions in order."""

    if train_error - target_error > tolerance:
        return "underfitting"
    if validation_error - train_error > tolerance:
        return "overfitting"
    return "ok"


@right("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """elif and else."""

    if train_error > target_error + tolerance:
        verdict = "underfitting"
    elif validation_error > train_error + tolerance:
        verdict = "overfitting"
    else:
        verdict = "ok"
    return verdict


@right("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Bias and variance by name."""

    bias, variance = train_error - target_error, validation_error - train_error
    return "underfitting" if bias > tolerance else "overfitting" if variance > tolerance else "ok"


@right("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """As a table."""

    faults = {"underfitting": train_error - target_error, "overfitting": validation_error - train_error}
    return next((name for name, excess in faults.items() if excess > tolerance), "ok")


@right("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """From the other end, and as a NumPy string."""

    if train_error <= target_error + tolerance:
        return np.str_("ok" if validation_error <= train_error + tolerance else "overfitting")
    return np.str_("underfitting")


@right("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """np.select."""

    excess = np.array([train_error - target_error, validation_error - train_error])
    return str(np.select(list(excess > tolerance), ["underfitting", "overfitting"], "ok"))


# ---- diagnose, wrong


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Not attempted: the cell as released."""

    raise NotImplementedError("diagnose is not written yet")


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Returns None."""

    print(train_error - target_error > tolerance)


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Always overfitting."""

    return "overfitting"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Always ok."""

    return "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Overfitting first."""

    if validation_error - train_error > tolerance:
        return "overfitting"
    return "underfitting" if train_error - target_error > tolerance else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """The names are swapped."""

    if train_error - target_error > tolerance:
        return "overfitting"
    return "underfitting" if validation_error - train_error > tolerance else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """The gap from the target."""

    if train_error - target_error > tolerance:
        return "underfitting"
    return "overfitting" if validation_error - target_error > tolerance else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """No tolerance."""

    if train_error > target_error:
        return "underfitting"
    return "overfitting" if validation_error > train_error else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """A tolerance of its own."""

    if train_error - target_error > 0.02:
        return "underfitting"
    return "overfitting" if validation_error - train_error > 0.02 else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Absolute differences."""

    if abs(train_error - target_error) > tolerance:
        return "underfitting"
    return "overfitting" if abs(validation_error - train_error) > tolerance else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """As if they were accuracies."""

    if target_error - train_error > tolerance:
        return "underfitting"
    return "overfitting" if train_error - validation_error > tolerance else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Other names."""

    if train_error - target_error > tolerance:
        return "underfit"
    return "overfit" if validation_error - train_error > tolerance else "fine"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """A number."""

    if train_error - target_error > tolerance:
        return 0
    return 1 if validation_error - train_error > tolerance else 2


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """The tolerance as a factor."""

    if train_error > target_error * (1 + tolerance):
        return "underfitting"
    return "overfitting" if validation_error > train_error * (1 + tolerance) else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Half a tolerance for the gap."""

    if train_error - target_error > tolerance:
        return "underfitting"
    return "overfitting" if validation_error - train_error > tolerance / 2 else "ok"


@wrong("diagnose")
def diagnose(train_error, validation_error, target_error, tolerance=0.02):
    """Knows two answers only."""

    return "underfitting" if train_error - target_error > tolerance else "overfitting"
