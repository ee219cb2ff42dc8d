"""The sheet around a picture: title, marking, legend, footer; and the choice of text size and sheet size.

A sheet is 16:9 and 13.3 inches wide. Text starts large and shrinks to nine points; only then does the sheet grow
(pictures) or is the body spread over further pages (slides).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from eamap.model.diagram import Body, Chart, Diagram, LegendEntry, Matrix, Nest, Network, Scale, Shade, Status, Text
from eamap.model.panels import Page
from eamap_exporters import fonts
from eamap_exporters.layout_chart import place_chart
from eamap_exporters.layout_matrix import measure_matrix, place_matrix
from eamap_exporters.layout_nest import nest_fits, place_nest
from eamap_exporters.layout_network import place_network
from eamap_exporters.layout_page import place_page
from eamap_exporters.pages import paginate
from eamap_exporters.scene import Line, Placed, Scene, Shape, Wire, stack

WIDTH, HEIGHT = 1280.0, 720.0
_UPRIGHT = (794.0, 1123.0)
"""A sheet of A4 paper, for pages of panels."""
_SLIDE_PARTS = 20
_WIDER = 1.04
MARGIN = 24.0
_LARGER = (14.0, 16.0)
_TITLE, _SUBTITLE = 22.0, 14.0
_OVER_SLIDES = Text.of("This picture goes on over several slides; its counts are of the whole.")
_ROW = 22.0
_CONTINUED = Text.of(" (continued)")
_EMPTY = Text.of("Nothing to draw: nothing in scope is what this map shows.")


def compose(diagram: Diagram) -> Scene:
    """Returns the whole diagram on one sheet, larger than a slide where it must be."""
    if isinstance(diagram.body, Page):
        return _upright(diagram, diagram.body)
    placed = _place_best(diagram, diagram.body)
    return _sheet(diagram, placed)


def _upright(diagram: Diagram, page: Page) -> Scene:
    """Returns a page of panels on upright paper; a larger sheet of the same shape where it holds more than one takes."""
    wide, high = _UPRIGHT
    while True:
        placed = place_page(page, fonts.SMALLEST, wide - 2 * MARGIN) if page.panels else _nothing()
        foot = _legend(diagram, wide - 2 * MARGIN).h + _footer_height(diagram, wide)
        if _bottom(_heading(diagram, wide)) + 12 + placed.h + 10 + foot <= high:
            return _on_sheet(diagram, placed, wide, high)
        wide, high = wide * _WIDER, high * _WIDER


def compose_pages(diagram: Diagram) -> tuple[Scene, ...]:
    """Returns the diagram on as many slides as it takes for every text to be nine points or more."""
    if fits(diagram, diagram.body):
        return (_sheet(diagram, _place_best(diagram, diagram.body)),)
    whole = replace(diagram, footnotes=(*diagram.footnotes, _OVER_SLIDES))
    further = replace(whole, title=whole.title.plus(_CONTINUED))
    pages = paginate(diagram.body, partial(fits, further))
    scenes = (further.with_body(body) if number else whole.with_body(body) for number, body in enumerate(pages))
    return tuple(_sheet(page, _place_best(page, page.body)) for page in scenes)


def fits(diagram: Diagram, body: Body) -> bool:
    """Says whether a body can be read on one slide."""
    page = diagram.with_body(body)
    room = _room(page, WIDTH)
    if isinstance(body, Nest):
        return nest_fits(body, fonts.SMALLEST, room)
    if isinstance(body, Matrix) and not isinstance(body, Chart):
        return _within(Placed(*measure_matrix(body, fonts.SMALLEST, room)), room)
    return _within(_place(body, fonts.SMALLEST, room, thorough=False), room)


def _place_best(diagram: Diagram, body: Body) -> Placed:
    """Places at the smallest readable size; where that leaves room, at the largest size that still fits."""
    room = _room(diagram, WIDTH)
    best = _place(body, fonts.SMALLEST, room)
    for size in _LARGER if _within(best, room) else ():
        # A larger text that does not fit is dropped: nobody looks how large a sheet would hold it.
        if isinstance(body, Nest) and not nest_fits(body, size, room):
            break
        placed = _place(body, size, room)
        if not _within(placed, room):
            break
        best = placed
    return best


def _place(body: Body, size: float, room: tuple[float, float], *, thorough: bool = True) -> Placed:
    match body:
        case Nest():
            placed = place_nest(body, size, room)
        case Network():
            placed = place_network(body, size, room, thorough=thorough)
        case Page():
            placed = place_page(body, size, room[0], _SLIDE_PARTS)
        case Chart():
            placed = place_chart(body, size, room)
        case Matrix():
            placed = place_matrix(body, size, room)
    return placed if placed.shapes else _nothing()


def _nothing() -> Placed:
    wide = fonts.width(_EMPTY.plain, _SUBTITLE) + 24
    lines = (Line(_EMPTY, 12, 27, _SUBTITLE),)
    return Placed(wide, 44, (Shape("nothing", 0, 0, wide, 44, "frame", None, lines, _EMPTY),))


def _within(placed: Placed, room: tuple[float, float]) -> bool:
    return placed.w <= room[0] + 0.5 and placed.h <= room[1] + 0.5


def _room(diagram: Diagram, wide: float) -> tuple[float, float]:
    head = _heading(diagram, wide)
    foot = _legend(diagram, wide - 2 * MARGIN).h + _footer_height(diagram, wide)
    return wide - 2 * MARGIN, HEIGHT - _bottom(head) - 12 - foot - 10


def _sheet(diagram: Diagram, placed: Placed) -> Scene:
    wide = WIDTH
    around = HEIGHT - _room(diagram, WIDTH)[1]
    if not _within(placed, _room(diagram, WIDTH)):
        wide = max(WIDTH, placed.w + 2 * MARGIN, (placed.h + around) * WIDTH / HEIGHT)
    return _on_sheet(diagram, placed, wide, max(wide * HEIGHT / WIDTH, HEIGHT))


def _on_sheet(diagram: Diagram, placed: Placed, wide: float, high: float) -> Scene:
    heading = _heading(diagram, wide)
    top = _bottom(heading) + 12
    legend = _legend(diagram, wide - 2 * MARGIN)
    foot = high - _footer_height(diagram, wide)
    content = placed.moved(MARGIN + max((wide - 2 * MARGIN - placed.w) / 2, 0), top)
    footer = tuple(line.moved(MARGIN, foot) for line in _footer(diagram, wide))
    return Scene(diagram, wide, high, content, heading, legend.moved(MARGIN, foot - legend.h), footer)


def _heading(diagram: Diagram, wide: float) -> tuple[Line, ...]:
    marking = Text((diagram.imprint[0].spans[0],))
    kept = fonts.shorten(marking, wide / 3, fonts.SMALLEST, bold=True)
    room = wide - 3 * MARGIN - fonts.width(kept.plain, fonts.SMALLEST, True)
    lines = [Line(kept, wide - MARGIN, MARGIN + 14, fonts.SMALLEST, True, "end")]
    title = fonts.wrap(diagram.title, room, _TITLE, bold=True, most=2)
    lines += stack([(title, True)], MARGIN, 14, _TITLE)
    under = 14 + fonts.height(len(title), _TITLE)
    lower = fonts.wrap(diagram.subtitle, wide - 2 * MARGIN, _SUBTITLE, most=2)
    return (*lines, *stack([(lower, False)], MARGIN, under, _SUBTITLE))


def _bottom(lines: tuple[Line, ...]) -> float:
    return max(line.y + line.size * 0.3 for line in lines)


def _footer(diagram: Diagram, wide: float) -> tuple[Line, ...]:
    first, *rest = (text for text in diagram.imprint if text)
    imprint = first
    for text in rest:
        imprint = imprint.plus(Text.of("  ·  ")).plus(text)
    paragraphs = [(fonts.wrap(note, wide - 2 * MARGIN, fonts.SMALLEST, most=4), False) for note in diagram.footnotes]
    paragraphs.append((fonts.wrap(imprint, wide - 2 * MARGIN, fonts.SMALLEST, most=4), False))
    return stack(paragraphs, 0, 6, fonts.SMALLEST)


def _footer_height(diagram: Diagram, wide: float) -> float:
    return 6 + fonts.height(len(_footer(diagram, wide)), fonts.SMALLEST) + 10


def _legend(diagram: Diagram, wide: float) -> Placed:
    """What the statuses mean, and below them what widths of lines and pale colours mean; each starts a line of its own."""
    statuses = _statuses(diagram.legend, wide)
    scale = _scale(diagram.scale, wide).moved(0, statuses.h)
    shades = _shades(diagram.shades, wide).moved(0, statuses.h + scale.h)
    shapes = statuses.shapes + scale.shapes + shades.shapes
    return Placed(wide, statuses.h + scale.h + shades.h, shapes, statuses.wires + scale.wires)


def _shades(entries: tuple[Shade, ...], wide: float) -> Placed:
    """A swatch of one colour in each shade."""
    shapes: list[Shape] = []
    for number, (text, (x, y)) in enumerate(_flow([entry.text for entry in entries], wide)):
        line = Line(text, x + 40, y + 13, fonts.SMALLEST)
        pale = entries[number].pale
        shapes.append(Shape(f"shade {number} words", x, y, _length(text) - 10, 18, "plain", None, (line,), text))
        shapes.append(Shape(f"shade {number}", x, y, 34, 18, "chip", Status.POSSIBLE, (), text, pale=pale))
    bottom = max((shape.y for shape in shapes), default=-_ROW) + _ROW
    return Placed(wide, bottom, tuple(shapes))


def _scale(entries: tuple[Scale, ...], wide: float) -> Placed:
    shapes: list[Shape] = []
    wires: list[Wire] = []
    for number, (entry, (x, y)) in enumerate(_flow([entry.text for entry in entries], wide)):
        line = Line(entry, x + 40, y + 13, fonts.SMALLEST)
        length = _length(entry) - 10
        shapes.append(Shape(f"scale {number} words", x, y, length, 18, "plain", None, (line,), entry))
        path = ((x, y + 9), (x, y + 9), (x + 34, y + 9), (x + 34, y + 9))
        wires.append(Wire(f"scale {number}", "", "", path, None, False, entry, over=True, width=entries[number].width))
    bottom = max((shape.y for shape in shapes), default=-_ROW) + _ROW
    return Placed(wide, bottom, tuple(shapes), tuple(wires))


def _flow(texts: list[Text], wide: float) -> list[tuple[Text, tuple[float, float]]]:
    """Stands texts beside one another, and in further rows where they are too long for one."""
    x, y, found = 0.0, 4.0, []
    for text in texts:
        if x and x + _length(text) > wide:
            x, y = 0.0, y + _ROW
        found.append((text, (x, y)))
        x += _length(text)
    return found


def _length(text: Text) -> float:
    return 42 + fonts.width(text.plain, fonts.SMALLEST) + 18


def _statuses(entries: tuple[LegendEntry, ...], wide: float) -> Placed:
    shapes: list[Shape] = []
    wires: list[Wire] = []
    said = [Text.of(f"{entry.status.word}: {entry.meaning}") for entry in entries]
    for entry, (words, (x, y)) in zip(entries, _flow(said, wide), strict=True):
        line = Line(words, x + 40, y + 13, fonts.SMALLEST)
        key = f"legend {entry.carrier} {entry.status.value}"
        shapes.append(Shape(f"{key} words", x, y, _length(words) - 10, 18, "plain", None, (line,), words))
        if entry.carrier == "box":
            shapes.append(Shape(key, x, y, 34, 18, "box", entry.status, (), words))
            continue
        path = ((x, y + 9), (x, y + 9), (x + 34, y + 9), (x + 34, y + 9))
        wires.append(Wire(key, "", "", path, entry.status, False, words, over=True))
        if entry.carrier == "bar":
            shapes += [
                Shape(f"{key} {end}", x + at, y + 4.5, 9, 9, "dot", entry.status, (), words)
                for end, at in (("left", 0), ("right", 25))
            ]
    bottom = max((shape.y for shape in shapes if shape.look == "plain"), default=-_ROW) + _ROW
    return Placed(wide, bottom, tuple(shapes), tuple(wires))
