"""What a newer edition of a set of reference data brings, once it has been read and found sound."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eamap.errors import ReferenceDataError

if TYPE_CHECKING:
    import polars as pl

LARGEST = 1024 * 1024 * 1024
"""Bytes that a packed file may unpack to; the largest of these documents has a twentieth of that."""
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Incoming:
    """Tables of a set by name of file, the columns that tell their rows apart, and what its certificate will say.

    ``tables`` replace those of the set in use; its other files stay. ``notes`` are what a person should know.
    """

    name: str
    title: str
    version: str
    date: str
    origin: str
    licence: str
    tables: dict[str, pl.DataFrame] = field(repr=False)
    keys: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


def unpacked(content: bytes, where: str) -> bytes:
    """Returns the bytes of a file, gunzipped where it is packed; ReferenceDataError if it is damaged or grows too large."""
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            found = packed.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise wrong(where, f"it is packed, and cannot be unpacked: {error}") from error
    if len(found) > LARGEST:
        raise wrong(where, f"it unpacks to more than {LARGEST:,} bytes")
    return found


def json_object(content: bytes, where: str) -> dict[str, Any]:
    """Returns the object that a JSON document is; ReferenceDataError says where it is not one."""
    import orjson

    try:
        found = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise wrong(where, f"it is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise wrong(where, "it is JSON, but no object", "give the document as it was published")
    return found


def wrong(where: str, message: str, hint: str = "nothing was changed; fetch the document again") -> ReferenceDataError:
    """Returns the error of a document that cannot be taken."""
    return ReferenceDataError(message, hint=hint, where=where)
