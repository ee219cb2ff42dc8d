"""Shows the reference data: each set, its date, age, licence and checksum."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.family import Family
from eamap.cli.options import Answering


@click.group("data", cls=Family, invoke_without_command=True)
@click.pass_context
@options.folder_store
@options.as_of
@options.answering()
def command(ctx: click.Context, store: Path, as_of: date, answer: Answering) -> None:
    """Shows every set of reference data: what it is, of when, how old, under which licence, and that it is whole.

    eamap data update puts newer data beside the store.
    """
    if ctx.invoked_subcommand is None:
        _show(store, as_of, answer)
    elif any(ctx.get_parameter_source(each) is click.core.ParameterSource.COMMANDLINE for each in ctx.params):
        # They would be taken for eamap data and not for what follows: another store than the one meant would be changed.
        raise click.UsageError(f"options stand after the command: eamap data {ctx.invoked_subcommand} … --store PATH")


def _show(store: Path, as_of: date, answer: Answering) -> None:
    from eamap.cli.numbers import ref
    from eamap.cli.opening import reference_folder
    from eamap.cli.output import emit
    from eamap.model.results import Column, Result
    from eamap.reference import sets

    folder = reference_folder(store)
    described = sets.describe(as_of, folder)
    for name in described["name"].to_list():
        sets.verify(name, folder)
    aspects = {
        "version": "version",
        "date": "date",
        "age_days": "age",
        "files": "files",
        "rows": "rows",
        "bytes": "bytes",
        "checksum": "sha256",
    }
    rows = [
        {**row, "ref": ref("reference", row["name"], "version"),
         "refs": {key: ref("reference", row["name"], aspects.get(key, "version")) for key, value in row.items() if _has_digit(value)}}
        for row in described.to_dicts()
    ]  # fmt: skip
    columns = tuple(Column(name, name.replace("_", " ").capitalize()) for name in described.columns)
    emit(Result("data", as_of, 0, columns, rows, reference=sets.versions(as_of, None, folder)), answer)


def _has_digit(value: Any) -> bool:
    return any(character.isdigit() for character in str(value))
