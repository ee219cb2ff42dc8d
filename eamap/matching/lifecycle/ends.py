"""The best and the worst end of support among release cycles, in the words of the match table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

UNDATED_PAST, NONE_PUBLISHED = "undated_past", "none_published"


def told(eol: str | None) -> str:
    """Returns an end as the match table says it: a date, ``undated_past`` for true, ``none_published`` for false or nothing."""
    if eol in (None, "", "false"):
        return NONE_PUBLISHED
    return UNDATED_PAST if eol == "true" else str(eol)


def best_and_worst(eols: Iterable[str | None]) -> tuple[str, str]:
    """Returns the best and the worst case: no published end is the best, a past end without a day the worst."""
    ordered = sorted((told(eol) for eol in eols), key=_rank)
    return ordered[-1], ordered[0]


def latest(ends: Sequence[str | None]) -> str | None:
    """Returns the latest extended end as the data gives it: a date before ``true``, ``true`` before ``false``."""
    dated = [end for end in ends if end and end[0].isdigit()]
    if dated:
        return max(dated)
    return next((word for word in ("true", "false") if word in ends), None)


def _rank(end: str) -> tuple[int, str]:
    return ({UNDATED_PAST: 0, NONE_PUBLISHED: 2}.get(end, 1), end)
