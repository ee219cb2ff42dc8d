"""One suite for every store: whatever keeps an estate answers the same."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from eamap.errors import StoreError
from eamap.model.coded import Coded
from eamap.protocols import Publication, SourceTables, Store
from eamap.stores.folder import FolderStore
from eamap.stores.memory import MemoryStore

DAY = "2026-03-01T09:00:00Z"
STATEMENT = b'{"resourceType": "CapabilityStatement"}\x00 kept as it is'
STATEMENT_SHA = hashlib.sha256(STATEMENT).hexdigest()

STORES: Mapping[str, Callable[[Path], Store]] = {
    "folder": lambda folder: FolderStore(folder / "estate store"),
    "memory": lambda folder: MemoryStore(str(folder)),
}


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Returns an empty store of each sort in turn."""
    return STORES[request.param](tmp_path)


def meta(**changes: Any) -> dict[str, Any]:
    """Returns what is known about a source part."""
    known = {
        "source": "NM1 apps",
        "file": "apps.csv",
        "sheet": "",
        "sha256": "ab" * 32,
        "mapping": "generic",
        "organisation": "NM1",
        "provenance": "inventory",
        "fact_date": "2026-01",
        "fields": {"system": {"name": ("c1", "c2")}},
        "places": {"c1": "A"},
    }
    return known | changes


def systems(names: list[str], first_row: int = 2) -> pl.DataFrame:
    """Returns a part's table of systems."""
    return pl.DataFrame(
        {
            "id": [f"system:NM1/{name}" for name in names],
            "name": names,
            "volume": pl.Series([len(name) for name in names], dtype=pl.Int64),
            "row": pl.Series(range(first_row, first_row + len(names)), dtype=pl.UInt32),
        }
    )


def part(name: str, names: list[str], **changes: Any) -> SourceTables:
    """Returns a source part that states systems."""
    table = systems(names)
    rows = pl.DataFrame({"row": table["row"], "c1": table["name"]})
    return SourceTables(name, meta(**changes), rows, {"things/system": table})


def publication(*parts: SourceTables, **changes: Any) -> Publication:
    """Returns a version made of some parts, their systems put together without a change."""
    told = [one.tables["things/system"].with_columns(source=pl.lit(one.part)) for one in parts]
    tables = {"things/system": pl.concat(told)} if told else {}
    decisions = pl.DataFrame({"id": ["decision:1"], "reason": ["because"]})
    made = Publication(parts, decisions, {STATEMENT_SHA: ("cs.json", STATEMENT)}, tables, {"command": "ingest"})
    return replace(made, **changes)


def publish(store: Store, *parts: SourceTables, published: str = DAY, **changes: Any) -> int:
    """Publishes parts as a whole new version."""
    with store.writer(1):
        return store.publish(publication(*parts, **changes), published=published)


def reopened(store: Store) -> Store:
    """Returns the store as another program would see it, where it outlives the program."""
    again = getattr(store, "again", None)
    return again() if again else FolderStore(store.location) if isinstance(store, FolderStore) else store


def test_it_satisfies_the_protocol(store: Store) -> None:
    assert isinstance(store, Store)


def test_a_new_store_holds_nothing_and_says_what_to_do(store: Store) -> None:
    assert store.versions() == []
    assert store.publication().parts == ()
    with pytest.raises(StoreError) as caught:
        store.estate()
    assert "eamap ingest" in caught.value.hint
    assert caught.value.exit_code == 5


def test_columns_given_as_codes_come_back_as_text(store: Store) -> None:
    told = part("a", ["LIMS", "PAS"] * 700)
    kinds = pl.Series("kind", ["app", None] * 700)
    rows = told.rows.with_columns(kinds)
    table = told.tables["things/system"].with_columns(kinds.replace("app", "application"))
    codes = pl.Series([0, 1] * 700, dtype=pl.UInt32)
    coded = {
        "rows": {"kind": Coded(codes, pl.Series(["app", None]))},
        "things/system": {"kind": Coded(codes, pl.Series(["application", None]))},
    }
    publish(store, replace(told, rows=rows, tables={"things/system": table}, coded=coded))
    (held,) = reopened(store).publication().parts
    assert_frame_equal(held.rows, rows)
    assert_frame_equal(held.tables["things/system"], table)
    assert_frame_equal(reopened(store).estate().things("system").drop("source"), table)


def test_what_is_published_comes_back_table_by_table(store: Store) -> None:
    given = publication(part("b", ["PAS", "RIS"]), part("a", ["LIMS"]))
    with store.writer(0):
        assert store.publish(given, published=DAY) == 1
    estate, back = reopened(store).estate(), reopened(store).publication()
    assert estate.version == 1
    assert list(estate.tables) == ["things/system"]
    assert_frame_equal(estate.things("system"), given.tables["things/system"])
    assert_frame_equal(back.tables["things/system"], given.tables["things/system"])
    assert_frame_equal(back.decisions, given.decisions)
    assert [one.part for one in back.parts] == ["a", "b"], "parts are in the order of their names"
    for one, other in zip(back.parts, sorted(given.parts, key=lambda one: one.part), strict=True):
        assert_frame_equal(one.rows, other.rows)
        assert_frame_equal(estate.raw_rows(one.part), other.rows)
        assert_frame_equal(one.tables["things/system"], other.tables["things/system"])


def test_sources_come_back_as_citations_need_them(store: Store) -> None:
    publish(store, part("a", ["LIMS"]))
    (source,) = reopened(store).estate().sources
    assert (source.name, source.source, source.fact_date, source.rows) == ("a", "NM1 apps", "2026-01", 1)
    assert source.fields["system"]["name"] == ("c1", "c2")
    assert source.places == {"c1": "A"}


def test_meta_without_what_citations_need_is_refused(store: Store) -> None:
    lacking = {key: value for key, value in meta().items() if key != "fact_date"}
    with pytest.raises(ValueError, match="fact_date"):
        publish(store, replace(part("a", ["LIMS"]), meta=lacking))
    assert store.versions() == []


def test_every_version_is_kept_and_can_be_asked_for(store: Store) -> None:
    for number, names in enumerate((["PAS"], ["PAS", "RIS"], ["RIS"]), start=1):
        assert publish(store, part("a", names), published=f"2026-03-0{number}") == number
    again = reopened(store)
    assert [(info.number, info.published) for info in again.versions()] == [(n, f"2026-03-0{n}") for n in (1, 2, 3)]
    assert again.versions()[0].summary == {"command": "ingest"}
    assert [again.estate(at).things("system").height for at in (1, 2, 3, None)] == [1, 2, 1, 1]
    assert again.publication(2).parts[0].rows.height == 2


@pytest.mark.parametrize("at", [-1, 0, 2, 10**9])
def test_a_version_that_was_never_published_is_an_error(store: Store, at: int) -> None:
    publish(store, part("a", ["PAS"]))
    with pytest.raises(StoreError, match=f"no version {at}") as caught:
        store.estate(at)
    assert "version 1 only" in caught.value.hint


def test_the_same_content_publishes_nothing(store: Store) -> None:
    publish(store, part("a", ["PAS", "RIS"]), part("b", ["LIMS"]))
    again = reopened(store)
    assert publish(again, part("a", ["PAS", "RIS"]), part("b", ["LIMS"]), published="2027-01-01") == 1
    assert publish(again, part("b", ["LIMS"]), part("a", ["PAS", "RIS"]), published="2027-01-02",
                   tables=publication(part("a", ["PAS", "RIS"]), part("b", ["LIMS"])).tables) == 1  # fmt: skip
    assert [info.published for info in reopened(again).versions()] == [DAY]


def test_the_order_of_rows_and_when_a_file_was_read_are_no_content(store: Store) -> None:
    given = publication(part("a", ["PAS", "RIS", "LIMS"], read_at="2026-03-01"))
    shuffled = [replace(one, meta=meta(read_at="2026-04-01"), rows=one.rows.reverse()) for one in given.parts]
    tables = {name: table.reverse() for name, table in given.tables.items()}
    with store.writer(0):
        assert store.publish(given, published=DAY) == 1
        assert store.publish(replace(given, parts=shuffled, tables=tables), published="later") == 1


@pytest.mark.parametrize("field", ["parts", "meta", "rows", "decisions", "documents", "tables", "withdrawn"])
def test_any_change_of_content_publishes(store: Store, field: str) -> None:
    given = publication(part("a", ["PAS", "RIS"]), part("b", ["LIMS"]))
    one, other = given.parts
    other_document = {hashlib.sha256(b"x").hexdigest(): ("x.json", b"x")}
    changes: dict[str, dict[str, Any]] = {
        "parts": {"parts": (one, replace(other, tables={"things/system": systems(["lims"])}))},
        "meta": {"parts": (one, replace(other, meta=meta(fact_date="2026-02")))},
        "rows": {"parts": (one, replace(other, rows=other.rows.with_columns(c1=pl.lit("new"))))},
        "decisions": {"decisions": given.decisions.with_columns(reason=pl.lit("otherwise"))},
        "documents": {"documents": other_document},
        "tables": {"tables": {**given.tables, "issues": pl.DataFrame({"code": ["x"]})}},
        "withdrawn": {"parts": (one,)},
    }
    with store.writer(0):
        store.publish(given, published=DAY)
        assert store.publish(replace(given, **changes[field]), published="later") == 2
        assert store.publish(given, published="back again") == 3


def test_a_change_of_type_is_a_change(store: Store) -> None:
    publish(store, part("a", ["PAS"]), decisions=pl.DataFrame({"n": [1]}))
    assert publish(store, part("a", ["PAS"]), decisions=pl.DataFrame({"n": ["1"]})) == 2
    assert publish(store, part("a", ["PAS"]), decisions=pl.DataFrame({"m": ["1"]})) == 3
    assert reopened(store).publication(2).decisions.schema == {"n": pl.String}


def test_what_came_out_goes_in_again(store: Store) -> None:
    publish(store, part("a", ["PAS"]), part("b", ["RIS"]))
    again = reopened(store)
    before = again.publication()
    with again.writer(0):
        assert again.publish(before, published="later") == 1
        grown = replace(before, parts=(*before.parts, part("c", ["LIMS"])))
        assert again.publish(grown, published="later") == 2
    assert [one.part for one in reopened(again).publication().parts] == ["a", "b", "c"]
    assert again.publication().parts[0].rows["c1"].to_list() == ["PAS"]


def test_a_part_that_came_out_can_be_given_other_meta(store: Store) -> None:
    publish(store, part("a", ["PAS"]))
    before = reopened(store).publication()
    with store.writer(0):
        renamed = tuple(replace(one, meta=meta(mapping="other")) for one in before.parts)
        assert store.publish(replace(before, parts=renamed), published="later") == 2
    assert reopened(store).estate().sources[0].mapping == "other"


def test_two_parts_of_one_name_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="same name"):
        publish(store, part("a", ["PAS"]), part("a", ["RIS"]))
    assert store.versions() == []


def test_documents_come_back_as_they_were(store: Store) -> None:
    publish(store, part("a", ["PAS"]))
    estate = reopened(store).estate()
    assert dict(estate.documents) == {STATEMENT_SHA: STATEMENT}
    assert dict(estate.document_names) == {STATEMENT_SHA: "cs.json"}
    assert dict(reopened(store).publication().documents) == {STATEMENT_SHA: ("cs.json", STATEMENT)}
    with pytest.raises(KeyError):
        estate.documents["0" * 64]


def test_a_document_under_a_wrong_sha256_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="sha256"):
        publish(store, part("a", ["PAS"]), documents={"0" * 64: ("cs.json", STATEMENT)})
    assert store.versions() == []


HOSTILE = [
    "../../etc/passwd", "C:\\Windows\\x", "CON", 'a/b:c*d?e"f<g>h|i', "", " ", ".", "..", "=cmd|' /C calc'!A0", "\x00\x1f",
    "Trust d'Ærøskøbing 病院 🏥", "e\u0301 é", "x" * 300, "a\nb", "\u202egnp.exe", "part", "PART",
]  # fmt: skip


def test_hostile_names_are_only_names(store: Store, tmp_path: Path) -> None:
    parts = [part(name, [f"s{nth}"], file=name, sheet=name) for nth, name in enumerate(HOSTILE)]
    documents = {hashlib.sha256(name.encode()).hexdigest(): (name, name.encode()) for name in HOSTILE}
    publish(store, *parts, documents=documents)
    estate = reopened(store).estate()
    assert {source.name: source.file for source in estate.sources} == {name: name for name in HOSTILE}
    assert {name: estate.raw_rows(name)["c1"].item() for name in HOSTILE} == {n: f"s{i}" for i, n in enumerate(HOSTILE)}
    assert sorted(estate.document_names.values()) == sorted(HOSTILE)
    assert {path.name for path in tmp_path.iterdir()} <= {"estate store"}, "nothing is written beside the store"


def test_nulls_empty_tables_and_every_type_come_back(store: Store) -> None:
    table = pl.DataFrame(
        {"t": ["a", None, ""], "i": [1, None, -3], "f": [0.1, None, 1e300], "b": [True, None, False]},
        schema={"t": pl.String, "i": pl.Int64, "f": pl.Float64, "b": pl.Boolean},
    )
    tables = {"things/system": table, "issues": table.clear(), "reasons": table.select("t").head(1)}
    publish(store, part("a", ["PAS"]), tables=tables, decisions=table.clear())
    estate = reopened(store).estate()
    for name, expected in tables.items():
        assert_frame_equal(estate.tables[name], expected)


LONG = 3000


def long_part(name: str, kind: str = "PAS") -> SourceTables:
    """Returns a part with enough rows to be worth sharing."""
    return part(name, [f"{kind} {name} {number}" for number in range(LONG)])


@pytest.mark.parametrize("change", ["as they are", "a row changed", "a row left out", "mixed", "from nowhere"])
def test_long_tables_come_back_however_they_were_put_together(store: Store, change: str) -> None:
    parts = [long_part("a"), part("b", ["RIS"]), long_part("c")]
    table = publication(*parts).tables["things/system"]
    name = pl.when(pl.col("id") == table["id"][5]).then(pl.lit("corrected")).otherwise("name").alias("name")
    tables = {
        "as they are": table,
        "a row changed": table.with_columns(name),
        "a row left out": pl.concat([table.head(17), table.slice(18)]),
        "mixed": table.sort("name", "source", descending=True),
        "from nowhere": table.with_columns(source=pl.lit(None, dtype=pl.String)),
    }
    publish(store, *parts, tables={"things/system": tables[change]})
    assert_frame_equal(reopened(store).estate().things("system"), tables[change])
    assert publish(reopened(store), *[long_part("a"), part("b", ["RIS"]), long_part("c")],
                   tables={"things/system": tables[change].clone()}) == 1  # fmt: skip


def test_a_second_writer_is_told_who_is_writing(store: Store) -> None:
    caught: list[StoreError] = []

    def second() -> None:
        try:
            with store.writer(0.05):
                pass
        except StoreError as error:
            caught.append(error)

    with store.writer(1):
        _in_thread(second)
    assert "is being written by" in caught[0].message
    assert "--wait" in caught[0].hint
    with store.writer(0):
        pass


def test_the_lock_is_let_go_when_a_writer_fails(store: Store) -> None:
    held: AbstractContextManager[None] = store.writer(0)
    with pytest.raises(ZeroDivisionError), held:
        raise ZeroDivisionError
    publish(store, part("a", ["PAS"]))


def test_a_second_writer_waits_for_the_first(store: Store) -> None:
    numbers: list[int] = []
    with store.writer(1):
        store.publish(publication(part("a", ["PAS"])), published=DAY)
        waiting = threading.Thread(target=lambda: numbers.append(publish_one_more(store, "b")))
        waiting.start()
        time.sleep(0.1)
        assert numbers == []
    waiting.join(10)
    assert numbers == [2]


def test_two_writers_lose_nothing(store: Store) -> None:
    writers = [threading.Thread(target=_publish_several, args=(store, name)) for name in ("x", "y")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert [one.part for one in reopened(store).publication().parts] == [f"{w}{n}" for w in "xy" for n in range(5)]
    assert len(store.versions()) == 10


def publish_one_more(store: Store, name: str) -> int:
    """Adds a part to the latest version, which is read after the lock is taken."""
    with store.writer(20):
        parts = [*store.publication().parts, part(name, [name])]
        return store.publish(publication(*parts), published=DAY)


def _publish_several(store: Store, name: str) -> None:
    for number in range(5):
        publish_one_more(store, f"{name}{number}")


def _in_thread(act: Callable[[], None]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def test_publishing_without_the_lock_is_a_bug(store: Store) -> None:
    with pytest.raises(RuntimeError, match="writer"):
        store.publish(publication(part("a", ["PAS"])), published=DAY)


def test_an_open_estate_does_not_change_under_its_reader(store: Store) -> None:
    publish(store, part("a", ["PAS"]))
    opened = reopened(store).estate()
    publish(store, part("a", ["PAS", "RIS"]))
    assert opened.things("system")["name"].to_list() == ["PAS"]
    assert opened.raw_rows("a").height == 1
