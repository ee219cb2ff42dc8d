"""SVG: one self-contained, accessible picture without script, style sheet or outside reference.

Every text that holds a number carries ``data-ref``; every shape has a tooltip with its full words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from eamap.model.diagram import Diagram, Status, Text
from eamap_exporters import palette
from eamap_exporters.files import write_text
from eamap_exporters.fonts import FAMILIES
from eamap_exporters.palette import paint
from eamap_exporters.scene import BAND, Line, Placed, Scene, Shape, Wire
from eamap_exporters.sheet import compose

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TRIPLE = 3
_HEAD = 9
"""How many points a curve has after its start, and how long an arrow is."""
_HATCHES = {
    "up": "M0 6L6 0",
    "down": "M0 0L6 6",
    "cross": "M0 6L6 0M0 0L6 6",
}


class SvgExporter:
    """Writes a diagram as SVG."""

    name = "svg"
    suffixes = (".svg",)
    accepts = "diagram"

    def export(self, thing: Diagram, path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes the picture and returns its path."""
        return write_text(path, draw(compose(thing)))


EXPORTER = SvgExporter()


def draw(scene: Scene) -> str:
    """Returns a scene as the text of an SVG file, the same for the same scene."""
    return "\n".join([*_lines(scene), ""])


def _lines(scene: Scene) -> Iterator[str]:
    diagram = scene.diagram
    size = f'width="{_n(scene.w)}" height="{_n(scene.h)}" viewBox="0 0 {_n(scene.w)} {_n(scene.h)}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc" lang="en-GB" '
        f'font-family="{FAMILIES}" fill="{palette.INK}">'
    )
    yield _described("title", diagram.title, ' id="title"')
    yield _described("desc", _whole_alt(diagram), ' id="desc"')
    yield _defs()
    yield f'<rect width="{_n(scene.w)}" height="{_n(scene.h)}" fill="{palette.PAPER}"/>'
    yield _group("heading", map(_text, scene.heading))
    yield _group("content", _placed(scene.content))
    yield _group("legend", _placed(scene.legend))
    yield _group("footer", map(_text, scene.footer))
    yield "</svg>"


def _whole_alt(diagram: Diagram) -> Text:
    alt = diagram.alt
    for text in diagram.imprint:
        alt = alt.plus(Text.of(" · ")).plus(text)
    return alt


def _group(name: str, parts: Iterable[str]) -> str:
    return "\n".join([f'<g id="{name}">', *parts, "</g>"])


def _placed(placed: Placed) -> Iterator[str]:
    """Frames lie lowest, then lines, then boxes; bars run over the cells they join."""
    frames = [shape for shape in placed.shapes if shape.look == "frame"]
    rest = [shape for shape in placed.shapes if shape.look not in {"frame", "dot"}]
    yield from map(_shape, frames)
    # Where lines have widths, the narrow lie over the wide.
    under = sorted((wire for wire in placed.wires if not wire.over), key=lambda wire: -wire.width)
    yield from map(_wire, under)
    yield from map(_shape, rest)
    yield from (_wire(wire) for wire in placed.wires if wire.over)
    yield from (_shape(shape) for shape in placed.shapes if shape.look == "dot")


def _shape(shape: Shape) -> str:
    parts = [
        f"<g{_ref(shape.ref)}>",
        _described("title", shape.said),
        *_outline(shape),
        *map(_text, shape.lines),
        "</g>",
    ]
    return "".join(part for part in parts if part)


def _outline(shape: Shape) -> Iterator[str]:
    look, box = paint(shape.status), (shape.x, shape.y, shape.w, shape.h)
    dash = f' stroke-dasharray="{_dash(look.dash)}"' if look.dash and shape.look in {"box", "chip"} else ""
    match shape.look:
        case "plain":
            return
        case "dot":
            yield (
                f'<circle cx="{_n(shape.x + shape.w / 2)}" cy="{_n(shape.y + shape.h / 2)}" r="{_n(shape.w / 2)}" '
                f'fill="{look.strong}"/>'
            )
        case "frame":
            fill = palette.GROUND_DEEP if shape.depth % 2 else palette.GROUND
            yield _rect(box, fill, palette.FRAME, ' rx="4"')
            if shape.status:
                yield from _band((shape.x + 4, shape.y + 4, BAND - 3, BAND), shape.status)
        case "plate":
            fill = palette.GROUND_DEEP if shape.depth % 2 else palette.GROUND
            yield _rect(box, fill, "", ' rx="3"')
        case "chip":
            yield _rect(box, look.tint, look.strong, f' rx="6"{dash}')
        case _:
            yield _rect(box, look.tint, look.strong if shape.look == "box" else palette.FRAME, dash)
            if shape.status:
                yield from _band((shape.x, shape.y, BAND, shape.h), shape.status)


def _band(box: tuple[float, float, float, float], status: Status) -> Iterator[str]:
    """The strip with the status's letter: colour, pattern and letter say the same thing three times."""
    look, (x, y, w, h) = paint(status), box
    yield _rect(box, look.strong, "", "")
    if look.hatch:
        yield _rect(box, f"url(#{look.hatch})", "", "")
        yield _rect((x, y + h / 2 - 8, w, 16), look.strong, "", "")
    yield (
        f'<text x="{_n(x + w / 2)}" y="{_n(y + h / 2 + 4.3)}" font-size="12" font-weight="bold" fill="#ffffff" '
        f'text-anchor="middle" aria-hidden="true">{escape(look.letter)}</text>'
    )


def _rect(box: tuple[float, float, float, float], fill: str, stroke: str, more: str) -> str:
    x, y, w, h = map(_n, box)
    line = f' stroke="{stroke}"' if stroke else ""
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="{fill}"{line}{more}/>'


def _wire(wire: Wire) -> str:
    look, thick = paint(wire.status), palette.thickness(wire.status, wire.width)
    # A wide line ends where its arrow begins; a thin one is led on to the tip.
    blunt = wire.arrow and wire.width and len(wire.path) > _TRIPLE + 1
    start, *rest = wire.path[:-_TRIPLE] if blunt else wire.path
    route = f"M{_n(start[0])} {_n(start[1])}C" + " ".join(f"{_n(x)} {_n(y)}" for x, y in rest)
    dash = f' stroke-dasharray="{_dash(look.dash)}"' if look.dash else ""
    line = f'<path d="{route}" fill="none" stroke="{look.strong}" stroke-width="{_n(thick)}"{dash}/>'
    if wire.width and not wire.over:
        # A light edge keeps wide lines apart where they meet.
        line = f'<path d="{route}" fill="none" stroke="{palette.PAPER}" stroke-width="{_n(thick + 3)}"/>{line}'
    head = _arrow(wire, look.strong, thick) if wire.arrow else ""
    return f"<g{_ref(wire.ref)}>{_described('title', wire.said)}{line}{head}</g>"


def _arrow(wire: Wire, colour: str, thick: float) -> str:
    tip = wire.path[-1]
    back = next((p for p in reversed(wire.path) if p != tip), (tip[0] - 1, tip[1]))
    dx, dy = tip[0] - back[0], tip[1] - back[1]
    length = (dx * dx + dy * dy) ** 0.5
    dx, dy = dx / length * _HEAD, dy / length * _HEAD
    half = max(0.42, (thick / 2 + 3.5) / _HEAD)
    corners = [
        tip,
        (tip[0] - dx - dy * half, tip[1] - dy + dx * half),
        (tip[0] - dx + dy * half, tip[1] - dy - dx * half),
    ]
    return f'<path d="M{" L".join(f"{_n(x)} {_n(y)}" for x, y in corners)}Z" fill="{colour}"/>'


def _text(line: Line) -> str:
    turn = f' transform="rotate(-90 {_n(line.x)} {_n(line.y)})"' if line.upright else ""
    bold = ' font-weight="bold"' if line.bold else ""
    anchor = f' text-anchor="{line.anchor}"' if line.anchor != "start" else ""
    text = line.text.cut(0, len(line.text.plain.rstrip()))
    refs = text.refs
    if len(refs) <= 1 and len(text.spans) <= 1:
        inner, ref = escape(_clean(text.plain)), _ref(refs[0] if refs else "")
    else:
        inner, ref = "".join(map(_tspan, text.spans)), ""
    place = f'x="{_n(line.x)}" y="{_n(line.y)}" font-size="{_n(line.size)}"'
    return f'<text {place}{bold}{anchor}{turn} xml:space="preserve"{ref}>{inner}</text>'


def _tspan(span: Any) -> str:
    words = escape(_clean(span.text))
    return f"<tspan{_ref(span.ref)}>{words}</tspan>" if span.ref else words


def _described(tag: str, text: Text, more: str = "") -> str:
    """A title or description; it may hold several numbers, so its refs stand in reading order, parted by a bar."""
    return f"<{tag}{more}{_ref(' | '.join(text.refs))}>{escape(_clean(text.plain))}</{tag}>" if text else ""


def _defs() -> str:
    patterns = (
        f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<path d="{route}" stroke="#ffffff" stroke-opacity="0.75" stroke-width="1.1"/></pattern>'
        for name, route in _HATCHES.items()
    )
    return f"<defs>{''.join(patterns)}</defs>"


def _ref(ref: str) -> str:
    return f" data-ref={quoteattr(_clean(ref))}" if ref else ""


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)


def _dash(dash: tuple[float, ...]) -> str:
    return " ".join(map(_n, dash))


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
