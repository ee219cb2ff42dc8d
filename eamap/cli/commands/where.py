"""Says where an alert hits: which organisations, systems and components, how exposed, how surely."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.analysis.support.where import Search

SHOWN = 200
_COLUMNS = (
    ("answer", "Answer"), ("sure", "How sure"), ("organisation", "Organisation"), ("system", "System"), ("name", "Its name"),
    ("kind", "Kind"), ("id", "Id"), ("text", "Text"), ("version", "Version"), ("asked", "Asked"), ("why", "Why"),
    ("owner", "Owner"), ("criticality", "Criticality"), ("status", "Status"), ("environment", "Environment"),
    ("exposed", "Internet exposed"), ("hosts", "Hosts"), ("cves", "CVE"), ("known_exploited", "Known exploited"),
)  # fmt: skip


@click.command("where")
@click.argument("product", default="", metavar="['PRODUCT < VERSION']")
@click.option(
    "--cve", default="", metavar="CVE-…", help="One vulnerability: what scanners reported, and what a mirror says."
)
@click.option("--alert", type=click.Path(path_type=Path), metavar="FILE",
              help="An alert: YAML or CSV of products and CVEs, or the JSON of an NHS cyber alert.")  # fmt: skip
@click.option(
    "--mirror", type=click.Path(path_type=Path), metavar="DIR", help="A folder with NVD or OSV, to ask about a CVE."
)
@click.option(
    "--reach", is_flag=True, help="Count what each reaches if it fails: systems, organisations, capabilities, pathways."
)
@click.option("--limit", type=click.IntRange(min=1), help=f"How many to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(
    product: str,
    cve: str,
    alert: Path | None,
    mirror: Path | None,
    reach: bool,
    limit: int | None,
    reading: Reading,
    answer: Answering,
) -> None:
    """Says where PRODUCT runs in a version that is asked for: 'mirth connect < 4.4.1', 'log4j >= 2.0 < 2.17.1'.

    Affected and undecided are listed apart: undecided is what states no version, or too little of it, and has to be asked
    for. Nothing is affected because its name is alike.
    """
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of, say
    from eamap.cli.sharing import refuse_findings
    from eamap.cli.support.alerting import LISTED, counts, rows, said, searching, where_ref
    from eamap.model.results import Column, Omitted, Result

    refuse_findings(answer.profile)
    opened = Opened(reading)
    text = said(product, cve, alert)
    search = searching(opened, text, mirror)
    every = _height(search)
    most = limit or (SHOWN if form_of(answer) == "table" else max(every, 1))
    told = rows(search, mirror, most, reach=reach)
    for note in _notes(search, opened.reference):
        say(f"Note: {note}")
    left = every - len(told)
    why = "the affected come first; --limit, --format csv and json show more"
    omitted = Omitted(left, why, where_ref(text, f"{LISTED} after {len(told)}", mirror)) if left else Omitted()
    columns = tuple(Column(*each) for each in (*_COLUMNS, *(_reach_columns() if reach else ())))
    used = opened.used(*(("lifecycle", "products") if search.question.products else ()), "exploited")
    result = Result(
        "where", reading.as_of, opened.estate.version, columns, told, counts(search, mirror, reach=reach), used, omitted
    )
    emit(result, answer, marking=answer.marked(weaknesses=True))


def _height(search: Search) -> int:
    import polars as pl

    return search.answers.filter(pl.col("answer") != "not affected").height


def _reach_columns() -> tuple[tuple[str, str], ...]:
    from eamap.cli.support.alerting import REACHED

    return tuple((column, column.replace("_", " ").capitalize()) for column in REACHED)


def _notes(search: Search, reference: Any) -> list[str]:
    """Returns what a person should know beside the answer: context of each CVE, what was not asked, and whose data it is."""
    from eamap.analysis.support.where import context
    from eamap.reference.mirror import ATTRIBUTION

    notes = [each for cve in search.question.cves for each in context(cve, reference)]
    if search.question.open_versions:
        notes.append("the alert is prose, so no version was read from it: what names its products is undecided")
    if search.question.cves and search.mirror is None:
        notes.append("only scanners' reports were asked; --mirror DIR asks NVD or OSV too")
    if search.mirror is not None:
        notes += [ATTRIBUTION[each] for each in search.mirror.publishers]
    return notes
