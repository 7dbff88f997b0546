"""Code: a set-up written out as a program with nnkit, which trains the same network to the same weights."""

from nnkit.playground.network import OUTPUT

__all__ = ["written"]


def written(setup, epochs, own=()):
    """Return a program that does `epochs` epochs of a Setup's run. `own` are the names to take from the notebook."""
    optimizer, loss, n_outputs, last = setup.optimizer.split()[0], setup.loss, *OUTPUT[setup.task]
    layers = []
    for units in setup.hidden:
        layers += [_dense(units, setup, not layers), _activation(setup.activation)]
        layers += [f"Dropout({setup.dropout:g})"] * (setup.dropout > 0)
    layers = [layer for layer in [*layers, _dense(n_outputs, setup, not layers), _activation(last)] if layer]
    used = {optimizer, loss, "NeuralNetwork", *(layer.split("(")[0] for layer in layers)}
    imports = ", ".join(sorted(used - set(own)))
    mine = sorted(used & set(own))
    momentum = f", momentum={setup.momentum:g}" if setup.momentum else ""
    return "\n".join(
        [
            "import numpy as np",
            *([f"from nnkit import {imports}"] if imports else []),
            "from nnkit.playground.data import make",
            *([f"# {', '.join(mine)}: yours, as this notebook defines them"] if mine else []),
            "",
            f'train, test = make("{setup.data}", noise={setup.noise:g}, rng=np.random.default_rng({setup.seed}))',
            "network = NeuralNetwork(",
            f"    epochs={max(epochs, 1)}, batch_size={setup.batch_size}, loss={loss},",
            f"    optimizer={optimizer}({setup.learning_rate:g}{momentum}), random_state={setup.seed}, dtype=float,",
            ")",
            *(f"network.add({layer})" for layer in layers),
            "network.fit(train, validation=test)",
            'print("training loss", network.history["loss"][-1])',
            'print("test loss", network.history["val_loss"][-1])',
            "",
        ]
    )


def _dense(units, setup, first):
    settings = [str(units)] + ["input_shape=(2,)"] * first
    settings += [f"{name}={value:g}" for name, value in (("l1", setup.l1), ("l2", setup.l2)) if value]
    return f"DenseLayer({', '.join(settings)})"


def _activation(name):
    return "" if name == "none" else f"{name}()"
