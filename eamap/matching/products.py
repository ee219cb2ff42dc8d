"""Finds the product and the supplier that a text names: exactly, by one of their names, or not at all.

What is near is ranked for a person to decide (``suggest``) and never assigned. Words that stand where a name should and
name nobody ("No System Installed", "In house", "N/A") are told apart from names that are not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from eamap.matching.normalise import key, words

if TYPE_CHECKING:
    import polars as pl

Outcome = Literal["exact", "ambiguous", "not-a-name", "none"]
# Forms of a company that a name may carry or not.
_LEGAL_FORMS = {"ltd", "limited", "plc", "llp", "inc", "incorporated", "gmbh", "corp", "corporation"}
_NEAR = 70.0
# Nothing longer is compared: it is not a name, and comparing it would take for ever.
_LONGEST_NAME = 200


class ProductTables(Protocol):
    """What is needed of the product set: :class:`eamap.reference.products.Products` has it."""

    @property
    def aliases(self) -> pl.DataFrame:
        """Columns alias, product."""
        ...

    @property
    def supplier_aliases(self) -> pl.DataFrame:
        """Columns alias, supplier."""
        ...


@dataclass(frozen=True, slots=True)
class NameMatch:
    """What one text names; ``name`` is set only for an exact match."""

    text: str
    outcome: Outcome
    name: str | None
    candidates: tuple[str, ...]
    rule: str
    meaning: str | None = None
    """For a text that is not a name: absent, not-applicable, withheld, unknown or in-house."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that may be meant, with the spelling that came near and how near (0 to 100)."""

    name: str
    alias: str
    score: float


class Names:
    """The names of one kind of thing, by key."""

    def __init__(
        self, pairs: Iterable[tuple[str, str]], not_names: Iterable[tuple[str, str]] = (), *, companies: bool = False
    ) -> None:
        """``pairs`` are (alias, canonical name); ``not_names`` are (text, meaning); ``companies`` may drop their legal form."""
        self._companies = companies
        self._not_names = {key(text): meaning for text, meaning in not_names}
        self._found: defaultdict[str, set[str]] = defaultdict(set)
        self._spellings: dict[str, str] = {}
        for alias, name in sorted(pairs):
            self._found[key(alias)].add(name)
            self._spellings.setdefault(alias, name)
        self._own = {key(name): name for names in self._found.values() for name in names}

    def match(self, text: str) -> NameMatch:
        """Says what a text names."""
        whole = key(text)
        if whole in self._not_names:
            return NameMatch(text, "not-a-name", None, (), "not-a-name", self._not_names[whole])
        found = self._look_up(text, whole, "alias")
        if found is None and self._companies:
            found = self._look_up(text, _without_form(text), "alias-without-legal-form")
        return found or NameMatch(text, "none", None, (), "none")

    def match_all(self, texts: pl.Series) -> pl.DataFrame:
        """Matches each distinct text of a column: text, outcome, name, candidates (;), rule, meaning."""
        import polars as pl

        found = [self.match(text) for text in texts.drop_nulls().unique().sort().to_list()]
        rows = [
            (each.text, each.outcome, each.name, ";".join(each.candidates), each.rule, each.meaning) for each in found
        ]
        columns = ("text", "outcome", "name", "candidates", "rule", "meaning")
        return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")

    def suggest(self, text: str, limit: int = 5) -> tuple[Suggestion, ...]:
        """Ranks names that may be meant, nearest first; for a person to decide, never to be assigned."""
        from rapidfuzz import fuzz, process

        if not key(text) or key(text) in self._not_names or len(text) > _LONGEST_NAME:
            return ()
        spellings = list(self._spellings)
        # By whole words: scorers that look inside words find SCR in "screens" and Infor in "informatics".
        near = process.extract(
            text, spellings, scorer=fuzz.token_set_ratio, processor=words, score_cutoff=_NEAR, limit=None
        )
        best: dict[str, Suggestion] = {}
        for alias, score, _place in sorted(near, key=lambda found: (-found[1], found[0])):
            best.setdefault(self._spellings[alias], Suggestion(self._spellings[alias], alias, round(score, 1)))
        return tuple(best.values())[:limit]

    def _look_up(self, text: str, wanted: str, rule: str) -> NameMatch | None:
        names = self._found.get(wanted)
        if not wanted or not names:
            return None
        # A name that is one thing's own and another's former one belongs to its owner.
        if wanted in self._own:
            return NameMatch(text, "exact", self._own[wanted], (), "own-name" if rule == "alias" else rule)
        if len(names) > 1:
            return NameMatch(text, "ambiguous", None, tuple(sorted(names)), rule)
        return NameMatch(text, "exact", next(iter(names)), (), rule)


def product_names(tables: ProductTables, not_names: pl.DataFrame | None = None) -> Names:
    """Makes the names of products from the product set and the table of words that are not names."""
    return Names(tables.aliases.select("alias", "product").iter_rows(), _not_names(not_names))


def supplier_names(tables: ProductTables, not_names: pl.DataFrame | None = None) -> Names:
    """Makes the names of suppliers from the product set and the table of words that are not names."""
    return Names(tables.supplier_aliases.select("alias", "supplier").iter_rows(), _not_names(not_names), companies=True)


def _not_names(table: pl.DataFrame | None) -> Iterable[tuple[str, str]]:
    return () if table is None else table.select("text", "meaning").iter_rows()


def _without_form(text: str) -> str:
    parts = words(text).split()
    while parts and parts[-1] in _LEGAL_FORMS:
        parts.pop()
    return "".join(parts)
