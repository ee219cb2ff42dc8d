"""Flows as answers: rows, counts and the refs that count them again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.analysis.geography.flow_figures import PLACES, Figures
from eamap.analysis.geography.flows import ALL, pair_of, read_words, specialty_of
from eamap.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.geography.flows import Flows, Placed
    from eamap.cli.opening import Opened
    from eamap.interpret.geography import Geography
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

SETS = ("organisations",)
_WHYS = {
    "inside": "undecided: inside a board that merged, was divided or gained land",
    "between": "undecided: between boards that took over parts of the same one",
    "unknown": "undecided: an end whose board is not known",
}


def geography_of(opened: Opened, name: str | None) -> Geography:
    """Returns the boundaries that were asked for, with the estate's own organisations where there is an estate."""
    from eamap.interpret.geography import geography

    return geography(name, opened.reading.as_of, _estate(opened), opened.reference)


def _estate(opened: Opened) -> Any:
    return opened.stated if opened.store.versions() else None


def version_of(opened: Opened) -> int:
    """Returns the version of the estate; 0 where nothing has been published, which published flows do not need."""
    estate = _estate(opened)
    return estate.version if estate else 0


def told(opened: Opened, known: Geography) -> tuple[Flows, ...]:
    """Returns the flows there are: those of the estate, where it states any, and the published ones."""
    from eamap.analysis.geography.flows import published, stated

    estate = _estate(opened)
    own = stated(estate) if estate else None
    return (*([own] if own and own.table.height else ()), published(known.reference))


def asked(opened: Opened, name: str | None, ics: str | None) -> tuple[Placed, ...]:
    """Returns all flows in a geography; UsageError where a board is asked for that it does not have."""
    from eamap.analysis.geography.flows import placed

    known = geography_of(opened, name)
    boards = known.boards["icb"].to_list()
    if ics is not None and ics not in boards:
        raise UsageError(f"{known.name} has no board {ics!r}", hint=f"it has: {', '.join(boards)}")
    found = (placed(flows, known, ics) for flows in told(opened, known))
    return tuple(each for each in found if each.table.height or each.unstated)


def overall_rows(opened: Opened, every: tuple[Placed, ...], ics: str | None) -> list[dict[str, Any]]:
    """Returns the share of all, by ICS and by region; and by ICS for the other boundaries there are, to compare."""
    from eamap.interpret.boundaries import named

    known = every[0].geography if every else geography_of(opened, None)
    others = [each.name for each in named(known.reference) if each.name != known.name] if ics is None else []
    rows = [
        _share(each, each.shares(level=level).row(0, named=True), level)
        for each in every
        for level in ("ics", "region")
    ]
    return rows + [
        _share(again, again.shares().row(0, named=True), "ics")
        for other in others
        for again in asked(opened, other, None)
    ]


def specialty_rows(every: tuple[Placed, ...]) -> list[dict[str, Any]]:
    """Returns the share of each specialty, in order of its code."""
    return [_share(each, row, "ics") for each in every for row in each.shares("specialty").iter_rows(named=True)]


def _share(each: Placed, row: dict[str, Any], level: str) -> dict[str, Any]:
    specialty = row.get("specialty", ALL)
    ref = partial(each.ref, what=specialty_of(specialty) if specialty != ALL else ALL, level=level)
    figures = {name: row[name] for name in ("total", "crosses", "undecided")}
    shares = {name: _rounded(row[name]) for name in ("lower", "upper")}
    return {
        "flows": each.flows.name, "geography": each.geography.name, "level": level, "specialty": specialty,
        "specialty_name": row.get("specialty_name", ALL), **figures, **shares,
        "ref": ref("total"), "refs": {name: ref(name) for name in (*figures, *shares)},
    }  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, PLACES)


def between_rows(every: tuple[Placed, ...], limit: int | None) -> list[dict[str, Any]]:
    """Returns the volume from each board to each other, the largest first, at most ``limit`` of each source of flows."""
    return [row for each in every for row in _between(each, limit)]


def _between(each: Placed, limit: int | None) -> list[dict[str, Any]]:
    from eamap.maps.wording import short

    names = {icb: short(name or icb) for icb, name in each.geography.boards.select("icb", "name").iter_rows()}
    table = each.between if limit is None else each.between.head(limit)
    rows = []
    for begins, ends, standing, volume, of in table.select("from", "to", "ics", "volume", "of").iter_rows():
        what = pair_of(begins, ends)
        own = each.ref("volume", what)
        refs = {"volume": own, "of": each.ref("volume", f"from {begins}"), "share": each.ref("share", what)}
        rows.append({
            "flows": each.flows.name, "geography": each.geography.name, "begins": begins, "begins_name": _names(begins, names),
            "ends": ends, "ends_name": _names(ends, names), "standing": standing, "volume": volume, "of": of,
            "share": _rounded(volume / of) if of else 0.0, "ref": own, "refs": refs,
        })  # fmt: skip
    return rows


def _names(label: str, names: dict[str, str]) -> str:
    from eamap.analysis.geography.flows import OR

    return OR.join(names.get(each, each) for each in label.split(OR))


def counts(every: tuple[Placed, ...]) -> dict[str, Tally]:
    """Returns what crosses, and what is undecided and why, of all that is told; and flows whose volume nobody stated."""
    from eamap.model.results import Tally

    found: dict[str, Tally] = {}
    for each in every:
        overall = each.shares().row(0, named=True)
        of = overall["total"], each.ref("total")
        found[f"{each.flows.name}: crosses"] = Tally(overall["crosses"], of[0], each.ref("crosses"), of[1])
        for why, flows in each.undecided().items():
            if flows.height:
                found[f"{each.flows.name}: {_WHYS[why]}"] = Tally(
                    int(flows["volume"].sum()), of[0], each.ref(why), of[1]
                )
        if each.unstated:
            n, all_of_them = each.unstated, each.flows.table.height
            found[f"{each.flows.name}: flows without a volume"] = Tally(
                n, all_of_them, each.ref("unstated"), each.ref("flows")
            )
    return found


# Refs -----------------------------------------------------------------------------------------------------------------


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of flows, each geography worked out once."""
    return {"flow": partial(_flow, cache(partial(_again, opened)))}


def _again(opened: Opened, flows: str, boundaries: str, ics: str | None) -> Placed:
    found = next((each for each in asked(opened, boundaries, ics) if each.flows.name == flows), None)
    if found is None:
        raise UsageError(f"there are no flows {flows!r} here", hint="see: eamap flows")
    return found


def _flow(again: Callable[..., Placed], ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts the flows again, and cites the largest of them."""
    from eamap.model.refs import Explanation

    figure, flows, boundaries, level, what = ref.arguments
    parts = read_words(what)
    each = again(flows, boundaries, parts.get("ics"))
    counted, value = Figures(each, level, parts).told(figure)
    largest = counted.sort("volume", "id", descending=[True, False])
    shown = largest if within.limit is None else largest.head(within.limit)
    meaning = f"{figure} of {each.flows.says} by {level} under the boundaries {each.geography.name}: {what}"
    rows = tuple(_evidence(each, shown, on))
    return Explanation(str(ref), value, meaning, rows, counted.height - shown.height, each.flows.table.height)


def _evidence(each: Placed, rows: pl.DataFrame, on: EstateOn) -> list[Evidence]:
    from eamap.analysis.geography.flows import RTT
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence
    from eamap.model.refs.evidence import of_things

    if each.flows.name != RTT:
        return list(of_things(on, rows["id"], "volume"))
    version = each.geography.reference.facts.version
    file = f"reference/organisations {version}, flows_by_specialty.parquet"
    return [
        Evidence("", specialty, Citation(file, "", f"{origin} > {destination}", int(row), "pathways", str(volume)))
        for row, origin, destination, specialty, volume in rows.select(
            "id", "origin", "destination", "specialty", "volume"
        ).iter_rows()
    ]
