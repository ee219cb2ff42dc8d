"""What falls out of support quarter by quarter: at worst and at best, and how much by then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from eamap.analysis.support.in_use import InUse
from eamap.model.support import NONE_PUBLISHED, UNDATED_PAST, UNKNOWN, Status

if TYPE_CHECKING:
    import polars as pl

YEARS = 5
EARLIEST, EVER = "0001-01-01", "9999-12-31"
WORST, BEST = "worst", "best"
_ENDS = {WORST: "eol_worst", BEST: "eol_best"}


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, and how many components' support ends in them at worst and at best."""

    name: str
    first: date
    last: date
    worst: int
    best: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """The quarters, and what is outside: what was out before, what ends later or never, and what nobody knows."""

    periods: tuple[Period, ...]
    before: dict[str, int]
    later: dict[str, int]
    unknown: int
    not_software: int
    total: int

    def by_then(self, period: Period, case: str) -> int:
        """Returns how many components are out of support at the end of a period."""
        done = (each for each in self.periods if each.last <= period.last)
        return self.before[case] + sum(each.worst if case == WORST else each.best for each in done)


def quarters(as_of: date, years: int = YEARS) -> list[tuple[str, date, date]]:
    """Returns the calendar quarters from the one of a day on: name, first and last day.

    The first begins on the day; the last is that of the day so many years later.
    """
    found: list[tuple[str, date, date]] = []
    first = as_of
    for _ in range(4 * years + 1):
        quarter = (first.month - 1) // 3
        year, month = (first.year, quarter * 3 + 4) if quarter < 3 else (first.year + 1, 1)
        last = date(year, month, 1) - timedelta(days=1)
        found.append((quarter_of(first), first, last))
        first = last + timedelta(days=1)
    return found


def quarter_of(day: date) -> str:
    """Returns the calendar quarter of a day as people write it: 2026 Q4."""
    return f"{day.year} Q{(day.month - 1) // 3 + 1}"


def forecast(held: InUse, years: int = YEARS) -> Forecast:
    """Returns what ends when; each component is in one place of the worst case and in one of the best."""
    ends = {case: _ends(held, column) for case, column in _ENDS.items()}
    periods = tuple(
        Period(name, first, last, *(_between(ends[case], first, last) for case in (WORST, BEST)))
        for name, first, last in quarters(held.on.as_of, years)
    )
    day, last = held.on.as_of, periods[-1].last
    unknown, other = held.n(*UNKNOWN), held.n(Status.NOT_SOFTWARE)
    before = {case: _before(ends[case], day) + held.n(Status.EOL_INFERRED) for case in ends}
    later = {case: held.n() - unknown - other - before[case] - _between(ends[case], day, last) for case in ends}
    return Forecast(periods, before, later, unknown, other, held.n())


def ends_in(first: str, last: str, case: str) -> pl.Expr:
    """Returns whether a standing ends, in a case, in a span of days.

    A span from ``EARLIEST`` has in it what is past since nobody says when, one up to ``EVER`` what has no published end.
    """
    import polars as pl

    end, inferred = pl.col(_ENDS[case]), pl.col("status") == Status.EOL_INFERRED
    dated = ~inferred & end.is_between(pl.lit(first), pl.lit(last))
    undated = (inferred | (end == UNDATED_PAST)) & pl.lit(first == EARLIEST)
    never = ~inferred & (end == NONE_PUBLISHED) & pl.lit(last == EVER)
    known = ~pl.col("status").is_in([*UNKNOWN, Status.NOT_SOFTWARE])
    return (known & (dated | undated | never)).fill_null(pl.lit(value=False))


def _ends(held: InUse, column: str) -> dict[str, int]:
    """Returns how many judged components end on each day, or by each word."""
    import polars as pl

    known = ~pl.col("status").is_in([*UNKNOWN, Status.NOT_SOFTWARE, Status.EOL_INFERRED])
    places = held.standings.with_row_index("place").filter(known).select(pl.col("place").cast(pl.UInt32), column)
    counts = held.rows.group_by("place").len().join(places, on="place")
    return {end: n for end, n in counts.group_by(column).agg(pl.col("len").sum()).iter_rows() if end is not None}


def _between(ends: dict[str, int], first: date, last: date) -> int:
    return sum(n for end, n in ends.items() if first.isoformat() <= end <= last.isoformat())


def _before(ends: dict[str, int], day: date) -> int:
    return sum(n for end, n in ends.items() if end < day.isoformat() or end == UNDATED_PAST)
