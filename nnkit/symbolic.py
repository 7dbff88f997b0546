"""Symbolic: what a SymPy expression is worth, and which symbols stand in it.

An expression can be written in a hundred ways, so it is known by its values at a few places. Symbols other than the one
named are taken to be the input of the function whose output that one is.
"""

import numpy as np

__all__ = ["kind", "names", "value"]


def kind(result):
    """Say in words what came back: "a SymPy expression", the name of another type, or None for nothing."""
    import sympy

    if isinstance(result, sympy.Expr | sympy.Poly):
        return "a SymPy expression"
    return None if result is None else type(result).__name__


def value(result, name, output, input):
    """Return an expression's value where the symbol of this name is `output`, and any other `input`; NaN if complex.

    Raises ValueError where it has no value there.
    """
    expression = result.as_expr()
    values = {symbol: output if symbol.name == name else input for symbol in expression.free_symbols}
    number = expression.doit().subs(values).evalf()
    try:
        number = complex(number)
    except TypeError:
        raise ValueError(f"the expression has no value at {name} = {output:.3f}, only {number}") from None
    return number.real if abs(number.imag) < 1e-9 else np.nan


def names(result, symbol):
    """Name the symbols of an expression; one that only looks like the symbol handed in is called another."""
    symbols = result.as_expr().free_symbols
    return ", ".join(sorted(f"another {s}" if s.name == symbol.name and s != symbol else s.name for s in symbols))
