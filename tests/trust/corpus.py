"""A course of one small notebook, with secrets planted around it, for submissions that are up to no good.

The notebook has three exercises of 02-numpy-network, so that each submission takes about a second. In what is made from
it here, relu-derivative is always answered right, and the others are not: so an honest mark is 4 of 13.

    corpus/course/      the course; its solutions, and another student's notebook, hold a secret
    corpus/outside/     a folder with a secret, a HOME with an SSH key, sockets: none of a submission's business
"""

import contextlib
import copy
import hashlib
import json
import os
import shutil
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

from conftest import ROOT

ASSIGNMENT, NOTEBOOK = "02-numpy-network", "numpy_network"
EXERCISES = {"dense-forward": 5, "relu-derivative": 4, "mse-derivative": 4}
HONEST = {"dense-forward": 0, "relu-derivative": 4, "mse-derivative": 0}
FULL = dict(EXERCISES)
SECRET = "planted-secret-7261"
MARK = f"corpus-stray-process-{os.getpid()}"  # of this class: others may be marked at the same time

SETUP = """import numpy as np
from nnkit import DenseLayer, MeanSquaredError, ReLUActivation
from nnkit.checks import check"""
RELU = """class ReLUActivation(ReLUActivation):
    def derivative(self, input):
        return (input > 0).astype(float)"""
MSE = """class MeanSquaredError(MeanSquaredError):
    def derivative(self, y_true, y_pred):
        {}"""
DENSE = """class DenseLayer(DenseLayer):
    def forward_propagation(self, input, training=True):
        {}"""
WRONG = {"dense-forward": DENSE.format("return input"), "relu-derivative": RELU}
WRONG |= {"mse-derivative": MSE.format("return y_pred + 1")}
RIGHT = {
    "dense-forward": DENSE.format(
        "self.input, self.output = input, input @ self.weights + self.biases\n        return self.output"
    ),
    "relu-derivative": RELU,
    "mse-derivative": MSE.format("return 2 / y_pred.size * (y_pred - y_true)"),
}


def mse(body):
    """An answer to mse-derivative with these lines as its body."""
    return MSE.format(body.strip().replace("\n", "\n        "))


def cell(source, kind="code", name=None, **metadata):
    """A cell of a submission's notebook, as JSON."""
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    made = {"cell_type": kind, "metadata": metadata, "source": source, **code}
    return made | ({"id": name} if name else {})


def find(notebook, name):
    """The cell of the notebook with this name."""
    return next(cell for cell in notebook["cells"] if cell.get("id") == name)


def answer(released, answers=WRONG, first=None, last=None):
    """The released notebook with these answers, and the student's own cells after the setup and at the end."""
    notebook = copy.deepcopy(released)
    for name, source in answers.items():
        find(notebook, name)["source"] = source
    place = notebook["cells"].index(find(notebook, "setup")) + 1
    if first:
        notebook["cells"].insert(place, cell(first, name="own-first"))
    if last:
        notebook["cells"].append(cell(last, name="own-last"))
    return notebook


def cut_down(notebook):
    """The notebook with nothing but the three exercises and what they need, and a secret in each solution."""
    kept = {"setup", *EXERCISES, *(f"test-{name}" for name in EXERCISES)}
    notebook = notebook | {"cells": [copy.deepcopy(cell) for cell in notebook["cells"] if cell["id"] in kept]}
    find(notebook, "setup")["source"] = SETUP
    for name in EXERCISES:
        solution = find(notebook, name)
        text = "".join(solution["source"])
        solution["source"] = text.replace("### BEGIN SOLUTION", f"### BEGIN SOLUTION\n        # {SECRET}")
    return notebook


@dataclass
class Course:
    """The scratch course in `folder`, released and with its secrets; `words` are what submissions may name."""

    folder: Path
    configuration: str = ""
    listeners: list = field(default_factory=list)
    reached: list = field(default_factory=list)

    def make(self):
        """Make the course's folders; nothing of them is there yet."""
        from coursekit.course import make_course

        self.course, self.outside = self.folder / "course", self.folder / "outside"
        self.course.mkdir(parents=True)
        make_course(self.course)
        shutil.rmtree(self.course / "source")
        source = json.loads((ROOT / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_text("utf-8"))
        place = self.course / "source" / ASSIGNMENT
        place.mkdir(parents=True)
        (place / f"{NOTEBOOK}.ipynb").write_text(json.dumps(cut_down(source)), "utf-8")
        (place / "numbers.csv").write_text("1,2\n", "utf-8")
        with open(self.course / "nbgrader_config.py", "a", encoding="utf-8") as file:
            file.write(self.configuration)
        ssh = self.outside / "home" / ".ssh"
        ssh.mkdir(parents=True)
        (ssh / "id_ed25519").write_text(SECRET, "utf-8")
        (self.outside / "secret.txt").write_text(SECRET, "utf-8")
        return self

    def release(self):
        """Build the students' version; keep it as `released`, and give the others' submission a secret."""
        from coursekit.course import open_course, release_into

        release_into(open_course(self.course))
        path = self.course / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        self.released = json.loads(path.read_text("utf-8"))
        for notebook_cell in self.released["cells"]:
            notebook_cell["source"] = "".join(notebook_cell["source"])

    def listen(self):
        """Open the sockets that no submission may reach; whoever does is noted in `reached`."""
        inet, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
        named, hidden = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        inet.bind(("127.0.0.1", 0))
        udp.bind(("127.0.0.1", 0))
        named.bind(str(self.outside / "socket"))
        hidden.bind(f"\0corpus-{os.getpid()}")
        self.ports = inet.getsockname()[1], udp.getsockname()[1]
        for name, listener in (("tcp", inet), ("unix", named), ("abstract", hidden)):
            listener.listen()
            threading.Thread(target=self.wait, args=[name, listener], daemon=True).start()
        threading.Thread(target=self.wait, args=["udp", udp], daemon=True).start()
        self.listeners = [inet, udp, named, hidden]

    def wait(self, name, listener):
        """Note whoever comes to a listener, until it is closed."""
        with contextlib.suppress(OSError):
            while True:
                heard = listener.recvfrom(100) if name == "udp" else listener.accept()[0].close()
                self.reached.append((name, heard))

    def hang_up(self):
        """Close the sockets."""
        for listener in self.listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()

    def words(self, student):
        """What stands for the places of this course in an attack's text."""
        return {
            "@COURSE@": str(self.course),
            "@OUTSIDE@": str(self.outside),
            "@ROOT@": str(ROOT),
            "@TCP@": str(self.ports[0]),
            "@UDP@": str(self.ports[1]),
            "@ABSTRACT@": f"corpus-{os.getpid()}",
            "@STUDENT@": student,
            "@ASSIGNMENT@": ASSIGNMENT,
            "@NOTEBOOK@": NOTEBOOK,
            "@MARK@": MARK,
        }

    def hand_in(self, student, notebook, name=f"{NOTEBOOK}.ipynb"):
        """Put a notebook (JSON or bytes; None: nothing) where `student` hands in; return the folder."""
        folder = self.course / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True)
        if isinstance(notebook, dict):
            text = json.dumps(notebook)
            for word, meaning in self.words(student).items():
                text = text.replace(word, meaning)
            notebook = text.encode()
        if notebook is not None:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(notebook)
        return folder

    def marks(self, api):
        """A dict: student -> {exercise -> points, or None where there is no mark}."""
        with api.gradebook as gradebook:
            submissions = gradebook.assignment_submissions(ASSIGNMENT)
            return {submission.student.id: points(submission) for submission in submissions}

    def said(self, student):
        """All that marking this student has written, as one text: the notebook, the notes, the feedback."""
        folders = (self.course / kind / student for kind in ("autograded", "feedback"))
        files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        return "\n".join(path.read_bytes().decode(errors="replace") for path in files)

    def planted(self):
        """A dict: file -> what is in it, of all that no submission may change."""
        folders = [self.outside, *(self.course / name for name in ("source", "release", "submitted"))]
        files = sorted(path for folder in folders for path in folder.rglob("*"))
        return {str(path.relative_to(self.folder)): fingerprint(path) for path in files}


def fingerprint(path):
    """What can be told of a file: its content, where it is an ordinary one that can be read."""
    if path.is_symlink() or not path.is_file():
        return "link" if path.is_symlink() else "folder" if path.is_dir() else "other"
    return hashlib.sha256(path.read_bytes()).hexdigest()


def points(submission):
    """The points of one submission by exercise."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return {grade.name.removeprefix("test-"): None if grade.needs_manual_grade else grade.score for grade in grades}
