"""Sums the estate up on one page: what there is, what stands out, what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.checks.outcome import Report
    from eamap.model.results import Tally


@click.command("summary")
@options.reading
@options.answering()
def command(reading: Reading, answer: Answering) -> None:
    """Sums the estate up for people who have no time: each figure with what it is a share of, and what nobody knows.

    Without --format or -o it is a page to be read; --format table, json and csv give the same as rows.
    """
    from functools import partial

    from eamap.analysis.summary import summary
    from eamap.cli.judging import judged, used_sets
    from eamap.cli.opening import Opened
    from eamap.cli.output import deliver, emit
    from eamap.cli.page import as_page
    from eamap.cli.partial import noted
    from eamap.cli.sharing import shared

    opened = Opened(reading)
    # Findings are nobody's business outside: the public summary has none.
    report = None if answer.profile == "public" else judged(opened)
    used = opened.used(*used_sets(outcome.check for outcome in report.outcomes)) if report else {}
    found = summary(opened.estate, reading.as_of, partial(_tally, report) if report else None, used)
    marking = answer.marked(weaknesses=False)
    if answer.form is None and answer.output is None:
        deliver(as_page(noted(shared(found, answer.profile), "table"), marking).encode(), None)
    else:
        emit(found, answer, marking=marking)


def _tally(report: Report, check: str, verdicts: str) -> Tally | None:
    from eamap.model.findings import Verdict

    outcome = next((each for each in report.outcomes if each.check.id == check), None)
    wanted = [Verdict(word) for word in verdicts.split("|")]
    return outcome.tally(*wanted, selector="kind:*") if outcome else None
