"""Finds the organisation code that a name stands for: by the code itself, or by exactly one listed name.

Names are not identities: two practices may share one, and a trust keeps its code when it is renamed. So a name that
more than one open body has is ambiguous and gives no code.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eamap.matching.normalise import clean, key, words

if TYPE_CHECKING:
    import polars as pl

Outcome = Literal["exact", "ambiguous", "none"]
# "… NHS TRUST (R0B)": the list writes the code behind the name.
_CODE_BEHIND = re.compile(r"\(\s*([A-Za-z0-9]{3,6})\s*\)\s*$")
_SHORT_FORMS = {"ft": "foundation trust", "icb": "integrated care board", "ccg": "clinical commissioning group"}


@dataclass(frozen=True, slots=True)
class OrganisationMatch:
    """Which code a text stands for; ``code`` is set only for an exact match."""

    text: str
    outcome: Outcome
    code: str | None
    candidates: tuple[str, ...]
    rule: Literal["code", "code-behind-name", "name", "earlier-name", "none"]


class OrganisationNames:
    """The names of organisations, by key."""

    def __init__(self, names: pl.DataFrame, own: Iterable[tuple[str, str]] = ()) -> None:
        """``names`` has columns name, code and current (bool); ``own`` are (name, code) of the estate's own organisation file."""
        self._codes: set[str] = set()
        self._current: defaultdict[str, set[str]] = defaultdict(set)
        self._earlier: defaultdict[str, set[str]] = defaultdict(set)
        for name, code, current in [
            *names.select("name", "code", "current").iter_rows(),
            *((name, code, True) for name, code in own),
        ]:
            self._codes.add(code)
            (self._current if current else self._earlier)[_name_key(name)].add(code)

    def match(self, text: str) -> OrganisationMatch:
        """Says which code a text stands for."""
        code = text.strip().upper()
        if code in self._codes:
            return OrganisationMatch(text, "exact", code, (), "code")
        behind = _CODE_BEHIND.search(text)
        if behind and behind.group(1).upper() in self._codes:
            return OrganisationMatch(text, "exact", behind.group(1).upper(), (), "code-behind-name")
        wanted = _name_key(text)
        for rule, names in (("name", self._current), ("earlier-name", self._earlier)):
            codes = tuple(sorted(names.get(wanted, ()))) if wanted else ()
            if len(codes) == 1:
                return OrganisationMatch(text, "exact", codes[0], (), "name" if rule == "name" else "earlier-name")
            if codes:
                return OrganisationMatch(text, "ambiguous", None, codes, "name" if rule == "name" else "earlier-name")
        return OrganisationMatch(text, "none", None, (), "none")

    def match_all(self, texts: pl.Series) -> pl.DataFrame:
        """Matches each distinct text of a column: text, outcome, code, candidates (;), rule."""
        import polars as pl

        found = [self.match(text) for text in texts.drop_nulls().unique().sort().to_list()]
        rows = [(each.text, each.outcome, each.code, ";".join(each.candidates), each.rule) for each in found]
        columns = ("text", "outcome", "code", "candidates", "rule")
        return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _name_key(name: str) -> str:
    parts = words(clean(name).replace("'", "")).split()
    if parts[:1] == ["the"]:
        parts = parts[1:]
    return key(" ".join(_SHORT_FORMS.get(part, part) for part in parts))
