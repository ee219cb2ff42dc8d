"""A push over a real server: what arrives, what a change writes, and what is never touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from eamap.cli.pushing import pull, push
from eamap.cli.redaction import redacted
from eamap.errors import SourceError, StoreError
from eamap.stores.folder import FolderStore
from eamap.stores.neo4j.federation import Pushing
from eamap.stores.neo4j.store import Neo4jStore
from tests.neo4j.graphs import DAY, asked, assert_same, graph, inventory, nodes_removed
from tests.neo4j.serving import Served

SYSTEMS = """System,Organisation code,Supplier,Product,Version,Status
PAS,{org},Maker One,Care Suite,{version},live
LIMS,{org},Maker Two,Lab Works,7,live
RIS,{org},Maker One,Care Suite,2,retired
"""


@pytest.fixture
def remote(cleared: Served) -> Iterator[Neo4jStore]:
    """The store on the server."""
    made = Neo4jStore(cleared.address)
    yield made
    made.close()


Trust = Callable[..., FolderStore]


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    """Makes and ingests the inventory of a trust."""

    def make(org: str, text: str = SYSTEMS, version: str = "5") -> FolderStore:
        files = tmp_path / f"files of {org}"
        return inventory(files, tmp_path / org, (f"{org}.csv", text.format(org=org, version=version)), organisation=org)

    return make


def pushed(remote: Neo4jStore, folder: FolderStore, owner: str = "RXX", **said: object):
    """Pushes a folder for an owner."""
    confirm = bool(said.pop("confirm", False))
    given = redacted(folder.publication(), str(said.get("profile", "full")))
    return push(remote, given, Pushing(owner, DAY, **said), folder.folder, wait=20, confirm=confirm)


def test_what_is_pushed_comes_back_equal(remote: Neo4jStore, trust: Trust, tmp_path: Path) -> None:
    folder = trust("RXX")
    assert pushed(remote, folder).version == 1
    back = FolderStore(tmp_path / "pulled")
    assert pull(remote, back, wait=1) == (1, 1)
    assert_same(back.publication(), folder.publication())
    identifier = back.estate().things("system")["id"][0]
    assert back.estate().cite(identifier, "name") == folder.estate().cite(identifier, "name") != ()


def test_things_are_nodes_with_the_labels_and_properties_people_write(
    remote: Neo4jStore, cleared: Served, trust: Trust
) -> None:
    pushed(remote, trust("RXX"))
    found = asked(cleared, "MATCH (s:System {operator: 'organisation:RXX'}) RETURN s.name, s.status ORDER BY s.name")
    assert found == [("LIMS", "live"), ("PAS", "live"), ("RIS", "retired")]
    runs = asked(cleared, "MATCH (o:Organisation {code: 'RXX'})-[:OPERATES]->(s:System) RETURN count(s)")
    assert runs == [(3,)]
    assert asked(cleared, "MATCH (n:Eamap) WHERE n.store IS NULL OR n.id IS NULL RETURN count(n)") == [(0,)]
    assert asked(cleared, "MATCH (v:Version) RETURN v.number, v.by, v.sources") == [(1, "RXX", ["RXX/generic-systems"])]


def test_the_same_push_again_writes_nothing(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    folder = trust("RXX")
    pushed(remote, folder)
    before = graph(cleared)
    again = pushed(remote, folder)
    assert (again.version, dict(again.written)) == (1, {})
    assert graph(cleared) == before


def test_one_cell_writes_one_property(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    pushed(remote, trust("RXX"))
    before = graph(cleared)
    changed = pushed(
        remote,
        trust(
            "RXX",
            SYSTEMS.replace("RIS,{org},Maker One,Care Suite,2,retired", "RIS,{org},Maker One,Care Suite,2,retiring"),
        ),
    )
    assert changed.version == 2
    assert dict(changed.written) == {"properties_set": 1}
    moved = [(one, other) for one, other in zip(before[0], graph(cleared)[0], strict=True) if one != other]
    assert [(one["status"], other["status"]) for (_, one), (_, other) in moved] == [("retired", "retiring")]


def test_a_row_that_went_is_retired_and_only_that(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    pushed(remote, trust("RXX"))
    less = SYSTEMS.replace("RIS,{org},Maker One,Care Suite,2,retired\n", "")
    folder = trust("RXX2", less.replace("{org}", "RXX"))
    with pytest.raises(SourceError, match="would be retired"):
        pushed(remote, folder)
    assert asked(cleared, "MATCH (s:System) RETURN count(s)") == [(3,)]
    done = pushed(remote, folder, confirm=True)
    assert (done.version, done.retired) == (2, 1)
    assert asked(cleared, "MATCH (s:System) RETURN s.name ORDER BY s.name") == [("LIMS",), ("PAS",)]
    assert done.written["nodes_deleted"] == 1


def test_two_trusts_share_a_graph_and_neither_retires_the_other(
    remote: Neo4jStore, cleared: Served, trust: Trust, tmp_path: Path
) -> None:
    one, other = trust("RXX"), trust("RYY")
    pushed(remote, one, "RXX")
    pushed(remote, other, "RYY")
    assert asked(cleared, "MATCH (s:System) RETURN count(s)") == [(6,)]
    less = SYSTEMS.replace("LIMS,{org},Maker Two,Lab Works,7,live\n", "")
    pushed(remote, inventory(tmp_path / "f", tmp_path / "s", ("RXX.csv", less.format(org="RXX", version="5")), organisation="RXX"),
           "RXX", confirm=True)  # fmt: skip
    assert asked(cleared, "MATCH (s:System) RETURN s.operator, count(*) ORDER BY s.operator") == [
        ("organisation:RXX", 2), ("organisation:RYY", 3)]  # fmt: skip
    assert set(remote.claims()) == {"RXX", "RYY"}
    alone = FolderStore(tmp_path / "all")
    pull(remote, alone, wait=1)
    assert_same_part(alone, other)


def assert_same_part(whole: FolderStore, one: FolderStore) -> None:
    """Asserts that a part came through another owner's pushes as it was."""
    (mine,) = one.publication().parts
    (there,) = [part for part in whole.publication().parts if part.part == mine.part]
    assert there.rows.equals(mine.rows)
    assert dict(there.meta) == dict(mine.meta)


def test_the_source_of_another_is_refused(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    folder = trust("RXX")
    pushed(remote, folder, "RXX")
    before = graph(cleared)
    with pytest.raises(SourceError, match="belongs to RXX"):
        pushed(remote, trust("RXX", version="6"), "RYY")
    assert graph(cleared) == before
    assert remote.versions()[-1].number == 1


def test_what_was_pulled_from_others_is_no_claim(remote: Neo4jStore, trust: Trust, tmp_path: Path) -> None:
    pushed(remote, trust("RXX"), "RXX")
    mine = FolderStore(tmp_path / "mine")
    pull(remote, mine, wait=1)
    done = pushed(remote, mine, "RYY")
    assert (done.version, list(done.joined.passed_over)) == (1, ["RXX/generic-systems"])
    assert set(remote.claims()) == {"RXX"}


def test_the_public_profile_sends_no_version_host_or_finding(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    folder = trust("RXX", version="secret-5.1")
    pushed(remote, folder, profile="public")
    said = asked(cleared, "MATCH (n) WHERE any(l IN labels(n) WHERE l STARTS WITH 'Eamap') RETURN properties(n)")
    assert not [one for (one,) in said if "secret-5.1" in repr(one)]
    assert asked(cleared, "MATCH (s:System) WHERE s.product_version IS NOT NULL RETURN count(s)") == [(0,)]
    assert asked(cleared, "MATCH (s:System)-[:OPERATES|INSTANCE_OF]-() RETURN count(*) > 0") == [(True,)]
    publication = remote.publication()
    assert [part.rows.height for part in publication.parts] == [0]
    assert all("product_version" not in fields for fields in publication.parts[0].meta["fields"].values())


def test_nodes_of_others_are_untouched(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    mark = "CREATE (:System:TestOfOthers {id: 'system:RXX/PAS', name: 'theirs'}), (:System:TestOfOthers {id: 'system:RXX/PAS'})"
    asked(cleared, "MATCH (n:TestOfOthers) DETACH DELETE n")
    asked(cleared, mark)
    try:
        pushed(remote, trust("RXX"))
        asked(
            cleared,
            "MATCH (s:System:Eamap {name: 'RIS'}) CREATE (:TestOfOthers {note: 'mine'})-[:ABOUT {said: 1}]->(s)",
        )
        less = SYSTEMS.replace("RIS,{org},Maker One,Care Suite,2,retired\n", "").format(org="RXX", version="5")
        pushed(remote, trust("RXX2", less), confirm=True)
        theirs = asked(cleared, "MATCH (n:TestOfOthers) RETURN n.name, n.note ORDER BY n.name, n.note")
        assert sorted(theirs, key=repr) == sorted([("theirs", None), (None, "mine"), (None, None)], key=repr)
        held = asked(cleared, "MATCH (:TestOfOthers)-[e:ABOUT]->(n) RETURN e.said, labels(n)")
        assert [(said, sorted(labels)) for said, labels in held] == [(1, ["Eamap", "Mentioned"])]
    finally:
        asked(cleared, "MATCH (n:TestOfOthers) DETACH DELETE n")


CYPHER = "x'}) DETACH DELETE n //"


def test_names_full_of_cypher_are_only_names(remote: Neo4jStore, cleared: Served, tmp_path: Path) -> None:
    names = [CYPHER, "`) MATCH (n) DETACH DELETE n", '"; CALL dbms.shutdown() //', "$rows", "{id: 1}", "\\u0027 OR 1=1"]
    names = [f"{letter} {name}" for letter, name in zip("abcdef", names, strict=True)]
    lines = "".join('"{}",RXX,"{}",live\n'.format(name.replace('"', '""'), CYPHER) for name in names)
    folder = inventory(
        tmp_path / "f",
        tmp_path / "s",
        ("RXX.csv", "System,Organisation code,Supplier,Status\n" + lines),
        organisation="RXX",
        source=CYPHER,
    )
    pushed(remote, folder, CYPHER)
    found = {name for (name,) in asked(cleared, "MATCH (s:System) RETURN s.name")}
    assert found == set(names)
    assert set(remote.claims()) == {CYPHER}


def test_a_newer_format_is_refused(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    folder = trust("RXX")
    pushed(remote, folder)
    asked(cleared, "MATCH (s:EamapStore) SET s.format = 99")
    for act in (remote.estate, lambda: pushed(remote, folder), remote.state):
        with pytest.raises(StoreError, match="format 99"):
            act()


@pytest.mark.parametrize("stop", [1, 3])
def test_batches_that_broke_off_are_refused_and_finished_by_the_next_push(
    cleared: Served, trust: Trust, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    from eamap.stores.neo4j import push as module
    from eamap.stores.neo4j.state import steady

    whole = module.Writing._one_batch
    folder, taken = trust("RXX"), []

    def breaking(self: module.Writing, tx: object, text: str, rows: object, done: int) -> object:
        if len(taken) == stop:
            raise RuntimeError("killed")
        taken.append(done)
        return whole(self, tx, text=text, rows=rows, done=done)

    cut = Neo4jStore(cleared.address, batched=True)
    monkeypatch.setattr(module.Writing, "_one_batch", breaking)
    with pytest.raises(RuntimeError, match="killed"):
        pushed(cut, folder)
    monkeypatch.undo()
    state = cut.state()
    assert state is not None
    assert (state.broken, state.done, state.words) == (True, taken[-1], "updating 0 to 1")
    with pytest.raises(StoreError, match="being rebuilt"):
        cut.estate()
    assert steady(cut.server, lambda state: state.done, allow_partial=True) == taken[-1]
    assert pushed(cut, folder).version == 1
    finished = graph(cleared)
    nodes_removed(cleared)
    pushed(Neo4jStore(cleared.address), folder)
    assert graph(cleared) == finished


def test_one_transaction_and_batches_make_the_same_graph(cleared: Served, trust: Trust) -> None:
    drawn = []
    for batched in (False, True):
        nodes_removed(cleared)
        store = Neo4jStore(cleared.address, batched=batched)
        pushed(store, trust("RXX"))
        pushed(store, trust("RXX", version="6"))
        assert store.state().words == "published 2"
        drawn.append(graph(cleared))
        store.close()
    assert drawn[0] == drawn[1]


def test_the_pages_of_old_versions_are_swept(remote: Neo4jStore, cleared: Served, trust: Trust) -> None:
    counted = []
    for version in ("5", "6", "5", "6", "5"):
        pushed(remote, trust("RXX", version=version))
        counted.append(asked(cleared, "MATCH (p:EamapPage) RETURN count(p)")[0][0])
    assert counted[2:] == [counted[2]] * 3, "this version and the one before"
    assert asked(cleared, "MATCH (p:EamapPage) WHERE EXISTS { (p)--() } RETURN count(p)") == [(0,)]


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs things in threads that begin together; returns what they returned, or raises what one of them did."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result(180) for one in [pool.submit(act) for act in acts]]


def test_two_pushes_of_different_sources_at_once_both_arrive(cleared: Served, trust: Trust) -> None:
    folders = {owner: trust(owner) for owner in ("RXX", "RYY")}
    stores = {owner: Neo4jStore(cleared.address) for owner in folders}
    done = at_once(*(partial(pushed, stores[owner], folders[owner], owner) for owner in folders))
    assert sorted(one.version for one in done) == [1, 2]
    assert set(stores["RXX"].claims()) == {"RXX", "RYY"}
    counted = asked(cleared, "MATCH (s:System) RETURN s.operator, count(*) ORDER BY s.operator")
    assert counted == [("organisation:RXX", 3), ("organisation:RYY", 3)]
    assert asked(cleared, "MATCH (v:Version)-[:AFTER]->(w:Version) RETURN v.number, w.number") == [(2, 1)]


def test_the_same_push_twice_at_once_is_one_version(cleared: Served, trust: Trust) -> None:
    folder = trust("RXX")
    stores = [Neo4jStore(cleared.address) for _ in range(2)]
    done = at_once(*(partial(pushed, store, folder) for store in stores))
    assert [one.version for one in done] == [1, 1]
    assert sorted(bool(dict(store.written)) for store in stores) == [False, True]
