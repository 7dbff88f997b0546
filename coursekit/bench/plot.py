"""The plot: how many times as long as the bare matrix products everyone takes."""

from coursekit.bench.summary import WORDS, in_ratio

__all__ = ["draw"]

# Colours that differ in lightness as well (Okabe and Ito's), and markers that differ without any.
LOOKS = {
    "nnkit": ("o", "#000000"),
    "textbook": ("s", "#999999"),
    "scikit-learn": ("^", "#E69F00"),
    "keras": ("D", "#D55E00"),
    "pytorch": ("v", "#0072B2"),
}
SPREAD = 0.13  # between neighbours at the same batch size
BELOW = {"textcoords": "offset points", "ha": "center", "va": "top", "fontsize": 9}


def draw(found, path):
    """Draw the measurements of a training, {"measurements": [...], ...}, into an SVG file."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot

    measurements = found["measurements"]
    networks, optimizers = (list(dict.fromkeys(m[key] for m in measurements)) for key in ("network", "optimizer"))
    size = (4.4 * len(optimizers) + 0.6, 3.1 * len(networks) + 0.8)
    with matplotlib.rc_context({"svg.hashsalt": "speed", "font.size": 10, "axes.titlesize": 11}):
        grid = {"figsize": size, "layout": "constrained", "squeeze": False, "sharey": True, "sharex": True}
        figure, axes = pyplot.subplots(len(networks), len(optimizers), **grid)
        for i, network in enumerate(networks):
            for j, optimizer in enumerate(optimizers):
                panel(axes[i, j], [m for m in measurements if (m["network"], m["optimizer"]) == (network, optimizer)])
                axes[i, j].set_title(f"{network}, {optimizer}")
        finish(figure, axes)
        figure.savefig(path, metadata={"Date": None})
        pyplot.close(figure)


def panel(axes, measurements):
    """Draw a panel: a whisker for each contestant at each batch size, and the floor."""
    axes.axhline(1, color="#444444", linewidth=1)
    for number, measured in enumerate(measurements):
        for place, (name, (marker, colour)) in enumerate(LOOKS.items()):
            ratio = in_ratio(measured, name, "floor")
            if ratio:
                whisker(axes, number + SPREAD * (place - 2), ratio, marker, colour, WORDS[name])
            if ratio and name == "nnkit":
                axes.annotate(f"{ratio[1]:.1f}", (number - 2 * SPREAD, ratio[0]), (0, -5), **BELOW)
        if number:
            axes.axvline(number - 0.5, color="#dddddd", linewidth=0.6)
    axes.set_xticks(range(len(measurements)), [f"{measured['batch']:,}" for measured in measurements])


def whisker(axes, x, ratio, marker, colour, label):
    """Draw one contestant's smallest, median and largest ratio."""
    low, middle, high = ratio
    reach = [[middle - low], [high - middle]]
    bar = {"capsize": 3, "elinewidth": 1.2, "markersize": 6, "markeredgecolor": "white", "markeredgewidth": 0.6}
    axes.errorbar([x], [middle], reach, fmt=marker, color=colour, label=label, **bar)


def finish(figure, axes):
    """Scale and label all panels, and add one legend."""
    from matplotlib.ticker import FixedLocator, NullLocator

    for ax in axes.flat:
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.75)
        ax.yaxis.set_minor_locator(NullLocator())
        low, high = ax.get_ylim()
        steps = [step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500) if step <= 1.2 * high]
        ax.yaxis.set_major_locator(FixedLocator(steps))
        ax.set_yticklabels([f"{step:g}" for step in steps])
        ax.grid(axis="y", color="#dddddd", linewidth=0.6)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
    for ax in axes[-1]:
        ax.set_xlabel("batch size")
    for ax in axes[:, 0]:
        ax.set_ylabel("CPU time, times the floor")
    labelled = dict(zip(*reversed(axes[0, 0].get_legend_handles_labels()), strict=True))
    handles = [*labelled.values(), axes[0, 0].lines[0]]
    names = [*labelled, "the floor: matrix products alone"]
    figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False)
