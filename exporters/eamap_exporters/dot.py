"""DOT: the diagram as a graph for Graphviz and its relatives; every label quoted, every number with its ref.

Matrices become a cluster a row. Shape attributes ``ref`` and ``status`` are ours; Graphviz carries and ignores them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from eamap.errors import PluginError
from eamap.model.diagram import Block, Cell, Diagram, Edge, LegendEntry, Matrix, Nest, Network, Scale, Status, Text
from eamap_exporters import palette
from eamap_exporters.files import write_text
from eamap_exporters.palette import paint, thickness
from eamap_exporters.scene import said

if TYPE_CHECKING:
    import graphviz


class DotExporter:
    """Writes a diagram as DOT text."""

    name = "dot"
    suffixes = (".dot", ".gv")
    accepts = "diagram"

    def export(self, thing: Diagram, path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes the text and returns its path."""
        return write_text(path, dot_text(thing))


EXPORTER = DotExporter()


def dot_text(diagram: Diagram) -> str:
    """Returns a diagram as DOT text, the same for the same diagram."""
    try:
        import graphviz
    except ImportError as error:
        raise PluginError("DOT needs the graphviz package", hint="pip install 'eamap[pictures]'") from error
    graph = graphviz.Digraph("eamap", graph_attr=_sheet(diagram), node_attr=_NODE, edge_attr=_EDGE)
    names: dict[str, str] = {}
    match diagram.body:
        case Nest():
            _add_blocks(graph, diagram.body.blocks, names)
        case Network():
            _add_blocks(graph, diagram.body.blocks, names)
            _add_edges(graph, diagram.body.edges, names)
        case Matrix():
            _add_matrix(graph, diagram.body)
    _add_legend(graph, diagram.legend, diagram.scale)
    return str(graph.source)


_NODE = {"shape": "box", "style": "filled", "fillcolor": "#ffffff", "fontname": "Arial", "fontsize": "10"}
_EDGE = {"fontname": "Arial", "fontsize": "9"}


def _sheet(diagram: Diagram) -> dict[str, str]:
    caption = (diagram.title, diagram.subtitle, *diagram.footnotes, *diagram.imprint)
    refs = [ref for text in caption for ref in text.refs]
    return {
        "label": _label(caption),
        "labelloc": "t",
        "rankdir": "LR",
        "fontname": "Arial",
        "charset": "UTF-8",
        "tooltip": _label((diagram.alt,)),
        "ref": _plain(" | ".join((*refs, *diagram.alt.refs))),
    }


def _add_blocks(graph: graphviz.Digraph, blocks: Iterable[Block], names: dict[str, str]) -> None:
    for block in blocks:
        if not block.blocks:
            names[block.id] = f"n{len(names)}"
            graph.node(names[block.id], **_box(block))
            continue
        names[block.id] = f"cluster_{len(names)}"
        with graph.subgraph(name=names[block.id], graph_attr={**_box(block), "fillcolor": palette.GROUND}) as cluster:
            _add_blocks(cluster, block.blocks, names)


def _box(block: Block) -> dict[str, str]:
    spoken = said(block.label, block.status, (*block.lines, block.note))
    texts = (block.label, *block.lines)
    return _marked(texts, spoken, block.status, block.ref)


def _marked(texts: tuple[Text, ...], spoken: Text, status: Status | None, ref: str) -> dict[str, str]:
    look = paint(status)
    prefix = f"[{look.letter}] " if look.letter else ""
    refs = dict.fromkeys((*((ref,) if ref else ()), *spoken.refs))
    found = {
        "label": _label(texts, prefix),
        "tooltip": _label((spoken,)),
        "style": "filled,dashed" if look.dash else "filled",
        "fillcolor": look.tint,
        "color": look.strong,
    }
    return found | ({"ref": _plain(" | ".join(refs))} if refs else {}) | ({"status": status.value} if status else {})


def _add_edges(graph: graphviz.Digraph, edges: Iterable[Edge], names: Mapping[str, str]) -> None:
    for edge in edges:
        look = paint(edge.status)
        texts = (edge.label, Text.of(edge.status.word)) if edge.status else (edge.label,)
        attributes = _marked(texts, said(edge.label, edge.status, (edge.note,)), edge.status, edge.ref)
        attributes["style"] = "dashed" if look.dash else "solid"
        attributes["penwidth"] = f"{thickness(edge.status, edge.width):g}"
        # Labels of lines across clusters make Graphviz abort in its ordering (mincross.c); xlabels it places later.
        del attributes["label"]
        attributes["xlabel"] = _label(texts)
        del attributes["fillcolor"]
        graph.edge(names[edge.source], names[edge.target], **attributes)


def _add_matrix(graph: graphviz.Digraph, matrix: Matrix) -> None:
    columns = {column.id: column for column in matrix.columns}
    cells: dict[str, list[Cell]] = {}
    for cell in matrix.cells:
        cells.setdefault(cell.row, []).append(cell)
    names: dict[tuple[str, str], str] = {}
    for number, row in enumerate(matrix.rows):
        frame = _marked((row.label,), said(row.label, None, (row.group, row.note)), None, row.ref)
        with graph.subgraph(name=f"cluster_r{number}", graph_attr=frame) as cluster:
            for cell in cells.get(row.id, ()):
                names[row.id, cell.column] = f"c{len(names)}"
                label = columns[cell.column].label
                texts = (label, cell.text) if cell.text else (label, *_word(cell.status))
                spoken = said(label, cell.status, (cell.text, cell.note))
                cluster.node(names[row.id, cell.column], **_marked(texts, spoken, cell.status, cell.ref))
    for bar in matrix.bars:
        ends = [names[bar.row, column] for column in bar.columns if (bar.row, column) in names]
        for near, far in pairwise(ends):
            attributes = _marked((bar.label,), said(bar.label, bar.status, (bar.note,)), bar.status, bar.ref)
            attributes["xlabel"] = attributes.pop("label")
            graph.edge(near, far, **{**attributes, "style": "solid", "dir": "none", "constraint": "false"})


def _add_legend(graph: graphviz.Digraph, entries: tuple[LegendEntry, ...], scale: tuple[Scale, ...]) -> None:
    if not entries and not scale:
        return
    with graph.subgraph(name="cluster_legend", graph_attr={"label": "Legend", "style": "dashed"}) as legend:
        for number, entry in enumerate(entries):
            words = Text.of(f"{entry.status.word} ({entry.carrier}): {entry.meaning}")
            legend.node(f"l{number}", **_marked((words,), words, entry.status, ""))
        for number, each in enumerate(scale):
            words = Text.of("line this wide: ").plus(each.text)
            legend.node(f"w{number}", **_marked((words,), words, None, ""), penwidth=f"{thickness(None, each.width):g}")


def _word(status: Status | None) -> tuple[Text, ...]:
    return (Text.of(status.word),) if status else ()


def _label(texts: Iterable[Text], prefix: str = "") -> str:
    """Escapes what Graphviz would read as an order, and keeps ``<…>`` from being read as its HTML."""
    import graphviz

    joined = "\\n".join(str(graphviz.escape(text.plain)) for text in texts if text)
    return cast(str, str.__new__(graphviz.quoting.NoHtml, prefix + joined))


def _plain(text: str) -> str:
    import graphviz

    cleaned = "".join(c for c in text if c.isprintable())
    return cast(str, str.__new__(graphviz.quoting.NoHtml, str(graphviz.escape(cleaned))))
