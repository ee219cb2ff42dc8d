"""Ranks releases by the likeness of their names to a text: suggestions for a person, never a match."""

from __future__ import annotations

from collections.abc import Iterable

from eamap.matching.normalise import words

_LONGEST = 200


class ReleaseNames:
    """The full names of release cycles: the title of the product and the label of the cycle."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str | None]]) -> None:
        """Takes product, cycle, title and label."""
        self._names: dict[str, str] = {}
        for product, cycle, title, label in rows:
            plain = words(label or cycle)
            # Some labels repeat the product ("Windows Server 2012 R2"), most are a bare version.
            repeats = set(words(title).split()) & set(plain.split())
            spelled = plain if repeats else f"{words(title)} {plain}"
            self._names.setdefault(spelled, f"{product}:{cycle}")

    def suggest(self, text: str, least: float, limit: int) -> list[tuple[str, str, float]]:
        """Returns (name, product:cycle, likeness of 100) of the nearest names, the nearest first."""
        from rapidfuzz import fuzz, process

        plain = words(text)
        if not plain or len(plain) > _LONGEST:
            return []
        # The whole of the name against the whole of the text: whoever shares one word with it is not like it.
        near = process.extract(
            plain, self._names.keys(), scorer=fuzz.token_sort_ratio, score_cutoff=least, limit=limit * 4
        )
        ranked = sorted(near, key=lambda found: (-found[1], found[0]))[:limit]
        return [(name, self._names[name], round(score, 1)) for name, score, _ in ranked]
