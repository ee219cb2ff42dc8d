"""Versions whose content follows from their number, pushed to a server that is killed, cut off or asked meanwhile.

    python -m tests.neo4j.pushing ADDRESS VERSION [--batched]

pushes one version, in a process of its own. Version k has two parts, one of which changes from version to version; each
thing of the graph says in its name of which version its part is, so that one look tells whether two were mixed.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import polars as pl
from polars.testing import assert_frame_equal

from eamap.errors import StoreError
from eamap.model.estate import Estate
from eamap.model.schema import link_schema, thing_schema
from eamap.protocols import Publication, SourceTables
from eamap.stores.neo4j.address import Address, Credentials
from eamap.stores.neo4j.server import Server
from eamap.stores.neo4j.state import READ, UPDATING, steady
from eamap.stores.neo4j.store import Neo4jStore

PARTS = ("part 0", "part 1")
THINGS = 400
RETIRED = 50
"""Things of a part that one version has and the next has not, so that every push takes some away."""
META = {"source": "s", "file": "f.csv", "sheet": "", "sha256": "", "mapping": "m", "organisation": "NM1",
        "provenance": "inventory", "fact_date": "2026", "fields": {}, "places": {}}  # fmt: skip


def last_change(version: int, part: int) -> int:
    """Returns the version in which a part was last changed."""
    return version - (version - part) % len(PARTS)


def names(version: int) -> set[str]:
    """Returns all names that the things of a version have."""
    return {f"{name} as of {last_change(version, number)}" for number, name in enumerate(PARTS)}


def one_part(version: int, number: int) -> SourceTables:
    """Returns a part of a version: its systems and what each depends on."""
    changed = last_change(version, number)
    first = RETIRED * (changed // len(PARTS) % 2)
    numbers = range(first, first + THINGS)
    row = pl.Series("row", [1 + number for number in numbers], dtype=pl.UInt32)
    ids = pl.Series("id", [f"system:X/{number}-{line}" for line in numbers])
    things = pl.DataFrame({"id": ids, "name": [f"{PARTS[number]} as of {changed}"] * THINGS, "row": row})
    other = pl.Series("to", [f"system:X/{number}-{first + (line * 7 + changed) % THINGS}" for line in range(THINGS)])
    links = pl.DataFrame({"from": ids.alias("from"), "to": other, "row": row})
    tables = {"things/system": things, "links/DEPENDS_ON": links}
    rows = pl.DataFrame({"row": row, "c1": things["name"]})
    return SourceTables(PARTS[number], META | {"sha256": f"{number}-{changed}"}, rows, tables)


def publication(version: int) -> Publication:
    """Returns the whole of a version."""
    parts = [one_part(version, number) for number in range(len(PARTS))]
    schemas = {"things/system": thing_schema("system"), "links/DEPENDS_ON": link_schema("DEPENDS_ON")}
    tables = {
        name: pl.concat(
            [
                pl.DataFrame(schema=schema),
                *(part.tables[name].with_columns(source=pl.lit(part.part)) for part in parts),
            ],
            how="diagonal_relaxed",
        )
        for name, schema in schemas.items()
    }
    return Publication(parts, pl.DataFrame({"id": [f"decision:{version}"]}), {}, tables, {"k": version})


def as_stated(estate: Estate, day: date) -> Estate:
    """Returns an estate as it is: the versions here have no texts to be understood."""
    return estate


def store(
    address: Address, credentials: Credentials | None = None, *, retrying: float = 2.0, **settings: object
) -> Neo4jStore:
    """Returns the store on a server, which gives up soon."""
    return Neo4jStore(Server(address, credentials, retrying=retrying), meaning=as_stated, **settings)


def cut_off(address: Address, credentials: Credentials | None = None, **settings: object) -> Neo4jStore:
    """Returns a store whose server will not come back, so that to try again is to wait for nothing."""
    return store(address, credentials, retrying=0.0, **settings)


def push(kept: Neo4jStore, version: int) -> int:
    """Publishes a version, if it is not there, and returns the number of what is."""
    with kept.writer(60):
        return kept.publish(publication(version), published=f"2026-03-01T00:00:{version % 60:02}Z")


def seen(server: Server) -> Counter[str]:
    """Returns how many nodes of the graph have which name, asked part by part so that a change between is seen."""
    found: Counter[str] = Counter()
    for number in range(len(PARTS)):
        asked = "MATCH (s:System) WHERE s.id STARTS WITH $start RETURN s.name, count(*)"
        found.update(dict(server.read(asked, start=f"system:X/{number}-")))
    return found


def holds(kept: Neo4jStore, version: int) -> None:
    """Asserts that the graph and the pages are those of a version, table by table."""
    expected, back = publication(version), kept.publication()
    assert seen(kept.server) == Counter(dict.fromkeys(names(version), THINGS))
    for name, table in expected.tables.items():
        assert_frame_equal(back.tables[name], table, check_row_order=False)
    for told, part in zip(expected.parts, back.parts, strict=True):
        assert part.meta == told.meta
        assert_frame_equal(part.rows, told.rows, check_row_order=False)
    assert_frame_equal(back.decisions, expected.decisions)
    links = expected.tables["links/DEPENDS_ON"].select("from", "to").unique()
    found = kept.server.read("MATCH (a:Eamap)-[:DEPENDS_ON]->(b:Eamap) RETURN a.id, b.id")
    assert sorted(found) == sorted(links.rows())
    assert kept.server.read("MATCH (n:Mentioned) RETURN count(n)") == [(0,)]


@dataclass
class Pushing:
    """A push that goes on in a thread; afterwards it says how it ended."""

    kept: Neo4jStore
    version: int
    published: int = 0
    error: StoreError | None = None
    _thread: threading.Thread | None = field(default=None, repr=False)

    def _push(self) -> None:
        try:
            self.published = push(self.kept, self.version)
        except StoreError as error:
            self.error = error

    @contextmanager
    def going(self) -> Iterator[Pushing]:
        """Pushes while the block is run, and waits for the end."""
        self._thread = threading.Thread(target=self._push)
        self._thread.start()
        try:
            yield self
        finally:
            self._thread.join(120)
            assert not self._thread.is_alive(), "the push did not end"

    @property
    def goes_on(self) -> bool:
        """Whether the push has not ended yet."""
        return self._thread is not None and self._thread.is_alive()


@dataclass
class Tally:
    """What the kills of a server met."""

    kills: int = 0
    before: int = 0
    after: int = 0
    refused: int = 0
    unheard: int = 0
    """Of those after: pushes whose commit was durable although their writer was told that they failed."""
    too_late: int = 0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills of the server: {self.before} left the version before, {self.after} the one after "
            f"({self.unheard} of them although the push was told that it failed), {self.refused} a graph that was refused "
            f"until the push was run again; {self.too_late} came too late"
        )


def kill(local, pushing: Pushing, watch: Server, chance: random.Random, took: float) -> bool:
    """Kills the server at a random moment of a push, every other time only once it says "updating"; says if in time."""
    until = time.monotonic() + 60
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0, took))
    else:
        while pushing.goes_on and time.monotonic() < until and not updating(watch):
            time.sleep(0.002)
        time.sleep(chance.uniform(0, took / 20))
    in_time = pushing.goes_on
    local.kill()
    return in_time


def updating(server: Server) -> bool:
    """Whether a push is changing the graph."""
    found = server.read(READ)
    return bool(found) and UPDATING in found[0]


def kills_of_the_server(local, many: int, seed: int, *, batched: bool) -> Tally:
    """Kills a server during pushes, again and again on what it left, and asserts each time that nothing is half."""
    address, credentials = Address(local.uri, local.database), Credentials(local.user, local.password)
    chance, tally = random.Random(seed), Tally()
    with Server(address, credentials) as watch:
        push(store(address, credentials), 1)
        started = time.monotonic()
        push(store(address, credentials, batched=batched), 2)
        took = longest = time.monotonic() - started
    for version in range(3, many + 3):
        pushing = Pushing(cut_off(address, credentials, batched=batched), version)
        with Server(address, credentials) as watch, pushing.going():
            in_time = kill(local, pushing, watch, chance, took)
        local.start()
        tally.kills += 1
        tally.too_late += not in_time
        # The server is warmer from push to push, and colder after each kill: the moments follow.
        took = min(took * 1.2, longest) if in_time else took * 0.6
        after = tally.after
        judge(store(address, credentials), version, tally, batched=batched)
        tally.unheard += tally.after > after and not pushing.published
        kept = store(address, credentials, batched=batched)
        push(kept, version)
        holds(kept, version)
        kept.close()
        print(f"\n{tally}", flush=True)
    return tally


def judge(kept: Neo4jStore, version: int, tally: Tally, *, batched: bool) -> None:
    """Asserts that what a kill left is the version before, or the one after, or, of batches, is refused; and counts it."""
    try:
        there = int(str(kept.publication().summary["k"]))
    except StoreError as error:
        assert batched, f"one transaction left a graph that is refused: {error}"
        assert "being rebuilt" in error.message
        tally.refused += 1
        return
    assert there in (version - 1, version)
    assert steady(kept.server, lambda _: seen(kept.server), patience=0) == seen(kept.server), "it is answered at once"
    holds(kept, there)
    tally.before += there < version
    tally.after += there == version


def main(words: list[str]) -> None:
    """Pushes the version that the command line names."""
    from eamap.stores.neo4j.address import parse

    kept = store(parse(words[0]), batched="--batched" in words)
    print(push(kept, int(words[1])), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
