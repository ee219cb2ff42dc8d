"""What is said on an answer from a graph that was in the middle of a push, which --allow-partial asks all the same.

The store tells :func:`noticed`, once or many times; whoever writes the answer asks :func:`noted` or :func:`footnoted`. In
between it is kept with the command that runs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from eamap.model.diagram import Diagram
    from eamap.model.results import Result
    from eamap.stores.neo4j.state import State

PARTIAL = "partial: a push was changing the graph, so this may lack things, or mix what was there with what is coming"
HINT = "ask again when the push has ended; if it broke off, run it again"
KEY = "eamap.partial"


def noticed(state: State) -> None:
    """Remembers that the answer to come is partial, and says so once."""
    from eamap.cli.tables import inert

    context = click.get_current_context()
    if KEY not in context.meta:
        context.meta[KEY] = True
        click.echo(inert(f"Note: {PARTIAL} ({state.words})."), err=True)


def is_partial() -> bool:
    """Whether the answer that is being written is partial."""
    context = click.get_current_context(silent=True)
    return context is not None and KEY in context.meta


def noted(result: Result, form: str) -> Result:
    """Returns the answer as it is written in a format: a partial one says so among its problems, in CSV in each row."""
    from eamap.model.issues import Issue
    from eamap.model.results import Column

    if not is_partial():
        return result
    if form == "csv":
        rows = [{**row, "partial": PARTIAL} for row in result.rows]
        return replace(result, rows=rows, columns=(*result.columns, Column("partial", "Partial", HINT)))
    return replace(result, issues=(Issue("", "", 0, "", "partial", PARTIAL, HINT), *result.issues))


def footnoted(diagram: Diagram) -> Diagram:
    """Returns the picture; a partial one says so below."""
    from eamap.model.drawn_text import Text

    if not is_partial():
        return diagram
    return replace(diagram, footnotes=(Text.of(PARTIAL), *diagram.footnotes))
