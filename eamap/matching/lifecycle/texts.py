"""Writes a component's text as words with what stands between them: the form in which the rules read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eamap.matching.normalise import clean

LONGEST = 1000
"""Characters of a text that is read at all: the longest banner known (@@VERSION) has some 300."""
# A version begins with a digit, a word with a letter; a word may end in a version (rhel7.9, r2).
_WORD = re.compile(r"([^\w]*)_*(\d[\w.]*|[^\W\d_]+(?:\d[\w.]*)?)")
# Guards the rewrites against being asked the same sign again and again.
_V = re.compile(r"v\d")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, the characters before each, and whether it stands in brackets."""

    words: tuple[str, ...]
    gaps: tuple[str, ...]
    bracketed: tuple[bool, ...]


class Rewrites:
    """Spellings that mean the same, brought to one: ``W2K8R2`` is ``windows server 2008 r2``."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self._rules: list[tuple[str, re.Pattern[str], str]] = [
            (sign, re.compile(pattern), f" {replacement or ''} ") for sign, pattern, replacement in rows
        ]

    def __call__(self, plain: str) -> str:
        """Returns the text with every spelling replaced whose sign (a piece of plain text) is in it, in the order of the table."""
        for sign, pattern, replacement in self._rules:
            if sign in plain:
                plain = pattern.sub(replacement, plain).strip()
        return plain


def split(plain: str) -> Words:
    """Splits a plain text into words."""
    pairs = _WORD.findall(plain)
    words = tuple(_bare(word) for _, word in pairs)
    gaps = tuple(gap for gap, _ in pairs)
    return Words(words, gaps, _bracketed(gaps) if "(" in plain or "[" in plain else (False,) * len(words))


def names(text: str) -> tuple[str, ...]:
    """Returns the words of a name as they stand in a text."""
    return split(clean(text)).words


def _bare(word: str) -> str:
    bare = word.rstrip("._") if word[-1] in "._" else word
    return bare[1:] if bare[0] == "v" and _V.match(bare) else bare


def _bracketed(gaps: Iterable[str]) -> tuple[bool, ...]:
    depth, found = 0, []
    for gap in gaps:
        for character in gap:
            if character in "([":
                depth += 1
            elif character in ")]" and depth:
                depth -= 1
        found.append(depth > 0)
    return tuple(found)
