"""Verdicts: what a check found, as plain data and in words.

A check either passes quietly, or raises: nbgrader gives points where nothing was raised. What is raised shows itself
as a few lines of plain text, not as a traceback through code that is not the student's.
"""

from dataclasses import dataclass, field

__all__ = ["CheckFailed", "NotAttempted", "Verdict"]

HEADLINES = {
    "right": "✓ {}: right. Well done!",
    "wrong": "✗ {}: not right yet.",
    "not attempted": "○ {}: not attempted yet.",
}
SIGNS = {True: "✓", False: "✗", None: "·"}


@dataclass
class Verdict:
    """The result of one check.

    state     "right", "wrong" or "not attempted"
    claims    what should hold, each with True, False, or None where the check did not get that far
    details   sentences about the first claim that does not hold: expected, received
    mistake   the sentence of a known mistake that gives the very same result, if there is one
    differs   of an array of the right shape, which entries are wrong: a text for each row, "x" where they are, else "."
    """

    exercise: str
    state: str = "right"
    claims: list = field(default_factory=list)
    details: list = field(default_factory=list)
    mistake: str | None = None
    differs: list = field(default_factory=list)

    @property
    def failing(self):
        """The first sentence that does not hold, or None."""
        return next((sentence for sentence, holds in self.claims if holds is False), None)

    def __str__(self):
        lines = [HEADLINES[self.state].format(self.exercise)]
        details = [f"      {detail}" for detail in self.details]
        for sentence, holds in self.claims:
            lines.append(f"  {SIGNS[holds]} {sentence}")
            if holds is False:  # the details belong to the first one that does not hold
                lines, details = lines + details, []
        return "\n".join(lines + details + ([f"Probably: {self.mistake}"] if self.mistake else []))


class CheckFailed(AssertionError):
    """A check that did not pass; `verdict` says why, and so does a card if one is `shown`."""

    def __init__(self, verdict, shown=False):
        super().__init__(str(verdict))
        self.verdict, self.shown = verdict, shown

    def _render_traceback_(self):
        """Tell IPython what to show in place of a traceback."""
        return str(self).splitlines()[: 1 if self.shown else None]


class NotAttempted(CheckFailed):
    """A check of an exercise whose solution has not been written yet."""
