"""What one assignment needs of the answers to another.

A network is trained by an optimizer, and an optimizer is tried on a network: the notebook on the one needs nnkit's own
of the other. So a package that asks for both cannot leave both out. Which needs which is found by running: a notebook
from `source/`, solved, in the very package that its students would get, while it is noted what of nnkit is called.
"""

import hashlib
import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from coursekit.bundle.record import recordings
from coursekit.bundle.strip import stand_ins, stripped_package
from coursekit.course import RELEASE, SOURCE, CourseError, assignments, files, scratch_folder
from coursekit.trust.room import NNKIT, cache

__all__ = ["conflict", "needed"]

HERE = Path(__file__).parent
MINUTES = 15


def conflict(names):
    """Return a sentence on assignments that cannot be bundled together without solutions, or None."""
    print("Looking which assignments need answers to others: their notebooks are run, once ...", flush=True)
    for name in names:
        others = {id: other for other in names if other != name for id in stand_ins([other]).values()}
        for id, part in needed(name).items():
            if id in others:
                return _words(name, part, others[id], id)
    return None


def _words(name, part, other, id):
    first, second = sorted([name, other])
    part = part.removesuffix(".__init__")
    return (
        f"{name} needs nnkit's own {part}, which {other} asks for (exercise {id}): one package cannot leave it out and "
        f"have it. Bundle {first} now, and {second} by itself when the first is due."
    )


def needed(assignment):
    """Return {exercise id: a part of nnkit} of other assignments' answers that an assignment's notebooks call."""
    others = [name for name in assignments(RELEASE) if name != assignment]
    watched = {name: id for other in others for name, id in stand_ins([other]).items()}
    place = cache("needs") / f"{assignment}-{_fingerprint(assignment, watched)}.json"
    if not place.exists():
        place.write_text(json.dumps(_run(assignment, watched)), "utf-8")
    return json.loads(place.read_text("utf-8"))


def _run(assignment, watched):
    """Run the assignment's notebooks where they find the package without its answers."""
    from coursekit.bundle import exercises

    with scratch_folder() as folder:
        package = stripped_package([assignment]) | {"left_out.py": (HERE / "left_out.py").read_text("utf-8")}
        for id, recording in recordings(exercises([assignment])).items():
            package[f"checks/recorded/{id}.json"] = recording.to_json()
        for name, text in package.items():
            (folder / "nnkit" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "nnkit" / name).write_text(text, "utf-8")
        found = {}
        for notebook in sorted((SOURCE / assignment).glob("*.ipynb")):
            found |= _watch(folder, notebook, watched)
    return found


def _watch(folder, notebook, watched):
    """Return what `watching` finds in a notebook. Raises CourseError where the notebook cannot be run."""
    settings = {name: value for name, value in os.environ.items() if name != "NNKIT_DATA"}
    settings |= {"PYTHONPATH": folder, "IPYTHONDIR": folder, "KERAS_HOME": folder, "NBGRADER_EXECUTION": "validate"}
    command = [sys.executable, "-P", HERE / "watching.py", notebook, folder / "found.json"]
    finished = subprocess.run(
        command,
        input=json.dumps(watched),
        env={name: str(value) for name, value in settings.items()} | {"MPLBACKEND": "agg"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60 * MINUTES,
    )
    if finished.returncode:
        said = (finished.stdout + finished.stderr)[-2000:]
        raise CourseError(f"{notebook.name}, solved, does not run in the package for students:\n{said}")
    return json.loads((folder / "found.json").read_text("utf-8"))


def _fingerprint(assignment, watched):
    """Return a text that is another one whenever another part may be needed."""
    digest = hashlib.sha256(repr((watched, sys.version_info[:2], metadata.version("numpy"))).encode())
    for name, data in [*files(NNKIT).items(), *files(SOURCE / assignment).items(), *files(HERE).items()]:
        digest.update(name.encode() + data)
    return digest.hexdigest()[:16]
