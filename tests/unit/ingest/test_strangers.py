from __future__ import annotations

HEAD = "Organisation code,System ID,System name,Supplier\n"


def found(done) -> list[tuple]:
    return [(i.file, i.sheet, i.row, i.column, i.value) for i in done.issues if i.code == "unknown-organisation"]


def test_an_unknown_code_is_kept_said_once_and_placed(world):
    done = world.say(HEAD + "RXX,a,A,Us\nQQQ9,b,B,Us\nQQQ9,c,C,Us\n")
    assert found(done) == [("systems.csv", "", 3, "Organisation code", "QQQ9")]
    (issue,) = [i for i in done.issues if i.code == "unknown-organisation"]
    assert not issue.blocks
    assert "organisation file" in issue.hint
    assert "system:QQQ9/b" in world.things("system")


def test_in_a_workbook_the_column_is_a_letter(world):
    line = HEAD.strip().split(",")
    done = world.ingest(world.workbook("b.xlsx", {"Apps": [line, ["QQQ9", "a", "PAS", "Us"]]}))
    assert found(done) == [("b.xlsx", "Apps", 2, "A", "QQQ9")]


def test_a_likely_code_is_suggested(world):
    done = world.say(HEAD + "RXX,a,A,Us\nR0BO,c,C,Us\nRIH,b,B,Us\n")
    hints = {i.value: i.hint for i in done.issues if i.code == "unknown-organisation"}
    assert hints["RIH"].startswith("perhaps R1H ")


def test_a_closed_body_is_known(world):
    """A trust that has merged keeps its code; whom it belongs to today is found by date, not here."""
    assert found(world.say(HEAD + "RXX,a,A,Us\nRBA,b,B,Us\n")) == []


def test_an_own_organisation_file_makes_a_code_known(world):
    systems = world.write("s.csv", HEAD + "QQQ9,a,A,Us\n")
    assert len(found(world.ingest(systems))) == 1
    world.say("code,name,role\nQQQ9,Our Trust,NHS trust\n", name="o.csv")
    codes = world.estate.issues["code"].to_list()
    assert "unknown-organisation" not in codes


def test_codes_of_an_organisation_file_may_look_like_anything(world):
    world.say("code,name,role\nZZ-1,Our Trust,NHS trust\n", name="o.csv")
    assert world.things("organisation") == ["organisation:ZZ-1"]
    done = world.say("Organisation,System ID,System name,Supplier\nour trust,a,A,Us\n", name="s.csv")
    assert (found(done), world.things("system")) == ([], ["system:ZZ-1/a"])


def test_a_name_that_nobody_knows_is_said_at_each_row_and_blocks(world):
    done = world.say(HEAD + "RXX,a,A,Us\nThe shop,b,B,Us\n", keep_going=True)
    assert [(i.row, i.code, i.blocks) for i in done.issues if i.row == 3] == [
        (3, "no-organisation", True),
        (3, "unknown-organisation", False),
    ]


def test_a_name_is_not_complained_of_where_a_code_stands_beside_it(world):
    text = "Organisation code,Organisation,System ID,System name,Supplier\nRXX,Nickname,a,A,Us\n,Nickname,b,B,Us\n"
    done = world.say(text, keep_going=True)
    assert [(row, column) for _, _, row, column, _ in found(done)] == [(3, "Organisation")]


def test_organisations_in_links_are_looked_at_too(world):
    done = world.say("Organisation code,System ID,System name,Used by\nRXX,a,A,QQQ9\n")
    assert found(done) == [("systems.csv", "", 2, "Used by", "QQQ9")]
