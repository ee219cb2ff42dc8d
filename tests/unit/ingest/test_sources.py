from __future__ import annotations

import itertools

import pytest

from eamap.errors import SourceError
from eamap.ingest.pipeline import withdraw

HEAD = "Organisation code,System ID,System name,Supplier\n"
WHEN = "2026-11-22T09:00:00+00:00"


def rows(*keys: str, org: str = "RXX", supplier: str = "Us") -> str:
    return HEAD + "".join(f"{org},{key},Name {key},{supplier}\n" for key in keys)


def sources(world) -> list[str]:
    return sorted(part.source for part in world.estate.sources)


def test_a_source_is_named_after_whose_it_is_never_after_the_file(world):
    world.say(rows("a"), name="secret-name.csv")
    assert sources(world) == ["RXX/generic-systems"]


def test_a_workbook_has_a_source_for_each_sheet_and_says_what_it_did_not_read(world):
    line = HEAD.strip().split(",")
    book = world.workbook("b.xlsx", {
        "Apps": [line, ["RXX", "a", "PAS", "Us"]], "Notes": [["Please fill in"], ["the first sheet"]],
        "More": [line, ["RXX", "b", "EPR", "Us"]],
    })  # fmt: skip
    done = world.ingest(book)
    assert sources(world) == ["RXX/generic-systems/Apps", "RXX/generic-systems/More"]
    (issue,) = [issue for issue in done.issues if issue.code == "sheet-not-read"]
    assert (issue.file, issue.sheet, issue.message) == ("b.xlsx", "Notes", "no mapping yet for this layout")
    assert world.ingest(book).unchanged == ("RXX/generic-systems/Apps", "RXX/generic-systems/More")
    withdraw(world.store, "RXX/generic-systems/More", world.known, published=WHEN, wait=1)
    world.ingest(book)
    assert sources(world) == ["RXX/generic-systems/Apps", "RXX/generic-systems/More"]


def test_a_file_of_no_sheet_that_is_known_is_refused(world):
    book = world.workbook("b.xlsx", {"Notes": [["Please"], ["fill in"]], "Others": [["x"], ["y"]]})
    with pytest.raises(SourceError, match="no mapping yet for this layout") as caught:
        world.ingest(book)
    assert caught.value.where == "b.xlsx, sheet Notes"


def test_the_next_edition_replaces_and_retires(world):
    world.say(rows(*"abcdef"))
    done = world.say(rows(*"bcdefg"), name="next year.csv")
    (change,) = done.changes
    assert (change.replaced, change.retired, change.added) == (("RXX/generic-systems",), ("system:RXX/a",), 1)
    assert world.things("system") == [f"system:RXX/{key}" for key in "bcdefg"]


def test_what_another_source_says_too_is_not_gone(world):
    world.say(rows(*"abcdef"))
    world.say(rows("a"), name="other.csv", source="second")
    world.say(rows(*"bcdef"))
    assert "system:RXX/a" in world.things("system")


def test_more_than_a_fifth_needs_a_word(world):
    world.say(rows(*"abcde"))
    with pytest.raises(SourceError, match="2 of 5 things would be retired") as caught:
        world.say(rows(*"abc"))
    assert "--confirm-retire" in caught.value.hint
    assert "--partial" in caught.value.hint
    assert world.versions() == 1
    world.say(rows(*"abc"), confirm_retire=True)
    assert len(world.things("system")) == 3


def test_a_fifth_exactly_needs_none(world):
    world.say(rows(*"abcde"))
    world.say(rows(*"abcd"))
    assert len(world.things("system")) == 4


def test_a_partial_file_retires_nothing_and_lies_over(world):
    world.say(
        "Organisation code,System ID,System name,Supplier,Integrates with\nRXX,a,A,Data withheld,b\nRXX,b,B,Us,\nRXX,c,C,Us,\n"
    )
    done = world.say(rows("a", "d", supplier="Them"), name="part.csv", partial=True)
    assert (done.changes[0].retired, done.changes[0].added) == ((), 1)
    assert world.things("system", "id", "supplier") == [
        ("system:RXX/a", "Them"), ("system:RXX/b", "Us"), ("system:RXX/c", "Us"), ("system:RXX/d", "Them"),
    ]  # fmt: skip
    assert world.links("DEPENDS_ON") == []
    assert world.estate.reasons.height == 0
    assert sorted(part.name for part in world.estate.sources) == ["RXX/generic-systems", "RXX/generic-systems~1"]
    world.say(rows("a", supplier="Others"), name="part2.csv", partial=True)
    assert dict(world.things("system", "id", "supplier"))["system:RXX/a"] == "Others"
    world.say(rows(*"abcd", supplier="All"))
    assert set(world.things("system", "supplier")) == {"All"}
    assert [part.name for part in world.estate.sources] == ["RXX/generic-systems"]


def test_the_same_bytes_publish_nothing(world):
    first = world.write("one.csv", rows("a"))
    assert world.ingest(first).version == 1
    again = world.ingest(first)
    assert (again.version, again.unchanged, world.versions()) == (0, ("RXX/generic-systems",), 1)
    copy = world.write("renamed.csv", rows("a"))
    assert world.ingest(copy).version == 0


def test_the_same_bytes_read_otherwise_are_another_matter(world):
    path = world.write("one.csv", rows("a"))
    world.ingest(path)
    world.ingest(path, source="mine")
    assert sources(world) == ["RXX/generic-systems", "mine"]


def test_the_same_statement_publishes_nothing(world):
    path = world.write("s.json", '{"resourceType": "CapabilityStatement", "status": "active", "fhirVersion": "4.0.1"}')
    assert world.ingest(path).documents == ("s.json",)
    again = world.ingest(path)
    assert (again.version, again.unchanged, world.versions()) == (0, ("s.json",), 1)


def test_a_dry_run_says_and_publishes_nothing(world):
    done = world.say(rows("a", "b"), dry_run=True)
    assert (done.version, done.counts["system"], done.changes[0].added) == (0, 2, 2)
    assert world.versions() == 0


def test_two_files_of_one_name_are_refused(world):
    one, two = world.write("one.csv", rows("a")), world.write("two.csv", rows("b"))
    with pytest.raises(
        SourceError, match=r"two\.csv and one\.csv would both be the source 'RXX/generic-systems'"
    ) as caught:
        world.ingest(one, two)
    assert "--source" in caught.value.hint
    with pytest.raises(SourceError, match="would both be"):
        world.ingest(one, two, source="both")


def test_a_file_of_several_organisations_does_not_take_another_s_place(world):
    world.say(rows("a") + "RYJ,b,B,Us\n")
    assert sources(world) == ["*/generic-systems"]
    other = rows("a", "c") + "RYJ,b,B,Us\n"
    with pytest.raises(SourceError, match="names no single organisation") as caught:
        world.say(other)
    assert "--source '*/generic-systems'" in caught.value.hint
    world.say(other, source="*/generic-systems")
    assert len(world.things("system")) == 3


def test_the_order_of_files_does_not_matter(world, tmp_path):
    from eamap.stores.memory import MemoryStore

    files = [
        world.write("organisations.csv", "code,name,role\nZZ-1,Northmoor Trust,NHS trust\n"),
        world.write("systems.csv", "Organisation,System ID,System name,Supplier\nNorthmoor Trust,a,PAS,Us\n"),
        world.write("parts.csv", "Organisation code,System ID,Component,Layer\nZZ-1,PAS,Oracle 12,Database\n"),
    ]
    found = []
    for order in itertools.permutations(files):
        world.store = MemoryStore()
        world.ingest(*order)
        found.append({name: table.sort(table.columns).rows() for name, table in world.estate.tables.items()})
    assert all(each == found[0] for each in found[1:])
    assert world.things("system") == ["system:ZZ-1/a"]
    assert world.things("component", "system") == ["system:ZZ-1/a"]


def test_withdrawing_takes_back_what_only_the_source_said(world):
    world.say(rows("a", "b"))
    world.say(rows("b", "c"), name="other.csv", source="second")
    version, gone = withdraw(world.store, "RXX/generic-systems", world.known, published=WHEN, wait=1)
    assert (version, gone, world.things("system")) == (3, 1, ["system:RXX/b", "system:RXX/c"])
    assert len(world.store.estate(2).things("system")) == 3
    with pytest.raises(SourceError, match="no source 'nobody'"):
        withdraw(world.store, "nobody", world.known, published=WHEN, wait=1)


def test_nothing_is_published_where_one_file_of_several_is_refused(world):
    good, bad = world.write("good.csv", rows("a")), world.write("bad.csv", "Colour,Shape\nred,round\n")
    with pytest.raises(SourceError):
        world.ingest(good, bad)
    assert world.versions() == 0


def test_a_mapping_that_nobody_knows(world):
    with pytest.raises(SourceError, match="no mapping 'x'") as caught:
        world.say(rows("a"), mapping="x")
    assert "generic-systems" in caught.value.hint


def test_a_folder_store_keeps_all_of_this(world):
    from eamap.stores.folder import FolderStore

    world.store = FolderStore(world.folder / "store")
    path = world.write("one.csv", rows(*"abcdef"))
    world.ingest(path)
    assert world.ingest(path).version == 0
    world.say(rows("a", supplier="Them"), name="part.csv", partial=True)
    done = world.say(rows(*"bcdef"), name="next.csv")
    assert (done.version, done.changes[0].retired) == (3, ("system:RXX/a",))
