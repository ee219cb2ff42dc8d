"""The refs of figures about the market: each table is made again, and what is behind its row is cited."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.cli.market.asked import ALL, OPTION, WHOLE, Asked, rounded
from eamap.cli.market.tables import TABLES

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn


def tallies(table: str, asked: Asked) -> dict[str, Tally]:
    """Returns what a table rests on as counts with their denominators."""
    from eamap.model.results import Tally

    return {
        name: Tally(some.len(), every.len(), asked.ref(table, name), asked.ref(table, f"{name}{ALL}"))
        for name, (some, every) in TABLES[table].totals(asked).items()
    }


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of the market; each table is made once."""
    asked = cache(partial(_asked_again, opened))
    rows = cache(lambda table, selector, options: _keyed(TABLES[table].rows(asked(selector, options))))
    return {"market": partial(_market, asked, rows)}


def _asked_again(opened: Opened, selector: str, options: str) -> Asked:
    from eamap.analysis.market.holdings import EVERYTHING

    pairs = (each.partition("=") for each in options.split(OPTION) if each)
    return Asked(opened, "" if selector == EVERYTHING else selector, {name: value for name, _, value in pairs})


def _keyed(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in frame.iter_rows(named=True)}


def _market(asked: Any, rows: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Makes the table again, and cites what is behind the row."""
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    table, figure, key, selector, *more = ref.arguments
    if table not in TABLES:
        raise UsageError(f"there is no table {table!r}", hint=f"tables are {', '.join(TABLES)}", where=str(ref))
    question = asked(selector, more[0] if more else "")
    if key == WHOLE:
        value, ids = _total(question, table, figure, ref)
    else:
        row = rows(table, selector, more[0] if more else "").get(key)
        if row is None or (figure != "ids" and figure not in row):
            raise UsageError(
                f"{table} has no {figure} of {key}", hint=f"see: eamap {table.split(' ')[0]}", where=str(ref)
            )
        value, ids = rounded(len(row["ids"]) if figure == "ids" else row[figure]), row["ids"]
    shown = ids if within.limit is None else ids[: within.limit]
    evidence = tuple(_cited(on, shown, TABLES[table].cited))
    meaning = f"{figure.replace('_', ' ')} of {key}: {TABLES[table].says}, among {selector}"
    return Explanation(str(ref), value, meaning, evidence, len(ids) - len(shown), len(ids))


def _total(asked: Asked, table: str, figure: str, ref: Ref) -> tuple[int, list[str]]:
    from eamap.errors import UsageError

    found = TABLES[table].totals(asked)
    name = figure.removesuffix(ALL)
    if name not in found:
        raise UsageError(f"{table} counts no {name!r}", hint=f"it counts {', '.join(found)}", where=str(ref))
    ids = found[name][figure.endswith(ALL)].to_list()
    return len(ids), ids


def _cited(on: EstateOn, ids: list[str], name: str) -> Iterator[Any]:
    """Yields the cells of one field, and whole rows of things of another kind."""
    import polars as pl

    from eamap.model.refs.evidence import of_things
    from eamap.model.selector.fields import kinds_with

    kinds = set(kinds_with(on, name, "")) if name else set()
    for known in (True, False):
        some = [each for each in ids if (each.partition(":")[0] in kinds) == known]
        if some:
            yield from of_things(on, pl.Series("id", some, dtype=pl.String), name if known else "")
