# Kurt has the order of things wrong on the way back, and a sign; the rest is right.
# %% dense-forward
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = self.biases + input.dot(self.weights)
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return output_error @ self.weights.T


# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        slope = np.zeros_like(input)
        slope[input > 0] = 1
        return slope


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        s = self.activation_function(input)
        return s - s**2


# %% mse-derivative
class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        return 2 * (y_true - y_pred) / y_pred.size


# %% bce-derivative
class BinaryCrossEntropy(BinaryCrossEntropy):
    def derivative(self, y_true, y_pred):
        eps = 1e-10
        return ((1 - y_true) / (1 - y_pred + eps) - y_true / (y_pred + eps)) / y_pred.size


# %% network-forward
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X


# %% network-backward
class NeuralNetwork(NeuralNetwork):
    def backward_propagation(self, output_error):
        for layer in self.layers:
            output_error = layer.backward_propagation(output_error)
        return output_error


# %% your-network-learns
def build_network():
    network = NeuralNetwork(epochs=30, batch_size=32, learning_rate=0.1, loss=CategoricalCrossEntropy, random_state=1)
    network.add(DenseLayer(48, input_shape=(64,)))
    network.add(SigmoidActivation())
    network.add(DenseLayer(10))
    network.add(SoftmaxActivation())
    return network
