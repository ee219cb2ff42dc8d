from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from stated_rows import stated, system

from eamap.errors import SourceError, UsageError
from eamap.interpret import interpret
from eamap.interpret.geography import geography

TODAY = date(2026, 11, 22)


def org(code, **fields):
    return {"id": f"organisation:{code}", "code": code, **fields}


def part(code, parent, role, **fields):
    return {"from": f"organisation:{code}", "to": f"organisation:{parent}", "role": role, **fields}


def followed(code, successor, **fields):
    return {"from": f"organisation:{code}", "to": f"organisation:{successor}", **fields}


def where(found, *codes):
    """Returns (icb, region) of codes."""
    return [row[1:] for row in found.of(pl.Series(codes)).iter_rows()]


def own(name=None, on=TODAY, **content):
    return geography(name, on, interpret(stated(**content), on))


@pytest.fixture
def write(tmp_path):
    def written(*lines, name="future.csv"):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(path)

    return written


TWO = {
    "organisation": [org("A0", role="icb"), org("B0", role="icb"), org("R1", role="region"), org("A1"), org("A2"), org("B1")],
    "PART_OF": [
        part("A0", "R1", "region"), part("B0", "R1", "region"), part("A1", "A0", "icb"), part("A1", "R1", "region"),
        part("A2", "A0", "icb"), part("B1", "B0", "icb"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "on", "chosen"),
    [
        (None, TODAY, "2026-04"), (None, date(2026, 3, 31), "2022"), (None, date(2026, 4, 1), "2026-04"),
        (None, date(2019, 1, 1), "2022"), ("2022", TODAY, "2022"), ("2026-04", date(2024, 10, 1), "2026-04"),
    ],
)  # fmt: skip
def test_the_boundaries_are_those_of_the_day_unless_others_are_asked_for(name, on, chosen):
    assert geography(name, on).name == chosen


def test_a_name_nobody_knows_is_refused_with_those_there_are():
    with pytest.raises(UsageError) as told:
        geography("2031", TODAY)
    assert "2022, 2026-04" in told.value.hint


def test_there_are_42_boards_and_then_36():
    assert [geography(name, TODAY).boards.height for name in ("2022", "2026-04")] == [42, 36]


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("RDU", "QNQ", "S9B9J"),  # Frimley, by its headquarters
        ("K0N6A", "QKK", "QKK"),  # opened after the boards of 2022 ended; its board went on
        ("RVY", "QYG", "QYG"),  # ended in 2023, taken over by RBN
        ("RRP", "QMJ", "Z9B2Z"),  # ended, and its own row names no board of before: its successor's is used
        ("Y61", None, None),  # a region is under no board
        ("RQF", None, None),  # a trust of Wales, listed in the English report
        ("06T", "QJG", "D7T5G"),  # a sub-location of a divided board, placed by its name
        ("D4U1Y", "QNQ", None),  # Frimley's only sub-location was itself divided
        ("I0N2H", "QNQ", None),
        ("15D", "QNQ", "S0E4D"),
        ("QJG", "QJG", None),  # a divided board as a body
        ("QRL", "QRL", "QRL"),  # gained land and is the same body
        ("QH8", "QH8", "D7T5G"),
        ("D7T5G", None, "D7T5G"),
    ],
)
def test_a_body_lies_under_a_board_by_its_successor_and_by_the_boundaries(code, before, after):
    assert [where(geography(name, TODAY), code)[0][0] for name in ("2022", "2026-04")] == [before, after]


def test_practices_of_a_divided_board_resolve_by_their_sub_location_or_not_at_all():
    found = geography("2026-04", TODAY)
    practices = found.reference.frame.filter(pl.col("kind") == "gp-practice").select("code", "sub_icb", before="icb")
    now = practices.join(found.units, left_on="code", right_on="organisation", how="left")
    by = dict(now.group_by("sub_icb").agg(pl.col("icb").unique()).rows())
    assert {code: by[code] for code in ("06T", "06L", "07K", "07H", "06K", "06N", "D4U1Y")} == {
        "06T": ["D7T5G"], "06L": ["T6Y0W"], "07K": ["T6Y0W"], "07H": ["D7T5G"], "06K": ["S1Y5D"], "06N": ["S1Y5D"], "D4U1Y": [None],
    }  # fmt: skip
    unknown = now.filter(pl.col("icb").is_null() & pl.col("before").is_not_null())
    assert (set(unknown["before"]), unknown.height) == ({"QNQ"}, 69)
    assert set(unknown["region"]) == {"Y59"}, "all three successors lie in one region"


def test_unknown_organisations_stay_and_ids_are_understood():
    found = geography(None, TODAY).of(pl.Series(["ZZZ", "organisation:RJ1", None, "ZZZ"]))
    assert found.rows() == [("ZZZ", None, None), ("organisation:RJ1", "QKK", "Y56")]


def test_an_estate_with_its_own_organisations_lies_in_its_own_boards():
    found = own(**TWO)
    assert where(found, "A1", "A2", "B1", "A0", "R1") == [
        ("A0", "R1"), ("A0", "R1"), ("B0", "R1"), ("A0", "R1"), (None, "R1"),
    ]  # fmt: skip
    assert {"A0", "B0"} <= set(found.boards["icb"])
    assert where(own("2022", **TWO), "A1") == [("A0", "R1")], "boundaries of England say nothing about it"


def test_an_estates_own_succession_is_followed_on_the_day():
    ended = {**TWO, "organisation": [*TWO["organisation"][:4], org("A2", closed="2025-03-31"), org("B1")],
             "SUCCEEDED_BY": [followed("A2", "B1", since="2025-04-01", extent="whole")]}  # fmt: skip
    assert where(own(**ended), "A2")[0][0] == "B0"
    assert where(own(on=date(2025, 3, 31), **ended), "A2")[0][0] == "A0"
    row = own(**ended).followed.table.filter(pl.col("organisation") == "A2").row(0)
    assert row == ("A2", "B1", "succeeded", "stated", "A2>B1")


def test_a_part_transfer_has_candidates_and_no_board_unless_they_agree():
    split = {**TWO, "organisation": [*TWO["organisation"][:4], org("A2", closed="2025-03-31"), org("B1")],
             "SUCCEEDED_BY": [followed("A2", code, since="2025-04-01", extent="part") for code in ("A1", "B1")]}  # fmt: skip
    found = own(**split)
    assert where(found, "A2") == [(None, "R1")]
    assert found.candidates.filter(pl.col("organisation") == "A2")["icb"].to_list() == ["A0", "B0"]


def test_membership_holds_on_its_days():
    moved = {
        "organisation": [org("A1")],
        "PART_OF": [part("A1", "A0", "icb", until="2026-01-01"), part("A1", "B0", "icb", since="2026-01-01")],
    }
    assert where(own(**moved), "A1")[0][0] == "B0"
    assert where(own(on=date(2025, 12, 31), **moved), "A1")[0][0] == "A0"
    assert where(own("2022", on=TODAY, **moved), "A1")[0][0] == "B0", "the boundaries of 2022 held until March 2026"


def test_an_estate_that_states_a_board_of_england_follows_that_board():
    told = {"organisation": [org("P1")], "PART_OF": [part("P1", "QH8", "icb")]}
    assert where(own(**told), "P1") == [("D7T5G", "Y61")]
    assert where(own("2022", **told), "P1") == [("QH8", "Y61")]
    divided = {"organisation": [org("P1")], "PART_OF": [part("P1", "QNQ", "icb")]}
    assert where(own(**divided), "P1") == [(None, "Y59")]
    trust = {"system": [system("RDU/a")], "organisation": [org("RDU")], "PART_OF": [part("RDU", "QNQ", "icb")]}
    assert where(own(**trust), "RDU") == [("S9B9J", "Y59")], "ODS says more of it than a board that was divided"


def test_a_file_merges_boards_moves_bodies_and_leaves_the_rest(write):
    path = write(
        "code,icb,icb_name", 'QKK,X1,"South London, together"', "QWE,X1,", "RJ1,QMF,", "R0A,QYG,",
    )  # fmt: skip
    found = geography(path, TODAY)
    assert (found.name, found.boundaries.day) == ("future.csv", date(2026, 4, 1))
    assert where(found, "RJZ", "RJ1", "R0A", "QKK", "RJ7") == [
        ("X1", "Y56"), ("QMF", "Y56"), ("QYG", "Y62"), ("X1", "Y56"), ("X1", "Y56"),
    ]  # fmt: skip
    assert found.boards.filter(pl.col("icb") == "X1").row(0) == ("X1", "South London, together", "Y56")
    assert found.boards.height == 35
    assert where(found, "RDU") == where(geography("2026-04", TODAY), "RDU")


def test_moves_written_out_say_what_a_file_says(write):
    told, file = (
        geography("QKK:X1,QWE:X1,RJ1:QMF", TODAY),
        geography(write("code,icb", "QKK,X1", "QWE,X1", "RJ1,QMF"), TODAY),
    )
    assert told.name == "QKK:X1,QWE:X1,RJ1:QMF"
    assert told.units.equals(file.units)
    assert told.boards.equals(file.boards)


@pytest.mark.parametrize("name", ["QKK:", "QKK:X1;", "qkk:x1", "QKK:X1, QWE:X1", "QKK>X1"])
def test_what_is_no_list_of_moves_is_no_geography(name):
    with pytest.raises(UsageError, match="no geography"):
        geography(name, TODAY)


def test_moves_that_contradict_are_refused():
    with pytest.raises(SourceError, match="says twice"):
        geography("RJ1:QMF,RJ1:QMF", TODAY)


def test_a_file_that_divides_a_board_places_only_what_it_names(write):
    found = geography(write("code,icb", "QKK,X1", "QKK,X2", "RJ1,X1"), TODAY)
    assert where(found, "RJ1", "RJZ", "QKK") == [("X1", "Y56"), (None, "Y56"), (None, "Y56")]


def test_a_file_about_boards_that_ended_stands_on_the_boundaries_of_their_day(write):
    found = geography(write("code,icb", "QNQ,QXU"), TODAY)
    assert found.boundaries.day == date(2022, 7, 1)
    assert where(found, "RDU", "RA2") == [("QXU", "Y59"), ("QXU", "Y59")]


def test_a_file_moves_the_boards_of_an_estate_too(write):
    found = own(write("code,icb", "A0,C0", "B0,C0"), **TWO)
    assert where(found, "A1", "B1") == [("C0", "R1"), ("C0", "R1")]


def test_a_file_moves_the_practices_of_a_sub_location(write):
    found = geography(write("code,icb", "D4U1Y,S0E4D"), TODAY)
    practice = found.reference.frame.filter(pl.col("sub_icb") == "D4U1Y")["code"][0]
    assert where(found, practice) == [("S0E4D", "Y59")]


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        (["code,board", "QKK,X1"], 1, "no column 'icb'"),
        (["code,icb,notes", "QKK,X1,x"], 1, "'notes'"),
        (["code,icb", "QKK,"], 2, "empty icb"),
        (["code,icb", "QKK,X1", ",X2"], 3, "empty code"),
        (["code,icb", "QKK,X1", "QKK,X1"], 3, "twice"),
        (["code,icb", "QKK,X1,more"], 2, "more cells"),
        (["code,icb", "QKK,=1+1"], 2, "no code"),
        (["code,icb,region", "QKK,X1,Y56", "QWE,X1,Y59"], 3, "region 'Y59'"),
        (["code,icb,icb_name", "QKK,X1,One", "QWE,X1,Two"], 3, "icb_name 'Two'"),
        (["code,icb", "D7T5G,X1", "QNQ,X1"], 3, "QNQ is not a board of the same day"),
    ],
)
def test_a_wrong_file_is_refused_at_its_line(write, lines, line, says):
    path = write(*lines)
    with pytest.raises(SourceError) as told:
        geography(path, TODAY)
    assert told.value.where == f"{path}, line {line}"
    assert says in told.value.message
    assert told.value.hint


def test_a_file_without_rows_or_of_other_bytes_is_refused(write, tmp_path):
    with pytest.raises(SourceError, match="no rows"):
        geography(write("code,icb"), TODAY)
    (tmp_path / "x.csv").write_bytes(b"code,icb\n\xff\xfe,X1\n")
    with pytest.raises(SourceError, match="cannot read"):
        geography(str(tmp_path / "x.csv"), TODAY)


def test_patient_shares_lie_where_the_boards_went_and_what_was_divided_is_unknown():
    now, before = (geography(name, TODAY).share for name in ("2026-04", "2022"))
    frimley = {icb: share for _, icb, share in now.filter(pl.col("organisation") == "RDU").iter_rows()}
    assert frimley[None] == pytest.approx(0.773, abs=0.001)
    assert frimley["S0E4D"] == pytest.approx(0.132, abs=0.001)
    assert before.filter((pl.col("organisation") == "RDU") & (pl.col("icb") == "QNQ"))["share"][0] == pytest.approx(
        0.771, abs=0.001
    )
    for table in (now, before):
        totals = table.group_by("organisation").agg(pl.col("share").sum())["share"]
        assert totals.is_between(0.9999, 1.0001).all()
        assert table["share"].is_between(0, 1.00001).all()
    assert {"RVJ", "RA7"} <= set(now["organisation"]), "a trust that ended has the shares of who stands for it"


def test_nobody_is_left_out_by_any_geography(write):
    sets = [geography(name, TODAY).units["organisation"] for name in ("2022", "2026-04", write("code,icb", "QKK,X1"))]
    assert sets[0].equals(sets[1]) and sets[1].equals(sets[2])
    assert sets[0].n_unique() == sets[0].len() > 7000
