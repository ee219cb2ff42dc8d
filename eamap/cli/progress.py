"""Shows how far long work has come: on stderr, and only where a person is watching."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]
"""Told how many more units are done; the layers below take one of these and never print."""


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Advance]:
    """Yields a function that moves a bar on; it does nothing where stderr is not a terminal.

    ``total`` is in the caller's units (rows, files); None shows that work goes on, not how far it has come.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.advance(task, done)
