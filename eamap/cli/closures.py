"""Says of the organisations that an ingest names which have closed and who took over: a hint, nothing is rewritten."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eamap.protocols import SourceTables

_NAMED = {
    "things/system": "operator",
    "things/interface": "exposer",
    "things/absence": "organisation",
    "things/contract": "buyer",
}
SHOWN = 5
"""Closed bodies named one by one; of more, the number is told."""


def closures(parts: Iterable[SourceTables], reference: Path | None, on: date) -> list[str]:
    """Returns a sentence for each closed organisation, in order of code, and one for those left out."""
    from eamap.reference import organisations

    known = organisations.load(reference)
    closed = [code for code in _codes(parts) if known.resolve(code, on).outcome == "succeeded"]
    notes = []
    for code in closed[:SHOWN]:
        body = known.get(code)
        heirs = " and ".join(f"{each.code} {each.name}" for each in known.suggest(code, on))
        notes.append(
            f"{code} {body.name if body else ''} has closed; {heirs} took over. What is stated stays under {code}."
        )
    left = len(closed) - SHOWN
    return [*notes, f"{left} more organisations that are named have closed."] if left > 0 else notes


def _codes(parts: Iterable[SourceTables]) -> list[str]:
    import polars as pl

    columns = [
        part.tables[name].select(pl.col(field).str.strip_prefix("organisation:").alias("code"))
        for part in parts
        for name, field in _NAMED.items()
        if name in part.tables and field in part.tables[name].columns
    ]
    return pl.concat(columns).unique()["code"].drop_nulls().sort().to_list() if columns else []
