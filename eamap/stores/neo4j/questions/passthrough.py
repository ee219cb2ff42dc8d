"""A person's own Cypher, passed on to the server: read only, for a limited time, a limited number of rows, and once.

Read access stops every write, but neither LOAD CSV, which reads files and addresses on the server's side, nor procedures;
so the plan is looked at first, and one that does either is refused, except for a short list of procedures that only tell
what the graph looks like. It runs outside a managed transaction, because the driver would try a hopeless query again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.stores.neo4j.server import Server

HARMLESS = frozenset(
    {
        "db.labels",
        "db.propertyKeys",
        "db.relationshipTypes",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.schema.visualization",
    }
)
"""The procedures that a person's Cypher may call: those that tell what the graph looks like."""
READING = "r"
"""What the server calls a query that reads; SHOW and TERMINATE are that too, and are told apart by their plans."""
_SHOWN = ("ShowIndexes", "ShowConstraints")
"""The commands that a person's Cypher may give: those that tell what the graph looks like."""
_REFUSED = {
    "LoadCSV": "LOAD CSV reads files and addresses on the server's side",
    "AdministrationCommand": "it is about the server, not about what is in the graph",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a query returned: the names of its columns, and rows of plain values. ``more`` if there were rows beyond."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool


def passed_through(server: Server, text: str, *, seconds: float, rows: int) -> Told:
    """Returns what a read-only query returns, ``rows`` at most, after ``seconds`` at most (the server counts coarsely).

    Raises UsageError for one that could write, load files, call other procedures, or run in transactions of its own.
    """
    import neo4j

    query = cast("Any", neo4j.Query)
    with server.session(read=True) as session:
        summary = session.run(query(f"EXPLAIN {text}", timeout=seconds)).consume()
        if summary.plan is None or summary.query_type is None:
            raise UsageError("this Cypher has no plan to be looked at", hint="pass one query that begins with MATCH")
        refuse(summary.plan, summary.query_type)
        result = session.run(query(text, timeout=seconds))
        columns = tuple(result.keys())
        found = [
            tuple(plain(value) for value in record.values()) for record, _ in zip(result, range(rows), strict=False)
        ]
        more = len(found) == rows and result.peek() is not None
        if result.consume().plan is not None:
            raise UsageError("this Cypher asks for a plan and has no rows", hint="leave out EXPLAIN")
        return Told(columns, tuple(found), more)


def refuse(plan: Mapping[str, Any], query_type: str) -> None:
    """Raises UsageError if a plan does what a person's Cypher may not do here."""
    operators = [(step["operatorType"].partition("@")[0], step) for step in steps(plan)]
    for operator, step in operators:
        if why := _objection(operator, step):
            raise UsageError(
                f"this Cypher is not passed on: {why}",
                hint=f"it may read the graph, and call {', '.join(sorted(HARMLESS))}",
            )
    if query_type != READING:
        raise UsageError(
            "this Cypher would write", hint="eamap query --cypher only reads; write with the server's own tools"
        )


def _objection(operator: str, step: Mapping[str, Any]) -> str:
    """Returns what is wrong with one step of a plan; empty if nothing is."""
    if operator in _REFUSED:
        return _REFUSED[operator]
    if operator.startswith(("Show", "Terminate")) and operator not in _SHOWN:
        return f"{operator} is about the server and who uses it"
    if operator == "ProcedureCall" and (name := _procedure(step)) not in HARMLESS:
        return f"it calls the procedure {name}"
    return ""


def steps(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yields every step of a plan."""
    yield plan
    for child in plan.get("children", ()):
        yield from steps(child)


def _procedure(step: Mapping[str, Any]) -> str:
    details = str(step.get("args", {}).get("Details", ""))
    return details.partition("(")[0].replace("`", "").strip()


def plain(value: Any) -> Any:
    """Returns a value of the server as JSON can hold it: nodes and links as their fields, paths as ids and types in turn."""
    from neo4j import graph

    if isinstance(value, graph.Node):
        return {"labels": sorted(value.labels), **{name: plain(each) for name, each in value.items()}}
    if isinstance(value, graph.Relationship):
        ends = [_end(node) for node in value.nodes]
        return {
            "type": value.type,
            "from": ends[0],
            "to": ends[1],
            **{name: plain(each) for name, each in value.items()},
        }
    if isinstance(value, graph.Path):
        links = [link.type for link in value.relationships]
        return [each for pair in zip(map(_end, value.nodes), [*links, None], strict=True) for each in pair][:-1]
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    # A duration and a place are tuples to Python, and one value to everybody else.
    if isinstance(value, list | tuple) and not hasattr(value, "srid") and not hasattr(value, "iso_format"):
        return [plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else _said(value)


def _end(node: Any) -> Any:
    return None if node is None else node.get("id", node.element_id)


def _said(value: Any) -> str:
    """Returns a date, a duration, a place or bytes as text."""
    if isinstance(value, bytes | bytearray):
        return value.hex()
    return str(value.iso_format()) if hasattr(value, "iso_format") else str(value)
