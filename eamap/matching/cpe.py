"""Reads CPE names and compares them as NIST IR 7696 says; judges whether a criterion is about an item of an inventory.

An attribute is ANY, NA or a text in the form of a well-formed name (NIST IR 7695): letters, digits and underscores stand
for themselves, every other character is quoted with a backslash, and an unquoted ``*`` or ``?`` is a wildcard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache
from urllib.parse import unquote

from eamap.errors import UsageError

ANY = "*"
NA = "-"
ATTRIBUTES = ("part", "vendor", "product", "version", "update", "edition", "language", "sw_edition", "target_sw", "target_hw", "other")  # fmt: skip
_PLAIN = re.compile(r"[a-z0-9_]")
_UNESCAPED_COLON = re.compile(r"(?<!\\)(?:\\\\)*:")


@dataclass(frozen=True, slots=True)
class Name:
    """A CPE name by attribute."""

    part: str = ANY
    vendor: str = ANY
    product: str = ANY
    version: str = ANY
    update: str = ANY
    edition: str = ANY
    language: str = ANY
    sw_edition: str = ANY
    target_sw: str = ANY
    target_hw: str = ANY
    other: str = ANY

    def __str__(self) -> str:
        return "cpe:2.3:" + ":".join(_bound(getattr(self, each)) for each in ATTRIBUTES)

    def plain(self, attribute: str) -> str | None:
        """Returns an attribute as a person writes it, the quoting taken off; ``None`` for ANY, NA and wildcards."""
        value: str = getattr(self, attribute)
        return None if value in (ANY, NA) or is_wild(value) else re.sub(r"\\(.)", r"\1", value)

    @property
    def key(self) -> tuple[str, str, str]:
        """What names are looked up by: part, vendor, product."""
        return self.part, self.vendor, self.product


# Reading ----------------------------------------------------------------------------------------------------------


def is_cpe(text: str) -> bool:
    """Says whether a text claims to be a CPE name."""
    return text.strip().lower().startswith(("cpe:/", "cpe:2.3:"))


@cache
def name(text: str) -> Name:
    """Reads a CPE 2.2 URI or a 2.3 formatted string; UsageError says what is wrong with it."""
    said = text.strip()
    low = said.lower()
    if low.startswith("cpe:2.3:"):
        values = [_unbound(part, text) for part in _split(said[8:])]
    elif low.startswith("cpe:/"):
        values = _of_uri(said[5:], text)
    else:
        raise _wrong(text, "it begins neither with cpe:2.3: nor with cpe:/")
    if len(values) > len(ATTRIBUTES):
        raise _wrong(text, f"it has {len(values)} parts, and there are {len(ATTRIBUTES)}")
    found = Name(*values)
    if found.part not in ("a", "o", "h", ANY, NA):
        raise _wrong(text, f"its part is {found.part!r}")
    return found


def _split(text: str) -> list[str]:
    found, start = [], 0
    for colon in _UNESCAPED_COLON.finditer(text):
        found.append(text[start : colon.end() - 1])
        start = colon.end()
    return [*found, text[start:]]


def _unbound(part: str, text: str) -> str:
    """Returns an attribute of a formatted string as one of a well-formed name."""
    if part in ("", ANY):
        return ANY
    if part == NA:
        return NA
    if re.search(r"(?<!\\)(?:\\\\)*\\$", part):
        raise _wrong(text, "it ends within a quoted character")
    pieces = re.findall(r"\\.|.", part.lower(), re.DOTALL)
    return "".join(each if _PLAIN.fullmatch(each) or each in "*?" else _quoted(each[-1]) for each in pieces)


def _of_uri(text: str, whole: str) -> list[str]:
    parts = text.split(":")
    if len(parts) > 7:
        raise _wrong(whole, f"it has {len(parts)} parts, and a URI has 7")
    packed = parts[5] if len(parts) > 5 else ""
    if packed.startswith("~"):
        extended = (packed[1:].split("~") + [""] * 5)[:5]
        parts = [*parts[:5], extended[0], *(parts[6:] or [""]), *extended[1:]]
    return [_of_uri_part(part) for part in parts]


def _of_uri_part(part: str) -> str:
    if part == "":
        return ANY
    if part == NA:
        return NA
    # %01 and %02 are the wildcards; a star that is written is itself.
    pieces = re.findall(r"%01|%02|(?:%[0-9a-fA-F]{2}|[^%])", part)
    wild = {"%01": "?", "%02": "*"}
    return "".join(wild.get(each) or "".join(map(_quoted, unquote(each).lower())) for each in pieces)


def _quoted(character: str) -> str:
    return character if _PLAIN.fullmatch(character) or not character.isascii() else "\\" + character


def _bound(value: str) -> str:
    # A formatted string leaves dots and dashes as they are; a dash alone would say NA.
    return value if value in (ANY, NA, "\\-") else re.sub(r"\\([.\-])", r"\1", value)


def _wrong(text: str, message: str) -> UsageError:
    return UsageError(f"this is no CPE name: {message}", hint="see NIST IR 7695, or leave it out", where=text[:200])


# Comparing --------------------------------------------------------------------------------------------------------


class Relation(Enum):
    """How a source stands to a target, as sets of products."""

    EQUAL = "equal"
    SUBSET = "subset"
    SUPERSET = "superset"
    DISJOINT = "disjoint"
    UNDEFINED = "undefined"


def is_wild(value: str) -> bool:
    """Says whether a text holds a wildcard; ANY by itself is not one."""
    return value != ANY and re.search(r"(?<!\\)(?:\\\\)*[*?]", value) is not None


def relation(source: str, target: str) -> Relation:
    """Returns how one attribute stands to another: the 17 rows of NIST IR 7696, table 6-2."""
    if target not in (ANY, NA) and is_wild(target):
        return Relation.UNDEFINED
    if source == target:
        return Relation.EQUAL
    if source == ANY:
        return Relation.SUPERSET
    if target == ANY:
        return Relation.SUBSET
    if NA in (source, target):
        return Relation.DISJOINT
    if is_wild(source):
        return Relation.SUPERSET if _pattern(source).fullmatch(target) else Relation.DISJOINT
    return Relation.DISJOINT


@cache
def _pattern(value: str) -> re.Pattern[str]:
    """A quoted character of a target is one character, so each wildcard stands for whole ones."""
    one = r"(?:\\.|[^\\])"
    pieces = re.findall(r"\\.|.", value, re.DOTALL)
    return re.compile(
        "".join({"*": f"{one}*", "?": f"{one}?"}.get(each, re.escape(each)) for each in pieces), re.DOTALL
    )


def relations(source: Name, target: Name) -> dict[str, Relation]:
    """Returns how each attribute of a name stands to that of another."""
    return {each: relation(getattr(source, each), getattr(target, each)) for each in ATTRIBUTES}


def compared(source: Name, target: Name) -> Relation:
    """Returns how one name stands to another: NIST IR 7696, table 6-4."""
    found = set(relations(source, target).values())
    if Relation.DISJOINT in found:
        return Relation.DISJOINT
    for wanted in (Relation.EQUAL, Relation.SUBSET, Relation.SUPERSET):
        if found <= {Relation.EQUAL, wanted}:
            return wanted
    return Relation.UNDEFINED
