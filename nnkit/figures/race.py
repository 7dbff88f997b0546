"""Race: all training algorithms on one surface, from one start, with one learning rate.

What an algorithm does is seen in its path: straight down, zigzag, along the floor, over the edge. The race takes the
student's own classes, as functions of the learning rate:

    race = Race({"SGD": SGD, "momentum": lambda rate: SGD(rate, momentum=0.9), "Adam": Adam})
    race.draw("ravine", learning_rate=0.03, step=40)

Paths are computed once for each surface and learning rate, and kept: moving through the steps only draws.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

from nnkit import plots
from nnkit.figures import surfaces
from nnkit.figures.surfaces import SURFACES

__all__ = ["Race"]

FAR = 1e3  # who is further away than this has diverged
SMALLEST = 1e-12  # a loss below this is drawn as this: a logarithm cannot show 0


class Race:
    """Algorithms that start together. `racers` maps a name to a function that makes an Optimizer of a learning rate.

    A racer whose class is not written yet, or fails, does not start; the legend says which of the two.
    """

    def __init__(self, racers, n_steps=150):
        self.racers, self.n_steps = dict(racers), n_steps
        self._paths = {}

    def paths(self, surface, learning_rate):
        """Return {name: path (n_steps + 1, 2)}, NaN after diverging; a text in its place for who has not started."""
        key = surface, learning_rate
        if key not in self._paths:
            makers = self.racers.items()
            self._paths[key] = {name: self._run(make, SURFACES[surface], learning_rate) for name, make in makers}
        return self._paths[key]

    def losses(self, surface, learning_rate):
        """Return {name: loss at each step (n_steps + 1,)} of those that have started; infinite after diverging."""
        paths = self.paths(surface, learning_rate)
        loss = SURFACES[surface].loss
        return {
            name: np.nan_to_num(loss(path), nan=np.inf) for name, path in paths.items() if not isinstance(path, str)
        }

    def table(self, surface, learning_rates):
        """Return text: the loss that each racer has reached at the end, a column for each learning rate."""
        rows = [[surface, *(f"{rate:g}" for rate in learning_rates)]]
        for name in self.racers:
            rows.append([name, *(self._end(name, surface, rate) for rate in learning_rates)])
        return "\n".join(f"{row[0]:<11}" + "".join(f"{word:>10}" for word in row[1:]) for row in rows)

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
            if isinstance(path, str):
                curves.plot([], [], color=colour, marker=marker, label=f"{name}: {path}")
                continue
            self._draw_path(ground, path[: step + 1], colour, marker)
            style = {"color": colour, "marker": marker, "markevery": [step], "linewidth": 1.6}
            shown = np.clip(losses[name][: step + 1], SMALLEST, None)
            shown[np.isinf(shown)] = np.nan
            curves.plot(shown, label=f"{name}: {_words(losses[name][step])}", **style)
        self._label(curves, losses)
        return figure

    def _end(self, name, surface, learning_rate):
        """Return in a word how a racer's race ended; a dash for who has not started."""
        losses = self.losses(surface, learning_rate)
        return _words(losses[name][-1]) if name in losses else "-"

    def _run(self, make, surface, learning_rate):
        """Return one racer's path, W <- update(W, dE/dW) n_steps times; or, in a few words, why there is none."""
        path = np.full((self.n_steps + 1, 2), np.nan)
        path[0] = surface.start
        try:
            with np.errstate(all="ignore"):
                optimizer = make(learning_rate)
                for i in range(self.n_steps):
                    w = optimizer.update(path[i].copy(), surface.gradient(path[i]))
                    if not np.abs(w).max() < FAR:
                        break
                    path[i + 1] = w
        except NotImplementedError:
            return "not written yet"
        except Exception as error:  # one class that fails must not stop the others: its name says what happened
            return f"fails ({type(error).__name__})"
        return path

    @staticmethod
    def _draw_path(ax, path, colour, marker):
        """Draw a trail with the racer at its end; one that has diverged leaves the map where it was last seen."""
        ax.plot(*path.T, "-", color=colour, linewidth=1.6, zorder=5)
        x0, x1, y0, y1 = *ax.get_xlim(), *ax.get_ylim()
        x, y = path[np.isfinite(path[:, 0])][-1]
        style = {"color": colour, "markeredgecolor": "white", "markersize": 10, "zorder": 6}
        ax.plot(np.clip(x, x0, x1), np.clip(y, y0, y1), marker, clip_on=False, **style)

    def _label(self, ax, losses):
        """Choose the axis for the whole race, so that it stays while the race is played."""
        lowest = max(SMALLEST, min((values.min() for values in losses.values()), default=1))
        ax.set(yscale="log", xlim=(0, self.n_steps), xlabel="step", title="loss", ylim=(lowest / 3, 300))
        ax.yaxis.set_major_locator(LogLocator(numticks=6))
        ax.minorticks_off()
        style = {"frameon": False, "alignment": "left", "fontsize": 10}
        ax.legend(title="loss at this step", loc="upper left", bbox_to_anchor=(1, 1), **style)


def _words(loss):
    """A loss in few letters."""
    return "diverged" if not np.isfinite(loss) else f"{loss:.2g}"
