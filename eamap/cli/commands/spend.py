"""Says what trusts spend on technology, and what share of all they spend that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.market.asked import Asked
    from eamap.model.results import Column, Result


@click.command("spend")
@click.argument("selector", default="")
@click.option(
    "--by",
    type=click.Choice(("org", "ics", "all")),
    default="org",
    show_default=True,
    help="A row a trust, an ICS, or one for all.",
)
@click.option("--org", metavar="CODE", help="Only this trust.")
@click.option("--ics", metavar="CODE", help="Only the trusts of one ICS, by the code of its board.")
@options.geography_option
@options.reading
@options.answering()
def command(
    selector: str, by: str, org: str | None, ics: str | None, geography: str | None, reading: Reading, answer: Answering
) -> None:
    """Tells what is stated of technology spend of the open trusts that SELECTOR selects, in pence.

    \b
    eamap spend --ics QWO
    eamap spend --by ics

    The share is held against the lines of 2 % and 5 % of total expenditure. Trust accounts (TAC) tell no revenue IT (pay,
    services, support), so a share made of them is a floor: at least that, and below a line it tells nothing. Nothing
    stated reads "not stated", never zero; the counts below say of how many trusts the figures are.
    """
    from eamap.cli.market.asked import Asked, board_of
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.cli.sharing import refuse_findings
    from eamap.errors import UsageError
    from eamap.model.ids import organisation_code

    refuse_findings(answer.profile)
    if selector and org:
        raise UsageError("says two things", hint="give SELECTOR or --org")
    opened = Opened(reading)
    asked_for = f"org:{organisation_code(org)}" if org else selector
    if asked_for:
        opened.select(asked_for)  # says what in it selects nothing
    asked = Asked(opened, asked_for, {"by": by, "geography": geography or ""})
    asked = Asked(opened, asked_for, {**asked.options, "ics": board_of(asked, ics) if ics else ""})
    emit(_result(asked), answer, marking=answer.marked(weaknesses=True))


def _result(asked: Asked) -> Result:
    from eamap.cli.market.refs import tallies
    from eamap.cli.market.tables import TABLES
    from eamap.model.results import Column, Result

    opened = asked.opened
    more = _OF_TRUSTS if asked.options["by"] == "org" else _OF_UNITS
    columns = tuple(Column(*each) for each in (*_FIRST, *more, *_COLUMNS))
    rows = [_row(asked, row, columns) for row in TABLES["spend"].rows(asked).iter_rows(named=True)]
    used = opened.used("market", "organisations")
    return Result("spend", opened.reading.as_of, opened.estate.version, columns, rows, tallies("spend", asked), used)


def _row(asked: Asked, row: dict[str, Any], columns: tuple[Column, ...]) -> dict[str, Any]:
    from eamap.cli.market.asked import told

    found = told("spend", asked, row, columns)
    body = row["organisation"]
    found["organisation"] = row["key"]
    found["name"] = asked.names("organisation").get(body, row["key"]) if body else row["key"]
    found["refs"] |= {"organisation": body, "name": body} if body and body.startswith("organisation:") else {}
    if row.get("year"):
        found["refs"]["year"] = next(each for each in row["ids"] if each.endswith(row["year"]))
    return {key: NOT_STATED if value is None else value for key, value in found.items()}


NOT_STATED = "not stated"
_FIRST = (("organisation", "Organisation"), ("name", "Name"))
_OF_TRUSTS = (
    ("year", "Year to", "the end of the latest year with a total"),
    ("age", "Age of IT assets", "share of their life that is consumed, by the accounts"),
)
_OF_UNITS = (
    ("n", "Trusts with a share"),
    ("of", "Trusts"),
    ("whole", "State capital and revenue"),
    ("coverage", "Coverage", "trusts with a share, in per cent of all"),
)
_COLUMNS = (
    ("total", "Total expenditure", "pence"), ("capital", "IT capital", "pence"), ("revenue", "IT revenue", "pence"),
    ("known", "IT spend known", "pence"), ("basis", "What that is", "capital and revenue, or a floor"), ("share", "Share of total"),
    ("reading", "Against the lines"), ("technology", "Of it technology", "pence"), ("adoption", "Of it adoption", "pence"), ("adoption_share", "Adoption share", "of technology and adoption together, where both are stated"),
    ("unread", "Not readable", "figures that are no numbers"),
)  # fmt: skip
