"""Lists the standards of the registry, shows one, or says the status of some on a day."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Answering

STATUSES = ("proposed", "in_development", "trial", "active", "deprecated", "retired", "withdrawn", "unknown")
WIRES = ("fhir", "hl7v2", "cda", "edifact", "dicom", "mesh", "soap", "other", "none")
APART = {"coverage": "eamap.cli.commands.standards_coverage"}
"""Commands of this group in modules of their own, imported when asked for."""


class Group(click.Group):
    """The group of commands; those in modules of their own are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of the commands in order."""
        return sorted({*super().list_commands(ctx), *(name for name, module in APART.items() if find_spec(module))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Returns one command."""
        module = APART.get(cmd_name)
        if module is None or find_spec(module) is None:
            return super().get_command(ctx, cmd_name)
        found: click.Command = import_module(module).command
        return found


@click.group("standards", cls=Group)
def command() -> None:
    """Lists the standards of the registry, shows one, or says the status of some on a day."""


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status on the day.")
@click.option("--wire", type=click.Choice(WIRES), help="Only those over which this travels.")
@options.store
@options.as_of
@options.answering()
def list_standards(status: str | None, wire: str | None, store: Path, as_of: Any, answer: Answering) -> None:
    """Lists the standards with what is known of their status on the day, and how sure that is."""
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


@command.command("show")
@click.argument("standard")
@options.store
@options.as_of
@options.answering()
def show(standard: str, store: Path, as_of: Any, answer: Answering) -> None:
    """Shows one standard: what it is, its status on the day, every dated period, and how a statement shows it."""
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit
    from eamap.cli.registry import facts, reference_used
    from eamap.model.results import Column, Result

    folder = reference_folder(store)
    columns = (Column("what", "What"), Column("says", "Says"), Column("source", "Source"))
    rows = facts(folder, standard, as_of)
    emit(Result("standards show", as_of, 0, columns, rows, reference=reference_used(folder, as_of)), answer)


@command.command("status")
@click.argument("standards", nargs=-1, metavar="[ID]...")
@options.store
@options.as_of
@options.answering()
def status(standards: tuple[str, ...], store: Path, as_of: Any, answer: Answering) -> None:
    """Says what is known of the status of standards on the day; all of them where none is named."""
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
