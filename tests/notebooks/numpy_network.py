"""What 02-numpy-network promises."""

NOTEBOOK = "02-numpy-network/numpy_network.ipynb"
POINTS = {
    "dense-forward": 5,
    "dense-backward": 10,
    "relu-derivative": 4,
    "sigmoid-derivative": 4,
    "mse-derivative": 4,
    "bce-derivative": 6,
    "network-forward": 5,
    "network-backward": 7,
    "your-network-learns": 5,
}
WRITTEN = {}
FIGURES = [
    "relu-derivative-try",
    "sigmoid-derivative-try",
    "xor-figure",
    "digits-look",
    "digits-curves",
]
PRELUDE = """from nnkit.playground.session import Session
from nnkit.playground.setup import started


def played(epochs, **start):
    session = Session(started(**start))
    session.advance(times=epochs)
    return round(session.run.history["loss"][-1], 3)


circles = {"data": "circles", "hidden": (8,), "optimizer": "SGD", "learning_rate": 0.3}


def xor_network(units, seed, bent):
    network = NeuralNetwork(epochs=500, batch_size=4, learning_rate=0.5, loss=BinaryCrossEntropy, random_state=seed)
    network.add(DenseLayer(units, input_shape=(2,)))
    if bent:
        network.add(ReLUActivation())
    return network.add(DenseLayer(1)).add(SigmoidActivation()).fit(xor)
"""
CLAIMS = [
    "played(100, activation='none', **circles) == 0.693 and played(100, activation='ReLUActivation', **circles) == 0.025",
    "labels_test.shape == (360,) and len(x_train) + len(x_test) == 1797",
    "len(wrong) == 13 and round(network.score(test), 2) == 0.96",
    "sum((labels_test[wrong] == 8) & (predicted[wrong] == 1)) == 3",
    "confusion_matrix(labels_test[wrong], predicted[wrong], 10).flatten().tolist().count(1) == len(wrong) - 3",
    "[round(SigmoidActivation().derivative(np.array([x]))[0], 6) for x in (0.0, 10.0)] == [0.25, 0.000045]",
    "np.allclose(BinaryCrossEntropy().derivative(np.ones((1, 1)), np.array([[0.001]])), -1000)",
    "abs(numerical_gradient(loss_with, B) - 4).max() < 1e-6",
    "xor_network(16, 0, True).predict(xor.X).round().ravel().tolist() == [0, 1, 1, 0]",
    "round(xor_network(8, 1, True).history['loss'][-1], 2) == 0.35",
    "abs(xor_network(16, 0, False).predict(xor.X) - 0.5).max() < 1e-3",
]
