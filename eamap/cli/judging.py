"""Runs checks on an opened estate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    import polars as pl

    from eamap.checks.outcome import Report
    from eamap.model.estate import Estate


def judged(opened: Opened, only: Sequence[str] = (), selector: str = "", estate: Estate | None = None) -> Report:
    """Runs checks (all, or those named) over the estate or what a selector selects of it."""
    from eamap.checks.engine import run
    from eamap.checks.packaged import PackagedReference
    from eamap.checks.registry import select

    subjects = opened.select(selector).ids if selector and estate is None else None
    chosen = estate if estate is not None else opened.estate
    reference = PackagedReference(opened.reference, cache=opened.cache)
    return run(chosen, reference, opened.reading.as_of, select(only), acceptances(opened), subjects)


def acceptances(opened: Opened) -> pl.DataFrame:
    """Returns the decisions as checks read them."""
    names = {"subject": "fingerprint", "who": "owner", "expires": "expiry"}
    return opened.estate.decisions.rename(names)


def used_sets(checks: Iterable[Any]) -> tuple[str, ...]:
    """Returns the sets of reference data that checks rest on."""
    return tuple(sorted({name for check in checks for name in check.reference}))
