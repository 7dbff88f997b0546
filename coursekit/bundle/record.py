"""Recording: what the references and known mistakes give on the inputs of a student's check (nnkit.checks.recording).

A few exercises train Keras models, which takes minutes for all their mistakes together. So the work is shared among
processes, and what was recorded is kept in the user's cache until its sources, NumPy or Keras are others.
"""

import ast
import contextlib
import hashlib
import io
import multiprocessing
import os
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib import metadata
from pathlib import Path

import numpy as np

from coursekit.doctor import usable_cores
from coursekit.trust.room import NNKIT, cache
from nnkit.checks import EXERCISES
from nnkit.checks.exercise import _plain, _run
from nnkit.checks.recording import LONG, Recording

__all__ = ["record", "recordings"]

AT_ONCE = 6  # answers to one exercise that one process tries in a row
MADE_WITH = "numpy", "keras", "tensorflow", "sympy"


def recordings(exercise_ids, told=print):
    """Return {exercise id: Recording}, from the cache or made anew; LearningExercises have none, and are left out."""
    ids = [id for id in exercise_ids if hasattr(EXERCISES[id], "draw")]
    places = {id: cache("recordings") / f"{id}-{_fingerprint(id)}.json" for id in ids}
    missing = [id for id in ids if not places[id].exists()]
    if missing:
        told(f"Recording what is expected in {len(missing)} exercises, and what their known mistakes give ...")
    for id, recording in _made(missing):
        aside = places[id].with_suffix(f".{os.getpid()}")
        aside.write_text(recording.to_json(), "utf-8")
        aside.replace(places[id])
    return {id: Recording.from_json(places[id].read_text("utf-8")) for id in ids}


def record(exercise_id, places=None):
    """Return the Recording of an exercise, or of the answers at these places alone: 0 is the reference."""
    exercise = EXERCISES[exercise_id]
    rng = np.random.default_rng(zlib.crc32(exercise_id.encode()))
    inputs = [exercise.draw(rng) for _ in range(exercise.rounds)]
    answers = [(exercise.reference, None), *((m.answer, m.shows_in) for m in exercise.mistakes)]
    chosen = [answers[place] for place in (range(len(answers)) if places is None else places)]
    with contextlib.redirect_stdout(io.StringIO()):
        runs = [[_runs(exercise, *answer, given) for answer in chosen] for given in inputs]
    mistakes = [(mistake.sentence, mistake.shows_in) for mistake in exercise.mistakes]
    return Recording(mistakes, inputs, runs, _versions())


def _runs(exercise, answer, last, inputs):
    """Return {name of the probe: (pieces, error)}; no further than piece `last`, where a mistake is known to show."""
    runs = {}
    for part in exercise.parts():
        with exercise.conditions(answer):
            run = _run(_up_to(part, last), answer, inputs)
        error = (type(run.error).__name__, _plain(run.error)) if run.error else None
        runs[part.__name__] = [(piece, _plainest(value)) for piece, value in run.pieces.items()], error
    return runs


def _up_to(probe, last):
    def pieces(answer, inputs):
        for piece, value in probe(answer, **inputs):
            yield piece, value
            if piece == last:
                return

    return pieces


def _plainest(value):
    """Return a piece as it is recorded: an array in fewer digits, a text, None, or {} for what equals nothing."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return _shorter(value) if np.all(np.isfinite(value)) else value  # beside nan, `same` wants every digit
    return value if value is None else str(value) if isinstance(value, str) else {}


def _shorter(array):
    """Return an array in nine digits; a long one in float32, which has seven, unless its numbers are too large."""
    if array.size <= LONG:
        return np.reshape([float(f"{x:.9g}") for x in array.flat], array.shape)
    with np.errstate(all="ignore"):
        short = array.astype(np.float32)
    return short if np.allclose(short, array, rtol=1e-6, atol=0) else array


def _made(ids):
    """Yield (id, Recording) of each exercise as soon as all its answers have been tried."""
    from tqdm import tqdm

    tasks = [
        (id, range(start, 1 + len(EXERCISES[id].mistakes))[:AT_ONCE])
        for id in _longest_first(ids)
        for start in _starts(id)
    ]
    if not tasks:
        return
    parts = {id: {} for id in ids}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(usable_cores(), len(tasks)), mp_context=spawn) as pool:
        waiting = {pool.submit(record, *task): task for task in tasks}
        try:
            for done in tqdm(as_completed(waiting), total=len(tasks), file=sys.stdout, leave=False):
                id, places = waiting[done]
                parts[id][places.start] = done.result()
                if len(parts[id]) == len(_starts(id)):
                    yield id, _joined([parts[id][start] for start in _starts(id)])
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _starts(id):
    return range(0, 1 + len(EXERCISES[id].mistakes), AT_ONCE)


def _longest_first(ids):
    return sorted(ids, key=lambda id: -getattr(EXERCISES[id], "seconds", 0))


def _joined(parts):
    """Return the recordings of one exercise's answers as one."""
    whole = parts[0]
    whole.runs = [[run for part in parts for run in part.runs[number]] for number in range(len(whole.inputs))]
    return whole


def _versions():
    """Return the versions of what answers are computed with."""
    return {name: metadata.version(name) for name in MADE_WITH}


def _fingerprint(exercise_id):
    """Return a text that is another one whenever what is recorded may be another."""
    exercise = EXERCISES[exercise_id]
    digest = hashlib.sha256(repr((_versions(), sys.version_info[:2])).encode())
    for path in sorted({Path(__file__), *_sources({type(exercise).__module__, exercise.probe.__module__})}):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(modules):
    """Return the files of some modules of nnkit, and of all that these import of it, wherever they do."""
    found, waiting = {}, set(modules)
    while waiting:
        path = _file(waiting.pop())
        if path and path not in found:
            found[path] = ast.parse(path.read_text("utf-8"))
            waiting |= set(_imported(found[path]))
    return set(found)


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _file(module):
    """Return the file of a module of nnkit, but of what gathers all checks; None for what is none."""
    stem = NNKIT.parent.joinpath(*module.split("."))
    if module == "nnkit.checks" or not stem.is_relative_to(NNKIT):
        return None
    return next((path for path in (stem / "__init__.py", stem.with_suffix(".py")) if path.exists()), None)
