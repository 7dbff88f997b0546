"""Setup: all that can be chosen in the playground, as one record that never changes.

A run is made from a Setup and from nothing else, so the same Setup gives the same run. To change something is to make
another Setup; what differs between two of them can then be said in a sentence.
"""

import difflib
from dataclasses import dataclass, fields, replace

from nnkit import expect
from nnkit.playground.data import TASKS

__all__ = ["CHOICES", "LOSSES", "Setup", "changed", "difference", "started"]

LOSSES = {  # those that make sense for a task; the first is the usual one
    "yes or no": ["BinaryCrossEntropy", "MeanSquaredError"],
    "classes": ["CategoricalCrossEntropy", "MeanSquaredError"],
    "numbers": ["MeanSquaredError"],
}
CHOICES = {  # what the screen offers; names must be among these, numbers need not be
    "data": list(TASKS),
    "noise": [0.0, 0.05, 0.1, 0.2, 0.3, 0.5],
    "activation": ["ReLUActivation", "SigmoidActivation", "TanhActivation", "none"],
    "optimizer": ["SGD", "SGD with momentum", "RMSProp", "Adam", "Adagrad", "RProp", "Quickprop"],
    "learning_rate": [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0],
    "batch_size": [1, 4, 16, 64, 200],
    "l1": [0.0, 0.0001, 0.001, 0.01, 0.1],
    "l2": [0.0, 0.0001, 0.001, 0.01, 0.1],
    "dropout": [0.0, 0.1, 0.2, 0.3, 0.5],
    "seed": list(range(10)),
}
MOST_LAYERS, MOST_UNITS = 3, 8


@dataclass(frozen=True)
class Setup:
    """Everything that a run depends on. `hidden` is a tuple: the units of each hidden layer, 0 to 3 of 1 to 8."""

    data: str = "moons"
    noise: float = 0.1
    hidden: tuple = (8, 8)
    activation: str = "TanhActivation"
    loss: str = "BinaryCrossEntropy"
    optimizer: str = "Adam"
    learning_rate: float = 0.01
    batch_size: int = 16
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    seed: int = 0

    def __post_init__(self):
        for name in ("data", "activation", "optimizer"):
            _expect_one_of(name, getattr(self, name), CHOICES[name])
        _expect_one_of("loss", self.loss, LOSSES[self.task], f" with {self.data}")
        for name in ("noise", "learning_rate", "l1", "l2"):
            self._keep(name, expect.at_least_zero(name, _number(name, getattr(self, name))))
        self._keep("dropout", expect.fraction("dropout", _number("dropout", self.dropout)))
        self._keep("batch_size", expect.whole_number("batch_size", self.batch_size))
        self._keep("hidden", _layers(self.hidden))
        if not isinstance(self.seed, int) or self.seed < 0:
            raise ValueError(f"seed must be a whole number of 0 or more; it is {self.seed!r}.")

    def _keep(self, name, value):
        object.__setattr__(self, name, value)  # the one place where a frozen record is written: as it is made

    @property
    def task(self):
        """What kind of answer the data ask for: a key of LOSSES."""
        return TASKS[self.data]

    @property
    def momentum(self):
        """SGD's momentum."""
        return 0.9 if self.optimizer == "SGD with momentum" else 0.0


def started(**start):
    """Return the Setup with these starting values; the loss, unless it is named, is the usual one for the data.

    Raises TypeError for a name that is none of Setup's, TypeError or ValueError for a value that will not do.
    """
    names = [field.name for field in fields(Setup)]
    for name in start.keys() - names:
        near = difflib.get_close_matches(name, names, 1)
        meant = f" Did you mean {near[0]}?" if near else ""
        raise TypeError(f"playground has no setting {name!r}.{meant} There are {', '.join(names)}.")
    return changed(Setup(), **start)


def changed(setup, **changes):
    """Return a Setup in which some values are others; a loss that does not fit new data gives way to one that does."""
    losses = LOSSES.get(TASKS.get(changes.get("data", setup.data)), [setup.loss])
    if "loss" not in changes and setup.loss not in losses:
        changes = {**changes, "loss": losses[0]}
    return replace(setup, **changes)


def difference(kept, now):
    """Say in one sentence what differs between two Setups."""
    pairs = [(f.name.replace("_", " "), getattr(kept, f.name), getattr(now, f.name)) for f in fields(Setup)]
    different = [f"{name} (kept {_said(old)}, now {_said(new)})" for name, old, new in pairs if old != new]
    if not different:
        return "Nothing differs yet: change one thing, and run."
    if len(different) == 1:
        return f"One thing differs: {different[0]}."
    return f"{len(different)} things differ: {', '.join(different)}. To know which one did it, change one at a time."


def _said(value):
    return "-".join(map(str, value)) or "none" if isinstance(value, tuple) else str(value)


def _expect_one_of(name, value, choices, where=""):
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}{where}; it is {value!r}.")


def _number(name, value):
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number; it is {value!r}.")
    return value


def _layers(hidden):
    if not isinstance(hidden, list | tuple) or len(hidden) > MOST_LAYERS:
        raise ValueError(f"hidden lists the units of 0 to {MOST_LAYERS} layers, such as (8, 8); it is {hidden!r}.")
    units = tuple(expect.whole_number("each number in hidden", n) for n in hidden)
    if max(units, default=0) > MOST_UNITS:
        raise ValueError(f"a hidden layer has 1 to {MOST_UNITS} units here; hidden is {hidden!r}.")
    return units
