"""The figures of the registers and the refs that give each again: counts, sums of costs, single rows and cells."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to
from eamap.cli.registers.made import SYSTEMS, Registers

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

EVERYTHING = "kind:*"


def figure_ref(name: str, selector: str, *more: str) -> str:
    """Returns the ref of a figure over what a selector selects."""
    return ref_to("register", name, _canonical(selector), *more)


def _canonical(selector: str) -> str:
    from eamap.model.selector import parse_expression

    return str(parse_expression(selector or EVERYTHING))


def tally(registers: Registers, name: str, selector: str, ids: pl.Series | None) -> Tally:
    """Returns a figure and what it is a share of."""
    from eamap.analysis.support.measures import MEASURES
    from eamap.model.results import Tally

    of = MEASURES[name].of
    n, total = (counted(registers, each, ids).height for each in (name, of))
    return Tally(n, total, figure_ref(name, selector), figure_ref(of, selector))


def counted(registers: Registers, name: str, ids: pl.Series | None) -> pl.DataFrame:
    """Returns the rows that a figure counts."""
    from eamap.analysis.support.measures import MEASURES

    measure = MEASURES[name]
    return registers.register.frame(measure.frame, ids).filter(measure.test())


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of registers; the registers are put together once."""
    held = cache(partial(Registers, opened))
    return {"register": partial(_figure, held), "entry": partial(_entry, held)}


def _figure(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts a figure again, or adds up a cost again, and cites what was counted."""
    from eamap.analysis.registers.debt import COSTS
    from eamap.analysis.support.measures import MEASURES
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import cut
    from eamap.model.selector import select_on

    registers = held()
    name, selector, *more = ref.arguments
    part = more[0] if more else ""
    ids = None if selector == EVERYTHING else select_on(on, selector).ids
    if name in COSTS:
        return _cost(registers, ref, ids, part, within)
    if name not in MEASURES and name not in _GROUPED:
        raise UsageError(
            f"there is no figure {name!r}", hint=f"figures are {', '.join((*MEASURES, *_GROUPED, *COSTS))}"
        )
    if name in _GROUPED:
        return _of_group(registers, ref, ids, part, within)
    rows = counted(registers, name, ids)
    if part:
        rows = cut(rows, part) if part.split(" ")[0] in ("first", "after") else _in_group(registers, rows, part)
    measure = MEASURES[name]
    searched = counted(registers, measure.of, ids).height
    cited, left = _attesting(registers, rows["id"].to_list(), within)
    return Explanation(str(ref), rows.height, f"{measure.says}, among {selector}", cited, left, searched)


def _in_group(registers: Registers, rows: pl.DataFrame, part: str) -> pl.DataFrame:
    import polars as pl

    from eamap.analysis.registers.debt_groups import keyed

    by, _, key = part.partition("=")
    grouped = keyed(registers.register.with_groups(rows), by)
    return grouped.filter(pl.col("key").eq_missing(pl.lit(key or None, dtype=pl.String)))


_GROUPED = {
    "organisations": "operator",
    "systems of items": "system",
    "entitlements": "entitlement",
    "longest past": "days_past",
    "groups": "",
}
"""Figures of items that count something else than items, and the column they count."""


def _of_group(registers: Registers, ref: Ref, ids: pl.Series | None, part: str, within: Context) -> Explanation:
    """Counts the distinct values of a column of items, or takes the largest."""
    import polars as pl

    from eamap.analysis.registers.debt_groups import keyed
    from eamap.model.refs import Explanation

    name, selector = ref.arguments[:2]
    rows = registers.register.frame("items", ids)
    if name == "groups":
        by, _, cut = part.partition(" ")
        keys = keyed(rows, by)["key"].unique()
        number = keys.len() - int(cut.removeprefix("after ") or 0) if cut else keys.len()
        cited, left = _attesting(registers, rows["id"].to_list(), within)
        return Explanation(str(ref), number, f"groups by {by} of the items among {selector}", cited, left, rows.height)
    rows = _in_group(registers, rows, part) if part else rows
    values = rows[_GROUPED[name]].drop_nulls()
    value: Any = values.max() if name == "longest past" else values.n_unique()
    said = (
        "the days since the end of the item that is past it for longest"
        if name == "longest past"
        else f"{name} of items"
    )
    cited, left = _attesting(registers, rows.filter(pl.col(_GROUPED[name]).is_not_null())["id"].to_list(), within)
    return Explanation(str(ref), value, f"{said}, among {selector}", cited, left, rows.height)


def _cost(registers: Registers, ref: Ref, ids: pl.Series | None, part: str, within: Context) -> Explanation:
    """Adds up what work packages state, each once; without any it is not estimated, which is not zero."""
    from eamap.analysis.registers.debt import NOT_ESTIMATED
    from eamap.analysis.registers.debt_groups import totals
    from eamap.model.refs import Explanation

    name, selector = ref.arguments[:2]
    rows = registers.register.frame("items", ids)
    rows = _in_group(registers, rows, part) if part else rows
    value = totals(registers.register, rows)[name]
    plans = (
        registers.register.plans_of_items.join(rows.select("id").unique(), on="id", how="semi")
        .drop_nulls(name)
        .unique("plan")
        .sort("plan")
    )
    cited = list(_cells(registers, plans["plan"].to_list(), name, within))
    meaning = f"{name.replace('_', ' ')} in pence of the work packages for the items among {selector}, each once"
    shown = plans.height if within.limit is None else min(plans.height, within.limit)
    return Explanation(
        str(ref), NOT_ESTIMATED if value is None else value, meaning, tuple(cited), plans.height - shown, rows.height
    )


def _attesting(registers: Registers, ids: list[str], within: Context) -> tuple[tuple[Evidence, ...], int]:
    """Returns the cells that state what was counted, and how many things were left out."""
    ids = list(dict.fromkeys(ids))
    shown = ids if within.limit is None else ids[: within.limit]
    return tuple(_cells(registers, shown, "raw" if shown and shown[0].startswith("component:") else "", within)), len(
        ids
    ) - len(shown)


def _cells(registers: Registers, ids: list[str], field: str, within: Context) -> Iterable[Evidence]:
    import polars as pl

    from eamap.checks.evidence import cells_of_fields
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence

    shown = ids if within.limit is None else ids[: within.limit]
    if not shown:
        return
    asked = pl.DataFrame({"id": shown}).select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), "id", pl.lit(field).alias("name")
    )
    for at, *cell in cells_of_fields(registers.opened.estate, asked).iter_rows():
        yield Evidence(shown[at], field, Citation(*cell))


def _entry(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Works a row out again, and cites what it, or one column of it, rests on."""
    from eamap.analysis.registers.entry_columns import ASSETS, CATALOGUE
    from eamap.cli.registers.cells import cells_behind
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation
    from eamap.model.refs.evidence import of_things

    del on
    pack, identifier, *more = ref.arguments
    column, _, file = (more[0] if more else "").partition(" of ")
    registers = held(Path(file)) if file else held()
    row = _asked_row(registers, pack, identifier, column)
    catalogue = ASSETS if pack == SYSTEMS else CATALOGUE
    rests = catalogue[column].rests if column else None
    cells = cells_behind(registers, [identifier], rests)
    rows = [Evidence(identifier, what, Citation(*cell)) for _, what, *cell in cells.iter_rows()]
    if not rows:
        import polars as pl

        rows = list(of_things(registers.opened.on, pl.Series([identifier])))
    shown = rows if within.limit is None else rows[: within.limit]
    value = row[column] if column else "; ".join(f"{key} {said}" for key, said in row.items() if said is not None)
    meaning = (
        f"{catalogue[column].heading}: {catalogue[column].says}" if column else f"the row of {identifier} in {pack}"
    )
    return Explanation(str(ref), value, meaning, tuple(shown), len(rows) - len(shown))


def _asked_row(registers: Registers, pack: str, identifier: str, column: str) -> dict[str, Any]:
    """Returns the row that a ref names; UsageError if there is none, or it has no such column."""
    from eamap.analysis.registers.entry_columns import PACK_COLUMNS
    from eamap.errors import UsageError

    if pack not in (*PACK_COLUMNS, SYSTEMS):
        raise UsageError(f"there is no register {pack!r}", hint=f"registers are {', '.join((*PACK_COLUMNS, SYSTEMS))}")
    row = row_of(registers, pack, identifier)
    if row is None or (column and column not in row):
        raise UsageError(
            f"{pack} has no row {identifier}" + (f" with {column!r}" if column else ""),
            hint=f"see: eamap {'debt' if pack == 'debt' else 'evidence --pack ' + pack}",
        )
    return row


def row_of(registers: Registers, pack: str, identifier: str) -> dict[str, Any] | None:
    """Returns one row of a register as it is published."""
    import polars as pl

    from eamap.cli.registers.rows import published

    rows = published(registers.rows(pack, pl.Series([identifier])).filter(pl.col("id") == identifier), pack)
    return rows[0] if rows else None
