"""Finds the encoding of text and turns it into UTF-8 without losing a byte in silence."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from eamap.errors import UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding of a file, the length of its byte order mark, and whether it was a guess."""

    name: str
    mark: int = 0


def encoding_of(head: bytes, wanted: str | None = None) -> Encoding:
    """Returns the encoding that the first bytes show; UTF-8 where nothing speaks against it.

    A mark that the file carries is skipped even when the user names the encoding.
    """
    marked = next((Encoding(name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)
    if wanted is not None:
        return Encoding(_known(wanted), marked.mark if marked and _same_family(wanted, marked.name) else 0)
    return marked or Encoding(_by_zeros(head) or "utf-8")


def _known(wanted: str) -> str:
    try:
        name = codecs.lookup(wanted).name
    except LookupError:
        raise UsageError(f"the encoding {wanted!r} is not known", hint="try utf-8, utf-16, cp1252 or latin-1") from None
    return "utf-8" if name == "utf-8-sig" else name


def _same_family(wanted: str, marked: str) -> bool:
    # "utf-16" without an end reads and drops the mark by itself, so only the exact forms skip it here.
    return _known(wanted) == marked


def _by_zeros(head: bytes) -> str | None:
    """Tells UTF-16 without a mark by where its zero bytes stand: text of western Europe has one in every pair."""
    looked_at = head[: _LOOKED_AT - _LOOKED_AT % 2]
    pairs = len(looked_at) // 2
    if pairs < 2:
        return None
    even, odd = looked_at[0::2].count(0), looked_at[1::2].count(0)
    if odd > 0.4 * pairs and even < 0.1 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.1 * pairs:
        return "utf-16-be"
    return None


@dataclass(frozen=True, slots=True)
class Mended:
    """Text whose bytes were not UTF-8 throughout: what was read as cp1252, and where the first such byte stands."""

    text: str
    odd_bytes: int
    first: int
    undefined: int
    mixed: bool


_CP1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", errors="replace") for byte in range(0x80, 0x100)}


def mend(data: bytes) -> Mended:
    """Reads bytes that are not UTF-8 as cp1252, byte by byte only where UTF-8 does not fit.

    Lists are often pasted together from two programs, so a file may hold both encodings; taking the whole of it as
    cp1252 would spoil the names that were right.
    """
    text = data.decode("utf-8", errors="surrogateescape")
    odd = re.findall("[\udc80-\udcff]", text)
    first = re.search("[\udc80-\udcff]", text)
    mixed = re.search("[\x80-\ud7ff\ue000-\U0010ffff]", text) is not None
    mended = text.translate(_CP1252)
    place = len(text[: first.start()].encode("utf-8", errors="surrogateescape")) if first else -1
    undefined = sum(_CP1252[ord(character)] == "\ufffd" for character in set(odd))
    return Mended(mended, len(odd), place, undefined, mixed)


def decoded(data: bytes, wanted: str | None = None) -> str:
    """Returns text in whatever encoding it is, for formats that are read as a whole; never fails."""
    encoding = encoding_of(data[:_LOOKED_AT], wanted)
    body = data[encoding.mark :]
    if encoding.name != "utf-8":
        return body.decode(encoding.name, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return mend(body).text
