"""Follows organisations through mergers and splits: who stood for a code on a day, and by which steps.

Codes are never reused or rewritten; what changes is who answers for them. A whole transfer has one successor. A part
transfer (one trust divided between two, a board divided between three) has several, and choosing one of them would be
a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Outcome = Literal["open", "succeeded", "split", "closed", "not-yet-open", "unknown"]


@dataclass(frozen=True, slots=True)
class Succession:
    """One body took over from another, wholly or in part, from ``date`` on."""

    predecessor: str
    successor: str
    date: date
    extent: Literal["whole", "part"]
    part: str | None
    confidence: str
    """published, inferred or derived."""
    source: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who stands for a code on a day.

    ``current`` is set only where the answer is one body: the code itself (open) or its successor (succeeded). A split
    names its ``candidates``; a closed code without a known successor, a code before its first day and an unknown code
    have none.
    """

    code: str
    on: date
    outcome: Outcome
    current: str | None
    candidates: tuple[str, ...]
    route: tuple[Succession, ...]


def resolve(
    code: str,
    on: date,
    days_open: Callable[[str], tuple[date | None, date | None] | None],
    successions: Mapping[str, tuple[Succession, ...]],
) -> Resolution:
    """Resolves one code; ``days_open`` gives first and last day of a code, or None for one that no table lists."""
    days = days_open(code)
    if days is None and code not in successions:
        return Resolution(code, on, "unknown", None, (), ())
    if days is not None and days[0] is not None and on < days[0]:
        return Resolution(code, on, "not-yet-open", None, (), ())
    ends: set[str] = set()
    route: list[Succession] = []
    _walk(code, on, days_open, successions, ends, route)
    if not route:
        outcome: Outcome = "open" if code in ends else "closed"
        return Resolution(code, on, outcome, code if ends else None, (), ())
    found = tuple(sorted(ends))
    if len(found) == 1 and all(step.extent == "whole" for step in route):
        return Resolution(code, on, "succeeded", found[0], found, tuple(route))
    return Resolution(code, on, "split" if found else "closed", None, found, tuple(route))


def _walk(
    code: str,
    on: date,
    days_open: Callable[[str], tuple[date | None, date | None] | None],
    successions: Mapping[str, tuple[Succession, ...]],
    ends: set[str],
    route: list[Succession],
) -> None:
    days = days_open(code)
    steps = [step for step in successions.get(code, ()) if step.date <= on and step not in route]
    # Some published successions carry the last day instead of the day after: on that day the old body still answers.
    still_open = days is not None and (days[1] is None or on <= days[1])
    if still_open or (days is None and not steps):
        ends.add(code)
        return
    for step in steps:
        route.append(step)
        _walk(step.successor, on, days_open, successions, ends, route)
