"""Whether the graph is whole: ``published m``, or ``updating n to m`` while a push is under way.

Reads on the server see what is committed at the moment they look, so a question of several queries, or one long query,
could see two versions. A push therefore says "updating" in a small commit of its own before the commit that changes the
graph, and "published" in another after it; a question reads this state first and last and is asked again if it moved
(:func:`steady`). A push in one transaction is "updating" only as long as that commit takes: if its writer or the server is
killed meanwhile, the graph is whole all the same, the version before or after, as ``version`` says, which that very
transaction sets. A push in batches leaves a graph that is neither, and questions are refused until it is finished.
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
"""Milliseconds after which a push in one transaction that is still "updating" is no longer committing: the server has let
go of it, or it never began to. Commits of the largest transactions that fit in memory were measured at 10 seconds."""
PATIENCE = 15.0
"""Seconds for which a question waits for a commit that is under way."""
TIMES = 20
"""How often a question is asked again because the graph moved under it."""
OURS = {"eamap": "push"}
"""What the transactions of a writer say of themselves, for whoever looks at the server's list of transactions."""

READ = """MATCH (t:EamapState {name: 'estate'}) MATCH (s:EamapStore {name: 'estate'})
RETURN s.id, s.format, t.state, t.published, t.version, t.to, t.mode, t.since, timestamp(), t.contents, t.target, t.done,
t.holder, t.turn"""
_COMMITTING = "SHOW TRANSACTIONS YIELD metaData WHERE metaData.eamap = 'push' RETURN count(*)"


@dataclass(frozen=True, slots=True)
class State:
    """What the books say: ``version`` is in the graph; while ``updating`` a push makes it ``to``, in ``mode``.

    ``published`` is the last version that was said to be whole. ``since`` and ``now`` are milliseconds by the server's
    clock. ``contents`` and ``target`` name pages (:mod:`eamap.stores.neo4j.contents`), ``done`` counts batches.
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
        return self.state == UPDATING and self.mode == MANY and bool(self.target)

    @property
    def mark(self) -> tuple[Any, ...]:
        """What is the same first and last if the graph did not move meanwhile."""
        return self.state, self.published, self.version, self.to, self.done, self.since

    @property
    def words(self) -> str:
        """The state in words."""
        return f"published {self.version}" if self.state == PUBLISHED else f"updating {self.published} to {self.to}"


def read_state(server: Server) -> State | None:
    """Returns the state, or None where eamap never published; StoreError if its format is newer than this program knows."""
    found = server.read(READ)
    if not found:
        return None
    state = State(*(value if value is not None else empty for value, empty in zip(found[0], _EMPTY, strict=True)))
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
    asked as it stands, and whoever prints the answer says so. StoreError if there is no version, or the graph is never still.
    """
    end = time.monotonic() + patience
    for _ in range(TIMES):
        first = whole(server, end, allow_partial=allow_partial)
        answer = ask(first)
        last = read_state(server)
        if allow_partial or (last is not None and last.mark == first.mark and not _committing(server, last)):
            return answer
    raise StoreError(
        "the graph changed each time the question was asked", hint="ask again later", where=server.address.shown
    )


def whole(server: Server, end: float, *, allow_partial: bool = False) -> State:
    """Returns the state as soon as the graph is one version; waits for a commit that is under way, to ``end`` at most."""
    from eamap.stores.versions import nothing_published

    while True:
        state = read_state(server)
        if state is None or (not state.version and not (allow_partial and state.broken)):
            if state is not None and state.broken:
                raise _refused(server, state)
            raise nothing_published(server.address.shown, there=state is not None)
        if state.broken and not allow_partial:
            raise _refused(server, state)
        if allow_partial or not _committing(server, state):
            return state
        if time.monotonic() > end:
            raise StoreError("a push is being committed and does not end", hint="ask again", where=server.address.shown)
        time.sleep(0.1)


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
    if state.mode != ONE or state.now - state.since > ABANDONED:
        return False
    return not _all_is_listed(server) or bool(server.read(_COMMITTING)[0][0])


def _all_is_listed(server: Server) -> bool:
    """Whether this user sees every transaction: on Community all users may; elsewhere it takes a right we cannot ask for."""
    return [edition for (edition,) in server.read("CALL dbms.components() YIELD edition")] == ["community"]
