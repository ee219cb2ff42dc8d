"""Findings that somebody accepted: who, why and until when.

An acceptance names a finding by its fingerprint, so it survives the next run and the next wording. It holds while the
day asked is before its expiry; a month or a year stands for its first day, so that in doubt a finding shows again.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

OPEN = "open"
ACCEPTED = "accepted"
EXPIRED = "acceptance-expired"
INVALID = "acceptance-incomplete"


def acceptances(decisions: pl.DataFrame | None, as_of: date) -> pl.DataFrame:
    """Returns ``fingerprint``, ``state`` and ``acceptance`` (a sentence), one row a fingerprint, the best one.

    An acceptance without owner, reason or expiry is not honoured, and says so.
    """
    import polars as pl

    columns = ("fingerprint", "owner", "reason", "expiry")
    if decisions is None or not decisions.height:
        return pl.DataFrame(schema=dict.fromkeys(("fingerprint", "state", "acceptance"), pl.String))
    given = decisions.filter(pl.col("kind") == "acceptance").select(pl.col(name).cast(pl.String) for name in columns)
    day = pl.lit(as_of.isoformat())
    whole = pl.all_horizontal(pl.col(name).fill_null("").str.strip_chars() != "" for name in columns)
    state = (
        pl.when(~whole)
        .then(pl.lit(INVALID))
        .when(pl.col("expiry") <= day)
        .then(pl.lit(EXPIRED))
        .otherwise(pl.lit(ACCEPTED))
    )
    rank = pl.col("state").replace_strict({ACCEPTED: 0, EXPIRED: 1, INVALID: 2}, return_dtype=pl.Int8)
    found = given.with_columns(state.alias("state")).sort(
        rank, pl.col("expiry"), *columns, descending=[False, True, *[False] * 4]
    )
    found = found.unique("fingerprint", keep="first", maintain_order=True).with_columns(_sentence().alias("acceptance"))
    return found.select("fingerprint", "state", "acceptance")


def _sentence() -> pl.Expr:
    import polars as pl

    owner, reason, expiry = (pl.col(name).fill_null("not stated") for name in ("owner", "reason", "expiry"))
    return (
        pl.when(pl.col("state") == ACCEPTED)
        .then(pl.format("accepted by {} until {}: {}", owner, expiry, reason))
        .when(pl.col("state") == EXPIRED)
        .then(pl.format("the acceptance by {} expired on {}: {}", owner, expiry, reason))
        .otherwise(
            pl.format(
                "an acceptance needs owner, reason and expiry; this one has owner {}, reason {}, expiry {}",
                owner,
                reason,
                expiry,
            )
        )
    )


def with_acceptances(rows: pl.DataFrame, accepted: pl.DataFrame) -> pl.DataFrame:
    """Returns rows with ``state`` (open, accepted, ...; empty where there is nothing to accept) and ``acceptance``."""
    import polars as pl

    joined = rows.join(accepted, on="fingerprint", how="left", maintain_order="left")
    state = pl.when(pl.col("fingerprint").is_not_null()).then(pl.col("state").fill_null(OPEN)).otherwise(pl.lit(""))
    return joined.with_columns(state.alias("state"), pl.col("acceptance").fill_null(""))
