"""A run: which submissions are to be marked, by what, and the entry of their marks, one after the other."""

import os
from dataclasses import replace
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry

from coursekit import grading
from coursekit.course import CourseError, assignments, chatter_to, open_course, outcome
from coursekit.grade import ground
from coursekit.grade.journal import Journal, fingerprint
from coursekit.grade.pool import Outcome, Pool
from coursekit.grade.progress import Progress, in_words
from coursekit.grade.work import Handout, as_json, done, mark_by_file
from coursekit.trust.converter import files_of, is_usable

__all__ = ["Run"]

REMEMBERED = ("assignments", "student", "jobs", "scheduler", "sandbox", "cold")


class Run:
    """One call of `coursekit grade`, with the options of its command line; `stop` is a coursekit.grade.Stop, if any."""

    def __init__(self, options, stop=None):
        self.course, self.stop = Path(options.course).resolve(), stop
        self.journal, self.options = Journal(self.course), options
        if options.resume:
            self._take_up()

    def _take_up(self):
        """Take the options of the run that was broken off. Raises CourseError where there is none."""
        last = self.journal.last()
        if not last or last["ended"]:
            raise CourseError("No run was broken off here: there is nothing to resume.")
        vars(self.options).update(last["call"], force=False)

    def all(self):
        """Mark all that is to be marked; the exit status."""
        submissions = self.submissions()
        ground.look_at(self.course, [folder for _, _, folder in submissions])
        with self.journal.alone():
            self.log = self.journal.folder / "nbgrader.log"
            with chatter_to(self.log):
                self.open(sorted({assignment for assignment, _, _ in submissions}))
            return self.mark(submissions)

    # ---- before

    def submissions(self):
        """Return (assignment, student, folder) of what is handed in and asked for. Raises CourseError for nothing."""
        known = assignments(self.course / "source")
        wanted = self.options.assignments or known
        if set(wanted) - set(known):
            raise CourseError(
                f"There is no assignment {', '.join(sorted(set(wanted) - set(known)))}, only {', '.join(known)}."
            )
        folders = [path for path in sorted((self.course / "submitted").glob("*/*")) if path.is_dir()]
        found = [(path.name, path.parent.name, path) for path in folders if path.name in wanted]
        asked = set(self.options.student or [])
        missing = asked - {student for _, student, _ in found}
        if missing or not found:
            who = f" by {', '.join(sorted(missing))}" if missing else ""
            raise CourseError(
                f"Nothing{who} lies in {self.course / 'submitted'}/<student>/<assignment>/ for {', '.join(wanted)}."
            )
        return [entry for entry in found if not asked or entry[1] in asked]

    def open(self, names):
        """Open the course, and learn what is handed out under these names; what was never released is released."""
        self.api = open_course(self.course)
        if self.options.sandbox:
            self.api.config.TrustedExecute.sandbox = self.options.sandbox
        self.conditions = grading.TrustedExecute(config=self.api.config).conditions()
        problem = None if self.options.scheduler else self.conditions.problem()
        if problem:
            raise CourseError(problem)
        self.handouts = {name: self.handout(name) for name in names}
        self.prints = {name: handout.fingerprint() for name, handout in self.handouts.items()}

    def handout(self, name):
        """Return the Handout of an assignment."""
        with Gradebook(self.api.coursedir.db_url) as gradebook:
            try:
                notebooks = gradebook.find_assignment(name).notebooks
            except MissingEntry:
                notebooks = []
            known = {notebook.name: as_json(grading.known_cells(notebook).values()) for notebook in notebooks}
        if not known:
            result = outcome(self.api.generate_assignment(name))
            if not result["success"]:
                raise CourseError(f"nbgrader could not build the release of {name}:\n{result['error']}")
            return self.handout(name)
        pairs = {notebook: (cells, self.released(name, notebook)) for notebook, cells in known.items()}
        return Handout(name, pairs, tuple(self.own_files(name)), self.conditions)

    def released(self, name, notebook):
        """Return the cells of the released notebook as JSON, or None where there is no release."""
        cells = grading.released_cells(self.api.coursedir, name, notebook)
        return None if cells is None else as_json(cells)

    def own_files(self, name):
        """Return (name, path) of the course's own files that go with the assignment, as nbgrader has it."""
        left_alone = self.api.config.Autograde.get("exclude_overwriting", {}).get(name, [])
        return files_of(self.api.coursedir, name, left_alone)

    # ---- the run itself

    def mark(self, submissions):
        """Mark what is new or changed; the exit status."""
        self.now = {entry[:2]: (fingerprint(entry[2]), self.prints[entry[0]]) for entry in submissions}
        is_marked = self.journal.is_marked
        todo = [entry for entry in submissions if self.options.force or not is_marked(*entry[:2], self.now[entry[:2]])]
        if len(todo) < len(submissions):
            print(f"{len(submissions) - len(todo)} of {len(submissions)} are marked and have not changed since.")
        if not todo:
            return 0
        for assignment, student, _ in todo:
            self.journal.forget(assignment, student)
        self.journal.begin({name: getattr(self.options, name) for name in REMEMBERED})
        with Progress(len(todo)) as self.progress:
            try:
                self._mark(todo)
            except KeyboardInterrupt:
                self._say_goodbye("Stopped")
                return 130
        self.journal.end()
        self._say_goodbye("Done")
        return int(self.progress.failed > 0)

    def _mark(self, todo):
        """Hand the submissions to the workers, and enter what they send, as it comes."""
        folders = {(assignment, student): folder for assignment, student, folder in todo}
        usable = {key: folder for key, folder in folders.items() if is_usable(key[1])}
        for key in folders.keys() - usable.keys():
            self._enter(
                Outcome(key, fault='nbgrader takes no student whose name has [ ] * ? < > & ", or an unprintable sign')
            )
        places = {name: handout.save(self.journal.folder) for name, handout in self.handouts.items()}
        tasks = ((key, (places[key[0]], str(folder), self.options.cold)) for key, folder in usable.items())
        jobs = min(self.options.jobs or os.cpu_count() or 1, max(1, len(usable)))
        with chatter_to(self.log), Pool(jobs, self.options.scheduler) as pool:
            for came in pool.outcomes(mark_by_file, tasks, self._tick):
                self._enter(came)

    def _tick(self, running):
        if self.stop:
            self.stop.expect_none()
        self.progress.tick(running)

    def _enter(self, came):
        """Enter what came of a submission, and tell how it went."""
        words = came.fault
        if not words:
            try:
                words, came = self._into_gradebook(*came.key, done(came.result)), replace(came, result="")
                self.journal.marked(*came.key, self.now[came.key])
            except (ValueError, CourseError) as fault:
                words, came = str(fault), replace(came, fault=str(fault))
        self.progress.finished(came.key, words, well=not came.fault)

    def _into_gradebook(self, assignment, student, notebooks):
        """Have nbgrader take its steps, with the running done; return a few words on the result. Raises CourseError."""
        keys = {(assignment, student, name): ready for name, ready in notebooks.items()}
        grading.ahead.update(keys)
        try:
            result = outcome(self.api.autograde(assignment, student, force=True))
        finally:
            for key in keys:
                grading.ahead.pop(key, None)
        if not result["success"]:
            last = [line for line in (result["error"] or result["log"] or "").splitlines() if line.strip()]
            raise CourseError(f"nbgrader could not enter it: {last[-1] if last else 'it does not say why'}")
        return in_few_words(notebooks)

    def _say_goodbye(self, how):
        progress = self.progress
        left = progress.total - progress.marked - progress.failed
        parts = [
            f"{progress.marked} marked",
            f"{progress.failed} not marked" * bool(progress.failed),
            f"{left} left" * bool(left),
        ]
        seconds = in_words(max(1, progress.seconds()))
        progress.console.print(f"{how} after {seconds}: {', '.join(filter(None, parts))}.", highlight=False)
        if left:
            progress.console.print("Go on with: python -m coursekit grade --resume", highlight=False)


def in_few_words(notebooks):
    """Return how many exercises of a submission are right, and what it took."""
    records = [ready.plain["record"] for ready in notebooks.values()]
    states = [exercise["state"] for held in records for exercise in held["exercises"]]
    noted = sum(len(held["notes"]) for held in records)
    words = f"{states.count('right')} of {len(states)} right, {sum(held['seconds'] for held in records):.1f} s"
    return words + (f", {noted} noted" if noted else "")
