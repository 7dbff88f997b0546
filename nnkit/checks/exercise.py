"""Exercises: what makes an answer right, and which wrong answers we know.

An answer is a function, or a class whose method is to be completed. An exercise draws random inputs, and its probe puts
them to the answer and reports what came, piece by piece:

    draw(rng) -> {"x": ..., ...}                       fresh inputs each time
    probe(answer, **inputs) -> (piece, value), ...     a generator, so that what came before an error still counts

The same probe runs on the student's answer, on nnkit's own (that is what is expected) and on known mistakes: wrong
answers, each with a sentence that explains it. Where a mistake gives the very piece that the student's answer gave,
its sentence is the explanation. So an explanation is never a guess, any equivalent answer is right, and there is no
table of expected values to copy.
"""

import contextlib
import copy
import functools
import re
import sysconfig
import textwrap
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nnkit.checks.compare import as_array, describe, differing, same
from nnkit.checks.recording import Recorded, recording_of
from nnkit.checks.verdict import Verdict

__all__ = ["Exercise", "Mistake", "StandIn", "kind_of", "override", "view"]

HERE = str(Path(__file__).parents[1])  # the folder of nnkit
LIBRARIES = HERE, sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")


@dataclass(frozen=True)
class Mistake:
    """A wrong answer, and the sentence for a student who made it; `shows_in` may tell the first piece it gets wrong."""

    sentence: str
    answer: object
    shows_in: str | None = None


@dataclass
class Exercise:
    """One exercise.

    id            its name in the course
    reference     a right answer, of the name that the student's has: a function, or a class of nnkit
    claims        piece -> one sentence that says what must hold
    draw, probe   see the module's text; a piece "arguments" tells whether what was handed in is still what it was
    method        the one method of a class that is to be completed; None where the whole class or function is
    uses          exercises whose functions this one may call: it finds right ones there, so that it stands alone
    sizes         inputs -> {name: number}, numbers by which an answer may be off
    rounds        on how many random inputs an answer is tried
    seconds       about how long that takes, where it is long enough to be told beforehand
    mistakes      known mistakes, the likeliest first
    """

    id: str
    reference: object
    claims: dict
    draw: object
    probe: object
    method: str | None = None
    uses: tuple = ()
    sizes: object = lambda **inputs: {}
    rounds: int = 3
    seconds: int = 0
    mistakes: list = field(default_factory=list)

    def mistake(self, sentence):
        """Decorate a wrong version of the function, class or method, to make it a known mistake."""

        def add(wrong):
            answer = override(self.reference, **{self.method: wrong}) if self.method else wrong
            self.mistakes.append(Mistake(sentence, answer))
            return wrong

        return add

    def examine(self, answer, rng):
        """Return the Verdict on a student's answer, tried on a few random inputs."""
        kind = kind_of(self.reference)
        if kind_of(answer) != kind:
            raise TypeError(f"check takes the {kind} itself, without brackets: check({self.id!r}, {self.name}).")
        if self._is_untouched(answer):
            return Verdict(self.id, "not attempted")
        for inputs in self._rounds(rng):
            verdict = self._examine_once(answer, inputs)
            if verdict.state != "right":
                break
        return verdict

    @functools.cached_property
    def recording(self):
        """What the reference and the known mistakes gave, where they are not in this package; None where they are."""
        found = recording_of(self.id)
        if found:
            self.mistakes = [Mistake(said, Recorded(i), piece) for i, (said, piece) in enumerate(found.mistakes, 1)]
        return found

    @property
    def name(self):
        """The name of the function or class that the student writes."""
        return self.reference.__name__

    def _is_untouched(self, answer):
        """Say whether an answer is the course's own, with nothing in it that the student wrote."""
        if isinstance(answer, StandIn):
            return False  # what nobody has written yet says so when it is called
        if not isinstance(answer, type):
            return answer is self.reference
        all_of_them = (name for cls in self.reference.__mro__[:-1] for name, m in vars(cls).items() if callable(m))
        methods = [self.method] if self.method else all_of_them
        return all(getattr(answer, name, None) is getattr(self.reference, name) for name in methods)

    def _examine_once(self, answer, inputs):
        expected, received = self._run(self.reference, inputs), self._run(answer, inputs)
        if isinstance(received.error, NotImplementedError):
            return Verdict(self.id, "not attempted")
        holds = {piece: expected.agrees(received, piece) for piece in received.pieces}
        missing = [piece for piece in self.claims if piece not in holds]
        holds |= dict.fromkeys(missing, None) | dict.fromkeys(missing[:1], False)  # an error stops at the first of them
        verdict = Verdict(self.id, claims=[(self.claims[piece], holds[piece]) for piece in self.claims])
        if not all(holds.values()):
            first_wrong = next(piece for piece in self.claims if not holds[piece])
            self._explain(verdict, first_wrong, inputs, expected, received)
        return verdict

    def _rounds(self, rng):
        """Yield the inputs of each round: drawn, or those that were recorded."""
        if self.recording:
            yield from self.recording.rounds()
        else:
            for _ in range(self.rounds):
                yield self.draw(rng)

    def _run(self, answer, inputs):
        with self.conditions(answer):
            return _run(self._pieces, answer, inputs)

    def conditions(self, answer):
        """Return a context in which an answer finds right functions where it uses those of other exercises.

        Where these are not in this package, it finds the student's own, as it does anyway.
        """
        lent = {exercise.name: exercise.reference for exercise in self.uses if not exercise.recording}
        return answer.lending(lent) if isinstance(answer, StandIn) else _in_globals(answer, lent)

    def _pieces(self, answer, inputs):
        """Return (piece, value), ... as the exercise's probe reports them."""
        return self.play(self.probe, answer, inputs)

    def play(self, probe, answer, inputs):
        """Return what a probe reports of an answer; of one that is not in this package, what was recorded of it."""
        if self.recording and answer is self.reference:
            answer = Recorded(0)
        if isinstance(answer, Recorded):
            return self.recording.pieces(answer, probe.__name__)
        return probe(answer, **inputs)

    def parts(self):
        """Return the probes that `play` is called with: one, unless the exercise's probe is made of several."""
        return [self.probe]

    def _explain(self, verdict, piece, inputs, expected, received):
        """Say how the first wrong piece differs, and which known mistake gives exactly the same.

        Where several give the same piece, those that give the same of the most other pieces are meant; if they still
        differ (a product of arrays that do not fit looks the same whatever it was for), both sentences are said.
        """
        verdict.state = "wrong"
        if piece in received.pieces and piece == "arguments":
            verdict.details = ["Expected them unchanged, received others: work on a copy, or make a new array."]
        elif piece in received.pieces:
            pair = expected.pieces[piece], received.pieces[piece]
            verdict.details, verdict.differs = describe(*pair, self.sizes(**inputs)), differing(*pair)
        else:
            verdict.details = [received.complaint()]
        likeness = {}
        for mistake in self.mistakes:
            run = self._run(mistake.answer, inputs)
            if run.agrees(received, piece):
                alike = sum(run.agrees(received, other) for other in self.claims)
                likeness[mistake.sentence] = max(alike, likeness.get(mistake.sentence, 0))
        likeliest = [sentence for sentence in likeness if likeness[sentence] == max(likeness.values())]
        verdict.mistake = " Or: ".join(likeliest[:2]) or None


class StandIn:
    """A thing of the grader's that stands for a student's, which lives in another process (see coursekit.trust).

    It is called, and has attributes, as if it were the thing itself. `is_class` says whether that is a class,
    `is_callable` whether it can be called, `is_model` whether it is a Keras model; `view(function, *args)` is what
    function(thing, *args) gives there; `lending(functions)` is a context in which names in the notebook mean these
    functions.
    """


def view(thing, function, *args):
    """Return function(thing, *args), worked out where the thing is. `function` is nnkit's, outside the checks."""
    return thing.view(function, *args) if isinstance(thing, StandIn) else function(thing, *args)


def kind_of(answer):
    """Return "class", or "function" for whatever else can be called; None for all other things."""
    if isinstance(answer, StandIn):
        return "class" if answer.is_class else "function" if answer.is_callable else None
    return "class" if isinstance(answer, type) else "function" if callable(answer) else None


def override(base, **methods):
    """Return a subclass of base, of the same name, with these methods."""
    return type(base.__name__, (base,), methods)


@dataclass
class _Run:
    """What a probe reported, up to the error that ended it, if any."""

    pieces: dict = field(default_factory=dict)
    error: BaseException | None = None

    def agrees(self, other, piece):
        """Say whether both have the same value of a piece, or stopped before it with the same error."""
        if piece in self.pieces and piece in other.pieces:
            return same(self.pieces[piece], other.pieces[piece])
        stopped = piece not in self.pieces and piece not in other.pieces
        return stopped and _uncounted(self.error) == _uncounted(other.error)

    def complaint(self):
        """Say in a sentence which error ended the run, and where in the student's code."""
        message = textwrap.shorten(_plain(self.error), 200).rstrip(".")
        if getattr(self.error, "told", False):
            return f"{message[:1].upper()}{message[1:]}."
        place = self.error.where if hasattr(self.error, "where") else _place(self.error)
        where = f" In {place[0]}, line {place[1]}: {place[2]}" if place else ""
        return f"It stopped with {type(self.error).__name__}: {message}.{where}"


def _plain(error):
    """Return what an error says, without colours and without the arrays that Keras writes into it."""
    if str(error).startswith("maximum recursion depth exceeded"):  # where it was exceeded, is chance
        return "maximum recursion depth exceeded"
    return re.sub(r"\[\[.*\]\]", "[[...]]", re.sub(r"\x1b\[\d*m", "", str(error)), flags=re.DOTALL)


def _uncounted(error):
    """Return an error's type and what it says, without the numbers in Keras's names: dense_3 is another's dense_7."""
    return type(error).__name__, re.sub(r"_\d+\b", "", _plain(error))


@contextlib.contextmanager
def _in_globals(function, names):
    """Let a function find these global names, whatever they mean to the notebook that it stands in."""
    namespace = getattr(function, "__globals__", {})
    before = {name: namespace[name] for name in names if name in namespace}
    namespace.update(names)
    try:
        yield
    finally:
        for name in names:
            namespace.pop(name, None)
        namespace.update(before)


def _run(probe, answer, inputs):
    """Run a probe on copies of the inputs; warnings cost nothing."""
    run = _Run()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            for piece, value in probe(answer, copy.deepcopy(inputs)):
                array = as_array(value)
                run.pieces[piece] = value if array is None else array
        except (Exception, SystemExit) as error:  # exit() in a function ends the function, not the check
            run.error = error
    return run


def _place(error):
    """Return (function, line number, text) of the last line of the student's code on the way to an error, or None."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_students(frame)]
    return (frames[-1].name, frames[-1].lineno, frames[-1].line) if frames else None


def _is_students(frame):
    """Say whether a line of a traceback is the student's own, not a library's or ours."""
    return not frame.filename.startswith(LIBRARIES) and not frame.filename.endswith(".pyx")  # compiled by Cython
