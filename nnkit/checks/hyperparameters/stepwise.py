"""Exercises whose pieces take time, because networks are trained for them: nothing is tried that need not be.

An ordinary exercise lets every known mistake run to its end, to see which is most like the student's answer. Here
that would take minutes. So a student's run ends with the first piece that is not as it should be, which is the one to
be told about, and a mistake's run ends with the first piece that is not as the student's. Most end early. Where it is
known in which piece a mistake first shows, it is not even tried on answers that are wrong in another one.

TensorFlow, too, is spared what is meant for large data (see nnkit.checks.eager).
"""

import dataclasses
from dataclasses import dataclass, field

from nnkit.checks.compare import same
from nnkit.checks.eager import TrainingExercise

__all__ = ["StepwiseExercise"]


@dataclass
class StepwiseExercise(TrainingExercise):
    """An Exercise that stops at the first piece that differs from the awaited one.

    `awaited` holds the reference's pieces while the student's answer runs, and the student's while mistakes do.
    """

    awaited: dict = field(default_factory=dict)

    def mistake(self, sentence, shows_in=None):
        """Decorate a wrong version, as in any exercise; `shows_in` is the first piece that it gets wrong."""
        add = super().mistake(sentence)

        def add_with_its_piece(wrong):
            add(wrong)
            self.mistakes[-1] = dataclasses.replace(self.mistakes[-1], shows_in=shows_in)
            return wrong

        return add_with_its_piece

    def _run(self, answer, inputs):
        run = super()._run(answer, inputs)
        if answer is self.reference:
            self.awaited = run.pieces
        return run

    def _pieces(self, answer, inputs):
        left = len(self.awaited)
        for piece, value in super()._pieces(answer, inputs):
            yield piece, value
            left -= 1
            if answer is not self.reference and not (left and same(self.awaited[piece], value)):
                return

    def _explain(self, verdict, piece, inputs, expected, received):
        self.awaited = {piece: None} | received.pieces  # if an error kept that piece from coming, it may do so again
        every = self.mistakes
        self.mistakes = [mistake for mistake in every if mistake.shows_in in (None, piece)]
        try:
            super()._explain(verdict, piece, inputs, expected, received)
        finally:
            self.mistakes = every

    def _examine_once(self, answer, inputs):
        """Return the Verdict; of what comes after the first wrong claim it says that it was not tried."""
        verdict = super()._examine_once(answer, inputs)
        so_far = True
        for place, (sentence, holds) in enumerate(verdict.claims):
            verdict.claims[place] = (sentence, holds if so_far else None)
            so_far = so_far and holds
        return verdict
