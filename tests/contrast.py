"""The contrast of two colours, as WCAG 2 defines it: 1 for equal ones, 21 for black on white. Text needs 4.5, shapes 3."""

from matplotlib.colors import to_rgb

__all__ = ["contrast"]


def contrast(one, other):
    """Return the contrast of two colours, which may be given in any of matplotlib's ways: "#0a0", (0, 0.6, 0)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """Return how bright a colour is, from 0 to 1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
