"""The gap map draws the worst answer between two organisations, names the steps, and says what it leaves out."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from eamap.interpret import interpret
from eamap.maps.gap import GapMap
from eamap.model.diagram import Diagram, Matrix, Status
from tests.unit.analysis.handoff_estates import DAY, consumes, interface, small


def drawn(selector: str = "", limit: int = 40, **content) -> Diagram:
    return GapMap().draw(interpret(small(**content), DAY), DAY, selector=selector, limit=limit)


def cells(diagram: Diagram) -> dict[tuple[str, str], tuple[Status | None, str]]:
    assert isinstance(diagram.body, Matrix)
    return {(cell.row, cell.column): (cell.status, cell.text.plain) for cell in diagram.body.cells}


LETTER = {
    "interface": [interface("A01/letters/i1", "system:A01/letters", "toc")],
    "CONSUMES": consumes("system:B01/record A01/letters/i1"),
}


def test_a_cell_has_the_worst_answer_and_names_the_steps_that_are_gaps():
    found = cells(drawn())
    assert found["A01", "B01"] == (Status.NO_INTERFACE, "P2/9 P3/9 +1")
    assert ("B01", "B01") not in found


def test_what_is_declared_is_no_gap_and_its_cell_names_no_step():
    assert cells(drawn(**LETTER))["A01", "B01"] == (Status.DECLARED, "")


@pytest.mark.parametrize(("protocol", "status"), [("email", Status.OTHER_MEANS), ("fhir", Status.NON_CONFORMANT)])
def test_other_means_and_other_standards_are_told_apart(protocol, status):
    letter = LETTER | {"interface": [interface("A01/letters/i1", "system:A01/letters", None, protocol=protocol)]}
    assert cells(drawn(**letter))["A01", "B01"][0] is status


def test_every_status_has_a_letter_of_its_own_beside_its_colour():
    from eamap_exporters.palette import paint

    letters = [paint(status).letter for status in Status]
    assert len(set(letters)) == len(letters)


def test_where_there_is_no_room_those_with_most_gaps_are_drawn_and_the_rest_is_counted():
    whole, cut = drawn(), drawn(limit=2)
    (all_of_it,), (some,) = whole.counts, cut.counts
    assert some.drawn.n + some.omitted.n == some.total.n == all_of_it.total.n
    assert 0 < some.drawn.n < all_of_it.drawn.n


def test_the_note_of_a_cell_tells_each_step_by_name_with_its_answer():
    diagram = drawn()
    note = next(cell.note.plain for cell in diagram.body.cells if (cell.row, cell.column) == ("A01", "B01"))
    assert "P4/6 Send discharge summary: none known" in note


def test_the_picture_says_in_words_what_it_shows_and_what_is_in_no_inventory():
    diagram = drawn()
    assert "hand-offs of care pathways" in diagram.alt.plain
    assert any(text.plain.startswith("Not in the inventory: ") for text in diagram.footnotes)


def test_gaps_are_not_for_the_public(tmp_path):
    done = CliRunner().invoke(
        program,
        ["map", "gap", "-o", str(tmp_path / "m.svg"), "--profile", "public", "--store", str(tmp_path)],
        prog_name="eamap",
    )
    assert done.exit_code == 2
    assert "findings are left out of the public profile" in done.stderr
