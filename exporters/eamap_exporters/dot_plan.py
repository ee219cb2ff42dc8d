"""The DOT text that a network is laid out from: names of our own, sizes we measured, no label at all.

Graphviz sees neither ids nor text of the estate, so nothing in them can be read as an order, and no font is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eamap.errors import PluginError
from eamap.model.diagram import Block, Edge, Network
from eamap_exporters.scene import Shape

if TYPE_CHECKING:
    import graphviz

_POINTS = 72.0


@dataclass(frozen=True, slots=True)
class Way:
    """One arrangement to try.

    ``rows`` stands the groups in so many rows (0: Graphviz decides), ``across`` sets so many boxes side by side in a
    group, ``stagger`` spreads the labels of one box's lines over so many ranks.
    """

    direction: str
    rows: int = 0
    across: int = 0
    stagger: int = 1


@dataclass(slots=True)
class DotPlan:
    """A network on its way to ``dot``; remembers which of our names stands for what."""

    network: Network
    shapes: Mapping[str, Shape]
    chips: Mapping[str, Shape]
    way: Way
    titles: Mapping[str, tuple[float, float]]
    blocks: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Block] = field(default_factory=dict)
    homes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _row: dict[str, int] = field(default_factory=dict)

    def source(self) -> str:
        """Returns the DOT text."""
        graph = _graph(self.way)
        for block in self.network.blocks:
            self._add(graph, block, ())
        if self.way.rows:
            self._stand_in_rows(graph)
        labels: dict[tuple[str, ...], list[str]] = {}
        starts: Counter[str] = Counter()
        for number, edge in enumerate(self.network.edges):
            self._join(graph, number, edge, 1 + starts[edge.source] % self.way.stagger)
            starts[edge.source] += 1
            if edge.id in self.chips:
                labels.setdefault(_shared(self.homes[edge.source], self.homes[edge.target]), []).append(f"e{number}")
        for path, names in labels.items():
            _house(graph, path, names)
        return str(graph.source)

    def _add(self, graph: graphviz.Digraph, block: Block, path: tuple[str, ...]) -> None:
        self.homes[block.id] = path
        if not block.blocks:
            self.blocks[block.id] = name = f"n{len(self.blocks)}"
            graph.node(name, **_size(self.shapes[block.id]))
            return
        name = f"cluster_{len(self.groups)}"
        self.groups[name] = block
        wide, high = self.titles[block.id]
        room = f'<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{wide:.0f}" HEIGHT="{high:.0f}"><TR><TD></TD></TR></TABLE>>'
        with graph.subgraph(name=name, graph_attr={"label": room, "labeljust": "l", "margin": "8"}) as cluster:
            for inner in block.blocks:
                self._add(cluster, inner, (*path, name))
            self._tidy(cluster, block)

    def _tidy(self, cluster: graphviz.Digraph, block: Block) -> None:
        """Stands boxes that no line orders in a block instead of one endless row."""
        inside = {b.id for b in block.blocks}
        near = (
            self.network.edges
            if not self.way.across
            else [e for e in self.network.edges if {e.source, e.target} <= inside]
        )
        ordered = {end for edge in near for end in (edge.source, edge.target)}
        loose = [self.blocks[b.id] for b in block.blocks if not b.blocks and b.id not in ordered]
        across = self.way.across or max(round((len(loose) * 2) ** 0.5), 1)
        for upper, lower in zip(loose, loose[across:], strict=False):
            cluster.edge(upper, lower, style="invis", weight="1")

    def _stand_in_rows(self, graph: graphviz.Digraph) -> None:
        """Puts an invisible bar below each row of groups, which the next row must stay behind."""
        leaves = [[b.id for b in top.walk() if not b.blocks] for top in self.network.blocks]
        share = sum(map(len, leaves)) / self.way.rows
        placed = 0
        for inside in leaves:
            row = min(int((placed + len(inside) / 2) / share), self.way.rows - 1)
            self._row.update(dict.fromkeys(inside, row))
            placed += len(inside)
        for key, row in self._row.items():
            if row:
                graph.edge(f"bar{row - 1}", self.blocks[key], style="invis", weight="0")
            if row < self.way.rows - 1:
                graph.edge(self.blocks[key], f"bar{row}", style="invis", weight="0")
        for row in range(self.way.rows - 1):
            graph.node(f"bar{row}", width="0.01", height="0.01", style="invis")

    def _join(self, graph: graphviz.Digraph, number: int, edge: Edge, further: int) -> None:
        near, far = self.blocks[edge.source], self.blocks[edge.target]
        rows = self._row.get(edge.source, 0), self._row.get(edge.target, 0)
        # Lines up to an earlier row are laid out downwards like the others and only drawn the other way round.
        back = rows[0] > rows[1]
        sideways = bool(self.way.rows) and rows[0] == rows[1] and self.homes[edge.source] != self.homes[edge.target]
        if back:
            near, far = far, near
        ends = {"id": str(number), "dir": "back" if back else "forward", "weight": "2"}
        free = {"constraint": "false"} if sideways else {}
        if edge.id not in self.chips:
            graph.edge(near, far, **ends, **free)
            return
        graph.node(f"e{number}", **_size(self.chips[edge.id]))
        first, second = {**ends, "minlen": str(further)}, {**ends, **free}
        plain = second if back else first
        plain["arrowhead"] = plain["arrowtail"] = "none"
        graph.edge(near, f"e{number}", **first)
        graph.edge(f"e{number}", far, **second)


def _graph(way: Way) -> graphviz.Digraph:
    try:
        import graphviz
    except ImportError as error:
        raise PluginError(
            "pictures with lines need the graphviz package", hint="pip install 'eamap[pictures]'"
        ) from error
    attributes = {"rankdir": way.direction, "nodesep": "0.14", "ranksep": "0.26", "charset": "UTF-8", "splines": "true"}
    return graphviz.Digraph(graph_attr=attributes, node_attr={"shape": "box", "label": "", "fixedsize": "true"})


def _house(graph: graphviz.Digraph, path: tuple[str, ...], labels: list[str]) -> None:
    """Puts the labels of lines inside one organisation into its cluster; the others stay between clusters."""
    if not path:
        return
    with graph.subgraph(name=path[0]) as cluster:
        _house(cluster, path[1:], labels)
        for label in labels if len(path) == 1 else ():
            cluster.node(label)


def _shared(near: tuple[str, ...], far: tuple[str, ...]) -> tuple[str, ...]:
    common = []
    for left, right in zip(near, far, strict=False):
        if left != right:
            break
        common.append(left)
    return tuple(common)


def _size(shape: Shape) -> dict[str, str]:
    return {"width": f"{shape.w / _POINTS:.4f}", "height": f"{shape.h / _POINTS:.4f}"}
