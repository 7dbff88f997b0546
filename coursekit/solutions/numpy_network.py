"""Answers to the nine exercises of 02-numpy-network, right and wrong, as students write them.

Every class has the name of nnkit's own, as in the notebook, so that one name is defined again and again. In each
exercise the right answers come first: other formulas, other types, loops. Then the wrong ones, from the untouched
cell to answers that are right almost everywhere.
"""
# ruff: noqa: F811 - in the notebook, too, each answer is a class of that one name

import functools

import numpy as np

import nnkit
from coursekit.solutions import right, wrong

# ---- unchanged: nnkit's own class, handed in without a line of one's own

for exercise_id, library_class in {
    "dense-forward": nnkit.DenseLayer,
    "dense-backward": nnkit.DenseLayer,
    "relu-derivative": nnkit.ReLUActivation,
    "sigmoid-derivative": nnkit.SigmoidActivation,
    "mse-derivative": nnkit.MeanSquaredError,
    "bce-derivative": nnkit.BinaryCrossEntropy,
    "network-forward": nnkit.NeuralNetwork,
    "network-backward": nnkit.NeuralNetwork,
}.items():
    handed_in = type(library_class.__name__, (library_class,), {"__doc__": "Not attempted: nnkit's own, unchanged."})
    wrong(exercise_id)(handed_in)


# ---- dense-forward, right


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """The formula, line by line."""

    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = input @ self.weights + self.biases
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """np.dot, and the biases as a vector."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.dot(input, self.weights) + self.biases[0]
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Einstein's summation, and an attribute of one's own."""

    def forward_propagation(self, input, training=True):
        self.cache = input
        self.input = np.array(input)
        self.output = np.einsum("ni,iu->nu", input, self.weights) + self.biases
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Three loops."""

    def forward_propagation(self, input, training=True):
        n_examples, n_inputs = input.shape
        output = np.zeros((n_examples, self.n_units))
        for example in range(n_examples):
            for unit in range(self.n_units):
                output[example, unit] = self.biases[0, unit]
                for i in range(n_inputs):
                    output[example, unit] += input[example, i] * self.weights[i, unit]
        self.input, self.output = input, output
        return output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """float32 throughout."""

    def forward_propagation(self, input, training=True):
        self.input = np.asarray(input, np.float32)
        self.output = self.input @ self.weights.astype(np.float32) + self.biases.astype(np.float32)
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """The bias is the weight of an input that is always 1."""

    def forward_propagation(self, input, training=True):
        self.input = input
        ones = np.ones((len(input), 1))
        self.output = np.hstack([input, ones]) @ np.vstack([self.weights, self.biases])
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """A list comprehension over the examples."""

    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = np.array([row @ self.weights + self.biases.ravel() for row in input])
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Worked in place, on an array of its own."""

    def forward_propagation(self, input, training=True):
        self.input = input.copy()
        self.output = np.tensordot(input, self.weights, axes=1)
        self.output += self.biases
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """A helper method, and the product by broadcasting."""

    def _weighted_sums(self, X):
        return (X[:, :, None] * self.weights[None]).sum(axis=1)

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, self._weighted_sums(input) + self.biases
        return self.output


@right("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Columns as examples, as many books have it, then turned back."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, (self.weights.T @ input.T + self.biases.T).T
        return self.output


# ---- dense-forward, wrong


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Not attempted: the cell as released."""

    def forward_propagation(self, input, training=True):
        raise NotImplementedError


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """All zeros."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.zeros((len(input), self.n_units))
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """A constant of the right shape."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.full((len(input), self.n_units), 0.5)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Only for batches of 3 with 4 inputs and 5 units."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.zeros((3, 5))
        for i in range(3):
            for j in range(5):
                self.output[i, j] = sum(input[i, k] * self.weights[k, j] for k in range(4)) + self.biases[0, j]
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Right for a batch of one: the first example stands for all."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input[:1] @ self.weights + self.biases
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Fits only where there are as many inputs as units: the weights are transposed."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input @ self.weights.T + self.biases
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Right for one input only: the other columns are not looked at."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input[:, :1] * self.weights[:1] + self.biases
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Raises: a name that does not exist."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, inputs @ self.weights + self.biases  # noqa: F821 - the mistake itself
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Raises an error with a very long text."""

    def forward_propagation(self, input, training=True):
        raise ValueError(
            "\n".join(f"line {i} of what went wrong, at great length and with much detail" for i in range(50))
        )


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Returns None."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input @ self.weights + self.biases


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """The output is right, but the input was rescaled in place."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input.copy(), input @ self.weights + self.biases
        input /= np.abs(input).max()
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """The output is right, but the biases become part of it: += on an alias."""

    def forward_propagation(self, input, training=True):
        self.input = input
        self.output = np.broadcast_to(self.biases, (len(input), self.n_units)) + input @ self.weights
        self.biases += self.output.mean(axis=0)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """1 % off."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, 1.01 * (input @ self.weights + self.biases)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """float16 keeps three digits only."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, (input @ self.weights + self.biases).astype(np.float16)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """The biases are added to the first example only."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input @ self.weights
        self.output[0] += self.biases[0]
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Wrong at the last row: the loop ends too early."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.zeros((len(input), self.n_units))
        for i in range(len(input) - 1):
            self.output[i] = input[i] @ self.weights + self.biases[0]
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Wrong where the output is negative: ReLU is applied as well."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.maximum(0, input @ self.weights + self.biases)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Right the first time: later outputs are added to the first."""

    output = 0

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, self.output + input @ self.weights + self.biases
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """Right in training only: a prediction lacks the biases."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input @ self.weights + (self.biases if training else 0)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """The input is not kept for the way back."""

    def forward_propagation(self, input, training=True):
        self.output = input @ self.weights + self.biases
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """A batch of one loses its dimension, and so does a layer of one unit."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, np.squeeze(input @ self.weights + self.biases)
        return self.output


@wrong("dense-forward")
class DenseLayer(nnkit.DenseLayer):
    """`training` is missing among the parameters."""

    def forward_propagation(self, input):
        self.input, self.output = input, input @ self.weights + self.biases
        return self.output


# ---- dense-backward, right


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """The slides' four steps."""

    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T
        weights_error = self.input.T @ output_error
        biases_error = output_error.sum(axis=0, keepdims=True)
        self.weights = self.weights_optimizer.update(self.weights, weights_error)
        self.biases = self.biases_optimizer.update(self.biases, biases_error)
        return input_error


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Einstein's summation."""

    def backward_propagation(self, output_error):
        dX = np.einsum("nu,iu->ni", output_error, self.weights)
        dW = np.einsum("ni,nu->iu", self.input, output_error)
        dB = np.einsum("nu->u", output_error)[np.newaxis]
        self.biases = self.biases_optimizer.update(self.biases, dB)
        self.weights = self.weights_optimizer.update(self.weights, dW)
        return dX


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Example by example: a sum of outer products."""

    def backward_propagation(self, output_error):
        dX, dW, dB = np.zeros_like(self.input), np.zeros_like(self.weights), np.zeros_like(self.biases)
        for i, (x, e) in enumerate(zip(self.input, output_error, strict=True)):
            dX[i] = self.weights @ e
            dW += np.outer(x, e)
            dB += e
        self.weights = self.weights_optimizer.update(self.weights, dW)
        self.biases = self.biases_optimizer.update(self.biases, dB)
        return dX


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Loops over single numbers."""

    def backward_propagation(self, output_error):
        (n, n_units), n_inputs = output_error.shape, self.weights.shape[0]
        dW = [[sum(self.input[k, i] * output_error[k, u] for k in range(n)) for u in range(n_units)]
              for i in range(n_inputs)]  # fmt: skip
        dX = [[sum(self.weights[i, u] * output_error[k, u] for u in range(n_units)) for i in range(n_inputs)]
              for k in range(n)]  # fmt: skip
        dB = [[sum(output_error[k, u] for k in range(n)) for u in range(n_units)]]
        self.weights = self.weights_optimizer.update(self.weights, np.array(dW))
        self.biases = self.biases_optimizer.update(self.biases, np.array(dB))
        return np.array(dX)


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """float32 throughout."""

    def backward_propagation(self, output_error):
        E, X, W = (a.astype(np.float32) for a in (output_error, self.input, self.weights))
        self.weights = self.weights_optimizer.update(W, X.T @ E)
        self.biases = self.biases_optimizer.update(self.biases.astype(np.float32), E.sum(axis=0, keepdims=True))
        return E @ W.T


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """The parameters are overwritten in place."""

    def backward_propagation(self, output_error):
        dX = output_error.dot(self.weights.T)
        self.weights[...] = self.weights_optimizer.update(self.weights, self.input.T.dot(output_error))
        self.biases[:] = self.biases_optimizer.update(self.biases, output_error.sum(0).reshape(1, -1))
        return dX


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Update first, with the old weights put aside."""

    def backward_propagation(self, output_error):
        old = self.weights
        self.weights = self.weights_optimizer.update(self.weights, np.tensordot(self.input, output_error, axes=(0, 0)))
        self.biases = self.biases_optimizer.update(self.biases, np.ones((1, len(output_error))) @ output_error)
        return np.tensordot(output_error, old, axes=(1, 1))


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """From what its own way forward put aside."""

    def forward_propagation(self, input, training=True):
        self.cache = input, self.weights
        return super().forward_propagation(input, training)

    def backward_propagation(self, output_error):
        X, W = self.cache
        self.weights = self.weights_optimizer.update(self.weights, X.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, np.add.reduce(output_error, axis=0, keepdims=True))
        return (W @ output_error.T).T


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """A helper for the gradients, which it leaves behind, penalty and all."""

    def _gradients(self, error):
        return (error.T @ self.input).T + self.penalty_gradient(), np.atleast_2d(error.sum(axis=0))

    def backward_propagation(self, output_error):
        self.weights_gradient, self.biases_gradient = self._gradients(output_error)
        dX = np.matmul(output_error, self.weights.transpose())
        self.weights = self.weights_optimizer.update(self.weights, self.weights_gradient)
        self.biases = self.biases_optimizer.update(self.biases, self.biases_gradient)
        return dX


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right, although its own way forward is still to be written."""

    def forward_propagation(self, input, training=True):
        raise NotImplementedError

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


@right("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right, although its own way forward keeps nothing and spoils the weights."""

    def forward_propagation(self, input, training=True):
        self.weights *= 0
        self.biases = None

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


# ---- dense-backward, wrong


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Not attempted: the cell as released."""

    def backward_propagation(self, output_error):
        raise NotImplementedError("not attempted yet: replace this line with your code")


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """All zeros, and nothing is learnt."""

    def backward_propagation(self, output_error):
        return np.zeros_like(self.input)


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """A constant of the right shape, with steps that are right."""

    def backward_propagation(self, output_error):
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return np.ones_like(self.input)


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Only for 4 inputs, 5 units and batches of 3."""

    def backward_propagation(self, output_error):
        dX = (output_error @ self.weights.T).reshape(3, 4)
        self.weights = self.weights_optimizer.update(self.weights, (self.input.T @ output_error).reshape(4, 5))
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0).reshape(1, 5))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right for a batch of one: the weights learn from the first example only."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, np.outer(self.input[0], output_error[0]))
        self.biases = self.biases_optimizer.update(self.biases, output_error[:1])
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Fits only where there are as many inputs as units: W is not transposed."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right for one unit only: the others' errors are not looked at."""

    def backward_propagation(self, output_error):
        dX = output_error[:, :1] * self.weights[:, 0]
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Raises: an attribute that does not exist."""

    def backward_propagation(self, output_error):
        self.weights = self.optimizer.update(self.weights, self.input.T @ output_error)


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Returns None."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T  # noqa: F841 - the mistake itself
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """All results are right, but output_error is scaled in place."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        output_error *= self.weights_optimizer.learning_rate
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """dE/dW is 1 % off."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, 1.01 * self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """dE/dX is made with the new weights."""

    def backward_propagation(self, output_error):
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return output_error @ self.weights.T


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """The biases' gradients are averaged."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.mean(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """The biases do not learn."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Steps by hand: right without momentum only."""

    def backward_propagation(self, output_error):
        dX, rate = output_error @ self.weights.T, self.weights_optimizer.learning_rate
        self.weights = self.weights - rate * self.input.T @ output_error
        self.biases = self.biases - rate * output_error.sum(axis=0, keepdims=True)
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Momentum by hand: right for SGD only; Adam would never be asked."""

    V, U = 0, 0

    def backward_propagation(self, output_error):
        dX, rate, beta = (
            output_error @ self.weights.T,
            self.weights_optimizer.learning_rate,
            self.weights_optimizer.momentum,
        )
        self.V = beta * self.V + (1 - beta) * self.input.T @ output_error
        self.U = beta * self.U + (1 - beta) * output_error.sum(axis=0, keepdims=True)
        self.weights, self.biases = self.weights - rate * self.V, self.biases - rate * self.U
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """The last example of the batch is left out."""

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input[:-1].T @ output_error[:-1])
        self.biases = self.biases_optimizer.update(self.biases, output_error[:-1].sum(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Wrong for negative errors, which are cut off."""

    def backward_propagation(self, output_error):
        E = np.maximum(output_error, 0)
        dX = E @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ E)
        self.biases = self.biases_optimizer.update(self.biases, E.sum(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right the first time: dE/dX is always made with the very first weights."""

    def backward_propagation(self, output_error):
        if not hasattr(self, "W_transposed"):
            self.W_transposed = self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return output_error @ self.W_transposed


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right the first time: dE/dW is always made with the very first batch."""

    def backward_propagation(self, output_error):
        if not hasattr(self, "X_transposed"):
            self.X_transposed = self.input.T
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.X_transposed @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """float16 keeps three digits only."""

    def backward_propagation(self, output_error):
        dX = (output_error @ self.weights.T).astype(np.float16)
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


# ---- relu-derivative, right


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Booleans."""

    def derivative(self, input):
        return input > 0


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Whole numbers."""

    def derivative(self, input):
        return (input > 0).astype(int)


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """np.where."""

    def derivative(self, input):
        return np.where(input < 0, 0.0, 1.0)


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Heaviside's step, with a half at 0."""

    def derivative(self, input):
        return np.heaviside(input, 0.5)


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Masks on a copy, float32."""

    def derivative(self, input):
        slope = np.array(input, dtype=np.float32)
        slope[slope <= 0] = 0
        slope[slope > 0] = 1
        return slope


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """A list comprehension."""

    def derivative(self, input):
        return np.array([[1 if x > 0 else 0 for x in row] for row in input])


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """np.vectorize."""

    def derivative(self, input):
        return np.vectorize(lambda x: float(x > 0))(input)


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """The sign, with what is negative cut off."""

    def derivative(self, input):
        return np.maximum(np.sign(input), 0)


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """ReLU's output over its input (0 / 0 at the kink, with a warning)."""

    def derivative(self, input):
        return self.activation_function(input) / input


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Index loops."""

    def derivative(self, input):
        slope = np.zeros(input.shape)
        for i in np.ndindex(input.shape):
            if input[i] > 0:
                slope[i] = 1
        return slope


@right("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Central differences: right away from the kink."""

    def derivative(self, input, h=1e-6):
        return (np.maximum(input + h, 0) - np.maximum(input - h, 0)) / (2 * h)


# ---- relu-derivative, wrong


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Not attempted: the cell as released."""

    def derivative(self, input):
        raise NotImplementedError


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """All zeros."""

    def derivative(self, input):
        return np.zeros(input.shape)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """A constant of the right shape."""

    def derivative(self, input):
        return np.full(input.shape, 0.5)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Only for four rows of three."""

    def derivative(self, input):
        return np.array([[1.0 if input[i][j] > 0 else 0.0 for j in range(3)] for i in range(4)])


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Right for a batch of one: the first row stands for all."""

    def derivative(self, input):
        return np.repeat(input[:1] > 0, len(input), axis=0)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Right for one column only."""

    def derivative(self, input):
        return input[:, :1] > 0


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Raises: `if` of a whole array."""

    def derivative(self, input):
        return 1 if input > 0 else 0


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Returns None."""

    def derivative(self, input):
        slope = input > 0  # noqa: F841 - the mistake itself


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """The slope is right, but the input was rectified in place."""

    def derivative(self, input):
        np.maximum(input, 0, out=input)
        return input > 0


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """1 % off."""

    def derivative(self, input):
        return np.where(input > 0, 1.01, 0)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Wrong on the negative side: the slope of leaky ReLU."""

    def derivative(self, input):
        return np.where(input > 0, 1, 0.01)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Wrong on the negative side: the slope of ELU."""

    def derivative(self, input):
        return np.exp(np.minimum(input, 0))


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Wrong at the last row."""

    def derivative(self, input):
        slope = (input > 0).astype(float)
        slope[-1] = 0
        return slope


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """The corner is not at 0 but at 0.05."""

    def derivative(self, input):
        return input > 0.05


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """A slope that rises from 0 to 1 between 0 and 0.1."""

    def derivative(self, input):
        return np.clip(10 * input, 0, 1)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """A steep sigmoid: nearly right away from 0."""

    def derivative(self, input):
        return 1 / (1 + np.exp(-100 * input))


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Right the first time: a batch of the same shape gets the old slope again."""

    slope = None

    def derivative(self, input):
        if self.slope is None or self.slope.shape != input.shape:
            self.slope = input > 0
        return self.slope


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """The slope of what the layer saw last."""

    def derivative(self, input):
        return self.input > 0


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """ReLU itself."""

    def derivative(self, input):
        return self.activation_function(input)


@wrong("relu-derivative")
class ReLUActivation(nnkit.ReLUActivation):
    """Wrong for large inputs: ReLU6 is flat again from 6 on."""

    def derivative(self, input):
        return (input > 0) & (input < 6)


# ---- sigmoid-derivative, right


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """From the function that the class has."""

    def derivative(self, input):
        s = self.activation_function(input)
        return s * (1 - s)


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """The textbook's exponential, which overflows to the right result, with a warning."""

    def derivative(self, input):
        s = 1 / (1 + np.exp(-input))
        return s - s**2


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """1 / (4 cosh^2(x/2))."""

    def derivative(self, input):
        return 1 / (4 * np.cosh(input / 2) ** 2)


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """From tanh, in one formula."""

    def derivative(self, input):
        return (1 - np.tanh(input / 2) ** 2) / 4


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """A sigmoid made of tanh."""

    def derivative(self, input):
        s = 0.5 * (1 + np.tanh(0.5 * input))
        return s * (1 - s)


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """The slope is even, so the exponential of -|x| is enough."""

    def derivative(self, input):
        e = np.exp(-np.abs(input))
        return e / (1 + e) ** 2


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """float32 throughout."""

    def derivative(self, input):
        s = 1 / (1 + np.exp(-np.float32(input)))
        return s * (np.float32(1) - s)


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """A product of two sigmoids."""

    def derivative(self, input):
        return self.activation_function(input) * self.activation_function(-input)


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Inputs clipped to where the exponential is finite."""

    def derivative(self, input):
        s = 1 / (1 + np.exp(-np.clip(input, -500, 500)))
        return s * (1 - s)


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Two cases, with masks."""

    def derivative(self, input):
        s, positive = np.empty(input.shape), input >= 0
        s[positive] = 1 / (1 + np.exp(-input[positive]))
        e = np.exp(input[~positive])
        s[~positive] = e / (1 + e)
        s *= 1 - s
        return s


@right("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Number by number."""

    def derivative(self, input):
        def slope(x):
            s = self.activation_function(x)
            return s * (1 - s)

        return np.array([[slope(x) for x in row] for row in input])


# ---- sigmoid-derivative, wrong


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Not attempted: the cell as released."""

    def derivative(self, input):
        raise NotImplementedError


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """All zeros."""

    def derivative(self, input):
        return np.zeros_like(input)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """A constant of the right shape: the slope at 0."""

    def derivative(self, input):
        return np.full(np.shape(input), 0.25)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Only for four rows of three."""

    def derivative(self, input):
        s = self.activation_function(input).reshape(4, 3)
        return s * (1 - s)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Right for a batch of one: the slope is averaged over the rows."""

    def derivative(self, input):
        s = self.activation_function(input)
        return np.broadcast_to((s * (1 - s)).mean(axis=0), s.shape)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Right for one column only."""

    def derivative(self, input):
        s = self.activation_function(input)
        return s * (1 - s[:, :1])


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Raises: a function that does not exist."""

    def derivative(self, input):
        return sigmoid(input) * (1 - sigmoid(input))  # noqa: F821 - the mistake itself


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Returns None."""

    def derivative(self, input):
        print(self.activation_function(input) * (1 - self.activation_function(input)))


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """The slope is right, but the input was clipped in place."""

    def derivative(self, input):
        np.clip(input, -500, 500, out=input)
        s = self.activation_function(input)
        return s * (1 - s)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """1 % off."""

    def derivative(self, input):
        s = self.activation_function(input)
        return 0.99 * s * (1 - s)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Wrong for large inputs: infinity / infinity."""

    def derivative(self, input):
        return np.exp(-input) / (1 + np.exp(-input)) ** 2


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Wrong for large inputs, which are clipped to 5, where the slope is 0.007."""

    def derivative(self, input):
        s = self.activation_function(np.clip(input, -5, 5))
        return s * (1 - s)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Wrong beyond 5, where it is not 0 yet."""

    def derivative(self, input):
        s = self.activation_function(input)
        return np.where(np.abs(input) < 5, s * (1 - s), 0)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Wrong for negative inputs: the sign follows the input."""

    def derivative(self, input):
        s = self.activation_function(input)
        return np.sign(input) * s * (1 - s)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """x (1 - x): right if the input were the output."""

    def derivative(self, input):
        return input * (1 - input)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """float16 keeps three digits only."""

    def derivative(self, input):
        s = self.activation_function(np.float16(input))
        return s * (1 - s)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """The slope of hard sigmoid: straight lines."""

    def derivative(self, input):
        return np.where(np.abs(input) < 2.5, 0.2, 0)


@wrong("sigmoid-derivative")
class SigmoidActivation(nnkit.SigmoidActivation):
    """Right the first time: then the layer goes on from its own result."""

    s = None

    def derivative(self, input):
        self.s = self.activation_function(input) if self.s is None else self.activation_function(self.s)
        return self.s * (1 - self.s)


# ---- mse-derivative, right


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """The formula."""

    def derivative(self, y_true, y_pred):
        return 2 / y_pred.size * (y_pred - y_true)


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """The slide's way round, with two minuses."""

    def derivative(self, y_true, y_pred):
        return -2 * (y_true - y_pred) / np.prod(y_true.shape)


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Loops."""

    def derivative(self, y_true, y_pred):
        n, k = y_pred.shape
        d = np.zeros((n, k))
        for i in range(n):
            for j in range(k):
                d[i, j] = 2 * (y_pred[i, j] - y_true[i, j]) / (n * k)
        return d


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """In place, on an array of its own."""

    def derivative(self, y_true, y_pred):
        d = y_pred.copy()
        d -= y_true
        d *= 2
        d /= len(d) * len(d[0])
        return d


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """float32 throughout."""

    def derivative(self, y_true, y_pred):
        return np.float32(2 / y_pred.size) * (y_pred.astype(np.float32) - y_true.astype(np.float32))


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """A list comprehension."""

    def derivative(self, y_true, y_pred):
        pairs = zip(y_true.ravel(), y_pred.ravel(), strict=True)
        return np.array([2 * (p - t) for t, p in pairs]).reshape(y_pred.shape) / y_pred.size


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Central differences of the loss, entry by entry."""

    def derivative(self, y_true, y_pred):
        d = np.zeros_like(y_pred)
        for i in np.ndindex(y_pred.shape):
            step = np.zeros_like(y_pred)
            step[i] = 1e-4
            d[i] = (self.loss(y_true, y_pred + step) - self.loss(y_true, y_pred - step)) / 2e-4
        return d


@right("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """np.vectorize, and n in a helper."""

    def _n(self, y):
        rows, columns = y.shape
        return rows * columns

    def derivative(self, y_true, y_pred):
        return np.vectorize(lambda t, p: (p - t) * 2 / self._n(y_pred))(y_true, y_pred)


# ---- mse-derivative, wrong


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Not attempted: the cell as released."""

    def derivative(self, y_true, y_pred):
        raise NotImplementedError


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """All zeros."""

    def derivative(self, y_true, y_pred):
        return np.zeros_like(y_pred)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """A constant of the right shape."""

    def derivative(self, y_true, y_pred):
        return np.full_like(y_pred, 2 / y_pred.size)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Only for batches of 5 with 3 outputs."""

    def derivative(self, y_true, y_pred):
        return 2 / 15 * (y_pred - y_true)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Right for a batch of one: n counts the outputs only."""

    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / y_pred.shape[1]


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Right for one output only: n counts the examples."""

    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / len(y_pred)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Right for square batches only: n is the number of columns squared."""

    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / y_pred.shape[1] ** 2


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Fails for a single output: the loop needs a second column."""

    def derivative(self, y_true, y_pred):
        d = 2 / y_pred.size * (y_pred - y_true)
        d[0, 1] = 2 / y_pred.size * (y_pred[0, 1] - y_true[0, 1])
        return d


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Raises: the length of a number."""

    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / len(y_pred.size)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Returns None."""

    def derivative(self, y_true, y_pred):
        self.d = 2 / y_pred.size * (y_pred - y_true)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """The derivative is right, but y_pred was overwritten with it."""

    def derivative(self, y_true, y_pred):
        y_pred -= y_true
        y_pred *= 2 / y_pred.size
        return y_pred


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """1 % off."""

    def derivative(self, y_true, y_pred):
        return 2.02 / y_pred.size * (y_pred - y_true)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Wrong where the prediction is too low: the derivative of the absolute difference slips in."""

    def derivative(self, y_true, y_pred):
        return 2 / y_pred.size * np.abs(y_pred - y_true)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Wrong at the last row, which stays 0."""

    def derivative(self, y_true, y_pred):
        d = np.zeros_like(y_pred)
        d[:-1] = 2 / y_pred.size * (y_pred - y_true)[:-1]
        return d


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Right the first time: n is that of the first batch for ever."""

    n = None

    def derivative(self, y_true, y_pred):
        self.n = self.n or y_pred.size
        return 2 / self.n * (y_pred - y_true)


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """float16 keeps three digits only."""

    def derivative(self, y_true, y_pred):
        return 2 / y_pred.size * (np.float16(y_pred) - np.float16(y_true))


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """The 2 is missing, and it is shown as a list of lists of text."""

    def derivative(self, y_true, y_pred):
        return [[str(d) for d in row] for row in (y_pred - y_true) / y_pred.size]


@wrong("mse-derivative")
class MeanSquaredError(nnkit.MeanSquaredError):
    """Wrong for large differences: the gradient is clipped."""

    def derivative(self, y_true, y_pred):
        return np.clip(2 / y_pred.size * (y_pred - y_true), -1, 1)


# ---- bce-derivative, right


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """The formula, predictions clipped by 1e-7 as in Keras."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        return (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Clipped by 1e-15, as scikit-learn used to."""

    def derivative(self, y_true, y_pred):
        p = np.minimum(np.maximum(y_pred, 1e-15), 1 - 1e-15)
        return -(y_true / p - (1 - y_true) / (1 - p)) / np.prod(p.shape)


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """On one fraction."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-10, 1 - 1e-10)
        return (p - y_true) / (p * (1 - p) * p.size)


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """A little is added to the denominators instead."""

    def derivative(self, y_true, y_pred):
        return ((1 - y_true) / (1 - y_pred + 1e-8) - y_true / (y_pred + 1e-8)) / y_pred.size


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Two cases, since a target is 0 or 1."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-12, 1 - 1e-12)
        return np.where(y_true == 1, -1 / p, 1 / (1 - p)) / y_true.size


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """float32 throughout, clipped by what float32 can tell from 1."""

    def derivative(self, y_true, y_pred):
        y, p = np.float32(y_true), np.clip(np.float32(y_pred), np.float32(1e-6), np.float32(1 - 1e-6))
        return (-y / p + (1 - y) / (1 - p)) / np.float32(p.size)


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Loops, and max in place of clip."""

    def derivative(self, y_true, y_pred):
        d = np.zeros_like(y_pred)
        for i in range(d.shape[0]):
            for j in range(d.shape[1]):
                y, p = y_true[i, j], y_pred[i, j]
                d[i, j] = (-y / max(p, 1e-9) + (1 - y) / max(1 - p, 1e-9)) / d.size
        return d


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """In place, on copies."""

    def derivative(self, y_true, y_pred):
        p = y_pred.copy()
        p[p == 0] = 1e-11
        p[p == 1] = 1 - 1e-11
        d = -y_true / p
        d += (1 - y_true) / (1 - p)
        d /= d.size
        return d


@right("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Infinities become the largest number there is, of the same sign, with a warning."""

    def derivative(self, y_true, y_pred):
        return np.nan_to_num((-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size)


# ---- bce-derivative, wrong


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Not attempted: the cell as released."""

    def derivative(self, y_true, y_pred):
        raise NotImplementedError


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """All zeros."""

    def derivative(self, y_true, y_pred):
        return np.zeros_like(y_pred)


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """A constant of the right shape."""

    def derivative(self, y_true, y_pred):
        return np.full_like(y_pred, -1 / y_pred.size)


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Only for batches of 4 with 5 outputs."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7).reshape(4, 5)
        return (-y_true / p + (1 - y_true) / (1 - p)) / 20


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Right for one output only: n counts the examples."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        return (-y_true / p + (1 - y_true) / (1 - p)) / len(p)


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Right for a batch of one: the first row of predictions stands for all."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred[0], 1e-7, 1 - 1e-7)
        return (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Raises for predictions of 0 and 1."""

    def derivative(self, y_true, y_pred):
        if np.any(y_pred == 0) or np.any(y_pred == 1):
            raise ZeroDivisionError("division by zero")
        return (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Returns None."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        self.d = (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Returns None for predictions of 0 and 1."""

    def derivative(self, y_true, y_pred):
        if np.all((y_pred > 0) & (y_pred < 1)):
            return (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """The derivative is right, but the predictions are clipped in place."""

    def derivative(self, y_true, y_pred):
        np.clip(y_pred, 1e-7, 1 - 1e-7, out=y_pred)
        return (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """The derivative is right, but the targets are overwritten."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        d = (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size
        y_true[...] = 0
        return d


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """1 % off."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        return 1.01 * (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Twice as large: the 2 of another loss."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        return 2 * (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """eps is too large: predictions of 1 and 99 % are not extreme."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 0.05, 0.95)
        return (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Divides by zero."""

    def derivative(self, y_true, y_pred):
        return (-y_true / y_pred + (1 - y_true) / (1 - y_pred)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Finite at 0 and 1, but 0 where it should be steepest."""

    def derivative(self, y_true, y_pred):
        inside = (y_pred > 0) & (y_pred < 1)
        p = np.where(inside, y_pred, 0.5)
        return np.where(inside, -y_true / p + (1 - y_true) / (1 - p), 0) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Finite at 0 and 1, but of the wrong sign there: 0 is moved to the other side."""

    def derivative(self, y_true, y_pred):
        p = np.where(y_pred == 0, -1e-7, np.where(y_pred == 1, 1 + 1e-7, y_pred))
        return (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Wrong at the last row, which stays 0."""

    def derivative(self, y_true, y_pred):
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        d = (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size
        d[-1] = 0
        return d


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Wrong where the target is 0: only the first term."""

    def derivative(self, y_true, y_pred):
        return -y_true / np.clip(y_pred, 1e-7, 1) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Clipped by 1e-7 in float16, which rounds that to 0."""

    def derivative(self, y_true, y_pred):
        p = np.clip(np.float16(y_pred), np.float16(1e-9), np.float16(1 - 1e-9))
        return (-y_true / p + (1 - y_true) / (1 - p)) / y_pred.size


@wrong("bce-derivative")
class BinaryCrossEntropy(nnkit.BinaryCrossEntropy):
    """Right the first time: n grows with every call."""

    n = 0

    def derivative(self, y_true, y_pred):
        self.n += y_pred.size
        p = np.clip(y_pred, 1e-7, 1 - 1e-7)
        return (-y_true / p + (1 - y_true) / (1 - p)) / self.n


# ---- network-forward, right


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The loop."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """An index loop, `training` by name."""

    def forward_propagation(self, X, training):
        output = X
        for i in range(len(self.layers)):
            output = self.layers[i].forward_propagation(output, training=training)
        return output


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """functools.reduce."""

    def forward_propagation(self, X, training=True):
        return functools.reduce(lambda Y, layer: layer.forward_propagation(Y, training), self.layers, X)


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Recursion over the layers."""

    def _through(self, layers, X, training):
        if not layers:
            return X
        return self._through(layers[1:], layers[0].forward_propagation(X, training), training)

    def forward_propagation(self, X, training=True):
        return self._through(self.layers, X, training)


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """All outputs are kept, the last is returned."""

    def forward_propagation(self, X, training=True):
        self.outputs = [X]
        for layer in self.layers:
            self.outputs.append(layer.forward_propagation(self.outputs[-1], training))
        return self.outputs[-1]


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The first layer apart."""

    def forward_propagation(self, X, training=True):
        first, *others = self.layers
        output = first.forward_propagation(X, training)
        for layer in others:
            output = layer.forward_propagation(output, training)
        return output


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """A while loop, on a float32 copy."""

    def forward_propagation(self, X, training=True):
        output, i = X.astype(np.float32), 0
        while i < len(self.layers):
            output = np.float32(self.layers[i].forward_propagation(output, training))
            i += 1
        return output


@right("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right, although the way back is still to be written."""

    def forward_propagation(self, X, training=True):
        waiting = list(self.layers)
        while waiting:
            X = waiting.pop(0).forward_propagation(X, training)
        return X

    def backward_propagation(self, output_error):
        raise NotImplementedError


# ---- network-forward, wrong


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Not attempted: the cell as released."""

    def forward_propagation(self, X, training=True):
        raise NotImplementedError


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """All zeros."""

    def forward_propagation(self, X, training=True):
        return np.zeros((len(X), *self.layers[-1].output_shape()))


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """A constant of the right shape."""

    def forward_propagation(self, X, training=True):
        return np.ones((len(X), *self.layers[-1].output_shape()))


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Only for networks of three layers."""

    def forward_propagation(self, X, training=True):
        a = self.layers[0].forward_propagation(X, training)
        b = self.layers[1].forward_propagation(a, training)
        return self.layers[2].forward_propagation(b, training)


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Only for networks of five layers."""

    def forward_propagation(self, X, training=True):
        for i in range(5):
            X = self.layers[i].forward_propagation(X, training)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right for a batch of one: only the first example is sent."""

    def forward_propagation(self, X, training=True):
        X = X[:1]
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Fits only layers of one width: each is fed X."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            output = layer.forward_propagation(X, training)
        return output


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Raises: a list has no way forward."""

    def forward_propagation(self, X, training=True):
        return self.layers.forward_propagation(X, training)


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Raises: calls itself without end."""

    def forward_propagation(self, X, training=True):
        return self.predict(X)


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Returns None."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        self.output = X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The output is right, but X is scaled in place after use."""

    def forward_propagation(self, X, training=True):
        output = X.copy()
        for layer in self.layers:
            output = layer.forward_propagation(output, training)
        X *= 0
        return output


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """1 % off: each layer loses a little."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = 0.998 * layer.forward_propagation(X, training)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Wrong in predictions: `training` is not passed on."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Wrong in training: layers are always told to predict."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training=False)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The last layer is left out."""

    def forward_propagation(self, X, training=True):
        for i in range(len(self.layers) - 1):
            X = self.layers[i].forward_propagation(X, training)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """From last to first."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers[::-1]:
            X = layer.forward_propagation(X, training)
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Wrong at the last row."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        X[-1] = X[0]
        return X


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right the first time: the first output is kept for ever."""

    output = None

    def forward_propagation(self, X, training=True):
        if self.output is None:
            for layer in self.layers:
                X = layer.forward_propagation(X, training)
            self.output = X
        return self.output


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Wrong where outputs are negative: ReLU after every layer."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = np.maximum(layer.forward_propagation(X, training), 0)
        return X


# ---- network-backward, right


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The loop."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(output_error)
        return output_error


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """A slice from behind."""

    def backward_propagation(self, output_error):
        error = np.array(output_error)
        for layer in self.layers[::-1]:
            error = layer.backward_propagation(error)
        return error


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """An index that counts down."""

    def backward_propagation(self, output_error):
        error = output_error
        for i in range(len(self.layers) - 1, -1, -1):
            error = self.layers[i].backward_propagation(error)
        return error


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """functools.reduce."""

    def backward_propagation(self, output_error):
        return functools.reduce(lambda E, layer: layer.backward_propagation(E), self.layers[::-1], output_error)


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Recursion over the layers."""

    def _back(self, layers, error):
        return self._back(layers[:-1], layers[-1].backward_propagation(error)) if layers else error

    def backward_propagation(self, output_error):
        return self._back(self.layers, output_error)


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Layers taken off the end of a copy of the list."""

    def backward_propagation(self, output_error):
        layers = list(self.layers)
        while layers:
            output_error = layers.pop().backward_propagation(output_error)
        return output_error


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The list is turned round, and back again."""

    def backward_propagation(self, output_error):
        self.layers.reverse()
        self.errors = [output_error]
        for layer in self.layers:
            self.errors.append(layer.backward_propagation(self.errors[-1]))
        self.layers.reverse()
        return self.errors[-1]


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """float32 throughout."""

    def backward_propagation(self, output_error):
        error = output_error.astype(np.float32)
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error).astype(np.float32)
        return error


@right("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right, although its own way forward is still to be written."""

    def forward_propagation(self, X, training=True):
        raise NotImplementedError

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(output_error)
        return output_error


# ---- network-backward, wrong


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Not attempted: the cell as released."""

    def backward_propagation(self, output_error):
        raise NotImplementedError


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """All zeros, and nothing is learnt."""

    def backward_propagation(self, output_error):
        return np.zeros((len(output_error), *self.layers[0].input_shape()))


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """A constant of the right shape, with learning that is right."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(output_error)
        return np.ones_like(output_error)


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Only for networks of three layers."""

    def backward_propagation(self, output_error):
        a = self.layers[2].backward_propagation(output_error)
        b = self.layers[1].backward_propagation(a)
        return self.layers[0].backward_propagation(b)


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right for a batch of one: the first example's error stands for all."""

    def backward_propagation(self, output_error):
        error = np.repeat(output_error[:1], len(output_error), axis=0)
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        return error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Fits only layers of one width: each is handed the network's error."""

    def backward_propagation(self, output_error):
        return [layer.backward_propagation(output_error) for layer in reversed(self.layers)][-1]


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Raises: an iterator has no length."""

    def backward_propagation(self, output_error):
        layers = reversed(self.layers)
        for i in range(len(layers)):
            output_error = layers[i].backward_propagation(output_error)
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Returns None."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(output_error)


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """All results are right, but output_error is overwritten with the last one."""

    def backward_propagation(self, output_error):
        error = output_error.copy()
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        output_error[...] = error
        return error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """1 % off: the error is scaled before the first layer."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers[1:]):
            output_error = layer.backward_propagation(output_error)
        return self.layers[0].backward_propagation(1.01 * output_error)


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The opposite sign: every layer walks uphill."""

    def backward_propagation(self, output_error):
        error = -output_error
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        return error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The last example's error is left out."""

    def backward_propagation(self, output_error):
        error = output_error.copy()
        error[-1] = 0
        for layer in reversed(self.layers):
            error = layer.backward_propagation(error)
        return error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Negative errors are cut off on the way."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(np.maximum(output_error, 0))
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right the first time: the iterator is used up."""

    way_back = None

    def backward_propagation(self, output_error):
        if self.way_back is None:
            self.way_back = reversed(self.layers)
        for layer in self.way_back:
            output_error = layer.backward_propagation(output_error)
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right the first time: the network is empty afterwards."""

    def backward_propagation(self, output_error):
        while self.layers:
            output_error = self.layers.pop().backward_propagation(output_error)
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Right the first time: the layers stand the other way round afterwards."""

    def backward_propagation(self, output_error):
        self.layers = self.layers[::-1]
        for layer in self.layers:
            output_error = layer.backward_propagation(output_error)
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """From first to last."""

    def backward_propagation(self, output_error):
        for layer in self.layers:
            output_error = layer.backward_propagation(output_error)
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """The first layer is left out: the range ends too early."""

    def backward_propagation(self, output_error):
        for i in range(len(self.layers) - 1, 0, -1):
            output_error = self.layers[i].backward_propagation(output_error)
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """float16 keeps three digits only."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = np.float16(layer.backward_propagation(output_error))
        return output_error


@wrong("network-backward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Each layer's error is the sum of its own and the one behind."""

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = output_error + layer.backward_propagation(output_error)
        return output_error


# ---- your-network-learns: what the answers share


def _network(*layers, **settings):
    """Return a network of these layers, which learns with Adam by cross-entropy unless the settings say otherwise."""
    usual = {"epochs": 12, "batch_size": 32, "optimizer": nnkit.Adam(0.01), "loss": nnkit.CategoricalCrossEntropy}
    network = nnkit.NeuralNetwork(**{**usual, "metric": nnkit.accuracy, "random_state": 0, **settings})
    for layer in layers:
        network.add(layer)
    return network


def _usual_network(**settings):
    """Return 64 -> 32 ReLU -> 10 softmax, right unless the settings spoil it."""
    layers = nnkit.DenseLayer(32, (64,)), nnkit.ReLUActivation(), nnkit.DenseLayer(10), nnkit.SoftmaxActivation()
    return _network(*layers, **settings)


# ---- your-network-learns, right


@right("your-network-learns")
def build_network():
    """Adam, ReLU, softmax."""
    return _usual_network()


@right("your-network-learns")
def build_network():
    """SGD with momentum."""
    return _usual_network(optimizer=nnkit.SGD, learning_rate=0.2, momentum=0.9, epochs=20)


@right("your-network-learns")
def build_network():
    """RMSProp."""
    return _usual_network(optimizer=nnkit.RMSProp(0.005))


@right("your-network-learns")
def build_network():
    """Sigmoid everywhere, and the mean squared error."""
    layers = nnkit.DenseLayer(32, (64,)), nnkit.SigmoidActivation(), nnkit.DenseLayer(10), nnkit.SigmoidActivation()
    return _network(*layers, loss=nnkit.MeanSquaredError, epochs=40, batch_size=16)


@right("your-network-learns")
def build_network():
    """Ten yes-or-no questions: tanh, sigmoid, binary cross-entropy."""
    layers = nnkit.DenseLayer(32, (64,)), nnkit.TanhActivation(), nnkit.DenseLayer(10), nnkit.SigmoidActivation()
    return _network(*layers, loss=nnkit.BinaryCrossEntropy(), epochs=20)


@right("your-network-learns")
def build_network():
    """One layer and softmax: logistic regression."""
    return _network(nnkit.DenseLayer(10, (64,)), nnkit.SoftmaxActivation(), epochs=25)


@right("your-network-learns")
def build_network():
    """One layer and nothing more: linear regression."""
    return _network(nnkit.DenseLayer(10, (64,)), loss=nnkit.MeanSquaredError, epochs=25)


@right("your-network-learns")
def build_network():
    """Two hidden layers."""
    return _network(
        nnkit.DenseLayer(48, input_shape=(64,)), nnkit.ReLUActivation(),
        nnkit.DenseLayer(24), nnkit.TanhActivation(),
        nnkit.DenseLayer(10), nnkit.SoftmaxActivation(),
    )  # fmt: skip


@right("your-network-learns")
def build_network():
    """Dropout of 0.2, and a light penalty on the weights."""
    return _network(
        nnkit.DenseLayer(64, (64,), l2=1e-5), nnkit.ReLUActivation(), nnkit.Dropout(0.2),
        nnkit.DenseLayer(10), nnkit.SoftmaxActivation(),
        epochs=20,
    )  # fmt: skip


@right("your-network-learns")
def build_network():
    """Dropout on the pixels themselves."""
    dropout = nnkit.Dropout(0.1)
    dropout.set_input_shape((64,))
    return _network(dropout, nnkit.DenseLayer(10), nnkit.SoftmaxActivation(), epochs=25)


class OwnDense(nnkit.DenseLayer):
    """A student's layer that is right."""

    def forward_propagation(self, input, training=True):
        self.input, self.output = input, input @ self.weights + self.biases
        return self.output

    def backward_propagation(self, output_error):
        dX = output_error @ self.weights.T
        self.weights = self.weights_optimizer.update(self.weights, self.input.T @ output_error)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return dX


class OwnNetwork(nnkit.NeuralNetwork):
    """A student's network that is right."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers:
            X = layer.forward_propagation(X, training)
        return X

    def backward_propagation(self, output_error):
        for layer in reversed(self.layers):
            output_error = layer.backward_propagation(output_error)
        return output_error


class UnsolvedDense(nnkit.DenseLayer):
    """A student's layer whose way back is still to be written."""

    def backward_propagation(self, output_error):
        raise NotImplementedError


class LeakyReLU(nnkit.ActivationLayer):
    """An activation that the course does not have."""

    def activation_function(self, input):
        return np.maximum(input, 0.1 * input)

    def derivative(self, input):
        return np.where(input > 0, 1, 0.1)


@right("your-network-learns")
def build_network():
    """Made of the student's own classes."""
    network = OwnNetwork(epochs=12, batch_size=32, optimizer=nnkit.Adam(0.01), loss=nnkit.CategoricalCrossEntropy)
    network.add(OwnDense(32, (64,))).add(nnkit.ReLUActivation())
    network.add(OwnDense(10)).add(nnkit.SoftmaxActivation())
    return network


@right("your-network-learns")
def build_network():
    """A good design, although the layers' way back is still to be written."""
    layers = UnsolvedDense(32, (64,)), nnkit.ReLUActivation(), UnsolvedDense(10), nnkit.SoftmaxActivation()
    return _network(*layers)


@right("your-network-learns")
def build_network():
    """With an activation that the student invented."""
    return _network(OwnDense(32, (64,)), LeakyReLU(), OwnDense(10), nnkit.SoftmaxActivation())


# ---- your-network-learns, wrong


@wrong("your-network-learns")
def build_network():
    """Not attempted: the cell as released."""
    raise NotImplementedError


@wrong("your-network-learns")
def build_network():
    """Returns None."""
    _usual_network()


@wrong("your-network-learns")
def build_network():
    """Returns the class."""
    return nnkit.NeuralNetwork


@wrong("your-network-learns")
def build_network():
    """Raises: the second layer is made before the first."""
    return nnkit.NeuralNetwork().add(nnkit.DenseLayer(10)).add(nnkit.DenseLayer(32, (64,)))


@wrong("your-network-learns")
def build_network():
    """No layers."""
    return _network()


@wrong("your-network-learns")
def build_network():
    """Takes 28 x 28 pixels."""
    return _network(nnkit.DenseLayer(32, (784,)), nnkit.DenseLayer(10), nnkit.SoftmaxActivation())


@wrong("your-network-learns")
def build_network():
    """One output."""
    return _network(nnkit.DenseLayer(32, (64,)), nnkit.DenseLayer(1), loss=nnkit.MeanSquaredError)


@wrong("your-network-learns")
def build_network():
    """Fitted already."""
    network = _usual_network(epochs=1)
    network.fit(nnkit.Dataset(np.eye(10, 64), np.eye(10)))
    return network


@wrong("your-network-learns")
def build_network():
    """A learning rate of 0."""
    return _usual_network(optimizer=nnkit.SGD(0.0), epochs=3)


@wrong("your-network-learns")
def build_network():
    """The learning rate is too small."""
    return _usual_network(optimizer=nnkit.SGD(1e-4))


@wrong("your-network-learns")
def build_network():
    """The learning rate is too large."""
    return _usual_network(optimizer=nnkit.SGD(300.0))


@wrong("your-network-learns")
def build_network():
    """Too few epochs."""
    return _usual_network(epochs=2, batch_size=256, optimizer=nnkit.Adam(0.005))


@wrong("your-network-learns")
def build_network():
    """No time to learn."""
    return _usual_network(max_seconds=1e-9, batch_size=1000)


@wrong("your-network-learns")
def build_network():
    """A hidden layer of one unit."""
    return _network(nnkit.DenseLayer(1, (64,)), nnkit.ReLUActivation(), nnkit.DenseLayer(10), nnkit.SoftmaxActivation())


@wrong("your-network-learns")
def build_network():
    """Cross-entropy of numbers that are no probabilities: no activation at the end."""
    return _network(nnkit.DenseLayer(32, (64,)), nnkit.ReLUActivation(), nnkit.DenseLayer(10))


@wrong("your-network-learns")
def build_network():
    """Cross-entropy of numbers that are no probabilities: ReLU at the end."""
    return _network(nnkit.DenseLayer(32, (64,)), nnkit.ReLUActivation(), nnkit.DenseLayer(10), nnkit.ReLUActivation())


@wrong("your-network-learns")
def build_network():
    """Dropout of 0.95."""
    return _network(
        nnkit.DenseLayer(32, (64,)), nnkit.ReLUActivation(), nnkit.Dropout(0.95),
        nnkit.DenseLayer(10), nnkit.SoftmaxActivation(),
        epochs=5,
    )  # fmt: skip


@wrong("your-network-learns")
def build_network():
    """A penalty that leaves the weights no room."""
    layers = nnkit.DenseLayer(32, (64,), l2=10), nnkit.ReLUActivation(), nnkit.DenseLayer(10, l2=10)
    return _network(*layers, nnkit.SoftmaxActivation(), epochs=5)


@wrong("your-network-learns")
def build_network():
    """All weights start at 0, so that ReLU stays flat."""
    network = _usual_network()
    network.set_weights([np.zeros_like(array) for array in network.get_weights()])
    return network


@wrong("your-network-learns")
def build_network():
    """Hopeless, and of an activation that the check cannot rebuild."""
    return _network(nnkit.DenseLayer(1, (64,)), LeakyReLU(), nnkit.DenseLayer(10), nnkit.SoftmaxActivation(), epochs=2)


class LossOfOnesOwn:
    """A loss that does not inherit from nnkit's, and lacks what it would have inherited."""

    def loss(self, y_true, y_pred):
        return float(np.mean((y_pred - y_true) ** 2))

    def derivative(self, y_true, y_pred):
        return 2 * (y_pred - y_true) / y_pred.size


@wrong("your-network-learns")
def build_network():
    """A loss that is none of nnkit's."""
    return _usual_network(loss=LossOfOnesOwn, epochs=2)


# ---- what two of the checks once let through


@wrong("network-forward")
class NeuralNetwork(nnkit.NeuralNetwork):
    """Five layers and no more."""

    def forward_propagation(self, X, training=True):
        for layer in self.layers[:5]:
            X = layer.forward_propagation(X, training)
        return X


@wrong("dense-backward")
class DenseLayer(nnkit.DenseLayer):
    """Right, but the layer's input, which is the output of the layer before, is overwritten."""

    def backward_propagation(self, output_error):
        input_error = output_error @ self.weights.T
        weights_gradient = self.input.T @ output_error
        self.input *= 0
        self.weights = self.weights_optimizer.update(self.weights, weights_gradient)
        self.biases = self.biases_optimizer.update(self.biases, output_error.sum(axis=0, keepdims=True))
        return input_error
