"""Asks a live server for its statement, when a person asked for that.

The address that was looked at is the address that is connected to: a name is resolved once, each address of it is
judged, and the connection goes to one of those. So neither a redirect nor a name that changes its mind leads into a
private network.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from eamap.errors import SourceError

LARGEST = 20 * 1024 * 1024
"""Bytes a statement may have; the largest published one has half a megabyte."""
REDIRECTS = 3
SECONDS = 20.0
_ACCEPT = "application/fhir+json, application/fhir+xml;q=0.9, application/json;q=0.8"
_HINT = "GET [base]/metadata should need no sign-in"
_CHUNK = 65_536
Address = tuple[int, str]
"""Family of the socket and the numeric address."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of a server: which forms, how many bytes at most, and what to do if it does not answer."""

    accept: str = _ACCEPT
    largest: int = LARGEST
    too_long: str = "no statement is"
    hint: str = _HINT
    instead: str = "save GET [base]/metadata and give the file"


STATEMENT = _Asked()
DOCUMENT = _Asked("*/*", 256 * 1024 * 1024, "no such document is", "give the address of the document itself",
                  "save the document and give the file")  # fmt: skip
DOCUMENT_SECONDS = 120.0


def fetch_document(url: str, *, allow_private: bool = False, seconds: float = DOCUMENT_SECONDS) -> bytes:
    """Returns a published document by its https address; SourceError says why nothing was received.

    Nothing but https is asked, and no address of a private network; the answer is limited in bytes and in seconds.
    """
    if urlsplit(url).scheme != "https":
        raise SourceError("only https is fetched", where=url, hint=DOCUMENT.instead)
    return _followed(url, allow_private=allow_private, seconds=seconds, asked=DOCUMENT)


def fetch_statement(url: str, *, allow_private: bool = False, seconds: float = SECONDS) -> bytes:
    """Returns what a server answers to GET [base]/metadata; SourceError says why nothing was received.

    TLS certificates are verified. An answer that is no statement is returned all the same: it is evidence.
    """
    return _followed(metadata_url(url), allow_private=allow_private, seconds=seconds, asked=STATEMENT)


def _followed(url: str, *, allow_private: bool, seconds: float, asked: _Asked) -> bytes:
    """Returns what an address answers in the end, following a few redirects."""
    target, until = url, time.monotonic() + seconds
    for _ in range(REDIRECTS + 1):
        response = _ask(target, allow_private=allow_private, until=until, asked=asked)
        if isinstance(response, bytes):
            return response
        target = _redirected(target, response)
    raise SourceError(f"the server redirects more than {REDIRECTS} times", where=url, hint="give the last address")


def metadata_url(url: str) -> str:
    """Returns the address of the statement: the base of a server, or its metadata already."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    return parts._replace(path=path if path.endswith("/metadata") else f"{path}/metadata", fragment="").geturl()


def _redirected(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https":
        raise SourceError(f"the server redirects from https to {target}", where=url, hint="ask its supplier why")
    return target


def _ask(url: str, *, allow_private: bool, until: float, asked: _Asked) -> bytes | str:
    """Returns the body of the answer, or the address it redirects to."""
    parts = urlsplit(url)
    connection = _connection(parts, addresses(parts, url, allow_private=allow_private), url, until)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Accept": asked.accept, "User-Agent": "eamap"})
        answer = connection.getresponse()
        if answer.status in (301, 302, 303, 307, 308) and (location := answer.getheader("Location")):
            return location
        if answer.status != 200:
            raise SourceError(f"the server answers {answer.status} {answer.reason}", where=url,
                              hint=asked.hint)  # fmt: skip
        return _body(answer, url, until, asked)
    except (OSError, http.client.HTTPException) as error:
        raise _failed(url, error) from error
    finally:
        connection.close()


def _body(answer: http.client.HTTPResponse, url: str, until: float, asked: _Asked) -> bytes:
    received = bytearray()
    while chunk := answer.read(_CHUNK):
        received += chunk
        if len(received) > asked.largest:
            raise SourceError(f"the answer is longer than {asked.largest:,} bytes", where=url, hint=asked.too_long)
        if time.monotonic() > until:
            raise SourceError("the answer takes too long", where=url, hint="save it by hand and give the file")
    return bytes(received)


def addresses(parts: SplitResult, url: str, *, allow_private: bool) -> list[Address]:
    """Returns the numeric addresses of a server; SourceError if it has none, or one that may not be asked."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceError("the address is not http or https with a host", where=url)
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts, url), type=socket.SOCK_STREAM)
    except OSError as error:
        raise _failed(url, error) from error
    listed = list(dict.fromkeys((int(family), str(address[0])) for family, _, _, _, address in found))
    if not allow_private:
        _refuse_private(listed, url)
    return listed


def _port(parts: SplitResult, url: str) -> int:
    try:
        return parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise SourceError(f"the address has no port that can be: {error}", where=url) from error


def _refuse_private(listed: Iterable[Address], url: str) -> None:
    for _, text in listed:
        address = ipaddress.ip_address(text.partition("%")[0])
        inside = getattr(address, "ipv4_mapped", None) or address
        if not inside.is_global or inside.is_multicast:
            raise SourceError(
                f"{text} is an address of this machine or of a private network, which is not asked",
                where=url,
                hint="say --allow-private if that is the server you mean",
            )


def _connection(parts: SplitResult, listed: list[Address], url: str, until: float) -> http.client.HTTPConnection:
    """Returns a connection to one of the addresses, which answers to the server's name."""
    assert parts.hostname is not None
    left = max(until - time.monotonic(), 0.1)
    made = http.client.HTTPConnection(parts.hostname, _port(parts, url), timeout=left)
    try:
        made.sock = _socket(listed, _port(parts, url), left)
        if parts.scheme == "https":
            made.sock = ssl.create_default_context().wrap_socket(made.sock, server_hostname=parts.hostname)
    except OSError as error:
        raise _failed(url, error) from error
    return made


def _socket(listed: list[Address], port: int, seconds: float) -> socket.socket:
    """Returns a socket to the first address that answers."""
    for place, (_, address) in enumerate(listed):
        try:
            return socket.create_connection((address, port), timeout=seconds)
        except OSError:
            if place == len(listed) - 1:
                raise
    raise OSError("the name has no address")


def _failed(url: str, error: Exception) -> SourceError:
    return SourceError(
        f"the server cannot be asked: {error}", where=url, hint="save GET [base]/metadata and give the file"
    )
