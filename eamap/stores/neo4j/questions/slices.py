"""A slice of the graph as the tables that eamap works with: the links a question met, and the ends they cite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.model.estate import LINKS, THINGS, Estate
from eamap.model.relations import RELATIONS
from eamap.model.schema import link_schema, thing_schema
from eamap.model.selector import EstateOn
from eamap.stores.neo4j.layout import RELIES_ON

if TYPE_CHECKING:
    import polars as pl

TOLD = "[a.id, a.source, a.row, a.rule] AS origin, type(r) AS relation, properties(r) AS said, [z.id, z.source, z.row, z.rule] AS target"
"""What a question returns of each link ``(a)-[r]->(z)`` for a slice to be made of."""
_CITED = ("source", "row", "rule")


def slice_of(links: Iterable[Sequence[Any]], ids: Iterable[str], as_of: date, version: int = 0) -> EstateOn:
    """Returns an estate of some links, as TOLD tells them, and of things of which only the ids are known."""
    tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
    for identifier in ids:
        kind = identifier.partition(":")[0]
        tables[THINGS + kind].setdefault((identifier,), {"id": identifier})
    for origin, relation, said, target in links:
        if relation == RELIES_ON:
            through = said["through"]
            told = {name: value for name, value in said.items() if name != "through"}
            _link(tables, "CONSUMES", origin, told, [through, None, None, None])
            _link(tables, "EXPOSES", target, {}, [through, None, None, None])
        else:
            _link(tables, relation, origin, said, target)
    return EstateOn(
        Estate({name: _table(name, rows.values()) for name, rows in tables.items()}, version=version), as_of
    )


def _link(
    tables: dict[str, Any], relation: str, origin: Sequence[Any], said: dict[str, Any], target: Sequence[Any]
) -> None:
    if (column := RELATIONS[relation].column) is None:
        row = {"from": origin[0], "to": target[0], **said}
        tables[LINKS + relation][tuple(sorted(row.items()))] = row
        return
    kind, name, end = column
    named, thing = (origin, target) if end == "from" else (target, origin)
    held = tables[THINGS + kind].setdefault((thing[0],), {"id": thing[0]})
    held[name] = named[0]
    if thing[1] is not None:
        held.update(zip(_CITED, thing[1:], strict=True))


def _table(name: str, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
    import polars as pl

    folder, _, rest = name.partition("/")
    schema = thing_schema(rest) if folder == THINGS.rstrip("/") else link_schema(rest)
    return pl.DataFrame(
        [{key: row.get(key) for key in schema} for row in rows], schema=schema, infer_schema_length=None
    )
