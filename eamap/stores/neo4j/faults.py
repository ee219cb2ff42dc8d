"""What can go wrong between eamap and a server, and what to do about each: the driver's exceptions in plain words.

The server's own texts differ from release to release and may repeat what was asked, data included; its codes do not. So the
words come from the code, and of the server's text only the part that tells a limit or a database's name is repeated.
"""

from __future__ import annotations

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from eamap.errors import StoreError
from eamap.stores.neo4j.address import FILE, PASSWORD, USER, Address

if TYPE_CHECKING:
    from neo4j.exceptions import DriverError, Neo4jError

CREDENTIALS = f"check {USER} and {PASSWORD}, or the file that {FILE} names"

TABLE = {
    "Security.Unauthorized": ("the server does not know this user with this password", CREDENTIALS),
    "Security.AuthenticationRateLimit": (
        "the server lets nobody in for some seconds, after several wrong passwords",
        f"wait ten seconds; {CREDENTIALS}",
    ),
    "Security.CredentialsExpired": (
        "the password of this user has expired",
        "set a new one: ALTER CURRENT USER SET PASSWORD FROM '…' TO '…'",
    ),
    "Security.Forbidden": (
        "this user may not do this",
        "reading needs MATCH on the graph, a push needs WRITE; docs/shared-graph.md lists what each role needs",
    ),
    "Database.DatabaseNotFound": (
        "there is no such database on the server, or this user may not see it",
        "check the end of the address; SHOW DATABASES lists what there is",
    ),
    "Database.DatabaseUnavailable": (
        "the database is stopped or still starting",
        "try again in a minute; SHOW DATABASES says its state",
    ),
    "General.DatabaseUnavailable": (
        "the database is stopped or still starting",
        "try again in a minute; SHOW DATABASES says its state",
    ),
    "Statement.AccessMode": ("this connection may only read", "a push writes, and needs a connection that may"),
    "General.WriteOnReadOnlyAccessDatabase": (
        "the database may only be read",
        "an administrator can change that: server.databases.default_to_read_only in neo4j.conf, or ALTER DATABASE",
    ),
    "General.ForbiddenOnReadOnlyDatabase": (
        "this member of the cluster may only be read",
        "use an address that begins with neo4j:// or neo4j+s://, which finds the member that takes writes",
    ),
    "Cluster.NotALeader": (
        "this member of the cluster takes no writes",
        "use an address that begins with neo4j:// or neo4j+s://, which finds the member that does",
    ),
    "Transaction.TransactionTimedOutClientConfiguration": (
        "the server stopped this after the time it was given",
        "ask for less, or allow more time",
    ),
    "Transaction.TransactionTimedOut": (
        "the server stopped this after the time its settings allow",
        "ask for less; an administrator can raise db.transaction.timeout",
    ),
    "Transaction.LockClientStopped": ("the server stopped this while it waited for another writer", "try again"),
    "Transaction.LockAcquisitionTimeout": ("another writer kept the server waiting for too long", "try again"),
    "Transaction.DeadlockDetected": ("this and another writer kept waiting for each other", "try again"),
    "Transaction.Terminated": ("somebody ended this on the server", "ask who looks after the server, then try again"),
    "Schema.ConstraintValidationFailed": (
        "what is on the server already contradicts this: two nodes would have one id",
        "`eamap store status` says what eamap keeps there",
    ),
    "Statement.SyntaxError": ("the server does not understand this Cypher", "its message says where"),
    "Statement.ParameterMissing": ("this Cypher names a parameter that was not given", "write its value instead"),
}
"""End of a code > what happened, and what to do."""

MEMORY = (
    "this is more than the server's memory allows in one transaction; nothing of it was written",
    "an administrator can raise dbms.memory.transaction.total.max or the heap: server.memory.heap.max_size",
)
FORBIDDEN = "Security.Forbidden"
TELLING = {"Statement.SyntaxError", "Statement.ParameterMissing"}
"""Codes whose text is about the Cypher that a person wrote, so it is repeated."""


class TooLargeError(StoreError):
    """A transaction needed more memory than the server gives one; nothing of it was written."""


class UnsureError(StoreError):
    """The connection was lost while a commit was on its way: it may be durable or not, and only asking tells."""


@contextmanager
def told(address: Address) -> Iterator[None]:
    """Turns whatever the driver raises inside into an EamapError that names the address and says what to try."""
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        yield
    except Neo4jError as error:
        raise of_server(error, address) from error
    except DriverError as error:
        raise of_connection(error, address) from error


def of_server(error: Neo4jError, address: Address) -> StoreError:
    """Returns what the server's refusal means."""
    code = short(error)
    if too_large(error):
        return TooLargeError(MEMORY[0], hint=MEMORY[1], where=address.shown)
    message, hint = TABLE.get(code, (f"the server refused this: {code}", "its log says more"))
    if code in TELLING and error.message:
        message = f"{message}: {error.message}"
    return StoreError(message, hint=hint, where=address.shown)


def short(error: Neo4jError) -> str:
    """Returns a code without its first two words, which say nothing more: ``Security.Unauthorized``."""
    return ".".join((error.code or "an error without a code").split(".")[2:]) or str(error.code)


def short_of(error: StoreError) -> str:
    """Returns the code behind an error of ours, in the same form; empty if the server did not give one."""
    from neo4j.exceptions import Neo4jError

    return short(error.__cause__) if isinstance(error.__cause__, Neo4jError) else ""


def too_large(error: BaseException) -> bool:
    """Whether the server ran out of the memory it gives one transaction."""
    code = str(getattr(error, "code", "") or "")
    return code.endswith(("MemoryPoolOutOfMemoryError", "TransactionOutOfMemoryError", "OutOfMemoryError"))


def of_connection(error: DriverError, address: Address) -> StoreError:
    """Returns what a lost or refused connection means."""
    from neo4j.exceptions import IncompleteCommit, ServiceUnavailable, SessionExpired

    where = address.shown
    if isinstance(error, IncompleteCommit):
        return UnsureError(
            "the connection was lost while the server was committing: what was sent is there in full, or not at all",
            hint="run the same again: it finds out which, and does what is left",
            where=where,
        )
    if not isinstance(error, ServiceUnavailable | SessionExpired):
        return StoreError(f"the driver gave up: {type(error).__name__}", hint="try again", where=where)
    kinds = {type(cause) for cause in causes(error)}
    if any(issubclass(kind, ssl.SSLError) for kind in kinds):
        message, hint = _tls_refused(address, certificate=ssl.SSLCertVerificationError in kinds)
    elif socket.gaierror in kinds or "DNS" in str(error):
        message, hint = "there is no machine of this name", "check the address"
    elif any(issubclass(kind, ConnectionRefusedError) for kind in kinds):
        message, hint = "nothing listens there", "check the port (Bolt's is 7687) and that the server runs"
    else:
        message, hint = "the server does not answer, or stopped answering", _silent(address)
    return StoreError(message, hint=hint, where=where)


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yields an exception and all that led to it, those of each member of a cluster included."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]


def _tls_refused(address: Address, *, certificate: bool) -> tuple[str, str]:
    if certificate:
        return (
            "the server's certificate is not one that this machine trusts, or is for another name",
            "install the certificate of its authority; bolt+ssc:// or neo4j+ssc:// encrypts without checking whose it is",
        )
    return (
        "the server does not speak TLS here",
        f"check the port, or ask for its encryption; {address.uri.partition('+')[0]}:// does without, on a network you trust",
    )


def _silent(address: Address) -> str:
    """Returns what to try where a connection opens and says nothing that can be understood."""
    if address.encrypted:
        return "check that it runs and speaks Bolt on this port (7687 mostly; 7473 is for browsers)"
    scheme = address.uri.partition(":")[0]
    return f"check that it runs and speaks Bolt on this port (7687 mostly); if it asks for TLS, write {scheme}+s://"


def quiet() -> None:
    """Keeps the driver's warnings from stderr where nobody has set up logging; who has, still gets them."""
    logger = logging.getLogger("neo4j")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
