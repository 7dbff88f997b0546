"""Open the course in JupyterLab:  python lab.py     (Windows: py lab.py)

The first time, what is needed is installed into .venv/ in this folder, which takes a few minutes and the internet;
after that neither. Your notebooks are in work/, copied once from release/ and never overwritten. End JupyterLab with
Ctrl-C, twice. Options are handed on to JupyterLab.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
RELEASE, WORK, TOOLS = ROOT / "release", ROOT / "work", ROOT / "tools"


def main(options):
    """Install what is not there, copy what is new to work/, and become JupyterLab; the exit status."""
    python = interpreter()
    if python is None:
        return 1
    for name in copy_new_files():
        print(f"new in work/: {name}")
    print(f"Opening JupyterLab in {WORK}: end it with Ctrl-C, twice.", flush=True)
    paths = [str(TOOLS / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    try:
        return subprocess.call([str(python), "-m", "jupyterlab", f"--ServerApp.root_dir={WORK}", *options])
    except KeyboardInterrupt:
        return 0


def interpreter():
    """Return the Python that has everything: this one, in conda say, or that of .venv/; None where that failed."""
    if os.environ.get("CONDA_PREFIX") and all(map(importlib.util.find_spec, ("jupyterlab", "nnkit"))):
        return Path(sys.executable)
    sys.path.insert(0, str(TOOLS))
    import environment

    return None if environment.main(ROOT / ".venv") else environment.interpreter(ROOT / ".venv")


def copy_new_files():
    """Copy to work/ each file of release/ that is not there yet; return their names."""
    names = [path.relative_to(RELEASE) for path in sorted(RELEASE.rglob("*")) if path.is_file()]
    new = [name for name in names if not (WORK / name).exists()]
    for name in new:
        (WORK / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(RELEASE / name, WORK / name)
    return [name.as_posix() for name in new]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
