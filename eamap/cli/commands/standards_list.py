"""Lists the standards with what is known of their status on the day, and how sure that is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Answering

STATUSES = ("proposed", "in_development", "trial", "active", "deprecated", "retired", "withdrawn", "unknown")
WIRES = ("fhir", "hl7v2", "cda", "edifact", "dicom", "mesh", "soap", "other", "none")


@click.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status on the day.")
@click.option("--wire", type=click.Choice(WIRES), help="Only those over which this travels.")
@options.folder_store
@options.as_of
@options.answering()
def command(status: str | None, wire: str | None, store: Path, as_of: date, answer: Answering) -> None:
    """Lists the standards with what is known of their status on the day, and how sure that is.

    A status is known on the day of its evidence. After that it reads "as last known on …"; between undated changes, and
    before the first sign, it is unknown.
    """
    from eamap.cli.numbers import ref
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit
    from eamap.cli.registry import listed, reference_used
    from eamap.model.results import Column, Result, Tally

    folder = reference_folder(store)
    every = listed(folder, as_of)
    rows = [row for row in every if status in (None, row["status"]) and wire in (None, row["wire"])]
    asked = [f"{name}:{value}" for name, value in (("status", status), ("wire", wire)) if value]
    selected, whole = ref("count", " and ".join(["kind:standard", *asked])), ref("count", "kind:standard")
    columns = (
        Column("id", "Id"), Column("title", "Standard"), Column("wire", "Wire"), Column("fhir_release", "FHIR"),
        Column("status", "Status"), Column("certainty", "Certainty", "known, last-known or unknown"), Column("says", "On the day"),
        Column("superseded_by", "Superseded by"), Column("confidence", "Confidence"), Column("source", "Source"),
    )  # fmt: skip
    counts = {"standards": Tally(len(rows), len(every), selected, whole)}
    emit(Result("standards list", as_of, 0, columns, rows, counts, reference_used(folder, as_of)), answer)
