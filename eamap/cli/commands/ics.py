"""Writes the sheet of an ICS: what it is offered, must comply with and may choose; how it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.ics.sheet import IcsSheet
    from eamap.cli.sheets import Sheet
    from eamap.model.results import Result

_COLUMNS = (
    ("section", "Section", "part of the sheet"), ("key", "Code", "of a capability, service, standard, pathway or figure"), ("name", "Name", ""),
    ("what", "What", ""), ("value", "Value", "a number, or in words why there is none"), ("of", "Of", "the denominator; unknown counts in it; no share: there is none"),
    ("says", "Says", "words beside the number"),
)  # fmt: skip


@click.command("ics")
@click.argument("code", metavar="CODE")
@options.geography_option
@options.reading
@options.answering("html")
def command(code: str, geography: str | None, reading: Reading, answer: Answering) -> None:
    """Writes the sheet of an ICS: what it is offered, must comply with and may choose; how it stands.

    \b
    eamap ics QWO -o qwo.html
    eamap ics QWO -o qwo.xlsx

    CODE is that of its board. Sections: what is offered nationally; what must be complied with (mandated standards and their status on the day); what
    is free to choose; its gaps along care pathways; its legacy; its convergence against chance; and its position on each
    do-once candidate, or that none is recorded. Every number has a denominator and a ref.
    """
    from eamap.cli.ics.html import as_html, page
    from eamap.cli.ics.sheet import IcsSheet
    from eamap.cli.market.asked import board_of
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, emit
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    opened = Opened(reading)
    sheet = IcsSheet(opened, code, geography)
    sheet = IcsSheet(opened, board_of(sheet.market, code), geography)
    marking = answer.marked(weaknesses=True)
    result = _result(sheet)
    emit(result, answer, marking=marking, writers={"html": lambda told: as_html(page(sheet, told, marking), told)},
         tabled=Tabled(f"ICS sheet: {sheet.name}", _sheets, {"Value", "Of"}))  # fmt: skip


def _result(sheet: IcsSheet) -> Result:
    from eamap.cli.ics.rows import SETS, rows_of
    from eamap.model.results import Column, Result

    opened = sheet.opened
    columns = tuple(Column(*each) for each in _COLUMNS)
    return Result(
        "ics", opened.reading.as_of, opened.estate.version, columns, rows_of(sheet), sheet.tallies(), opened.used(*SETS)
    )


def _sheets(result: Result) -> list[Sheet]:
    """Returns a sheet a section, then the counts and the reference data."""
    import polars as pl

    from eamap.cli.ics.rows import SECTIONS
    from eamap.cli.sheets import result_sheets
    from eamap.cli.tables import shown

    names = {key: heading for key, heading, _ in _COLUMNS[1:]}
    about = {heading: told for _, heading, told in _COLUMNS[1:] if told} | {
        "Explained by": "eamap explain 'REF' counts the row again"
    }
    found: list[Sheet] = []
    for section, says in SECTIONS.items():
        mine = [row for row in result.rows if row["section"] == section]
        told = [
            [*("" if row[key] is None else shown(row[key]) for key in names),
             row["ref"], row["refs"].get("value", "")]
            for row in mine
        ]  # fmt: skip
        schema = dict.fromkeys((*names.values(), "Explained by", "Value: explained by"), pl.String)
        found.append((section.capitalize(), pl.DataFrame(told, schema=schema, orient="row"), about | {"Code": says}))
    return [*found, *(sheet for sheet in result_sheets(result) if sheet[0] in ("counts", "reference data"))]
