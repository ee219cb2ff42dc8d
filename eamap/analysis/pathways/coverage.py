"""Chooses the few actions that close the most: maximum coverage, where some things need one action and some need two.

Pairs make the objective non-submodular, so greedy choice promises nothing: where the question is small enough it is
solved exactly (HiGHS, by scipy), elsewhere the greedy answer is printed with the bound of the linear relaxation; of a
whole country, which the solver cannot do in minutes, with a bound that is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

EXACT_ACTIONS, EXACT_WAYS = 2_000, 20_000
"""Up to so many actions and ways the choice is exact."""
RELAXED_WAYS = 150_000
"""Up to so many ways the bound is that of the linear relaxation."""
Way = tuple[int, int, int]
"""What is closed, by which action, and by which other as well (-1: by the one alone)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Actions in the order in which they close most, and what each closes when it is added; ``bound`` is the most possible."""

    actions: tuple[int, ...]
    closes: tuple[frozenset[int], ...]
    method: Literal["exact", "greedy"]
    bound: float

    @property
    def closed(self) -> frozenset[int]:
        """Everything the plan closes."""
        return frozenset().union(*self.closes)


def plan(weights: Sequence[float], ways: Sequence[Way], budget: int) -> Plan:
    """Returns the actions, at most ``budget``, whose coverage weighs most; needs scipy."""
    ways = _undominated(ways)
    count = 1 + max((max(one, other) for _, one, other in ways), default=-1)
    if not ways:
        return Plan((), (), "exact", 0.0)
    if count <= EXACT_ACTIONS and len(ways) <= EXACT_WAYS:
        chosen, best = _solved(weights, ways, count, budget, whole=True)
        order, closes = _ordered(weights, ways, [at for at in range(count) if chosen[at] > 1 / 2])
        return Plan(order, closes, "exact", best)
    return _told_greedily(weights, ways, count, budget)


def greedy(weights: Sequence[float], ways: Sequence[Way], budget: int) -> Plan:
    """Returns what greedy choice over actions and pairs of actions gives, with a bound of what any choice could."""
    ways = _undominated(ways)
    if not ways:
        return Plan((), (), "greedy", 0.0)
    return _told_greedily(weights, ways, 1 + max(max(one, other) for _, one, other in ways), budget)


def _told_greedily(weights: Sequence[float], ways: list[Way], count: int, budget: int) -> Plan:
    order, closes = _greedy(weights, ways, budget, None)
    if len(ways) <= RELAXED_WAYS:
        return Plan(order, closes, "greedy", _solved(weights, ways, count, budget, whole=False)[1])
    return Plan(order, closes, "greedy", _counted(weights, ways, budget))


def _counted(weights: Sequence[float], ways: list[Way], budget: int) -> float:
    """Returns the most that so many actions could close, each credited all it closes alone and half of what needs two.

    No choice can close more: what an action closes by itself is credited to it, what two close is halved between them, and
    what both could do is credited to each. It cannot be more than all there is, either.
    """
    credit: dict[tuple[int, int], float] = {}
    for what, one, other in ways:
        share = weights[what] if other < 0 else weights[what] / 2
        for action in {one, other} - {-1}:
            credit[action, what] = max(credit.get((action, what), 0.0), share)
    sums: dict[int, float] = {}
    for (action, _), worth in credit.items():
        sums[action] = sums.get(action, 0.0) + worth
    return min(
        sum(sorted(sums.values(), reverse=True)[:budget]), sum(weights[what] for what in {way[0] for way in ways})
    )


def _undominated(ways: Sequence[Way]) -> list[Way]:
    """Returns the ways, each once, without the pairs of which one action is enough."""
    alone = {(what, one) for what, one, other in ways if other < 0}
    told = {(what, min(one, other), max(one, other)) for what, one, other in ways if other >= 0 and one != other}
    alone |= {(what, one) for what, one, other in ways if one == other}
    pairs = {way for way in told if (way[0], way[1]) not in alone and (way[0], way[2]) not in alone}
    return sorted({(what, one, -1) for what, one in alone} | pairs)


def _merged(weights: Sequence[float], ways: list[Way]) -> tuple[list[float], list[Way]]:
    """Returns the same question with all that is closed in the very same ways as one thing: many steps hang on one connection."""
    open_by: dict[int, list[tuple[int, int]]] = {}
    for what, one, other in ways:
        open_by.setdefault(what, []).append((one, other))
    alike: dict[tuple[tuple[int, int], ...], float] = {}
    for what, by in open_by.items():
        alike[tuple(by)] = alike.get(tuple(by), 0.0) + weights[what]
    return list(alike.values()), [(at, *way) for at, by in enumerate(alike) for way in by]


def _solved(weights: Sequence[float], ways: list[Way], count: int, budget: int, *, whole: bool) -> tuple[Any, float]:
    """Solves the program: x of actions, z of pairs of actions, y of what is closed; returns x and the value.

    Only x has to be whole: given x, the best z and y are whole of themselves.
    """
    import numpy as np
    from scipy import optimize, sparse

    weights, ways = _merged(weights, ways)
    pairs = {pair: at for at, pair in enumerate(sorted({way[1:] for way in ways if way[2] >= 0}))}
    first, last = count, count + len(pairs)
    entries: list[tuple[int, int, float]] = [(0, at, 1.0) for at in range(count)]
    row = 1
    for (one, other), at in pairs.items():
        entries += [(row, first + at, 1.0), (row, one, -1.0), (row + 1, first + at, 1.0), (row + 1, other, -1.0)]
        row += 2
    entries += [(row + at, last + at, 1.0) for at in range(len(weights))]
    entries += [(row + what, one if other < 0 else first + pairs[one, other], -1.0) for what, one, other in ways]
    size = last + len(weights)
    rows, columns, values = zip(*entries, strict=True)
    matrix = sparse.csr_array((values, (rows, columns)), shape=(row + len(weights), size))
    limits = np.zeros(row + len(weights))
    limits[0] = budget
    cost = np.zeros(size)
    cost[last:] = -np.array(weights)
    kind = np.zeros(size)
    kind[:count] = 1 if whole else 0
    constraint = optimize.LinearConstraint(matrix, -np.inf, limits)
    found = optimize.milp(
        cost, integrality=kind, bounds=optimize.Bounds(0, 1), constraints=constraint, options={"mip_rel_gap": 0}
    )
    return found.x[:count], -float(found.fun)


def _ordered(
    weights: Sequence[float], ways: list[Way], chosen: list[int]
) -> tuple[tuple[int, ...], tuple[frozenset[int], ...]]:
    """Returns chosen actions in the order in which they close most."""
    return _greedy(weights, ways, len(chosen), set(chosen))


def _greedy(
    weights: Sequence[float], ways: list[Way], budget: int, among: set[int] | None
) -> tuple[tuple[int, ...], tuple[frozenset[int], ...]]:
    """Adds the action or pair of actions that closes most for each action it takes, as long as anything is left to close."""
    open_ways = [way for way in ways if among is None or ({way[1], way[2]} - {-1}) <= among]
    taken: list[int] = []
    closes: list[frozenset[int]] = []
    while len(taken) < budget:
        best = _best(weights, open_ways, set(taken), budget - len(taken))
        if best is None:
            break
        for action in best:
            taken.append(action)
            done = frozenset(what for what, one, other in open_ways if {one, other} - {-1} <= set(taken))
            closes.append(done)
            open_ways = [way for way in open_ways if way[0] not in done]
    return tuple(taken), tuple(closes)


def _best(weights: Sequence[float], ways: list[Way], taken: set[int], left: int) -> tuple[int, ...] | None:
    """Returns the action or the pair that closes most for each action."""
    alone: dict[int, set[int]] = {}
    together: dict[tuple[int, int], set[int]] = {}
    for what, one, other in ways:
        missing = sorted({one, other} - {-1} - taken)
        if len(missing) == 1:
            alone.setdefault(missing[0], set()).add(what)
        else:
            together.setdefault((missing[0], missing[1]), set()).add(what)

    def worth(things: set[int]) -> float:
        return sum(weights[what] for what in things)

    found: list[tuple[tuple[float, int], tuple[int, ...]]] = [
        ((worth(things), -action), (action,)) for action, things in alone.items()
    ]
    if left > 1:
        for pair, things in together.items():
            every = things | alone.get(pair[0], set()) | alone.get(pair[1], set())
            found.append(((worth(every) / 2, -pair[0]), pair))
    return max(found)[1] if found else None
