"""Says what is known of the status of standards on the day, and on what evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Answering


@click.command("status")
@click.argument("standards", nargs=-1, metavar="[ID]…")
@options.folder_store
@options.as_of
@options.answering()
def command(standards: tuple[str, ...], store: Path, as_of: date, answer: Answering) -> None:
    """Says what is known of the status of standards on the day, and on what evidence; all of them where none is named."""
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit
    from eamap.cli.registry import reference_used, statuses
    from eamap.model.results import Column, Result

    folder = reference_folder(store)
    columns = (
        Column("id", "Id"), Column("status", "Status"), Column("certainty", "Certainty", "known, last-known or unknown"),
        Column("since", "Since"), Column("basis", "Basis", "stated, mapped, judged, announced or none"),
        Column("evidence_of", "Evidence of"), Column("says", "On the day"), Column("superseded_by", "Superseded by"),
    )  # fmt: skip
    rows = statuses(folder, standards, as_of)
    emit(Result("standards status", as_of, 0, columns, rows, reference=reference_used(folder, as_of)), answer)
