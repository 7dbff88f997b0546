# Emmy has everything right too, but nothing as in the book: einsum, loops, recursion, float32, cosh.
# %% dense-forward
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input = np.array(input, dtype=np.float32)
        self.output = sum(np.outer(x, w) for x, w in zip(self.input.T, self.weights)) + self.biases
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        W = self.weights.copy()
        gradients = np.einsum("ki,kj->ij", self.input, output_error), np.ones((1, len(output_error))) @ output_error
        self.weights[...] = self.weights_optimizer.update(self.weights, gradients[0])
        self.biases[...] = self.biases_optimizer.update(self.biases, gradients[1])
        return np.einsum("kj,ij->ki", output_error, W)


# %% dense-forward-try
# Emmy leaves this cell empty.

# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return np.heaviside(input, 0.5)


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        return 1 / (4 * np.cosh(np.clip(input, -300, 300) / 2) ** 2)


# %% mse-derivative
class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        return np.array([[(p - t) / (y_pred.size / 2) for t, p in zip(*rows)] for rows in zip(y_true, y_pred)], np.float32)


# %% bce-derivative
class BinaryCrossEntropy(BinaryCrossEntropy):
    def derivative(self, y_true, y_pred):
        p = np.minimum(np.maximum(y_pred, 1e-9), 1 - 1e-9)
        return (p - y_true) / (p * (1 - p)) / y_true.shape[0] / y_true.shape[1]


# %% network-forward
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        def through(layers, x):
            return x if not layers else through(layers[1:], layers[0].forward_propagation(x, training=training))

        return through(self.layers, X)


# %% network-backward
class NeuralNetwork(NeuralNetwork):
    def backward_propagation(self, output_error):
        from functools import reduce

        return reduce(lambda error, layer: layer.backward_propagation(error), self.layers[::-1], output_error)


# %% your-network-learns
def build_network():
    layers = DenseLayer(24, (64,)), TanhActivation(), DenseLayer(10), SigmoidActivation()
    network = NeuralNetwork(25, 64, SGD(2.0, 0.5), loss=BinaryCrossEntropy, random_state=7)
    for layer in layers:
        network.add(layer)
    return network
