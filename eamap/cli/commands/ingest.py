"""Reads inventories into the estate: all of a command's files or none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering

if TYPE_CHECKING:
    from eamap.ingest.pipeline import Asked, Ingested
    from eamap.model.results import Result


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--mapping", default="", metavar="NAME|FILE", help="The mapping to read with; default: the one that fits best."
)
@click.option(
    "--org", "organisation", default="", metavar="CODE", help="Whose inventory it is, where the file does not say."
)
@click.option(
    "--source", default="", metavar="NAME", help="The source's name; next year's file of that name replaces it."
)
@click.option(
    "--system", default="", metavar="ID", help="The system that a CapabilityStatement or a CycloneDX file is of."
)
@click.option("--partial", is_flag=True, help="The file holds only a part of the source: nothing is retired.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and publish nothing.")
@click.option("--keep-going", is_flag=True, help="Publish the rows that can be read although others are blocked.")
@click.option("--confirm-retire", is_flag=True, help="Yes, more than a fifth of the source went away.")
@click.option("--encoding", metavar="NAME", help="The encoding of a text file, if it is detected wrongly.")
@click.option("--delimiter", metavar="CHARACTER", help="The delimiter of a text file, if it is detected wrongly.")
@options.folder_store
@options.wait
@options.answering()
def command(files: tuple[Path, ...], store: Path, wait: float, answer: Answering, **asked: Any) -> None:
    """Reads FILEs (CSV, XLSX, ODS, JSON, FOI replies, CapabilityStatements) and publishes a new version of the estate.

    Which layout a sheet has is recognised; a tie or a weak match is a question, never a guess. Cells that cannot be read
    are listed with their place, keep their text, and read as unknown. The same file twice changes nothing.
    """
    from datetime import date, datetime

    from eamap.cli.closures import closures
    from eamap.cli.opening import known_world, open_store, reference_folder
    from eamap.cli.output import emit, say
    from eamap.ingest.pipeline import BlockedError, ingest

    named = Path(asked["mapping"])
    own = named if named.suffix in (".yaml", ".yml") else None
    opened = open_store(store)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        done = ingest(
            opened, files, known_world(store, own), _asked(asked, own), published=now, wait=wait, progress=_watched
        )
    except BlockedError as error:
        emit(_result((), error.issues, now, 0), answer)
        raise
    for warning in getattr(opened, "warnings", list)():
        say(f"Note: {warning}")
    for note in closures(
        [change.part for change in done.changes], reference_folder(store), date.fromisoformat(now[:10])
    ):
        say(f"Note: {note}")
    _tell(done, dry=asked["dry_run"])
    emit(_result(_rows(done), done.issues, now, done.version), answer)


def _asked(asked: dict[str, Any], own: Path | None) -> Asked:
    from eamap.ingest.mapping import read_mapping
    from eamap.ingest.pipeline import Asked

    mapping = read_mapping(own).name if own else asked["mapping"]
    return Asked(**{**asked, "mapping": mapping})


def _watched(files: Any) -> Any:
    from eamap.cli.progress import progress

    with progress("Reading", len(files)) as advance:
        for path in files:
            yield path
            advance(1)


def _tell(done: Ingested, *, dry: bool) -> None:
    from eamap.cli.output import say

    if done.unchanged:
        say(f"Unchanged: {', '.join(sorted(set(done.unchanged)))}")
    if done.version:
        things = ", ".join(f"{n} {kind}" for kind, n in done.counts.items())
        say(f"The estate is now version {done.version}: {things}.")
    elif dry:
        say("Nothing was published: this was a dry run.")
    else:
        say("Nothing was published: the estate holds all of this already.")
    if done.blocked:
        rows = "row was" if done.blocked == 1 else "rows were"
        say(f"{done.blocked} {rows} left out because no record could be made.")


def _rows(done: Ingested) -> tuple[dict[str, Any], ...]:
    from eamap.cli.numbers import ref

    rows = []
    for change in done.changes:
        meta = change.part.meta
        source, version = ref("rows", change.part.part), str(done.version)
        rows.append(
            {
                "source": change.source, "file": meta["file"], "sheet": meta["sheet"], "mapping": meta["mapping"],
                "rows": change.part.rows.height, "added": change.added, "retired": len(change.retired),
                "cells": sum(1 for issue in done.issues if (issue.file, issue.sheet) == (meta["file"], meta["sheet"]) and issue.value),
                "ref": source, "refs": {"rows": source, "added": ref("added", version, change.source),
                                        "retired": ref("retired", version, change.source), "cells": ref("issues", change.part.part)},
            }
        )  # fmt: skip
    return tuple(rows)


def _result(rows: tuple[dict[str, Any], ...], issues: Any, now: str, version: int) -> Result:
    from datetime import date

    from eamap.model.results import Column, Result

    columns = (
        Column("source", "Source"), Column("file", "File"), Column("sheet", "Sheet"), Column("mapping", "Mapping"),
        Column("rows", "Rows", "rows of data in the sheet"), Column("added", "New", "things the source did not speak of before"),
        Column("retired", "Retired", "things it no longer speaks of"), Column("cells", "Cells with problems"),
    )  # fmt: skip
    return Result("ingest", date.fromisoformat(now[:10]), version, columns, rows, issues=tuple(issues))
