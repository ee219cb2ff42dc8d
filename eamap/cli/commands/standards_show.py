"""Shows one standard: what it is, its status on the day, every dated period, and what shows it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Answering


@click.command("show")
@click.argument("standard", metavar="ID")
@options.folder_store
@options.as_of
@options.answering()
def command(standard: str, store: Path, as_of: date, answer: Answering) -> None:
    """Shows one standard: what it is, its status on the day, every dated period, and what shows it.

    The last rows are the rules by which a statement is found to claim it: eamap fhir inspect uses them.
    """
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit
    from eamap.cli.registry import facts, reference_used
    from eamap.model.results import Column, Result

    folder = reference_folder(store)
    columns = (Column("what", "What"), Column("says", "Says"), Column("source", "Source"))
    rows = facts(folder, standard, as_of)
    emit(Result("standards show", as_of, 0, columns, rows, reference=reference_used(folder, as_of)), answer)
