"""Levers as answers: rows, counts, and the refs that work a plan out again."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    from eamap.analysis.pathways.coverage import Plan
    from eamap.analysis.pathways.gaps import Scope
    from eamap.analysis.pathways.levers import Action, Levers
    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

GAPS, CLOSABLE, CLOSED, ONCE = "gaps", "closable", "closed", "once"
_NUMBERS = ("rank", "closes", "alone", "cumulative", "weight", "organisations", "bound")


def levers_of(opened: Opened, scope: Scope) -> Levers:
    """Returns the levers of the gaps in scope."""
    from eamap.analysis.pathways.levers import Levers
    from eamap.cli.pathways.handoffs import gaps_of

    return Levers(gaps_of(opened, scope))


def rows_of(levers: Levers, best: Plan, top: int) -> list[dict[str, Any]]:
    """Returns a row an action, in the order in which they close most."""
    names = _names(levers)
    rows, done = [], 0
    for rank, (number, closes) in enumerate(zip(best.actions, best.closes, strict=True), 1):
        action = levers.actions[number]
        done += len(closes)
        row = {
            "rank": rank, "action": says(action, names), "level": action.level, "kind": action.kind, "subject": action.subject,
            "standard": action.standard or "none asked", "target": action.target, "closes": len(closes), "alone": _alone(levers, number),
            "cumulative": done, "weight": round(sum(levers.rows["weight"][gap] for gap in closes), 3),
            "organisations": len(_bodies(levers, closes)), "method": best.method, "bound": round(best.bound, 3),
        }  # fmt: skip
        own = action_ref(levers.gaps.scope, top, rank)
        refs = {name: action_ref(levers.gaps.scope, top, rank, name) for name in _NUMBERS}
        rows.append({**row, "ref": own, "refs": refs})
    return rows


def action_ref(scope: Scope, top: int, rank: int, *field: str) -> str:
    """Returns the ref of one action of a plan, or of one of its numbers."""
    return ref_to("lever", str(scope), str(top), str(rank), *field)


def says(action: Action, names: dict[str, str]) -> str:
    """Returns an action in words."""
    subject = names.get(action.subject, action.subject)
    if action.kind == "conform":
        return f"{subject} conforms to {action.standard}"
    to = names.get(action.target or "", action.target or "")
    return f"{subject} is connected to {to}" + (f" for {action.standard}" if action.standard else "")


def _names(levers: Levers) -> dict[str, str]:
    on = levers.gaps.on
    wanted = {each for action in levers.actions for each in (action.subject, action.target)}
    found = {}
    for kind in ("product", "system", "organisation"):
        for identifier, name in on.things(kind).select("id", "name").iter_rows():
            if name and identifier in wanted:
                found[identifier] = f"{name} ({identifier.partition(':')[2]})"
    return found


def _alone(levers: Levers, number: int) -> int:
    """Returns how many gaps an action would close if nothing else were done."""
    return len({gap for gap, one, other in levers.ways if one == number and other in (-1, number)})


def _bodies(levers: Levers, gaps: Any) -> set[str]:
    import polars as pl

    rows = levers.rows.filter(pl.col("gap").is_in(list(gaps)))
    return {*rows["from_organisation"].to_list(), *rows["to_organisation"].to_list()}


def tallies(levers: Levers, best: Plan, top: int) -> dict[str, Tally]:
    """Returns how many gaps the plan closes, how many any action could close, and how much of it is done once."""
    from eamap.model.results import Tally

    scope = str(levers.gaps.scope)
    every, able = levers.rows.height, levers.reachable
    closed, once = len(best.closed), len(once_closed(levers, best))

    def ref(what: str) -> str:
        return ref_to("levers", what, scope, str(top))

    return {
        "gaps that one action or two would close": Tally(able, every, ref(CLOSABLE), ref(GAPS)),
        "gaps that the listed actions close": Tally(closed, every, ref(CLOSED), ref(GAPS)),
        "of those, closed by what is done once (supplier, ICS, nation)": Tally(once, closed, ref(ONCE), ref(CLOSED)),
    }


def once_closed(levers: Levers, best: Plan) -> set[int]:
    """Returns the gaps that the plan closes by what is done once for several organisations, without any trust's own act."""
    from eamap.analysis.pathways.levers import ONCE as LEVELS

    once = {number for number in best.actions if levers.actions[number].level in LEVELS}
    return {gap for gap, one, other in levers.ways if one in once and (other < 0 or other in once)}


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of levers; each plan is worked out once."""
    from eamap.analysis.pathways.gaps import read_scope

    held = cache(lambda scope: levers_of(opened, read_scope(scope)))
    planned = cache(lambda scope, top: held(scope).best(top))
    return {"lever": partial(_one, held, planned), "levers": partial(_count, held, planned)}


def _one(held: Any, planned: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Works a plan out again, and cites the ends of the gaps that one action closes."""
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    del on
    scope, top, rank, *field = ref.arguments
    levers, best = held(scope), planned(scope, int(top))
    if not 1 <= int(rank) <= len(best.actions):
        raise UsageError(f"the plan has no action {rank}", hint=f"it has {len(best.actions)}; see: eamap levers")
    row = rows_of(levers, best, int(top))[int(rank) - 1]
    if field and field[0] not in row:
        raise UsageError(f"an action has no {field[0]!r}", hint=f"there are {', '.join(_NUMBERS)}")
    value = (
        row[field[0]]
        if field
        else "; ".join(str(row[key]) for key in ("action", "subject", "standard", "target", "level"))
    )
    shown, left = _cited(levers, best.closes[int(rank) - 1], within)
    return Explanation(str(ref), value, f"action {rank} of the {top} that close most gaps over {scope}", shown, left)


def _count(held: Any, planned: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts the gaps of a plan again."""
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    del on
    what, scope, top = ref.arguments
    levers, best = held(scope), planned(scope, int(top))
    found = {
        GAPS: set(range(levers.rows.height)), CLOSABLE: {way[0] for way in levers.ways}, CLOSED: set(best.closed),
        ONCE: once_closed(levers, best),
    }  # fmt: skip
    if what not in found:
        raise UsageError(f"there is no figure {what!r} of levers", hint=f"there are {', '.join(found)}")
    shown, left = _cited(levers, found[what], within)
    return Explanation(str(ref), len(found[what]), f"gaps: {what}, over {scope}", shown, left, levers.rows.height)


def _cited(levers: Levers, gaps: Any, within: Context) -> tuple[Any, int]:
    import polars as pl

    from eamap.cli.pathways.handoffs import evidence_of

    rows = levers.rows.filter(pl.col("gap").is_in(list(gaps)))
    shown = rows if within.limit is None else rows.head(within.limit)
    return evidence_of(levers.gaps, shown), rows.height - shown.height
