"""Judges the estate: what fails, what cannot be told, each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.checks.outcome import Report
    from eamap.cli.opening import Opened
    from eamap.model.results import Result

SEVERITIES = ("critical", "high", "medium", "low", "info")
SHOWN = 100


@click.command("check")
@click.argument("selector", default="")
@click.option(
    "--only",
    multiple=True,
    metavar="CHECK",
    help="Only this check or family (LIF001, lifecycle, INV*); may be repeated.",
)
@options.fail_on(SEVERITIES, "an open finding")
@click.option(
    "--since",
    type=click.IntRange(min=1),
    metavar="VERSION",
    help="Split findings into new, unchanged and fixed since a version.",
)
@click.option("--unknown", "with_unknown", is_flag=True, help="List what could not be told as well.")
@options.reading
@options.answering("sarif")
def command(
    selector: str,
    only: tuple[str, ...],
    fail_on: str,
    since: int | None,
    with_unknown: bool,
    reading: Reading,
    answer: Answering,
) -> None:
    """Judges the estate, or what SELECTOR selects of it, on the day of --as-of.

    A count always stands beside how many were judged; "unknown" is an answer of its own and never "fine". Findings that
    somebody accepted are listed as accepted until the acceptance expires. eamap explain FINDING shows all of one.
    """
    from functools import partial

    from eamap.cli.judging import judged
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.cli.sharing import refuse_findings

    refuse_findings(answer.profile)
    opened = Opened(reading, scope=selector)
    report = judged(opened, only, selector)
    form = form_of(answer, ("sarif",))
    verdicts = ("fail", "error", "unknown") if with_unknown else ("fail", "error")
    result = _result(opened, report, verdicts, form, selector, _states(opened, report, only, since))
    emit(result, answer, marking=answer.marked(weaknesses=True), writers={"sarif": partial(_sarif, report)})
    if _fails(report, fail_on):
        raise click.exceptions.Exit(1)


def _states(opened: Opened, report: Report, only: tuple[str, ...], since: int | None) -> dict[str, str]:
    """Returns for each fingerprint whether it is new or unchanged since a version; fixed ones are told on stderr."""
    from dataclasses import replace

    from eamap.checks.since import compare
    from eamap.cli.judging import judged
    from eamap.cli.opening import Opened as Reopened
    from eamap.cli.output import say

    if since is None:
        return {}
    earlier = judged(Reopened(replace(opened.reading, at=since)), only)
    change = compare(earlier.table, report.table)
    told = {"new": change.new, "unchanged": change.unchanged, "fixed": change.fixed, "gone from the inventory": change.gone,
            "no longer known": change.no_longer_known}  # fmt: skip
    say(f"Since version {since}: " + ", ".join(f"{table.height} {name}" for name, table in told.items()) + ".")
    for name in ("fixed", "gone from the inventory", "no longer known"):
        for row in told[name].head(20).iter_rows(named=True):
            say(f"  {name}: {row['check']} {row['subject']}")
    return {row: name for name in ("new", "unchanged") for row in told[name]["fingerprint"].to_list()}


def _result(
    opened: Opened, report: Report, verdicts: tuple[str, ...], form: str, selector: str, states: dict[str, str]
) -> Result:
    from eamap.checks.published import published
    from eamap.cli.judging import used_sets
    from eamap.cli.numbers import ref
    from eamap.model.findings import Verdict
    from eamap.model.results import Column, Omitted, Result

    rows: list[dict[str, Any]] = []
    total, shown = 0, SHOWN if form == "table" else None
    for outcome in report.outcomes:
        found = outcome.select([Verdict(each) for each in verdicts])
        total += found.height
        found = found if shown is None else found.head(max(shown - len(rows), 0))
        rows += published(outcome, found, whole=form == "json")
    for row in rows if states else ():
        row["state"] = states.get(row["fingerprint"], row["state"])
    scope = selector or "kind:*"
    counts = {
        f"{outcome.check.id} {outcome.check.name}: {verdict}": outcome.tally(verdict, selector=scope)
        for outcome in report.outcomes for verdict in outcome.counts if outcome.counts[verdict] or verdict.value in ("fail", "unknown")
    }  # fmt: skip
    left = total - len(rows)
    every = "|".join(sorted(verdicts))
    checks = "|".join(sorted(outcome.check.id for outcome in report.outcomes))
    after = ref("verdicts", checks, every, scope, f"after {len(rows)}")
    omitted = Omitted(left, "listed by --format csv or json", after) if left else Omitted()
    columns = (
        Column("check", "Check"), Column("verdict", "Verdict"), Column("severity", "Severity"), Column("subject", "Subject"),
        Column("message", "What"), Column("where", "Where"), Column("value", "Cell"), Column("state", "State"), Column("fingerprint", "Finding"),
    )  # fmt: skip
    used = opened.used(*used_sets(outcome.check for outcome in report.outcomes))
    return Result("check", report.as_of, report.version, columns, rows, counts, used, omitted)


def _sarif(report: Report, result: Result) -> bytes:
    import orjson

    import eamap
    from eamap.checks.sarif import sarif

    del result
    return orjson.dumps(sarif(report, eamap.__version__), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _fails(report: Report, fail_on: str) -> bool:
    bad = options.as_bad_as(fail_on, SEVERITIES)
    rows = report.select()
    return bool(((rows["severity"].is_in(bad)) & (rows["state"].fill_null("open") != "accepted")).any())
