"""Draws what falls out of support quarter by quarter: a bar for the worst case, and one for the best."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from eamap.analysis.support.forecast import BEST, EARLIEST, WORST, Forecast, Period
from eamap.model.diagram import Cell, Chart, Count, Diagram, Heading, Source, Span, Status, Tally, Text
from eamap.model.refs import Ref

_KIND = "ending"
_MEANINGS = {
    Status.EXPIRED: "at worst, the earliest end that a component may have",
    Status.SUPPORT_ENDING: "at best, the latest end that a component may have",
}
_CASES = {WORST: ("at worst", Status.EXPIRED), BEST: ("at best", Status.SUPPORT_ENDING)}


def draw_forecast(
    found: Forecast, selector: str, as_of: date, *, marking: str, version: int, sources: Iterable[Source] = ()
) -> Diagram:
    """Returns the chart; ``selector`` is the canonical one that the numbers are counted by again."""
    rows = tuple(_row(each) for each in found.periods)
    columns = tuple(Heading(case, Text.of(words)) for case, (words, _) in _CASES.items())
    cells = tuple(_cell(each, case, selector) for each in found.periods for case in _CASES)
    worst = sum(each.worst for each in found.periods)
    last = found.periods[-1].last.isoformat()
    in_them = Count(worst, str(Ref("ends", (as_of.isoformat(), last, WORST, selector))))
    total = Count(found.total, str(Ref("support", ("all", selector))))
    outside = Count(found.total - worst, str(Ref("not-ending", (as_of.isoformat(), last, WORST, selector))))
    tally = Tally(
        _KIND, "components in use, in the quarter in which their support ends at worst", in_them, outside, total
    )
    return Diagram(
        Text.of("What falls out of support"), "forecast", Chart(rows, columns, cells), (tally,), marking, as_of,
        _alt(found, selector, as_of), Text.of("Components whose vendor's support ends, by calendar quarter, at worst and at best"),
        version, tuple(sources), _footnotes(found, selector, as_of), _MEANINGS,
    )  # fmt: skip


def _row(period: Period) -> Heading:
    ref = str(Ref("quarter", (period.first.isoformat(), period.last.isoformat())))
    return Heading(period.name, Text.of((period.name, ref)), ref=ref)


def _ref(period: Period, case: str, selector: str) -> str:
    return str(Ref("ends", (period.first.isoformat(), period.last.isoformat(), case, selector)))


def _cell(period: Period, case: str, selector: str) -> Cell:
    words, status = _CASES[case]
    n, ref = getattr(period, case), _ref(period, case, selector)
    # A component ends once at worst and once at best: only the worst case is counted for the tally.
    kind = _KIND if case == WORST else ""
    return Cell(period.name, case, Text.of(Span(f"{n:,}", ref), f" {words}"), kind, status, ref=ref, weight=n)


def _footnotes(found: Forecast, selector: str, as_of: date) -> tuple[Text, ...]:
    from eamap.model.support import UNKNOWN

    day = as_of.isoformat()
    before = Count(found.before[WORST], str(Ref("ends", (EARLIEST, _eve(as_of), WORST, selector))))
    unknown = Count(found.unknown, str(Ref("support", ("|".join(UNKNOWN), selector))))
    said = Text.of(
        "Out of support before ",
        (day, f"as-of({day})"),
        " at worst: ",
        before.span,
        ". Not recognised or without data, ",
    )
    return (said.plus(Text.of("so in no quarter: ", unknown.span, ".")),)


def _eve(as_of: date) -> str:
    from datetime import timedelta

    return (as_of - timedelta(days=1)).isoformat()


def _alt(found: Forecast, selector: str, as_of: date) -> Text:
    last = found.periods[-1].last.isoformat()
    spans = [
        Count(
            sum(getattr(each, case) for each in found.periods),
            str(Ref("ends", (as_of.isoformat(), last, case, selector))),
        ).span
        for case in _CASES
    ]
    return Text.of("A bar chart by calendar quarter. Support ends in these years for ", spans[0], " components at worst and ",
                   spans[1], " at best.")  # fmt: skip
