"""What stands beside a product's name and is not the product: clients, drivers, tools, updates, cloud services, hardware."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from eamap.matching.lifecycle.phrases import Phrases
from eamap.matching.lifecycle.texts import names


@dataclass(frozen=True, slots=True)
class Stop:
    """One phrase of the stop-list: the outcome it gives, its kind, and the products beside which it means nothing."""

    phrase: str
    outcome: str
    kind: str
    spared: frozenset[str]


class Stops:
    """The stop-list."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str | None]]) -> None:
        stops = [
            Stop(phrase, outcome, kind, frozenset((spared or "").split(";"))) for phrase, outcome, kind, spared in rows
        ]
        self._phrases: Phrases[Stop] = Phrases(
            (names(each.phrase), each) for each in stops if each.kind != "not stated"
        )
        self._whole = {names(each.phrase): each for each in stops if each.kind == "not stated"}

    def whole(self, words: tuple[str, ...]) -> Stop | None:
        """Returns the stop that a whole text is: "not known" names nothing."""
        return self._whole.get(words)

    def beside(self, words: tuple[str, ...], taken: range, end: int, product: str | None) -> Stop | None:
        """Returns the first stop before ``end`` that is not inside the name itself and is not spared for the product."""
        for place in range(min(end, len(words))):
            if words[place] not in self._phrases:
                continue
            found = self._phrases.at(words, place)
            if found is None or (place in taken and place + found[0] <= taken.stop):
                continue
            for stop in found[1]:
                if product not in stop.spared:
                    return stop
        return None
