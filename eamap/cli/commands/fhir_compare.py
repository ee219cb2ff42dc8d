"""Holds a statement against the requirements of a standard, or of any requirements statement."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eamap.cli import options
from eamap.cli.options import Answering

if TYPE_CHECKING:
    from functools import partial

    from eamap.cli.output import Writer
    from eamap.conformance.comparison_page import Page, Refs
    from eamap.conformance.comparison_results import Comparison

HEADINGS = {
    "strength": "Strength", "result": "Result", "kind": "Kind", "mode": "Mode", "resource": "Resource", "what": "Asked",
    "says": "Found", "requirement": "Requirement", "clause": "Clause", "source": "Source", "link": "Link", "pointer": "Place",
}  # fmt: skip
IN_TABLE = ("strength", "result", "resource", "what", "says", "clause", "pointer")
"""Columns that a table on a screen has; the other formats have all."""


@click.command("compare")
@click.argument("instance", type=click.Path(path_type=Path), metavar="INSTANCE")
@click.option(
    "--against",
    required=True,
    metavar="STANDARD|FILE",
    help="A standard that has requirement rows, a file of such rows, or a requirements statement.",
)
@options.folder_store
@options.as_of
@options.answering("md", "xlsx", "html")
def command(instance: Path, against: str, store: Path, as_of: date, answer: Answering) -> None:
    """Says for each requirement whether the statement INSTANCE shows it: satisfied, partly, missing or not observed.

    Requirements come from a standard (eamap standards coverage lists those that have any), from a YAML file of rows, or
    from any CapabilityStatement of kind requirements. What the statement has over them is listed as beyond. --format md,
    xlsx or html writes a report that a supplier can be sent.
    """
    from functools import partial

    from eamap.cli import yardsticks
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit, form_of, say
    from eamap.cli.sharing import refuse_findings
    from eamap.model.results import Column, Result
    from eamap.reference import sets

    refuse_findings(answer.profile)
    folder = reference_folder(store)
    comparison, issues = yardsticks.compared(instance, against, folder)
    named = instance.as_posix()
    form = form_of(answer, ("md", "xlsx", "html"))
    keys = IN_TABLE if form == "table" else tuple(HEADINGS)
    used = {name: dict(facts) for name, facts in sets.versions(as_of, ("standards",), folder).items()}
    result = Result(
        "fhir compare", as_of, 0, tuple(Column(key, HEADINGS[key]) for key in keys),
        yardsticks.comparison_rows(comparison, named, against),
        yardsticks.comparison_counts(comparison, named, against), reference=used, issues=issues,
    )  # fmt: skip
    for note in comparison.notes:
        say(f"Note: {note}")
    marking = answer.marked(weaknesses=True)
    # A report goes to others: its refs name the files and not the folders of somebody's machine.
    refs = partial(yardsticks.comparison_ref, instance.name, Path(against).name)
    page = partial(_page, comparison, as_of, marking, folder, refs)
    emit(result, answer, marking=marking, writers=_writers(page))


def _writers(page: partial[Page]) -> dict[str, Writer]:
    from eamap.conformance.comparison_html import as_html
    from eamap.conformance.comparison_markdown import as_markdown
    from eamap.conformance.comparison_workbook import as_workbook

    return {
        "md": lambda _: as_markdown(page()),
        "xlsx": lambda _: as_workbook(page()),
        "html": lambda _: as_html(page()),
    }


def _page(comparison: Comparison, as_of: date, marking: str, folder: Path | None, refs: Refs) -> Page:
    from eamap.conformance.comparison_page import page
    from eamap.reference import standards

    standard = comparison.requirements.standard
    known = standards.load(folder).status_on(standard, as_of) if standard else None
    status = f"{standard}: {known.wording}" if known else "not in the registry of standards"
    return page(comparison, as_of, marking, status, refs)
