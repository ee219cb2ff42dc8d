"""Explains the refs about versions: what one holds, what a source brought, what changed from one to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, TypeAlias

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn

    _Between: TypeAlias = Callable[[int, int], tuple[Estate, Estate, pl.DataFrame]]


def _version(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Cites the manifest of the version: when, by which command, and what of which source."""
    from eamap.errors import UsageError
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    del on, within  # a manifest is short
    number = int(ref.arguments[0])
    found = next((each for each in opened.store.versions() if each.number == number), None)
    if found is None:
        raise UsageError(f"there is no version {number}", hint="see: eamap log")
    told = [("version", str(number)), ("published", found.published)]
    told += [
        ("sources", f"{each['source']} (+{each['added']}, -{each['retired']})")
        for each in found.summary.get("sources", ())
    ]
    told += [("documents", str(name)) for name in found.summary.get("documents", ())]
    told += [("note", str(found.summary["note"]))] if found.summary.get("note") else []
    rows = tuple(Evidence("", key, Citation(f"versions/{number}.json", "", "", 0, key, value)) for key, value in told)
    meaning = f"version {number}, published {found.published} by {found.summary.get('command', '')}"
    return Explanation(str(ref), number, meaning, rows)


def _brought(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Compares what a source speaks of in a version and in the one before."""
    import polars as pl

    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import of_things
    from eamap.model.selector import EstateOn as On

    number, source = int(ref.arguments[0]), ref.arguments[1]
    before, after = (_spoken_of(opened, version, source) for version in (number - 1, number))
    added = ref.form == "added"
    found = pl.Series("id", sorted(after - before if added else before - after), dtype=pl.String)
    told = opened.store.estate(number if added or number == 1 else number - 1)
    shown = found if within.limit is None else found.head(within.limit)
    meaning = f"things that {source} {'began to speak' if added else 'no longer spoke'} of in version {number}"
    rows = tuple(of_things(On(told, on.as_of), shown))
    return Explanation(str(ref), found.len(), meaning, rows, found.len() - shown.len(), len(before | after))


def _spoken_of(opened: Opened, version: int, source: str) -> set[str]:
    from eamap.ingest.sources import ids

    if not version:
        return set()
    parts = opened.store.publication(version).parts
    return set(ids(part for part in parts if part.meta["source"] == source)["id"])


def _held(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.model.estate import LINKS, THINGS
    from eamap.model.refs import Evidence, Explanation

    del on  # the version asked for, not the one at hand
    number, kind = int(ref.arguments[0]), ref.arguments[1]
    estate = opened.store.estate(number)
    table = next((estate.tables[name] for name in (THINGS + kind, LINKS + kind) if name in estate.tables), None)
    if table is None:
        return Explanation(str(ref), 0, f"{kind} in version {number}: none")
    name = "id" if "id" in table.columns else "from"
    shown = table.sort(name) if within.limit is None else table.sort(name).head(within.limit)
    rows = tuple(
        Evidence(each[name], "", citation)
        for each in shown.iter_rows(named=True)
        for citation in estate.cells(each["source"], each["row"], each["rule"])
    )
    return Explanation(
        str(ref), table.height, f"{kind} in version {number}, as stated", rows, table.height - shown.height
    )


def _changes(between: _Between, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts again what changed between two versions, and cites the values before and after."""
    import polars as pl

    from eamap.model.refs import Explanation

    del on  # two other versions are asked about
    old, new, kind, change, *one = ref.arguments
    before, after, table = between(int(old), int(new))
    wanted = {"kind": kind, "change": change, "id": one[0] if one else "*"}
    found = table.filter(pl.lit(True).and_(*(pl.col(name) == text for name, text in wanted.items() if text != "*")))
    things = found.select("kind", "id", "change").unique(maintain_order=True)
    shown = things if within.limit is None else things.head(within.limit)
    rows = tuple(
        _values(before, after, found.join(shown, on=["kind", "id", "change"], how="semi", maintain_order="left"))
    )
    what = one[0] if one else "things and links" if kind == "*" else kind
    meaning = f"{what} {'changed in any way' if change == '*' else change} from version {old} to {new}"
    return Explanation(str(ref), things.height, meaning, rows, things.height - shown.height)


def _differences(between: _Between, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import cut

    del on  # two other versions are asked about
    old, new, *part = ref.arguments
    before, after, table = between(int(old), int(new))
    found = cut(table, part[0]) if part else table
    shown = found if within.limit is None else found.head(within.limit)
    meaning = f"fields that differ from version {old} to {new}"
    return Explanation(
        str(ref), found.height, meaning, tuple(_values(before, after, shown)), found.height - shown.height
    )


def _between(opened: Opened, old: int, new: int) -> tuple[Estate, Estate, pl.DataFrame]:
    from eamap.model.difference import difference

    estates = opened.store.estate(old), opened.store.estate(new)
    return (*estates, difference(*estates))


def _values(old: Estate, new: Estate, rows: pl.DataFrame) -> Iterator[Evidence]:
    """Yields what stands in the cell now; where there is nothing now, what stood there."""
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence

    for row in rows.iter_rows(named=True):
        estate = old if row["change"] == "removed" else new
        part = estate.parts.get(row["source"] or "")
        place = (part.file, part.sha256, part.sheet) if part else (row["source"] or "", "", "")
        for value in dict.fromkeys(text for text in (row["after"], row["before"]) if text is not None):
            yield Evidence(row["id"], row["field"], Citation(*place, row["row"] or 0, "", value))


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns the resolvers of these forms; two versions are compared once for all the refs of an answer."""
    between = cache(partial(_between, opened))
    return {
        "version": partial(_version, opened),
        "added": partial(_brought, opened),
        "retired": partial(_brought, opened),
        "held": partial(_held, opened),
        "changes": partial(_changes, between),
        "differences": partial(_differences, between),
    }
