"""Lists the debt: what is past or near its end of support, what stands on it, what is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.registers.made import Registers
    from eamap.model.results import Column, Omitted, Result, Tally

SHOWN = 200
PACK = "debt"
BY = ("org", "system", "capability", "supplier", "product")
_TABLE = ("organisation", "system_name", "component", "status", "support_end", "days_past", "capabilities", "systems_needing", "mitigation",
          "acceptance", "treatment", "target_date", "plan_state", "funded", "capital_central", "revenue_central", "shared_organisations")  # fmt: skip


@click.command("debt")
@click.argument("selector", default="")
@click.option(
    "--group-by", "by", type=click.Choice(BY), help="Roll up; product shows what one shared action would cover."
)
@click.option("--limit", type=click.IntRange(min=1), help=f"How many rows to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(selector: str, by: str | None, limit: int | None, reading: Reading, answer: Answering) -> None:
    """Lists every component past or near the end of its support, or those that SELECTOR selects or its systems run on.

    Costs are what work packages state, in pence, capital and revenue apart; what has none reads "not estimated", which is
    not zero. A mitigation never makes an item supported. Rows are in the order of organisation codes.
    """
    from eamap.cli.opening import Opened
    from eamap.cli.output import Tabled, emit, form_of
    from eamap.cli.registers.made import Registers
    from eamap.cli.registers.sheets import TITLES, numbers, register_sheets
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    registers = Registers(Opened(reading))
    ids = registers.ids(selector)
    form = form_of(answer)
    shown = limit or (SHOWN if form == "table" else None)
    result = (
        _grouped(registers, selector, ids, by, shown)
        if by
        else _listed(registers, selector, ids, shown, wide=form != "table")
    )
    tabled = Tabled(TITLES[PACK], register_sheets, numbers(PACK) | {heading for _, heading, _, _ in _GROUP})
    emit(result, answer, marking=answer.marked(weaknesses=True), tabled=tabled)


def _listed(registers: Registers, selector: str, ids: pl.Series | None, shown: int | None, *, wide: bool) -> Result:
    from eamap.analysis.registers.entry_columns import columns_of
    from eamap.cli.registers.rows import explained, published
    from eamap.model.results import Column

    every = registers.rows(PACK, ids)
    rows = explained(published(every if shown is None else every.head(shown), PACK), PACK)
    columns = tuple(
        Column(each.key, each.heading, each.says) for each in columns_of(PACK) if wide or each.key in _TABLE
    )
    return _result(registers, selector, ids, columns, rows, _left("items", every.height, rows, selector))


def _left(name: str, total: int, rows: list[Any], selector: str, by: str = "") -> Omitted:
    from eamap.cli.registers.figures import figure_ref
    from eamap.model.results import Omitted

    left = total - len(rows)
    why = "the first are listed; --limit, --format csv and json show more"
    return Omitted(left, why, figure_ref(name, selector, f"{by} after {len(rows)}".strip())) if left else Omitted()


def _result(
    registers: Registers,
    selector: str,
    ids: pl.Series | None,
    columns: tuple[Column, ...],
    rows: list[dict[str, Any]],
    omitted: Omitted,
) -> Result:
    from eamap.cli.registers.made import SETS
    from eamap.model.results import Result

    opened = registers.opened
    return Result(
        "debt",
        opened.reading.as_of,
        opened.estate.version,
        columns,
        rows,
        _counts(registers, selector, ids),
        opened.used(*SETS[PACK]),
        omitted,
    )


def _counts(registers: Registers, selector: str, ids: pl.Series | None) -> dict[str, Tally]:
    from eamap.analysis.support.measures import MEASURES, PACKS
    from eamap.cli.registers.figures import tally

    return {MEASURES[name].says: tally(registers, name, selector, ids) for name in PACKS[PACK]}


_GROUP = (
    ("key", "Group", "", ""), ("name", "Name", "", ""), ("items", "Items", "items", "past or near the end of support"),
    ("past", "Past", "past support", "past their vendor's support"), ("near", "Near", "near the end", "support ends soon"),
    ("of", "Of", "components", "components judged of the group's systems: supported and unknown ones too"),
    ("longest_past", "Longest past", "longest past", "days since the end of the item past it for longest"),
    ("organisations", "Organisations", "organisations", "operators of the items: what one shared action would cover"),
    ("systems", "Systems", "systems of items", "systems the items run"),
    ("entitlements", "Entitlements", "entitlements", "proofs of extended support, each once however many it covers"),
    ("mitigated", "Mitigated", "mitigated", "items a mitigation holds for"), ("accepted", "Accepted", "acceptance held", "items whose finding is accepted"),
    ("planned", "Planned", "planned", "items a work package is for"), ("funded", "Funded", "funded", "items whose plan is funded"),
    ("overdue", "Past target", "overdue", "items whose plan is past its date"), ("costed", "Costed", "costed", "items whose work package states a cost"),
    ("capital_low", "Capital low", "capital_low", "pence"), ("capital_central", "Capital central", "capital_central", "pence"),
    ("capital_high", "Capital high", "capital_high", "pence"), ("revenue_low", "Revenue low", "revenue_low", "pence"),
    ("revenue_central", "Revenue central", "revenue_central", "pence"), ("revenue_high", "Revenue high", "revenue_high", "pence"),
)  # fmt: skip


def _grouped(registers: Registers, selector: str, ids: pl.Series | None, by: str, shown: int | None) -> Result:
    """Returns one row a group, in the order of its key."""
    from eamap.analysis.registers.debt_groups import grouped
    from eamap.model.results import Column

    every = grouped(
        registers.register, registers.register.frame("items", ids), registers.register.frame("judged", ids), by
    )
    groups = every if shown is None else every.head(shown)
    rows = [_group_row(row, by, selector) for row in groups.iter_rows(named=True)]
    columns = tuple(Column(key, heading, says) for key, heading, _, says in _GROUP)
    return _result(registers, selector, ids, columns, rows, _left("groups", every.height, rows, selector, by))


def _group_row(row: dict[str, Any], by: str, selector: str) -> dict[str, Any]:
    from eamap.analysis.registers.debt import COSTS, NOT_ESTIMATED
    from eamap.cli.numbers import ref
    from eamap.cli.registers.figures import figure_ref

    group = f"{by}={row['key'] or ''}"
    told = {key: row[key] for key, *_ in _GROUP}
    told |= {name: NOT_ESTIMATED for name in COSTS if row[name] is None}
    told |= {} if row["longest_past"] is not None else {"longest_past": "no day is past"}
    told |= {"key": row["key"] or "not known", "name": row["name"] or "not known"}
    refs = {
        key: figure_ref(figure, selector, group)
        for key, _, figure, _ in _GROUP
        if figure and isinstance(told[key], int)
    }
    # What a group is called stands in the rows of its items.
    example = ref("entry", PACK, row["example"])
    return {**told, "ref": figure_ref("items", selector, group), "refs": {**refs, "key": example, "name": example}}
