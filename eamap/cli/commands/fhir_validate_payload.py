"""Judges FHIR resources and Bundles by their release and by UK Core, and counts the must-support elements they fill."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Answering

_RELEASES = ("STU3", "R4", "R4B", "R5")


@click.command("validate-payload")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER…")
@click.option(
    "--profile",
    metavar="URL|NAME",
    help="The profile of UK Core to judge by; default: the one in meta.profile, else that of the resource type.",
)
@click.option(
    "--release",
    type=click.Choice(_RELEASES, case_sensitive=False),
    help="The FHIR release the files are of; default: what they say about themselves, else R4.",
)
@options.fail_on(options.LEVELS)
@options.folder_store
@options.as_of
@options.form()
@options.output
@options.marking
def command(
    files: tuple[str, ...],
    profile: str | None,
    release: str | None,
    fail_on: str,
    store: Path,
    as_of: date,
    form: str | None,
    output: Path | None,
    marking: str | None,
) -> None:
    """Validates payloads: resources and Bundles as JSON or XML, each resource in them by itself.

    First by FHIR: structure, data types and required codes of the release. Then by UK Core 2.0.2: cardinalities, fixed
    values, extensions, invariants, NHS numbers and ODS codes, and how many of the must-support elements are filled. What
    cannot be judged reads "not assessed" and says why. A folder stands for the JSON and XML files in it.
    """
    from eamap.cli.inspecting import contents
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit, form_of
    from eamap.cli.payloads import Told, told
    from eamap.fhir.release import Release
    from eamap.model.results import Result
    from eamap.reference import sets

    answer = Answering(form, output, marking)
    reference = reference_folder(store)
    said = Release(release.upper()) if release else None
    found = told(contents(files, fetch=False, allow_private=False), profile, said, reference)
    kind = form_of(answer)
    rows = [row for each in found for row in each.rows(kind)]
    used = sets.versions(as_of, ("ukcore",), reference)
    emit(Result("fhir validate-payload", as_of, 0, Told.columns(kind), rows, reference=used), answer)
    levels = {str(problem.level) for each in found for one in each.answers for problem in one.problems}
    if levels & set(options.as_bad_as(fail_on, options.LEVELS)):
        raise click.exceptions.Exit(1)
