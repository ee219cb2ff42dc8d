"""The flow map: as wide as the volume, only so many lines, and nothing left out in silence."""

from __future__ import annotations

import pytest

from eamap.errors import UsageError
from eamap.maps.flows import FlowMap
from eamap.model.diagram import Edge, Status
from eamap.model.estate import Estate
from tests.unit.maps.estates import DAY, estate, spans


def org(code, **fields):
    return {"id": f"organisation:{code}", "code": code, **fields}


def part(code, parent, role="icb"):
    return {"from": f"organisation:{code}", "to": f"organisation:{parent}", "role": role}


def flow(number, origin, destination, volume):
    return {
        "id": f"flow:{number}",
        "origin": f"organisation:{origin}",
        "destination": f"organisation:{destination}",
        "volume": volume,
    }


def own(*volumes):
    """Three boards in two regions, one trust in each, and flows between the trusts."""
    boards = {"A0": "R1", "B0": "R1", "C0": "R2"}
    return estate(
        organisation=[*(org(code, role="icb", name=f"NHS {code} Integrated Care Board") for code in boards),
                      *(org(code, role="region", name=f"Region {code}") for code in ("R1", "R2")),
                      *(org(f"{code[0]}1") for code in boards), org("X1")],
        PART_OF=[*(part(f"{code[0]}1", code) for code in boards), *(part(code, region, "region") for code, region in boards.items())],
        flow=[flow(n, *each) for n, each in enumerate(volumes)],
    )  # fmt: skip


def lines(diagram):
    return {mark.id: mark for mark in diagram.body.marks() if isinstance(mark, Edge)}


def words(diagram):
    return " ".join(text.plain for text in diagram.footnotes)


def test_a_line_is_as_wide_as_its_volume_and_the_legend_says_how_much_that_is():
    diagram = FlowMap().draw(own(("A1", "B1", 400), ("B1", "C1", 100), ("A1", "A1", 500)), DAY)
    assert {key: (mark.weight, mark.width) for key, mark in lines(diagram).items()} == {
        "A0 > B0": (400, 1.0),
        "B0 > C0": (100, 0.25),
    }
    assert [(each.width, each.text.plain) for each in diagram.body.scale] == [
        (1.0, "widest line: 400 in volume"), (0.25, "middle: 100 in volume"),
    ]  # fmt: skip
    (box,) = [mark for mark in diagram.body.marks() if mark.id == "board A0"]
    assert [line.plain for line in box.lines] == ["A0", "stays: 500 of 900"]
    assert diagram.counts[0].text.plain == "500 of 500 in volume from one board to another drawn"
    assert "50.0 % crosses" in words(diagram)


def test_only_the_widest_lines_are_drawn_and_the_rest_is_counted():
    diagram = FlowMap().draw(own(("A1", "B1", 600), ("B1", "A1", 300), ("B1", "C1", 100)), DAY, limit=2)
    assert set(lines(diagram)) == {"A0 > B0", "B0 > A0"}
    assert "Drawn are the 2 widest of 3 lines; the others carry 10.0 % of what goes from one board to another" in words(
        diagram
    )
    assert "Boards without a line drawn: " in words(diagram)
    assert diagram.counts[0].text.plain == "900 of 1,000 in volume from one board to another drawn, 100 not shown"


def test_an_end_that_nobody_can_place_is_drawn_as_unknown():
    diagram = FlowMap().draw(own(("A1", "X1", 40), ("A1", "B1", 60)), DAY)
    assert lines(diagram)["A0 > unknown"].status is Status.UNKNOWN
    assert lines(diagram)["A0 > B0"].status is None
    assert "between 60.0 % and 100.0 %" in words(diagram)


def test_boxes_stand_in_their_region():
    diagram = FlowMap().draw(own(("A1", "C1", 40)), DAY)
    assert [(block.label.plain, [inner.id for inner in block.blocks]) for block in diagram.body.blocks] == [
        ("Region R1", ["board A0"]), ("Region R2", ["board C0"]),
    ]  # fmt: skip


def test_one_board_has_its_own_map():
    told = own(("A1", "B1", 400), ("B1", "C1", 100))
    assert set(lines(FlowMap().draw(told, DAY, selector="C0"))) == {"B0 > C0"}
    with pytest.raises(UsageError) as refused:
        FlowMap().draw(told, DAY, selector="Q9")
    assert "A0" in refused.value.hint


def test_without_flows_of_its_own_the_published_ones_are_drawn_and_need_no_estate():
    diagram = FlowMap().draw(Estate({}), DAY)
    assert len(lines(diagram)) == 24
    assert diagram.counts[0].total.n == 968_892
    assert all(span.ref for span in spans(diagram) if any(map(str.isdigit, span.text)))


def test_under_older_boundaries_what_cannot_be_told_is_unknown():
    diagram = FlowMap().draw(Estate({}), DAY, within="2022")
    assert lines(diagram)["QJG or QMM > QH8 or QJG or QM7"].status is Status.UNKNOWN
    assert lines(diagram)["QMF > QMJ or QRV"].status is None
    assert "between 12.0 % and 41.0 %" in words(diagram)


def test_an_estate_whose_flows_all_stay_draws_nothing_and_says_so():
    diagram = FlowMap().draw(own(("A1", "A1", 40)), DAY)
    assert lines(diagram) == {}
    assert diagram.counts[0].total.n == 0
