"""Rows against columns: headings wrap or stand upright, cells show status, bars join the columns that share."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from eamap.model.diagram import Bar, Cell, Heading, Matrix, Text
from eamap_exporters import fonts
from eamap_exporters.scene import BAND, Line, Placed, Shape, Wire, said, stack

_LANE = 12.0
_GAP = 26.0
_WIDEST_NAME = 290.0
_TALLEST_NAME = 165.0
_MOST_PANELS = 4
_HEADING_LINES = 6


@dataclass(frozen=True, slots=True)
class _Plan:
    """Sizes that the whole matrix has in common, and where each column starts in a panel."""

    size: float
    name: float
    column: float
    head: float
    upright: bool
    cells: dict[tuple[str, str], Cell]
    bars: dict[str, list[Bar]]

    @property
    def cell(self) -> float:
        return fonts.height(1, self.size) + 8

    def panel(self, columns: int) -> float:
        return self.name + columns * self.column


def place_matrix(matrix: Matrix, size: float, room: tuple[float, float]) -> Placed:
    """Returns the matrix laid out, its rows in as many panels side by side as suits the room best."""
    if not matrix.rows or not matrix.columns:
        return Placed(0, 0)
    _, _, plan, panels = _best(matrix, size, room)
    return _place_panels(matrix, plan, panels)


def measure_matrix(matrix: Matrix, size: float, room: tuple[float, float]) -> tuple[float, float]:
    """Returns width and height of the matrix laid out, without placing a cell: pages are tried dozens of times."""
    if not matrix.rows or not matrix.columns:
        return 0.0, 0.0
    return _best(matrix, size, room)[:2]


def _best(matrix: Matrix, size: float, room: tuple[float, float]) -> tuple[float, float, _Plan, int]:
    """Returns width, height, plan and number of panels of the arrangement that suits the room best."""
    cells = {(cell.row, cell.column): cell for cell in matrix.cells}
    bars: dict[str, list[Bar]] = {}
    for bar in matrix.bars:
        bars.setdefault(bar.row, []).append(bar)
    tries = []
    for panels in range(1, min(_MOST_PANELS, len(matrix.rows)) + 1):
        plan = _plan(matrix, size, (room[0] - _GAP * (panels - 1)) / panels, cells, bars)
        width = panels * (plan.panel(len(matrix.columns)) + _GAP) - _GAP
        height = max(_panel_height(rows, plan) for rows in _panels(matrix, plan, panels))
        tries.append((width, height, plan, panels))
        # A further panel is wider still; it can only help a matrix that is too high.
        if height <= room[1]:
            break
    return min(tries, key=lambda tried: max(tried[0] / room[0], tried[1] / room[1], 1.0))


def _plan(
    matrix: Matrix, size: float, width: float, cells: dict[tuple[str, str], Cell], bars: dict[str, list[Bar]]
) -> _Plan:
    name = min(_WIDEST_NAME, 14 + max(fonts.width(row.label.plain, size) for row in matrix.rows))
    name = max(name, 110.0)
    texts = [BAND + 8 + fonts.width(cell.text.plain, size, True) for cell in matrix.cells]
    narrowest = max(46.0, min(max(texts, default=0.0), 140.0))
    column = max(narrowest, min((width - name) / len(matrix.columns), 118.0))
    words = [word for c in matrix.columns for word in c.label.plain.split()]
    upright = any(fonts.width(word, size, True) > column - 6 for word in words)
    if upright:
        head = _upright_head(matrix, size, column)
    else:
        wrapped = [fonts.wrap(c.label, column - 6, size, bold=True, most=_HEADING_LINES) for c in matrix.columns]
        head = fonts.height(max(map(len, wrapped)), size) + 8
    return _Plan(size, name, column, head, upright, cells, bars)


def _upright_head(matrix: Matrix, size: float, column: float) -> float:
    """Returns how high upright headings stand: higher than they should only where one would be cut."""
    longest = max(fonts.width(c.label.plain, size, True) for c in matrix.columns)
    head, step = min(_TALLEST_NAME * size / fonts.SMALLEST, longest), _TALLEST_NAME / 10
    while head < longest and any(_cut(c.label, head, size, column) for c in matrix.columns):
        head = min(head + step, longest)
    return head + 10


def _cut(label: Text, head: float, size: float, column: float) -> bool:
    most = _upright_lines(column, size)
    return len(fonts.wrap(label, head, size, bold=True, most=most + 1)) > most


def _upright_lines(column: float, size: float) -> int:
    """Returns how many lines an upright heading may have."""
    return max(int((column - 4) / (size * fonts.LEADING)), 1)


def _panels(matrix: Matrix, plan: _Plan, panels: int) -> list[tuple[Heading, ...]]:
    """Returns the rows of each panel, so that panels are about equally high."""
    heights = [_row_height(row, plan) for row in matrix.rows]
    share, start = sum(heights) / panels, 0
    found = []
    for panel in range(panels):
        stop, used = start, 0.0
        while stop < len(heights) and (panel == panels - 1 or used + heights[stop] / 2 <= share):
            used += heights[stop]
            stop += 1
        found.append(matrix.rows[start:stop])
        start = stop
    return found


def _panel_height(rows: tuple[Heading, ...], plan: _Plan) -> float:
    bands, group = 0, ""
    for row in rows:
        bands += row.group.plain != group
        group = row.group.plain
    return plan.head + bands * plan.cell + sum(_row_height(row, plan) for row in rows) if rows else 0.0


def _place_panels(matrix: Matrix, plan: _Plan, panels: int) -> Placed:
    x, tallest = 0.0, 0.0
    shapes: list[Shape] = []
    wires: list[Wire] = []
    for rows in _panels(matrix, plan, panels):
        placed = _place_rows(matrix, rows, plan).moved(x, 0)
        shapes += placed.shapes
        wires += placed.wires
        tallest = max(tallest, placed.h)
        x += plan.panel(len(matrix.columns)) + _GAP
    return Placed(x - _GAP, tallest, tuple(shapes), tuple(wires))


def _row_height(row: Heading, plan: _Plan) -> float:
    lanes = len(plan.bars.get(row.id, ()))
    name = fonts.wrap(row.label, plan.name - 12, plan.size, most=2)
    return max(plan.cell, fonts.height(len(name), plan.size) + 4) + lanes * _LANE


def _place_rows(matrix: Matrix, rows: tuple[Heading, ...], plan: _Plan) -> Placed:
    if not rows:
        return Placed(0, 0)
    shapes = [_column_name(column, place, plan) for place, column in enumerate(matrix.columns)]
    wires: list[Wire] = []
    y, group = plan.head, ""
    for row in rows:
        if row.group.plain != group:
            group = row.group.plain
            shapes.append(_group_band(row, y, plan, len(matrix.columns)))
            y += plan.cell
        placed = _place_row(matrix, row, y, plan)
        shapes += placed.shapes
        wires += placed.wires
        y += placed.h
    return Placed(plan.panel(len(matrix.columns)), y, tuple(shapes), tuple(wires))


def _place_row(matrix: Matrix, row: Heading, y: float, plan: _Plan) -> Placed:
    height, bars = _row_height(row, plan), plan.bars.get(row.id, [])
    shapes = [_row_name(row, y, height, plan)]
    for place, column in enumerate(matrix.columns):
        x = plan.name + place * plan.column
        upper = height - len(bars) * _LANE
        shapes.append(_cell(row, column, plan.cells.get((row.id, column.id)), (x, y, plan.column, height), upper, plan))
    wires: list[Wire] = []
    for lane, bar in enumerate(bars):
        centre = y + height - (len(bars) - lane - 0.5) * _LANE
        marks, line = _bar(bar, matrix, centre, plan)
        shapes += marks
        wires += line
    return Placed(0, height, tuple(shapes), tuple(wires))


def _row_name(row: Heading, y: float, height: float, plan: _Plan) -> Shape:
    texts = fonts.wrap(row.label, plan.name - 12, plan.size, most=2)
    top = y + (height - fonts.height(len(texts), plan.size)) / 2
    lines = stack([(texts, False)], 4, top, plan.size)
    spoken = said(row.label, None, (row.note,))
    box = (0, y, plan.name, height)
    return Shape(f"row {row.id}", *box, "plain", None, lines, spoken, row.ref, rests="middle")


def _column_name(column: Heading, place: int, plan: _Plan) -> Shape:
    x, spoken = plan.name + place * plan.column, said(column.label, None, (column.note,))
    if plan.upright:
        most = _upright_lines(plan.column, plan.size)
        texts = fonts.wrap(column.label, plan.head - 10, plan.size, bold=True, most=most)
        left = x + (plan.column - fonts.height(len(texts), plan.size)) / 2
        lines = tuple(
            Line(text, left + plan.size * (0.93 + fonts.LEADING * n), plan.head - 6, plan.size, True, upright=True)
            for n, text in enumerate(texts)
        )
    else:
        texts = fonts.wrap(column.label, plan.column - 6, plan.size, bold=True, most=_HEADING_LINES)
        top = plan.head - 4 - fonts.height(len(texts), plan.size)
        lines = stack([(texts, True)], x + plan.column / 2, top, plan.size, anchor="middle")
    box = (x, 0, plan.column, plan.head)
    return Shape(f"column {column.id}", *box, "plain", None, lines, spoken, column.ref, rests="bottom")


def _group_band(row: Heading, y: float, plan: _Plan, columns: int) -> Shape:
    width = plan.panel(columns)
    texts = (fonts.shorten(row.group, width - 10, plan.size, bold=True),)
    lines = stack([(texts, True)], 4, y + 4, plan.size)
    return Shape(f"group {row.id}", 0, y, width, plan.cell, "frame", None, lines, row.group, "", 1)


def _cell(
    row: Heading, column: Heading, cell: Cell | None, box: tuple[float, float, float, float], upper: float, plan: _Plan
) -> Shape:
    x, y, w, h = box
    cell = cell or Cell(row.id, column.id)
    band = BAND if cell.status else 0
    middle = x + band + (w - band) / 2
    text: Text = fonts.shorten(cell.text, w - band - 4, plan.size, bold=True) if cell.text else cell.text
    lines = stack([((text,), True)], middle, y + (upper - fonts.height(1, plan.size)) / 2, plan.size, anchor="middle")
    where = said(row.label, None, (column.label,))
    spoken = said(where.plus(Text.of(": ")).plus(cell.text) if cell.text else where, cell.status, (cell.note,))
    return Shape(cell.id, x, y, w, h, "cell", cell.status, lines if cell.text else (), spoken, cell.ref, pale=cell.pale)


def _bar(bar: Bar, matrix: Matrix, y: float, plan: _Plan) -> tuple[list[Shape], list[Wire]]:
    """A dot in each column that shares, and one line through them; columns passed without a dot do not share."""
    places = [n for n, column in enumerate(matrix.columns) if column.id in bar.columns]
    spoken = said(bar.label, bar.status, (bar.note,))
    dots, radius = [], 4.5
    for number, place in enumerate(places):
        x = plan.name + (place + 0.5) * plan.column
        name = f"{bar.id} at {matrix.columns[place].id}"
        box = (x - radius, y - radius, 2 * radius, 2 * radius)
        dots.append(Shape(name, *box, "dot", bar.status, (), spoken if number == 0 else bar.label, bar.ref))
    wires = []
    for near, far in pairwise(dots):
        start, end = (near.x + radius, y), (far.x + radius, y)
        path = (start, start, end, end)
        wires.append(Wire(f"{bar.id} {near.id}", near.id, far.id, path, bar.status, False, spoken, bar.ref, over=True))
    return dots, wires
