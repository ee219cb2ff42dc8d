"""Compares a stated version with the release cycles of one product, each under every spelling it has.

A cycle is spelled by its id (``10-21h2-e``) and by its label without the codename (``2008 R2 SP3``). A version fits a
cycle if it spells it, or if the cycle's numbers are the longest beginning of the version's (13.4 fits 13). It must be
the only one, and it must say everything that would change the answer: "2016" does not fit a product with service packs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eamap.matching.normalise import clean

Tokens = tuple[str, ...]

_QUOTED = re.compile(r"'[^']*'|\([^)]*\)")
_EDITION_LETTER = re.compile(r"\((e|w)\)")
_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
_PATCH_LETTER = re.compile(r"^(\d+(?:\.\d+){2,})[a-z]\d*$")
_SERVICE_PACK = re.compile(r"^sp\d+[a-z]?$")
_SPLIT = re.compile(r"[\s\-_]+")
# What people write out, and the short form that ids and labels use.
_LONG_FORMS = (
    ("service", re.compile(r"\bservice pack (?=\d)"), "sp"),
    ("release", re.compile(r"\brelease (?=[12]\b(?!\.))"), "r"),
    ("update", re.compile(r"\bcumulative update (?=\d)"), "cu"),
    ("update", re.compile(r"\bupdate (?=\d)"), "u"),
)
_GLUED_LEVEL = re.compile(r"(\d[gc]?)(r\d|(?<=\d)sp\d)\b")
# What an extension of a version may be without making the shorter one doubtful: it is a release that a text names if it means it.
_NAMED_RELEASES = {"r2", "lts", "ltsc", "ltsb", "iot", "acp", "azure"}
# Editions that a product counts as releases of their own.
EDITIONS = {"enterprise": "e", "ent": "e", "education": "e", "home": "w", "pro": "w", "professional": "w"}


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """What is needed of one cycle."""

    cycle: str
    parts: Tokens
    """The id, part by part: the first and surest spelling."""
    spellings: tuple[Tokens, ...]
    numbers: tuple[int, ...] | None
    """Of the first part of the id; None if it does not begin with a number."""
    plain: bool
    """The id is numbers and nothing else."""
    codename: str
    eol: str | None
    extended_end: str | None


def version_tokens(text: str) -> Tokens:
    """Splits what stands for a version into its parts: ``2012R2`` and ``2012 R2``, ``SP3`` and ``Service Pack 3`` alike."""
    joined = text
    for sign, pattern, short in _LONG_FORMS:
        if sign in joined:
            joined = pattern.sub(short, joined)
    joined = _GLUED_LEVEL.sub(r"\1 \2", joined)
    return tuple(
        (part[1:] if part[0] == "v" and part[1:2].isdigit() else part).removesuffix(".x") for part in joined.split()
    )


def cycle_facts(rows: Iterable[Sequence[str | None]], names: Iterable[str]) -> tuple[CycleFacts, ...]:
    """Prepares the cycles of one product from (cycle, label, codename, eol, extended_end) and the names of the product."""
    heads = sorted((clean(name) for name in names), key=len, reverse=True)
    return tuple(
        _one(cycle or "", label or "", codename or "", eol, extended, heads)
        for cycle, label, codename, eol, extended in rows
    )


def _one(cycle: str, label: str, codename: str, eol: str | None, extended: str | None, heads: list[str]) -> CycleFacts:
    parts = tuple(part for part in _SPLIT.split(clean(cycle)) if part)
    numbers = _NUMBERS.fullmatch(parts[0]) if parts else None
    spellings = {parts, version_tokens(_spoken(label, heads))} - {()}
    return CycleFacts(
        cycle,
        parts,
        tuple(sorted(spellings)),
        _numbers(parts[0]) if numbers else None,
        numbers is not None and len(parts) == 1,
        clean(codename),
        eol,
        extended,
    )


def _spoken(label: str, heads: list[str]) -> str:
    plain = clean(label)
    for head in heads:
        if plain.startswith(f"{head} "):
            plain = plain[len(head) + 1 :]
            break
    return " ".join(_QUOTED.sub(" ", _EDITION_LETTER.sub(r" \1 ", plain)).split())


def fit(version: Tokens, edition: str | None, cycles: Sequence[CycleFacts]) -> tuple[CycleFacts, str] | None:
    """Returns the one cycle that a version means and the rule that says so, or None."""
    if not version:
        return None
    if edition is not None:
        stated = _spelled((*version, edition), cycles)
        if stated is not None:
            return stated, "spelled-with-edition"
    spelled = _spelled(version, cycles)
    if spelled is not None:
        return spelled, "spelled"
    if any(version == spelling[: len(version)] for each in cycles for spelling in each.spellings):
        only = _only_service_pack(version, cycles)
        return (only, "only-service-pack") if only is not None else None
    numeric = _longest_numbers(version, cycles)
    return (numeric, "longest-numbers") if numeric is not None else None


def _spelled(version: Tokens, cycles: Sequence[CycleFacts]) -> CycleFacts | None:
    # Two labels may read the same where the ids differ (a release and its long-term servicing): the id decides.
    exact = [each for each in cycles if version == each.parts] or [each for each in cycles if version in each.spellings]
    if len(exact) != 1:
        return None
    further = [
        spelling[len(version)]
        for each in cycles
        if each is not exact[0]
        for spelling in each.spellings
        if len(spelling) > len(version) and spelling[: len(version)] == version
    ]
    return exact[0] if all(token in _NAMED_RELEASES for token in further) else None


def _only_service_pack(version: Tokens, cycles: Sequence[CycleFacts]) -> CycleFacts | None:
    # Where the data knows one service pack and no release without it, the release is known by its last pack.
    longer = [
        each
        for each in cycles
        if any(
            len(spelling) == len(version) + 1 and spelling[:-1] == version and _SERVICE_PACK.match(spelling[-1])
            for spelling in each.spellings
        )
    ]
    return longer[0] if len(longer) == 1 and not any(version in each.spellings for each in cycles) else None


def _longest_numbers(version: Tokens, cycles: Sequence[CycleFacts]) -> CycleFacts | None:
    if len(version) != 1:
        return None
    patched = _PATCH_LETTER.match(version[0])
    stated = patched.group(1) if patched else version[0]
    if not _NUMBERS.fullmatch(stated):
        return None
    numbers = _numbers(stated)
    fitting = [each for each in cycles if each.numbers and numbers[: len(each.numbers)] == each.numbers]
    longest = max((len(each.numbers or ()) for each in fitting), default=0)
    best = [each for each in fitting if len(each.numbers or ()) == longest]
    return best[0] if len(best) == 1 and best[0].plain else None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
