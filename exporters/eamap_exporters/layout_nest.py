"""Boxes in boxes: groups stand in columns, leaves in rows inside their group, always in the order given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eamap.model.diagram import Block, Nest, Text
from eamap_exporters import fonts
from eamap_exporters.scene import BAND, Placed, Shape, said, stack

_GAP = 5.0
_PAD = 6.0
_NARROWEST = 84.0
_COMFORTABLE = 260.0
_MOST_COLUMNS = 8
_GROWTH = (1.0, 1.12, 1.25, 1.4, 1.57, 1.75, 2.0, 2.3, 2.7, 3.2, 4.0, 6.0)


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
        width = room[0] * growth
        fitting = list(_fitting(nest, size, (width, room[1] * growth)))
        if fitting:
            return _place_columns(nest.blocks, min(fitting, key=lambda one: one[1])[0], width)
    measured = [(plan, _Measure(plan)) for plan in _plans(nest, size, width, room[1] * growth)]
    plan, _ = min(measured, key=lambda one: (one[1].cuts(nest.blocks), one[1].height(nest.blocks)))
    return _place_columns(nest.blocks, plan, width)


def nest_fits(nest: Nest, size: float, room: tuple[float, float]) -> bool:
    """Says whether any arrangement fits, without placing anything."""
    return not nest.blocks or any(True for _ in _fitting(nest, size, room))


def _fitting(nest: Nest, size: float, room: tuple[float, float]) -> Iterator[tuple[_Plan, float]]:
    """The arrangements that fit, with their heights."""
    # A name too long for any box is shortened anyway; beyond those, the sheet grows before a word is cut.
    bearable = _Measure(_Plan(size, 1, 1, _COMFORTABLE)).cuts(nest.blocks)
    for plan in _plans(nest, size, *room):
        measure = _Measure(plan)
        height = measure.height(nest.blocks)
        if height <= room[1] and measure.cuts(nest.blocks) <= bearable:
            yield plan, height


def _plans(nest: Nest, size: float, width: float, height: float) -> list[_Plan]:
    """The arrangements that may fit: as many columns and leaves a row as leave a leaf its least width."""
    grouped = all(block.blocks for block in nest.blocks)
    leaves = sum(1 for top in nest.blocks for block in top.walk() if not block.blocks)
    found = []
    for columns in range(1, (min(len(nest.blocks), _MOST_COLUMNS) if grouped else 1) + 1):
        column = (width - _GAP * 2 * (columns - 1)) / columns
        for across in range(1, 13):
            if across > 1 and (column - 4 * _PAD) / across < _NARROWEST:
                break
            # No leaf is lower than two lines: what cannot fit even so is not measured.
            if leaves / (columns * across) * (fonts.height(2, size) + 8) <= height:
                found.append(_Plan(size, columns, across, column))
    return found or [_Plan(size, 1, max(int(width / (_NARROWEST * 2)), 1), width)]


class _Measure:
    """Adds up heights without placing anything: many plans are measured, one is placed."""

    def __init__(self, plan: _Plan) -> None:
        self._plan = plan
        self._counted: dict[tuple[int, float], tuple[int, int]] = {}

    def height(self, blocks: tuple[Block, ...]) -> float:
        """Returns the height of the tallest column."""
        if not all(block.blocks for block in blocks):
            return self._inside(blocks, self._plan.width)
        heights = [self._group(block, self._plan.width) for block in blocks]
        columns = _columns(heights, self._plan.columns)
        return max(sum(heights[n] + _GAP * 2 for n in column) for column in columns) - _GAP * 2

    def cuts(self, blocks: tuple[Block, ...]) -> int:
        """Returns how many texts would have to be cut."""
        return sum(self._cuts(block, self._plan.width) for block in blocks)

    def _inside(self, blocks: tuple[Block, ...], width: float) -> float:
        total = 0.0
        row: list[float] = []
        for block in (*blocks, None):
            if block is None or block.blocks or len(row) == self._plan.leaves:
                total += max(row) + _GAP if row else 0
                row = []
            if block is not None and block.blocks:
                total += self._group(block, width) + _GAP
            elif block is not None:
                lines, _ = self._count(block, _leaf_room(block, _each(width, self._plan)), 4)
                row.append(_height_of(lines, self._plan.size))
        return max(total - _GAP, 0.0)

    def _group(self, block: Block, width: float) -> float:
        lines, _ = self._count(block, _group_room(block, width), 2)
        return 7 + fonts.height(lines, self._plan.size) + self._inside(block.blocks, width - 2 * _PAD) + _PAD

    def _cuts(self, block: Block, width: float) -> int:
        if block.blocks:
            return sum(self._cuts(inner, width - 2 * _PAD) for inner in block.blocks)
        return self._count(block, _leaf_room(block, _each(width, self._plan)), 4)[1]

    def _count(self, block: Block, room: float, most: int) -> tuple[int, int]:
        # Heights and cuts ask for the same counts, and a block lives longer than the measure of it.
        key = (id(block), room)
        if key not in self._counted:
            self._counted[key] = _count(block, room, self._plan.size, most)
        return self._counted[key]


def _columns(heights: list[float], columns: int) -> list[list[int]]:
    """Fills columns from the left, in order, so that the tallest is as low as it can be."""
    low, high = max(heights), sum(heights)
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(_filled(heights, middle)) <= columns else (middle, high)
    return _filled(heights, high)


def _filled(heights: list[float], most: float) -> list[list[int]]:
    found: list[list[int]] = [[]]
    used = 0.0
    for number, height in enumerate(heights):
        if used and used + height > most:
            found.append([])
            used = 0.0
        found[-1].append(number)
        used += height
    return found


def _each(width: float, plan: _Plan) -> float:
    return (width - _GAP * (plan.leaves - 1)) / plan.leaves


def _leaf_room(block: Block, width: float) -> float:
    return width - 4 - (BAND + 5 if block.status else 6)


def _group_room(block: Block, width: float) -> float:
    return width - 2 * _PAD - (BAND if block.status else 0)


def _leaf_height(block: Block, width: float, size: float) -> float:
    return _height_of(_count(block, _leaf_room(block, width), size, 4)[0], size)


def _height_of(lines: int, size: float) -> float:
    return max(fonts.height(lines, size) + 8, 26)


def _count(block: Block, room: float, size: float, most: int) -> tuple[int, int]:
    """Returns how many lines of text a block has, and how many of its texts are shortened or broken."""
    found = [fonts.count(block.label, room, size, bold=True, most=most)]
    found += [fonts.count(line, room, size, most=2) for line in block.lines]
    return sum(lines for lines, _ in found), sum(spoilt for _, spoilt in found)


def _place_columns(blocks: tuple[Block, ...], plan: _Plan, width: float) -> Placed:
    if not all(block.blocks for block in blocks):
        shapes, bottom = _place_all(blocks, 0, 0, plan.width, plan, 0)
        return Placed(width, bottom, tuple(shapes))
    heights = [_Measure(plan).height((block,)) for block in blocks]
    shapes, tallest = [], 0.0
    for column, numbers in enumerate(_columns(heights, plan.columns)):
        y = 0.0
        for number in numbers:
            placed, bottom = _place_all((blocks[number],), column * (plan.width + _GAP * 2), y, plan.width, plan, 0)
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


def _place_group(block: Block, x: float, y: float, width: float, plan: _Plan, depth: int) -> tuple[list[Shape], float]:
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
    each = _each(width, plan)
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
