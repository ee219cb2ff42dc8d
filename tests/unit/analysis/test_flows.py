from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "interpret"))
from stated_rows import stated as an_estate

from eamap.analysis.geography.apportioning import APPORTIONED, apportioned
from eamap.analysis.geography.flows import CROSSES, STAYS, UNDECIDED, Flows, placed, published, stated
from eamap.interpret.geography import geography

TODAY = date(2026, 11, 22)


def org(code, **fields):
    return {"id": f"organisation:{code}", "code": code, **fields}


def part(code, parent, role):
    return {"from": f"organisation:{code}", "to": f"organisation:{parent}", "role": role}


def flow(number, origin, destination, volume, **fields):
    ends = {"origin": f"organisation:{origin}", "destination": f"organisation:{destination}"}
    return {"id": f"flow:{number}", **ends, "volume": volume, **fields}


def estate(*flows):
    """Two boards of one region and one of another: A1, A2 in A0; B1 in B0; C1 in C0; X1 in none."""
    boards = {"A0": "R1", "B0": "R1", "C0": "R2"}
    members = {"A1": "A0", "A2": "A0", "B1": "B0", "C1": "C0"}
    return an_estate(
        organisation=[org("X1"), *(org(code) for code in members), *(org(code, role="icb") for code in boards)],
        PART_OF=[part(code, board, "icb") for code, board in members.items()]
        + [part(code, boards[board], "region") for code, board in members.items()]
        + [part(code, region, "region") for code, region in boards.items()],
        flow=list(flows),
    )


def lying(*flows, name=None, ics=None):
    held = estate(*flows)
    return placed(stated(held), geography(name, TODAY, held), ics)


def figures(found, **asked):
    return found.shares(**asked).select("total", "crosses", "undecided", "lower", "upper").row(0)


def test_a_flow_stays_or_crosses_by_the_boards_of_its_ends():
    found = lying(flow(1, "A1", "A2", 60), flow(2, "A1", "B1", 30), flow(3, "B1", "C1", 10))
    assert figures(found) == (100, 40, 0, 0.4, 0.4)
    assert figures(found, level="region") == (100, 10, 0, 0.1, 0.1)
    assert found.between.rows() == [
        ("A0", "A0", STAYS, 60, 90), ("A0", "B0", CROSSES, 30, 90), ("B0", "C0", CROSSES, 10, 10),
    ]  # fmt: skip


def test_an_end_that_nobody_can_place_is_undecided_and_stays_in_the_total():
    found = lying(flow(1, "A1", "A2", 60), flow(2, "A1", "X1", 40), flow(3, "Z9", "A1", 100))
    assert figures(found) == (200, 0, 140, 0.0, 0.7)
    assert {why: flows["volume"].sum() for why, flows in found.undecided().items()} == {
        "inside": 0,
        "between": 0,
        "unknown": 140,
    }
    assert set(found.between["to"]) == {"A0", "unknown"}


def test_a_volume_that_nobody_stated_is_counted_apart_and_never_zero():
    found = lying(flow(1, "A1", "A2", 10), flow(2, "A1", "B1", None))
    assert figures(found) == (10, 0, 0, 0.0, 0.0)
    assert found.unstated == 1
    assert figures(lying(flow(1, "A1", "B1", None)))[3:] == (None, None)
    assert figures(lying(flow(1, "A1", "B1", 0)))[3:] == (None, None), "nothing of nothing is no share"


def test_a_flow_between_a_board_and_a_body_is_placed():
    assert figures(lying(flow(1, "A0", "A1", 5), flow(2, "A0", "C1", 5))) == (10, 5, 0, 0.5, 0.5)


def test_one_board_has_the_flows_that_touch_it():
    flows = [flow(1, "A1", "A2", 60), flow(2, "A1", "B1", 30), flow(3, "B1", "C1", 10)]
    assert figures(lying(*flows, ics="C0")) == (10, 10, 0, 1.0, 1.0)
    assert figures(lying(*flows, ics="B0"))[0] == 40


def test_specialties_are_parts_of_the_whole_and_one_without_a_name_is_unknown():
    found = lying(
        flow(1, "A1", "A2", 6, specialty="ENT"), flow(2, "A1", "B1", 3), flow(3, "A1", "C1", 1, specialty="ENT")
    )
    assert found.shares("specialty").select("specialty", "total", "crosses").rows() == [
        ("ENT", 7, 1),
        ("unknown", 3, 3),
    ]


@pytest.fixture
def file(tmp_path):
    def written(*lines):
        (tmp_path / "b.csv").write_text("\n".join(["code,icb", *lines]), encoding="utf-8")
        return str(tmp_path / "b.csv")

    return written


def test_boards_that_merge_make_what_passed_between_them_stay(file):
    flows = [flow(1, "A1", "A2", 60), flow(2, "A1", "B1", 30), flow(3, "B1", "C1", 10)]
    assert figures(lying(*flows, name=file("A0,M", "B0,M"))) == (100, 10, 0, 0.1, 0.1)


def test_what_is_inside_a_board_that_is_divided_is_undecided_unless_a_row_places_its_ends(file):
    flows = [flow(1, "A1", "A2", 60), flow(2, "A1", "B1", 40)]
    assert figures(lying(*flows, name=file("A0,M", "A0,N"))) == (100, 40, 60, 0.4, 1.0)
    assert figures(lying(*flows, name=file("A0,M", "A0,N", "A1,M", "A2,N"))) == (100, 100, 0, 1.0, 1.0)


def boards(*rows):
    """Flows between boards of England in April 2026."""
    cells = [(str(n), origin, to, "C_1", "One", volume) for n, (origin, to, volume) in enumerate(rows)]
    names = ("id", "origin", "destination", "specialty", "specialty_name", "volume")
    return Flows("rtt", "made up", date(2026, 4, 1), pl.DataFrame(cells, schema=names, orient="row"))


@pytest.mark.parametrize(
    ("origin", "to", "standing", "why"),
    [
        ("QKK", "QKK", STAYS, None),
        ("QKK", "QWE", CROSSES, None),
        ("Z9B2Z", "Z9B2Z", UNDECIDED, "inside"),  # QRV and QMJ merged
        ("D7T5G", "D7T5G", UNDECIDED, "inside"),  # parts of two and all of one
        ("QRL", "QRL", UNDECIDED, "inside"),  # gained land of QNQ and kept its code
        ("S9B9J", "QRL", UNDECIDED, "between"),  # both hold parts of QNQ
        ("D7T5G", "S1Y5D", UNDECIDED, "between"),  # both hold parts of QM7
        ("T6Y0W", "S1Y5D", CROSSES, None),  # nothing in common
        ("D7T5G", "QMF", CROSSES, None),
    ],
)
def test_under_the_boundaries_of_2022_some_flows_cannot_be_told_apart(origin, to, standing, why):
    found = placed(boards((origin, to, 10)), geography("2022", TODAY))
    assert found.table["ics"].to_list() == [standing]
    assert [name for name, flows in found.undecided().items() if flows.height] == ([why] if why else [])


def test_a_board_of_a_file_that_is_not_of_2026_is_compared_with_the_boundaries_it_names(file):
    found = placed(boards(("QKK", "QWE", 10), ("QKK", "QMF", 5)), geography(file("QKK,X1", "QWE,X1"), TODAY))
    assert found.shares().row(0) == (15, 5, 0, pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_a_share_is_given_to_organisations_by_patients_and_by_size():
    known = geography("2026-04", TODAY)
    flows = boards(("QKK", "QWE", 1000))
    trusts = known.reference.providers.join(known.units, on="organisation").filter(pl.col("icb") == "QWE")
    pairs = pl.DataFrame({"from_organisation": ["QKK"] * trusts.height, "to_organisation": trusts["organisation"]})
    found = apportioned(flows, known, pairs)
    assert found["volume"].sum() == pytest.approx(1000)
    assert set(found["volume_kind"]) == {APPORTIONED}
    sizes = dict(zip(trusts["organisation"], trusts["pathways"] / trusts["pathways"].sum(), strict=True))
    assert {row[1]: row[2] for row in found.iter_rows()} == pytest.approx(
        {code: 1000 * size for code, size in sizes.items()}
    )


def test_a_trust_takes_its_part_and_not_that_of_those_nobody_asked_about():
    known = geography("2026-04", TODAY)
    one = pl.DataFrame({"from_organisation": ["organisation:QKK"], "to_organisation": ["organisation:RVR"]})
    volume = apportioned(boards(("QKK", "QWE", 1000)), known, one)["volume"][0]
    assert 0 < volume < 1000


def test_the_sender_is_weighed_by_where_its_patients_come_from():
    known = geography("2026-04", TODAY)
    pairs = pl.DataFrame({"from_organisation": ["RJ1", "RJZ", "RJ2"], "to_organisation": ["QWE", "QWE", "QWE"]})
    found = apportioned(boards(("QKK", "QWE", 1000)), known, pairs)
    share = known.share.filter(pl.col("icb") == "QKK").join(known.reference.providers, on="organisation")
    weights = {code: part * size for code, part, size in share.select("organisation", "share", "pathways").iter_rows()}
    whole = sum(weights.values())
    assert dict(found.select("from_organisation", "volume").iter_rows()) == pytest.approx(
        {code: 1000 * weights[code] / whole for code in ("RJ1", "RJZ", "RJ2")}
    )


def test_organisations_without_a_published_size_count_the_same_and_unknown_ones_get_nothing():
    known = geography("2026-04", TODAY)
    practices = (
        known.units.filter(pl.col("icb") == "QKK")
        .join(
            known.reference.frame.filter(pl.col("kind") == "gp-practice"),
            left_on="organisation",
            right_on="code",
            how="semi",
        )["organisation"]
        .head(4)
    )
    pairs = pl.DataFrame({"from_organisation": [*practices, "ZZZ"], "to_organisation": ["QWE"] * 5})
    found = apportioned(boards(("QKK", "QWE", 1000)), known, pairs)
    assert found["from_organisation"].to_list() == sorted(practices)
    assert found["volume"].to_list() == pytest.approx([250.0] * 4)


def test_undecided_flows_are_not_given_to_anybody():
    pairs = pl.DataFrame({"from_organisation": ["RJ1", "RRV"], "to_organisation": ["RJ1", "RRV"]})
    found = apportioned(boards(("Z9B2Z", "Z9B2Z", 10), ("QKK", "QKK", 10)), geography("2022", TODAY), pairs)
    assert found["from_organisation"].to_list() == ["RJ1"]


def test_the_published_flows_have_a_line_for_each_row_of_the_set():
    found = published(geography(None, TODAY).reference)
    assert found.table.height == 13_951
    assert found.table["volume"].sum() == 6_967_123
    assert found.table["id"].to_list()[:2] == ["1", "2"]
