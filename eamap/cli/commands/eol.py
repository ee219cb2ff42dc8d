"""Lists what is out of support, or will be by a day, with its best and worst case, proof and plan."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    pass

GROUPS = ("org", "capability", "supplier", "product", "system")
_SPAN = re.compile(r"([0-9]{1,4})([dwmy])")
_DAYS = {"d": 1, "w": 7}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; months are calendar months."""

    number: int
    unit: str

    def after(self, day: date) -> date:
        """Returns the day this long after a day."""
        from eamap.analysis.support.eol import within

        if self.unit in _DAYS:
            return day + timedelta(days=self.number * _DAYS[self.unit])
        return within(day, self.number * (12 if self.unit == "y" else 1))


class SpanType(click.ParamType[Span]):
    """A length of time as 90d, 12w, 12m or 2y."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Span:
        """Returns the span, or says what a span looks like."""
        if isinstance(value, Span):
            return value
        found = _SPAN.fullmatch(str(value).strip().lower())
        if found is None or int(found[1]) > 1200:
            self.fail(f"{value!r} is no length of time; write it as 90d, 12w, 12m or 2y", param, ctx)
        return Span(int(found[1]), found[2])


@click.command("eol")
@click.argument("selector", default="")
@click.option(
    "--within", type=SpanType(), metavar="SPAN", help="Also what ends within so long: 90d, 12w, 12m, 2y; default: 12m."
)
@click.option("--by", type=options.Day(), metavar="DATE", help="Also what ends by this day.")
@click.option(
    "--group-by", type=click.Choice(GROUPS), help="Roll up: the worst state, counts and coverage of each group."
)
@click.option(
    "--kpis", is_flag=True, help="The figures to report: hosts on supported systems, and what lacks mitigation or plan."
)
@options.reading
@options.answering()
def command(
    selector: str,
    within: Span | None,
    by: date | None,
    group_by: str | None,
    kpis: bool,
    reading: Reading,
    answer: Answering,
) -> None:
    """Lists the components of SELECTOR that are past their vendor's support, or will be by a day.

    \b
    eamap eol org:RXX --within 12m
    eamap eol --by 2027-10-12 --group-by capability
    eamap eol --kpis

    "certain" ends by then even in the best case, "possible" only in the worst: a fact is missing that the inventory
    should state. What nobody recognises is counted as unknown and never as supported. Retired systems are left out.
    """
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.support.eol_rows import figures, listing, rolled_up
    from eamap.errors import UsageError

    refuse_findings(answer.profile)
    if (within and by) or (group_by and kpis):
        raise UsageError("says two things", hint="give --within or --by, --group-by or --kpis")
    opened = Opened(reading, scope=selector)
    until = by or (within or Span(12, "m")).after(reading.as_of)
    if kpis:
        result = figures(opened, selector)
    elif group_by:
        result = rolled_up(opened, selector, group_by)
    else:
        result = listing(opened, selector, until, whole=form_of(answer) != "table")
    emit(result, answer, marking=answer.marked(weaknesses=True))
