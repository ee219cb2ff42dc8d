"""Says what a reading comes to: one cycle, a family of them, or a release that the data does not have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from eamap.matching.lifecycle.ends import best_and_worst, latest
from eamap.matching.lifecycle.reading import Reading
from eamap.matching.lifecycle.spellings import Cycle, Spellings

_SERVICE_PACK = re.compile(r"sp\d+[a-z]?$")
_REMEMBERED = 20_000
_CHANNELS = {"e", "w", "lts", "iot", "ltsc", "ltsb"}


@dataclass(frozen=True)
class Verdict:
    """What a text means for one product; ``cycles`` is empty where the release is not in the data."""

    product: str
    cycles: tuple[Cycle, ...]
    rule: str
    missing: str = ""
    inferred: str = ""
    ambiguous: bool = False
    sure: bool = True

    @cached_property
    def ends(self) -> tuple[str, str, str | None]:
        """The best and the worst end among the cycles, and the latest extended one."""
        return *best_and_worst(cycle.eol for cycle in self.cycles), latest(
            [cycle.extended_end for cycle in self.cycles]
        )

    @cached_property
    def candidates(self) -> str:
        """The cycles as ``product:cycle``, joined by ``|``."""
        return "|".join(f"{self.product}:{cycle.cycle}" for cycle in self.cycles)


class Judge:
    """Judges readings; readings that say the same are judged once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Verdict] = {}

    def __call__(self, found: Reading, spelled: Spellings) -> Verdict:
        """Returns what a reading means."""
        key = (
            spelled.product, found.mask, found.how, frozenset(found.said), frozenset(found.letters),
            found.special, found.several, found.conflict,
        )  # fmt: skip
        verdict = self._known.get(key)
        if verdict is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            verdict = self._known[key] = judge(found, spelled)
        return verdict


def judge(found: Reading, spelled: Spellings) -> Verdict:
    """Returns what a reading means."""
    if found.mask is None:
        return Verdict(spelled.product, tuple(spelled.cycles), "no-version", "version", sure=False)
    if not found.mask:
        return _outside(found, spelled)
    special = _special(found, spelled)
    if special is not None:
        return special
    mask = _editions(found, _named(found, spelled), spelled)
    if not mask:
        return Verdict(spelled.product, (), "no-such-release", inferred="")
    cycles = tuple(spelled.of(mask))
    if found.special is not None and (found.special.ambiguous or len(cycles) > 1):
        return Verdict(spelled.product, cycles, found.how, found.special.missing, ambiguous=found.special.ambiguous)
    exact = _exact(found, cycles)
    if exact is not None:
        return Verdict(spelled.product, (exact,), found.how)
    if len(cycles) == 1:
        only = any(_SERVICE_PACK.match(word) for word in cycles[0].spellings[0]) and found.how != "build"
        assumed = only and not any(_SERVICE_PACK.match(word) for word in found.said)
        return Verdict(spelled.product, cycles, "only-service-pack" if assumed else found.how, sure=not assumed)
    missing = "which of the versions" if found.several else missing_fact(spelled.product, cycles)
    return Verdict(spelled.product, cycles, found.how, missing)


def missing_fact(product: str, cycles: tuple[Cycle, ...]) -> str:
    """Names the fact that would tell the cycles apart: by what their spellings differ in."""
    shared = frozenset.intersection(*(cycle.spellings[0] for cycle in cycles))
    differing = frozenset.union(*(cycle.spellings[0] for cycle in cycles)) - shared
    if any(_SERVICE_PACK.match(word) for word in differing):
        return "service pack"
    if differing and differing <= _CHANNELS:
        return "edition"
    if product == "windows" and len({cycle.numbers for cycle in cycles}) == 1:
        return "feature update"
    starts = {cycle.numbers[0] for cycle in cycles if cycle.numbers}
    return "minor version" if len(starts) == 1 and all(cycle.numbers for cycle in cycles) else "release"


def _outside(found: Reading, spelled: Spellings) -> Verdict:
    if found.how == "build" or found.conflict:
        return Verdict(spelled.product, (), found.how if found.how == "build" else "no-such-release")
    if found.how == "before-records":
        oldest = min(
            (each for each in spelled.cycles if each.numbers), key=lambda each: each.numbers or (), default=None
        )
        inferred = "before-records" if oldest is not None and oldest.eol not in (None, "", "false") else ""
        return Verdict(spelled.product, (), "before-records", inferred=inferred)
    return Verdict(spelled.product, (), found.how, inferred="not-in-data" if found.how == "not-in-data" else "")


def _special(found: Reading, spelled: Spellings) -> Verdict | None:
    """Looks the words up in the table of special versions: the row that asks for most of them."""
    rows = spelled.specials.tokens
    said = found.said
    fitting = [stated for stated in rows if stated <= said and (stated - _CHANNELS or len(stated) > 1)]
    if not fitting:
        return None
    stated = max(fitting, key=lambda each: (len(each), sorted(each)))
    special = rows[stated]
    mask = spelled.mask(special.cycles)
    if found.mask is not None and mask & found.mask:
        mask &= found.mask
    cycles = tuple(spelled.of(mask))
    if not cycles:
        return Verdict(spelled.product, (), "no-such-release")
    missing = special.missing or missing_fact(spelled.product, cycles) if len(cycles) > 1 else ""
    return Verdict(spelled.product, cycles, "special", missing, ambiguous=special.ambiguous)


def _named(found: Reading, spelled: Spellings) -> int:
    mask = found.mask or 0
    if found.special is not None:
        # The table says which cycles are meant, whatever they are called.
        return mask
    if found.how == "build" and not found.letters:
        # A build is shared by channels that it cannot tell apart; a text that names an edition would name the channel too.
        return mask
    said = spelled.said(mask, found.said)
    return said or mask if found.how == "codename" else said


def _editions(found: Reading, mask: int, spelled: Spellings) -> int:
    if len(found.letters) != 1:
        return mask
    return mask & spelled.edition(next(iter(found.letters))) or mask


def _exact(found: Reading, cycles: tuple[Cycle, ...]) -> Cycle | None:
    """The cycle whose spelling was said whole, where its only rivals say more: 8 and not 8.1."""
    if found.several or found.how == "build":
        return None
    whole = [cycle for cycle in cycles if any(spelling and spelling <= found.said for spelling in cycle.spellings)]
    if len(whole) != 1:
        return None
    packs = any(_SERVICE_PACK.match(word) for cycle in cycles for word in cycle.spellings[0] - whole[0].spellings[0])
    return None if packs else whole[0]
