"""The rows of a register as an answer gives them: every number with the ref that works it out again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref

if TYPE_CHECKING:
    import polars as pl

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DIGIT = re.compile(r"[0-9]")
_SCORES = re.compile(r"[LC][1-7]|litraf_(l1|l6|c6)|(likelihood|impact)_(mean|max|total)|overall|days_past")


def published(rows: pl.DataFrame, pack: str) -> list[dict[str, Any]]:
    """Returns rows as dictionaries by the keys of the register's columns; costs and scores are numbers where they are known."""
    from eamap.analysis.registers.debt import COSTS
    from eamap.analysis.registers.entry_columns import columns_of

    keys = [column.key for column in columns_of(pack)]
    numeric = [key for key in keys if key in COSTS or _SCORES.fullmatch(key)]
    told = rows.select(keys).to_dicts()
    for row in told:
        for key in numeric:
            row[key] = _number(row[key])
    return told


def _number(text: Any) -> Any:
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def explained(told: list[dict[str, Any]], pack: str, answers: Path | None = None) -> list[dict[str, Any]]:
    """Gives rows their refs: that of the row, and one for each cell that holds a digit."""
    file = f" of {answers}" if answers else ""
    for row in told:
        digits = [key for key, value in row.items() if value is not None and _DIGIT.search(str(value))]
        row["refs"] = {key: ref("entry", pack, row["id"], key + file) for key in digits}
        row["ref"] = ref("entry", pack, row["id"], *([file.strip()] if file else []))
    return told
