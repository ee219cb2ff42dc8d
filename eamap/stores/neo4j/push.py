"""Makes the graph another version: in one transaction where it fits, in batches that can be run again where it does not.

What fits is estimated by what the server says of its memory. Where that was wrong the server refuses, nothing is written,
and the push goes in batches by itself; a batch that is refused is halved, and so are those after it.

Whoever writes holds the lock: a transaction of its own on ``:EamapStore`` that lasts as long as the push and dies with
its connection, so that no lock outlives its holder. Every transaction that changes something begins by looking whether
the writer's ``turn`` still stands; should a server have lost the lock, the one who took it next has changed that.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from eamap.errors import StoreError
from eamap.stores.lock import locked as lock_taken
from eamap.stores.neo4j.contents import Contents
from eamap.stores.neo4j.difference import Step
from eamap.stores.neo4j.faults import FORBIDDEN, TooLargeError, UnsureError, short_of
from eamap.stores.neo4j.layout import FORMAT, schema
from eamap.stores.neo4j.pages import SWEEP, WRITE, Pages
from eamap.stores.neo4j.state import MANY, ONE, OURS, State, read_state

if TYPE_CHECKING:
    import neo4j

    from eamap.stores.neo4j.server import Server

AT_ONCE = 100_000
"""Rows that go into one transaction where the server does not say how much memory it has for them."""
_MEMORY = ("dbms.memory.transaction.total.max", "db.memory.transaction.total.max", "db.memory.transaction.max")
BYTES_A_ROW = 4096
"""Memory that a server needs for one row of a transaction. Measured with a heap of 4 GB (2.8 GB for transactions): 800,000
rows fit, 1,600,000 do not; this is what is surely enough."""
PAGES_AT_ONCE = 32
"""Pages a transaction; 16 MB."""

_FOUND = """MERGE (s:EamapStore {name: 'estate'}) ON CREATE SET s.id = $id, s.format = $format, s.made = $id
MERGE (t:EamapState {name: 'estate'})
ON CREATE SET t.state = 'published', t.published = 0, t.version = 0, t.store = s.id, t.since = timestamp()"""
_LOCK = "MATCH (s:EamapStore {name: 'estate'}) SET s.locked = timestamp() RETURN s.id"
_TURN = "MATCH (t:EamapState {name: 'estate'}) SET t.turn = $turn, t.holder = $holder"
_STILL = "MATCH (t:EamapState {name: 'estate'}) WHERE t.turn = $turn RETURN t.version"
_UPDATING = """MATCH (t:EamapState {name: 'estate'}) WHERE t.turn = $turn
SET t.state = 'updating', t.to = $to, t.mode = $mode, t.since = timestamp(), t.target = $target, t.done = 0 RETURN t.to"""
_DONE = "MATCH (t:EamapState {name: 'estate'}) SET t.done = $done"
_NOW = "MATCH (t:EamapState {name: 'estate'}) SET t.version = $to, t.contents = $contents"
_PUBLISHED = """MATCH (t:EamapState {name: 'estate'}) WHERE t.turn = $turn
SET t.state = 'published', t.published = t.version, t.to = null, t.mode = null, t.target = null, t.done = null"""
_VERSION = """MERGE (v:EamapVersion {number: $number}) SET v:Version, v += $said, v.store = $store
WITH v OPTIONAL MATCH (o:EamapVersion {number: $number - 1}) WITH v, collect(o) AS before
FOREACH (one IN before | MERGE (v)-[:AFTER]->(one))"""
_LIMITS = "SHOW SETTINGS YIELD name, value WHERE name IN $names RETURN value"
_REPLAN = "CALL db.prepareForReplanning(60)"
_WAITED = (
    "TransactionTimedOutClientConfiguration",
    "TransactionTimedOut",
    "LockClientStopped",
    "Transaction.Terminated",
)
_LEAST = 5.0
"""Seconds for which a lock is waited for at least: a busy server takes one or two to understand its first question."""


@dataclass
class Change:
    """A version that is to be: its contents, the steps that make the graph it, and what the log says of it."""

    contents: Contents
    listed: str
    """Digest and size of the page that lists the contents, as the books hold them: ``DIGEST:SIZE``."""
    steps: Iterable[Step]
    """What to do, which can be gone through several times."""

    def within(self, most: int) -> Change | None:
        """Returns the change with its steps worked out, for one transaction; None where they have more rows than ``most``."""
        found: list[Step] = []
        for step in self.steps:
            most -= step.rows.height
            if most < 0:
                return None
            found.append(step)
        return replace(self, steps=found)


@dataclass
class Writing:
    """A writer that holds the lock: its turn, and what it wrote so far, as the server counted it."""

    server: Server
    pages: Pages
    store: str
    turn: str
    written: Counter[str] = field(default_factory=Counter)
    batched: bool = False
    notes: list[str] = field(default_factory=list)
    """What a person should know of how it went."""
    most: dict[str, int] = field(default_factory=dict)
    """How many rows, or pages, the server has the memory for in one transaction, where it refused more."""

    # What is to be done

    def apply(self, change: Change) -> None:
        """Makes the graph the version, in one transaction if it fits."""
        many = self.batched or self.pages.staged_bytes() > PAGES_AT_ONCE << 20
        few = None if many else change.within(at_once(self.server))
        if few is None:
            self._in_batches(change)
        else:
            self._at_once_or_in_batches(few)
        self.pages.forget()
        self._replan()

    def _at_once_or_in_batches(self, change: Change) -> None:
        try:
            self._at_once(change)
        except TooLargeError:
            self.notes.append(
                "one transaction was more than the server's memory allows, so the push went in batches; "
                "until it ended no question was answered"
            )
            self._in_batches(change)

    def _replan(self) -> None:
        """Has the server plan its questions anew. The version is there by now, so who may not ask for that has pushed all the same."""
        try:
            self.server.run(_REPLAN)
        except StoreError as error:
            self.notes.append(
                f"the server was not told to plan questions anew, so they may be slow for a while: {error.message}"
            )

    def settle(self, state: State) -> bool:
        """Puts the books right after a writer that was killed; says whether a push in batches is left to be finished."""
        if state.broken:
            return True
        if state.state != "published" or state.published != state.version:
            self.server.write(lambda tx: tx.run(_PUBLISHED, turn=self.turn).consume())
        return False

    # One transaction

    def _at_once(self, change: Change) -> None:
        def work(tx: neo4j.ManagedTransaction) -> Counter[str]:
            self._still(tx)
            counted: Counter[str] = Counter()
            for step in change.steps:
                for batch in step.batches():
                    counted += self._run(tx, step.text, batch)
            self._write_pages(tx, list(self.pages.rows(self._there(tx))))
            self._name(tx, change)
            # The last thing before the commit, and from outside, so that questions know of it first.
            self._updating(change, ONE)
            tx.run(_NOW, to=change.contents.version, contents=change.listed).consume()
            return counted

        try:
            self.written += self._surely(work, change)
        except BaseException:
            self._put_back()
            raise
        self.server.write(lambda tx: tx.run(_PUBLISHED, turn=self.turn).consume())

    def _put_back(self) -> None:
        """Says "published" again after a transaction that failed.

        It waits for the lock on the state that the transaction holds if its commit is under way still, so it says what is
        there. Where the server cannot be reached, readers find out by themselves (:mod:`eamap.stores.neo4j.state`).
        """
        with suppress(StoreError):
            self.server.run(_PUBLISHED, turn=self.turn)

    def _surely(self, work: Any, change: Change) -> Counter[str]:
        """Runs the work; where nobody knows whether its commit arrived, looks, and runs it once more if it did not."""
        try:
            return self.server.write(work, saying=OURS)
        except UnsureError:
            state = read_state(self.server)
            if state is not None and state.contents == change.listed:
                return Counter()
            return self.server.write(work, saying=OURS)

    # Batches

    def _in_batches(self, change: Change) -> None:
        self._updating(change, MANY)
        rows = self.pages.rows(self.server.reading(self._there))
        while some := list(islice(rows, PAGES_AT_ONCE)):
            self._fitting("pages", self._page, some, 0)
        self._updating(change, MANY, target=change.listed)
        self.finish(change, 0)

    def finish(self, change: Change, done: int) -> None:
        """Takes the rows that are not done yet, each counted in the transaction that takes it, and publishes the version."""
        before = 0
        for step in change.steps:
            first = before + min(max(done - before, 0), step.rows.height)
            for batch in step.batches(first - before):
                self._fitting("rows", partial(self._batch, step.text), batch, first)
                first += len(batch)
            before += step.rows.height
        self.server.write(lambda tx: self._publish(tx, change), saying=OURS)

    def _page(self, rows: list[Any], before: int) -> None:
        del before  # pages are named by what they hold, and need no count
        self.server.write(partial(self._some_pages, rows=rows), saying=OURS)

    def _batch(self, text: str, rows: list[Any], before: int) -> None:
        one = partial(self._one_batch, text=text, rows=rows, done=before + len(rows))
        self.written += self.server.write(one, saying=OURS)

    def _fitting(self, what: str, write: Callable[[list[Any], int], object], rows: list[Any], before: int) -> None:
        """Writes rows or pages, as many in a transaction as the server has the memory for, which is learnt by its refusals."""
        while rows:
            some = rows[: self.most.get(what, len(rows))]
            try:
                write(some, before)
            except TooLargeError:
                if len(some) == 1:
                    raise
                self.most[what] = len(some) // 2
                continue
            rows, before = rows[len(some) :], before + len(some)

    def _some_pages(self, tx: neo4j.ManagedTransaction, rows: Any) -> None:
        self._still(tx)
        self._write_pages(tx, rows)

    def _one_batch(self, tx: neo4j.ManagedTransaction, text: str, rows: Any, done: int) -> Counter[str]:
        self._still(tx)
        tx.run(_DONE, done=done).consume()
        return self._run(tx, text, rows)

    def _publish(self, tx: neo4j.ManagedTransaction, change: Change) -> None:
        self._still(tx)
        self._name(tx, change)
        tx.run(_NOW, to=change.contents.version, contents=change.listed).consume()
        tx.run(_PUBLISHED, turn=self.turn).consume()

    # Pieces of both

    def _still(self, tx: neo4j.ManagedTransaction) -> None:
        if tx.run(_STILL, turn=self.turn).single() is None:
            raise StoreError(
                "somebody else writes to this graph now",
                hint="the lock was lost, as when a cluster gets another leader: run the push again",
                where=self.server.address.shown,
            )

    def _updating(self, change: Change, mode: str, target: str | None = None) -> None:
        said = {"turn": self.turn, "to": change.contents.version, "mode": mode, "target": target}
        self.server.write(lambda tx: tx.run(_UPDATING, said).consume())

    def _run(self, tx: neo4j.ManagedTransaction, text: str, rows: Any) -> Counter[str]:
        counters = tx.run(cast("Any", text), rows=rows, store=self.store).consume().counters
        return Counter({name: getattr(counters, name) for name in _COUNTED})

    def _there(self, tx: neo4j.ManagedTransaction) -> set[str]:
        found = tx.run("MATCH (p:EamapPage) RETURN DISTINCT p.digest")
        return {str(row[0]) for row in found}

    def _write_pages(self, tx: neo4j.ManagedTransaction, rows: Iterable[Any]) -> None:
        tx.run(WRITE, rows=list(rows), store=self.store).consume()

    def _name(self, tx: neo4j.ManagedTransaction, change: Change) -> None:
        """Adds the version to the chain and sweeps the pages that neither it nor the one before it needs."""
        contents = change.contents
        tx.run(_VERSION, number=contents.version, said=_told(contents), store=self.store).consume()
        named = [*contents.digests(), *contents.before, change.listed.partition(":")[0]]
        tx.run(SWEEP, named=named).consume()


_COUNTED = ("nodes_created", "nodes_deleted", "relationships_created", "relationships_deleted", "properties_set",
            "labels_added", "labels_removed")  # fmt: skip


def _told(contents: Contents) -> dict[str, Any]:
    """Returns what a ``:Version`` node says, in properties a person can read."""
    import json

    from eamap.model.estate import LINKS
    from eamap.stores.neo4j.drawn import NODES

    heights = contents.graph
    return {
        "published": contents.published, "as_of": contents.day, "by": str(contents.summary.get("owner", "")),
        "command": str(contents.summary.get("command", "")),
        "sources": sorted({str(part.meta.get("source", part.name)) for part in contents.parts}),
        "nodes": sum(heights[name].height for name in heights if name.startswith(NODES)),
        "relationships": sum(heights[name].height for name in heights if name.startswith(LINKS)),
        "summary": json.dumps(contents.summary, sort_keys=True),
    }  # fmt: skip


def at_once(server: Server) -> int:
    """Returns how many rows one transaction may have, by the memory the server says it has for transactions."""
    try:
        told = [_bytes(str(value)) for (value,) in server.read(_LIMITS, names=_MEMORY)]
    except StoreError:
        return AT_ONCE  # who may not see settings may still push
    limits = [size for size in told if size]
    return min(limits) // BYTES_A_ROW if limits else AT_ONCE


def _bytes(text: str) -> int:
    units = {"B": 1, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30, "TIB": 1 << 40}
    number = text.upper().rstrip("KMGTIB")
    try:
        return int(float(number) * units.get(text.upper()[len(number) :] or "B", 0))
    except ValueError:
        return 0


# The lock ---------------------------------------------------------------------------------------------------------


@contextmanager
def locked(server: Server, pages: Pages, wait: float, holder: str) -> Iterator[Writing]:
    """Holds the lock on the graph, making its books if they are not there; StoreError after ``wait`` seconds."""
    prepare(server)
    _waited(server, wait)
    with server.session() as session, session.begin_transaction(metadata={"eamap": "lock"}) as tx:
        row = tx.run(_LOCK).single()
        assert row is not None, "the books were made before"
        writing = Writing(server, pages, str(row[0]), uuid.uuid4().hex)
        server.write(lambda each: each.run(_TURN, turn=writing.turn, holder=holder).consume())
        yield writing


def prepare(server: Server) -> None:
    """Makes the constraints, the indexes and the books where they are missing; refuses a graph of a newer format."""
    state = read_state(server) if _has_books(server) else None
    if state is None:
        for statement in schema():
            server.run(statement)
        server.run("CALL db.awaitIndexes(300)")
        server.write(lambda tx: tx.run(_FOUND, id=uuid.uuid4().hex[:12], format=FORMAT).consume())


def _has_books(server: Server) -> bool:
    try:
        found = server.read("SHOW CONSTRAINTS YIELD name WHERE name STARTS WITH 'eamap_' RETURN count(*)")
    except StoreError as error:
        if short_of(error) != FORBIDDEN:
            raise
        return True  # who may not see constraints may still push where somebody else made them
    return bool(found[0][0])


def _waited(server: Server, wait: float) -> None:
    """Waits until the lock is free; a lock that is taken again before we have it is waited for without a limit."""
    wait = max(wait, _LEAST)
    try:
        with server.session() as session, session.begin_transaction(timeout=wait) as tx:
            tx.run(_LOCK).consume()
    except StoreError as error:
        if not short_of(error).endswith(_WAITED):
            raise
        state = read_state(server)
        raise lock_taken((state.holder if state else "") or "another program", wait, server.address.shown) from error
