"""Text stays in its box, boxes stay on the sheet, and pages lose nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from eamap.model.diagram import Block, Cell, Count, Diagram, Edge, Heading, Matrix, Nest, Network, Status, Tally, Text
from eamap_exporters import fonts
from eamap_exporters.fonts import shorten, width, wrap
from eamap_exporters.pages import paginate, split, units
from eamap_exporters.sheet import HEIGHT, WIDTH, compose, compose_pages

WORDS = ("Electronic prescribing and medicines administration", "Imaging", "Order communications", "L" * 90)


def diagram(body, kind, noun, n):
    count = Count(n, "count(x)")
    return Diagram(
        title=Text.of("Northmoor"), kind="map", body=body, counts=(Tally(kind, noun, count, Count(0, "none"), count),),
        marking="OFFICIAL", as_of=date(2026, 11, 22), alt=Text.of("A picture."),
    )  # fmt: skip


def nest(leaves):
    blocks = [
        Block(f"c{n}", Text.of(WORDS[n % 4]), "capability", Status.EXPIRED, (Text.of((n, "n"), " of ", (n, "m")),))
        for n in range(leaves)
    ]
    groups = [Block(f"g{n}", Text.of(WORDS[n % 4]), blocks=tuple(blocks[n : n + 8])) for n in range(0, leaves, 8)]
    return diagram(Nest(tuple(groups)), "capability", "capabilities", leaves)


def network(systems):
    boxes = [Block(f"s{n}", Text.of(WORDS[n % 4]), "system", Status.LIVE) for n in range(systems)]
    groups = [Block(f"o{n}", Text.of(WORDS[n % 4]), blocks=tuple(boxes[n : n + 5])) for n in range(0, systems, 5)]
    edges = [
        Edge(f"e{n}", f"s{n}", f"s{(n * 7 + 3) % systems}", Text.of("DICOM"), status=Status.DECLARED)
        for n in range(systems)
    ]
    return diagram(Network(tuple(groups), tuple(edges)), "system", "systems", systems)


def matrix(rows, columns=12):
    across = tuple(Heading(f"o{n}", Text.of(WORDS[n % 3])) for n in range(columns))
    down = tuple(Heading(f"c{n}", Text.of(WORDS[n % 4]), "capability") for n in range(rows))
    cells = tuple(Cell(r.id, c.id, Text.of((2, "n")), status=Status.SEVERAL) for r in down for c in across)
    return diagram(Matrix(down, across, cells), "capability", "capabilities", rows)


SCENES = {
    "nest": lambda: [compose(nest(40))],
    "nest pages": lambda: compose_pages(nest(160)),
    "network": lambda: [compose(network(15))],
    "network pages": lambda: compose_pages(network(30)),
    "matrix": lambda: [compose(matrix(12))],
    "matrix pages": lambda: compose_pages(matrix(50, 40)),
}


@pytest.mark.parametrize("which", SCENES)
def test_no_text_leaves_its_box_and_no_box_the_sheet(which):
    for scene in SCENES[which]():
        for shape in (*scene.content.shapes, *scene.legend.shapes):
            assert shape.x >= 0
            assert shape.y >= 0
            assert shape.x + shape.w <= scene.w + 0.5
            assert shape.y + shape.h <= scene.h + 0.5
            for line in shape.lines:
                long = width(line.text.plain.rstrip(), line.size, line.bold)
                if line.upright:
                    assert line.y - long >= shape.y - 0.5, line.text.plain
                    continue
                left = line.x - {"start": 0, "middle": long / 2, "end": long}[line.anchor]
                assert left >= shape.x - 0.5, line.text.plain
                assert left + long <= shape.x + shape.w + 0.5, line.text.plain
                assert shape.y <= line.y - line.size * 0.7 + 0.5
                assert line.y <= shape.y + shape.h
                assert line.size >= 12


@pytest.mark.parametrize("which", SCENES)
def test_boxes_do_not_overlap(which):
    for scene in SCENES[which]():
        boxes = [shape for shape in scene.content.shapes if shape.look in {"box", "chip"}]
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                apart = one.x + one.w <= other.x + 0.5 or other.x + other.w <= one.x + 0.5
                assert apart or one.y + one.h <= other.y + 0.5 or other.y + other.h <= one.y + 0.5, (one.id, other.id)


@pytest.mark.parametrize("which", [name for name in SCENES if "pages" in name])
def test_pages_are_slides(which):
    scenes = SCENES[which]()
    assert len(scenes) > 1
    assert {(scene.w, scene.h) for scene in scenes} == {(WIDTH, HEIGHT)}


@pytest.mark.parametrize("body", [nest(37).body, network(23).body, matrix(11).body])
def test_splitting_loses_and_repeats_nothing(body):
    pages = paginate(body, lambda page: units(page) <= 5)
    kinds = (Cell, Edge)
    whole = sorted(mark.id for mark in body.marks() if mark.kind or isinstance(mark, kinds))
    found = [mark.id for page in pages for mark in page.marks() if mark.kind or isinstance(mark, kinds)]
    assert sorted(set(found)) == whole
    if not isinstance(body, Network):  # a box is drawn again where a line on another page ends
        assert sorted(found) == whole
    assert sum(map(units, split(body, 4))) >= units(body)


@pytest.mark.parametrize("number", ["123456789", "1,234,567", "12.5", "2024-07-09", "09/07/2024", "10.0.22621"])
def test_no_text_shows_half_a_number(number):
    text = Text.of("about ", (number, "n"), " things")
    for room in range(20, 140):
        drawn = shorten(text, room, 12).plain
        assert number in drawn or not any(c.isdigit() for c in drawn)
        if room >= width(number, 12):
            assert any(number in line.plain for line in wrap(text, room, 12, most=9))


def test_wrapping_keeps_every_character_and_its_ref():
    text = Text.of((12, "a"), " of ", (14, "b"), " organisations in Northmoor")
    lines = wrap(text, 90, 12, most=9)
    assert "".join(line.plain for line in lines) == text.plain
    assert [ref for line in lines for ref in line.refs] == ["a", "b"]


def test_layout_says_nothing_and_needs_no_font(tmp_path):
    code = (
        "from tests.unit.exporters.test_layout import network; from eamap_exporters.sheet import compose;"
        "import sys; compose(network(10)); sys.exit('matplotlib' in sys.modules)"
    )
    bare = {"PATH": "", "FONTCONFIG_PATH": str(tmp_path), "PYTHONPATH": ":".join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-c", code], env=bare, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_missing_font_is_an_error_that_says_what_to_type(monkeypatch):
    from eamap.errors import PluginError

    monkeypatch.setattr(fonts, "find_spec", lambda _: None)
    with pytest.raises(PluginError) as caught:
        fonts.folder()
    assert "pip install" in caught.value.hint
