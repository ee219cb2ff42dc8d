"""Says what falls out of support quarter by quarter for five years, as a table or as a chart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.analysis.support.forecast import Forecast
    from eamap.analysis.support.in_use import InUse
    from eamap.cli.opening import Opened
    from eamap.model.results import Result


@click.command("forecast")
@click.argument("selector", default="")
@click.option("--years", type=click.IntRange(1, 20), default=5, show_default=True, help="How many years ahead.")
@options.reading
@options.answering()
def command(selector: str, years: int, reading: Reading, answer: Answering) -> None:
    """Counts the components of SELECTOR whose support ends in each calendar quarter, at worst and at best.

    \b
    eamap forecast org:RXX
    eamap forecast -o forecast.svg

    The first quarter begins on the day of --as-of. With -o and the suffix of a picture (svg, png, pdf, pptx) it is a
    chart. Worst and best differ where the inventory leaves open which release it is.
    """
    from eamap.analysis.support.forecast import forecast
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.cli.pictures import draws, export_picture
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.support.components import asked_of

    refuse_findings(answer.profile)
    opened = Opened(reading)
    held = asked_of(opened, selector)
    found = forecast(held, years)
    marking = answer.marked(weaknesses=True)
    if answer.form is None and answer.output is not None and draws(answer.output):
        export_picture(_chart(opened, held, found, marking), answer.output, marking, answer.profile)
    else:
        emit(_result(opened, held, found), answer, marking=marking)


def _chart(opened: Opened, held: InUse, found: Forecast, marking: str) -> Any:
    from eamap.cli.support.components import SETS
    from eamap.maps.support_forecast import draw_forecast
    from eamap.maps.wording import of_reference

    sources = of_reference(opened.used(*SETS))
    return draw_forecast(
        found, held.selector, opened.reading.as_of, marking=marking, version=opened.estate.version, sources=sources
    )


def _result(opened: Opened, held: InUse, found: Forecast) -> Result:
    from eamap.cli.support.components import SETS, shares
    from eamap.model.results import Column, Result

    columns = (
        Column("quarter", "Quarter"), Column("first", "From"), Column("last", "To"), Column("worst", "Ends, at worst"),
        Column("best", "Ends, at best"), Column("out_worst", "Out by then, at worst"), Column("out_best", "Out by then, at best"),
    )  # fmt: skip
    counts = _outside(held, found) | shares(held)
    used = opened.used(*SETS)
    return Result("forecast", opened.reading.as_of, opened.estate.version, columns, _rows(held, found), counts, used)


def _rows(held: InUse, found: Forecast) -> list[dict[str, Any]]:
    from eamap.analysis.support.forecast import BEST, EARLIEST, WORST
    from eamap.cli.numbers import ref

    rows = []
    for each in found.periods:
        first, last = each.first.isoformat(), each.last.isoformat()
        told = {"quarter": each.name, "first": first, "last": last, "worst": each.worst, "best": each.best,
                "out_worst": found.by_then(each, WORST), "out_best": found.by_then(each, BEST)}  # fmt: skip
        own = {case: ref("ends", first, last, case, held.selector) for case in (WORST, BEST)}
        refs = {**own, **{f"out_{case}": ref("ends", EARLIEST, last, case, held.selector) for case in (WORST, BEST)}}
        refs |= {name: ref("quarter", first, last) for name in ("quarter", "first", "last")}
        rows.append({**told, "ref": own[WORST], "refs": refs})
    return rows


def _outside(held: InUse, found: Forecast) -> dict[str, Any]:
    from eamap.analysis.support.forecast import BEST, EARLIEST, EVER, WORST
    from eamap.cli.numbers import ref
    from eamap.model.results import Tally

    day, last, every = held.on.as_of, found.periods[-1].last.isoformat(), ref("support", "all", held.selector)
    eve, after = ((each + timedelta(days=n)).isoformat() for each, n in ((day, -1), (found.periods[-1].last, 1)))
    return {
        **{f"out before {day.isoformat()}, at {case}": Tally(
            found.before[case], found.total, ref("ends", EARLIEST, eve, case, held.selector), every
        ) for case in (WORST, BEST)},
        **{f"ends after {last} or never, at {case}": Tally(
            found.later[case], found.total, ref("ends", after, EVER, case, held.selector), every
        ) for case in (WORST, BEST)},
    }  # fmt: skip
