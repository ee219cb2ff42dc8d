"""Which ICSs disagree, as they recorded it: decisions of the kind dissent about a capability."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.analysis.doonce.assessment import Dissent
from eamap.analysis.market.live import CAPABILITY

if TYPE_CHECKING:
    from eamap.model.selector import EstateOn


def dissents(on: EstateOn) -> dict[str, tuple[Dissent, ...]]:
    """Returns the dissents in force on the day by capability; the organisation and the capability may be named in either order."""
    import polars as pl

    day = on.as_of.isoformat()
    held = on.estate.decisions.filter(
        (pl.col("kind") == "dissent") & ((pl.col("expires").fill_null("") == "") | (pl.col("expires") > day))
    )
    found: dict[str, list[Dissent]] = {}
    for row in held.sort("date", "hash").iter_rows(named=True):
        named = (row["subject"], row["object"])
        about = next((each for each in named if each.startswith(CAPABILITY)), "")
        whose = next((each for each in named if each.startswith("organisation:")), row["who"])
        said = Dissent(whose.removeprefix("organisation:"), row["who"], row["reason"], row["date"])
        found.setdefault(about.removeprefix(CAPABILITY).upper(), []).append(said)
    return {
        capability: tuple(sorted(each, key=lambda one: (one.organisation, one.date)))
        for capability, each in found.items()
    }
