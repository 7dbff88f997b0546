# Sonya has everything right, but her code is noisy: prints, warnings on stderr, formulas that overflow on the way.
# %% dense-forward
import sys


class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        print("forward", input.shape, file=sys.stderr)
        self.input = input
        self.output = input @ self.weights + self.biases
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        dW, dB = self.input.T @ output_error, output_error.sum(0, keepdims=True)
        dX = output_error @ self.weights.T
        self.weights, self.biases = (
            self.weights_optimizer.update(self.weights, dW),
            self.biases_optimizer.update(self.biases, dB),
        )
        return dX


# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        import warnings

        warnings.warn("the slope at 0 is a matter of convention")
        return (np.sign(input) + 1) / 2


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        s = 1 / (1 + np.exp(-input))
        return s * (1 - s)


# %% mse-derivative
class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        return -2 * (y_true - y_pred) / np.prod(y_true.shape)


# %% bce-derivative
class BinaryCrossEntropy(BinaryCrossEntropy):
    def derivative(self, y_true, y_pred):
        with_zeros = -y_true / y_pred + (1 - y_true) / (1 - y_pred)
        return np.nan_to_num(with_zeros, nan=-1.0, posinf=1e12, neginf=-1e12) / y_pred.size


# %% network-forward
class NeuralNetwork(NeuralNetwork):
    def forward_propagation(self, X, training=True):
        for i in range(len(self.layers)):
            X = self.layers[i].forward_propagation(X, training)
        return X


# %% network-backward
class NeuralNetwork(NeuralNetwork):
    def backward_propagation(self, output_error):
        i = len(self.layers)
        while i:
            i -= 1
            output_error = self.layers[i].backward_propagation(output_error)
        return output_error


# %% your-network-learns
def build_network():
    network = NeuralNetwork(epochs=60, batch_size=50, learning_rate=0.05, loss=CategoricalCrossEntropy, random_state=5)
    return network.add(DenseLayer(10, input_shape=(64,))).add(SoftmaxActivation())
