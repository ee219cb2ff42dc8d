"""How things are named: ``kind:key``, minted from what a source reported and never rewritten.

A key is made of parts joined by ``/``. Each part is the reported text, trimmed, case-folded, spaces as hyphens and
every other character outside ``[a-z0-9._~-]`` percent-encoded, so that an id is safe as a path, a Cypher literal, a DOT
name or a web address, and two different texts never share one id. Organisation codes stay upper case, as ODS writes
them: ``organisation:RXX``, ``system:RXX/pas``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    import polars as pl

_SAFE = re.compile(r"[a-z0-9._~-]+")
_SPACES = re.compile(r"\s+")
_FIRST = 1000
"""Texts looked at before the rest of a column is."""


def thing_id(kind: str, *parts: str) -> str:
    """Returns the id of a thing from key parts that are already encoded."""
    return f"{kind}:{'/'.join(parts)}"


def split_id(identifier: str) -> tuple[str, str]:
    """Returns (kind, key); the kind is empty where the text is not an id."""
    kind, colon, key = identifier.partition(":")
    return (kind, key) if colon else ("", identifier)


def key_part(text: str) -> str:
    """Encodes one reported text as a part of a key; empty if nothing is left of it."""
    folded = _SPACES.sub("-", unicodedata.normalize("NFKC", text).strip()).casefold()
    return folded if _SAFE.fullmatch(folded) else quote(folded, safe="~")


def organisation_code(text: str) -> str:
    """Encodes an organisation's code as part of a key: upper case, otherwise as :func:`key_part`."""
    code = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    return code if code.isascii() and code.isalnum() else quote(code, safe="~-._")


def are_key_parts(texts: pl.Series, *, organisation: bool = False) -> bool:
    """Whether every text is part of a key as it stands; null is no text."""
    pattern = r"^[A-Z0-9]+$" if organisation else r"^[a-z0-9._~-]+$"
    # What is not safe seldom is at its beginning either.
    return bool(texts.head(_FIRST).str.contains(pattern).all()) and bool(texts.str.contains(pattern).all())


def key_parts(texts: pl.Series, *, organisation: bool = False) -> pl.Series:
    """Encodes a column of reported texts, judging each distinct text once.

    Columns that are already safe as they stand (the usual case for ids out of a tool) cost one scan.
    """
    import polars as pl

    # A row number or a tool's id seldom repeats: one scan, or two, are cheaper than finding the distinct texts.
    if are_key_parts(texts, organisation=organisation):
        return texts
    folded = texts.str.strip_chars(" ")
    folded = folded.str.to_uppercase() if organisation else folded.str.to_lowercase()
    if are_key_parts(folded, organisation=organisation):
        return folded.alias(texts.name)
    encode = organisation_code if organisation else key_part
    distinct = texts.unique().drop_nulls()
    encoded = pl.Series([encode(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace_strict(distinct, encoded, default=None, return_dtype=pl.String).alias(texts.name)
