"""Mermaid: flowcharts for wikis and code hosts; above Mermaid's limits numbered files, never a cut picture.

Mermaid stops at 500 lines between boxes and at 50,000 characters, the latter with a picture that says so and exit
code 0. Text is written in Mermaid's own character codes wherever a character could mean something to it, to Markdown
or to HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from eamap.errors import UsageError
from eamap.model.diagram import (
    Block,
    Body,
    Cell,
    Diagram,
    Edge,
    LegendEntry,
    Matrix,
    Nest,
    Network,
    Scale,
    Status,
    Text,
)
from eamap_exporters.files import write_text
from eamap_exporters.pages import paginate
from eamap_exporters.palette import paint, thickness

MOST_EDGES = 500
MOST_CHARACTERS = 50_000
_MOST_FILES = 60
_LABEL = 300
_PLAIN = re.compile(r"[^\w ,:()/.+-]|_", re.UNICODE)
_LEADING = re.compile(r"^(\s*\d*)([.+-])")
_ARROWS = {False: ("-->", "---"), True: ("-.->", "-.-")}


class MermaidExporter:
    """Writes a diagram as one or more Mermaid flowcharts."""

    name = "mermaid"
    suffixes = (".mmd", ".mermaid")
    accepts = "diagram"

    def export(self, thing: Diagram, path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes one file, or ``name-1.mmd``, ``name-2.mmd`` and so on where one would be above Mermaid's limits."""
        bodies = paginate(thing.body, lambda body: _fits(thing, body))
        texts = [mermaid_text(thing.with_body(body)) for body in bodies]
        if len(bodies) > _MOST_FILES or not all(_fits(thing, body) for body in bodies):
            raise UsageError(
                "the picture is above what Mermaid draws, even in parts", hint="narrow the selector, or write .svg"
            )
        if len(texts) == 1:
            return write_text(path, texts[0])
        parts = [path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, len(texts) + 1)]
        return [written for part, text in zip(parts, texts, strict=True) for written in write_text(part, text)]


EXPORTER = MermaidExporter()


def mermaid_text(diagram: Diagram) -> str:
    """Returns a diagram as one flowchart, whatever its size."""
    return "\n".join([*_lines(diagram), ""])


def _fits(diagram: Diagram, body: Body) -> bool:
    text = mermaid_text(diagram.with_body(body))
    return len(text) <= MOST_CHARACTERS and _links(body) <= MOST_EDGES


def _links(body: Body) -> int:
    match body:
        case Network():
            return len(body.edges)
        case Matrix():
            return sum(len(bar.columns) - 1 for bar in body.bars)
        case Nest():
            return 0


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "flowchart LR"
    yield f"  accTitle: {code(diagram.title.plain)}"
    yield f"  accDescr: {code(diagram.alt.plain)}"
    caption = (diagram.title, diagram.subtitle, *diagram.imprint, *diagram.footnotes)
    yield from _node("caption", caption, None, tuple(ref for text in caption for ref in text.refs))
    styles: list[str] = []
    match diagram.body:
        case Nest():
            yield from _blocks(diagram.body.blocks, {}, "  ")
        case Network():
            names: dict[str, str] = {}
            yield from _blocks(diagram.body.blocks, names, "  ")
            yield from _edges(diagram.body.edges, names, styles)
        case Matrix():
            yield from _matrix(diagram.body, styles)
    yield from _legend(diagram.legend, diagram.scale)
    yield from styles
    for status in Status:
        look = paint(status)
        dash = f",stroke-dasharray:{' '.join(f'{n:g}' for n in look.dash)}" if look.dash else ""
        yield f"  classDef {_class(status)} fill:{look.tint},stroke:{look.strong},color:#1b1f24{dash}"


def _blocks(blocks: Iterable[Block], names: dict[str, str], indent: str) -> Iterator[str]:
    for block in blocks:
        names[block.id] = name = f"n{len(names)}"
        texts = (block.label, *block.lines)
        refs = (block.ref, *(ref for text in texts for ref in text.refs))
        if not block.blocks:
            yield from _node(name, texts, block.status, refs, indent)
            continue
        yield from _refs(name, refs, indent)
        yield f'{indent}subgraph {name}["{_label(texts, block.status)}"]'
        yield from _blocks(block.blocks, names, indent + "  ")
        yield f"{indent}end"


def _node(
    name: str, texts: Iterable[Text], status: Status | None, refs: Iterable[str], indent: str = "  "
) -> Iterator[str]:
    yield from _refs(name, refs, indent)
    style = f":::{_class(status)}" if status else ""
    yield f'{indent}{name}["{_label(texts, status)}"]{style}'


def _refs(name: str, refs: Iterable[str], indent: str) -> Iterator[str]:
    """A comment that says what explains the numbers of a mark."""
    found = list(dict.fromkeys(ref for ref in refs if ref))
    if found:
        yield f"{indent}%% ref {name} = {' | '.join(map(code, found))}"


def _edges(edges: Iterable[Edge], names: Mapping[str, str], styles: list[str]) -> Iterator[str]:
    for number, edge in enumerate(edges):
        words = (edge.label, Text.of(edge.status.word)) if edge.status else (edge.label,)
        label = _label(words, None)
        yield from _refs(f"line {number}", (edge.ref, *edge.label.refs), "  ")
        wide = thickness(edge.status, edge.width)
        yield _link(names[edge.source], names[edge.target], label, edge.status, number, styles, wide=wide)


def _link(
    near: str,
    far: str,
    label: str,
    status: Status | None,
    number: int,
    styles: list[str],
    head: bool = True,
    wide: float = 0.0,
) -> str:
    look = paint(status)
    arrow = _ARROWS[bool(look.dash)][0 if head else 1]
    dash = f",stroke-dasharray:{' '.join(f'{n:g}' for n in look.dash)}" if look.dash else ""
    styles.append(f"  linkStyle {number} stroke:{look.strong},stroke-width:{wide or look.thick:g}px{dash}")
    return f'  {near} {arrow}|"{label}"| {far}' if label else f"  {near} {arrow} {far}"


def _matrix(matrix: Matrix, styles: list[str]) -> Iterator[str]:
    columns = {column.id: column for column in matrix.columns}
    cells: dict[str, list[Cell]] = {}
    for cell in matrix.cells:
        cells.setdefault(cell.row, []).append(cell)
    names: dict[tuple[str, str], str] = {}
    for number, row in enumerate(matrix.rows):
        yield from _refs(f"r{number}", (row.ref, *row.label.refs), "  ")
        yield f'  subgraph r{number}["{_label((row.label,), None)}"]'
        for cell in cells.get(row.id, ()):
            names[row.id, cell.column] = name = f"c{len(names)}"
            column = columns[cell.column]
            word = (Text.of(cell.status.word),) if cell.status and not cell.text else ()
            refs = (cell.ref, *column.label.refs, *cell.text.refs)
            yield from _node(name, (column.label, cell.text, *word), cell.status, refs, "    ")
        yield "  end"
    for bar in matrix.bars:
        ends = [names[bar.row, column] for column in bar.columns if (bar.row, column) in names]
        for near, far in pairwise(ends):
            yield from _refs(f"line {len(styles)}", (bar.ref, *bar.label.refs), "  ")
            yield _link(near, far, _label((bar.label,), None), bar.status, len(styles), styles, head=False)


def _legend(entries: tuple[LegendEntry, ...], scale: tuple[Scale, ...]) -> Iterator[str]:
    if not entries and not scale:
        return
    yield '  subgraph legend["Legend"]'
    for number, entry in enumerate(entries):
        words = Text.of(f"{entry.status.word} ({entry.carrier}): {entry.meaning}")
        yield from _node(f"l{number}", (words,), entry.status, (), "    ")
    for number, each in enumerate(scale):
        words = Text.of("line this wide: ").plus(each.text)
        yield from _node(f"w{number}", (words,), None, each.text.refs, "    ")
        yield f"    style w{number} stroke-width:{thickness(None, each.width):g}px"
    yield "  end"


def _label(texts: Iterable[Text], status: Status | None) -> str:
    look = paint(status)
    prefix = code(f"[{look.letter}] ") if look.letter else ""
    return prefix + "<br/>".join(code(text.plain) for text in texts if text)


def _class(status: Status) -> str:
    return "s" + status.value.replace("-", "")


def code(text: str) -> str:
    """Returns text in which every character that might be read as an order is a character code: ``#34;``."""
    coded = _PLAIN.sub(_coded, "".join(c for c in text if c.isprintable()))
    return _LEADING.sub(lambda found: f"{found[1]}#{ord(found[2])};", coded)


def _coded(found: re.Match[str]) -> str:
    return f"#{ord(found[0])};"
