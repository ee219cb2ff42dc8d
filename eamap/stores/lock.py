"""One writer at a time: others wait, then are told who is writing."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from eamap.errors import StoreError
from eamap.stores.files import refusals

LOCK = "writer.lock"
HOLDER = "writer.json"


@contextmanager
def writers_lock(folder: Path, wait: float) -> Iterator[None]:
    """Holds the writer's lock of a store; raises StoreError after ``wait`` seconds, naming who holds it.

    The operating system lets go of the lock when its holder dies, however it dies.
    """
    import filelock

    lock = filelock.FileLock(folder / LOCK)
    with refusals(folder):
        try:
            lock.acquire(timeout=max(wait, 0))
        except filelock.Timeout as error:
            raise locked(_holder(folder), wait, str(folder)) from error
    holder = folder / HOLDER
    try:
        with refusals(folder):
            holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname()}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def locked(holder: str, wait: float, where: str) -> StoreError:
    """Returns the error of a writer that waited in vain."""
    hint = "Wait for it to end, or wait longer with --wait SECONDS."
    return StoreError(f"the store is being written by {holder}; waited {wait:g} s", hint=hint, where=where)


def _holder(folder: Path) -> str:
    """Says who holds the lock and since when; the file's own time stamp serves, so that no clock is read here."""
    try:
        path = folder / HOLDER
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        value = json.loads(path.read_text(encoding="utf-8"))
        return f"process {value['pid']} on {value['host']} since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (OSError, ValueError, KeyError, TypeError):
        # It is written just after the lock is taken: the holder may be between the two.
        return "another process"
