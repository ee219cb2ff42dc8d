"""Lists the versions of the estate: when each was published, and what it changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Answering


@click.command("log")
@options.store
@options.as_of
@options.answering()
def command(store: Path, as_of: Any, answer: Answering) -> None:
    """Lists every version of the store, the newest first; --at VERSION of other commands goes back to one."""
    from eamap.cli.numbers import ref
    from eamap.cli.opening import open_store
    from eamap.cli.output import emit, say
    from eamap.model.results import Column, Result

    rows = []
    for version in reversed(open_store(store).versions()):
        one = ref("version", str(version.number))
        rows.append(
            {"version": version.number, "published": version.published, "command": version.summary.get("command", ""),
             "what": _what(version.summary), "ref": one, "refs": dict.fromkeys(("version", "published", "what"), one)}
        )  # fmt: skip
    if not rows:
        say(f"Nothing has been published in {store} yet.")
    columns = (
        Column("version", "Version"),
        Column("published", "Published"),
        Column("command", "By"),
        Column("what", "What"),
    )
    emit(Result("log", as_of, rows[0]["version"] if rows else 0, columns, rows), answer)


def _what(summary: Any) -> str:
    sources = [f"{each['source']} (+{each['added']}, -{each['retired']})" for each in summary.get("sources", ())]
    return "; ".join([*sources, *summary.get("documents", ()), *filter(None, [summary.get("note", "")])])
