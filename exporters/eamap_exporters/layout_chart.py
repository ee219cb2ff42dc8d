"""Bars: a row of the chart has one bar for each column, as long as the number it stands for, which is written at its end."""

from __future__ import annotations

from dataclasses import dataclass

from eamap.model.diagram import Cell, Chart, Heading
from eamap_exporters import fonts
from eamap_exporters.scene import Line, Placed, Shape, said

_PAD = 6.0
_MOST_NAME = 0.3
"""The share of the room that names, and numbers, may take; longer ones are cut, and said whole in the tooltip."""
_LEAST = 1.5
"""A bar of something is never drawn as nothing."""


@dataclass(frozen=True, slots=True)
class _Plan:
    size: float
    name: float
    number: float
    length: float
    """The room of the longest bar."""
    most: int
    bar: float

    def wide(self, cell: Cell) -> float:
        return max(self.length * cell.weight / self.most, _LEAST) if cell.weight and self.most else 0.0


def place_chart(chart: Chart, size: float, room: tuple[float, float]) -> Placed:
    """Returns the chart laid out: rows under one another, their bars to the right of their names, all on one scale."""
    if not chart.rows or not chart.columns:
        return Placed(0, 0)
    cells = {(cell.row, cell.column): cell for cell in chart.cells}
    plan = _plan(chart, size, room)
    high = len(chart.columns) * plan.bar + _PAD
    shapes: list[Shape] = []
    for number, row in enumerate(chart.rows):
        top = number * high
        shapes.append(_name(row, plan, top, high))
        found = (cells.get((row.id, column.id)) for column in chart.columns)
        shapes += [
            shape
            for nth, cell in enumerate(found)
            if cell is not None
            for shape in _bar(cell, chart.columns[nth], plan, top + nth * plan.bar)
        ]
    return Placed(room[0], len(chart.rows) * high, tuple(shapes))


def _plan(chart: Chart, size: float, room: tuple[float, float]) -> _Plan:
    name = min(max(fonts.width(row.label.plain, size) for row in chart.rows) + 2 * _PAD, room[0] * _MOST_NAME)
    number = max((fonts.width(cell.text.plain, size) for cell in chart.cells), default=0.0) + 2 * _PAD
    number = min(number, room[0] * _MOST_NAME)
    most = max((cell.weight for cell in chart.cells), default=0)
    return _Plan(size, name, number, room[0] - name - number, most, fonts.height(1, size))


def _name(row: Heading, plan: _Plan, top: float, high: float) -> Shape:
    label = fonts.shorten(row.label, plan.name - 2 * _PAD, plan.size)
    line = Line(label, plan.name - _PAD, top + (high - _PAD) / 2 + plan.size * 0.35, plan.size, anchor="end")
    return Shape(
        row.id, 0, top, plan.name, high - _PAD, "plain", None, (line,), said(row.label, None, (row.note,)), row.ref
    )


def _bar(cell: Cell, column: Heading, plan: _Plan, top: float) -> list[Shape]:
    long, base = plan.wide(cell), top + plan.bar / 2 + plan.size * 0.35
    spoken = said(cell.text, cell.status, (column.label, cell.note))
    text = fonts.shorten(cell.text, plan.number - 2 * _PAD, plan.size)
    number = Line(text, plan.name + long + _PAD, base, plan.size)
    room = fonts.width(text.plain, plan.size) + 2 * _PAD
    told = Shape(f"{cell.id} number", plan.name + long, top, room, plan.bar, "plain", None, (number,), spoken, cell.ref)
    if not long:
        return [told]
    return [Shape(cell.id, plan.name, top + 1, long, plan.bar - 2, "cell", cell.status, (), spoken, cell.ref), told]
