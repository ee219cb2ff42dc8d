"""Which kinds of thing a column of ids names.

An interpreted estate works its tables out when they are asked for, so nothing here asks for a table that is not needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.estate import THINGS

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate


def kinds_held(estate: Estate) -> list[str]:
    """Returns the kinds for which the estate has a table, in order, opening none of them."""
    return sorted(name.removeprefix(THINGS) for name in estate.tables if name.startswith(THINGS))


def kinds_named(estate: Estate, ids: pl.Series) -> list[str]:
    """Returns the kinds of the estate that at least one id of a column belongs to, in order."""
    named = set(ids.str.extract("^([^:]*):").unique())
    return [kind for kind in kinds_held(estate) if kind in named]
