"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from eamap.errors import UsageError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside ``path`` and puts it in place when the block ends well.

    The temporary file is in the same folder, so the replacement is one atomic step; a failure leaves the old file.
    """
    if path.is_dir():
        raise UsageError("the output is a folder, not a file", hint="name a file in it", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise UsageError(f"cannot write here: {error.strerror}", where=str(path)) from error
    os.close(handle)
    scratch = Path(name)
    try:
        yield scratch
        # mkstemp makes files only the owner can read; an export is meant to be handed on, so it follows the umask.
        scratch.chmod(0o666 & ~_umask())
        os.replace(scratch, path)
    finally:
        with suppress(FileNotFoundError):
            scratch.unlink()


def write_bytes(path: Path, content: bytes) -> list[Path]:
    """Writes a file in one step and returns its path."""
    with replacing(path) as scratch:
        scratch.write_bytes(content)
    return [path]


def write_text(path: Path, content: str) -> list[Path]:
    """Writes a UTF-8 file with plain line ends on every system, and returns its path."""
    return write_bytes(path, content.encode("utf-8"))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
