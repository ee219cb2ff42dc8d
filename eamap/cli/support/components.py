"""Components and their support as answers: rows, counts and the refs that count them again."""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.support.in_use import InUse
    from eamap.cli.opening import Opened
    from eamap.interpret.support import Supported
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

ALL = "all"
SETS = ("lifecycle", "support")


def standing_of(opened: Opened) -> Supported:
    """Returns how every component of the estate stands."""
    from eamap.interpret.support import knowledge, supported

    return supported(opened.on, knowledge(opened.reference, opened.cache))


def asked_of(opened: Opened, selector: str) -> InUse:
    """Returns the components that a selector is about."""
    from eamap.analysis.support.in_use import in_use

    if selector:
        opened.select(selector)  # says what in it selects nothing
    return in_use(opened.on, standing_of(opened), selector)


def shares(held: InUse) -> dict[str, Tally]:
    """Returns how many components were matched, are uncertain, unknown or no software, and how the matched stand."""
    from eamap.analysis.support.rollup import COUNTED, JUDGED
    from eamap.model.results import Tally
    from eamap.model.support import Status

    told = {"matched to a release": JUDGED, **{name.replace("_", " "): statuses for name, statuses in COUNTED.items()},
            "not software": (Status.NOT_SOFTWARE,)}  # fmt: skip
    every = ref_to("support", ALL, held.selector)
    return {
        name: Tally(held.n(*statuses), held.n(), ref_to("support", "|".join(statuses), held.selector), every)
        for name, statuses in told.items()
    }


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of support, each question about the estate worked out once."""
    found = cache(lambda: standing_of(opened))
    held = cache(partial(asked_again, opened, found))
    grouped = cache(partial(_by_group, held))
    return {
        "support": partial(_support, held),
        "ends": partial(_ends, held),
        "not-ending": partial(_ends, held),
        "quarter": _quarter,
        "ending": partial(_ending, held),
        "rolled-up": partial(_rolled_up, grouped),
        "kpi": partial(_kpi, held),
        "standing": partial(_standing, opened, found),
    }


def asked_again(opened: Opened, found: Any, selector: str) -> InUse:
    """Returns the components that a canonical selector is about."""
    from eamap.analysis.support.in_use import EVERY, in_use

    return in_use(opened.on, found(), "" if selector == EVERY else selector)


def _counted(ref: Ref, on: EstateOn, within: Context, ids: pl.Series, meaning: str, searched: int) -> Explanation:
    """Counts components, and cites the text that each was matched by."""
    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import of_searched, of_things

    shown = ids.sort() if within.limit is None else ids.sort().head(within.limit)
    rows = tuple(of_things(on, shown, "raw")) or of_searched(on, ("component",))[1]
    return Explanation(str(ref), ids.len(), meaning, rows, ids.len() - shown.len(), searched)


def _support(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    words, selector = ref.arguments
    asked: InUse = held(selector)
    rows = asked.with_standing("status")
    ids = rows["id"] if words == ALL else rows.filter(rows["status"].is_in(words.split("|")))["id"]
    meaning = f"components in use of {selector} that stand so with their vendor's support: {words.replace('|', ', ')}"
    return _counted(ref, on, within, ids, meaning, rows.height)


def _ends(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.analysis.support.forecast import ends_in

    first, last, case, selector = ref.arguments
    asked: InUse = held(selector)
    rows = asked.with_standing("status", "eol_best", "eol_worst")
    ending = ends_in(first, last, case)
    not_so = ref.form == "not-ending"
    ids = rows.filter(~ending if not_so else ending)["id"]
    how = "does not end or nobody knows it" if not_so else "ends"
    meaning = f"components of {selector} whose support {how}, in the {case} case, from {first} to {last}"
    return _counted(ref, on, within, ids, meaning, rows.height)


def _quarter(ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.analysis.support.forecast import quarter_of
    from eamap.model.refs import Explanation

    del on, within  # a calendar is not in the estate
    first, last = ref.arguments
    year = first[:4] if (first[4:], last) == ("-01-01", f"{first[:4]}-12-31") else ""
    name = year or quarter_of(date.fromisoformat(first))
    return Explanation(str(ref), f"{name}: {first} to {last}", f"days of a calendar {'year' if year else 'quarter'}")


def _ending(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from eamap.analysis.support.eol import listed
    from eamap.model.refs.evidence import cut

    by, cases, selector, *part = ref.arguments
    asked: InUse = held(selector)
    rows = listed(asked, date.fromisoformat(by))
    ids = rows.filter(rows["case"].is_in(cases.split("|")))["id"]
    meaning = f"components of {selector} that are past their support or will be by {by}: {cases.replace('|', ' or ')}"
    return _counted(ref, on, within, cut(ids, part[0]) if part else ids, meaning, asked.n())


def _by_group(held: Any, by: str, selector: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns the components with how they stand, and ``group`` with ``nth``, the places of its components among them."""
    from dataclasses import replace

    from eamap.analysis.support.groups import grouped

    asked: InUse = held(selector)
    rows = replace(asked, rows=grouped(asked, by)).with_standing("status")
    return rows, rows.with_row_index("nth").group_by("group").agg("nth")


def _rolled_up(grouped: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from dataclasses import replace

    from eamap.analysis.support.rollup import COUNTED, JUDGED, SOFTWARE

    aspect, by, group, selector = ref.arguments
    rows, places = grouped(by, selector)
    wanted = places["group"].is_null() if group == NOBODY else places["group"].eq_missing(group)
    mine = rows[places.filter(wanted)["nth"].explode()]
    kinds = {**COUNTED, "judged": JUDGED, "software": SOFTWARE}
    if aspect == "systems":
        ids = mine["system"].drop_nulls().unique()
    else:
        ids = mine.filter(mine["status"].is_in([*kinds[aspect]]))["id"] if aspect in kinds else mine["id"]
    meaning = f"{aspect.replace('_', ' ')} of {by} {group} among {selector}"
    found = _counted(ref, on, within, ids, meaning, mine.height)
    if aspect != "coverage":
        return found
    n, of = (mine.filter(mine["status"].is_in([*words])).height for words in (JUDGED, SOFTWARE))
    return replace(found, value=percent(n, of), meaning=f"{n} of {of} components of {by} {group}, in per cent")


NOBODY = "not known"


def percent(n: int, of: int) -> int | None:
    """Returns a share in whole per cent, halves going up; nothing of nothing is no share."""
    return (200 * n + of) // (2 * of) if of else None


def _kpi(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    from dataclasses import replace

    from eamap.analysis.support.kpis import Kpis
    from eamap.errors import UsageError

    name, part, selector = ref.arguments
    figure = Kpis(held(selector)).named(name)
    if figure is None or figure.among is None or figure.counted is None:
        raise UsageError(f"there is no figure {name!r} here, or it is not assessed", hint="see: eamap eol --kpis")
    parts = {"n": figure.counted, "percent": figure.counted, "of": figure.among, "unknown": figure.unknown}
    ids = parts.get(part)
    if ids is None:
        raise UsageError(f"{name} has no part {part!r}", hint=f"it has: {', '.join(parts)}")
    found = _counted(ref, on, within, ids, f"{figure.says}: {part}", figure.among.len())
    return found if part != "percent" else replace(found, value=percent(ids.len(), figure.among.len()))


def _standing(opened: Opened, found: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Cites the cell, the row of the lifecycle data with its link, and what people decided."""
    from eamap.errors import UsageError
    from eamap.model.refs import Evidence, Explanation
    from eamap.model.refs.evidence import of_things

    del within  # one thing is never cut
    identifier, name = ref.arguments
    told = standing_row(found(), identifier, on.as_of)
    if told is None or name not in (*told, ALL):
        raise UsageError(
            f"nothing is known of {name!r} of {identifier}", hint="eamap query kind:component lists the ids"
        )
    rows = _stated(on, told) if name == ALL else list(of_things(on, one(identifier), "raw"))
    reference = (*_REFERENCE, "days") if name == ALL else _REFERENCE
    rows += [Evidence(identifier, each, _cited(opened, told, each)) for each in reference if told.get(each) is not None]
    rows += [
        Evidence(f"decision:{told[each]}", each, citation)
        for each in ("entitlement", "override")
        if told[each]
        for citation in on.estate.cells(f"decision/{told[each]}", 0, None)
    ]
    return Explanation(
        str(ref), told["status" if name == ALL else name], f"{name} of {identifier}: {told['label'] or 'not matched'}",
        tuple(rows), 0, 1,
    )  # fmt: skip


def _stated(on: EstateOn, told: dict[str, Any]) -> list[Evidence]:
    """Returns the cells of a component and of its system that a row about it shows."""
    from eamap.model.refs.evidence import of_things

    own = [(told["id"], name) for name in ("raw", "count", "operator", "last_seen")]
    system = [(told["system"], name) for name in ("name", "operator", "owner_role", told["own_end_kind"]) if name]
    # A component may name a system that nobody lists.
    cells = [*own, *system] if told["system"] and on.estate.find(told["system"]) else own
    return [row for identifier, name in cells for row in of_things(on, one(identifier), name)]


def one(identifier: str) -> pl.Series:
    """Returns a column of one id."""
    import polars as pl

    return pl.Series("id", [identifier])


_REFERENCE = ("identity", "label", "eol_best", "eol_worst", "extended_end", "candidates", "link", "rule", "tokens")


def _cited(opened: Opened, told: dict[str, Any], name: str) -> Any:
    from eamap.model.citations import Citation
    from eamap.reference import sets

    version = sets.facts("lifecycle", opened.reference).version
    return Citation(f"reference/lifecycle {version}", "", "", 0, name, str(told[name]))


def standing_row(found: Supported, identifier: str, on: date) -> dict[str, Any] | None:
    """Returns everything known of how one component stands, by name."""
    import polars as pl

    mine = found.components.with_row_index("at").filter(pl.col("id") == identifier)
    if not mine.height:
        return None
    facts = found.standings.row(found.places[mine["at"][0]], named=True)
    return {**mine.row(0, named=True), **facts, "days": _days(facts["eol_worst"], on)}


def _days(end: str | None, on: date) -> int | None:
    return (on - date.fromisoformat(end)).days if end and end[:1].isdigit() else None
