"""Lists the sources of the estate, shows one, or withdraws one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading


@click.group("source")
def command() -> None:
    """Lists the sources of the estate, shows one, or withdraws one."""


@command.command("list")
@options.reading
@options.answering()
def list_sources(reading: Reading, answer: Answering) -> None:
    """Lists every source: its file, whose it is, how it was read, its rows and its problems."""
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.model.results import Column, Result, Tally

    estate = Opened(reading).stated
    found = dict(estate.issues.group_by("source").len().rows())
    rows = [
        {
            "source": part.source, "file": part.file, "sheet": part.sheet, "organisation": part.organisation, "mapping": part.mapping,
            "provenance": part.provenance, "fact_date": part.fact_date or None, "rows": part.rows, "issues": found.get(part.name, 0),
            "sha256": part.sha256[:12], "ref": ref("rows", part.name),
            "refs": {**dict.fromkeys(("source", "file", "sheet", "organisation", "fact_date", "rows", "sha256"), ref("rows", part.name)),
                     "issues": ref("issues", part.name)},
        }
        for part in sorted(estate.sources, key=lambda part: part.name)
    ]  # fmt: skip
    columns = (
        Column("source", "Source"), Column("file", "File"), Column("sheet", "Sheet"), Column("organisation", "About"),
        Column("mapping", "Mapping"), Column("provenance", "Provenance"), Column("fact_date", "Facts of"),
        Column("rows", "Rows"), Column("issues", "Problems"), Column("sha256", "SHA-256", "first 12 characters"),
    )  # fmt: skip
    every = ref("count", "kind:source")
    counts = {"sources": Tally(len(rows), len(rows), every, every)}
    emit(Result("source list", reading.as_of, estate.version, columns, rows, counts), answer)


@command.command("show")
@click.argument("name")
@options.reading
@options.answering()
def show(name: str, reading: Reading, answer: Answering) -> None:
    """Shows which columns of a source fed which fields, and every problem found in it."""
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.ingest.frames import to_issues
    from eamap.model.results import Column, Result

    estate = Opened(reading).stated
    parts = [part for part in estate.sources if name in (part.name, part.source)]
    if not parts:
        raise _no_source(name, [part.source for part in estate.sources])
    rows = [
        {"part": part.name, "makes": rule, "field": field, "columns": ", ".join(part.places.get(column, column) for column in columns),
         "headers": ", ".join(columns), "ref": ref("columns", part.name)}
        for part in parts for rule, fields in part.fields.items() for field, columns in sorted(fields.items()) if columns
    ]  # fmt: skip
    columns = (
        Column("part", "Part"),
        Column("makes", "Rule"),
        Column("field", "Field"),
        Column("columns", "From column"),
        Column("headers", "Headed"),
    )
    issues = estate.issues.filter(estate.issues["source"].is_in([part.name for part in parts]))
    emit(Result("source show", reading.as_of, estate.version, columns, rows, issues=to_issues(issues)), answer)


@command.command("withdraw")
@click.argument("name")
@options.folder_store
@options.wait
def withdraw(name: str, store: Path, wait: float) -> None:
    """Takes a source back: what only it said goes, what others say too stays. Older versions keep it."""
    from datetime import datetime

    from eamap.cli.opening import known_world, open_store
    from eamap.cli.output import say
    from eamap.ingest.pipeline import withdraw as take_back

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    version, gone = take_back(open_store(store), name, known_world(store), published=now, wait=wait)
    say(f"The estate is now version {version}: the source {name} was withdrawn, and {gone} things with it.")


def _no_source(name: str, known: list[Any]) -> Exception:
    from difflib import get_close_matches

    from eamap.errors import UsageError

    near = get_close_matches(name, known, 3, 0.4)
    return UsageError(
        f"there is no source {name!r}", hint=f"perhaps {' or '.join(near)}" if near else "see: eamap source list"
    )
