"""Says under which board each organisation lies on a day, and who stands for its code.

A thin form of what the geography of boundary sets says, by the same names: ``geography(name, as_of, estate, reference)``
gives ``name``, ``units`` and ``followed.table``. The whole of it replaces this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

KIND = "organisation:"


def geography(name: str | None, as_of: date, estate: Estate | None = None, reference: Path | None = None) -> Geography:
    """Returns the geography of the boundaries of a day; a named set needs the whole module and raises UsageError."""
    from eamap.errors import UsageError

    del reference  # PART_OF of an interpreted estate holds what the reference data says
    if name is not None:
        raise UsageError(f"there is no boundary set {name!r}", hint="leave --geography out")
    assert estate is not None, "the boundaries of a day are read off an estate"
    return Geography(as_of.isoformat(), as_of, estate, Followed(as_of, estate))


@dataclass(frozen=True, eq=False)
class Geography:
    """A boundary set on a day. Codes are plain (``RJ1``); null is unknown."""

    name: str
    as_of: date
    estate: Estate
    followed: Followed

    @cached_property
    def units(self) -> pl.DataFrame:
        """Every organisation known, by code: organisation, icb, region; null where none or more than one is known."""
        import polars as pl

        from eamap.model.selector import EstateOn

        on = EstateOn(self.estate, self.as_of)
        bodies = on.things("organisation").select(pl.col("id"), "role")
        parts = on.links("PART_OF").filter(pl.col("from").str.starts_with(KIND)).select("from", "to", "role").collect()
        found = bodies.select("id", "role")
        for role in ("icb", "region"):
            mine = parts.filter(pl.col("role") == role)
            if role == "icb":
                boards = bodies.filter(pl.col("role") == "icb")["id"]
                mine = mine.filter(pl.col("to").is_in(boards.implode()) & ~pl.col("from").is_in(boards.implode()))
            one = mine.group_by("from").agg(pl.col("to").unique()).filter(pl.col("to").list.len() == 1)
            found = found.join(one.select(id="from", **{f"_{role}": pl.col("to").list.first()}), on="id", how="left")
        own = pl.when(pl.col("role") == "icb").then(pl.col("id")).otherwise(pl.col("_icb"))
        return found.select(
            pl.col("id").str.strip_prefix(KIND).alias("organisation"),
            own.str.strip_prefix(KIND).alias("icb"),
            pl.col("_region").str.strip_prefix(KIND).alias("region"),
        ).sort("organisation")

    def of(self, codes: pl.Series) -> pl.DataFrame:
        """Returns one row a distinct code, in order of first appearance: organisation (as given), icb, region."""
        import polars as pl

        asked = pl.DataFrame({"organisation": codes.drop_nulls().unique(maintain_order=True)})
        wanted = asked.with_columns(pl.col("organisation").str.strip_prefix(KIND).alias("code"))
        found = wanted.join(self.units, left_on="code", right_on="organisation", how="left", maintain_order="left")
        return found.select("organisation", "icb", "region")


@dataclass(frozen=True)
class Followed:
    """Who stands for each code on a day."""

    as_of: date
    estate: Estate

    @cached_property
    def table(self) -> pl.DataFrame:
        """Returns every code with who stands for it: organisation, current, outcome."""
        import polars as pl

        from eamap.model.selector import EstateOn

        on = EstateOn(self.estate, self.as_of)
        codes = on.things("organisation").select(pl.col("id").str.strip_prefix(KIND).alias("organisation"))
        steps = on.links("SUCCEEDED_BY").filter(pl.col("from").str.starts_with(KIND)).select("from", "to").collect()
        after: dict[str, list[str]] = {}
        for before, to in steps.iter_rows():
            after.setdefault(before.removeprefix(KIND), []).append(to.removeprefix(KIND))
        rows = [(code, end, "succeeded") for code in after for end in _ends(code, after)]
        moved = pl.DataFrame(rows, schema=dict.fromkeys(("organisation", "current", "outcome"), pl.String), orient="row")
        own = codes.join(moved, on="organisation", how="anti")
        alone = own.with_columns(current=pl.col("organisation"), outcome=pl.lit("itself"))
        return pl.concat([moved, alone]).sort("organisation", "current")


def _ends(code: str, after: dict[str, list[str]]) -> list[str]:
    found: list[str] = []
    seen: set[str] = set()
    waiting = [code]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        if each in after:
            waiting += after[each]
        else:
            found.append(each)
    return sorted(found)
