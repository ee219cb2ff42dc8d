"""From bytes to text: byte order marks, encodings, and what kind of text it is."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from eamap.fhir.problems import Level, Problem, unreadable

# UTF-32 first: its little-endian mark begins with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml\b[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']", re.IGNORECASE)
_HTML = re.compile(r"^(?:\s|<!--.*?-->|<\?xml[^>]*\?>)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """A document as text. ``format`` is json, xml, html or empty; an XML declaration has been taken off."""

    format: str
    content: str
    problems: tuple[Problem, ...]


def decode(content: bytes) -> Text:
    """Returns the text of a file; FHIR is exchanged in UTF-8, so any other encoding is named as a problem."""
    if not content.strip(b"\x00 \t\r\n"):
        return Text("", "", (unreadable("empty", "the file is empty"),))
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
        known = True
    except (UnicodeDecodeError, LookupError):
        text = content.decode("cp1252", errors="replace")
        encoding, known = "cp1252", False
    # Its line breaks stay, so that a problem is placed on the line a person sees.
    bare = _DECLARATION.sub(lambda declaration: "\n" * declaration[0].count("\n"), text)
    return Text(_format(text), bare, _encoding_problems(encoding, known))


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if content[1:2] == b"\x00":
        return "utf-16-le"
    if content[:1] == b"\x00":
        return "utf-16-be"
    declared = _DECLARED.match(content[:200])
    return declared.group(1).decode("ascii").lower() if declared else "utf-8"


def _encoding_problems(encoding: str, known: bool) -> tuple[Problem, ...]:
    if not known:
        return (
            unreadable(
                "encoding",
                "the file is not UTF-8; it was read as Windows-1252, and some letters may be wrong",
                finding="FHR009",
            ),
        )
    if encoding.replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii", "us-ascii"):
        return ()
    message = f"the file is encoded as {encoding}; FHIR is exchanged in UTF-8"
    return (unreadable("encoding", message, level=Level.WARNING, finding="FHR009"),)


def _format(text: str) -> str:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "<":
        return "html" if _HTML.match(text.lstrip("\ufeff")) else "xml"
    return "json" if start in ("{", "[") else ""
