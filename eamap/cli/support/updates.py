"""Explains the refs of updated reference data, and of what was listed as exploited."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn

ROWS = "rows"
BEFORE = "before"


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers these refs."""
    return {"updated": partial(_updated, opened), "listed": partial(_listed, opened)}


def _updated(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Compares the edition in use with the one before it again."""
    from eamap.errors import UsageError
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation
    from eamap.reference.updating import last_difference

    del on  # a set is not in the estate
    file, change = ref.arguments
    found = next(
        (each for each in last_difference(file.partition("/")[0], opened.reference) if each.file == file), None
    )
    if found is None:
        raise UsageError(f"{file} was never updated here", hint="see: eamap data update", where=str(ref))
    if change in (ROWS, BEFORE):
        value, words = (found.after, "has") if change == ROWS else (found.before, "had before its last update")
        cited = Evidence("", "rows", Citation(file, "", "", 0, "rows", str(value)))
        return Explanation(str(ref), value, f"how many rows {file} {words}", (cited,), searched=value)
    if change not in found.rows:
        raise UsageError(
            f"{change!r} is no change", hint=f"there are {', '.join(found.rows)}, {ROWS}, {BEFORE}", where=str(ref)
        )
    keys = found.rows[change]
    shown = keys if within.limit is None else keys[: within.limit]
    rows = tuple(Evidence("", change, Citation(file, "", "", 0, change, key)) for key in shown)
    meaning = f"rows of {file} that its last update {change}"
    searched = Evidence("", change, Citation(file, "", "", 0, "", f"{found.before} rows before, {found.after} after"))
    return Explanation(
        str(ref), len(keys), meaning, rows or (searched,), len(keys) - len(shown), found.before + found.after
    )


def _listed(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts the entries of a product again, and names each."""
    import polars as pl

    from eamap.interpret.exposure import listed_products
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    del on  # the list is not in the estate
    product, day = ref.arguments
    every = listed_products(opened.reference).filter(pl.col("product") == product)
    found = every.filter(pl.col("date_added") > day).sort("date_added", "cve", descending=[True, False])
    shown = found if within.limit is None else found.head(within.limit)
    rows = tuple(
        Evidence(
            "", "exploited", Citation("exploited/entries.parquet", "", "", 0, cve, f"listed {added}; ransomware {used}")
        )
        for cve, added, used in shown.select("cve", "date_added", "ransomware").iter_rows()
    )
    meaning = f"vulnerabilities of {product} that were listed as exploited after {day}; about the product, not a host"
    return Explanation(str(ref), found.height, meaning, rows, found.height - shown.height, every.height)
