"""Shows what changed between two versions, each change with the cell that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Answering

SHOWN = 200


@click.command("diff")
@click.argument("old", type=click.IntRange(min=1), metavar="A")
@click.argument("new", type=click.IntRange(min=1), metavar="B")
@options.folder_store
@options.as_of
@options.answering()
def command(old: int, new: int, store: Path, as_of: Any, answer: Answering) -> None:
    """Lists what was added, removed and changed from version A to version B; CSV and JSON hold all of it."""
    from eamap.cli.numbers import ref
    from eamap.cli.opening import open_store
    from eamap.cli.output import emit
    from eamap.model.difference import difference, difference_counts
    from eamap.model.results import Column, Omitted, Result, Tally

    opened = open_store(store)
    before, after = opened.estate(old), opened.estate(new)
    changes = difference(before, after)
    counts = {
        f"{row['kind']} {name}": Tally(row[name], row["before" if name == "removed" else "after"], ref("changes", str(old), str(new), row["kind"], name),
                                       ref("held", str(old if name == "removed" else new), row["kind"]))
        for row in difference_counts(before, after, changes).to_dicts() for name in ("added", "removed", "changed") if row[name]
    }  # fmt: skip
    limit = SHOWN if (answer.form or "table") == "table" and answer.output is None else changes.height
    rows = [
        {**row, "ref": ref("changes", str(old), str(new), row["kind"], row["change"], row["id"])}
        for row in changes.head(limit).to_dicts()
    ]
    columns = tuple(Column(name, name.capitalize()) for name in changes.columns)
    left = changes.height - len(rows)
    omitted = Omitted(
        left,
        "shown in full by --format csv or json" if left else "",
        ref("differences", str(old), str(new), f"after {limit}") if left else "",
    )
    emit(Result("diff", as_of, new, columns, rows, counts, omitted=omitted), answer)
