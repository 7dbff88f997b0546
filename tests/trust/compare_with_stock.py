"""The attacks of this corpus on stock nbgrader and on trusted grading, side by side: the table of docs/trust.md.

    python tests/trust/compare_with_stock.py

Those that could do harm without a sandbox are left out. What the others write lies in a scratch folder that is gone
afterwards; the grader's HOME and environment hold nothing but the planted secret.
"""

import os
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]

from attacks import ATTACKS  # noqa: E402
from corpus import ASSIGNMENT, FULL, HONEST, RIGHT, SECRET, Course, answer  # noqa: E402

STOCK = """
from pathlib import Path
import tempfile
c = get_config()
c.CourseDirectory.course_id = "training-neural-networks"
c.CourseDirectory.db_url = f"sqlite:///{Path(__file__).resolve().parent.as_posix()}/gradebook.db"
c.Exchange.root = tempfile.gettempdir()
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError('not attempted yet')"}
c.Execute.timeout = 60
"""
LAST = "gradebook-written"  # which changes everybody's marks, where it can


@dataclass
class Came:
    """What came of an attack: marks; did it say a secret or reach a listener; was it, and who came after it, marked."""

    marks: float
    reached: bool
    marked: bool
    others_marked: bool = True

    def judged(self):
        """Whether the attack gained marks, read or reached something, ended its own marking, ended that of others."""
        return self.marks > sum(HONEST.values()), self.reached, not self.marked, not self.others_marked


WAYS = ("gained marks", "read or reached", "own marking ended", "others' marking ended")


def main():
    """Mark the harmless attacks both ways, and print the table."""
    names = [name for name, attack in ATTACKS.items() if attack.harmless and name != LAST]
    names += [LAST] if ATTACKS[LAST].harmless else []
    stock, ours = marked(names, STOCK), marked(names)
    print("| class | attacks | " + " | ".join(f"stock: {way}" for way in WAYS) + " | here: any of these |")
    print("| --- |" + " ---: |" * (2 + len(WAYS)))
    for group in dict.fromkeys(ATTACKS[name].group for name in names):
        print(row(group, [name for name in names if ATTACKS[name].group == group], stock, ours))
    print(row("**all**", names, stock, ours))
    print("\nStock, each that succeeded in a way (marks of 13; honest: 4):")
    print(
        "; ".join(f"{name} {stock[name].marks:g} {stock[name].judged()}" for name in names if any(stock[name].judged()))
    )


def row(title, names, stock, ours):
    """One line of the table: how many of these attacks succeeded in each way with stock nbgrader, in any way here."""
    counts = [sum(stock[name].judged()[way] for name in names) for way in range(len(WAYS))]
    counts.append(sum(any(ours[name].judged()) for name in names))
    return f"| {title} | {len(names)} | " + " | ".join(map(str, counts)) + " |"


def marked(names, configuration=None):
    """A dict: attack -> what Came of it."""
    from coursekit.course import chatter_to, open_course

    with tempfile.TemporaryDirectory(prefix="corpus-", ignore_cleanup_errors=True) as folder:
        course = Course(Path(folder).resolve()).make()
        if configuration:
            (course.course / "nbgrader_config.py").write_text(configuration, "utf-8")
        course.listen()
        surround(course)
        with chatter_to(course.folder / "log"):
            course.release()
            course.hand_in("zoe", answer(course.released, RIGHT, first=f"# {SECRET}"))
            for name in names:
                folder = course.hand_in(name, ATTACKS[name].notebook(course.released))
                if ATTACKS[name].folder:
                    ATTACKS[name].folder(folder, course)
            api = open_course(course.course)
            found = {name: mark(course, api, name) for name in names}
        course.hang_up()
    return found


def surround(course):
    """Leave nothing in the environment but what is needed and the planted secret."""
    import matplotlib

    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    kept |= {"MPLCONFIGDIR": matplotlib.get_configdir(), "XDG_CACHE_HOME": str(course.folder / "cache")}
    os.environ.clear()
    os.environ.update(kept, HOME=str(course.outside / "home"), SECRET_TOKEN=SECRET)


def mark(course, api, name):
    """Have nbgrader mark one attack's submission; where that fails, once more, with an honest one after it."""
    before = len(course.reached)
    success = api.autograde(ASSIGNMENT, name)["success"]
    marks = course.marks(api).get(name) or {}
    said = any(SECRET in text for text in outputs(course, name))
    came = Came(sum(filter(None, marks.values())), said or len(course.reached) > before, success)
    if not success:
        course.hand_in(f"{name}zoe", answer(course.released, RIGHT))  # comes after it in nbgrader's order
        api.autograde(ASSIGNMENT, f"{name}*")  # all whose names begin so, in one run
        came.others_marked = course.marks(api).get(f"{name}zoe") == FULL
    return came


def outputs(course, name):
    """The texts of the marked notebooks of a submission."""
    return [path.read_text("utf-8") for path in (course.course / "autograded" / name).rglob("*.ipynb")]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
