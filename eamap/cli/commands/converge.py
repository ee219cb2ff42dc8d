"""Says whether the organisations of an ICS have the same: instances too many, variety against chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.market.asked import Asked
    from eamap.model.results import Result


@click.command("converge")
@click.argument("selector", default="")
@click.option("--ics", metavar="CODE", help="One ICS, by the code of its board; default: all together.")
@click.option(
    "--setting", metavar="TEXT", help="Only organisations of this care setting (type of trust, or role): acute."
)
@options.geography_option
@options.reading
@options.answering()
def command(
    selector: str, ics: str | None, setting: str | None, geography: str | None, reading: Reading, answer: Answering
) -> None:
    """Compares what the organisations of each ICS have for the same capability, among what SELECTOR selects.

    \b
    eamap converge --ics QWO
    eamap converge capability:REC-1.1 --setting acute

    The convergence index is 1 less the entropy inside ICSs over that of random deals of the same organisations (500, of a
    fixed seed): 0 is no more alike than chance, 1 is one product in each ICS. "Extra" counts instances beyond what the
    capability model expects of an organisation: one, or one shared by the ICS; where many are, none is extra.
    """
    from eamap.cli.market.asked import Asked, board_of
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    opened = Opened(reading)
    if selector:
        opened.select(selector)  # says what in it selects nothing
    asked = Asked(opened, selector, {"setting": setting or "", "geography": geography or ""})
    asked = Asked(opened, selector, {**asked.options, "ics": board_of(asked, ics) if ics else ""})
    emit(_result(asked), answer, marking=answer.marked(weaknesses=True))


def _result(asked: Asked) -> Result:
    from eamap.cli.market.refs import tallies
    from eamap.cli.market.tables import TABLES
    from eamap.model.results import Column, Result

    opened = asked.opened
    columns = tuple(
        Column(*each) for each in _COLUMNS if not (asked.options["ics"] and each[0] in ("unplaced", "icbs"))
    )
    rows = [_row(asked, row, columns) for row in TABLES["converge"].rows(asked).iter_rows(named=True)]
    used = opened.used("products", "capabilities", "organisations")
    return Result(
        "converge", opened.reading.as_of, opened.estate.version, columns, rows, tallies("converge", asked), used
    )


def _row(asked: Asked, row: dict[str, Any], columns: Any) -> dict[str, Any]:
    from eamap.cli.market.asked import told

    found = told("converge", asked, row, columns)
    capability = row["capability"]
    found["capability"] = capability.partition(":")[2]
    found["name"] = asked.names("capability").get(capability, found["capability"])
    found["instances"] = row["instances"] or "not stated"
    found["refs"] |= {"capability": capability, "name": capability}
    if row["extra"] is None:
        found["extra"] = "not counted"
    return found


_COLUMNS = (
    ("capability", "Capability"), ("name", "Name"), ("instances", "Expected", "instances the capability model expects of an organisation"),
    ("organisations", "Organisations", "with a live system, a known product or supplier, in a known ICS"), ("icbs", "ICSs"),
    ("unplaced", "In no known ICS"), ("unnamed", "Product not known", "organisations of which neither product nor supplier is known"),
    ("systems", "Instances"), ("products", "Products"), ("extra", "Extra", "instances beyond what is expected"),
    ("h", "Entropy", "in nats"), ("h_within", "Entropy inside ICSs"), ("h_chance", "Inside ICSs by chance"), ("convergence", "Convergence index"),
)  # fmt: skip
