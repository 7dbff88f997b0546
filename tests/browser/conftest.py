"""Fixtures: a browser, a student's JupyterLab, and a page in it."""

import os
import shutil

import pytest
from conftest import CHROMIUM, needs_browser
from playwright.sync_api import sync_playwright

from browser.lab import ROOT, Lab
from browser.server import Server

ARGUMENTS = [
    "--no-sandbox",  # root has none
    "--disable-dev-shm-usage",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # as on a computer without internet
]


def pytest_collection_modifyitems(items):
    """Mark everything here as slow, and as in need of a browser."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.slow)
            item.add_marker(needs_browser)


# "package": gone before another test of this process begins, for Playwright keeps an event loop running.
@pytest.fixture(scope="package")
def chromium(tmp_path_factory):
    """Return Debian's Chromium, with an empty profile and no way out."""
    home = {**os.environ, "HOME": str(tmp_path_factory.mktemp("chromium"))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=home)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """Return a new page, 1200 pixels wide."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="package")
def student(tmp_path_factory):
    """Return the server that `make lab` starts, in a checkout and a home folder of its own."""
    root = tmp_path_factory.mktemp("student") / "checkout"
    shutil.copytree(ROOT / "coursekit", root / "coursekit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "release", root / "release")
    server = Server(["coursekit", "lab"], root, root.parent / "home", PYTHONPATH=root)
    server.work, server.logbook = root / "work", root.parent / "home" / ".local/share/nnkit/logbook.jsonl"
    yield server
    server.close()


@pytest.fixture
def lab(page, student):
    """Return the student's JupyterLab (a Lab): notebooks as released, nothing tried yet; nothing amiss at the end."""
    student.end_kernels()
    shutil.copytree(student.work.with_name("release"), student.work, dirs_exist_ok=True)
    student.logbook.unlink(missing_ok=True)
    shutil.rmtree(student.home / ".jupyter", ignore_errors=True)  # where JupyterLab keeps the theme
    lab = Lab(page, student)
    yield lab
    assert lab.problems == []
