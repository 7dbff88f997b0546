"""Race: all training algorithms on one surface, from one start, with one learning rate.

What an algorithm does is seen in its path: straight down, zigzag, along the floor, over the edge. The race takes the
student's own classes, as functions of the learning rate:

    race = Race({"SGD": SGD, "momentum": lambda rate: SGD(rate, momentum=0.9), "Adam": Adam})
    race.draw("ravine", learning_rate=0.03, step=40)

Paths are computed once for each surface and learning rate, and kept: moving through the steps only draws.
"""

import matplotlib.pyplot as plt
import numpy as np

from nnkit import plots
from nnkit.figures import surfaces
from nnkit.figures.surfaces import SURFACES

__all__ = ["Race"]

FAR = 1e3  # who is further away than this has diverged
SMALLEST = 1e-12  # a loss below this is drawn as this: a logarithm cannot show 0


class Race:
    """Algorithms that start together. `racers` maps a name to a function that makes an Optimizer of a learning rate.

    A racer whose class is not written yet stays at the start, and the legend says so.
    """

    def __init__(self, racers, n_steps=150):
        self.racers, self.n_steps = dict(racers), n_steps
        self._paths = {}

    def paths(self, surface, learning_rate):
        """Return {name: path (n_steps + 1, 2)}; NaN from where a racer has diverged, None where it is not written."""
        key = surface, learning_rate
        if key not in self._paths:
            makers = self.racers.items()
            self._paths[key] = {name: self._run(make, SURFACES[surface], learning_rate) for name, make in makers}
        return self._paths[key]

    def losses(self, surface, learning_rate):
        """Return {name: loss at each step (n_steps + 1,)} of those that are written; infinite after diverging."""
        paths = self.paths(surface, learning_rate)
        loss = SURFACES[surface].loss
        return {name: np.nan_to_num(loss(path), nan=np.inf) for name, path in paths.items() if path is not None}

    def table(self, surface, learning_rates):
        """Return text: the loss that each racer has reached at the end, a column for each learning rate."""
        ends = [self.losses(surface, rate) for rate in learning_rates]
        rows = [f"{surface:<12}" + "".join(f"{rate:>10g}" for rate in learning_rates)]
        rows += [f"{name:<12}" + "".join(f"{_words(end[name][-1]):>10}" for end in ends) for name in ends[0]]
        return "\n".join(rows)

    @plots._STYLE
    def draw(self, surface="ravine", learning_rate=0.03, step=50):
        """Draw the paths up to `step` on the map, and the losses beside it; return the figure."""
        room = {"left": 0.075, "right": 0.755, "bottom": 0.13, "top": 0.92, "wspace": 0.2, "width_ratios": [1.3, 1]}
        figure, (ground, curves) = plt.subplots(1, 2, figsize=(9.8, 3.9), layout="none", gridspec_kw=room)
        surfaces.draw(SURFACES[surface], ground)
        ground.set_title(f"{surface}, learning rate {learning_rate:g}, step {step}")
        losses = self.losses(surface, learning_rate)
        for i, (name, path) in enumerate(self.paths(surface, learning_rate).items()):
            colour, marker = plots._PALETTE[i % len(plots._PALETTE)], plots._MARKERS[i % len(plots._MARKERS)]
            if path is None:
                curves.plot([], [], color=colour, marker=marker, label=f"{name}: not written yet")
                continue
            self._draw_path(ground, path[: step + 1], colour, marker)
            style = {"color": colour, "marker": marker, "markevery": [step], "linewidth": 1.6}
            shown = np.clip(losses[name][: step + 1], SMALLEST, None)
            shown[np.isinf(shown)] = np.nan
            curves.plot(shown, label=f"{name}: {_words(losses[name][step])}", **style)
        self._label(curves)
        return figure

    def _run(self, make, surface, learning_rate):
        """Return one racer's path: W <- update(W, dE/dW), n_steps times."""
        path = np.full((self.n_steps + 1, 2), np.nan)
        path[0] = surface.start
        try:
            optimizer = make(learning_rate)
            for i in range(self.n_steps):
                w = optimizer.update(path[i].copy(), surface.gradient(path[i]))
                if not np.abs(w).max() < FAR:
                    break
                path[i + 1] = w
        except NotImplementedError:
            return None
        return path

    @staticmethod
    def _draw_path(ax, path, colour, marker):
        """Draw a trail with the racer at its end; one that has diverged leaves the map where it was last seen."""
        ax.plot(*path.T, "-", color=colour, linewidth=1.6, zorder=5)
        x0, x1, y0, y1 = *ax.get_xlim(), *ax.get_ylim()
        x, y = path[np.isfinite(path[:, 0])][-1]
        style = {"color": colour, "markeredgecolor": "white", "markersize": 10, "zorder": 6}
        ax.plot(np.clip(x, x0, x1), np.clip(y, y0, y1), marker, clip_on=False, **style)

    def _label(self, ax):
        ax.minorticks_off()
        ax.set(yscale="log", xlim=(0, self.n_steps), xlabel="step", title="loss")
        ax.set(ylim=(SMALLEST / 3, 3e3), yticks=[1e-12, 1e-8, 1e-4, 1])
        style = {"frameon": False, "alignment": "left", "fontsize": 10}
        ax.legend(title="loss at this step", loc="upper left", bbox_to_anchor=(1, 1), **style)


def _words(loss):
    """A loss in few letters, which line up below each other."""
    return "diverged" if not np.isfinite(loss) else f"{loss:.1e}"
