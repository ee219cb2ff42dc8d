"""Lists the mappings eamap knows, or drafts one for a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Answering


@click.group("mapping")
def command() -> None:
    """Lists the mappings eamap knows, or drafts one for a file."""


@command.command("list")
@options.as_of
@options.answering()
def list_mappings(as_of: Any, answer: Answering) -> None:
    """Lists every mapping that ships: the layout it is for, its provenance, and where the layout was seen."""
    from eamap.cli.numbers import ref
    from eamap.cli.output import emit
    from eamap.ingest.known import mappings_folder
    from eamap.ingest.mapping import read_mappings
    from eamap.model.results import Column, Result

    rows = [
        {
            "name": each.name,
            "title": each.title,
            "provenance": each.provenance,
            "origin": each.origin,
            "ref": ref("mapping", each.name),
        }
        for each in read_mappings(mappings_folder()).values()
    ]
    columns = tuple(Column(name, name.capitalize()) for name in ("name", "title", "provenance", "origin"))
    emit(Result("mapping list", as_of, 0, columns, rows), answer)


@command.command("suggest")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sheet", default="", help="The sheet; default: the first.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="Write to this file; default: stdout."
)
def suggest(file: Path, sheet: str, output: Path | None) -> None:
    """Writes a draft mapping for FILE, to be edited: which column seems to be what, and what is left over."""
    from eamap.cli.output import deliver, say
    from eamap.ingest.known import mappings_folder
    from eamap.ingest.suggest import draft

    deliver(draft(file, sheet, mappings_folder()).encode(), output)
    say("This is a draft: read it, correct it, then use it with: eamap ingest FILE --mapping DRAFT.yaml")
