"""Exercise: one configuration, drawn at random.

Chance is checked without leaving anything to chance: 1000 draws, and bounds so wide that a fair choice goes beyond
them less than once in a million checks, while one that leaves an option out or favours another is always seen.
"""

import copy

import numpy as np

from nnkit.chance import global_state
from nnkit.checks.exercise import Exercise, view

__all__ = ["sample_configuration", "sample_configuration_exercise"]

DRAWS = 1000


def sample_configuration(opt_params, rng):
    """Return {name: one of opt_params[name]}, each option as likely as the others, chosen with rng."""
    return {name: options[rng.integers(len(options))] for name, options in opt_params.items()}


def _draw(rng):
    """Draw options of every kind: lists, words, numbers; as many for one pair of names, and a name with one option."""
    first, second, third, fourth = (int(width) for width in rng.permutation(np.arange(10, 300))[:4])
    opt_params = {
        "topology": [[first], [second, third], [fourth]],
        "algorithm": ["adam", "rmsprop", "sgd_momentum"],
        "lr": [0.01, 0.001],
        "dropout": [0, 0.2, 0.5, 0.7],
        "image": [[28, 28], [32, 32]],
        "epochs": [5],
    }
    return {"opt_params": opt_params, "seed": int(rng.integers(1000))}


class _Sampler:
    """The student's function, called with copies of the options; it notes whether these stay as they were."""

    def __init__(self, answer, opt_params):
        self.answer, self.opt_params, self.kept = answer, opt_params, True

    def __call__(self, *seed, rng=None):
        given = copy.deepcopy(self.opt_params)
        configuration = self.answer(given, rng or np.random.default_rng(seed))
        self.kept &= given == self.opt_params
        return configuration


def _probe(answer, opt_params, seed):
    sample = _Sampler(answer, opt_params)
    before = view(answer, global_state)
    first = sample(seed)
    yield "keys", " ".join(sorted(map(str, first))) if isinstance(first, dict) else type(first).__name__
    yield "options", _not_an_option(first, opt_params)
    yield "seed", _by_seed(first, [sample(seed) for _ in range(4)], [sample(seed, i) for i in range(20)], opt_params)
    rng = np.random.default_rng([seed, 1])
    draws = [sample(rng=rng) for _ in range(DRAWS)]
    chosen = {name: np.array([_place(draw[name], opt_params[name]) for draw in draws]) for name in opt_params}
    yield "uniform", _uneven(chosen, opt_params)
    yield "independent", _together(chosen["topology"], chosen["algorithm"])
    single = answer({"lr": [0.1], "topology": [[7]]}, np.random.default_rng(seed))
    yield "single", [_place(single.get("lr"), [0.1]), _place(single.get("topology"), [[7]])]
    yield "global", "left alone" if view(answer, global_state) == before else "used"
    yield "arguments", sample.kept


def _place(value, options):
    """Return which of the options a value is, -1 for none. A list must be a list; a number may be of any kind."""
    for place, option in enumerate(options):
        number = not isinstance(option, list | str) and np.ndim(value) == 0 and not isinstance(value, str)
        if (number or isinstance(value, type(option))) and value == option:
            return place
    return -1


def _not_an_option(configuration, opt_params):
    """Say which value is none of the options, if one is."""
    for name, options in opt_params.items():
        value = configuration.get(name)
        if _place(value, options) < 0:
            kind = type(value).__name__
            return f"for {name} {'a list of all options' if value == options else f'something else, of type {kind}'}"
    return "one of the options each"


def _by_seed(first, again, others, opt_params):
    """Say what the seed does to a configuration: to some by the same seed, and to some by other seeds."""
    made = (first, *again, *others)
    places = [[_place(one.get(name), opt_params[name]) for name in opt_params] for one in made]
    if any(row != places[0] for row in places[: 1 + len(again)]):
        return "another one by the same seed"
    return "the same whatever the seed" if all(row == places[0] for row in places) else "the same by the same seed only"


def _uneven(chosen, opt_params):
    """Say which option comes never, or far from as often as it should: by 6.5 standard deviations or more."""
    if all(np.ptp(places) == 0 for places in chosen.values()):
        ends = {
            tuple(0 * len(o) for o in opt_params.values()): "the first",
            tuple(len(o) - 1 for o in opt_params.values()): "the last",
        }
        return f"{ends.get(tuple(places[0] for places in chosen.values()), 'one and the same')} each time"
    for name, options in opt_params.items():
        counts, p = np.bincount(chosen[name] + 1, minlength=len(options) + 1)[1:], 1 / len(options)
        if not counts.all():
            never = int(np.argmin(counts))
            which = {0: "the first", len(options) - 1: "the last"}.get(never, f"number {never + 1}")
            return f"{which} of the options for {name} never"
        if np.abs(counts - DRAWS * p).max() > 6.5 * np.sqrt(DRAWS * p * (1 - p)):
            return f"some options for {name} far more often than others"
    return "all equally often"


def _together(first, second):
    """Say whether two choices among three go their own ways: each of the nine pairs should come 111 times or so."""
    counts = np.bincount(3 * first + second, minlength=9)
    return "its own choice for each name" if counts.min() > 45 else "choices that depend on each other"


sample_configuration_exercise = Exercise(
    id="sample-configuration",
    reference=sample_configuration,
    claims={
        "keys": "a configuration is a dictionary with the names of opt_params",
        "options": "each value is one of the options as it stands there: a list stays a list",
        "seed": "generators of one seed give the same configuration, those of other seeds others",
        "uniform": "every option comes, each as often as the others",
        "independent": "each name has a choice of its own",
        "single": "a name with a single option gets that one",
        "global": "only rng is used: NumPy's global generator is left alone",
        "arguments": "opt_params stays as it was",
    },
    draw=_draw,
    probe=_probe,
    rounds=1,
)


@sample_configuration_exercise.mistake("nothing is returned: end with `return` and the dictionary.")
def _(opt_params, rng):
    sample_configuration(opt_params, rng)


@sample_configuration_exercise.mistake(
    "rng.choice makes an array of the options, and lists do not survive that. Draw a place: options[rng.integers(n)]."
)
def _(opt_params, rng):
    return {name: rng.choice(options) for name, options in opt_params.items()}


@sample_configuration_exercise.mistake("the places are returned, not what stands there: options[place].")
def _(opt_params, rng):
    return {name: rng.integers(len(options)) for name, options in opt_params.items()}


@sample_configuration_exercise.mistake("opt_params itself comes back, with all options: choose one for each name.")
def _(opt_params, rng):
    return dict(opt_params)


@sample_configuration_exercise.mistake("the values alone are returned: make a dictionary of them, {name: value}.")
def _(opt_params, rng):
    return list(sample_configuration(opt_params, rng).values())


@sample_configuration_exercise.mistake("rng is not used, so the seed has no say: draw with rng.integers.")
def _(opt_params, rng):
    return sample_configuration(opt_params, np.random.default_rng())


@sample_configuration_exercise.mistake(
    "a generator of its own with a fixed seed makes every configuration the same: draw with rng."
)
def _(opt_params, rng):
    return sample_configuration(opt_params, np.random.default_rng(0))


@sample_configuration_exercise.mistake(
    "the first option is taken always: draw a place with rng.integers(len(options))."
)
def _(opt_params, rng):
    return {name: options[0] for name, options in opt_params.items()}


@sample_configuration_exercise.mistake("the last option is taken always: draw a place with rng.integers(len(options)).")
def _(opt_params, rng):
    return {name: options[-1] for name, options in opt_params.items()}


@sample_configuration_exercise.mistake(
    "the last option never comes: rng.integers(n) ends before n by itself, so n - 1 is one too few."
)
def _(opt_params, rng):
    return {name: options[rng.integers(max(1, len(options) - 1))] for name, options in opt_params.items()}


@sample_configuration_exercise.mistake("the first option never comes: places start at 0.")
def _(opt_params, rng):
    return {name: options[rng.integers(min(1, len(options) - 1), len(options))] for name, options in opt_params.items()}


@sample_configuration_exercise.mistake(
    "a copy of rng draws, so rng itself does not move on and gives the same configuration again: draw with rng."
)
def _(opt_params, rng):
    return sample_configuration(opt_params, copy.deepcopy(rng))


@sample_configuration_exercise.mistake(
    "one number decides for all names, so their choices go together: draw anew for each."
)
def _(opt_params, rng):
    u = rng.random()
    return {name: options[int(u * len(options))] for name, options in opt_params.items()}


@sample_configuration_exercise.mistake(
    "the options are shuffled in place: opt_params is the caller's. Draw a place instead."
)
def _(opt_params, rng):
    for options in opt_params.values():
        rng.shuffle(options)
    return {name: options[0] for name, options in opt_params.items()}
