"""GraphML: tables with the column ``id`` are nodes, tables with ``from`` and ``to`` are edges.

The table's name becomes the attribute ``table``. An end that no node table holds is written as a node of its own with
nothing but its id, because readers refuse an edge without its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from eamap.errors import UsageError
from eamap_exporters.files import write_text
from eamap_exporters.tables import About, Tables, flat, listed

if TYPE_CHECKING:
    import polars as pl

_ILLEGAL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{FFFE}\x{FFFF}]"


class GraphmlExporter:
    """Writes tables of things and links as one directed graph."""

    name = "graphml"
    suffixes = (".graphml",)
    accepts = "table"

    def export(self, thing: Tables, path: Path, options: Mapping[str, Any]) -> list[Path]:
        """Writes the graph and returns its path."""
        return write_text(path, "\n".join([*_lines(thing, About.of(options)), ""]))


EXPORTER = GraphmlExporter()


def _lines(tables: Tables, about: About) -> Iterator[str]:
    found = [(name, flat(frame)) for name, frame, _ in listed(tables)]
    nodes = [(name, frame) for name, frame in found if "id" in frame.columns]
    edges = [(name, frame) for name, frame in found if {"from", "to"} <= set(frame.columns)]
    if not nodes and not edges:
        raise UsageError("a graph needs a table with the column id, or with from and to")
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield f"<desc>{escape('; '.join(f'{name}: {value}' for name, value in about.pairs()))}</desc>"
    keys = {
        **{("node", column): f"n{n}" for n, column in enumerate(_columns(nodes, {"id"}))},
        **{("edge", column): f"e{n}" for n, column in enumerate(_columns(edges, {"from", "to"}))},
    }
    for (carrier, column), key in keys.items():
        yield f'<key id="{key}" for="{carrier}" attr.name={quoteattr(column)} attr.type="string"/>'
    yield '<graph edgedefault="directed">'
    for name, frame in nodes:
        yield from _elements(name, frame, keys, "node")
    yield from _strangers([frame for _, frame in nodes], [frame for _, frame in edges])
    for name, frame in edges:
        yield from _elements(name, frame, keys, "edge")
    yield "</graph>\n</graphml>"


def _columns(tables: list[tuple[str, pl.DataFrame]], without: set[str]) -> list[str]:
    seen = dict.fromkeys(column for _, frame in tables for column in frame.columns if column not in without)
    return ["table", *(column for column in seen if column != "table")]


def _elements(name: str, frame: pl.DataFrame, keys: Mapping[tuple[str, str], str], carrier: str) -> list[str]:
    """Builds the lines of a whole table at once, column by column."""
    import polars as pl

    ends = ("id",) if carrier == "node" else ("from", "to")
    attributes = dict(zip(ends, ("id",) if carrier == "node" else ("source", "target"), strict=True))
    parts: list[pl.Expr] = [pl.lit(f"<{carrier}")]
    for column, attribute in attributes.items():
        parts += [pl.lit(f' {attribute}="'), _escaped(column), pl.lit('"')]
    parts.append(pl.lit(f'><data key="{keys[carrier, "table"]}">{escape(name)}</data>'))
    for column in frame.columns:
        if column not in {*ends, "table"}:
            data = pl.concat_str(pl.lit(f'<data key="{keys[carrier, column]}">'), _escaped(column), pl.lit("</data>"))
            parts.append(data.fill_null(""))
    parts.append(pl.lit(f"</{carrier}>"))
    held = frame.drop_nulls(list(ends))
    return held.select(pl.concat_str(parts).alias("line"))["line"].to_list() if held.height else []


def _escaped(column: str) -> pl.Expr:
    import polars as pl

    text = pl.col(column).cast(pl.String).str.replace_all(_ILLEGAL, "")
    for character, code in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.str.replace_all(character, code, literal=True)
    return text


def _strangers(nodes: list[pl.DataFrame], edges: list[pl.DataFrame]) -> list[str]:
    import polars as pl

    ends = [frame.select(pl.col(end).cast(pl.String).alias("id")) for frame in edges for end in ("from", "to")]
    if not ends:
        return []
    known = [frame.select(pl.col("id").cast(pl.String)) for frame in nodes]
    missing = pl.concat(ends).drop_nulls().unique().sort("id")
    if known:
        missing = missing.join(pl.concat(known), on="id", how="anti")
    line = pl.concat_str(pl.lit('<node id="'), _escaped("id"), pl.lit('"/>'))
    return missing.sort("id").select(line.alias("line"))["line"].to_list() if missing.height else []
