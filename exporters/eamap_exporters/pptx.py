"""PPTX: one native, editable 16:9 slide a map; more slides only where nine points would not fit otherwise.

Boxes are shapes and lines are connectors glued to them, so a moved box keeps its lines. Each shape's alt text says its
full words and, on a line of its own, the refs of the numbers drawn in it (``refs: A | B``, in reading order).
"""

# ruff: noqa: SLF001  (python-pptx offers no other way to alt texts, text direction and arrow heads)
from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import reduce
from pathlib import Path
from typing import Any

from eamap.errors import PluginError, UsageError
from eamap.model.diagram import Diagram, Text
from eamap_exporters import fonts, palette
from eamap_exporters.files import write_bytes
from eamap_exporters.palette import paint
from eamap_exporters.scene import BAND, Line, Placed, Rest, Scene, Shape, Wire
from eamap_exporters.sheet import HEIGHT, MARGIN, WIDTH, compose_pages

_EMU = 9525
_FONT = "Arial"
_MOST_SLIDES = 60
_RIM = 2.0
"""What is kept free at the edge of a text that wraps: with a narrower font it would run up to its neighbour."""
_EPOCH = (1980, 1, 1, 0, 0, 0)


class PptxExporter:
    """Writes one diagram, or several one after the other, as a slide deck."""

    name = "pptx"
    suffixes = (".pptx",)
    accepts = "diagram"

    def export(self, thing: Diagram | Iterable[Diagram], path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes the deck and returns its path."""
        diagrams = [thing] if isinstance(thing, Diagram) else list(thing)
        return write_bytes(path, deck(diagrams))


EXPORTER = PptxExporter()


def deck(diagrams: list[Diagram]) -> bytes:
    """Returns a deck of all diagrams, the same bytes for the same diagrams."""
    try:
        import pptx
    except ImportError as error:
        raise PluginError("slides need python-pptx", hint="pip install 'eamap[slides]'") from error
    presentation = pptx.Presentation()
    presentation.slide_width, presentation.slide_height = _emu(WIDTH), _emu(HEIGHT)
    for diagram in diagrams:
        scenes = compose_pages(diagram)
        if len(scenes) > _MOST_SLIDES:
            raise UsageError(
                f"{diagram.title.plain} would take {len(scenes)} slides", hint="narrow the selector, or write .svg"
            )
        for scene in scenes:
            _add_slide(presentation, scene)
    if diagrams:
        _describe(presentation.core_properties, diagrams[0])
    held = io.BytesIO()
    presentation.save(held)
    return _still(held.getvalue())


def _describe(properties: Any, diagram: Diagram) -> None:
    stamp = datetime.combine(diagram.as_of, time())
    properties.title = diagram.title.plain[:255]
    properties.author = properties.last_modified_by = "eamap"
    properties.keywords = properties.category = diagram.marking[:255]
    properties.comments = diagram.alt.plain[:255]
    properties.created = properties.modified = stamp
    properties.revision = 1


def _still(content: bytes) -> bytes:
    """Packs the parts again without the time of day, so that the same slides are the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(entry))
    return held.getvalue()


def _add_slide(presentation: Any, scene: Scene) -> None:
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    shrink = min(WIDTH / scene.w, 1.0)
    pen = _Pen(slide, shrink)
    pen.title(scene.heading, scene.diagram.title)
    for line in _others(scene):
        pen.words(line)
    drawn = pen.place(scene.content)
    pen.footer(scene)
    _name(slide.shapes.add_group_shape(drawn), "picture", scene.diagram.alt, scene.diagram.alt.refs)
    legend = pen.place(scene.legend)
    if legend:
        _name(slide.shapes.add_group_shape(legend), "legend", Text.of("Legend"), ())
    slide.notes_slide.notes_text_frame.text = "\n".join(_notes(scene.diagram))


def _others(scene: Scene) -> list[Line]:
    marking, *rest = scene.heading
    title = [line for line in rest if line.size >= 20]
    return [marking, *(line for line in rest if line not in title)]


def _notes(diagram: Diagram) -> list[str]:
    lines = [_with_refs(diagram.alt), *map(_with_refs, diagram.imprint), *map(_with_refs, diagram.footnotes)]
    if diagram.sources:
        lines.append("Sources:")
        lines += [f"- {_with_refs(source.text)}" for source in diagram.sources]
    return lines


def _with_refs(text: Text) -> str:
    return f"{text.plain} [{' | '.join(map(_clean, text.refs))}]" if text.refs else text.plain


class _Pen:
    """Puts placed shapes on one slide; ``shrink`` is below 1 only where a single mark is larger than a slide."""

    def __init__(self, slide: Any, shrink: float) -> None:
        self._shapes = slide.shapes
        self._shapes.turbo_add_enabled = True
        self._shrink = shrink

    def title(self, heading: tuple[Line, ...], title: Text) -> None:
        lines = [line for line in heading if line.size >= 20]
        shape = self._shapes.title
        top = min(line.y for line in lines) - 22
        marking = heading[0]
        # The room that the title was wrapped to, so that no program wraps it again.
        room = marking.x - 2 * MARGIN - fonts.width(marking.text.plain, marking.size, True) + 4
        box = (lines[0].x - 1, top, room, len(lines) * 27 + 2)
        shape.left, shape.top, shape.width, shape.height = map(self._emu, box)
        self._fill_text(shape, lines, (0.0, 0.0, 0.0, 0.0), "top")
        _name(shape, "title", title, title.refs)

    def words(self, line: Line) -> None:
        """A line that stands alone: the marking, the subtitle, the footer."""
        room = WIDTH / self._shrink / (3 if line.anchor == "end" else 1) - 48
        left = line.x - room if line.anchor == "end" else line.x
        shape = self._shapes.add_textbox(*map(self._emu, (left, line.y - line.size, room, line.size * 1.35)))
        self._fill_text(shape, [line], (0, 0, 0, 0), "top")
        _name(shape, "heading", line.text, line.text.refs)

    def footer(self, scene: Scene) -> None:
        """All that stands below, as one text: a narrower font makes its lines longer and leaves no gaps."""
        lines = list(scene.footer)
        first, room = lines[0], scene.w - 2 * MARGIN
        box = (first.x, first.y - first.size, room, fonts.height(len(lines), first.size))
        shape = self._shapes.add_textbox(*map(self._emu, box))
        self._fill_text(shape, lines, (0, 0, 0, 0), "top")
        told = reduce(Text.plus, (line.text for line in lines))
        _name(shape, "footer", told, told.refs)

    def place(self, placed: Placed) -> list[Any]:
        """Draws everything; returns what stands on the slide in the order it must lie, lowest first."""
        frames = [self._shape(s) for s in placed.shapes if s.look == "frame"]
        boxes = {s.id: self._shape(s) for s in placed.shapes if s.look not in {"frame", "plain"}}
        plain = [self._shape(s) for s in placed.shapes if s.look == "plain"]
        where = {s.id: s for s in placed.shapes}
        wires = [(wire.over, self._wire(wire, boxes, where)) for wire in placed.wires]
        # Cells of a matrix stay loose: nobody moves one of them, and grouping hundreds takes seconds.
        cells = [part for key, parts in boxes.items() if where[key].look == "cell" for part in parts]
        rest = {key: parts for key, parts in boxes.items() if where[key].look != "cell"}
        grouped = {key: self._grouped(parts, where[key]) for key, parts in rest.items()}
        return [
            *(self._grouped(parts, None) for parts in frames),
            *(line for over, line in wires if not over),
            *(parts[0] for parts in plain),
            *cells,
            *(drawn for key, drawn in grouped.items() if where[key].look != "dot"),
            *(line for over, line in wires if over),
            *(drawn for key, drawn in grouped.items() if where[key].look == "dot"),
        ]

    def _grouped(self, parts: list[Any], shape: Shape | None) -> Any:
        if len(parts) == 1:
            return parts[0]
        group = self._shapes.add_group_shape(parts)
        group.name = f"{parts[0].name} with its sign"[:200]
        if shape is not None:
            _alt(group, shape.said, _drawn_refs(shape))
        return group

    def _shape(self, shape: Shape) -> list[Any]:
        from pptx.enum.shapes import MSO_SHAPE

        box = tuple(map(self._emu, (shape.x, shape.y, shape.w, shape.h)))
        if shape.look == "plain":
            drawn = self._shapes.add_textbox(*box)
        else:
            kinds = {"dot": MSO_SHAPE.OVAL, "chip": MSO_SHAPE.ROUNDED_RECTANGLE}
            drawn = self._shapes.add_shape(kinds.get(shape.look, MSO_SHAPE.RECTANGLE), *box)
            self._paint(drawn, shape)
        _name(drawn, shape.id, shape.said, _drawn_refs(shape))
        self._shape_text(drawn, shape)
        banded = shape.status is not None and shape.look in {"box", "frame", "cell"}
        return [drawn, self._band(shape)] if banded else [drawn]

    def _paint(self, drawn: Any, shape: Shape) -> None:
        look = paint(shape.status, shape.pale)
        frame = palette.GROUND_DEEP if shape.depth % 2 else palette.GROUND
        fill = {"frame": frame, "plate": frame, "dot": look.strong, "span": palette.SPAN, "solid": palette.SOLID}.get(
            shape.look, look.tint
        )
        line = palette.FRAME if shape.look in {"frame", "cell"} else look.strong
        _flatten(drawn)
        drawn.fill.solid()
        drawn.fill.fore_color.rgb = _rgb(fill)
        if shape.look in {"plate", "span", "solid"}:
            drawn.line.fill.background()
            return
        drawn.line.color.rgb = _rgb(line)
        drawn.line.width = _emu(1.0)
        if look.dash and shape.look in {"box", "chip"}:
            drawn.line.dash_style = _dash(look.dash)

    def _band(self, shape: Shape) -> Any:
        from pptx.enum.shapes import MSO_SHAPE

        look = paint(shape.status, shape.pale)
        small = shape.look == "frame"
        box = (shape.x + 4, shape.y + 4, BAND - 3, BAND) if small else (shape.x, shape.y, BAND, shape.h)
        band = self._shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(self._emu, box))
        _flatten(band)
        _hatch(band, look)
        band.line.fill.background()
        letter = Line(Text.of(look.letter), 0, 0, 12, True, "middle")
        self._fill_text(band, [letter], (0, 0, 0, 0), "middle", colour=palette.PAPER)
        word = shape.status.word if shape.status else ""
        _name(band, f"sign of {shape.id}", Text.of(word), ())
        return band

    def _shape_text(self, drawn: Any, shape: Shape) -> None:
        lines = list(shape.lines)
        if not lines:
            return
        if lines[0].upright:
            drawn.text_frame._txBody.bodyPr.set("vert", "vert270")
            self._fill_text(drawn, lines, (3, 2, 3, 2), "middle")
            return
        first = lines[0]
        left = max(first.x - shape.x - 1, 0) if first.anchor == "start" else 1.0
        if first.anchor == "middle" and shape.look == "cell" and shape.status is not None:
            left += BAND
        top = max(first.y - first.size - shape.y, 0) if shape.rests == "top" else 0.0
        bottom = _RIM if shape.rests == "bottom" else 0.0
        right = _RIM if len(lines) > 1 else 0.0
        self._fill_text(drawn, lines, (left, top, right, bottom), shape.rests)

    def _fill_text(
        self,
        drawn: Any,
        lines: list[Line],
        inset: tuple[float, float, float, float],
        rests: Rest,
        colour: str = palette.INK,
    ) -> None:
        frame = drawn.text_frame
        frame.word_wrap = True
        frame.margin_left, frame.margin_top, frame.margin_right, frame.margin_bottom = map(self._emu, inset)
        frame._txBody.bodyPr.set("anchor", {"top": "t", "middle": "ctr", "bottom": "b"}[rests])
        paragraphs: dict[int, list[Line]] = {}
        for line in lines:
            paragraphs.setdefault(line.paragraph, []).append(line)
        for number, parts in enumerate(paragraphs.values()):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            paragraph.alignment = _alignment(parts[0].anchor)
            run = paragraph.add_run()
            run.text = "".join(part.text.plain for part in parts).strip()
            self._style(run, parts[0], colour)

    def _style(self, run: Any, line: Line, colour: str = palette.INK) -> None:
        run.font.name = _FONT
        run.font.size = int(line.size * self._shrink * _EMU)
        run.font.bold = line.bold
        run.font.color.rgb = _rgb(colour)

    def _wire(self, wire: Wire, boxes: Mapping[str, list[Any]], where: Mapping[str, Shape]) -> Any:
        from pptx.enum.shapes import MSO_CONNECTOR

        start, end = wire.path[0], wire.path[-1]
        ends = tuple(map(self._emu, (*start, *end)))
        drawn = self._shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends)
        if wire.source in boxes and wire.target in boxes:
            drawn.begin_connect(boxes[wire.source][0], _site(where[wire.source], start))
            drawn.end_connect(boxes[wire.target][0], _site(where[wire.target], end))
        _flatten(drawn)
        look = paint(wire.status)
        drawn.line.color.rgb = _rgb(look.strong)
        drawn.line.width = _emu(palette.thickness(wire.status, wire.width))
        if look.dash:
            drawn.line.dash_style = _dash(look.dash)
        if wire.arrow:
            _arrow(drawn)
        _name(drawn, wire.id, wire.said, wire.said.refs)
        return drawn

    def _emu(self, length: float) -> Any:
        return _emu(length * self._shrink)


def _flatten(drawn: Any) -> None:
    """Takes away the shadow and bevel that the theme gives every shape."""
    from pptx.oxml.ns import qn

    style = drawn._element.find(qn("p:style"))
    if style is not None:
        drawn._element.remove(style)


def _hatch(band: Any, look: palette.Paint) -> None:
    from pptx.enum.dml import MSO_PATTERN

    patterns = {"up": MSO_PATTERN.WIDE_UPWARD_DIAGONAL, "down": MSO_PATTERN.WIDE_DOWNWARD_DIAGONAL}
    if not look.hatch:
        band.fill.solid()
        band.fill.fore_color.rgb = _rgb(look.strong)
        return
    band.fill.patterned()
    band.fill.pattern = patterns.get(look.hatch, MSO_PATTERN.SMALL_GRID)
    band.fill.fore_color.rgb = _rgb(look.strong)
    # The second colour stays dark enough for the white letter that stands on it.
    band.fill.back_color.rgb = _rgb(palette.softened(look.strong))


def _site(shape: Shape, point: tuple[float, float]) -> int:
    """Returns the side of a box that a point is nearest to: 0 top, 1 left, 2 bottom, 3 right."""
    x, y = point
    if shape.look == "dot":
        # A circle has eight sites, counted against the clock from the top.
        return 6 if x > shape.x + shape.w / 2 else 2
    away = (y - shape.y, x - shape.x, shape.y + shape.h - y, shape.x + shape.w - x)
    return min(range(4), key=lambda side: abs(away[side]))


def _arrow(connector: Any) -> None:
    from pptx.oxml.ns import qn

    line = connector.line._get_or_add_ln()
    tail = line.makeelement(qn("a:tailEnd"), {"type": "triangle", "w": "med", "len": "med"})
    line.append(tail)


def _name(drawn: Any, name: str, words: Text, refs: Iterable[str]) -> None:
    drawn.name = _clean(name)[:200]
    _alt(drawn, words, tuple(refs))


def _alt(drawn: Any, words: Text, refs: tuple[str, ...]) -> None:
    told = words.plain + (f"\nrefs: {' | '.join(map(_clean, refs))}" if refs else "")
    drawn._element._nvXxPr.cNvPr.set("descr", told)


def _drawn_refs(shape: Shape) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ref for line in shape.lines for ref in line.text.refs))


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable())


def _alignment(anchor: str) -> Any:
    from pptx.enum.text import PP_ALIGN

    return {"start": PP_ALIGN.LEFT, "middle": PP_ALIGN.CENTER, "end": PP_ALIGN.RIGHT}[anchor]


def _dash(dash: tuple[float, ...]) -> Any:
    from pptx.enum.dml import MSO_LINE

    if len(dash) > 2:
        return MSO_LINE.DASH_DOT
    return MSO_LINE.DASH if dash[0] > 4 else MSO_LINE.ROUND_DOT


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    make: Any = RGBColor
    return make(*(int(colour[at : at + 2], 16) for at in (1, 3, 5)))


def _emu(length: float) -> Any:
    from pptx.util import Emu

    return Emu(round(length * _EMU))
