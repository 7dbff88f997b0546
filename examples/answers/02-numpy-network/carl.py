# Carl has a syntax error in one cell and a slip in the digits network; the other cells are right.
# %% dense-forward
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True)
        self.input = input
        self.output = input @ self.weights + self.biases
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return 1 * (input > 0)


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        s = self.activation_function(input)
        return s * (1 - s)


# %% mse-derivative
class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / y_pred.size


# %% bce-derivative
class BinaryCrossEntropy(BinaryCrossEntropy):
    def derivative(self, y_true, y_pred):
        y = np.clip(y_pred, 1e-7, 1 - 1e-7)
        return ((1 - y_true) / (1 - y) - y_true / y) / y.size


# %% network-forward
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X


# %% network-backward
class NeuralNetwork(NeuralNetwork):
    def backward_propagation(self, output_error):
        for layer in self.layers[::-1]:
            output_error = layer.backward_propagation(output_error)
        return output_error


# %% your-network-learns
def build_network():
    network = NeuralNetwork(epochs=30, batch_size=32, learning_rate=0.1, loss=CategoricalCrossEntropy, random_state=0)
    network.add(DenseLayer(32, input_shape=(64,)))
    network.add(ReLUActivation())
    network.add(DenseLayer(1))
    network.add(SigmoidActivation())
    return network
