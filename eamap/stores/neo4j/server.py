"""One server and one database on it: asked, written to, and every refusal in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from eamap.errors import StoreError
from eamap.stores.neo4j.address import Address, Credentials
from eamap.stores.neo4j.faults import MEMORY, TooLargeError, quiet, told, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    import neo4j

Answer = TypeVar("Answer")

OLDEST = (5, 26)
"""The oldest release that eamap is tested on, and the first with all the Cypher it uses (ANY SHORTEST, CALL (n) {…})."""
AGENT = re.compile(r"Neo4j/(\d+)\.(\d+)(?:[.-][\w.+-]*)?")
RETRYING = 10.0
"""Seconds for which the driver tries a transaction again by itself; its own default is three times as long."""
CONNECTING = 10.0
"""Seconds within which a server has to take a connection and say which Bolt it speaks."""


@dataclass(frozen=True)
class Verified:
    """What a server said of itself: its release, the database that is asked, and the version of Bolt."""

    release: str
    database: str
    bolt: str


def objection(agent: str) -> str:
    """Returns why eamap cannot work with a server that calls itself this, such as ``Neo4j/5.26.30``; empty if it can."""
    named = AGENT.fullmatch(agent)
    if named is None:
        return f"what answers there calls itself {agent!r}, which is no release of Neo4j that eamap knows"
    if (int(named[1]), int(named[2])) < OLDEST:
        return f"the server is {agent.replace('/', ' ')}, and eamap needs {'.'.join(map(str, OLDEST))} or later"
    return ""


class Server:
    """A database on a server, verified when it is first asked; to be closed, or used with ``with``.

    What one call wrote, the next one reads, on a cluster as well: all share their bookmarks.
    """

    def __init__(
        self,
        address: Address,
        credentials: Credentials | None = None,
        *,
        retrying: float = RETRYING,
        connecting: float = CONNECTING,
    ) -> None:
        self.address = address
        self._credentials = credentials
        self._retrying = retrying
        self._connecting = connecting
        self._driver: neo4j.Driver | None = None

    def __repr__(self) -> str:
        return f"Server({self.address.shown})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes all connections; asking again opens new ones."""
        if self._driver is not None:
            self._driver.close()
            self._driver = None

    def verify(self) -> Verified:
        """Returns what the server says of itself, asked once.

        Raises StoreError if it cannot be reached, does not let us in, has no such database or is too old. It fails at
        once, where a managed transaction would go on trying.
        """
        return self._verified

    @cached_property
    def _verified(self) -> Verified:
        with told(self.address), self._opened().session(database=self.address.database or None) as session:
            said = session.run("RETURN 1").consume()
        complaint = objection(said.server.agent)
        if complaint:
            raise StoreError(complaint, hint="ask for a newer server", where=self.address.shown)
        bolt = ".".join(str(number) for number in said.server.protocol_version)
        return Verified(said.server.agent.partition("/")[2], str(said.database or ""), bolt)

    def read(self, text: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """Returns the rows of one read-only question, tried again if a connection was lost meanwhile."""
        return self.reading(lambda transaction: rows(transaction, text, **parameters))

    def reading(self, work: Callable[[neo4j.ManagedTransaction], Answer]) -> Answer:
        """Returns what some work finds within one transaction that cannot write."""
        with self.session(read=True) as session:
            return session.execute_read(self._bounded(work))

    def write(
        self, work: Callable[[neo4j.ManagedTransaction], Answer], *, saying: dict[str, str] | None = None
    ) -> Answer:
        """Returns what some work did within one transaction, which is committed when the work returns.

        ``saying`` is what the server's list of transactions says of it.

        The work may be run more than once, so it has to be the same again. Raises TooLargeError if the server has not the
        memory (nothing was written), and UnsureError if the connection was lost during the commit.
        """
        import neo4j

        with self.session() as session:
            return session.execute_write(neo4j.unit_of_work(metadata=saying)(self._bounded(work)))

    def run(self, text: str, /, **parameters: Any) -> list[tuple[Any, ...]]:
        """Returns the rows of what has to run outside a transaction of ours: schema, ``CALL … IN TRANSACTIONS``.

        It is not tried again.
        """
        import neo4j

        with self.session() as session:
            return [tuple(row) for row in session.run(cast("Any", neo4j.Query)(text), parameters)]

    @contextmanager
    def session(self, *, read: bool = False) -> Iterator[neo4j.Session]:
        """Yields a session on the database, in which the driver's exceptions become ours."""
        database = self.verify().database
        driver = self._opened()
        with (
            told(self.address),
            driver.session(
                database=database,
                default_access_mode="READ" if read else "WRITE",
                bookmark_manager=driver.execute_query_bookmark_manager,
            ) as session,
        ):
            yield session

    def _bounded(
        self, work: Callable[[neo4j.ManagedTransaction], Answer]
    ) -> Callable[[neo4j.ManagedTransaction], Answer]:
        """Returns the work such that the driver does not try again and again what is too large for the server."""

        def once(transaction: neo4j.ManagedTransaction) -> Answer:
            try:
                return work(transaction)
            except Exception as error:
                if too_large(error):
                    raise TooLargeError(MEMORY[0], hint=MEMORY[1], where=self.address.shown) from error
                raise

        return once

    def _opened(self) -> neo4j.Driver:
        """Returns the driver; a missing library is told from here by the command line, with the line to type."""
        if self._driver is None:
            import neo4j

            quiet()
            credentials = self._credentials or Credentials.read()
            with told(self.address):
                self._driver = neo4j.GraphDatabase.driver(
                    self.address.uri,
                    auth=(credentials.user, credentials.password),
                    max_transaction_retry_time=self._retrying,
                    connection_timeout=self._connecting,
                    # The greeting after the connection was taken has this limit, and no other.
                    connection_acquisition_timeout=2 * self._connecting,
                    notifications_min_severity="OFF",
                    telemetry_disabled=True,
                    user_agent="eamap",
                )
        return self._driver


def rows(
    transaction: neo4j.Transaction | neo4j.ManagedTransaction, text: str, /, **parameters: Any
) -> list[tuple[Any, ...]]:
    """Returns the rows of a question within a transaction; a whole answer, so it cannot break off half-way."""
    return [tuple(row) for row in transaction.run(cast("Any", text), parameters)]
