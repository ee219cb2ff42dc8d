"""Compares versions as people write them, and reads constraints such as ``mirth connect < 4.4.1``.

A version is cut into numbers and words. Numbers compare as numbers, so 1.9 is before 1.10; a word of a pre-release (rc,
beta, snapshot) is before nothing at all, and any other word after it: 1.0-rc1 < 1.0 < 1.0a < 1.0.1. What is left out is
zero: 1.0 is 1.0.0. A text that does not begin with a number has no order, and nothing is guessed about it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import TypeAlias

from eamap.errors import UsageError

Token: TypeAlias = tuple[int, int, str]
_NOTHING: Token = (0, 0, "")
_PRE = ("dev", "snapshot", "nightly", "canary", "alpha", "milestone", "beta", "preview", "pre", "ea", "rc", "cr")
_FINAL = {"final", "ga", "release", "stable"}
_LETTERS = {"a": "alpha", "b": "beta", "c": "rc", "m": "milestone"}
_LAST_BETA = 99
_PART = re.compile(r"(?P<before>[^0-9a-z]*)(?:(?P<number>[0-9]+)|(?P<word>[a-z]+))")
_VERSION = re.compile(r"\s*(?:version|ver\.?|v\.?)?\s*(?P<epoch>[0-9]{1,4}:)?(?P<rest>[0-9].*)", re.IGNORECASE)
_WILD = re.compile(r"[*?]|(?:^|[.\-_])x(?:$|[.\-_])", re.IGNORECASE)
_LONGEST = 128


@dataclass(frozen=True, slots=True)
class Version:
    """A version cut into tokens; ``numbers`` are the numbers it begins with, as many as are stated."""

    text: str
    epoch: int
    tokens: tuple[Token, ...]
    numbers: tuple[int, ...]


@cache
def version(text: str, *, semver: bool = False) -> Version | None:
    """Reads a version; ``None`` for what has no order: no text, a wildcard, a name, a branch.

    With ``semver`` what follows a dash is a pre-release even if it is a number, and what follows a plus says nothing.
    """
    found = _VERSION.fullmatch(text.strip())
    if found is None or len(text) > _LONGEST or _WILD.search(text):
        return None
    rest = found["rest"].lower()
    if semver:
        core, dash, before = rest.partition("+")[0].partition("-")
        early: list[Token] = [(-1, -1, "")] if dash else []
        tokens = (*_tokens(core), *early, *_tokens(before))
    else:
        tokens = tuple(_tokens(rest))
    return Version(text.strip(), int((found["epoch"] or "0:")[:-1]), tokens, tuple(_leading(rest)))


def _leading(text: str) -> Iterator[int]:
    match = re.match(r"[0-9]+(?:\.[0-9]+)*", text)
    yield from (int(part) for part in (match[0].split(".") if match else ()))


def _tokens(text: str) -> Iterator[Token]:
    parts = list(_PART.finditer(text))
    for part, after in zip_longest(parts, parts[1:]):
        if part["number"]:
            yield (2 * int(part["number"]), 0, "")
            continue
        word = _spelt_out(part, after)
        if word in _FINAL:
            continue
        if word in _PRE:
            yield (-1, _PRE.index(word), "")
        elif "~" in part["before"]:
            yield (-1, -1, word)
        else:
            yield (1, 0, word)


def _spelt_out(part: re.Match[str], after: re.Match[str] | None) -> str:
    """Returns the word, or what a single letter is short for where a small number is glued to it: 1.0b2, 9.0.0.M1.

    A large number is a build (4.4.0.b2948), and an m after a bracket a maintenance release (15.2(4)M3).
    """
    word: str = part["word"]
    glued = after is not None and after["number"] is not None and not after["before"]
    if word not in _LETTERS or after is None or not glued or int(after["number"]) > _LAST_BETA:
        return word
    return _LETTERS[word] if part["before"] in ({".", "-"} if word == "m" else {"", ".", "-"}) else word


def compared(one: Version, other: Version) -> int:
    """Returns -1, 0 or 1 where the first version is before, the same as, or after the second."""
    if one.epoch != other.epoch:
        return -1 if one.epoch < other.epoch else 1
    for mine, yours in zip_longest(one.tokens, other.tokens, fillvalue=_NOTHING):
        if mine != yours:
            return -1 if mine < yours else 1
    return 0


def compare(one: str, other: str) -> int | None:
    """Returns -1, 0 or 1 for two texts; ``None`` where one of them has no order."""
    left, right = version(one), version(other)
    return None if left is None or right is None else compared(left, right)


# Constraints ------------------------------------------------------------------------------------------------------

_TESTS = {"<": (-1,), "<=": (-1, 0), "=": (0,), ">=": (0, 1), ">": (1,), "!=": (-1, 1)}
_SPELT = {"==": "=", "≤": "<=", "≥": ">=", "≠": "!=", "=<": "<=", "=>": ">="}
_OPERATOR = re.compile(r"(<=|>=|==|!=|=<|=>|[<>=≤≥≠])")


@dataclass(frozen=True, slots=True)
class Bound:
    """One test that a version must pass: an operator and a version. ``=`` with a final ``.*`` means "begins with"."""

    operator: str
    limit: str

    def __str__(self) -> str:
        return f"{self.operator} {self.limit}"

    def holds(self, stated: Version, *, whole: bool = True) -> bool | None:
        """Says whether a version passes; ``None`` if that cannot be told.

        Unless the version is known to be ``whole``, "4" may be 4.9: a version that is only the beginning of the limit
        cannot be told from what goes on to either side of it.
        """
        if self.limit.endswith(".*"):
            return self._begins(stated)
        limit = version(self.limit)
        if limit is None:
            return None
        if not whole and _only_begins(stated, limit):
            return None
        return compared(stated, limit) in _TESTS[self.operator]

    def _begins(self, stated: Version) -> bool | None:
        wanted = version(self.limit.removesuffix(".*"))
        if wanted is None:
            return None
        length = len(wanted.numbers)
        if stated.numbers != wanted.numbers[: len(stated.numbers)] or len(stated.numbers) >= length:
            return (stated.numbers[:length] == wanted.numbers) is (self.operator == "=")
        return None


def _only_begins(stated: Version, limit: Version) -> bool:
    shorter = len(stated.numbers) < len(limit.numbers) and len(stated.tokens) == len(stated.numbers)
    return shorter and stated.epoch == limit.epoch and limit.numbers[: len(stated.numbers)] == stated.numbers


@dataclass(frozen=True, slots=True)
class Constraint:
    """A name and the bounds on its version; without bounds every version is meant."""

    name: str
    bounds: tuple[Bound, ...]

    def __str__(self) -> str:
        return " ".join([self.name, *map(str, self.bounds)]).strip()

    def holds(self, text: str | None, *, whole: bool = True) -> bool | None:
        """Says whether a version is meant; ``None`` if that cannot be told: it is not stated, or has no order."""
        if not self.bounds:
            return True
        stated = version(text) if text else None
        if stated is None:
            return None
        answers = [bound.holds(stated, whole=whole) for bound in self.bounds]
        return False if False in answers else None if None in answers else True


def constraint(text: str) -> Constraint:
    """Reads ``NAME``, ``NAME < VERSION`` or ``NAME >= VERSION < VERSION``; UsageError says what cannot be read.

    An operator other than ``!=`` may come once in each direction; commas and the word "and" may stand between bounds.
    """
    name, *rest = _OPERATOR.split(text)
    bounds = tuple(_bound(sign, limit, text) for sign, limit in zip(rest[::2], rest[1::2], strict=True))
    found = Constraint(" ".join(name.split()), bounds)
    for ways in ("<", ">"):
        if sum(bound.operator.startswith(ways) for bound in bounds) > 1:
            raise _wrong(text, f"it has two bounds with {ways}", "one lower and one upper bound make a range")
    return found


def _bound(sign: str, limit: str, text: str) -> Bound:
    stated = re.sub(r"(^|[\s,])and\s*$", "", limit.strip(" ,\t"), flags=re.IGNORECASE).strip(" ,")
    operator = _SPELT.get(sign, sign)
    begins = stated.removesuffix(".*") if operator in ("=", "!=") else stated
    if version(begins) is None:
        said = f"{stated!r} is no version" if stated else f"no version stands after {sign}"
        raise _wrong(text, said, "write a version such as 4.4.1 after <, <=, >, >=, = or !=; = 4.4.* means any 4.4")
    return Bound(operator, stated)


def _wrong(text: str, message: str, hint: str) -> UsageError:
    return UsageError(message, hint=hint, where=f"{text[:200]!r}")
