"""Finds the capabilities that a system of a stated type has, and those it may have.

The crosswalk's ``is`` lines may be inferred (and must be marked so); ``part_of_suite`` lines are possible only. Where a
list writes a name and its short form, "Electronic prescribing (EPMA)", the two are tried apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eamap.matching.normalise import key

if TYPE_CHECKING:
    import polars as pl

_LONGEST_PAIR = 300
_SHORT_FORM = re.compile(r"^(?P<name>.*?)\s*[(\[](?P<short>[^()\[\]]+)[)\]]\s*(?P<rest>.*)$")


@dataclass(frozen=True, slots=True)
class CapabilityMatch:
    """What a stated system type means in the capability model."""

    text: str
    outcome: Literal["exact", "none"]
    inferred: tuple[str, ...]
    """Leaves that may be inferred, the primary one first."""
    possible: tuple[str, ...]
    """Leaves of a suite, or readings of an ambiguous word: they count where stated or confirmed."""
    confidence: str | None
    rule: Literal["text", "name-of-pair", "short-form-of-pair", "none"]
    matched: str | None
    """The line of the crosswalk that fitted."""


class SystemTypes:
    """The crosswalk from system types to capabilities, by key."""

    def __init__(self, crosswalk: pl.DataFrame) -> None:
        """``crosswalk`` has columns text, capability_ids (;), relation (is or part_of_suite) and confidence."""
        self._lines: dict[str, dict[str, tuple[tuple[str, ...], str, str]]] = {}
        for text, ids, relation, confidence in crosswalk.select(
            "text", "capability_ids", "relation", "confidence"
        ).iter_rows():
            self._lines.setdefault(key(text), {})[relation] = (tuple(ids.split(";")), confidence, text)

    def match(self, text: str) -> CapabilityMatch:
        """Says which capabilities a system type means."""
        # A cell may hold a megabyte: nobody writes a name and its short form at that length.
        pair = _SHORT_FORM.match(text) if len(text) <= _LONGEST_PAIR else None
        tries: list[tuple[str, Literal["text", "name-of-pair", "short-form-of-pair"]]] = [(text, "text")]
        if pair is not None:
            tries += [(f"{pair['name']} {pair['rest']}", "name-of-pair"), (pair["short"], "short-form-of-pair")]
        for wanted, rule in tries:
            lines = self._lines.get(key(wanted)) if key(wanted) else None
            if lines:
                inferred, possible = lines.get("is"), lines.get("part_of_suite")
                best = inferred or possible
                assert best is not None  # a key is only there because one of the two is
                return CapabilityMatch(
                    text,
                    "exact",
                    inferred[0] if inferred else (),
                    possible[0] if possible else (),
                    best[1],
                    rule,
                    best[2],
                )
        return CapabilityMatch(text, "none", (), (), None, "none", None)

    def match_all(self, texts: pl.Series) -> pl.DataFrame:
        """Gives one row a distinct text and capability: text, capability, relation, order, confidence, rule, matched.

        ``order`` is 0 for the primary capability. A text that means nothing has one row with a null capability.
        """
        import polars as pl

        rows: list[tuple[object, ...]] = []
        for each in (self.match(text) for text in texts.drop_nulls().unique().sort().to_list()):
            pairs = [(one, "is") for one in each.inferred] + [(one, "part_of_suite") for one in each.possible]
            for order, (capability, relation) in enumerate(pairs or [(None, None)]):
                rows.append((each.text, capability, relation, order, each.confidence, each.rule, each.matched))
        schema = {
            "text": pl.String,
            "capability": pl.String,
            "relation": pl.String,
            "order": pl.Int64,
            "confidence": pl.String,
            "rule": pl.String,
            "matched": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")
