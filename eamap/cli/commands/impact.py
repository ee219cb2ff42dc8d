"""Lists what stands on a thing: systems, organisations, capabilities, pathways that a failure reaches."""

from __future__ import annotations

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

SHOWN = 200


@click.command("impact")
@click.argument("identifier", metavar="ID")
@click.option("--limit", type=click.IntRange(min=1), help=f"How many things to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(identifier: str, limit: int | None, reading: Reading, answer: Answering) -> None:
    """Lists everything that needs ID, directly or through others, nearest first, with the link that says so.

    ID may be a component, a system, an interface, a product, a site or a supplier: eamap impact supplier:nhs-england tells what
    stands on that company's products.
    """
    import polars as pl

    from eamap.cli.numbers import ref, refs_to
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.model.results import Column, Omitted, Result, Tally

    opened = Opened(reading)
    found = opened.questions.impact(identifier)
    told = ("distance", "kind", "id", "relation", "previous", "through", "source", "row")
    shown = found.head(limit or (SHOWN if form_of(answer) == "table" else found.height))
    hops = refs_to("hops", identifier, ids=shown["id"].to_list())
    rows = shown.select(*told, pl.Series("ref", hops, dtype=pl.String)).to_dicts()
    kinds = dict(found.group_by("kind").len().sort("kind").rows())
    every = ref("impact", identifier)
    counts = {
        kind: Tally(n, opened.questions.height(kind), ref("impact", identifier, kind), ref("count", f"kind:{kind}"))
        for kind, n in kinds.items()
    }
    counts["things in reach"] = Tally(found.height, found.height, every, every)
    columns = tuple(Column(name, name.capitalize()) for name in told)
    omitted = Omitted()
    if left := found.height - shown.height:
        why = "the nearest are listed; --limit, --format csv and json show more"
        omitted = Omitted(left, why, ref("impact", identifier, "*", f"after {shown.height}"))
    emit(Result("impact", reading.as_of, opened.questions.version, columns, rows, counts, omitted=omitted), answer)
