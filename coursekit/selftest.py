"""`python -m coursekit selftest`: is each check as strict as it should be, and no stricter?

What an instructor runs after changing an exercise. All answers of coursekit.solutions, right and wrong, and all known
mistakes of the checks go through the grader itself, each exercise in two processes of its own:

    this process              hands out answers, one at a time, tells how far it is, and prints what was found
      a judge's process       coursekit.trust.judge, within a chamber's limits on time and memory
        a notebook's          the answers, and coursekit.trust.agent, which does what the judge asks

An answer that crashes or never ends costs its own two processes; the next answer finds new ones.
"""

import ast
import contextlib
import dataclasses
import difflib
import functools
import importlib
import inspect
import multiprocessing
import multiprocessing.connection
import os
import signal
import socket
import sys
import tempfile
import textwrap
import threading
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.table import Table

from coursekit.course import ROOT, SOURCE, CourseError, assignments
from coursekit.doctor import usable_cores
from coursekit.solutions import solutions
from coursekit.trust import chamber
from coursekit.trust.agent import Agent, Stays
from coursekit.trust.judge import judge, wrong
from coursekit.trust.standins import Listener, Lost
from coursekit.trust.wire import Wire
from nnkit.checks import EXERCISES
from nnkit.checks.exercise import Mistake, override

__all__ = ["arguments", "main", "selftest"]

SPAWN = multiprocessing.get_context("spawn")
QUICK = 3  # answers of each kind with --quick
SEEDS = 3  # draws on which an answer is tried, where that takes no time
SECONDS = 120  # for an answer to one check, as in grading
GRACE = 1.5  # how much longer than the answer the judge may take, as in a chamber
HELPED = 6  # answers that must be left for a second judge of the same exercise to be worth its start
COUNTS = ("passed", "rejected", "caught", "missed", "itself", "another", "unknown", "accepted")
DEFECTS = ("rejected", "missed", "accepted")  # what must not be: accepted is a known mistake that passes as right
WORST_LAST = ("passed", "caught", "itself", "another", "unknown", *DEFECTS)
MEANINGS = {
    "rejected": "a right answer is rejected",
    "missed": "a wrong answer is accepted",
    "accepted": "a known mistake is accepted",
    "another": "a known mistake is taken for another",
    "unknown": "a known mistake is not recognised",
}


def arguments(parser):
    """Add to `parser` what the command line takes."""
    add = parser.add_argument
    add("names", nargs="*", metavar="EXERCISE", help="exercises, or assignments for all of theirs; everything if none")
    seeds = f"on how many draws each answer is tried; {SEEDS} if not given, and 1 where networks are trained"
    add("--seeds", type=positive, metavar="N", help=seeds)
    add("--jobs", type=positive, metavar="N", help="how many judges at once; as many as there are cores if not given")
    add("--quick", action="store_true", help=f"at most {QUICK} right answers, wrong ones and known mistakes of each")
    words = f"how long an answer may take for one check; {SECONDS} if not given, as in grading"
    add("--seconds", type=positive, metavar="N", default=SECONDS, help=words)


def positive(text):
    """Return a number from the command line. Raises ValueError unless it is 1 or more."""
    if int(text) < 1:
        raise ValueError
    return int(text)


def main(options):
    """Do what the command line says; the exit status: 0 only if nothing was missed and nothing falsely rejected."""

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        return selftest(options.names, options.seeds, options.jobs, options.quick, options.seconds)
    finally:
        signal.signal(signal.SIGTERM, before)


def selftest(names=(), seeds=None, jobs=None, quick=False, seconds=SECONDS, also=(), console=None):
    """Try the checks of these exercises or assignments (all if none) on their answers, and print what was found.

    `seeds`, `jobs`, `quick` and `seconds` are those of the command line; `also` names modules to be imported wherever
    answers are tried, which may add exercises and answers. The exit status is returned: 0 if all is well, 1 if
    something was missed or falsely rejected, 130 after Ctrl-C. Raises CourseError for a name that is not known.
    """
    for module in also:
        importlib.import_module(module)
    console, cases = console or Console(), {name: cases_of(name, QUICK if quick else None) for name in chosen(names)}
    run = Run(cases, jobs or usable_cores(), seeds, seconds, also, Progress(cases, console))
    try:
        run.all()
    except KeyboardInterrupt:
        console.print(f"\nInterrupted after {len(run.outcomes)} of {sum(map(len, cases.values()))} answers:")
    show(console, list(cases), run)
    return 130 if run.left() else int(any(outcome.label in DEFECTS for outcome in run.outcomes))


# ---- which exercises


def chosen(names):
    """Return the ids of the exercises that are meant, in the course's order. Raises CourseError for unknown names."""
    groups = {name: ids_of(name) for name in assignments(SOURCE)}
    unknown = [name for name in names if name not in EXERCISES and name not in groups]
    if unknown:
        raise CourseError(" ".join(unknown_name(name, [*EXERCISES, *groups]) for name in unknown))
    wanted = {id for name in names for id in groups.get(name, [name])}
    return [id for id in EXERCISES if id in wanted or not names]


def ids_of(assignment):
    """Return the ids of an assignment's exercises: those of its package in nnkit.checks, if it has one."""
    package = f"nnkit.checks.{assignment.partition('-')[2].replace('-', '_')}"
    found = importlib.util.find_spec(package)
    return [exercise.id for exercise in importlib.import_module(package).EXERCISES] if found else []


def unknown_name(name, known):
    """Return a sentence on a name that nothing has, with the nearest ones."""
    near = difflib.get_close_matches(name.lower().replace("_", "-"), known, 3, 0.5)
    near = near or [other for other in known if name.lower() in other][:3]
    hint = f"Do you mean {' or '.join(near)}?" if near else f"There are: {', '.join(known)}."
    return f"There is no exercise or assignment {name}. {hint}"


# ---- which answers


@dataclass(frozen=True)
class Case:
    """An answer: to which exercise, of which kind ("right", "wrong" or "mistake"), at which place among those.

    `words` are what is said of it: its docstring, or a known mistake's sentence; `where` is file:line.
    """

    exercise: str
    kind: str
    place: int
    words: str
    where: str


@dataclass(frozen=True)
class Outcome:
    """What came of a case: a label (see WORST_LAST), the seed at which it did, the verdict's lines, and seconds."""

    case: Case
    label: str
    seed: int
    verdict: str
    seconds: float


def answers(exercise_id):
    """Return {kind: [(answer, words), ...]} for an exercise."""
    right_ones, wrong_ones = ([(a, inspect.getdoc(a) or "") for a in some] for some in solutions(exercise_id))
    mistakes = [m for m in EXERCISES[exercise_id].mistakes if isinstance(m, Mistake)]  # others are no answers
    return {"right": right_ones, "wrong": wrong_ones, "mistake": [(m.answer, m.sentence) for m in mistakes]}


def cases_of(exercise_id, most=None):
    """Return the cases of an exercise, at most so many of each kind."""
    return [
        Case(exercise_id, kind, place, words, where_is(answer))
        for kind, some in answers(exercise_id).items()
        for place, (answer, words) in enumerate(some[:most])
    ]


def where_is(answer):
    """Return file:line of an answer's definition; of a class that was made from a function, the function's."""
    code = getattr(answer, "__code__", None)
    if code is None and isinstance(answer, type):
        codes = [method.__code__ for method in vars(answer).values() if hasattr(method, "__code__")]
        code = min(codes, key=lambda code: code.co_firstlineno, default=None)
        line = class_line(answer, code.co_firstlineno if code else None)
        if line:
            return f"{relative(sys.modules[answer.__module__].__file__)}:{line}"
    return f"{relative(code.co_filename)}:{code.co_firstlineno}" if code else getattr(answer, "__module__", "?")


def class_line(cls, inside):
    """Return the line of a class in its module, where others may have its name; `inside` is a line of it, or None."""
    for first, last, name, words in classes(cls.__module__):
        if name == cls.__name__ and words == cls.__doc__ and (inside is None or first <= inside <= last):
            return first


@functools.cache
def classes(module):
    """Return (first line, last line, name, docstring) of the classes in a module."""
    nodes = ast.walk(ast.parse(inspect.getsource(sys.modules[module])))
    return [(n.lineno, n.end_lineno, n.name, ast.get_docstring(n, False)) for n in nodes if isinstance(n, ast.ClassDef)]


def relative(path):
    """Return a file's path, from the course's folder where it is in that."""
    path = Path(path)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def label(case, verdict):
    """Say in a word what a verdict means for the check: see COUNTS."""
    if case.kind == "right":
        return "passed" if verdict.state == "right" else "rejected"
    if case.kind == "wrong":
        return "missed" if verdict.state == "right" else "caught"
    if verdict.state == "right":
        return "accepted"
    if case.words in (verdict.mistake or "").split(" Or: "):
        return "itself"
    return "another" if verdict.mistake else "unknown"


def default_seeds(exercise):
    """Return on how many draws to try answers. Exercises that train networks are known by their few rounds."""
    return SEEDS if getattr(exercise, "rounds", 1) >= 3 else 1


# ---- this process: hands out answers, and gathers what comes of them


class Judge:
    """This end of a judge's process: it is handed one case after the other, and its messages come from `pipe`."""

    def __init__(self, exercise, seeds, seconds, also):
        self.exercise, self.seconds, self.case, self.seed = exercise, seconds, None, 0
        self.pipe, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(target=sit, args=(theirs, exercise, seeds, seconds, also))
        with theirs, undisturbed():
            self.process.start()

    def hand(self, case):
        """Hand it a case to try."""
        self.case, self.seed, self.began = case, 0, time.monotonic()
        self.end = self.began + chamber.READY_SECONDS
        with contextlib.suppress(OSError):  # should it be gone, that is noticed where its messages are awaited
            self.pipe.send(case)

    def begins(self, seed):
        """Note that it has begun to try its case with a seed, and so from when its time counts."""
        self.seed, self.end = seed, time.monotonic() + GRACE * self.seconds + 5

    def fault(self):
        """Return the outcome of the case at which the process ended, or did not come to an end; kill it."""
        late = self.process.is_alive() and time.monotonic() >= self.end
        if not late:
            self.process.join(5)
        broken = not late and (self.process.exitcode or 0) > 0
        words = "The judge's process ended by a fault of its own." if broken else chamber.WORDS
        verdict = wrong(self.exercise, words.format("in time" if late else "with the memory that there is"))
        if broken:  # no verdict at all: nothing was caught by it
            worst = {"right": "rejected", "wrong": "missed", "mistake": "accepted"}[self.case.kind]
        self.kill()
        found = worst if broken else label(self.case, verdict)
        return Outcome(self.case, found, self.seed, str(verdict), time.monotonic() - self.began)

    def kill(self):
        """End the process; its notebook's process ends with it."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


@contextlib.contextmanager
def undisturbed():
    """Let a process that is started here never hear of Ctrl-C: this one does, and ends it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@dataclass
class Run:
    """Tries all `cases`, {exercise id: [Case, ...]}, with `jobs` judges at once; `outcomes` are those so far."""

    cases: dict
    jobs: int
    seeds: int | None
    seconds: float
    also: tuple
    progress: object
    outcomes: list = field(default_factory=list)
    judges: list = field(default_factory=list)

    def all(self):
        """Try everything. Whatever ends it, no process is left."""
        self.waiting = {name: deque(some) for name, some in self.cases.items() if some}
        self.untouched = sorted(self.waiting, key=lambda name: -getattr(EXERCISES[name], "seconds", 0))  # longest first
        try:
            with self.progress:
                while self.fill():
                    self.step()
        finally:
            for one in self.judges:
                one.kill()

    def left(self):
        """Return how many cases have no outcome yet."""
        return sum(map(len, self.cases.values())) - len(self.outcomes)

    def fill(self):
        """Start judges while there is something for them to do; say whether any is at work."""
        while len(self.judges) < self.jobs and (name := self.next_exercise()):
            seeds = self.seeds or default_seeds(EXERCISES[name])
            one = Judge(name, seeds, self.seconds, tuple(self.also))
            self.judges.append(one)
            one.hand(self.waiting[name].popleft())
        return bool(self.judges)

    def next_exercise(self):
        """Return an exercise that wants a judge: one without, or one that has too much to do for the judge it has."""
        if self.untouched:
            return self.untouched.pop(0)
        served = {one.exercise for one in self.judges}
        wanting = [name for name, some in self.waiting.items() if len(some) > (HELPED if name in served else 0)]
        return max(wanting, key=lambda name: len(self.waiting[name]), default=None)

    def step(self):
        """Take in what the judges have to say, for a quarter of a second at most."""
        heard = multiprocessing.connection.wait([one.pipe for one in self.judges], 0.25)
        for one in list(self.judges):
            if one.pipe in heard:
                self.hear(one)
            elif time.monotonic() > one.end:
                self.enter(one, one.fault())
                self.judges.remove(one)
        self.progress.tick([one.case for one in self.judges])

    def hear(self, one):
        """Take in one message of a judge, and hand it the next case if it has done with the one before."""
        try:
            message = one.pipe.recv()
        except (EOFError, OSError):
            self.judges.remove(one)
            return self.enter(one, one.fault())
        if isinstance(message, int):
            return one.begins(message)
        outcome, tired = message
        self.enter(one, outcome)
        if self.waiting[one.exercise] and not tired:
            return one.hand(self.waiting[one.exercise].popleft())
        self.judges.remove(one)
        one.kill()

    def enter(self, one, outcome):
        """Enter the outcome of a judge's case."""
        self.outcomes.append(outcome)
        self.progress.finished(outcome)


# ---- the judge's process


def sit(pipe, exercise_id, seeds, seconds, also):
    """Try the cases that come from the pipe, one after the other, until it is closed."""
    settle(also)
    chamber.limit_memory()  # the notebook's process has the same limit
    with tempfile.TemporaryDirectory(prefix="selftest-") as folder:
        notebook = Notebook(exercise_id, also, Path(folder))
        with contextlib.suppress(EOFError, OSError):
            while True:
                case = pipe.recv()
                pipe.send((tried(case, seeds, seconds, notebook, pipe), chamber.is_tired()))
        notebook.end()


def tried(case, seeds, seconds, notebook, pipe):
    """Return the Outcome of a case, the worst over the seeds; tell the pipe of each before it is tried."""
    began, worst = time.monotonic(), None
    for seed in range(seeds):
        notebook.open()
        pipe.send(seed)
        verdict = notebook.judged(case, seed, seconds)
        found = Outcome(case, label(case, verdict), seed, str(verdict), time.monotonic() - began)
        if worst is None or WORST_LAST.index(found.label) > WORST_LAST.index(worst.label):
            worst = found
        if worst.label in DEFECTS:
            break
    return dataclasses.replace(worst, seconds=time.monotonic() - began)


def settle(also):
    """Make this process one that prints nothing and does not outlive the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=leave_with_parent, daemon=True).start()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    for module in also:
        importlib.import_module(module)


def leave_with_parent():
    """Wait for the end of the process that started this one, and end at once, whatever goes on here."""
    multiprocessing.parent_process().join()
    os._exit(1)


class Notebook:
    """The judge's end of a notebook's process, which is started when it is wanted and anew when it is lost."""

    def __init__(self, exercise_id, also, folder):
        self.exercise_id, self.also, self.folder, self.process, self.asked = exercise_id, also, folder, None, 0

    def open(self):
        """See to it that there is a process that answers."""
        if self.process is None:
            self.pipe, theirs = SPAWN.Pipe()
            self.process = SPAWN.Process(target=serve, args=(theirs, self.exercise_id, self.also))
            with theirs:
                self.process.start()
            self.expect_word(chamber.READY_SECONDS)

    def judged(self, case, seed, seconds):
        """Return the Verdict on a case, whose inputs are drawn with this seed."""
        self.asked += 1
        with Listener(self.folder / f"{self.asked}.socket") as listener:
            try:
                self.pipe.send((case.kind, case.place, str(listener.path)))
                connection = listener.accept(20, self.process.is_alive)
            except (Lost, OSError) as error:
                self.end()
                return wrong(self.exercise_id, f"It could not be tried: {error}.")
            verdict, lost = judge(self.exercise_id, connection, (), seconds, np.random.default_rng(seed))
        if lost:
            self.end()
        else:
            self.expect_word(10)
        return verdict

    def expect_word(self, seconds):
        """Wait until the process says that it can be asked; end it if it does not."""
        try:
            ready = self.pipe.poll(seconds) and self.pipe.recv()
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.end()

    def end(self):
        """End the process, if there is one."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.pipe.close()
            self.process = None


# ---- the notebook's process


def serve(pipe, exercise_id, also):
    """Have an agent serve each answer that the pipe asks for, at the socket that it names, until it is closed."""
    settle(also)
    there = answers(exercise_id)
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(True)
            kind, place, path = pipe.recv()
            answer = there[kind][place][0]
            names = getattr(answer, "__globals__", {})  # a function finds names where it was defined
            if kind != "mistake":  # a mistake stands among the checks, where the name means the right answer
                names[EXERCISES[exercise_id].name] = answer
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
                OneAnswer(Wire(connection), names, as_graded(EXERCISES[exercise_id], answer)).run()


class OneAnswer(Agent):
    """An agent in a notebook with one answer, which is what every name means that the grader looks for."""

    def __init__(self, wire, namespace, answer):
        super().__init__(wire, namespace)
        self.answer = answer

    def do_find(self, name):
        """Return the answer, as a thing that stays here."""
        return Stays(self.answer)


def as_graded(exercise, answer):
    """Return an answer as a graded kernel has it: what nobody has written has no body there."""
    if not hasattr(exercise, "reference") or not exercise._is_untouched(answer):
        return answer
    if not isinstance(answer, type):
        return no_body
    methods = [exercise.method] if exercise.method else [n for n, m in vars(exercise.reference).items() if callable(m)]
    return override(answer, **dict.fromkeys(methods, no_body))


def no_body(*args, **kwargs):
    """Stand in place of what is left out."""
    raise NotImplementedError


# ---- what is seen


class Progress:
    """How far a run is: a table in a terminal, plain lines elsewhere; a context."""

    def __init__(self, cases, console):
        self.console, self.total = console, {name: len(some) for name, some in cases.items()}
        self.done, self.defects, self.running = Counter(), Counter(), {}
        self.began = self.told = time.monotonic()
        self._live = Live(console=console, refresh_per_second=4, transient=True, get_renderable=self.table)

    def __enter__(self):
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_):
        self._live.stop()

    def tick(self, cases):
        """Note which cases are under way; in a log, say so when nothing else has been said for half a minute."""
        self.running = dict(Counter(case.exercise for case in cases))
        if not self.console.is_terminal and time.monotonic() > self.told + 30:
            self.say(f"… {self.summary()}; {', '.join(self.state(name) for name in self.running)}")

    def finished(self, outcome):
        """Note an outcome, and say so when it is the last one of its exercise."""
        name = outcome.case.exercise
        self.done[name] += 1
        self.defects[name] += outcome.label in DEFECTS
        if self.done[name] == self.total[name]:
            wrong_ones = self.defects[name]
            words = f"{wrong_ones} missed or falsely rejected" if wrong_ones else "as it should be"
            number = sum(self.done[name] == self.total[name] for name in self.total)
            self.say(f"{'✗' if wrong_ones else '✓'} {number}/{len(self.total)}  {self.state(name)}: {words}")

    def say(self, line):
        """Print a line."""
        self.told = time.monotonic()
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def state(self, name):
        """Return an exercise's name, and how many of its answers are done."""
        return f"{name} ({self.done[name]} of {self.total[name]})"

    def summary(self):
        """Return how far the run is, in words."""
        seconds = time.monotonic() - self.began
        done, total = self.done.total(), sum(self.total.values())
        return f"{done} of {total} answers tried, {self.defects.total()} missed or falsely rejected; {seconds:.0f} s"

    def table(self):
        """Return the table of what is under way."""
        table = Table(title=self.summary(), title_justify="left", show_header=False, box=None, padding=(0, 2, 0, 0))
        for name in self.running:
            table.add_row("…", name, f"{self.done[name]} of {self.total[name]}")
        return table


OF_ANSWERS = ("right\npassed", "falsely\nrejected", "wrong\ncaught", "wrong\nmissed")
HEADINGS = (*OF_ANSWERS, "known\nas itself", "as\nanother", "\nnot", "\nseconds")


def show(console, names, run):
    """Print the table of what was found, and beneath it whatever calls for a human."""
    counts, seconds = defaultdict(Counter), Counter()
    for outcome in run.outcomes:
        counts[outcome.case.exercise][outcome.label] += 1
        seconds[outcome.case.exercise] += outcome.seconds
    table = Table(box=None, padding=(0, 1, 0, 0))
    table.add_column("\nexercise", no_wrap=True)
    for heading in HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for name in names:
        if name in counts:
            table.add_row(*row(name, counts[name], seconds[name]))
    table.add_row(*row("all", sum(counts.values(), Counter()), seconds.total()), style="bold")
    wide = console if console.is_terminal else Console(file=console.file, width=100)
    wide.print(table)
    order = sorted(run.outcomes, key=lambda o: (names.index(o.case.exercise), COUNTS.index(o.label), o.case.place))
    for wanted in (DEFECTS, ("another", "unknown")):
        for outcome in (outcome for outcome in order if outcome.label in wanted):
            console.print("\n" + in_words(outcome), markup=False, highlight=False, soft_wrap=True)


def row(name, counts, seconds):
    """Return a row of the table. A known mistake that passes as right stands under "not"."""
    numbers = {label: counts[label] for label in COUNTS}
    numbers["unknown"] += numbers.pop("accepted")
    bad = {"rejected", "missed"} | ({"unknown"} if counts["accepted"] else set())
    cells = [f"[red]{n}[/red]" if n and label in bad else str(n) for label, n in numbers.items()]
    return [name, *cells, f"{seconds:.1f}"]


def in_words(outcome):
    """Return some lines on an outcome: what is the matter, where, with which seed; what it is; what the check said."""
    case, sign = outcome.case, "✗" if outcome.label in DEFECTS else "○"
    head = f"{sign} {case.exercise}: {MEANINGS[outcome.label]} (seed {outcome.seed}).  {case.where}"
    words = textwrap.fill(" ".join(case.words.split()) or "(no docstring)", 100, initial_indent=" " * 4)
    said = outcome.verdict.splitlines()
    if outcome.label not in DEFECTS:
        said = said[-1:] if outcome.label == "another" else []
    return "\n".join([head, words.replace("\n", "\n" + " " * 4), *(" " * 6 + line for line in said)])
