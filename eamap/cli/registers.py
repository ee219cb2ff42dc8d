"""What the debt register and the evidence packs are made of, put together once for a command or an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.debt import Register
    from eamap.reference.litraf import Litraf

SYSTEMS = "litraf"
"""The pack whose rows are systems."""
SETS = {"debt": ("lifecycle",), "caf": ("lifecycle", "caf", "litraf", "exploited"), "dspt": ("lifecycle", "caf", "exploited"),
        "litraf": ("lifecycle", "litraf")}  # fmt: skip
"""The sets of reference data each pack rests on."""


@dataclass(frozen=True)
class Registers:
    """The registers of one estate on one day; ``answers`` is a file of answers to the risk framework, if one was given."""

    opened: Opened
    answers: Path | None = None

    @cached_property
    def register(self) -> Register:
        """The debt register."""
        from eamap.analysis.debt import Register
        from eamap.interpret.support import support
        from eamap.reference import caf

        opened = self.opened
        found = support(opened.on, opened.reference, opened.cache)
        return Register(opened.on, found, self._findings, caf.load(opened.reference).replacing)

    @cached_property
    def _findings(self) -> pl.DataFrame:
        """The findings about components: fingerprint, subject, check."""
        import polars as pl

        from eamap.cli.judging import judged

        failed = judged(self.opened, ("lifecycle",)).select()
        return failed.filter(pl.col("subject").str.starts_with("component:")).select("fingerprint", "subject", "check")

    @property
    def snapshot(self) -> str:
        """The date of the lifecycle data."""
        from eamap.reference import lifecycle

        return lifecycle.load(self.opened.reference).snapshot

    def ids(self, selector: str) -> pl.Series | None:
        """Returns what a selector selects; nothing is everything."""
        return self.opened.select(selector).ids if selector else None

    def rows(self, pack: str, ids: pl.Series | None) -> pl.DataFrame:
        """Returns the rows of a pack over what is selected, with the columns of the pack."""
        if pack == SYSTEMS:
            return self._assets(ids)
        return self.entries.join(self._of_pack(pack, ids).select("id"), on="id", how="semi", maintain_order="left")

    def _of_pack(self, pack: str, ids: pl.Series | None) -> pl.DataFrame:
        """The debt register holds what is near its end too; evidence is asked for what is past it."""
        import polars as pl

        items = self.register.frame("items", ids)
        return items if pack == "debt" else items.filter(pl.col("state") == "past")

    @cached_property
    def entries(self) -> pl.DataFrame:
        """Every item as it is published, with the columns of every pack but that of systems."""
        from eamap.analysis.entries import entries
        from eamap.analysis.evidence import essentials, evidence_class, with_exposure, with_reports, with_scores
        from eamap.interpret.exposure import exposures
        from eamap.reference import caf

        asked = caf.load(self.opened.reference)
        opened = self.opened
        exposed = exposures(opened.on, opened.reference, None, opened.cache)
        items = with_exposure(with_reports(self.register.items, self.reports), exposed)
        judged = items.with_columns(evidence_class(asked), essentials(asked, self.opened.reading.as_of))
        told = judged.select("id", "caf_class", "cyber_essentials", "cves", "exploited", "exposure")
        found = entries(self.register, self.register.items, self.snapshot).join(told, on="id", maintain_order="left")
        return with_scores(found, self.totals, len(self.framework.criteria)).with_columns(self._cells(found))

    def _cells(self, found: pl.DataFrame) -> pl.Series:
        """Returns where each component's text stands, in words."""
        import polars as pl

        from eamap.checks.evidence import cells_of_fields
        from eamap.model.citations import Citation

        asked = found.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), "id", pl.lit("raw").alias("name"))
        first = cells_of_fields(self.opened.estate, asked).unique("at", keep="first", maintain_order=True)
        words = {at: str(Citation(*cell)) for at, *cell in first.iter_rows()}
        return pl.Series("cell", [words.get(at, "") for at in range(found.height)], dtype=pl.String)

    @cached_property
    def reports(self) -> pl.DataFrame:
        """What scanners reported, by component."""
        from eamap.analysis.evidence import reports
        from eamap.reference import exploited

        return reports(self.opened.on, exploited.load(self.opened.reference).entries)

    @cached_property
    def framework(self) -> Litraf:
        """The risk framework."""
        from eamap.reference import litraf

        return litraf.load(self.opened.reference)

    @cached_property
    def scores(self) -> pl.DataFrame:
        """Every answer about every system."""
        from eamap.analysis.litraf import scored, stated_answers
        from eamap.cli.answers import with_file

        given = with_file(stated_answers(self.opened.on), self.answers, self.framework, self.opened.on)
        return scored(self.opened.on, self.framework, self.register.support, given, self.reports["id"])

    @cached_property
    def totals(self) -> pl.DataFrame:
        """One row a system: its scores, totals and bounds."""
        from eamap.analysis.litraf import totalled

        return totalled(self.scores, self.framework)

    def _assets(self, ids: pl.Series | None) -> pl.DataFrame:
        from eamap.analysis.legacy_assets import assets

        return assets(self.register, self.totals, ids)
