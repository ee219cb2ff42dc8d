"""The three maps of the sample: every number on them is counted again, and they say what is planted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap import plugins
from eamap.cli.judging import judged
from eamap.cli.main import program
from eamap.cli.opening import Opened
from eamap.model.diagram import Cell, Diagram, Status
from tests.golden.conftest import AS_OF
from tests.golden.pieces import Piece
from tests.golden.proof import Prover
from tests.unit.maps.estates import spans

CHECKS = ("LIF001", "INT001", "FHR001", "FHR002", "FHR003", "FHR004", "FHR013")
DRAWN = {"capability": ("org:ZN00",), "products": ("org:ZN00",), "interface": ("org:ZN07", "org:ZN00")}
"""Each ref is a question to the whole estate, so not every scope is proved."""
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"


@pytest.fixture(scope="module")
def draw(opened: Opened) -> Callable[..., Diagram]:
    verdicts = judged(opened, CHECKS).table
    used = opened.used("capabilities", "lifecycle")

    def drawn(name: str, selector: str, **options) -> Diagram:
        told = {"verdicts": verdicts, "marking": "TEST", "reference": used, **options}
        return plugins.load(plugins.Group.MAPS, name)().draw(opened.estate, AS_OF, selector=selector, **told)

    return drawn


@pytest.fixture(scope="module")
def prover(northmoor, northmoor_ingested) -> Prover:
    found = Prover(northmoor_ingested[0], AS_OF, northmoor / "sources")
    # Counts are compared; the cells behind thousands of them are another test's.
    found.context = replace(found.context, limit=1)
    return found


def pieces(diagram: Diagram) -> Iterator[Piece]:
    for span in spans(diagram):
        plain = span.text.replace(",", "")
        yield Piece("diagram", diagram.title.plain, "text", int(plain) if plain.isdigit() else span.text, (span.ref,))


@pytest.mark.slow
@pytest.mark.parametrize("name, selector", [(name, selector) for name, every in DRAWN.items() for selector in every])
def test_every_number_of_a_map_is_counted_again(draw, prover, name, selector):
    every = list(dict.fromkeys(pieces(draw(name, selector))))
    assert len(every) > 50
    wrong = [f"{piece.value!r} {piece.refs}: {why}" for piece in every if (why := prover.wrong(piece))]
    assert not wrong, f"{len(wrong)} of {len(every)}:\n" + "\n".join(wrong[:20])


def block(diagram: Diagram, identifier: str):
    return next(mark for mark in diagram.body.marks() if mark.id == identifier)


def test_all_capabilities_are_drawn_and_a_gap_is_a_gap(draw):
    diagram = draw("capability", "")
    assert diagram.counts[0].text.plain == "91 of 91 capabilities drawn"
    assert block(diagram, "capability:ACC-3.1").status is Status.UNKNOWN
    assert block(diagram, "capability:TEC-1.1").status is Status.EXPIRED


def test_the_record_system_that_three_trusts_share_is_one_bar(draw):
    bars = [bar for bar in draw("products", "").body.bars if bar.ref == "system:ZN01/northmoor-epr"]
    assert {bar.columns for bar in bars} == {("organisation:ZN01", "organisation:ZN02", "organisation:ZN03")}


def test_seven_products_are_used_for_transfers_of_care(draw):
    cells = [mark for mark in draw("products", "").body.marks() if isinstance(mark, Cell)]
    (total,) = (cell.text.plain for cell in cells if (cell.row, cell.column) == ("capability:CRD-2.1", "all"))
    assert total == "7"


def test_what_freedom_of_information_replies_withhold_or_deny_has_its_own_mark(draw):
    found = {(cell.row, cell.column): cell.status for cell in draw("products", "").body.cells}
    assert found["capability:INS-1.2", "organisation:ZW02"] is Status.ABSENT
    assert found["capability:ADM-3.2", "organisation:ZW02"] is Status.WITHHELD


def test_the_interface_map_of_a_trust_shows_planted_faults(draw):
    found = {edge.status for edge in draw("interface", "org:ZN03").body.edges}
    assert {Status.RETIRED_STANDARD, Status.NON_CONFORMANT, Status.DECLARED, None} <= found


def test_a_large_scope_is_cut_and_says_so(draw):
    diagram = draw("interface", "org:ZN00", limit=12)
    assert len(diagram.body.edges) <= 24
    for tally in diagram.counts:
        assert tally.omitted.n > 0
        assert "not shown" in tally.text.plain


def run(store: Path, *arguments: str):
    return CliRunner().invoke(
        program, ["map", *arguments, "--store", str(store), "--as-of", AS_OF.isoformat()], prog_name="eamap"
    )


def test_the_command_writes_the_format_of_the_suffix_and_prints_the_path_alone(northmoor_ingested, tmp_path):
    for suffix in ("svg", "dot", "mmd"):
        path = tmp_path / f"map.{suffix}"
        done = run(northmoor_ingested[0], "interface", "org:ZN07", "-o", str(path))
        assert (done.exit_code, done.stdout) == (0, f"{path}\n")
        assert "OFFICIAL-SENSITIVE" in path.read_text(encoding="utf-8") or suffix == "mmd"


def test_a_public_map_carries_no_marking_and_no_finding(northmoor_ingested, tmp_path):
    path = tmp_path / "map.svg"
    assert run(northmoor_ingested[0], "interface", "org:ZN07", "-o", str(path), "--profile", "public").exit_code == 0
    drawn = path.read_text(encoding="utf-8")
    assert not any(word in drawn for word in ("OFFICIAL", "declared", "retired standard", "non-conformant", "via "))


@pytest.mark.parametrize("arguments, said", [
    (("capabilities", "-o", "m.svg"), "there are: capability, change, do-once"),
    (("capability", "-o", "m.gif"), ".pptx"),
    (("all", "-o", "m.svg"), "only a slide deck"),
    (("interface", "-o", "m.svg"), "needs a selector"),
    (("capability", "org:", "-o", "m.svg"), "says no value"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_refused_in_words(northmoor_ingested, arguments, said):
    done = run(northmoor_ingested[0], *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.slow
def test_all_maps_make_one_deck(northmoor_ingested, tmp_path):
    from pptx import Presentation

    path = tmp_path / "maps.pptx"
    assert run(northmoor_ingested[0], "all", "org:ZN07", "-o", str(path)).exit_code == 0
    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(path)).slides]
    for word in (
        "Capability map",
        "Do once",
        "Interface gaps",
        "Interfaces",
        "Lifecycle map",
        "Products",
        "Supplier map",
    ):
        assert any(title.startswith(word) for title in titles)


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, selector",
    [("suppliers", "org:ZE00"), ("gap", "org:ZE00"), ("interface", "org:ZN00"), ("products", "org:ZN00")],
)
def test_no_text_of_a_slide_is_cut(northmoor_ingested, tmp_path, name, selector):
    from pptx import Presentation

    path = tmp_path / "map.pptx"
    assert run(northmoor_ingested[0], name, selector, "-o", str(path)).exit_code == 0
    # A label is text of a shape, and shapes may stand in groups of groups.
    texts = [each.text for slide in Presentation(str(path)).slides for each in slide.element.iter(_TEXT) if each.text]
    assert len(texts) > 40
    assert not [text for text in texts if "…" in text]
