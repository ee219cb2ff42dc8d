"""The words of the table of words, by what they do beside a name: all of it is data."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PLAIN = re.compile(r"[\w+-]+")


@dataclass(frozen=True, slots=True)
class Word:
    """What one word does: vendor, edition, level, filler, after, before, end, strict or guarded."""

    kind: str
    products: frozenset[str]
    means: str


class Vocabulary:
    """The table of words."""

    def __init__(self, rows: Iterable[tuple[str, str, str | None, str | None]]) -> None:
        self.vendors: dict[str, list[Word]] = {}
        self.before: set[str] = set()
        self.ends: set[str] = set()
        self.guarded: set[str] = set()
        self.strict: set[str] = set()
        self._plain: dict[str, list[Word]] = {}
        self._patterns: list[tuple[re.Pattern[str], Word]] = []
        for word, kind, products, means in rows:
            self._learn(word, Word(kind, frozenset(filter(None, (products or "").split(";"))), means or ""))

    def _learn(self, word: str, meaning: Word) -> None:
        sets = {"before": self.before, "end": self.ends, "guarded": self.guarded}
        if meaning.kind == "strict":
            self.strict |= meaning.products
        elif meaning.kind == "vendor":
            self.vendors.setdefault(word, []).append(meaning)
        elif meaning.kind in sets:
            sets[meaning.kind].add(word)
        elif _PLAIN.fullmatch(word):
            self._plain.setdefault(word, []).append(meaning)
        else:
            self._patterns.append((re.compile(word), meaning))

    def of(self, word: str, product: str) -> Word | None:
        """Returns what a word does beside a product: what is said of that product goes before what is said of all."""
        own = [each for each in self._plain.get(word, ()) if not each.products or product in each.products]
        # Patterns are of words (cu12, sp3): a number, of which there are endless ones, is none of them.
        for pattern, each in () if word[0].isdigit() else self._patterns:
            if (not each.products or product in each.products) and pattern.fullmatch(word):
                own.append(each)
        return max(own, key=lambda each: bool(each.products), default=None)
