"""Judges whether a criterion of a vulnerability database is about an item of an inventory: yes, no, or cannot be told.

A criterion is a CPE name and perhaps a range of versions. The rules are stricter than matching of names, because a false
alarm returns with every new version, and because what an inventory does not say is not known:

- part, vendor and product must be the same; a vendor is never near enough;
- ``-`` in a criterion is never a concrete version, and ``*`` without a range stands for every version only where the
  update level of the criterion is that of the item;
- an item of unknown version, update or edition is undecided where the criterion asks for one;
- the version of Windows is its full build, since a release holds patched and unpatched hosts alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eamap.matching.cpe import ANY, NA, Name, Relation, is_wild, relation
from eamap.matching.versions import Bound, Version, compared, version

_REST = ("edition", "language", "sw_edition", "target_sw", "target_hw", "other")
_WINDOWS = re.compile(r"windows(_.*)?")
_FULL_BUILD = 4


@dataclass(frozen=True, slots=True)
class Criterion:
    """What a database says is vulnerable (or must be there too): a name, and the bounds of its versions."""

    name: Name
    bounds: tuple[Bound, ...] = ()
    vulnerable: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """``holds`` is ``None`` where it cannot be told; ``why`` says what decided, or what is missing."""

    holds: bool | None
    why: str


def criterion_holds(criterion: Criterion, item: Name) -> Answer:
    """Says whether an item of an inventory is one that a criterion is about."""
    for attribute in ("part", "vendor", "product"):
        if not _same(getattr(criterion.name, attribute), getattr(item, attribute)):
            return Answer(False, f"it is another {attribute}")
    answers = [_version(criterion, item), _attribute("update", criterion.name, item)]
    answers += [_attribute(each, criterion.name, item) for each in _REST]
    found = _all(answers)
    if found.holds and _is_windows(item) and not criterion.bounds:
        return Answer(None, "the criterion names a release of Windows and no build, which patched hosts share")
    return found


def _same(wanted: str, stated: str) -> bool:
    return wanted not in (ANY, NA) and relation(wanted, stated) is Relation.EQUAL


def _version(criterion: Criterion, item: Name) -> Answer:
    wanted, stated = criterion.name.version, item.version
    if wanted == NA:
        told = "the criterion is about something without versions"
        return Answer(True if stated == NA else None if stated == ANY else False, told)
    if criterion.bounds:
        return _in_range(criterion, item)
    if wanted == ANY:
        return Answer(True, "every version is named")
    if stated == ANY or is_wild(stated):
        return Answer(None, "the inventory does not say which version")
    if stated == NA:
        return Answer(False, "the item has no version")
    return _literal(criterion.name, item)


def _literal(wanted: Name, item: Name) -> Answer:
    if relation(wanted.version, item.version) in (Relation.EQUAL, Relation.SUPERSET):
        return Answer(True, f"version {item.plain('version')} is named")
    one, other = version(wanted.plain("version") or ""), version(item.plain("version") or "")
    if one is not None and other is not None and compared(one, other) == 0:
        return Answer(True, f"version {item.plain('version')} is named")
    return Answer(False, f"version {item.plain('version')} is not the one named")


def _in_range(criterion: Criterion, item: Name) -> Answer:
    if item.version == NA:
        return Answer(False, "the item has no version")
    text = item.plain("version")
    stated = version(text) if text else None
    if stated is None:
        return Answer(None, f"{text} has no order" if text else "the inventory does not say which version")
    if _is_windows(item) and not _is_build(stated):
        return Answer(None, f"{text} is not the full build that decides for Windows")
    held = [bound.holds(stated) for bound in criterion.bounds]
    told = " ".join(map(str, criterion.bounds))
    if False in held:
        return Answer(False, f"version {text} is outside {told}")
    return Answer(None, f"{told} has no order") if None in held else Answer(True, f"version {text} is within {told}")


def _is_windows(item: Name) -> bool:
    return item.part == "o" and item.vendor == "microsoft" and _WINDOWS.fullmatch(item.product) is not None


def _is_build(stated: Version) -> bool:
    return len(stated.numbers) >= _FULL_BUILD


def _attribute(attribute: str, wanted: Name, item: Name) -> Answer:
    asked, stated = getattr(wanted, attribute), getattr(item, attribute)
    if asked == ANY or relation(asked, stated) in (Relation.EQUAL, Relation.SUPERSET):
        return Answer(True, f"{attribute} fits")
    if stated == ANY or is_wild(stated):
        return Answer(None, f"the inventory does not say which {attribute.replace('_', ' ')}")
    return Answer(False, f"it has another {attribute.replace('_', ' ')}")


# Configurations ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Node:
    """Criteria and further nodes joined by AND or OR, perhaps negated."""

    operator: str
    criteria: tuple[Criterion, ...] = ()
    nodes: tuple[Node, ...] = ()
    negate: bool = False

    @property
    def every(self) -> Iterable[Criterion]:
        """Every criterion in it, at any depth."""
        yield from self.criteria
        for node in self.nodes:
            yield from node.every


def affects(node: Node, item: Name, beside: Sequence[Name]) -> Answer:
    """Says whether a configuration makes an item vulnerable, given what else stands on the same system.

    The item itself must meet a criterion that is marked vulnerable; what it must run on may be any item beside it. Where
    nothing beside it is of the part that is asked for, what it runs on is not known.
    """
    best = _any([criterion_holds(each, item) for each in node.every if each.vulnerable])
    if best.holds is False:
        return best
    whole = _holds(node, lambda criterion: _of_system(criterion, item, beside))
    return whole if whole.holds is False or (whole.holds is None and best.holds) else best


def _of_system(criterion: Criterion, item: Name, beside: Sequence[Name]) -> Answer:
    own = criterion_holds(criterion, item)
    if own.holds or criterion.name.part == item.part:
        return _any([own, *(criterion_holds(criterion, each) for each in beside)])
    if not any(each.part == criterion.name.part for each in beside):
        return Answer(None, f"what it runs on is not known: {criterion.name}")
    return _any([criterion_holds(criterion, each) for each in beside])


def _holds(node: Node, judge: Callable[[Criterion], Answer]) -> Answer:
    answers = [judge(each) for each in node.criteria] + [_holds(each, judge) for each in node.nodes]
    found = _all(answers) if node.operator.upper() == "AND" else _any(answers)
    return Answer(None if found.holds is None else not found.holds, found.why) if node.negate else found


def _any(answers: Sequence[Answer]) -> Answer:
    return _first(answers, (True, None, False)) or Answer(False, "nothing is named")


def _all(answers: Sequence[Answer]) -> Answer:
    return _first(answers, (False, None, True)) or Answer(False, "nothing is named")


def _first(answers: Sequence[Answer], order: Sequence[bool | None]) -> Answer | None:
    return next((each for wanted in order for each in answers if each.holds is wanted), None)
