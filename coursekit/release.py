"""`release/`: the students' version of the notebooks, made from `source/` and never edited.

It is committed, so that a student needs no nbgrader to begin, and checked: `release --check` builds it again and
compares every byte. With it goes the guide, from which `hint`, `solution` and `progress` speak.
"""

import shutil

from coursekit import guide
from coursekit.course import RELEASE, ROOT, files, make_course, open_course, release_into, scratch_folder


def release(check=False):
    """Build `release/` from `source/`; with `check` only say whether it is up to date. The exit status."""
    print("Building the students' version ...", flush=True)
    with scratch_folder() as scratch:
        return settle(RELEASE, build_release(scratch), check, "make release") or guide.guide(check)


def build_release(scratch):
    """Build the release in the folder `scratch` with nbgrader's own generate_assignment; give the folder it is in."""
    make_course(scratch)
    release_into(open_course(scratch))
    return scratch / "release"


def settle(folder, built, check, cure):
    """Make `folder` equal to the folder `built`, or with `check` only compare. Says what differs; the exit status."""
    name = folder.relative_to(ROOT).as_posix() + "/"
    differences = compare(files(folder), files(built))
    if not differences:
        print(f"{name} is up to date.")
        return 0
    print(f"{name} {'is out of date (cure: ' + cure + ')' if check else 'has been brought up to date'}:")
    print("\n".join(f"  {line}" for line in differences))
    if not check:
        replace(folder, built)
    return 1 if check else 0


def compare(there, wanted):
    """What distinguishes two dicts of files, one line each."""
    lines = [f"missing: {name}" for name in sorted(wanted.keys() - there.keys())]
    lines += [f"no longer made: {name}" for name in sorted(there.keys() - wanted.keys())]
    return lines + [f"changed: {name}" for name in sorted(there.keys() & wanted.keys()) if there[name] != wanted[name]]


def replace(folder, built):
    """Put the folder `built` in the place of `folder`. An interruption leaves the old one, the new one, or none."""
    new, old = (folder.with_name(f".{folder.name}-{word}") for word in ("new", "old"))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(built, new)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
