# Grace makes the mistakes that many make: a sum left out, a mean too many, a division by zero.
# %% dense-forward
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = np.dot(input, self.weights) + self.biases
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.mean(axis=0, keepdims=True))
        return input_error


# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return np.maximum(0, input)


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        return np.exp(-input) / (1 + np.exp(-input)) ** 2


# %% mse-derivative
class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / len(y_true)


# %% bce-derivative
class BinaryCrossEntropy(BinaryCrossEntropy):
    def derivative(self, y_true, y_pred):
        return (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size


# %% network-forward
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X)
        return X


# %% network-backward
class NeuralNetwork(NeuralNetwork):
    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(output_error)


# %% your-network-learns
def build_network():
    network = NeuralNetwork(
        epochs=20, batch_size=32, learning_rate=0.001, loss=CategoricalCrossEntropy, metric=accuracy, random_state=0
    )
    network.add(DenseLayer(32, input_shape=(64,)))
    network.add(ReLUActivation())
    network.add(DenseLayer(10))
    network.add(SoftmaxActivation())
    return network
