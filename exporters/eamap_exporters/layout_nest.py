"""Boxes in boxes: groups stand in columns, leaves in rows inside their group, always in the order given."""

from __future__ import annotations

from dataclasses import dataclass

from eamap.model.diagram import Block, Nest, Text
from eamap_exporters import fonts
from eamap_exporters.scene import BAND, Line, Placed, Shape, said, stack

_GAP = 5.0
_PAD = 6.0
_NARROWEST = 84.0
_MOST_COLUMNS = 8
_GROWTH = (1.0, 1.2, 1.45, 1.75, 2.1, 2.6, 3.2, 4.0, 6.0)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a nest is laid out: text size, number of columns of groups, leaves a row, width of a column of groups."""

    size: float
    columns: int
    leaves: int
    width: float


def place_nest(nest: Nest, size: float, room: tuple[float, float]) -> Placed:
    """Returns the nest laid out; it is larger than the room only where no arrangement fits."""
    if not nest.blocks:
        return Placed(0, 0)
    for growth in _GROWTH:
        grown = (room[0] * growth, room[1] * growth)
        fitting = [placed for placed in _arrangements(nest, size, grown[0]) if placed.h <= grown[1]]
        if fitting:
            return min(fitting, key=lambda placed: (_cuts(placed), placed.h))
    return min(_arrangements(nest, size, room[0] * _GROWTH[-1]), key=lambda placed: placed.h)


def _arrangements(nest: Nest, size: float, width: float) -> list[Placed]:
    grouped = all(block.blocks for block in nest.blocks)
    most = min(len(nest.blocks), _MOST_COLUMNS) if grouped else 1
    found = []
    for columns in range(1, most + 1):
        column = (width - _GAP * 2 * (columns - 1)) / columns
        for leaves in range(1, 13):
            if leaves > 1 and (column - 4 * _PAD) / leaves < _NARROWEST:
                break
            found.append(_place_columns(nest.blocks, _Plan(size, columns, leaves, column), width))
    return found


def _place_columns(blocks: tuple[Block, ...], plan: _Plan, width: float) -> Placed:
    """Fills columns from the left; each takes its fair share of the height that is still to be placed."""
    if not all(block.blocks for block in blocks):
        shapes, bottom = _place_all(blocks, 0, 0, plan.width, plan, 0)
        return Placed(width, bottom, tuple(shapes))
    heights = [_place_all((block,), 0, 0, plan.width, plan, 0)[1] + _GAP * 2 for block in blocks]
    shapes, x, y, column, left, tallest = [], 0.0, 0.0, 0, sum(heights), 0.0
    share = left / plan.columns
    for block, height in zip(blocks, heights, strict=True):
        if y > 0 and column < plan.columns - 1 and y + height / 2 > share:
            left -= y
            column, x, y = column + 1, x + plan.width + _GAP * 2, 0.0
            share = left / (plan.columns - column)
        placed, bottom = _place_all((block,), x, y, plan.width, plan, 0)
        shapes += placed
        y = bottom + _GAP * 2
        tallest = max(tallest, bottom)
    return Placed(width, tallest, tuple(shapes))


def _place_all(
    blocks: tuple[Block, ...], x: float, y: float, width: float, plan: _Plan, depth: int
) -> tuple[list[Shape], float]:
    """Places blocks under one another, neighbouring leaves side by side; returns the shapes and the bottom."""
    shapes: list[Shape] = []
    row: list[Block] = []
    for block in blocks:
        if not block.blocks:
            row.append(block)
            if len(row) < plan.leaves:
                continue
        placed, y = _place_row(row, x, y, width, plan, depth)
        shapes += placed
        row = []
        if block.blocks:
            placed, y = _place_group(block, x, y, width, plan, depth)
            shapes += placed
    placed, y = _place_row(row, x, y, width, plan, depth)
    return shapes + placed, max(y - _GAP, 0.0)


def _place_group(
    block: Block, x: float, y: float, width: float, plan: _Plan, depth: int
) -> tuple[list[Shape], float]:
    left = x + _PAD + (BAND if block.status else 0)
    head = _texts(block, x + width - _PAD - left, plan.size, most=2)
    lines = stack(head, left, y + 4, plan.size)
    inner = y + 4 + fonts.height(len(lines), plan.size) + 3
    shapes, bottom = _place_all(block.blocks, x + _PAD, inner, width - 2 * _PAD, plan, depth + 1)
    spoken = said(block.label, block.status, (*block.lines, block.note))
    bottom = max(bottom, inner)
    frame = Shape(block.id, x, y, width, bottom + _PAD - y, "frame", block.status, lines, spoken, block.ref, depth)
    return [frame, *shapes], bottom + _PAD + _GAP


def _place_row(
    row: list[Block], x: float, y: float, width: float, plan: _Plan, depth: int
) -> tuple[list[Shape], float]:
    if not row:
        return [], y
    each = (width - _GAP * (plan.leaves - 1)) / plan.leaves
    leaves = [_leaf(block, x + place * (each + _GAP), y, each, plan, depth) for place, block in enumerate(row)]
    tallest = max(leaf.h for leaf in leaves)
    evened = [Shape(s.id, s.x, s.y, s.w, tallest, s.look, s.status, s.lines, s.said, s.ref, depth) for s in leaves]
    return evened, y + tallest + _GAP


def _leaf(block: Block, x: float, y: float, width: float, plan: _Plan, depth: int) -> Shape:
    left = x + (BAND + 5 if block.status else 6)
    lines = stack(_texts(block, x + width - 4 - left, plan.size, most=4), left, y + 4, plan.size)
    spoken = said(block.label, block.status, (*block.lines, block.note))
    height = max(fonts.height(len(lines), plan.size) + 8, 26)
    return Shape(block.id, x, y, width, height, "box", block.status, lines, spoken, block.ref, depth)


def _texts(block: Block, room: float, size: float, *, most: int) -> list[tuple[tuple[Text, ...], bool]]:
    head = fonts.wrap(block.label, room, size, bold=True, most=most)
    return [(head, True), *((fonts.wrap(line, room, size, most=2), False) for line in block.lines)]


def _cuts(placed: Placed) -> int:
    return sum(1 for shape in placed.shapes for line in shape.lines if _is_cut(line))


def _is_cut(line: Line) -> bool:
    return line.text.plain.endswith("…")
