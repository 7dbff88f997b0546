"""Network: the layers that a Setup asks for, made of nnkit's classes or of the student's.

`part` is a function from a name, as "DenseLayer", to the class to use for it.
"""

import numpy as np

import nnkit
from nnkit.optimizer import Optimizer

__all__ = ["OUTPUT", "Watched", "build", "optimizer", "stages"]

OUTPUT = {"yes or no": (1, "SigmoidActivation"), "classes": (3, "SoftmaxActivation"), "numbers": (1, "none")}


class Watched(Optimizer):
    """An optimizer that does what another does, and keeps the gradient that it was handed, to be looked at.

    Layers hand their gradients to their optimizers, and need not keep them: so this is where every layer's are seen.
    """

    def __init__(self, inner):
        super().__init__(inner.learning_rate)
        self.inner, self.gradient = inner, None

    def update(self, w, grad_loss_w):
        """Let the other optimizer update w; keep a copy of the gradient."""
        self.gradient = np.array(grad_loss_w)
        return self.inner.update(w, grad_loss_w)


def build(setup, part):
    """Return the NeuralNetwork of a Setup with its starting weights, in float64; its optimizers are Watched."""
    network = part("NeuralNetwork")(
        batch_size=setup.batch_size,
        optimizer=Watched(optimizer(setup, part)),
        loss=part(setup.loss),
        random_state=setup.seed,
        dtype=float,
    )
    n_outputs, last = OUTPUT[setup.task]
    for i, units in enumerate(setup.hidden):
        network.add(part("DenseLayer")(units, (2,) if i == 0 else None, l1=setup.l1, l2=setup.l2))
        if setup.activation != "none":
            network.add(part(setup.activation)())
        if setup.dropout:
            network.add(nnkit.Dropout(setup.dropout))
    network.add(part("DenseLayer")(n_outputs, None if setup.hidden else (2,), l1=setup.l1, l2=setup.l2))
    if last != "none":
        network.add(part(last)())
    return network


def optimizer(setup, part):
    """Return the optimizer of a Setup."""
    if setup.optimizer.startswith("SGD"):
        return part("SGD")(setup.learning_rate, setup.momentum)
    return part(setup.optimizer)(setup.learning_rate)


def stages(network):
    """Return what the screen calls layers, a list of (dense layer, the layers behind it up to the next)."""
    found = []
    for layer in network.layers:
        if isinstance(layer, nnkit.DenseLayer):
            found.append((layer, []))
        else:
            found[-1][1].append(layer)
    return found
