"""What people decided about risks, for each component: the mitigation and the acceptance, and whether they hold on a day.

A decision names a component, a system (then it is for all that the system runs on), or a finding by its fingerprint, so
that it is found again after the next ingest. A mitigation makes a risk smaller; it never makes anything supported.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

HELD, EXPIRED, INCOMPLETE, NONE = "held", "expired", "incomplete", "none"
STATES = (HELD, EXPIRED, INCOMPLETE, NONE)
KINDS = ("mitigation", "acceptance")
_TOLD = ("hash", "who", "reason", "evidence", "date", "expires")


def risk_decisions(
    decisions: pl.DataFrame, components: pl.DataFrame, findings: pl.DataFrame, as_of: date
) -> pl.DataFrame:
    """Returns one row a component: ``id``, and for each kind its ``KIND_state`` and the columns of the decision.

    ``components`` has id and system, ``findings`` fingerprint and subject. Of several decisions the one that holds
    counts, then the one that holds longest; ``KIND_others`` says how many more there are. A mitigation holds from its
    date on; who, reason, evidence and expiry must be stated, or it reads incomplete and is not honoured.
    """
    import polars as pl

    about = _about(components, findings)
    found = components.select("id")
    for kind in KINDS:
        mine = _judged(decisions.filter(pl.col("kind") == kind), kind, as_of)
        each = mine.join(about, left_on="subject", right_on="key", how="inner").unique(["id", "hash"])
        best = each.sort("rank", "expires", "hash", descending=[False, True, False]).group_by("id", maintain_order=True)
        first = best.agg(
            pl.col("state").first().alias(f"{kind}_state"),
            *(pl.col(name).first().alias(f"{kind}_{name}") for name in _TOLD),
            (pl.len().cast(pl.Int64) - 1).alias(f"{kind}_others"),
        )
        found = found.join(first, on="id", how="left", maintain_order="left")
    return found.with_columns(pl.col(f"{kind}_state").fill_null(NONE) for kind in KINDS)


def _about(components: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """Returns which component each subject of a decision may mean: ``key``, ``id``."""
    import polars as pl

    own = components.select(pl.col("id").alias("key"), "id")
    of_system = components.drop_nulls("system").select(pl.col("system").alias("key"), "id")
    of_finding = findings.select(pl.col("fingerprint").alias("key"), pl.col("subject").alias("id"))
    return pl.concat([own, of_system, of_finding]).drop_nulls()


def _judged(mine: pl.DataFrame, kind: str, as_of: date) -> pl.DataFrame:
    import polars as pl

    day = as_of.isoformat()
    needed = ("who", "reason", "expires") + (("evidence",) if kind == "mitigation" else ())
    whole = pl.all_horizontal(pl.col(name).fill_null("").str.strip_chars() != "" for name in needed)
    state = (
        pl.when(~whole).then(pl.lit(INCOMPLETE)).when(pl.col("expires") <= day).then(pl.lit(EXPIRED)).otherwise(pl.lit(HELD))
    )  # fmt: skip
    begun = (pl.col("date") <= day) if kind == "mitigation" else pl.lit(value=True)
    rank = pl.col("state").replace_strict({name: place for place, name in enumerate(STATES)}, return_dtype=pl.Int8)
    return mine.filter(begun).with_columns(state.alias("state")).with_columns(rank.alias("rank"))
