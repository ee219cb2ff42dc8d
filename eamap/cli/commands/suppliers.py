"""Says how concentrated supply is, when contracts end, and who holds many contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.market.asked import Asked
    from eamap.model.results import Column, Result


@click.command("suppliers")
@click.argument("selector", default="")
@click.option("--by", type=click.Choice(("capability", "group", "setting")), default="capability", show_default=True,
              help="One row a capability, a group of capabilities, or a capability and care setting.")  # fmt: skip
@click.option(
    "--expiries", is_flag=True, help="When contracts end, year by year; with -o and the suffix of a picture: a chart."
)
@click.option("--contracts", is_flag=True, help="Each supplier with its contracts, organisations and ICSs.")
@options.geography_option
@options.reading
@options.answering()
def command(
    selector: str, by: str, expiries: bool, contracts: bool, geography: str | None, reading: Reading, answer: Answering
) -> None:
    """Measures how much of the supply of each capability, among what SELECTOR selects, is in how few hands.

    \b
    eamap suppliers capability:REC-1.1 --by setting
    eamap suppliers --expiries -o expiries.svg
    eamap suppliers --contracts

    HHI is the sum of squared shares, the effective number exp of the entropy; each organisation weighs 1. Figures of
    ultimate owners are ranges where an owner is not known. In-house is a supplier of its own in each organisation.
    """
    from eamap.cli.market.asked import Asked
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.cli.pictures import draws
    from eamap.cli.sharing import refuse_findings
    from eamap.errors import UsageError

    refuse_findings(answer.profile)
    if expiries and contracts:
        raise UsageError("says two things", hint="give --expiries or --contracts")
    opened = Opened(reading)
    if selector:
        opened.select(selector)  # says what in it selects nothing
    asked = Asked(opened, selector, {"geography": geography or ""} if contracts else {"by": by} if not expiries else {})
    marking = answer.marked(weaknesses=True)
    if expiries and answer.form is None and answer.output is not None and draws(answer.output):
        _draw(asked, answer, marking)
        return
    table = "suppliers expiries" if expiries else "suppliers contracts" if contracts else "suppliers"
    emit(_result(asked, table), answer, marking=marking)


def _draw(asked: Asked, answer: Answering, marking: str) -> None:
    from eamap.cli.market.tables import TABLES
    from eamap.cli.pictures import export_picture
    from eamap.maps.expiries import draw_expiries
    from eamap.maps.wording import of_reference

    opened = asked.opened
    drawing = draw_expiries(
        TABLES["suppliers expiries"].rows(asked), asked.held.selector, opened.reading.as_of, marking=marking,
        version=opened.estate.version, sources=of_reference(opened.used("products")),
    )  # fmt: skip
    assert answer.output is not None, "a picture has a file"
    export_picture(drawing, answer.output, marking, answer.profile)


def _result(asked: Asked, table: str) -> Result:
    from eamap.cli.market.refs import tallies
    from eamap.cli.market.tables import TABLES
    from eamap.model.results import Result

    opened = asked.opened
    rows = [_row(table, asked, row) for row in TABLES[table].rows(asked).iter_rows(named=True)]
    used = opened.used("products", "capabilities", *(("organisations",) if table == "suppliers contracts" else ()))
    return Result(
        "suppliers", opened.reading.as_of, opened.estate.version, _columns(table), rows, tallies(table, asked), used
    )


def _columns(table: str) -> tuple[Column, ...]:
    from eamap.model.results import Column

    return tuple(Column(*each) for each in _COLUMNS[table])


def _row(table: str, asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    from eamap.cli.market.asked import told
    from eamap.cli.numbers import ref

    if table == "suppliers":
        return _concentrated(asked, told(table, asked, row, _columns(table)), row)
    found = told(table, asked, row, _columns(table))
    refs = found["refs"]
    if table == "suppliers contracts":
        found["name"] = asked.names("supplier").get(row["supplier"], row["supplier"])
        refs |= {"supplier": row["supplier"], "name": row["supplier"]}
    else:
        found["year"] = row["key"]
        if row["key"].isdecimal():
            refs["year"] = ref("quarter", f"{row['key']}-01-01", f"{row['key']}-12-31")
    return found | ({} if row["value"] is not None else {"value": NOT_ESTIMATED if row["contracts"] else "none"})


NOT_ESTIMATED = "not estimated"


def _concentrated(asked: Asked, found: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """Names the capability and the largest supplier."""
    capability, top = row["capability"], row["top"]
    found["capability"] = capability.partition(":")[2]
    found["name"] = asked.names("capability").get(capability, found["capability"])
    found["setting"] = row.get("setting", "all")
    # In-house is a product of its organisation, which stands for the supplier.
    found["top"] = None if top is None else asked.names(top.partition(":")[0]).get(top, top)
    found["owners"] = "known" if row["owners_known"] == row["suppliers"] else "ultimate owner unknown"
    found["refs"] |= {"capability": capability, "name": capability} | ({"top": top} if top else {})
    return found


_COUNTS = (
    ("contracts", "Contracts"),
    ("stated", "On record"),
    ("assumed", "Assumed", "one for each organisation and supplier without a contract on record"),
)
_COLUMNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "suppliers": (
        ("capability", "Capability"), ("name", "Name"), ("setting", "Care setting"),
        ("n", "Organisations", "with a known supplier; each weighs 1"), ("live", "With a live system"),
        ("absent", "Say they have none"), ("untold", "Say something else", "withheld, not applicable, or not known"), ("of", "Answers"),
        ("suppliers", "Suppliers", "in-house counts in each organisation"), ("n_eff", "Effective number", "exp of the Shannon entropy"),
        ("hhi", "HHI", "sum of squared shares, 1/n to 1"), ("top", "Largest"), ("top_share", "Its share"),
        ("owners", "Ultimate owners"), ("owners_known", "Owners known", "suppliers whose ultimate owner on the day is known"),
        ("owner_hhi_low", "Owner HHI, low"), ("owner_hhi_high", "Owner HHI, high"), ("owner_n_eff_low", "Owner effective number, low"),
        ("owner_n_eff_high", "Owner effective number, high"), ("owner_top_share_low", "Owner top share, low"),
        ("owner_top_share_high", "Owner top share, high"),
        ("supplier_for_product", "Product not known", "organisations where only the supplier is known"),
    ),
    "suppliers contracts": (
        ("supplier", "Supplier"), ("name", "Name"), *_COUNTS, ("organisations", "Organisations"), ("icbs", "ICSs"), ("regions", "Regions"),
        ("unplaced", "In no known ICS"), ("valued", "With a value"), ("value", "Value a year", "pence a year, revenue; only where every contract states it"),
    ),
    "suppliers expiries": (
        ("year", "Year"), *_COUNTS, ("organisations", "Organisations"), ("suppliers", "Suppliers"), ("valued", "With a value"),
        ("value", "Value a year", "pence a year, revenue; only where every contract states it"),
    ),
}  # fmt: skip
