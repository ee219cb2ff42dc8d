"""Suggests what may be the same thing or a known product, for a person to decide."""

from __future__ import annotations

from typing import Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading


@click.command("resolve")
@click.argument("selector", default="kind:system")
@click.option(
    "--least", type=click.FloatRange(0, 100), default=85.0, show_default=True, help="How alike names must be, of 100."
)
@options.reading
@options.answering()
def command(selector: str, least: float, reading: Reading, answer: Answering) -> None:
    """Lists suggestions: systems that may be one, names that may be known ones, component texts that may be a known release.

    Each comes with the line that records it. What was decided (same-as, not-same, match) is not suggested again.
    """
    from eamap.analysis.resolve import suggestions
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit
    from eamap.model.results import Column, Result, Tally

    opened = Opened(reading)
    selection = opened.select(selector)
    found = suggestions(opened.estate, selection.of("system"), opened.reference, least)
    rows: list[dict[str, Any]] = [{**row, "ref": ref("likeness", row["subject"], row["object"])} for row in found]
    columns = (
        Column("what", "What"), Column("subject", "This"), Column("subject_name", "Named"), Column("object", "May be"),
        Column("object_name", "Named"), Column("likeness", "Alike", "of 100"), Column("command", "To decide"),
    )  # fmt: skip
    asked = str(selection.selector)
    counts = {
        "systems looked at": Tally(
            selection.of("system").len(),
            len(selection),
            ref("count", f"kind:system and ({asked})"),
            ref("count", asked),
        )
    }
    emit(Result("resolve", reading.as_of, opened.estate.version, columns, rows, counts), answer)
