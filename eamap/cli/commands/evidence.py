"""Writes an evidence pack for CAF, DSPT or the legacy risk framework, each line traced to its cells."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.registers.made import Registers
    from eamap.model.results import Omitted, Result, Tally

SHOWN = 200
PACKS = ("caf", "dspt", "litraf")
_TABLE = ("organisation", "system_name", "component", "status", "support_end", "caf_class", "mitigation", "acceptance", "treatment", "target_date",
          "funded", "cyber_essentials", "legacy_components", "scored", "overall", "overall_least", "overall_most", "legacy", "red")  # fmt: skip


@click.command("evidence")
@click.argument("selector", default="")
@click.option("--pack", type=click.Choice(PACKS), required=True, help="What the evidence is for.")
@click.option(
    "--answers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Answers to the risk framework, in YAML: a system, then L3: 4.",
)
@click.option("--limit", type=click.IntRange(min=1), help=f"How many rows to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(
    selector: str, pack: str, answers: Path | None, limit: int | None, reading: Reading, answer: Answering
) -> None:
    """Writes the evidence about what is no longer supported, of the estate or of what SELECTOR selects.

    With -o FILE.xlsx it is a workbook to submit: the rows, the figures with what each is a share of, what nobody knows, the
    statements asked for, and every cell the rows rest on. caf and dspt have one row a system and component that is past its
    vendor's support, litraf one a system. The risk framework names ministerial departments: what is scored here is aligned.
    """
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, emit, form_of
    from eamap.cli.registers.made import Registers
    from eamap.cli.registers.sheets import TITLES, numbers, pack_sheets
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    registers = Registers(Opened(reading), answers)
    ids = registers.ids(selector)
    form = form_of(answer)
    shown = limit or (SHOWN if form == "table" else None)
    result = _result(registers, pack, selector, ids, shown, form, answer.profile)
    tabled = Tabled(TITLES[pack], partial(pack_sheets, registers, pack, ids, answer.profile), numbers(pack))
    emit(result, answer, marking=answer.marked(weaknesses=True), tabled=tabled)


def _result(
    registers: Registers, pack: str, selector: str, ids: pl.Series | None, shown: int | None, form: str, profile: str
) -> Result:
    from eamap.analysis.registers.entry_columns import columns_of
    from eamap.cli.registers.made import SETS
    from eamap.cli.registers.rows import explained, published
    from eamap.model.results import Column, Result

    opened = registers.opened
    every = registers.rows(pack, ids)
    rows = explained(published(every if shown is None else every.head(shown), pack), pack, registers.answers)
    if form == "json":
        _cite(registers, rows, profile)
    columns = tuple(
        Column(each.key, each.heading, each.says) for each in columns_of(pack) if form != "table" or each.key in _TABLE
    )
    omitted = _left(pack, every.height, rows, selector)
    counts = _counts(registers, pack, selector, ids)
    return Result(
        "evidence",
        opened.reading.as_of,
        opened.estate.version,
        columns,
        rows,
        counts,
        opened.used(*SETS[pack]),
        omitted,
    )


def _cite(registers: Registers, rows: list[dict[str, Any]], profile: str) -> None:
    """Gives each row the cells it rests on."""
    from eamap.cli.registers.cells import cells_behind, shown_to

    cited: dict[str, list[dict[str, Any]]] = {row["id"]: [] for row in rows}
    cells = shown_to(profile, cells_behind(registers, list(cited)))
    for identifier, *cell in cells.drop("what").unique(maintain_order=True).iter_rows():
        cited[identifier].append(dict(zip(cells.columns[2:], cell, strict=True)))
    for row in rows:
        row["citations"] = cited[row["id"]]


def _left(pack: str, total: int, rows: list[Any], selector: str) -> Omitted:
    from eamap.cli.registers.figures import figure_ref
    from eamap.model.results import Omitted

    left = total - len(rows)
    name = "systems" if pack == "litraf" else "past items"
    why = "the first are listed; --limit, --format csv and json show more"
    return Omitted(left, why, figure_ref(name, selector, f"after {len(rows)}")) if left else Omitted()


def _counts(registers: Registers, pack: str, selector: str, ids: pl.Series | None) -> dict[str, Tally]:
    from eamap.analysis.support.measures import MEASURES, PACKS
    from eamap.cli.registers.figures import tally

    return {MEASURES[name].says: tally(registers, name, selector, ids) for name in PACKS[pack]}
