"""Exercises: the derivatives of sigmoid and tanh as SymPy expressions, written in the function's own output.

An expression is judged by its values at random places, so every equal form is right: s - s^2, s (1 - s), or what
sympy.diff found. Where a symbol other than the output is left in it, that is taken to be the input x which gives
this output. So a derivative in x is told that its value is right, and that it is to be written in s.
"""

import math

import numpy as np

from nnkit import symbolic
from nnkit.checks.backprop import formulas
from nnkit.checks.exercise import Exercise, view

__all__ = ["sigmoid_derivation", "tanh_derivation"]


def _probe(answer, name, outputs, inputs):
    import sympy

    symbol, other = sympy.Symbol(name), sympy.Symbol("a")
    result = answer(symbol)
    kind = view(result, symbolic.kind)
    yield "expression", kind
    if kind != "a SymPy expression":
        return
    yield "value", [view(result, symbolic.value, name, *place) for place in zip(outputs, inputs, strict=True)]
    yield "symbols", view(result, symbolic.names, symbol)
    yield "any symbol", view(answer(other), symbolic.names, other)


def _claims(function, name):
    return {
        "expression": "it returns a SymPy expression",
        "value": f"its value is the slope of {function} where {function}'s output is {name}",
        "symbols": f"it is written in {name} alone",
        "any symbol": "it is written in the symbol that is handed in, whatever its name (here a)",
    }


# ---- sigmoid-derivation


def _draw_sigmoid(rng):
    s = rng.permutation([rng.uniform(0.1, 0.25), rng.uniform(0.3, 0.45), rng.uniform(0.6, 0.9)])
    return {"name": "s", "outputs": s.tolist(), "inputs": np.log(s / (1 - s)).tolist()}


sigmoid_derivation = Exercise(
    id="sigmoid-derivation",
    reference=formulas.d_sigmoid,
    claims=_claims("sigmoid", "s"),
    draw=_draw_sigmoid,
    probe=_probe,
)


# ---- tanh-derivation


def _draw_tanh(rng):
    t = rng.permutation([rng.uniform(-0.8, -0.5), rng.uniform(-0.4, -0.2), rng.uniform(0.3, 0.9)])
    return {"name": "t", "outputs": t.tolist(), "inputs": np.arctanh(t).tolist()}


tanh_derivation = Exercise(
    id="tanh-derivation",
    reference=formulas.d_tanh,
    claims=_claims("tanh", "t"),
    draw=_draw_tanh,
    probe=_probe,
)


# ---- known mistakes: what an expression equals, if not what was asked for


def _known(exercise, mistakes):
    """Add mistakes to an exercise: the sentence of each, and one answer or several that it explains."""
    for sentence, answers in mistakes.items():
        for answer in answers if isinstance(answers, list) else [answers]:
            exercise.mistake(sentence)(answer)


def _symbol(name, **assumptions):
    import sympy

    return sympy.Symbol(name, **assumptions)


def _sigmoid(x):
    import sympy

    return 1 / (1 + sympy.exp(-x))


def _tanh(x):
    import sympy

    return sympy.tanh(x)


def _equation(symbol):
    import sympy

    return sympy.Eq(symbol, symbol**2)


def _slope(function, place):
    """Return the derivative of a function at a place, as SymPy finds it."""
    import sympy

    x = sympy.Dummy()
    return sympy.diff(function(x), x).subs(x, place)


_known(
    sigmoid_derivation,
    {
        "this is sigmoid's output s itself. Its derivative by x is asked for, written in s.": lambda s: s,
        "this is 1 - s, which is one factor of the derivative only.": lambda s: 1 - s,
        "this is 1 - 2 s, the derivative of s (1 - s) with respect to s: one derivative too many.": lambda s: 1 - 2 * s,
        "this is 1 - s^2, the derivative of tanh in its own output. Derive 1 / (1 + e^-x).": lambda s: 1 - s**2,
        "this is minus the derivative. Sigmoid always rises, so its slope is positive: there are two minus signs, "
        "that of the power -1 and that of e^-x.": lambda s: s * (s - 1),
        "this is s (1 + s): a sign slipped. Note that e^-x / (1 + e^-x) is 1 - s.": lambda s: s * (1 + s),
        "this is s^2: the factor e^-x, which the chain rule brings, is missing.": lambda s: s**2,
        "this is -s^2. The derivative of 1/u is -1/u^2, and the chain rule multiplies by that of u = 1 + e^-x, "
        "which is -e^-x.": lambda s: -(s**2),
        "this is the square of the derivative: one s (1 - s) is enough.": lambda s: (s * (1 - s)) ** 2,
        "this is one over the derivative: dx/ds. Asked for is ds/dx.": lambda s: 1 / (s * (1 - s)),
        "this is the derivative of sigmoid at s, as if s were the input. It is the output: write the derivative by x "
        "in terms of it.": lambda s: _slope(_sigmoid, s),
        "this is sigmoid of s, as if s were the input. It is the output, and its derivative by x is asked for.": (
            _sigmoid
        ),
        "this is the derivative of tanh at s. The function is sigmoid, and s is its output, not its input.": (
            lambda s: _slope(_tanh, s)
        ),
        "this is 1, the derivative of s with respect to s. Asked for is that by x, written in s.": lambda s: s**0,
        "this is sigmoid itself, in x. Take its derivative by x, then write it in s.": [
            lambda s: _sigmoid(_symbol("x")),
            lambda s: _sigmoid(_symbol("z")),
        ],
        "this is the derivative with respect to the logit x, and right, but written in x. Write it in s: "
        "1 / (1 + e^-x) is s, and e^-x / (1 + e^-x) is 1 - s.": [
            lambda s: _slope(_sigmoid, _symbol("x")),
            lambda s: _slope(_sigmoid, _symbol("z")),
        ],
        "NumPy and math work on numbers; a symbol is none. Use sympy.exp; written in s, the answer "
        "needs no exponential at all.": [
            lambda s: np.exp(-s),
            lambda s: np.exp(s),
            lambda s: math.exp(-s),
        ],
    },
)

_known(
    tanh_derivation,
    {
        "this is tanh's output t itself. Its derivative by x is asked for, written in t.": lambda t: t,
        "this is 1 - t. The square is missing: the slope is the same at -x and at x.": lambda t: 1 - t,
        "this is -2 t, the derivative of 1 - t^2 with respect to t: one derivative too many.": lambda t: -2 * t,
        "this is t (1 - t), the derivative of sigmoid in its own output. Derive tanh.": lambda t: t * (1 - t),
        "this is minus the derivative. Tanh always rises, so its slope is positive.": lambda t: t**2 - 1,
        "this is 1 + t^2: a sign slipped. In the derivative of a quotient the second product is subtracted.": (
            lambda t: 1 + t**2
        ),
        "this is t^2. The slope at 0, where t is 0, is 1: it is 1 - t^2 that is left of the quotient rule.": (
            lambda t: t**2
        ),
        "this is (1 - t)^2. Only t is squared: 1 - t^2.": lambda t: (1 - t) ** 2,
        "this is the square of the derivative: one 1 - t^2 is enough.": lambda t: (1 - t**2) ** 2,
        "this is one over the derivative: dx/dt. Asked for is dt/dx.": lambda t: 1 / (1 - t**2),
        "this is the derivative of tanh at t, as if t were the input. It is the output: write the derivative by x "
        "in terms of it.": lambda t: _slope(_tanh, t),
        "this is tanh of t, as if t were the input. It is the output, and its derivative by x is asked for.": _tanh,
        "this is the derivative of sigmoid at t. The function is tanh, and t is its output, not its input.": (
            lambda t: _slope(_sigmoid, t)
        ),
        "this is 1, the derivative of t with respect to t. Asked for is that by x, written in t.": lambda t: t**0,
        "this is tanh itself, in x. Take its derivative by x, then write it in t.": [
            lambda t: _tanh(_symbol("x")),
            lambda t: _tanh(_symbol("z")),
        ],
        "this is the derivative with respect to x, and right, but written in x. Write it in t, which is tanh(x).": [
            lambda t: _slope(_tanh, _symbol("x")),
            lambda t: _slope(_tanh, _symbol("z")),
        ],
        "NumPy and math work on numbers; a symbol is none. Use SymPy's functions; written in t, the answer "
        "needs no tanh at all.": [
            lambda t: 1 - np.tanh(t) ** 2,
            lambda t: np.cosh(t),
            lambda t: np.exp(t),
            lambda t: np.exp(-t),
            lambda t: math.tanh(t),
        ],
    },
)

for _exercise, _name in ((sigmoid_derivation, "s"), (tanh_derivation, "t")):
    _known(
        _exercise,
        {
            f"the formula is text. Write it without quotes: {_name} is a symbol, so Python's own + - * / ** make the "
            "expression.": lambda symbol: "",
            f"a function comes back. Return the formula itself, made of {_name}; no lambda is needed.": (
                lambda symbol: lambda: symbol
            ),
            f"a plain number comes back. The derivative depends on {_name}, so {_name} must stand in it.": [
                lambda symbol: 0,
                lambda symbol: 0.0,
            ],
            "an equation comes back. Return its right-hand side, the formula alone.": _equation,
            "a list comes back. Return the formula itself, without the brackets around it.": lambda symbol: [symbol],
            "^ is no power in Python: write ** 2.": [lambda symbol: symbol - symbol ^ 2, lambda symbol: 1 - symbol ^ 2],
            f"this is right, but {_name} is a new symbol, with assumptions of its own (positive=True, say), and so "
            "another one to SymPy. Use the argument.": (
                lambda symbol, e=_exercise, n=_name: e.reference(_symbol(n, real=True))
            ),
            f"this is right where the symbol is called {_name}. Another one is not used: the formula is made of a "
            "symbol from outside the function. Use the argument.": lambda symbol, e=_exercise, n=_name: e.reference(
                _symbol(n)
            ),
        },
    )
