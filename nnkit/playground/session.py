"""Session: the playground without its screen: the run, the run that is kept beside it, and what there is to say.

Whatever runs the student's classes goes through `_try`: what goes wrong there becomes a sentence, and nnkit's class
takes over.
"""

import numpy as np

from nnkit.playground import words
from nnkit.playground.code import written
from nnkit.playground.network import stages
from nnkit.playground.parts import Parts, culprit, explained, quiet
from nnkit.playground.run import Run
from nnkit.playground.setup import changed, difference

__all__ = ["REACH", "SIDE", "Session", "places"]

SIDE, REACH = 50, 1.5  # a picture has SIDE x SIDE places, from -REACH to REACH in both directions
MOST_POINTS, MOST_EXAMPLES = 300, 6  # of a loss curve, and of a batch, that are shown
DIVERGED = "The loss is no longer a number: training has diverged. Take a smaller learning rate; it starts anew."


class Session:
    """What is chosen, what runs, and what is kept. `classes` is a function that returns the student's {name: class}."""

    def __init__(self, setup, classes=dict):
        self.setup, self.classes, self.refused, self.kept = setup, classes, {}, None
        self.running, self.note = False, ""
        self.rewind()

    def rewind(self):
        """Go back to the starting weights, with the classes that stand in the notebook now."""
        self.running, self.note, self.said = False, "", []
        self.parts = Parts(self.classes(), self.setup, self.refused)
        if not self._try(lambda: setattr(self, "run", Run(self.setup, self.parts))):
            return
        self._look()

    def change(self, name, value):
        """Change one value of the set-up and begin again; a value that will not do is told, and changes nothing."""
        try:
            setup = changed(self.setup, **{name: tuple(value) if name == "hidden" else value})
        except (TypeError, ValueError) as error:
            self.note = str(error)
            return
        was_running, lost = self.running, setup.loss != self.setup.loss and name != "loss"
        self.setup = setup
        self.rewind()
        self.running = was_running
        if lost:
            self.note = f"The loss is {setup.loss} now, which fits these data."

    def forward(self):
        """Do the forward half of a step."""
        if self._try(self.run.forward) and self.run.halfway:
            self.said = words.after_forward(self.run)
            self.note = "Forward: the batch has gone through the network."
        elif self.run.stopped:
            self.note = DIVERGED

    def backward(self):
        """Do the backward half of a step."""
        if not self.run.halfway:
            self.note = "Nothing to send back: first a batch must go forward."
            return
        if self._try(self.run.backward):
            self.said = words.after_backward(self.run)
            self.note = "Backward: the layers have learnt from the batch."
            self._look()

    def advance(self, unit="epoch", times=1):
        """Go on by so many steps or epochs, and stop where the kept run stopped, so that both can be compared."""
        self.note, before = "", self.run.epoch
        for _ in range(times):
            if not self._try(self.run.to_end_of_epoch if unit == "epoch" else self.run.step):
                return
            if self.kept and before < self.kept["epoch"] == self.run.epoch:
                self.running, self.note = False, f"Both runs have had {self.run.epoch} epochs: compare them."
                break
        self.said = words.after_backward(self.run)
        self._look()
        if self.run.stopped:
            self.running, self.note = False, DIVERGED

    def keep(self):
        """Keep this run as it stands, to compare others with it."""
        self.kept = {"setup": self.setup, "picture": self.pictures[-1], **self._progress(), **self._data()}
        self.note = "This run is kept. Now change one thing, and run."

    def forget(self):
        """Let the kept run go."""
        self.kept, self.note = None, "The kept run is gone."

    def code(self):
        """Return a program with nnkit that does what this run has done in its complete epochs."""
        return written(self.setup, self.run.epoch, self.parts.own)

    def numbers(self):
        """Return all that the screen shows in numbers and words, in lists and dictionaries."""
        return {
            **self._progress(),
            "setup": vars(self.setup) | {"hidden": list(self.setup.hidden)},
            "batch": self.run.batch,
            "batches": self.run.n_batches,
            "halfway": self.run.halfway,
            "running": self.running,
            "layers": self._layers(),
            **self._data(),
            "said": self.said,
            "note": self.note,
            "parts": self.parts.sentences(),
            "kept": self._kept(),
        }

    def interrupted(self):
        """Say that the kernel was interrupted, which stops the run."""
        self.running, self.note = False, "Interrupted. Rewind before you go on."

    def _try(self, action):
        """Do something that runs the student's code. Where it stops, say why, begin again without, and return False."""
        try:
            with quiet(), np.errstate(all="ignore"):
                action()
            return True
        except Exception as error:
            name = culprit(error, self.parts.own)
            names = [name] if name else list(self.parts.own)
            if not names or (isinstance(error, NotImplementedError) and not name):
                raise  # it is nnkit's
            self.refused |= {self.parts.own[name]: explained(name, error) for name in names}
        self.rewind()
        self.note = f"Your {', '.join(names)} stopped. The run begins again with nnkit's; the reason is below."
        return False

    def _look(self):
        """Look what each unit answers over the plane.

        `pictures` are bytes for the hidden units, (n, places), 128 for a zero and 1 or 255 for the unit's largest
        answer, which is in `scales`; and the outputs as they are, float32 (n, places).
        """

        def look():
            answers = self.run.answers(places())
            hidden = np.concatenate([np.empty((SIDE**2, 0)), *answers[:-1]], axis=1)
            tops = np.nan_to_num(np.abs(hidden).max(axis=0), nan=1.0)
            flat = hidden / np.where(tops == 0, 1, tops)
            shades = np.nan_to_num(128 + 127 * np.clip(flat, -1, 1), nan=128).astype(np.uint8).T
            self.pictures = [shades, np.nan_to_num(answers[-1]).astype(np.float32).T.copy()]
            self.scales, self.accuracies = tops, self.run.accuracies()

        self._try(look)

    def _progress(self):
        """Return how far a run is, and how good; of long curves every so many epochs only."""
        chosen = np.unique(np.linspace(0, self.run.epoch - 1, MOST_POINTS).astype(int)) if self.run.epoch else []
        curves = {name: [float(losses[i]) for i in chosen] for name, losses in self.run.history.items()}
        curves = {name: [loss if np.isfinite(loss) else None for loss in losses] for name, losses in curves.items()}
        epochs = [int(i) + 1 for i in chosen]
        return {"epoch": self.run.epoch, "epochs": epochs, **curves, "accuracies": self.accuracies}

    def _data(self):
        """Return the examples, and what is asked of them."""
        sets = {"examples": self.run.train, "tests": self.run.test}
        listed = {name: {"X": s.X.round(3).tolist(), "y": s.y.round(3).tolist()} for name, s in sets.items()}
        return {"task": self.setup.task, **listed}

    def _kept(self):
        """Return the kept run without its picture, and what differs from it."""
        if self.kept is None:
            return None
        plain = {name: value for name, value in self.kept.items() if name not in ("setup", "picture")}
        return {**plain, "difference": difference(self.kept["setup"], self.setup)}

    def _layers(self):
        """Return the numbers of each dense layer: W, B, their gradients, and how some of the batch fared in it."""
        gradients, batch = self.run.gradients(), self.run.activations()
        return [
            {
                "weights": _listed(dense.weights),
                "biases": _listed(dense.biases[0]),
                "weights_gradient": None if self.run.halfway else _listed(dE_dW),
                "biases_gradient": None if self.run.halfway or dE_dB is None else _listed(dE_dB[0]),
                "sums": _listed(sums[:MOST_EXAMPLES]) if self.run.halfway and sums is not None else None,
                "answers": _listed(answers[:MOST_EXAMPLES]) if self.run.halfway and answers is not None else None,
            }
            for (dense, _), (dE_dW, dE_dB), (sums, answers) in zip(
                stages(self.run.network), gradients, batch, strict=True
            )
        ]


def places():
    """Return the places of a picture, (SIDE * SIDE, 2), row by row from the top left."""
    line = np.linspace(-REACH, REACH, SIDE)
    return np.stack(np.meshgrid(line, -line), axis=-1).reshape(-1, 2)


def _listed(array):
    """Return an array as lists of floats that JSON can hold: None for what is no number."""
    if array is None:
        return None
    array = np.asarray(array, dtype=float)
    return np.where(np.isfinite(array), array, None).tolist()
