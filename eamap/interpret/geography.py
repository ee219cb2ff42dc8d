"""Says under which board and region each organisation lies on a day: as the estate states it, else as ODS does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.errors import UsageError
from eamap.reference import organisations

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate
    from eamap.reference.organisations import Organisations

__all__ = ["Geography", "geography"]
_DAYS = {"2022": date(2022, 7, 1), "2026-04": date(2026, 4, 1)}


def geography(name: str | None, as_of: date, estate: Estate | None = None, reference: Path | None = None) -> Geography:
    """Returns the geography of a name; None: that of the day. UsageError for a name that is none."""
    if name is not None and name not in _DAYS:
        raise UsageError(f"there are no boundaries {name!r}", hint=f"there are: {', '.join(_DAYS)}")
    own = name or ("2026-04" if as_of >= _DAYS["2026-04"] else "2022")
    return Geography(own, as_of, organisations.load(reference), estate)


@dataclass(frozen=True, eq=False)
class Geography:
    """A boundary set on a day. Codes are plain; null is unknown."""

    name: str
    as_of: date
    reference: Organisations
    estate: Estate | None = None

    def of(self, codes: pl.Series) -> pl.DataFrame:
        """Returns one row a distinct code: organisation (as given), icb, region."""
        import polars as pl

        day = _DAYS[self.name]
        asked = pl.DataFrame({"organisation": codes.drop_nulls().unique(maintain_order=True)})
        plain = asked.with_columns(pl.col("organisation").str.strip_prefix("organisation:").alias("code"))
        current = self.reference.resolve_all(plain["code"], max(day, self.as_of)).select("code", "current")
        named = plain.join(current, on="code", how="left").with_columns(pl.coalesce("current", "code").alias("current"))
        boards = self.reference.icbs_of(named["current"], day).select(current="code", icb="icb")
        regions = self.reference.boards.select(icb="code", region="region_code").unique("icb")
        placed = named.join(boards, on="current", how="left").join(regions, on="icb", how="left")
        told = placed.join(self._stated("icb"), on="code", how="left").join(
            self._stated("region"), on="code", how="left"
        )
        return told.select(
            "organisation",
            pl.coalesce("stated_icb", "icb").alias("icb"),
            pl.coalesce("stated_region", "region").alias("region"),
        )

    def _stated(self, role: str) -> pl.DataFrame:
        import polars as pl

        if self.estate is None:
            return pl.DataFrame(schema={"code": pl.String, f"stated_{role}": pl.String})
        plain = (pl.col(end).str.strip_prefix("organisation:") for end in ("from", "to"))
        links = self.estate.links("PART_OF").filter(
            (pl.col("role") == role) & ~pl.col("source").str.starts_with("reference/")
        )
        code, parent = plain
        return links.select(code.alias("code"), parent.alias(f"stated_{role}")).unique("code", keep="first")
