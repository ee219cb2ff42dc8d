"""Says how far apart trusts are in digital maturity: DSPT, assessment scores, EMRAM and EPR stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.market.asked import Asked
    from eamap.model.results import Column, Result


@click.command("maturity")
@click.argument("selector", default="")
@click.option(
    "--by",
    type=click.Choice(("all", "ics")),
    default="all",
    show_default=True,
    help="All trusts together, or ICS by ICS.",
)
@click.option("--ics", metavar="CODE", help="Only the trusts of one ICS, by the code of its board.")
@options.geography_option
@options.reading
@options.answering()
def command(
    selector: str, by: str, ics: str | None, geography: str | None, reading: Reading, answer: Answering
) -> None:
    """Tells the spread of each measure of maturity over the open trusts that SELECTOR selects.

    \b
    eamap maturity
    eamap maturity --by ics

    Scores have percentiles and a spread from 0 to 1; statuses in words are counted. No trust is ranked. What has no row
    here has not been ingested: docs/market.md has the layouts. The day of each figure is at most that of --as-of.
    """
    from eamap.cli.market.asked import Asked, board_of
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    opened = Opened(reading)
    if selector:
        opened.select(selector)  # says what in it selects nothing
    asked = Asked(opened, selector, {"by": by, "geography": geography or ""})
    asked = Asked(opened, selector, {**asked.options, "ics": board_of(asked, ics) if ics else ""})
    emit(_result(asked), answer, marking=answer.marked(weaknesses=True))


def _result(asked: Asked) -> Result:
    from eamap.cli.market.refs import tallies
    from eamap.cli.market.tables import TABLES
    from eamap.model.results import Column, Result

    opened = asked.opened
    columns = tuple(Column(*each) for each in _COLUMNS)
    rows = [_row(asked, row, columns) for row in TABLES["maturity"].rows(asked).iter_rows(named=True)]
    used = opened.used("market", "organisations")
    return Result(
        "maturity", opened.reading.as_of, opened.estate.version, columns, rows, tallies("maturity", asked), used
    )


def _row(asked: Asked, row: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    from eamap.cli.market.asked import told

    found = told("maturity", asked, row, columns)
    found["unit"] = row["unit"] or "no known ICS"
    if asked.options["by"] == "ics" and row["unit"]:
        found["refs"]["unit"] = f"organisation:{row['unit']}"
    # The word stands in the cell of each organisation that is counted.
    found["refs"]["value"] = row["ids"][0]
    return found


_COLUMNS = (
    ("unit", "Trusts of"), ("measure", "Measure"), ("value", "Value", "the word, for what is told in words"), ("n", "Trusts"), ("of", "Of"),
    ("outside", "Not readable", "no number, or outside the scale"), ("p10", "10th percentile"), ("median", "Median"), ("p90", "90th percentile"),
    ("spread", "Spread", "twice the distance of the percentiles over the length of the scale, at most 1"),
)  # fmt: skip
