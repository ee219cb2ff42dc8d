"""Lists the requirements of standards: which is checked by what, and why the others are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Answering

HEADINGS = {
    "list": "List", "standard": "Standard", "requirement": "Requirement", "strength": "Strength", "kind": "Kind", "what": "Asked",
    "checked_by": "Checked by", "not_tested": "Not tested because", "source": "Source", "link": "Link",
}  # fmt: skip


@click.command("coverage")
@click.argument("ids", nargs=-1, metavar="[ID…]")
@options.folder_store
@options.as_of
@options.answering()
def command(ids: tuple[str, ...], store: Path, as_of: date, answer: Answering) -> None:
    """Shows for each requirement of the standards ID (default: all) what checks it, or why no statement can show it.

    ID is a standard of the registry or one of its lists of requirements; below the rows stands how many of each list are
    tested, of how many.
    """
    from eamap.cli import yardsticks
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit
    from eamap.conformance.requirements_finding import chosen
    from eamap.model.results import Column, Result
    from eamap.reference import sets

    folder = reference_folder(store)
    found = chosen(ids, folder)
    used = {name: dict(facts) for name, facts in sets.versions(as_of, ("standards",), folder).items()}
    columns = tuple(Column(key, heading) for key, heading in HEADINGS.items())
    rows, counts = yardsticks.coverage_rows(found), yardsticks.coverage_counts(found)
    emit(Result("standards coverage", as_of, 0, columns, rows, counts, used), answer)
