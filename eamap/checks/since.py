"""What changed between two runs, finding by finding.

A fail that went is *fixed* only where its subject was judged again and no longer fails; a subject that is gone from the
inventory, or about which nothing can be said any more, was not fixed by that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Since:
    """Fails of the run after (``new``, ``unchanged``) and of the run before (``fixed``, ``gone``, ``no_longer_known``)."""

    new: pl.DataFrame
    unchanged: pl.DataFrame
    fixed: pl.DataFrame
    gone: pl.DataFrame
    no_longer_known: pl.DataFrame


def compare(before: pl.DataFrame, after: pl.DataFrame) -> Since:
    """Compares two tables of outcomes (:attr:`eamap.checks.outcome.Report.table`), judged on the same day."""
    import polars as pl

    fail = pl.col("verdict") == "fail"
    earlier, later = before.filter(fail), after.filter(fail)
    went = earlier.join(later, on="fingerprint", how="anti", maintain_order="left")
    judged = after.select("check", "subject").unique()
    # One subject can have several rows: it is unknown only for the identity that failed, or for all of them.
    doubtful = (
        after.filter(pl.col("verdict").is_in(["unknown", "error"])).select("check", "subject", "identity").unique()
    )
    same = went.join(doubtful, on=["check", "subject", "identity"], how="semi")
    whole = went.join(doubtful.filter(pl.col("identity") == ""), on=["check", "subject"], how="semi")
    lost = pl.concat([same, whole]).select("fingerprint").unique()
    still_there = went.join(judged, on=["check", "subject"], how="semi", maintain_order="left")
    return Since(
        new=later.join(earlier, on="fingerprint", how="anti", maintain_order="left"),
        unchanged=later.join(earlier, on="fingerprint", how="semi", maintain_order="left"),
        fixed=still_there.join(lost, on="fingerprint", how="anti", maintain_order="left"),
        gone=went.join(judged, on=["check", "subject"], how="anti", maintain_order="left"),
        no_longer_known=still_there.join(lost, on="fingerprint", how="semi", maintain_order="left"),
    )
