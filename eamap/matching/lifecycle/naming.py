"""What software is called: titles and aliases of the snapshot, the spoken names, the names of the supplement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from eamap.matching.lifecycle.phrases import Phrases
from eamap.matching.lifecycle.texts import split
from eamap.matching.normalise import clean

# Models of telephones and watches are told by marketing names, and protocols are not software: neither is matched.
_LEFT_OUT = {"device", "standard"}
SUPPLEMENT = "+"
"""What the id of a product of the supplement begins with inside the rules."""


@dataclass(frozen=True, slots=True)
class Name:
    """One product that a name may mean, and on what condition."""

    product: str
    versions: re.Pattern[str] | None = None
    """What the first version must be."""
    evidence: bool = False
    """The name is a word of its own: a vendor, an edition or an update level must stand beside it."""
    states: tuple[str, ...] = ()
    """What the name itself says about the release."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name found in a text."""

    place: int
    length: int
    names: tuple[Name, ...]


class Naming:
    """All names, found by their first word."""

    def __init__(
        self,
        products: Iterable[tuple[str, str, str | None, str]],
        spoken: Iterable[tuple[str, str, str | None, str | None, str | None]],
        supplement: Iterable[tuple[str, str]],
        guarded: set[str],
        plain: Callable[[str], str],
    ) -> None:
        """Takes the names as they are written; ``plain`` brings a spelling to one, so that Notepad++ is not Notepad."""

        def names(text: str) -> tuple[str, ...]:
            return split(plain(clean(text))).words

        listed = list(products)
        known = {product for product, _, _, _ in listed}
        self.spellings: dict[str, set[str]] = {
            product: {title, *_aliases(aliases)} for product, title, aliases, _ in listed
        }
        own = [row for row in spoken if row[1] in known]
        for name, product, *_ in own:
            self.spellings[product].add(name)
        told = {names(name) for name, *_ in own}
        rows = [*_of_products(listed, guarded, told, names), *_of_spoken(own, names)]
        taken = {words for words, _ in rows}
        rows += [
            (words, Name(f"{SUPPLEMENT}{product}"))
            for product, name in supplement
            if (words := names(name)) and (words not in taken or words in told)
        ]
        self._phrases: Phrases[Name] = Phrases(rows)
        self._single = {words[0] for words, _ in rows if len(words) == 1}

    def hits(self, words: tuple[str, ...]) -> Iterator[Hit]:
        """Gives the names in a text from left to right, the longest at each place."""
        place = 0
        while place < len(words):
            found = self._phrases.at(words, place) if words[place] in self._phrases else None
            if found is None:
                place += 1
            else:
                yield Hit(place, *found)
                place += found[0]

    def is_name(self, word: str) -> bool:
        """Says whether a word alone is a name."""
        return word in self._single


def _of_products(
    listed: Iterable[tuple[str, str, str | None, str]],
    guarded: set[str],
    told: set[tuple[str, ...]],
    names: Callable[[str], tuple[str, ...]],
) -> Iterator[tuple[tuple[str, ...], Name]]:
    for product, title, aliases, category in listed:
        for spelling in [title, *_aliases(aliases)] if category not in _LEFT_OUT else []:
            words = names(spelling)
            alone = len(words) == 1 and (len(words[0]) < 3 or words[0] in guarded)
            if words and words not in told and not alone:
                yield words, Name(product)


def _of_spoken(
    spoken: Iterable[tuple[str, str, str | None, str | None, str | None]], names: Callable[[str], tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], Name]]:
    for name, product, versions, evidence, states in spoken:
        pattern = re.compile(versions) if versions else None
        yield names(name), Name(product, pattern, evidence == "yes", tuple((states or "").split()))


def _aliases(aliases: str | None) -> list[str]:
    return [alias for alias in (aliases or "").split(";") if alias]
