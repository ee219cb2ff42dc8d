"""Finds phrases of several words in a text by their first word, the longest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")


class Phrases(Generic[Meaning]):
    """What each phrase means; a phrase may mean several things."""

    def __init__(self, rows: Iterable[tuple[tuple[str, ...], Meaning]]) -> None:
        grouped: dict[tuple[str, ...], list[Meaning]] = {}
        for words, meaning in rows:
            if words and meaning not in grouped.setdefault(words, []):
                grouped[words].append(meaning)
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[Meaning, ...]]]] = {}
        for words in sorted(grouped, key=len, reverse=True):
            self._by_first.setdefault(words[0], []).append((words, tuple(grouped[words])))

    def __contains__(self, word: str) -> bool:
        """Says whether some phrase begins with the word."""
        return word in self._by_first

    def at(self, words: Sequence[str], place: int) -> tuple[int, tuple[Meaning, ...]] | None:
        """Returns how many words the longest phrase at a place has, and what it means."""
        for phrase, meanings in self._by_first.get(words[place], ()):
            length = len(phrase)
            if length == 1 or tuple(words[place : place + length]) == phrase:
                return length, meanings
        return None
