"""Whether the graph is whole: ``published m``, or ``updating n to m`` while a push is under way.

Reads on the server see what is committed at the moment they look, so a question of several queries, or one long query,
could see two versions. A push therefore says "updating" in a small commit of its own before the commit that changes the
graph, and "published" in another after it; a question reads this state first and last and is asked again if it moved
(:func:`steady`).

**A push in one transaction** is all or nothing, and ``version`` is set by that very transaction. If it fails, its writer puts
"published" back. If its writer or the server is killed while it says "updating", nobody does before the next push; the graph is
the version that ``version`` says all the same, and questions are answered as soon as no commit can be under way any more:
on Community at once, because there everybody sees the server's list of transactions, and elsewhere :data:`ABANDONED` later.

**A push in batches** counts the rows that are ``done`` in the transactions that change them. With none done the graph is the
version before, still whole. From the first on it is neither, and questions are refused until the push is finished, or
answered as far as it came if whoever asks allows that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from eamap.errors import StoreError
from eamap.stores.neo4j.layout import FORMAT

if TYPE_CHECKING:
    from eamap.stores.neo4j.server import Server

Answer = TypeVar("Answer")

PUBLISHED, UPDATING = "published", "updating"
ONE, MANY = "one transaction", "batches"
ABANDONED = 60_000
"""Milliseconds after which a push in one transaction that is still "updating" is no longer committing, where this user cannot
see all transactions: the server has let go of it, or it never began to. Commits of the largest transactions that fit in memory
were measured at 10 seconds."""
PATIENCE = 15.0
"""Seconds for which a question waits for a commit that is under way."""
TIMES = 20
"""How often a question is asked again because the graph moved under it."""
OURS = {"eamap": "push"}
"""What the transactions of a writer say of themselves, for whoever looks at the server's list of transactions."""

READ = """MATCH (t:EamapState {name: 'estate'}) MATCH (s:EamapStore {name: 'estate'})
RETURN s.id, s.format, t.state, t.published, t.version, t.to, t.mode, t.since, timestamp(), t.contents, t.target, t.done,
t.holder, t.turn"""
_EDITION = "CALL dbms.components() YIELD name, edition WHERE name = 'Neo4j Kernel' RETURN edition"
"""Newer releases list their versions of Cypher as components as well, and these have no edition."""
_COMMITTING = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.eamap = 'push' RETURN count(*)"


@dataclass(frozen=True, slots=True)
class State:
    """What the books say: ``version`` is in the graph; while ``updating`` a push makes it ``to``, in ``mode``.

    ``published`` is the last version that was said to be whole. ``since`` and ``now`` are milliseconds by the server's
    clock. ``contents`` and ``target`` name pages (:mod:`eamap.stores.neo4j.contents`), ``done`` counts rows.
    """

    store: str
    format: int
    state: str
    published: int
    version: int
    to: int
    mode: str
    since: int
    now: int
    contents: str
    target: str
    done: int
    holder: str
    turn: str

    @property
    def broken(self) -> bool:
        """Whether the graph is neither the version before nor the one after."""
        return self.state == UPDATING and self.mode == MANY and self.done > 0

    @property
    def asked(self) -> tuple[int, str]:
        """The version that questions are about and its pages: the one that is there, or of a broken graph the coming one."""
        return (self.to, self.target) if self.broken else (self.version, self.contents)

    @property
    def mark(self) -> tuple[Any, ...]:
        """What is the same first and last if the graph did not move meanwhile."""
        return self.state, self.published, self.version, self.to, self.done, self.since

    @property
    def words(self) -> str:
        """The state in words."""
        if self.state == PUBLISHED or (self.mode == ONE and self.since + ABANDONED < self.now):
            return f"published {self.version}"
        return f"updating {self.published} to {self.to}"


def read_state(server: Server) -> State | None:
    """Returns the state, or None where eamap never published; StoreError if its format is newer than this program knows."""
    found = server.read(READ)
    if not found:
        return None
    told: Any = (value if value is not None else empty for value, empty in zip(found[0], _EMPTY, strict=True))
    state = State(*told)
    if state.format > FORMAT:
        raise StoreError(
            f"the graph has format {state.format}, and this eamap knows formats up to {FORMAT}",
            hint="Upgrade eamap; the graph was written by a newer one.",
            where=server.address.shown,
        )
    return state


_EMPTY = ("", 0, PUBLISHED, 0, 0, 0, "", 0, 0, "", "", 0, "", "")


def steady(
    server: Server, ask: Callable[[State], Answer], *, allow_partial: bool = False, patience: float = PATIENCE
) -> Answer:
    """Returns the answer to a question that saw one version of the graph from beginning to end.

    ``ask`` gets the state and may be called again. With ``allow_partial`` a graph that a push in batches is changing is
    asked as it stands (its state is ``broken``), and whoever prints the answer says so. StoreError if there is no version,
    or the graph is never still.
    """
    end = time.monotonic() + patience
    for _ in range(TIMES):
        first = whole(server, end, allow_partial=allow_partial)
        try:
            answer = ask(first)
        except StoreError:
            if first.broken or not _moved(server, first):
                raise
            continue  # what it was about is gone
        if first.broken or not _moved(server, first):
            return answer
    raise StoreError(
        "the graph changed each time the question was asked", hint="ask again later", where=server.address.shown
    )


def _moved(server: Server, first: State) -> bool:
    last = read_state(server)
    return last is None or last.mark != first.mark or _committing(server, last)


def whole(server: Server, end: float, *, allow_partial: bool = False) -> State:
    """Returns the state as soon as the graph is one version; waits for a commit that is under way, to ``end`` at most.

    With ``allow_partial`` a graph that a push in batches is changing is not refused.
    """
    while True:
        state = there(server, allow_partial=allow_partial)
        if not _committing(server, state):
            return state
        if time.monotonic() > end:
            raise StoreError(
                "a push is being committed and does not end",
                hint="ask again in a minute: should its writer have been killed, the version before is answered then",
                where=server.address.shown,
            )
        time.sleep(0.1)


def there(server: Server, *, allow_partial: bool = False) -> State:
    """Returns the state; StoreError if nothing was published yet, or the graph is broken and that is not allowed.

    That is enough for who reads pages: their names change in the very commit that makes another version of the graph.
    """
    from eamap.stores.versions import nothing_published

    state = read_state(server)
    if state is not None and state.broken:
        if not allow_partial:
            raise _refused(server, state)
        return state
    if state is None or not state.version:
        raise nothing_published(server.address.shown, there=state is not None)
    return state


def _refused(server: Server, state: State) -> StoreError:
    return StoreError(
        f"the graph is being rebuilt ({state.words}) and is neither version now",
        hint="wait for the push to end, or run it again if it broke off; --allow-partial asks all the same",
        where=server.address.shown,
    )


def _committing(server: Server, state: State) -> bool:
    """Whether a push in one transaction may be changing the graph at this moment."""
    if state.state == PUBLISHED:
        return state.published != state.version
    if state.mode != ONE:
        return False
    if _all_is_listed(server):
        return bool(server.read(_COMMITTING)[0][0])
    return state.since + ABANDONED >= state.now


def _all_is_listed(server: Server) -> bool:
    """Whether this user sees every transaction: on Community all users may; elsewhere it takes a right we cannot ask for."""
    return server.read(_EDITION) == [("community",)]
