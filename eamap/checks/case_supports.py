"""Matches and releases that a case states, in the columns in which matching and the lifecycle data give them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from eamap.matching.lifecycle import COLUMNS

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.support import Knowledge
    from eamap.model.selector import EstateOn

_CYCLE = ("product", "cycle", "label", "link", "eol", "extended_end")
_PRODUCT = ("product", "title", "policy", "eol_label")


def stated_knowledge(content: Mapping[str, Any], ending_days: int) -> Knowledge:
    """Returns the texts under ``support`` and the releases under ``cycles`` as what is known beside an estate."""
    from eamap.interpret.support import Knowledge

    stated = {text: {"outcome": "exact", **row} for text, row in content.get("support", {}).items()}
    exact = [row for row in stated.values() if row["outcome"] == "exact"]
    releases = [_release(row) for row in [*exact, *content.get("cycles", [])]]
    names = {row["product"]: {"title": row["label"], **row} for row in releases}

    def matches(texts: pl.Series, on: EstateOn) -> pl.DataFrame:
        del on  # a case states what its texts mean
        rows = [_match(text, stated.get(text, {"outcome": "unmatched"})) for text in sorted(set(texts.drop_nulls()))]
        return _table(rows, COLUMNS)

    return Knowledge(matches, _table(releases, _CYCLE), _table(list(names.values()), _PRODUCT), ending_days)


def _match(text: str, row: Mapping[str, Any]) -> dict[str, str | None]:
    given = {"confidence": "high", "rule": "case", **row, "text": text}
    return {name: _text(given.get(name)) for name in COLUMNS}


def _release(row: Mapping[str, Any]) -> dict[str, str | None]:
    given = {"label": row["cycle"], "eol": row.get("ends"), "extended_end": row.get("extended_ends"), **row}
    named = {"eol_label": row.get("ends_means", "security support"), "link": row.get("link")}
    return {name: _text(value) for name, value in {**given, **named}.items() if name in {*_CYCLE, *_PRODUCT}}


def _text(value: Any) -> str | None:
    return None if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _table(rows: list[dict[str, Any]], names: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        [{name: row.get(name) for name in names} for row in rows], schema=dict.fromkeys(names, pl.String)
    )
