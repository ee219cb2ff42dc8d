from __future__ import annotations

import pytest

from eamap.errors import SourceError
from eamap.ingest.recognise import choose, explain_refusal, name_columns, recognise

COLUMNS = {
    "id": {"headers": ["System ID"], "required": True},
    "name": {"headers": ["Name"], "required": True},
    "type": {"headers": ["Type"]},
}
RULES = [{"rule": "r", "make": "system", "key": ["id"], "fields": {"name": "name"}}]


@pytest.fixture
def systems(mapping):
    return mapping("systems", columns=COLUMNS, rules=RULES)


def test_a_header_row_is_found_below_titles(grid, systems):
    sheet = grid(["Our systems", "", ""], ["", "as of May", ""], ["System ID", "NAME", "b) type"], ["1", "PAS", "EPR"])
    (match,) = recognise(sheet, [systems])
    assert match.table.header_row == 3
    assert match.columns == {"id": "c1", "name": "c2", "type": "c3"}
    assert match.table.data["c2"].to_list() == ["PAS"]
    assert match.score > 0.9


def test_more_known_headers_score_higher(grid, systems):
    known = recognise(grid(["System ID", "Name", "Type"], ["1", "a", "b"]), [systems])[0].score
    half = recognise(grid(["System ID", "Name", "Colour", "Shape"], ["1", "a", "b", "c"]), [systems])[0].score
    assert half < known
    assert half == pytest.approx(0.45 + 0.01)


def test_a_missing_required_column_scores_nothing_and_is_named(grid, systems):
    sheet = grid(["Name", "Type"], ["PAS", "EPR"])
    (match,) = recognise(sheet, [systems])
    assert (match.score, match.missing) == (0.0, ("id",))
    assert choose(sheet, [systems], "here") is None


def test_the_refusal_names_what_a_near_layout_lacks(grid, mapping):
    wide = {**COLUMNS, "owner": {"headers": ["Owner"]}}
    layout = mapping("systems", columns=wide, rules=RULES)
    error = explain_refusal(grid(["Name", "Type", "Owner"], ["PAS", "EPR", "me"]), [layout], "here")
    assert error.message == 'missing column "System ID" of systems'
    error = explain_refusal(grid(["Colour", "Shape"], ["red", "round"]), [layout], "here")
    assert error.message == "no mapping yet for this layout"
    assert "mapping suggest" in error.hint


def test_a_tie_is_a_question(grid, systems, mapping):
    other = mapping("twins", columns=COLUMNS, rules=RULES)
    with pytest.raises(SourceError, match="could be systems or twins") as caught:
        choose(grid(["System ID", "Name", "Type"], ["1", "PAS", "EPR"]), [systems, other], "file.csv")
    assert "--mapping" in caught.value.hint
    assert caught.value.where == "file.csv"


def test_a_weak_match_is_a_question(grid, systems):
    sheet = grid(["System ID", "Name", "A", "B", "C"], ["1", "PAS", "x", "y", "z"])
    with pytest.raises(SourceError, match="only a little like systems") as caught:
        choose(sheet, [systems], "here")
    assert "--mapping systems" in caught.value.hint


def test_ignored_headers_count_as_known(grid, mapping):
    layout = mapping("systems", columns=COLUMNS, rules=RULES, ignored=["Colour", "address_*"])
    sheet = grid(["System ID", "Name", "colour", "Address 1", "Address 2"], ["1", "PAS", "x", "y", "z"])
    assert choose(sheet, [layout], "here").score > 0.9


def test_a_header_of_fewer_columns_than_the_least_is_none(grid, mapping):
    layout = mapping("systems", columns=COLUMNS, rules=RULES, least=3)
    assert recognise(grid(["System ID", "Name"], ["1", "PAS"]), [layout]) == []


def test_layouts_of_other_formats_are_not_looked_at(grid, mapping):
    layout = mapping("systems", columns=COLUMNS, rules=RULES, formats=["json"])
    assert recognise(grid(["System ID", "Name"], ["1", "PAS"]), [layout]) == []
    assert recognise(grid(["System ID", "Name"], ["1", "PAS"], form="json"), [layout])


def test_a_format_that_carries_its_header(grid, systems):
    sheet = grid(["1", "PAS"], header=("System ID", "Name"))
    (match,) = recognise(sheet, [systems])
    assert match.table.header_row == 0
    assert match.table.data.height == 1


def test_duplicate_headers_feed_the_first_and_keep_both(grid, systems):
    sheet = grid(["System ID", "Name", "Name", ""], ["1", "PAS", "other", "x"], places=("A", "B", "C", "D"))
    (match,) = recognise(sheet, [systems])
    assert match.columns["name"] == "c2"
    assert match.table.names == ("System ID", "Name", "Name [C]", "column D")


def test_no_two_columns_share_a_name_whatever_they_are_called(grid):
    table = name_columns(grid(["", "", "", ""]), ["Name", "Name [3]", "Name", "row"], 1)
    assert len(set(table.names)) == 4
    assert "row" not in table.names


def test_a_table_without_header_is_known_by_its_values(grid, mapping):
    columns = {
        "code": {"required": True, "position": 1, "pattern": "[A-Z0-9]{3}"},
        "name": {"required": True, "position": 2, "pattern": ".+TRUST.*"},
    }
    layout = mapping(
        "trusts",
        columns=columns,
        rules=[{"rule": "r", "make": "organisation", "key": ["code"], "fields": {"code": "code"}}],
    )
    (match,) = recognise(grid(["RXX", "A TRUST"], ["RYY", "B TRUST"]), [layout])
    assert match.table.header_row == 0
    assert match.table.data.height == 2
    assert match.table.names == ("code", "name")
    assert recognise(grid(["RXX", "A shop"], ["RYY", "B shop"]), [layout]) == []


def test_a_cell_of_a_megabyte_is_no_header(grid, systems):
    sheet = grid(["x" * 1_000_000, ""], ["System ID", "Name"], ["1", "PAS"])
    assert recognise(sheet, [systems])[0].table.header_row == 2


def test_reports_of_ods_without_header_are_told_apart(world):
    row = ["{}", "{}", "Y60", "QF7", "1 ROAD", "", "TOWN", "", "", "AB1 2CD", "20010401", "", *[""] * 15]
    trust = ",".join(row).format("RXX", "A NHS FOUNDATION TRUST")
    board = ",".join(row).format("03A", "NORTH CCG")
    practice = ",".join(row).format("A81001", "THE DENSHAM SURGERY")
    files = [
        world.write("a.csv", trust + "\n"),
        world.write("b.csv", board + "\n"),
        world.write("c.csv", practice + "\n"),
    ]
    done = world.ingest(*files)
    assert [change.part.meta["mapping"] for change in done.changes] == ["ods-etr", "ods-eccg", "ods-epraccur"]
    assert world.things("organisation", "code", "role", "opened") == [
        ("03A", "ccg", "2001-04-01"), ("A81001", "gp-practice", "2001-04-01"), ("RXX", "nhs-trust", "2001-04-01"),
    ]  # fmt: skip
