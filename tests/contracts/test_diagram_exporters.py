"""What every exporter of diagrams promises, whatever its format."""

from __future__ import annotations

import html
import io
import random
import re
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from eamap.errors import UsageError
from eamap.model.diagram import (
    NOTHING,
    Bar,
    Block,
    Cell,
    Chart,
    Count,
    Diagram,
    Edge,
    Heading,
    Matrix,
    Nest,
    Network,
    Scale,
    Source,
    Status,
    Tally,
    Text,
)
from eamap.model.panels import Area, Entry, Limit, Page, Panel, Plane, Ranges, Reach, Spot, Words
from eamap.plugins import Group, load, names

EXPORTERS = [name for name in names(Group.EXPORTERS) if load(Group.EXPORTERS, name).accepts == "diagram"]
READABLE = [name for name in EXPORTERS if name not in {"png", "pdf"}]
"""Exporters whose text can be read back without a reader of their own."""
HOSTILE = (
    "=1+1",
    "<script>alert(1)</script>",
    '"]; evil [label="x',
    "click n0 callback",
    "%%{init: {'theme':'dark'}}%%",
    "two\nlines\tand tabs",
    "nul\x00byte",
    "\u202eturned round\u202c",
    "a very long name " * 20,
    "L" * 300,
    "a --> b",
    "`tick` #quot; &amp; $x$ \\n \\N",
    "]]>",
    "{{x}}",
    "1. list",
    "end",
)


def tally(kind, noun, drawn, omitted=0):
    return Tally(
        kind,
        noun,
        Count(drawn, f"count(kind:{kind}; first {drawn})"),
        Count(omitted, f"count(kind:{kind}; after {drawn})"),
        Count(drawn + omitted, f"count(kind:{kind})"),
    )


def diagram(body, *counts, title="Northmoor", kind="interface"):
    return Diagram(
        title=Text.of((title, "title")),
        kind=kind,
        body=body,
        counts=counts,
        marking="OFFICIAL-SENSITIVE",
        as_of=date(2026, 11, 22),
        alt=Text.of("What a person who does not see it should know."),
        subtitle=Text.of("Fictional"),
        version=7,
        sources=(Source(Text.of("A register of contracts")),),
    )


def nest():
    coverage = Text.of((12, "distinct(org; x)"), " of ", (14, "count(kind:organisation)"), " organisations")
    leaves = tuple(
        Block(f"capability:{n}", Text.of((f"Leaf {n}", f"capability:{n}")), "capability", status, (coverage,))
        for n, status in enumerate((Status.SUPPORTED, Status.EXPIRED, Status.UNKNOWN, Status.NOT_ASSESSED))
    )
    group = Block("group", Text.of("Group"), "group", blocks=leaves)
    domain = Block("domain", Text.of("Domain"), "domain", blocks=(group,))
    return diagram(Nest((domain,)), tally("capability", "capabilities", 4, 87), kind="capability")


def network(edges=3):
    blocks = tuple(
        Block(
            f"organisation:{key}",
            Text.of(f"Trust {key}"),
            "organisation",
            blocks=(
                Block(f"system:{key}/a", Text.of(f"Alpha {key}"), "system", Status.LIVE),
                Block(f"system:{key}/b", Text.of(f"Beta {key}"), "system"),
            ),
        )
        for key in ("east", "west")
    )
    statuses = (Status.CONFORMANT, Status.DECLARED, Status.NON_CONFORMANT)
    lines = tuple(
        Edge(
            f"interface:{n}",
            "system:east/a",
            "system:west/b",
            Text.of(("FHIR R4", f"interface:{n}")),
            "interface",
            statuses[n % 3],
        )
        for n in range(edges)
    )
    return diagram(Network(blocks, lines), tally("system", "systems", 4, 183), tally("interface", "interfaces", edges))


def flows():
    """A network whose lines have widths, which the legend explains."""
    blocks = tuple(Block(f"board {key}", Text.of(f"Board {key}")) for key in ("east", "west"))
    edge = Edge("e", "board east", "board west", Text.of(("4,000", "flow(a)")), "flow", None, weight=4000, width=1.0)
    back = Edge(
        "f", "board west", "board east", Text.of(("1,000", "flow(b)")), "flow", Status.UNKNOWN, weight=1000, width=0.25
    )
    scale = (
        Scale(1.0, Text.of("widest line: ", ("4,000", "flow(a)"))),
        Scale(0.25, Text.of("narrowest: ", ("1,000", "flow(b)"))),
    )
    return diagram(Network(blocks, (edge, back), scale), tally("flow", "flows", 5000, 12))


def matrix():
    rows = tuple(Heading(f"row {n}", Text.of(f"Capability {word}"), "capability") for n, word in enumerate("abc"))
    columns = tuple(Heading(f"column {n}", Text.of(f"Trust {word}"), "organisation") for n, word in enumerate("xyz"))
    cells = tuple(
        Cell(row.id, column.id, Text.of((1, f"distinct(product; {row.id})")), status=Status.SINGLE)
        for row in rows
        for column in columns[:2]
    ) + tuple(Cell(row.id, columns[2].id, status=Status.WITHHELD) for row in rows)
    bar = Bar("system:shared", rows[0].id, (columns[0].id, columns[2].id), Text.of("Shared record"), "system")
    body = Matrix(rows, columns, cells, (bar,))
    return diagram(body, tally("capability", "capabilities", 3, 88), tally("organisation", "organisations", 3))


def chart():
    rows = tuple(Heading(f"2027 Q{n}", Text.of((f"2027 Q{n}", f"q{n}"))) for n in range(1, 5))
    columns = (Heading("worst", Text.of("at worst")), Heading("best", Text.of("at best")))
    cells = tuple(
        Cell(row.id, column.id, Text.of((f"{n * 7}", f"c{n}"), f" {column.label.plain}"), kind="component" if column.id == "worst" else "",
             status=Status.EXPIRED, ref=f"c{n}", weight=n * 7)
        for n, row in enumerate(rows)
        for column in columns
    )  # fmt: skip
    return diagram(Chart(rows, columns, cells), tally("component", "components", 42, 5), kind="forecast")


def hostile_chart():
    rows = tuple(Heading(text, Text.of((text, text))) for text in HOSTILE)
    cells = tuple(
        Cell(text, "c", Text.of((text, text)), status=Status.SEVERAL, ref=text, weight=10**9) for text in HOSTILE
    )
    return diagram(
        Chart(rows, (Heading("c", Text.of((HOSTILE[1], "x"))),), cells), tally("capability", "capabilities", 0)
    )


def hostile():
    blocks = tuple(
        Block(
            text, Text.of((text, text)), "system", Status.EXPIRED, (Text.of((text, text)),), Text.of((text, text)), text
        )
        for text in HOSTILE
    )
    edges = tuple(
        Edge(f"to {text}", HOSTILE[0], text, Text.of((text, text)), "interface", Status.DECLARED, ref=text)
        for text in HOSTILE[1:]
    )
    cluster = Block("cluster " + HOSTILE[2], Text.of((HOSTILE[2], "x")), "organisation", blocks=blocks)
    body = Network((cluster,), edges)
    return diagram(body, tally("system", "systems", len(HOSTILE)), title=HOSTILE[1])


def hostile_matrix():
    rows = tuple(Heading(text, Text.of((text, text)), "capability", Text.of((text, text))) for text in HOSTILE)
    cells = tuple(Cell(text, "c", Text.of((text, text)), status=Status.SEVERAL, ref=text) for text in HOSTILE)
    body = Matrix(rows, (Heading("c", Text.of((HOSTILE[1], "x"))),), cells)
    return diagram(body, tally("capability", "capabilities", len(HOSTILE)), title=HOSTILE[4])


def page():
    conditions = tuple(
        Reach(f"condition {key}", Text.of(f"Condition {key}"), lo, point, hi, Text.of((f"{lo} to {hi}", f"figure({key})")), 0.6, "condition",
              ref=f"figure({key})")
        for key, lo, point, hi in (("a", 0.1, 0.4, 0.9), ("b", 0.0, None, 1.0), ("c", 0.5, 0.5, 0.5), ("d", 1.0, 1.0, 1.0), ("e", 0.0, 0.0, 0.0))
    )  # fmt: skip
    shares = tuple(
        Reach(f"share {n}", Text.of(f"Level {'abc'[n]}"), 0, n / 2, 1, Text.of((n / 2, f"share({n})")))
        for n in range(3)
    )
    curve = tuple(
        Spot(f"level {n}", Text.of(f"Level {'abcd'[n]}"), n / 3, y, Text.of((str(y), f"capture({n})")))
        for n, y in enumerate((0.0, 0.75, 0.98, 1.0))
    )
    ticks = tuple((n / 3, Text.of(f"level {'abcd'[n]}")) for n in range(4))
    plane = Plane(
        NOTHING, Text.of("share reached"), curve, (), (Limit(0.8, Text.of(("0.8", "line"))),), ticks, joined=True
    )
    box = Area("box", Text.of("where it may lie"), 0.2, 0.1, 0.9, 0.6, Text.of(("0.1 to 0.6", "figure(b)")))
    quadrant = Plane(
        Text.of("to the right"), Text.of("upwards"), (Spot("dot", Text.of("the point"), 0.5, 0.5),), (box,),
        (Limit(0.5), Limit(0.5, upright=True)), corners=tuple(map(Text.of, ("North west", "North east", "South west", "South east"))),
    )  # fmt: skip
    lines = tuple(
        Entry(f"row {n}", (Text.of((f"figure {n}", f"row({n})")), Text.of("a file with a long name"), NOTHING), "row")
        for n in range(30)
    )
    body = Page((
        Panel("said", Text.of("In words"), Words((Entry("sentence", (Text.of("What a board should know."),), strong=True),))),
        Panel("conditions", Text.of("Conditions"), Ranges(conditions), 7, Text.of("What the bars mean.")),
        Panel("shares", Text.of("Shares"), Ranges(shares, as_bars=True), 5),
        Panel("curve", Text.of("Curve"), plane, 6),
        Panel("quadrant", Text.of("Quadrant"), quadrant, 6),
        Panel("rows", Text.of("Rows"), Words(lines, tuple(map(Text.of, ("Figure", "File", "Date"))), (2, 2, 1))),
    ))  # fmt: skip
    return diagram(body, tally("condition", "conditions", 5), tally("row", "rows", 30, 4), kind="page")


def hostile_page():
    entries = tuple(Entry(text, (Text.of((text, text)), Text.of((text, text))), "row", ref=text) for text in HOSTILE)
    ranges = tuple(
        Reach(f"of {text}", Text.of((text, text)), 0.1, 0.5, 0.9, Text.of((text, text)), 0.5, ref=text)
        for text in HOSTILE
    )
    spots = tuple(Spot(f"at {text}", Text.of((text, text)), 0.5, 0.5, Text.of((text, text))) for text in HOSTILE)
    long = Text.of((HOSTILE[8], "x"))
    plane = Plane(
        long, long, spots, (Area("all", long, 0, 0, 1, 1, long),), (Limit(0.5, long),), ((0.5, long),), (long,) * 4
    )
    body = Page((
        Panel(HOSTILE[2], Text.of((HOSTILE[2], "x")), Words(entries, (long, long), (1, 3)), 7, long),
        Panel(HOSTILE[3], Text.of((HOSTILE[3], "x")), Ranges(ranges), 5),
        Panel(HOSTILE[1], long, plane, 3),
    ))  # fmt: skip
    return diagram(body, tally("row", "rows", len(HOSTILE)), title=HOSTILE[1])


DIAGRAMS = {
    "page": page,
    "hostile page": hostile_page,
    "empty page": lambda: diagram(Page(), tally("row", "rows", 0, 5)),
    "nest": nest,
    "network": network,
    "matrix": matrix,
    "flows": flows,
    "chart": chart,
    "hostile chart": hostile_chart,
    "empty chart": lambda: diagram(Chart(), tally("component", "components", 0, 5)),
    "hostile network": hostile,
    "hostile matrix": hostile_matrix,
    "empty": lambda: diagram(Network(), tally("system", "systems", 0)),
    "empty matrix": lambda: diagram(Matrix(), tally("capability", "capabilities", 0, 5)),
}


def export(name, thing, folder):
    exporter = load(Group.EXPORTERS, name)
    folder.mkdir(exist_ok=True)
    return exporter.export(thing, folder / f"picture{exporter.suffixes[0]}", {})


def words_of(path):
    """The text of an exported file, decoded as its reader would."""
    content = path.read_bytes()
    match path.suffix:
        case ".svg" | ".html":
            return " ".join(html.unescape(part) for part in re.findall(r">([^<]+)<", content.decode()))
        case ".pptx":
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                slides = [parts.read(n).decode() for n in parts.namelist() if n.startswith("ppt/slides/slide")]
            found = re.findall(r'descr="([^"]*)"|<a:t>([^<]*)', "".join(slides))
            return html.unescape(" ".join(alt or text for alt, text in found))
        case ".mmd":
            return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), content.decode())
        case ".dot":
            return content.decode().replace('\\"', '"').replace("\\\\", "\\")
    raise AssertionError(f"no reader for {path.suffix}")


def leaves(shapes):
    for shape in shapes:
        yield from leaves(shape.shapes) if shape.shape_type == 6 else (shape,)


def test_there_is_an_exporter_for_every_promised_picture():
    suffixes = {suffix for name in EXPORTERS for suffix in load(Group.EXPORTERS, name).suffixes}
    assert {".svg", ".png", ".pdf", ".html", ".dot", ".mmd", ".pptx"} <= suffixes


@pytest.mark.parametrize("name", EXPORTERS)
@pytest.mark.parametrize("which", DIAGRAMS)
def test_writes_the_same_bytes_twice_and_nothing_else(name, which, tmp_path):
    first = export(name, DIAGRAMS[which](), tmp_path / "one")
    second = export(name, DIAGRAMS[which](), tmp_path / "two")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert sorted((tmp_path / "one").iterdir()) == sorted(first)
    assert all(path.stat().st_size > 100 for path in first)


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_failure_leaves_the_old_file(name, tmp_path, monkeypatch):
    (path,) = export(name, nest(), tmp_path)
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("eamap_exporters.files.os.replace", full)
    with pytest.raises((OSError, UsageError)):
        export(name, matrix(), tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", EXPORTERS)
def test_a_folder_is_not_a_picture(name, tmp_path):
    exporter = load(Group.EXPORTERS, name)
    with pytest.raises(UsageError):
        exporter.export(nest(), tmp_path, {})


@pytest.mark.parametrize("name", READABLE)
def test_says_marking_day_version_and_what_is_not_shown(name, tmp_path):
    said = words_of(export(name, network(), tmp_path)[0])
    for promised in ("OFFICIAL-SENSITIVE", "2026-11-22", "183", "187", "conformant", "claims the standard"):
        assert promised in said


@pytest.mark.parametrize("name", READABLE)
def test_hostile_labels_survive_as_text(name, tmp_path):
    said = "".join(words_of(path) or "" for path in export(name, hostile(), tmp_path))
    for text in ("=1+1", "<script>alert(1)</script>", "click n0 callback", "a --> b", "two lines and tabs", "nulbyte"):
        assert text in said


@pytest.mark.parametrize("which", ["hostile network", "hostile matrix", "hostile page"])
def test_nothing_in_an_svg_is_alive(which, tmp_path):
    from lxml import etree

    (path,) = export("svg", DIAGRAMS[which](), tmp_path)
    root = etree.fromstring(path.read_bytes())
    tags = {etree.QName(element).localname for element in root.iter() if isinstance(element.tag, str)}
    assert tags <= {"svg", "title", "desc", "defs", "pattern", "path", "g", "rect", "circle", "text", "tspan"}
    attributes = {etree.QName(key).localname for element in root.iter() for key in element.attrib}
    assert not {key for key in attributes if key.startswith("on")} | (attributes & {"href", "style"})


@pytest.mark.parametrize("which", DIAGRAMS)
def test_every_number_in_an_svg_has_a_ref(which, tmp_path):
    from lxml import etree

    (path,) = export("svg", DIAGRAMS[which](), tmp_path)
    for element in etree.fromstring(path.read_bytes()).iter("{*}text", "{*}tspan", "{*}title", "{*}desc"):
        own = (element.text or "") + "".join(child.tail or "" for child in element)
        assert not re.search(r"\d", own) or element.get("data-ref"), own


@pytest.mark.parametrize("which", DIAGRAMS)
def test_every_number_on_a_slide_has_a_ref(which, tmp_path):
    from pptx import Presentation

    (path,) = export("pptx", DIAGRAMS[which](), tmp_path)
    for slide in Presentation(path).slides:
        for shape in leaves(slide.shapes):
            if shape.has_text_frame and re.search(r"\d", shape.text_frame.text):
                assert "\nrefs: " in shape._element._nvXxPr.cNvPr.get("descr"), shape.text_frame.text


@pytest.mark.parametrize("which", DIAGRAMS)
def test_slides_are_wide_native_and_readable(which, tmp_path):
    from pptx import Presentation

    (path,) = export("pptx", DIAGRAMS[which](), tmp_path)
    deck = Presentation(path)
    assert deck.slide_width * 9 == deck.slide_height * 16
    for slide in deck.slides:
        assert "What a person" in slide.notes_slide.notes_text_frame.text
        for shape in leaves(slide.shapes):
            assert shape.shape_type != 13, "a picture, not shapes"
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width
            assert shape.top + shape.height <= deck.slide_height
            if shape.has_text_frame:
                sizes = [run.font.size.pt for part in shape.text_frame.paragraphs for run in part.runs]
                assert all(size >= 9 for size in sizes)


def test_text_that_a_viewer_wraps_anew_stays_where_it_stood(tmp_path):
    """Arial is narrower than what is measured: fewer lines must not leave a name above its row or its column."""
    from pptx import Presentation
    from pptx.enum.text import MSO_ANCHOR

    def anchors(which, start):
        (path,) = export("pptx", which, tmp_path)
        shapes = leaves(Presentation(path).slides[0].shapes)
        return {shape.text_frame.vertical_anchor for shape in shapes if shape.name.startswith(start)}

    assert anchors(matrix(), "row row ") == {MSO_ANCHOR.MIDDLE}
    assert anchors(matrix(), "column column ") == {MSO_ANCHOR.BOTTOM}
    assert anchors(network(), "label of ") == {MSO_ANCHOR.MIDDLE}
    assert anchors(nest(), "footer") == {MSO_ANCHOR.TOP}


def test_connectors_are_glued(tmp_path):
    (path,) = export("pptx", network(), tmp_path)
    with zipfile.ZipFile(path) as parts:
        slide = parts.read("ppt/slides/slide1.xml").decode()
    parts = [part.partition("</p:cxnSp>")[0] for part in slide.split("<p:cxnSp>")[1:]]
    wires = [part for part in parts if "legend" not in part]
    assert len(wires) == 6
    assert all("<a:stCxn " in wire and "<a:endCxn " in wire for wire in wires)


def test_mermaid_is_split_above_its_limit_and_loses_no_line(tmp_path):
    whole = network(1203)
    files = export("mermaid", whole, tmp_path)
    assert [path.name for path in files] == [f"picture-{n}.mmd" for n in range(1, len(files) + 1)]
    texts = [path.read_text() for path in files]
    assert all(len(text) <= 50_000 for text in texts)
    links = [len(re.findall(r"^  n\d+ (?:-->|-\.->)", text, re.MULTILINE)) for text in texts]
    assert max(links) <= 500
    assert sum(links) == 1203


def test_a_legend_explains_what_is_drawn_and_nothing_else(tmp_path):
    said = words_of(export("svg", matrix(), tmp_path)[0])
    for word in ("single: one product", "withheld: asked", "shared: one instance"):
        assert word in said
    assert "expired" not in said
    assert matrix().legend


def test_widths_are_drawn_as_they_are_and_the_legend_shows_them(tmp_path):
    (svg,) = export("svg", flows(), tmp_path)
    text = svg.read_text("utf-8")
    content, legend = text.split('<g id="content">')[1].split('<g id="legend">')
    drawn = re.findall(r'stroke="#(?!ffffff)[0-9a-f]+" stroke-width="([0-9.]+)"', content)
    shown = re.findall(r'stroke="#(?!ffffff)[0-9a-f]+" stroke-width="([0-9.]+)"', legend.split('<g id="footer">')[0])
    assert set(drawn) == {"8", "2.9"}
    assert set(drawn) <= set(shown)
    for name in ("dot", "mermaid"):
        (other,) = export(name, flows(), tmp_path)
        assert "line this wide: widest line: 4" in html.unescape(other.read_text("utf-8"))


@pytest.mark.parametrize(
    "bad",
    [
        lambda: Text.of("12 systems"),
        lambda: Tally("system", "systems", Count(1, "a"), Count(1, "b"), Count(3, "c")),
        lambda: Count(3, ""),
        lambda: Network((), (Edge("e", "a", "b"),)),
        lambda: Network((Block("a", Text.of("A")),), (Edge("e", "a", "a", width=0.5),)),
        lambda: Network((Block("a", Text.of("A")),), (Edge("e", "a", "a", width=2.0),), (Scale(1.0, Text.of("wide")),)),
        lambda: Matrix((), (), (Cell("a", "b"),)),
        lambda: diagram(
            Nest((Block("a", Text.of("A"), "system"), Block("a", Text.of("A"), "system"))),
            tally("system", "systems", 2),
        ),
        lambda: diagram(Nest((Block("a", Text.of("A"), "system"),)), tally("system", "systems", 2)),
        lambda: diagram(Nest(), title=""),
    ],
)
def test_a_picture_that_could_mislead_cannot_be_made(bad):
    with pytest.raises(ValueError):
        bad()


def test_nothing_is_nothing():
    assert not NOTHING


def tangle():
    """Many labelled lines within and across clusters, a shape that has made Graphviz abort."""
    draw = random.Random(3)
    groups = tuple(
        Block(
            f"o{n}",
            Text.of("Trust"),
            blocks=tuple(Block(f"s{n * 8 + m}", Text.of("System"), "system") for m in range(8)),
        )
        for n in range(14)
    )
    edges = []
    for n in range(120):
        source, target = f"s{int(draw.random() ** 2 * 112)}", f"s{draw.randrange(112)}"
        edges.append(Edge(f"e{n}", source, target, Text.of("DICOM"), status=Status.DECLARED))
    return diagram(Network(groups, tuple(edges)), tally("system", "systems", 112))


@pytest.mark.parametrize("which", [*DIAGRAMS.values(), tangle])
def test_graphviz_draws_the_dot(which, tmp_path):
    (path,) = export("dot", which(), tmp_path)
    # In a process of its own, because a graph that Graphviz trips over ends the process.
    code = "import sys, pygraphviz; pygraphviz.AGraph(sys.argv[1]).draw(sys.argv[2], prog='dot')"
    drawn = tmp_path / "drawn.svg"
    subprocess.run([sys.executable, "-c", code, path, drawn], check=True, capture_output=True, timeout=60)
    assert "<script" not in drawn.read_text()
