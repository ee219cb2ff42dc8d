"""Where a server is and who asks it: the address that ``--store`` takes, and credentials that are never part of it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from eamap.errors import StoreError, UsageError

SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
USER, PASSWORD, FILE = "EAMAP_NEO4J_USER", "EAMAP_NEO4J_PASSWORD", "EAMAP_NEO4J_CREDENTIALS"
LIKE_AN_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
DATABASE = re.compile(r"[a-z][a-z0-9.-]{1,61}[a-z0-9]")
"""What Neo4j allows as the name of a database; it does not tell capitals from small letters."""
FORMS = "neo4j://HOST/DATABASE or bolt+s://HOST:7687/DATABASE; the database may be left out"


@dataclass(frozen=True)
class Address:
    """A server and a database on it: ``uri`` as the driver takes it, ``database`` empty for the user's own."""

    uri: str
    database: str = ""

    @property
    def shown(self) -> str:
        """The address as it is printed and logged; it never holds credentials."""
        base, question, context = self.uri.partition("?")
        return f"{base}/{self.database}{question}{context}" if self.database else self.uri

    @property
    def encrypted(self) -> bool:
        """Whether the scheme asks for TLS."""
        return self.uri.partition("://")[0].endswith(("+s", "+ssc"))


def is_address(text: str) -> bool:
    """Tells an address from the name of a folder; a scheme that eamap does not know makes an address as well."""
    return LIKE_AN_ADDRESS.match(text) is not None


def parse(text: str) -> Address:
    """Returns the address that a text names; raises UsageError, in which no password of the text is repeated."""
    parts = _split(text)
    scheme, where = parts.scheme.lower(), f"{parts.scheme.lower()}://{parts.hostname or ''}"
    if scheme not in SCHEMES:
        raise UsageError(f"eamap does not speak {scheme!r} with a store", hint=_hint(scheme), where=where)
    if "@" in parts.netloc:
        raise UsageError(
            "an address must not hold a user or a password: it is kept in histories and seen by every process",
            hint=f"leave them out, and set {USER} and {PASSWORD}, or name a file with {FILE}",
            where=where,
        )
    if not parts.hostname or parts.fragment or (parts.query and not scheme.startswith("neo4j")):
        raise UsageError("the address of the server cannot be understood", hint=FORMS, where=where)
    context = f"?{parts.query}" if parts.query else ""
    return Address(f"{scheme}://{parts.netloc}{context}", _database(parts.path.strip("/"), where))


def _split(text: str) -> SplitResult:
    """Returns the parts of an address; a port is among them only if it is one."""
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError as error:
        raise UsageError("the address of the server cannot be understood", hint=FORMS) from error
    return parts


def _hint(scheme: str) -> str:
    """Returns what to write instead of a scheme."""
    if scheme in {"http", "https"}:
        return f"port 7474 is for browsers; eamap speaks Bolt, mostly on port 7687: {FORMS}"
    return f"write {FORMS}, or the name of a folder"


def _database(name: str, where: str) -> str:
    """Returns the name of a database as the server keeps it."""
    kept = name.lower()
    if kept == "system":
        raise UsageError("the database 'system' is the server's own", hint="name another database", where=where)
    if kept and DATABASE.fullmatch(kept) is None:
        raise UsageError(
            f"{name!r} cannot be the name of a database",
            hint="3 to 63 letters, digits, points and dashes, the first of them a letter",
            where=where,
        )
    return kept


@dataclass(frozen=True)
class Credentials:
    """Who asks the server. The password is in no text that Python makes of this."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Credentials:
        """Returns the credentials that the environment holds, or those of the file it names.

        Raises StoreError if there are none, if there are both, or if others may read the file.
        """
        user, password, file = (environment.get(name, "") for name in (USER, PASSWORD, FILE))
        if file and (user or password):
            raise StoreError(f"{FILE} and {USER} are both set", hint="unset one of them: they may differ")
        if file:
            return cls._of_file(Path(file))
        if not user or not password:
            raise StoreError(
                f"{PASSWORD if user else USER} is not set, so the server cannot be asked",
                hint=f"set {USER} and {PASSWORD}, or {FILE} to a file with the user on one line, the password on the next",
            )
        return cls(user, password)

    @classmethod
    def _of_file(cls, file: Path) -> Credentials:
        try:
            with file.open(encoding="utf-8") as opened:
                mode = os.fstat(opened.fileno()).st_mode
                lines = opened.read(10_000).splitlines()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is not text"
            raise StoreError(f"the credentials cannot be read: {why}", hint=f"see {FILE}", where=str(file)) from error
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise StoreError("others may read these credentials", hint=f"chmod 600 {file}", where=str(file))
        if len(lines) != 2 or not all(lines):
            raise StoreError(
                "this is no file of credentials", hint="two lines: the user, then the password", where=str(file)
            )
        return cls(lines[0], lines[1])
