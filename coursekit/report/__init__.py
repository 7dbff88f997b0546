"""`python -m coursekit report`: what a class has understood, for its teacher; and a tutor's note for each student.

    report/index.html                             over all assignments
    report/<assignment>.html                      a class's work: marks, mistakes, what needs a human look
    report/students/<student>/<assignment>.html   a student's own, which names no one else

It reads the gradebook and the records that the grader leaves beside each marked notebook, and changes neither.
"""

import os
from pathlib import Path

from coursekit.course import ROOT, CourseError

__all__ = ["arguments", "main", "report"]


def arguments(parser):
    """Add to `parser` what the command line takes."""
    parser.add_argument(
        "assignments", nargs="*", metavar="ASSIGNMENT", help="which ones; all that are handed in if none"
    )
    parser.add_argument("--course", type=Path, default=ROOT, metavar="FOLDER", help="the course; this one if not given")
    parser.add_argument(
        "--into", type=Path, metavar="FOLDER", help="where the pages go; report/ of the course if not given"
    )


def main(options):
    """Write the report that the command line asks for; the exit status."""
    index = report(options.course, options.assignments, options.into, print)
    print(f"Open it in a browser: {index}")
    return 0


def report(course, assignments=(), into=None, say=lambda words: None):
    """Write the pages on `assignments` (all that somebody has handed in, if none) of the course in the folder `course`.

    They go to the folder `into`, the course's report/ if it is not given; `say` hears in a line what was written. The
    path of the index is returned; CourseError says what is missing.
    """
    from coursekit.report import reading
    from coursekit.report.pages import Places

    course = Path(course).resolve()
    places = Places(course, into or course / "report")
    with reading.opened(course) as gradebook:
        there = reading.assignments(gradebook)
        for name in chosen(assignments, there, course):
            said = one(gradebook, places, name)
            say(f"{name}: {said}")
        return write(places.into / "index.html", index(gradebook, places, there))


def chosen(wanted, there, course):
    """The assignments to report on."""
    unknown = [name for name in wanted if name not in there]
    if unknown:
        known = ", ".join(there) or "none"
        raise CourseError(f"The gradebook knows no assignment {', '.join(unknown)}; those that it knows: {known}.")
    names = list(dict.fromkeys(wanted)) or [name for name, submissions in there.items() if submissions]
    if not names:
        raise CourseError(f"Nothing in {course} has been graded yet: there is nothing to report.")
    return names


def one(gradebook, places, name):
    """Write the pages of one assignment; what was written, in words."""
    from coursekit.report import pages, reading
    from coursekit.report.tally import ClassTally
    from coursekit.report.words import count, name_of

    work = reading.work(gradebook, places.course, name)
    tally, seen = ClassTally(work), set()
    for submission in reading.submissions(gradebook, places.course, work):
        tally.add(submission)
        seen.add(submission.student)
        write(places.note(submission.student, name), pages.student_page(submission, work))
    handed_in = reading.handed_in(places.course, name)
    absent = [name_of(*row) for row in reading.students(gradebook) if row.id not in seen | handed_in]
    unmarked = [name_of(student) for student in sorted(handed_in - seen)]
    write(places.page(name), pages.class_page(tally, places, absent, unmarked))
    return f"{count(len(seen), 'submission')}, {places.page(name)}"


def index(gradebook, places, there):
    """The page over all assignments."""
    from coursekit.report import pages, reading

    rows = []
    for name in there:
        work, page = reading.work(gradebook, places.course, name), places.page(name)
        link = places.link(page) if page.is_file() else None
        rows.append(((work.title, name, link), list(reading.totals(gradebook, name)), work.points))
    return pages.index_page(rows)


def write(path, page):
    """Write a page to the file at `path`, in place of what is there; return the path."""
    new = path.with_name(f".{os.getpid()}-new.html")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(page, "utf-8", errors="backslashreplace")
        os.replace(new, path)
    except OSError as error:
        raise CourseError(f"{path} cannot be written: {error.strerror}.") from None
    return path
