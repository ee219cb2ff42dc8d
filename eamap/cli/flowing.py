"""Flows as answers: rows, counts and the refs that count them again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to
from eamap.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.flows import Flows, Placed
    from eamap.cli.opening import Opened
    from eamap.interpret.geography import Geography
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

SETS = ("organisations",)
ALL = "all"
PLACES = 4
"""Decimal places of a share: the published tables have as many."""
_FROM, _TO = "from ", "to "
_SIGN = ", "
_WHYS = {
    "inside": "undecided: inside a board that merged, was divided or gained land",
    "between": "undecided: between boards that took over parts of the same one",
    "unknown": "undecided: an end whose board is not known",
}


@dataclass(frozen=True, eq=False)
class Asked:
    """Flows in a geography; ``boundaries`` is the name or path by which it is asked for again."""

    placed: Placed
    boundaries: str

    @property
    def name(self) -> str:
        """Which flows these are: rtt or estate."""
        return self.placed.flows.name

    def ref(self, figure: str, what: str = ALL, level: str = "ics") -> str:
        """Returns the ref of a figure about some of the flows."""
        parts = [*([f"ics {self.placed.ics}"] if self.placed.ics else ()), *([what] if what != ALL else ())]
        return ref_to("flow", figure, self.name, self.boundaries, level, _SIGN.join(parts) or ALL)


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
    from eamap.analysis.flows import published, stated

    estate = _estate(opened)
    own = stated(estate) if estate else None
    return (*([own] if own and own.table.height else ()), published(known.reference))


def asked(opened: Opened, name: str | None, ics: str | None) -> tuple[Asked, ...]:
    """Returns all flows in a geography; UsageError where a board is asked for that it does not have."""
    from eamap.analysis.flows import placed

    known = geography_of(opened, name)
    boards = known.boards["icb"].to_list()
    if ics is not None and ics not in boards:
        raise UsageError(f"{known.name} has no board {ics!r}", hint=f"it has: {', '.join(boards)}")
    found = (Asked(placed(flows, known, ics), name or known.name) for flows in told(opened, known))
    return tuple(each for each in found if each.placed.table.height or each.placed.unstated)


def overall_rows(opened: Opened, every: tuple[Asked, ...], ics: str | None) -> list[dict[str, Any]]:
    """Returns the share of all, by ICS and by region; and by ICS for the other boundaries there are, to compare."""
    from eamap.interpret.boundaries import named

    known = every[0].placed.geography if every else geography_of(opened, None)
    others = [each.name for each in named(known.reference) if each.name != known.name] if ics is None else []
    rows = [
        _share(each, each.placed.shares(level=level).row(0, named=True), level)
        for each in every
        for level in ("ics", "region")
    ]
    return rows + [
        _share(again, again.placed.shares().row(0, named=True), "ics")
        for other in others
        for again in asked(opened, other, None)
    ]


def specialty_rows(every: tuple[Asked, ...]) -> list[dict[str, Any]]:
    """Returns the share of each specialty, in order of its code."""
    return [_share(each, row, "ics") for each in every for row in each.placed.shares("specialty").iter_rows(named=True)]


def _share(each: Asked, row: dict[str, Any], level: str) -> dict[str, Any]:
    specialty = row.get("specialty", ALL)
    ref = partial(each.ref, what=f"specialty {specialty}" if specialty != ALL else ALL, level=level)
    figures = {name: row[name] for name in ("total", "crosses", "undecided")}
    shares = {name: _rounded(row[name]) for name in ("lower", "upper")}
    return {
        "flows": each.name, "geography": each.placed.geography.name, "level": level, "specialty": specialty,
        "specialty_name": row.get("specialty_name", ALL), **figures, **shares,
        "ref": ref("total"), "refs": {name: ref(name) for name in (*figures, *shares)},
    }  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, PLACES)


def between_rows(every: tuple[Asked, ...], limit: int | None) -> list[dict[str, Any]]:
    """Returns the volume from each board to each other, the largest first, at most ``limit`` of each source of flows."""
    return [row for each in every for row in _between(each, limit)]


def _between(each: Asked, limit: int | None) -> list[dict[str, Any]]:
    from eamap.maps.wording import short

    names = {icb: short(name or icb) for icb, name in each.placed.geography.boards.select("icb", "name").iter_rows()}
    table = each.placed.between if limit is None else each.placed.between.head(limit)
    rows = []
    for begins, ends, standing, volume, of in table.select("from", "to", "ics", "volume", "of").iter_rows():
        what = f"{_FROM}{begins}{_SIGN}{_TO}{ends}"
        own = each.ref("volume", what)
        refs = {"volume": own, "of": each.ref("volume", f"{_FROM}{begins}"), "share": each.ref("share", what)}
        rows.append({
            "flows": each.name, "geography": each.placed.geography.name, "begins": begins, "begins_name": _names(begins, names),
            "ends": ends, "ends_name": _names(ends, names), "standing": standing, "volume": volume, "of": of,
            "share": _rounded(volume / of) if of else 0.0, "ref": own, "refs": refs,
        })  # fmt: skip
    return rows


def _names(label: str, names: dict[str, str]) -> str:
    from eamap.analysis.flows import OR

    return OR.join(names.get(each, each) for each in label.split(OR))


def counts(every: tuple[Asked, ...]) -> dict[str, Tally]:
    """Returns what crosses, and what is undecided and why, of all that is told; and flows whose volume nobody stated."""
    from eamap.model.results import Tally

    found: dict[str, Tally] = {}
    for each in every:
        overall = each.placed.shares().row(0, named=True)
        of = overall["total"], each.ref("total")
        found[f"{each.name}: crosses"] = Tally(overall["crosses"], of[0], each.ref("crosses"), of[1])
        for why, flows in each.placed.undecided().items():
            if flows.height:
                found[f"{each.name}: {_WHYS[why]}"] = Tally(int(flows["volume"].sum()), of[0], each.ref(why), of[1])
        if each.placed.unstated:
            n, all_of_them = each.placed.unstated, each.placed.flows.table.height
            found[f"{each.name}: flows without a volume"] = Tally(
                n, all_of_them, each.ref("unstated"), each.ref("flows")
            )
    return found


# Refs -----------------------------------------------------------------------------------------------------------------


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of flows, each geography worked out once."""
    return {"flow": partial(_flow, cache(partial(_again, opened)))}


def _again(opened: Opened, flows: str, boundaries: str, ics: str | None) -> Asked:
    found = next((each for each in asked(opened, boundaries, ics) if each.name == flows), None)
    if found is None:
        raise UsageError(f"there are no flows {flows!r} here", hint="see: eamap flows")
    return found


def _flow(again: Callable[..., Asked], ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts the flows again, and cites the largest of them."""
    from eamap.model.refs import Explanation

    figure, flows, boundaries, level, what = ref.arguments
    parts = _parts(what)
    each = again(flows, boundaries, parts.get("ics"))
    among = each.placed.select(specialty=parts.get("specialty"), origin=parts.get("from"), target=parts.get("to"))
    counted, value = _figure(each, figure, among, level, parts)
    largest = counted.sort("volume", "id", descending=[True, False])
    shown = largest if within.limit is None else largest.head(within.limit)
    meaning = (
        f"{figure} of {each.placed.flows.says} by {level} under the boundaries {each.placed.geography.name}: {what}"
    )
    rows = tuple(_evidence(each, shown, on))
    return Explanation(str(ref), value, meaning, rows, counted.height - shown.height, each.placed.flows.table.height)


def _parts(what: str) -> dict[str, str]:
    """Reads what some flows are: ics CODE, then specialty NAME (which may hold commas), or from A, to B, or after N."""
    head, _, rest = what.partition(_SIGN) if what.startswith("ics ") else ("", "", what)
    told = [head, rest] if rest.startswith("specialty ") else [head, *rest.split(_SIGN)]
    return dict(part.split(" ", 1) for part in told if part not in ("", ALL))


def _figure(
    each: Asked, figure: str, among: pl.DataFrame, level: str, parts: dict[str, str]
) -> tuple[pl.DataFrame, int | float | None]:
    """Returns the flows behind a figure, and the figure."""
    import polars as pl

    from eamap.analysis.flows import CROSSES, UNDECIDED

    crosses, undecided = among.filter(pl.col(level) == CROSSES), among.filter(pl.col(level) == UNDECIDED)
    both = pl.concat([crosses, undecided])
    total = int(among["volume"].sum())
    sums = {"total": among, "volume": among, "crosses": crosses, "undecided": undecided, **each.placed.undecided()}
    shares = {"lower": crosses, "upper": both}
    if figure in sums:
        return sums[figure], int(sums[figure]["volume"].sum())
    if figure in shares:
        return shares[figure], _rounded(int(shares[figure]["volume"].sum()) / total if total else None)
    if figure == "share":
        of = int(each.placed.select(origin=parts.get("from"))["volume"].sum())
        return among, _rounded(total / of if of else None)
    if figure == "pairs":
        return among, max(each.placed.between.height - int(parts.get("after", 0)), 0)
    if figure in ("flows", "unstated"):
        table = each.placed.flows.table
        found = table if figure == "flows" else table.filter(pl.col("volume").is_null())
        return found, found.height
    raise UsageError(f"there is no figure {figure!r} of flows", hint="see: eamap flows")


def _evidence(each: Asked, rows: pl.DataFrame, on: EstateOn) -> list[Evidence]:
    from eamap.analysis.flows import RTT
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence
    from eamap.model.refs.evidence import of_things

    if each.name != RTT:
        return list(of_things(on, rows["id"], "volume"))
    version = each.placed.geography.reference.facts.version
    file = f"reference/organisations {version}, flows_by_specialty.parquet"
    return [
        Evidence("", specialty, Citation(file, "", f"{origin} > {destination}", int(row), "pathways", str(volume)))
        for row, origin, destination, specialty, volume in rows.select(
            "id", "origin", "destination", "specialty", "volume"
        ).iter_rows()
    ]
