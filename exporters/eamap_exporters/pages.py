"""A body too large for one slide becomes several bodies, none of which loses or repeats a fact.

Each page takes as much from the front as fits. Groups that are cut in two say "(continued)"; boxes at the far end of a
line are drawn again where the line needs them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from eamap.model.diagram import Block, Body, Matrix, Nest, Network, Text

_MOST_PAGES = 60
_CONTINUED = Text.of(" (continued)")


def paginate(body: Body, fits: Callable[[Body], bool]) -> list[Body]:
    """Returns the pages of a body; a single mark that does not fit still gets its page."""
    if fits(body):
        return [body]
    pages: list[Body] = []
    for rest in _columns(body, fits):
        while len(pages) < _MOST_PAGES and units(rest) > 1 and not fits(rest):
            page, rest = split(rest, _largest(rest, fits))  # noqa: PLW2901
            pages.append(page)
        pages.append(rest)
    return pages


def _columns(body: Body, fits: Callable[[Body], bool]) -> list[Body]:
    """Splits a matrix of which not even one row fits into groups of columns, as few as will do."""
    if not isinstance(body, Matrix) or fits(_rows(body, 0, 1)):
        return [body]
    for parts in range(2, len(body.columns) + 1):
        size = -(-len(body.columns) // parts)
        pages = [_pick(body, start, start + size) for start in range(0, len(body.columns), size)]
        if all(fits(_rows(page, 0, 1)) for page in pages):
            return list(pages)
    return [body]


def _pick(matrix: Matrix, start: int, stop: int) -> Matrix:
    columns = matrix.columns[start:stop]
    kept = {column.id for column in columns}
    bars = (replace(bar, columns=tuple(c for c in bar.columns if c in kept)) for bar in matrix.bars)
    cells = tuple(cell for cell in matrix.cells if cell.column in kept)
    return Matrix(matrix.rows, columns, cells, tuple(bar for bar in bars if bar.columns))


def _largest(body: Body, fits: Callable[[Body], bool]) -> int:
    low, high = 1, units(body) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(split(body, middle)[0]) else (low, middle - 1)
    return _kinder(body, low)


def _kinder(body: Body, cut: int) -> int:
    """Moves a cut back to the start of a group where that leaves the page at least half full."""
    if not isinstance(body, Nest):
        return cut
    edge = 0
    for block in body.blocks:
        size = _leaves(block)
        if edge + size > cut:
            break
        edge += size
    return edge if edge * 2 >= cut and edge else cut


def units(body: Body) -> int:
    """Returns how many pieces a body can be cut into."""
    match body:
        case Nest():
            return sum(_leaves(block) for block in body.blocks)
        case Matrix():
            return len(body.rows)
        case Network():
            return len(body.edges) + len(_loose(body))


def split(body: Body, cut: int) -> tuple[Body, Body]:
    """Returns the first ``cut`` pieces of a body and the rest."""
    match body:
        case Nest():
            return Nest(_take(body.blocks, 0, cut)), Nest(_take(body.blocks, cut, units(body)))
        case Matrix():
            return _rows(body, 0, cut), _rows(body, cut, len(body.rows))
        case Network():
            return _lines(body, 0, cut), _lines(body, cut, units(body))


def _leaves(block: Block) -> int:
    return sum(map(_leaves, block.blocks)) if block.blocks else 1


def _take(blocks: tuple[Block, ...], start: int, stop: int) -> tuple[Block, ...]:
    kept, at = [], 0
    for block in blocks:
        size = _leaves(block)
        low, high = max(start - at, 0), min(stop - at, size)
        at += size
        if low >= high:
            continue
        if not block.blocks:
            kept.append(block)
            continue
        part = replace(block, blocks=_take(block.blocks, low, high))
        cut_before = low > 0 and not block.label.plain.endswith(_CONTINUED.plain)
        kept.append(replace(part, label=part.label.plus(_CONTINUED)) if cut_before else part)
    return tuple(kept)


def _rows(matrix: Matrix, start: int, stop: int) -> Matrix:
    rows = matrix.rows[start:stop]
    kept = {row.id for row in rows}
    cells = tuple(cell for cell in matrix.cells if cell.row in kept)
    return Matrix(rows, matrix.columns, cells, tuple(bar for bar in matrix.bars if bar.row in kept))


def _loose(network: Network) -> list[str]:
    joined = {end for edge in network.edges for end in (edge.source, edge.target)}
    return [b.id for top in network.blocks for b in top.walk() if not b.blocks and b.id not in joined]


def _lines(network: Network, start: int, stop: int) -> Network:
    """Lines first, in the order of the box they start at, then the boxes without any line."""
    order = {b.id: n for n, b in enumerate(b for top in network.blocks for b in top.walk())}
    lines = sorted(network.edges, key=lambda edge: (order[edge.source], order[edge.target], edge.id))
    edges = tuple(lines[start:stop])
    loose = _loose(network)[max(start - len(lines), 0) : max(stop - len(lines), 0)]
    kept = {end for edge in edges for end in (edge.source, edge.target)} | set(loose)
    return Network(_only(network.blocks, kept), edges, network.scale)


def _only(blocks: tuple[Block, ...], kept: set[str]) -> tuple[Block, ...]:
    found = []
    for block in blocks:
        if block.blocks:
            inner = _only(block.blocks, kept)
            if inner:
                found.append(replace(block, blocks=inner))
        elif block.id in kept:
            found.append(block)
    return tuple(found)
