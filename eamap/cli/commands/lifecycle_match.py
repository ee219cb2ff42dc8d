"""Matches texts to products and release cycles, each with its best and worst end of support."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Answering


@click.command("match")
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--column", default="", metavar="NAME", help="The column of a CSV file that holds the texts; default: raw."
)
@options.folder_store
@options.as_of
@options.answering()
def command(file: Path, column: str, store: Path, as_of: date, answer: Answering) -> None:
    """Matches each text of a CSV column, or each line of a file or of stdin (-), by fixed rules; nothing is guessed.

    A row a text, in the order given. No store is needed; where --store has one, what people decided about a text
    (eamap decide match) goes before the rules. docs/lifecycle.md explains the outcomes and what each of them fills.
    """
    from eamap.cli import matched
    from eamap.cli.output import emit, form_of
    from eamap.model.results import Result
    from eamap.reference import sets

    texts = matched.read_texts(file, column)
    found = matched.meaning_of(texts, store, as_of)
    rows = matched.rows(texts, found, form=form_of(answer))
    counts = matched.counts(rows, str(file), column)
    used = sets.versions(as_of, matched.SETS, matched.folder_of(store))
    result = Result("lifecycle match", as_of, 0, matched.COLUMNS, rows, counts, used)
    emit(result, answer, writers={"csv": matched.as_columns})
