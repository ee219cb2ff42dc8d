"""Lists what a selector selects, each thing with the row it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from eamap.cli import options
from eamap.cli.options import Answering, Reading

if TYPE_CHECKING:
    from eamap.cli.opening import Opened

SHOWN = 200
_HEAD = (
    "name",
    "code",
    "raw",
    "system_type",
    "operator",
    "system",
    "exposer",
    "status",
    "supplier",
    "product",
    "protocol",
    "standard",
)


@click.command("query")
@click.argument("selector", required=False)
@click.option(
    "--cypher", metavar="TEXT", help="Instead of a selector: a read-only query for the Neo4j server of --store."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), default=60.0, show_default=True, help="With --cypher: the time limit."
)
@click.option("--limit", type=click.IntRange(min=1), help=f"How many things to list; default: all, {SHOWN} in a table.")
@options.reading
@options.answering()
def command(
    selector: str | None, cypher: str | None, seconds: float, limit: int | None, reading: Reading, answer: Answering
) -> None:
    """Lists what SELECTOR selects: eamap query 'kind:system and org:RXX and not status:retired'.

    docs/selectors.md has the grammar and examples. JSON and CSV hold every field of each thing. On a server, --cypher
    passes a query of your own on, which can only read (docs/shared-graph.md); without --limit it gives 10,000 rows at most.
    """
    from eamap.errors import UsageError

    if (selector is None) == (cypher is None):
        raise UsageError("a query is a selector or --cypher, one of them", hint="kind:* selects everything")
    if cypher is not None:
        from eamap.cli.cyphering import answered

        answered(cypher, seconds, limit, reading, answer)
        return
    assert selector is not None
    _selected(selector, limit, reading, answer)


def _selected(selector: str, limit: int | None, reading: Reading, answer: Answering) -> None:
    from eamap.cli.numbers import ref
    from eamap.cli.opening import Opened
    from eamap.cli.output import emit, form_of
    from eamap.model.results import Omitted, Result, Tally

    opened = Opened(reading)
    selection = opened.asked(selector)
    asked = str(selection.selector)
    limit = limit or (SHOWN if form_of(answer) == "table" else None)
    table = selection.table if limit is None else selection.table.head(limit)
    rows = [row for kind in sorted(set(table["kind"])) for row in _things(opened, kind, table)]
    left = len(selection) - len(rows)
    counts = {"selected": Tally(len(selection), opened.questions.height(), ref("count", asked), ref("count", "kind:*"))}
    omitted = (
        Omitted(
            left,
            "the first are listed; --limit, --format csv and json show more",
            str(ref("count", asked, f"after {limit}")),
        )
        if left
        else Omitted()
    )
    columns = _columns(rows, wide=form_of(answer) != "table")
    emit(Result("query", reading.as_of, opened.questions.version, columns, rows, counts, omitted=omitted), answer)


def _things(opened: Opened, kind: str, table: Any) -> list[dict[str, Any]]:
    from eamap.cli.numbers import ref

    wanted = table.filter(table["kind"] == kind).select("id")
    things = opened.questions.things(kind, wanted["id"])
    rows = []
    for thing in things.iter_rows(named=True):
        numbers = {
            name: ref("field", thing["id"], name)
            for name, value in thing.items()
            if isinstance(value, int | float) and name != "row"
        }
        rows.append({"kind": kind, **thing, "ref": thing["id"], "refs": {**numbers, "row": thing["id"]}})
    found = {row["id"] for row in rows}
    # What is selected and has no table of its own (a source, say) is still listed.
    return rows + [{"kind": kind, "id": each, "ref": each} for each in wanted["id"].to_list() if each not in found]


def _columns(rows: list[dict[str, Any]], *, wide: bool) -> tuple[Any, ...]:
    from eamap.model.results import Column

    stated = [name for row in rows[:1000] for name, value in row.items() if value is not None]
    names = list(dict.fromkeys(name for name in stated if name not in ("ref", "refs", "kind", "id")))
    shown = (
        names
        if wide
        else [name for name in _HEAD if name in names] + [name for name in ("source", "row") if name in names]
    )
    return tuple(Column(name, name.replace("_", " ").capitalize()) for name in ("kind", "id", *shown))
