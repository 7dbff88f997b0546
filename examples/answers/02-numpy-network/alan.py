# Alan got half way: the layer and the activations are right, the rest is as it was handed out.
# %% dense-forward
class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = input @ self.weights + self.biases
        return self.output


# %% dense-backward
class DenseLayer(DenseLayer):
    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0).reshape(1, -1))
        return dX


# %% relu-derivative
class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return input > 0


# %% sigmoid-derivative
class SigmoidActivation(SigmoidActivation):
    def derivative(self, input):
        return self.activation_function(input) * self.activation_function(-input)
