"""Finds the product and release cycle that a component's text names, by fixed rules that are data where they can be.

The order is that of the rules: the text is brought to one spelling, identifiers are read as such, a name must be one of a
product and every word beside it must be understood, what is no product is stopped, versions are compared with that
product's own cycles. What is left open is said: a family names the missing fact, an ambiguous text names no product.
Nothing here ranks by likeness.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from eamap.matching.lifecycle.answer import COLUMNS, LifecycleMatch
from eamap.matching.lifecycle.ends import NONE_PUBLISHED, UNDATED_PAST
from eamap.matching.lifecycle.matcher import Matcher
from eamap.matching.lifecycle.tables import LifecycleTables

if TYPE_CHECKING:
    import polars as pl

RULES = "rules-3"
"""The version of the rules: matches are cached by (text, RULES, checksum of the reference data)."""
OUTCOMES = ("exact", "family", "ambiguous", "uncovered_cycle", "uncovered_product", "not_software", "unmatched")
"""What a text may come to, the surest first."""

__all__ = [
    "COLUMNS",
    "NONE_PUBLISHED",
    "OUTCOMES",
    "RULES",
    "UNDATED_PAST",
    "LifecycleMatch",
    "LifecycleTables",
    "Matcher",
    "match_all",
]


def match_all(texts: pl.Series, lifecycle: LifecycleTables) -> pl.DataFrame:
    """Matches each distinct text of a column: the columns of ``COLUMNS``, all of text, in the order of the texts sorted."""
    import polars as pl

    matcher = _matcher(lifecycle)
    rows = [matcher.match(text).as_row() for text in texts.drop_nulls().unique().sort().to_list()]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


@lru_cache(maxsize=1)
def _matcher(lifecycle: LifecycleTables) -> Matcher:
    """Returns the matcher of some tables, which brings every name to one spelling when it is made."""
    return Matcher(lifecycle)
