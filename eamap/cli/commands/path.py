"""Finds how two things are joined: a shortest path, link by link, each with its citation."""

from __future__ import annotations

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading


@click.command("path")
@click.argument("origin", metavar="A")
@click.argument("target", metavar="B")
@click.option(
    "--directed", is_flag=True, help="Follow links only from the thing that needs to the thing that is needed."
)
@options.reading
@options.answering()
def command(origin: str, target: str, directed: bool, reading: Reading, answer: Answering) -> None:
    """Finds a shortest path from A to B. Several may be equally short; the length is what counts."""
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, say
    from eamap.model.results import Column, Result, Tally

    opened = Opened(reading)
    found = opened.questions.path(origin, target, directed=directed)
    steps = None if found is None else found.steps
    if found is not None and found.several:
        say("Note: one of several paths of this length.")
    if steps is None:
        say(f"No path joins {origin} and {target} on {reading.as_of}.")
    way = ("directed",) * directed
    rows = [
        {"step": number, **step.as_dict(), "citations": [str(citation) for citation in step.citations], "ref": step.target,
         "refs": {"step": ref("distance", origin, step.target, *way), "origin": step.origin}}
        for number, step in enumerate(steps or (), start=1)
    ]  # fmt: skip
    length = ref("distance", origin, target, *way)
    counts = {"links": Tally(len(rows), len(rows), length, length)} if steps is not None else {}
    columns = tuple(
        Column(name, name.capitalize()) for name in ("step", "origin", "relation", "direction", "target", "citations")
    )
    emit(Result("path", reading.as_of, opened.questions.version, columns, rows, counts), answer)
