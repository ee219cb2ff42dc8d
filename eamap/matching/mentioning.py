"""Finds a product's name in a text, and the version that is stated behind it, for a question about one product.

A name stands in a text as whole words in order. Where it is all that the text says beside a version and an edition, the text
is certainly about it; among other words ("Mirth Connect licence server") only likely. Nothing is compared by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eamap.matching.normalise import clean, words
from eamap.matching.versions import Constraint, version

_VERSION = re.compile(
    r"(?<![\w.])(?:v|ver|version|release|r)?[ .]?(?P<version>[0-9]{1,9}(?:\.[0-9a-z]+)*(?:u[0-9]+|[a-z])?"
    r"(?:[-_ ](?:rc|alpha|beta|snapshot|m|p|sp|update|u)[ .]?[0-9]*)?)(?![\w])"
)
_EDITION = r"standard|enterprise|professional|express|developer|datacenter|community|server|edition|std|ent|pro|x64|x86|amd64|64[ -]?bit|32[ -]?bit|r2|sp[0-9]"
_NOTHING_ELSE = re.compile(rf"[\W_]*(?:(?:{_EDITION})[\W_]*)*")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """That a text names the product, which version it states (empty: none), and whether it says nothing else."""

    version: str
    certain: bool


class Mentions:
    """The names of one product, to be looked for in texts."""

    def __init__(self, name: str, others: Iterable[str] = ()) -> None:
        """Takes further names as ``others``; a short word among them is left out, because it may be anything.

        Any other single word counts only where the text says nothing else: "Oracle 12.2" is the database, "Oracle
        Millennium" need not be.
        """
        own = words(name)
        more = {each for each in map(words, others) if len(each) > _SHORT}
        self.names = frozenset({own, *more} - {""})
        self._weak = {each for each in more if " " not in each} - {own}
        spelt = (
            "[\\W_]*".join(map(re.escape, each.split()))
            for each in sorted(self.names, key=lambda name: (-len(name), name))
        )
        # A number may be glued to a name (Tomcat9), a letter may not.
        self._pattern = re.compile(r"(?<![a-z0-9])(?:" + "|".join(spelt) + r")(?![a-z])") if self.names else None

    def find(self, text: str) -> Mention | None:
        """Returns what a text says of the product; nothing where it does not name it."""
        plain = clean(text)
        found = self._pattern.search(plain) if self._pattern else None
        if found is None:
            return None
        after = plain[found.end() :]
        if after[:1].isdigit():
            after = " " + after
        stated = _VERSION.search(after)
        rest = after[: stated.start()] + " " + after[stated.end() :] if stated else after
        certain = not plain[: found.start()].strip(" -–") and _NOTHING_ELSE.fullmatch(rest) is not None
        if not certain and words(found[0]) in self._weak:
            return None
        return Mention(stated["version"] if stated else "", certain)


def stated_version(text: str, asked: Constraint) -> str:
    """Returns a version that can be held against what is asked; empty for a year where no year is asked for.

    "Mirth Connect (2019)" says when it was bought, not that it is before or after 4.4.1.
    """
    limits = [found for bound in asked.bounds if (found := version(bound.limit.removesuffix(".*")))]
    is_year = _YEAR.fullmatch(text) is not None
    return "" if is_year and limits and not any(_YEAR.fullmatch(str(each.numbers[0])) for each in limits) else text
