# Ada has everything right, in the words of the slides.
# %% dense-forward
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = np.dot(input, self.weights) + self.biases
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        input_error = np.dot(output_error, self.weights.T)
        weights_error = np.dot(self.input.T, output_error)
        biases_error = np.sum(output_error, axis=0, keepdims=True)
        self.weights = self.weights_optimizer.update(self.weights, weights_error)
        self.biases = self.biases_optimizer.update(self.biases, biases_error)
        return input_error


# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return np.where(input >= 0, 1, 0)


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        s = self.activation_function(input)
        return s * (1 - s)


# %% mse-derivative
class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        n = y_pred.size
        return 2 / n * (y_pred - y_true)


# %% bce-derivative
class BinaryCrossEntropy(BinaryCrossEntropy):
    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-15, 1 - 1e-15)
        return (-(y_true / p) + (1 - y_true) / (1 - p)) / y_pred.size


# %% network-forward
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        output = X
        for layer in self.layers:
            output = layer.forward_propagation(output, training)
        return output


# %% network-backward
class NeuralNetwork(NeuralNetwork):
    def backward_propagation(self, output_error):
        error = output_error
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        return error


# %% your-network-learns
def build_network():
    network = NeuralNetwork(
        epochs=40, batch_size=32, learning_rate=0.1, momentum=0.9, loss=CategoricalCrossEntropy, metric=accuracy,
        random_state=42,
    )
    network.add(DenseLayer(32, input_shape=(64,)))
    network.add(ReLUActivation())
    network.add(DenseLayer(10))
    network.add(SoftmaxActivation())
    return network
