"""What lies in a folder or in a ZIP archive, looked at and never believed.

An archive says of itself what it likes: that a file belongs into /etc, that it is a link, that 40 KB hold 4 GB. So
nothing is unpacked. Every file is listed with its place as parts of a path; its bytes are read when someone asks, up to
a limit; and what may not be taken is listed beside them, with the reason:

    with opened("class.zip") as (files, left):
        files     [File(parts=("Anna_123_assignsubmission_file", "backprop.ipynb"), size=40210), ...]
        left      [Left(where="../../.bashrc", why="its place is outside of the archive")]
"""

import contextlib
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from coursekit.course import LITTER, CourseError
from coursekit.trust.notes import printable

__all__ = ["File", "Left", "Unread", "archived", "opened"]

MB = 1_000_000
MAX_ENTRIES = 200_000  # in one archive or folder: a thousand students with two hundred files
MAX_FILE = 100 * MB
MAX_INSIDE, MAX_TOTAL = 1000, 300 * MB  # files of one student: what coursekit.trust.submission copies
MAX_RATIO, RATIO_FROM = 200, 10 * MB  # no notebook of 10 MB becomes 200 times smaller
MAX_DEPTH = 12
PASSED = {*LITTER, "__MACOSX", ".git", ".venv", "node_modules", "Thumbs.db", "desktop.ini"}
NOT_FOLLOWED = "it is a link, a pipe or a device, and is not followed"
# What Python raises at archives that are damaged, or made to look so.
FAULTS = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ValueError,
)
DIRECTORY_ENTRY = b"PK\x01\x02"


class Unread(Exception):
    """A file could not be read; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class Left:
    """Something that was not taken: where it was, and why not."""

    where: str
    why: str

    def __str__(self):
        return f"{self.where}: {self.why}"


@dataclass(frozen=True)
class File:
    """A file: `parts` of its path (no "..", nothing empty), its `size` in bytes, and what gives its content."""

    parts: tuple
    size: int
    open: object

    @property
    def name(self):
        """Its own name."""
        return self.parts[-1]

    @property
    def where(self):
        """Its path, as it may be printed."""
        return printable("/".join(self.parts))

    def read(self, most=MAX_FILE):
        """Its content. Raises Unread."""
        try:
            with self.open() as file:
                data = file.read(most + 1)
        except FAULTS as fault:
            raise Unread(f"it is damaged or cannot be read ({printable(fault, 80) or type(fault).__name__})") from None
        if len(data) > most:
            raise Unread(f"it is larger than {most // MB} MB")
        return data


@contextlib.contextmanager
def opened(source):
    """The Files in the folder or ZIP archive `source`, and a list of what is Left."""
    source = Path(source)
    if source.is_dir():
        yield in_folder(source)
    elif source.suffix.lower() == ".ipynb" and source.is_file():
        yield [File((source.name,), source.stat().st_size, lambda: open_plain(source))], []
    elif source.is_file():
        try:
            with open(source, "rb") as file, archive(file) as held:
                yield in_archive(held)
        except Unread as fault:
            raise CourseError(f"{source} cannot be taken in: {fault}. Download it again, as ZIP.") from None
    else:
        raise CourseError(f"There is no {source}: name the folder or the ZIP archive that was downloaded.")


def archived(file, most=MAX_INSIDE, largest=MAX_TOTAL):
    """What is in the File `file`, which is a ZIP archive: Files and Lefts. Raises Unread."""
    files, left = in_archive(archive(io.BytesIO(file.read())))
    total, number = sum(inner.size for inner in files), len(files) + len(left)
    if number > most or total > largest:
        raise Unread(f"it holds {number} files of {total // MB} MB, and {most} of {largest // MB} MB are read at most")
    return files, left


# ------------------------------------------------------------------------------------- folders


def in_folder(folder):
    """The Files in `folder` and its folders, and what is Left. No link is followed."""
    files, left = [], []
    for entry, parts in walk(folder, left):
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode):
            left.append(Left(printable("/".join(parts)), NOT_FOLLOWED))
        elif status.st_size > MAX_FILE:
            left.append(Left(printable("/".join(parts)), f"it is larger than {MAX_FILE // MB} MB"))
        elif len(files) == MAX_ENTRIES:
            raise CourseError(
                f"{folder} holds more than {MAX_ENTRIES} files: name the folder with the submissions alone."
            )
        else:
            files.append(File(parts, status.st_size, opener(entry.path)))
    return files, left


def walk(folder, left, parts=()):
    """Pairs: an entry that is not a folder, and the parts of its path; in order of names, without litter."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name) if len(parts) < MAX_DEPTH else None
    except OSError as fault:
        left.append(Left(printable("/".join(parts)), f"the folder cannot be opened ({fault.strerror})"))
        return
    if entries is None:
        left.append(Left(printable("/".join(parts)), f"folders lie in each other more than {MAX_DEPTH} deep"))
    for entry in entries or ():
        if entry.name in PASSED or entry.name.startswith("._"):
            continue
        place = (*parts, entry.name)
        if entry.is_dir(follow_symlinks=False):
            yield from walk(entry.path, left, place)
        else:
            yield entry, place


def opener(path):
    """A function that opens the plain file at `path`."""
    return lambda: open_plain(path)


def open_plain(path):
    """Open the file at `path`; not if it has become a link or a pipe since it was listed."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return open(os.open(path, flags), "rb")


# ------------------------------------------------------------------------------------- archives


def archive(file):
    """The open binary `file` as a ZipFile. Raises Unread."""
    if entries_in(file) > MAX_ENTRIES:
        raise Unread(f"it has more than {MAX_ENTRIES} entries")
    try:
        return zipfile.ZipFile(file)
    except FAULTS as fault:
        raise Unread(f"it is no ZIP archive, or damaged ({printable(fault, 80)})") from None


def entries_in(file):
    """How many entries the archive has at most, counted before the list of them is put into memory."""
    found, end = 0, b""
    file.seek(0)
    for piece in iter(lambda: file.read(MB), b""):
        found += (end + piece).count(DIRECTORY_ENTRY)
        end = piece[-len(DIRECTORY_ENTRY) + 1 :]
    file.seek(0)
    return found


def in_archive(held):
    """The Files in the ZipFile `held`, and what is Left."""
    files, left = [], []
    for info in held.infolist():
        parts = parts_of(true_name(info))
        if info.is_dir() or (parts and set(parts) & PASSED) or (parts and parts[-1].startswith("._")):
            continue
        why = "its place is outside of the archive, or no place at all" if parts is None else unfit(info)
        if why:
            left.append(Left(printable(true_name(info)), why))
        else:
            files.append(File(parts, info.file_size, lambda info=info: held.open(info)))
    return files, left


def unfit(info):
    """Why the entry `info` of an archive is not read, as the end of a sentence, or None."""
    mode = info.external_attr >> 16
    if info.flag_bits & 0x1:
        return "it is encrypted: ask for it without a password"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return NOT_FOLLOWED
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in a way that few programs know: pack it anew, as a usual ZIP"
    if info.file_size > MAX_FILE:
        return f"it is larger than {MAX_FILE // MB} MB"
    if info.file_size > RATIO_FROM and info.file_size > MAX_RATIO * max(1, info.compress_size):
        return f"it says that it becomes {info.file_size // max(1, info.compress_size)} times larger when unpacked"
    return None


def true_name(info):
    """The name of an entry. Archives that do not say that theirs is UTF-8 often have it all the same."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def parts_of(name):
    """The parts of an entry's path; None where it leads out of the archive or is none."""
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    outside = name.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", name)
    if outside or not parts or len(parts) > MAX_DEPTH or re.search(r"[\0-\x1f\x7f]", name):
        return None
    return tuple(parts)
