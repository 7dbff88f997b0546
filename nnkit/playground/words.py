"""Words: the equations of the half-step that was just done, with the shapes of this batch."""

from nnkit.playground.network import stages

__all__ = ["after_backward", "after_forward"]

LOSS = {
    "MeanSquaredError": ("E = 1/n Σ (Y − Y*)²", "dE/dY* = 2/n (Y* − Y)"),
    "BinaryCrossEntropy": (
        "E = −1/n Σ (Y log Y* + (1 − Y) log(1 − Y*))",
        "dE/dY* = 1/n (−Y/Y* + (1 − Y)/(1 − Y*))",
    ),
    "CategoricalCrossEntropy": ("E = −1/n Σ Y log Y*", "dE/dY* = −1/n Y/Y*"),
}
UPDATE = {  # g is dE/dW, or dE/dB
    "SGD": "W ← W − α g",
    "SGD with momentum": "V ← β V + (1 − β) g,  W ← W − α V",
    "RMSProp": "S ← β S + (1 − β) g²,  W ← W − α g / (√S + ε)",
    "Adam": "V ← β₁ V + (1 − β₁) g,  S ← β₂ S + (1 − β₂) g²,  W ← W − α V̂ / (√Ŝ + ε)",
    "Adagrad": "S ← S + g²,  W ← W − α g / (√S + ε)",
    "RProp": "D grows where g keeps its sign, shrinks where it turns,  W ← W − sign(g) D",
    "Quickprop": "s ← g / (g′ − g) s,  W ← W + s",
}
BACK = {"softmax": "Jᵀ dE/dY, row by row", "dropout": "dE/dY * mask"}  # where it is not dE/dY f'(X)
FUNCTION = {"ReLUActivation": "max(x, 0)", "SigmoidActivation": "σ(x)", "TanhActivation": "tanh x"}


def after_forward(run):
    """Return the lines that say what a forward half computed, layer by layer."""
    n, lines = len(run.X), []
    for i, (dense, behind) in enumerate(stages(run.network), start=1):
        n_inputs, n_units = dense.weights.shape
        then = "".join(f", then {_applied(layer)}" for layer in behind)
        lines.append(f"layer {i}: Y = X W + B,  ({n}, {n_units}) = ({n}, {n_inputs}) ({n_inputs}, {n_units}){then}")
    return [*lines, f"loss of this batch: {LOSS[run.setup.loss][0]}{_penalty(run.setup)} = {run.batch_loss:.4g}"]


def after_backward(run):
    """Return the lines that say what a backward half computed, from the loss back to the first layer."""
    n, lines, layers = len(run.X), [], stages(run.network)
    for i, (dense, behind) in reversed(list(enumerate(layers, start=1))):
        n_inputs, n_units = dense.weights.shape
        names = [_applied(layer) for layer in reversed(behind)]
        first = "".join(f"back through {name}: dE/dX = {BACK.get(name, 'dE/dY f′(X)')};  " for name in names)
        more = " + the penalty's" if run.setup.l1 or run.setup.l2 else ""
        shapes = f"({n_inputs}, {n_units}) = ({n_inputs}, {n}) ({n}, {n_units})"
        rest = "dE/dB = sum of the rows of dE/dY;  dE/dX = dE/dY Wᵀ"
        lines.append(f"layer {i}: {first}dE/dW = Xᵀ dE/dY{more},  {shapes};  {rest}")
    setup = run.setup
    return [LOSS[setup.loss][1], *lines, f"{setup.optimizer}, α = {setup.learning_rate:g}: {UPDATE[setup.optimizer]}"]


def _applied(layer):
    """Say what a layer behind a dense one does."""
    name = next((cls.__name__ for cls in type(layer).__mro__ if cls.__name__ in FUNCTION), type(layer).__name__)
    return FUNCTION.get(name, name.removesuffix("Activation").lower())


def _penalty(setup):
    return (f" + {setup.l1:g} Σ |W|" if setup.l1 else "") + (f" + {setup.l2:g} Σ W²" if setup.l2 else "")
