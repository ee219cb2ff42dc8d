"""Reads a CapabilityStatement of any release and says what it declares, what is wrong, and which standards it claims."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering

if TYPE_CHECKING:
    from eamap.cli.inspecting import Inspected


@click.command("inspect")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER|URL…")
@click.option("--fetch", is_flag=True, help="Ask a live server: URL is its base or its /metadata.")
@click.option(
    "--allow-private", is_flag=True, help="With --fetch, allow addresses of private networks and of this machine."
)
@click.option(
    "--keep", is_flag=True, help="With --fetch, keep what was received in the store, as a source with its hash."
)
@click.option("--system", default="", metavar="ID", help="With --keep, the system whose interface was asked.")
@click.option("--facts", is_flag=True, help="Give every declared fact with its JSON pointer as well.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="How many processes judge files."
)
@options.fail_on(options.LEVELS)
@options.folder_store
@options.as_of
@options.answering()
def command(
    files: tuple[str, ...],
    fetch: bool,
    allow_private: bool,
    keep: bool,
    system: str,
    facts: bool,
    jobs: int,
    fail_on: str,
    store: Path,
    as_of: date,
    answer: Answering,
) -> None:
    """Inspects statements: DSTU2 Conformance, STU3, R4, R4B and R5, as JSON or XML.

    Findings come in three layers: readable (can it be read at all), fhir (is it right by its release) and policy (is it
    what an interface of the NHS should say on the day of --as-of). eamap explain FHR021 prints the page of a finding. A
    folder stands for the JSON and XML files in it; files with the same bytes are judged once.
    """
    from eamap.cli.inspecting import Inspected, contents, inspected, keep_received
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit, form_of
    from eamap.model.results import Result
    from eamap.reference import sets

    reference = reference_folder(store)
    given = contents(files, fetch=fetch, allow_private=allow_private)
    if keep:
        keep_received(given, store, system)
    found = list(inspected(given, as_of, reference, jobs))
    form = form_of(answer)
    rows = [row for each in found for row in _rows(each, form, facts=facts)]
    used = sets.versions(as_of, ("standards", "fhir", "profiles"), reference)
    emit(Result("fhir inspect", as_of, 0, Inspected.columns(form, facts=facts), rows, reference=used), answer)
    bad = options.as_bad_as(fail_on, options.LEVELS)
    if any(each.inspection.worst in bad for each in found):
        raise click.exceptions.Exit(1)


def _rows(each: Inspected, form: str, *, facts: bool) -> list[dict[str, Any]]:
    if form == "json":
        return [each.as_object(facts=facts)]
    return each.as_table(facts=facts) if form == "table" else each.as_lines(facts=facts)
