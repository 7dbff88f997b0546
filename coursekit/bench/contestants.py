"""The contestants: the same training, each in the words of another library, as its manual would write it.

Each does five things, of which only two are timed: `learn` and `predict`.

    prepare(digits, order)   the data in the form that this one likes best
    build(weights, seed)     the network at these weights, with an optimizer that remembers nothing
    learn(data)              one epoch over what `prepare` gave                                   (timed)
    predict(X)               the outputs for X (n, 784), largest for the class that is guessed    (timed)
    weights()                [W, B, W, B, ...], as nnkit has them

Keras and PyTorch note what a person wants to see of an epoch, its loss and accuracy, as nnkit's `fit` does;
scikit-learn notes the loss, the textbook nothing. What is not alike is in favour of the others: nnkit shuffles inside
its time; Keras and scikit-learn get the data in order; the textbook and PyTorch gather their batches inside the time.
"""

import importlib.util
import os
import warnings
from abc import ABC, abstractmethod

import numpy as np

from coursekit.bench import textbook
from coursekit.bench.floor import Products
from coursekit.bench.setting import MOMENTUM, network
from nnkit.data import Dataset

__all__ = ["CONTESTANTS", "Contestant", "missing"]


class Contestant(ABC):
    """What every contestant can do. One is made for one Setting."""

    title, package, learns, dtype = "", "numpy", True, np.float32

    def __init__(self, setting):
        self.setting = setting
        # V <- beta V + g makes steps that are 1 / (1 - beta) times as long as those of the averaged momentum.
        self.sgd_rate = setting.rate * (1 - MOMENTUM)

    @abstractmethod
    def prepare(self, digits, order):
        """Return Digits, which are to be seen in this order, as `learn` takes them."""

    @abstractmethod
    def build(self, weights, seed):
        """Make the network, at these starting weights."""

    @abstractmethod
    def learn(self, data):
        """Train for one epoch."""

    @abstractmethod
    def predict(self, X):
        """Return the outputs for X (n, 784): (n, 10), or the labels (n,)."""

    @abstractmethod
    def weights(self):
        """Return the weights, [W, B, W, B, ...]."""

    def inputs(self, digits):
        """Return X as `predict` takes it."""
        return digits.X(self.dtype)

    def warm_up(self, piece, weights, seed):
        """Train on a few digits, so that whatever happens once has happened; then go back to the start."""
        self.learn(piece)
        self.build(weights, seed)


class Floor(Contestant):
    """The matrix products alone."""

    title, learns = "floor", False

    def prepare(self, digits, order):
        return digits.X()

    def build(self, weights, seed):
        self.products = Products(weights, self.setting.batch)

    def learn(self, data):
        self.products.train(data, self.setting.batch)

    def predict(self, X):
        return self.products.predict(X)

    def weights(self):
        return self.products.W


class Nnkit(Contestant):
    """nnkit as students use it: `fit`, which shuffles, learns, and notes loss and accuracy."""

    title = "nnkit"

    def prepare(self, digits, order):
        return Dataset(digits.X(), digits.y())

    def build(self, weights, seed):
        self.network = None  # lest the old one and the new one are in memory at the same time
        self.network = network(self.setting, seed)

    def learn(self, data):
        self.network.fit(data)

    def predict(self, X):
        return self.network.predict(X)

    def weights(self):
        return self.network.get_weights()


class Textbook(Contestant):
    """Float64, new arrays at every step."""

    title, dtype = "textbook", np.float64

    def prepare(self, digits, order):
        return digits.X(float), digits.y(float), order, self.setting.batch

    def build(self, weights, seed):
        sgd, adam = (
            textbook.SGD(self.setting.rate, MOMENTUM),
            textbook.Adam(self.setting.rate, epsilon=self.setting.epsilon),
        )
        self.network = textbook.Network(weights, sgd if self.setting.optimizer == "SGD" else adam)

    def learn(self, data):
        self.network.train(*data)

    def predict(self, X):
        return self.network.predict(X)

    def weights(self):
        return self.network.weights()


class ScikitLearn(Contestant):
    """MLPClassifier. It makes its weights and its optimizer when it first fits, so `build` fits a few digits."""

    title, package = "scikit-learn", "sklearn"

    def __init__(self, setting):
        super().__init__(setting)
        from sklearn.neural_network import MLPClassifier

        self.make = MLPClassifier

    def prepare(self, digits, order):
        return digits.rows(order).X(), digits.labels[order]

    def build(self, weights, seed):
        own = {"solver": "adam", "learning_rate_init": self.setting.rate, "epsilon": self.setting.epsilon}
        if self.setting.optimizer == "SGD":
            own = {"solver": "sgd", "learning_rate_init": self.sgd_rate, "momentum": MOMENTUM}
        common = {"alpha": 0.0, "shuffle": False, "warm_start": True, "max_iter": 1, "nesterovs_momentum": False}
        sizes = self.setting.sizes
        self.model = self.make(sizes[1:-1], batch_size=self.setting.batch, random_state=0, **common, **own)
        self.learn_next = self.first_fit
        self.learn((np.zeros((10, sizes[0]), np.float32), np.arange(10, dtype=np.uint8)))
        self.model.coefs_ = [W.copy() for W in weights[::2]]  # copies: it learns in place
        self.model.intercepts_ = [B[0].copy() for B in weights[1::2]]
        self.learn_next = self.first_fit

    def first_fit(self, X, y):
        """Fit with a new optimizer, and from now on go on with it: that is what `partial_fit` does."""
        self.learn_next = self.model.partial_fit
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that one epoch is not enough, and that ten digits are less than a batch
            self.model.fit(X, y)

    def learn(self, data):
        self.learn_next(*data)

    def predict(self, X):
        return self.model.predict_proba(X)

    def weights(self):
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return [array for W, B in pairs for array in (W, B[None])]


class Keras(Contestant):
    """Keras on TensorFlow, compiled with its defaults. Back at the start it keeps its graph, and sets its weights."""

    title, package = "Keras", "tensorflow"

    def __init__(self, setting):
        super().__init__(setting)
        os.environ["KERAS_BACKEND"] = "tensorflow"
        import nnkit.quietly  # noqa: F401 - else TensorFlow has a lot to say
        import keras  # isort: skip

        self.keras, self.model = keras, None

    def prepare(self, digits, order):
        digits = digits.rows(order)
        return digits.X(), digits.y()

    def build(self, weights, seed):
        if self.model is None:
            self.model = self.compiled()
            self.start = [variable.numpy() for variable in self.model.optimizer.variables]
        self.model.set_weights([array[0] if number % 2 else array for number, array in enumerate(weights)])
        for variable, value in zip(self.model.optimizer.variables, self.start, strict=True):
            variable.assign(value)

    def compiled(self):
        """Return the model, with an optimizer that has its variables."""
        keras, layers = self.keras, self.keras.layers
        *hidden, last = self.setting.sizes[1:]
        dense = [layers.Dense(n_units, "relu") for n_units in hidden] + [layers.Dense(last, "softmax")]
        model = keras.Sequential([keras.Input(self.setting.sizes[:1]), *dense])
        sgd = keras.optimizers.SGD(self.sgd_rate, MOMENTUM)
        adam = keras.optimizers.Adam(self.setting.rate, epsilon=self.setting.epsilon)
        model.compile(
            sgd if self.setting.optimizer == "SGD" else adam, "categorical_crossentropy", metrics=["accuracy"]
        )
        model.optimizer.build(model.trainable_variables)
        return model

    def learn(self, data):
        self.model.fit(*data, batch_size=self.setting.batch, epochs=1, shuffle=False, verbose=0)

    def predict(self, X):
        return self.model.predict(X, batch_size=len(X), verbose=0)

    def weights(self):
        return [array.reshape(-1, array.shape[-1]) for array in self.model.get_weights()]


class PyTorch(Contestant):
    """PyTorch without compiling: the loop that its tutorials show, over slices of an order of the rows."""

    title, package = "PyTorch", "torch"

    def __init__(self, setting):
        super().__init__(setting)
        import torch

        torch.set_num_threads(1)
        torch.set_num_interop_threads(1)
        self.torch = torch

    def prepare(self, digits, order):
        labels = digits.labels.astype(np.int64)
        return tuple(map(self.torch.from_numpy, (digits.X(), labels, np.asarray(order, np.int64))))

    def build(self, weights, seed):
        torch, sizes = self.torch, self.setting.sizes
        layers = [torch.nn.Linear(*pair) for pair in zip(sizes, sizes[1:], strict=False)]
        with torch.no_grad():
            for layer, W, B in zip(layers, weights[::2], weights[1::2], strict=True):
                layer.weight.copy_(torch.from_numpy(W.T.copy()))
                layer.bias.copy_(torch.from_numpy(B[0].copy()))
        self.model = torch.nn.Sequential(layers[0], *(m for layer in layers[1:] for m in (torch.nn.ReLU(), layer)))
        self.optimizer = self.rule(self.model.parameters())

    def rule(self, parameters):
        """Return the optimizer."""
        optim = self.torch.optim
        if self.setting.optimizer == "SGD":
            return optim.SGD(parameters, self.sgd_rate, MOMENTUM)
        return optim.Adam(parameters, self.setting.rate, eps=self.setting.epsilon)

    def learn(self, data):
        (X, y, order), batch = data, self.setting.batch
        model, optimizer, loss = self.model, self.optimizer, self.torch.nn.CrossEntropyLoss()
        total, hits = 0.0, 0
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            X_batch, y_batch = X[rows], y[rows]
            output = model(X_batch)
            error = loss(output, y_batch)
            optimizer.zero_grad()
            error.backward()
            optimizer.step()
            total += error.item() * len(rows)
            hits += (output.argmax(1) == y_batch).sum().item()
        self.history = total / len(order), hits / len(order)

    def inputs(self, digits):
        return self.torch.from_numpy(digits.X())

    def predict(self, X):
        with self.torch.no_grad():
            return self.model(X)

    def weights(self):
        arrays = [parameter.detach().numpy() for parameter in self.model.parameters()]
        return [array.T.copy() if array.ndim == 2 else array[None].copy() for array in arrays]


CONTESTANTS = {
    "floor": Floor,
    "nnkit": Nnkit,
    "textbook": Textbook,
    "scikit-learn": ScikitLearn,
    "keras": Keras,
    "pytorch": PyTorch,
}


def missing(name):
    """Say whether the package of a contestant is not installed."""
    return importlib.util.find_spec(CONTESTANTS[name].package) is None
