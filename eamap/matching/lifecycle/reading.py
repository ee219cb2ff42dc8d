"""Reads what follows a product's name, word by word, as far as it is about the product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from eamap.matching.lifecycle.builds import Special
from eamap.matching.lifecycle.spellings import Fit, Spellings
from eamap.matching.lifecycle.texts import Words

_SERVICE_PACK = re.compile(r"sp\d+[a-z]?$")
_JOINED = re.compile(r"[/,&+|]")
_BROKEN = re.compile(r"[()\[\],;:/|]|\s[-–—]+\s")
_JOINERS = {"and", "or", "und", "et"}


@dataclass(slots=True)
class Reading:
    """What was understood beside one name: the cycles still possible and every word that was used."""

    mask: int | None = None
    said: set[str] = field(default_factory=set)
    editions: list[str] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    levels: list[str] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    how: str = ""
    special: Special | None = None
    several: bool = False
    conflict: bool = False
    stop: int = 0
    """Where the part of the text that is about this product ends."""


def read(words: Words, places: range, spelled: Spellings, *, strict: bool) -> Reading | None:
    """Reads the words at some places; None where a word stands that may change the meaning."""
    found, closed, skip = Reading(stop=places.stop), False, 0
    for place in places:
        if skip:
            skip -= 1
            continue
        word = words.words[place]
        if length := _codename(words, place, spelled, found):
            skip = length - 1
        elif closed and word in spelled.vocabulary.ends:
            found.stop = place
            break
        elif closed:
            found.ignored.append(word)
        elif _take(word, words.gaps[place] if place else "", words, place, spelled, found):
            continue
        elif word in spelled.vocabulary.ends and word != "to":
            found.stop = place
            break
        elif words.bracketed[place] or word in spelled.vocabulary.vendors or word in _JOINERS:
            found.ignored.append(word)
        elif found.mask is None or (strict and not _BROKEN.search(words.gaps[place])):
            return None
        else:
            found.ignored.append(word)
            closed = True
    return found


def _codename(words: Words, place: int, spelled: Spellings, found: Reading) -> int:
    """Takes the codename of a release, if it stands here and no number has said more; returns its length."""
    for name, bit in spelled.codenames.get(words.words[place], ()):
        if words.words[place : place + len(name)] == name:
            masks = [each for other, each in spelled.codenames[name[0]] if other == name]
            mask = sum(set(masks)) or bit
            if found.mask is None:
                found.mask, found.how = mask, "codename"
                found.versions.append(" ".join(name))
            return len(name)
    return 0


def _take(word: str, gap: str, words: Words, place: int, spelled: Spellings, found: Reading) -> bool:
    """Uses a word that has a meaning beside the product; False if it has none."""
    meaning = spelled.word(word)
    level = meaning is not None and meaning.kind == "level" and word not in spelled.atoms
    if meaning is not None and (level or word not in spelled.atoms):
        _keep(word, meaning.kind, meaning.means, found)
        if word in spelled.special_words:
            found.said.add(word)
        return True
    if word in spelled.special_words and word not in spelled.atoms and not (word[0].isdigit() and found.mask is None):
        found.said.add(word)
        found.versions.append(word)
        if found.mask is None:
            found.mask, found.how = spelled.all, "special"
        return True
    fit = spelled.fit(word)
    if fit is None:
        return False
    if words.bracketed[place] and found.mask is not None and not fit.mask:
        found.ignored.append(word)
        return True
    _narrow(word, gap, words.words[place - 1] if place else "", fit, spelled, found)
    return True


def _keep(word: str, kind: str, means: str, found: Reading) -> None:
    if kind == "edition":
        found.editions.append(word)
        if means in ("e", "w"):
            found.letters.add(means)
    elif kind == "level":
        found.levels.append(word)


def _narrow(word: str, gap: str, previous: str, fit: Fit, spelled: Spellings, found: Reading) -> None:
    first = word[0].isdigit() and not any(each[0].isdigit() for each in found.versions)
    if found.mask is None or (first and found.how in ("special", "") and found.mask == spelled.all):
        found.mask, found.how, found.special = fit.mask, fit.how, fit.special
    elif found.mask & fit.mask:
        found.mask &= fit.mask
        found.how = "build" if fit.how == "build" else found.how or fit.how
        found.special = None
    elif not fit.mask and fit.how == "build":
        # The build is known, and none of the cycles of the data has it.
        found.mask, found.how = 0, "build"
    elif not fit.mask:
        found.ignored.append(word)
        if first:
            # The first number beside words that were versions: a release, and not one of theirs.
            found.mask, found.how = 0, fit.how
        return
    elif word[0].isdigit() and (_JOINED.search(gap) or previous in _JOINERS) and "." not in word:
        found.mask |= fit.mask
        found.several = True
    elif first and word in spelled.special_words:
        found.mask |= fit.mask
    elif word[0].isdigit():
        found.ignored.append(word)
        return
    elif spelled.word(word) is None and word not in spelled.special_words:
        found.mask, found.conflict = 0, True
    found.versions.append(word)
    found.said.add(word)


def notes(found: Reading) -> Iterator[str]:
    """Gives what was understood, part by part."""
    if found.versions:
        yield f"version={' '.join(found.versions)}"
    for kind, taken in (("edition", found.editions), ("level", found.levels), ("passed-over", found.ignored)):
        if taken:
            yield f"{kind}={' '.join(taken[:6])}"
