"""Counts which standards the interfaces of each supplier, product or system of care claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.analysis.pathways.interop import Interop
    from eamap.model.results import Tally

SHOWN = 200
TITLE = "Adoption of standards"
_COLUMNS = (
    ("by", "By", ""), ("key", "Group", "id of the supplier or product, or code of the ICS"), ("name", "Name", ""),
    ("standard", "Standard", "any: of the group as a whole"), ("claimed", "Claim it", "interfaces"),
    ("interfaces", "Of", "interfaces in use that carry data"), ("stated", "State one", "interfaces that state any standard; the others are unknown"),
    ("past_use", "Past its use", "claims of a standard that is deprecated, retired or withdrawn"),
    ("assessed", "Assessed", "by the checks of statements"), ("verified", "Verified", "meet what the standard asks"), ("contradicted", "Contradicted", "by their own statement"),
    ("organisations", "Organisations", "that hold the systems"),
)  # fmt: skip


@click.command("interop")
@click.option(
    "--by",
    type=click.Choice(("supplier", "product", "ics")),
    default="supplier",
    show_default=True,
    help="What is compared.",
)
@options.geography_option
@click.option("--limit", type=click.IntRange(min=1), help=f"How many rows to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(by: str, geography: str | None, limit: int | None, reading: Reading, answer: Answering) -> None:
    """Counts which standards the interfaces of each supplier, product or system of care claim, verified or not.

    \b
    eamap interop
    eamap interop --by ics -o adoption.xlsx

    An interface counts for a group if a system of the group is at one of its ends. One that states no standard is unknown:
    it counts in the denominator and claims nothing. Groups are in the order of their names, never of their shares.
    """
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, emit, form_of
    from eamap.cli.pathways.handoffs import SETS, interop_of
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.sheets import result_sheets
    from eamap.model.results import Column, Omitted, Result

    refuse_findings(answer.profile)
    opened = Opened(reading)
    found = interop_of(opened, geography)
    every = found.adoption(by)
    shown = every.head(limit or (SHOWN if form_of(answer) == "table" else every.height))
    left = every.height - shown.height
    why = "the first are listed; --limit, --format csv and json show more"
    where = geography or "as judged"
    omitted = Omitted(left, why, ref("interop", by, where, "rows", f"after {shown.height}")) if left else Omitted()
    rows = [_row(row, by, where) for row in shown.iter_rows(named=True)]
    columns = tuple(Column(*each) for each in _COLUMNS)
    counts = _counts(found, by, where)
    result = Result("interop", reading.as_of, opened.estate.version, columns, rows, counts, opened.used(*SETS), omitted)
    emit(result, answer, marking=answer.marked(weaknesses=True), tabled=Tabled(TITLE, result_sheets))


def _row(row: dict[str, Any], by: str, where: str) -> dict[str, Any]:
    from eamap.analysis.pathways.gaps import NOT_ASSESSED
    from eamap.analysis.pathways.interop import ANY, COUNTS
    from eamap.cli.numbers import ref

    refs = {count: ref("interop", by, where, row["key"], f"{row['standard']} {count}") for count in COUNTS}
    # Nothing was looked at: that is neither verified nor contradicted, and no zero.
    silent = {} if row["assessed"] else dict.fromkeys(("verified", "contradicted"), NOT_ASSESSED)
    told = {key: refs[key] for key in refs if key not in silent}
    named = {"standard": f"standard:{row['standard']}"} if row["standard"] != ANY else {}
    return {"by": by, **row, **silent, "ref": refs["claimed"], "refs": told | named}


def _counts(found: Interop, by: str, where: str) -> dict[str, Tally]:
    """Returns how many interfaces in use state a standard, claim one of the registry, and were assessed."""
    from eamap.cli.numbers import ref
    from eamap.model.results import Tally

    every = ref("interop", by, where, "all", "any interfaces")
    told = found.totals()
    names = {"state a standard": "stated", "claim a standard of the registry": "claimed", "assessed by the checks of statements": "assessed",
             "verified": "verified", "contradicted": "contradicted"}  # fmt: skip
    return {
        name: Tally(told[count], told["interfaces"], ref("interop", by, where, "all", f"any {count}"), every)
        for name, count in names.items()
    }
