"""The release cycles of one product under every spelling they have, and which of them a version may mean.

A cycle is spelled by its id (``10-21h2-e``) and by its label without names (``2008 R2 SP3``). Each word a text states
narrows the cycles down; what remains is what the text may mean. A set of cycles is an integer with one bit a cycle.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from eamap.matching.lifecycle.builds import Builds, Numbers, Special, Specials, numbers_of
from eamap.matching.lifecycle.texts import names
from eamap.matching.lifecycle.vocabulary import Vocabulary, Word
from eamap.matching.normalise import clean

_QUOTED = re.compile(r"'[^']*'|\((?![ew]\))[^)]*\)")
_SERVICE_PACK = re.compile(r"sp\d+[a-z]?$")
# What may follow the numbers of a version: letters of a patch, a build, a distribution.
_VERSION = re.compile(
    r"\d+(?:\.\d+)*(?:\.x|\.)?(?:[a-z]{1,2}\d*|(?:p|u|b|rc|beta|alpha|sp|r|h|patch|update|build)\d+[\w.]*|esr|lts|ga|ltsr|final|release"
    r"|_\d+[\w.]*|\.(?:release|final|ga|sp\d+|el\d[\w.]*|v\d+)|\.?\d*[a-z]+\d[\w.]*)?$"
)
# Never part of a name: editions and channels that a text need not state.
_NEUTRAL = {"e", "w", "sac", "ac", "r1", "pc"}
_YEAR = re.compile(r"(?:19|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Cycle:
    """What is needed of one cycle."""

    cycle: str
    eol: str | None
    extended_end: str | None
    numbers: Numbers | None
    spellings: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """What one word means as a version: a set of cycles, how it was read, and why there is none."""

    mask: int
    how: str
    special: Special | None = None


class Spellings:
    """The cycles of one product."""

    def __init__(
        self,
        product: str,
        rows: Iterable[Sequence[str | None]],
        heads: Iterable[str],
        tables: tuple[Vocabulary, Builds, Specials],
        plain: Callable[[str], str],
    ) -> None:
        self.product = product
        self.vocabulary, self._builds, self.specials = tables
        self._plain = plain
        self._heads = sorted({names(head) for head in heads}, key=len, reverse=True)
        self.codenames: dict[str, list[tuple[tuple[str, ...], int]]] = defaultdict(list)
        self.cycles: list[Cycle] = []
        for cycle, label, codename, eol, extended in rows:
            self._learn(str(cycle), label or "", codename or "", (eol, extended))
        self.all = (1 << len(self.cycles)) - 1
        self._places = {each.cycle: 1 << place for place, each in enumerate(self.cycles)}
        self._fits: dict[str, Fit | None] = {}
        self._words: dict[str, Word | None] = {}

    def _learn(self, cycle: str, label: str, codename: str, ends: tuple[str | None, str | None]) -> None:
        parts = names(self._plain(clean(cycle).replace("-", " ").replace("_", " ")))
        said = self._without_names(
            names(self._plain(_QUOTED.sub(" ", clean(label)).replace("(e)", "e").replace("(w)", "w")))
        )
        said = tuple(word for word in said if word in parts or not self._says_nothing(word))
        first = parts[0] if parts and parts[0][0].isdigit() else parts[1] if parts[:1] == ("pc",) else ""
        numbers = numbers_of(first) if re.fullmatch(r"\d+(?:\.\d+)*", first) else None
        spellings = tuple(dict.fromkeys((frozenset(parts), frozenset(said) or frozenset(parts))))
        if codename and (name := names(codename)) and not name[0][0].isdigit():
            self.codenames[name[0]].append((name, 1 << len(self.cycles)))
        self.cycles.append(Cycle(cycle, *ends, numbers, spellings))

    def _without_names(self, words: tuple[str, ...]) -> tuple[str, ...]:
        for head in self._heads:
            if words[: len(head)] == head:
                return words[len(head) :]
        return words

    def _says_nothing(self, word: str) -> bool:
        meaning = self.vocabulary.of(word, self.product)
        return word == "-" or (meaning is not None and not word[0].isdigit())

    def word(self, word: str) -> Word | None:
        """Returns what a word does beside this product."""
        if word not in self._words:
            self._words[word] = self.vocabulary.of(word, self.product)
        return self._words[word]

    @cached_property
    def atoms(self) -> dict[str, int]:
        """The cycles that each word spells a part of."""
        found: defaultdict[str, int] = defaultdict(int)
        for place, cycle in enumerate(self.cycles):
            for spelling in cycle.spellings:
                for word in spelling - {"e", "w"}:
                    found[word] |= 1 << place
        return dict(found)

    @cached_property
    def special_words(self) -> frozenset[str]:
        """The words that the table of special versions asks for."""
        return frozenset(word for stated in self.specials.tokens for word in stated)

    @cached_property
    def named(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """For each cycle and spelling the words that a text must say for the cycle to be meant: ``r2``, ``lts``, ``iot``."""
        ordered = any("r1" in spelling for cycle in self.cycles for spelling in cycle.spellings)
        # A label that two cycles share says less than their ids: the id decides.
        shared = Counter(cycle.spellings[-1] for cycle in self.cycles)
        return tuple(
            tuple(
                frozenset(
                    word
                    for word in spelling
                    if not word[0].isdigit()
                    and word not in _NEUTRAL
                    and not _SERVICE_PACK.match(word)
                    and not (ordered and word == "r2")
                )
                for place, spelling in enumerate(cycle.spellings)
                if place == 0 or shared[spelling] == 1
            )
            for cycle in self.cycles
        )

    @cached_property
    def _prefixes(self) -> dict[Numbers, tuple[int, int]]:
        """For each beginning of the numbers of a cycle: the cycles of just these numbers, and those that only begin so."""
        found: dict[Numbers, tuple[int, int]] = {}
        for place, cycle in enumerate(self.cycles):
            for length in range(1, len(cycle.numbers or ()) + 1):
                key = (cycle.numbers or ())[:length]
                exact, longer = found.get(key, (0, 0))
                bit = 1 << place
                found[key] = (exact | bit, longer) if length == len(cycle.numbers or ()) else (exact, longer | bit)
        return found

    def mask(self, cycles: Iterable[str]) -> int:
        """Returns the set of the cycles that the data still has."""
        found = 0
        for cycle in cycles:
            found |= self._places.get(cycle, 0)
        return found

    def of(self, mask: int) -> list[Cycle]:
        """Returns the cycles of a set, in the order of the data."""
        return [cycle for place, cycle in enumerate(self.cycles) if mask >> place & 1]

    def edition(self, letter: str) -> int:
        """Returns the cycles that an edition (``e`` or ``w``) may have: all but those of the other."""
        other = {"e": "w", "w": "e"}[letter]
        return sum(1 << place for place, cycle in enumerate(self.cycles) if other not in cycle.spellings[0])

    def said(self, mask: int, words: set[str]) -> int:
        """Returns those cycles of a set of which every word that names them was said."""
        return sum(1 << place for place in range(len(self.cycles)) if mask >> place & 1 and self._said(place, words))

    def _said(self, place: int, words: set[str]) -> bool:
        # Who says "2008" speaks by the label and would say "R2" as well: the id 10.50 is not what was said.
        spellings = self.cycles[place].spellings
        spoken = [number for number, spelling in enumerate(spellings) if spelling & words] or range(len(spellings))
        return any(number < len(self.named[place]) and self.named[place][number] <= words for number in spoken)

    def fit(self, word: str) -> Fit | None:
        """Returns what a word means as a version; None if it is no version."""
        if word not in self._fits:
            if len(self._fits) > 50_000:
                self._fits.clear()
            self._fits[word] = self._fitted(word)
        return self._fits[word]

    def _fitted(self, word: str) -> Fit | None:
        if word in self.specials.before:
            return Fit(0, "before-records")
        meant = self._builds.of(self.product, word)
        if meant is not None:
            return Fit(self.mask(meant), "build")
        if word in self.atoms:
            longer = self._extended(word)
            return longer if longer is not None else Fit(self.atoms[word], "spelled")
        if not word[0].isdigit() or not _VERSION.match(word):
            return None
        return self._numeric(self.specials.rewritten(word))

    def _extended(self, word: str) -> Fit | None:
        numbers = numbers_of(word) if re.fullmatch(r"\d+(?:\.\d+)*", word) else None
        found = None if numbers is None else self.specials.number(numbers, word)
        if numbers is None or found is None or found[0] < len(numbers):
            return None
        return Fit(self.mask(found[1].cycles), "special", found[1])

    def _numeric(self, word: str) -> Fit | None:
        numbers = numbers_of(word)
        if numbers is None:
            return None
        stated, special = self.specials.number(numbers, word) or (0, None)
        for length in range(len(numbers), 0, -1):
            exact, longer = self._prefixes.get(numbers[:length], (0, 0))
            if special is not None and stated >= length:
                return Fit(self.mask(special.cycles), "special", special)
            if exact:
                return Fit(exact, "longest-numbers" if length < len(numbers) else "numbers")
            if longer and length == len(numbers):
                return Fit(longer, "beginning")
            if longer:
                return self._beyond(numbers, longer, length)
        return self._outside(numbers)

    def _beyond(self, numbers: Numbers, longer: int, length: int) -> Fit | None:
        """The line is known, this number of it is not: older or newer than those of the line, or between them."""
        if all(number == 0 for number in numbers[length:]) and (first := self._prefixes.get((*numbers[:length], 0))):
            return Fit(first[0] | first[1], "numbers")
        known = [cycle.numbers[length] for cycle in self.of(longer) if cycle.numbers and len(cycle.numbers) > length]
        return self._outside(numbers) if not known else Fit(0, self._side(numbers))

    def _outside(self, numbers: Numbers) -> Fit | None:
        if (
            self.cycles
            and _YEAR.match(str(numbers[0]))
            and not any(each.numbers and each.numbers[0] > 1900 for each in self.cycles)
        ):
            return None
        return Fit(0, self._side(numbers))

    def _side(self, numbers: Numbers) -> str:
        known = [cycle.numbers for cycle in self.cycles if cycle.numbers]
        if not known:
            return "no-cycle"
        return "before-records" if numbers < min(known) else "not-in-data" if numbers > max(known) else "no-cycle"
