"""How each interface stands to the standard it claims, from what checks found; worst first where several are one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.model.diagram import Status

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

WORST = (
    Status.RETIRED_STANDARD, Status.NON_CONFORMANT, Status.RETIRING, Status.NOT_ASSESSED, Status.DECLARED, Status.CONFORMANT,
)  # fmt: skip
"""Statuses of lines, the worst first; a line without any claims no standard."""
_FHR = ("FHR001", "FHR002", "FHR003", "FHR004", "FHR013")
_MET = "FHR013"
CHECKS = ("INT001", *_FHR)
"""The checks whose verdicts tell how an interface stands."""


def statuses(on: EstateOn, interfaces: pl.Series, verdicts: pl.DataFrame | None) -> dict[str, Status]:
    """Returns the status of each interface that claims a standard, or whose statement contradicts it.

    A standard that is retired or withdrawn; a statement that contradicts; a deprecated standard; a claim that nobody
    assessed; a claim alone. "Conformant" is a statement that was compared with the standard's requirements and lacks none
    that it could show; that a statement can be read proves nothing.
    """
    import polars as pl

    wanted = interfaces.implode()
    things = on.things("interface").filter(pl.col("id").is_in(wanted))
    claimed = set(on.links("CLAIMS").filter(pl.col("from").is_in(wanted)).collect()["from"])
    stated = set(things.filter(pl.col("standard").is_not_null())["id"])
    found = dict.fromkeys(sorted(stated | claimed), Status.NOT_ASSESSED)
    if verdicts is None:
        return found
    mine = verdicts.filter(pl.col("subject").is_in(wanted))
    judged = mine.filter(pl.col("check") == "INT001")
    for subject in judged.filter(pl.col("verdict") == "pass")["subject"]:
        found[subject] = Status.DECLARED
    for subject in mine.filter((pl.col("check") == _MET) & (pl.col("verdict") == "pass"))["subject"]:
        found[subject] = Status.CONFORMANT
    deprecated = {identifier.partition(":")[2] for identifier in _deprecated(on)}
    for subject, identity in judged.filter(pl.col("verdict") == "unknown").select("subject", "identity").iter_rows():
        # A claim whose standing is not known is not assessed, also where another claim of the interface passes.
        if identity:
            found[subject] = Status.NOT_ASSESSED
    failed = judged.filter(pl.col("verdict") == "fail").select("subject", "identity").rows()
    for subject, identity in failed:
        if identity.removeprefix("standard:") in deprecated and found.get(subject) is not Status.RETIRED_STANDARD:
            found[subject] = Status.RETIRING
        else:
            found[subject] = Status.RETIRED_STANDARD
    for subject in mine.filter(pl.col("check").is_in(_FHR) & (pl.col("verdict") == "fail"))["subject"]:
        if found.get(subject) is not Status.RETIRED_STANDARD:
            found[subject] = Status.NON_CONFORMANT
    return found


def _deprecated(on: EstateOn) -> list[str]:
    import polars as pl

    table = on.things("standard")
    return table.filter(pl.col("status") == "deprecated")["id"].to_list() if "status" in table.columns else []


def worst(found: list[Status | None]) -> Status | None:
    """Returns the worst of several statuses; none of them claims a standard: none."""
    return next((status for status in WORST if status in found), None)
