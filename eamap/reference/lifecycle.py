"""Reads the lifecycle snapshot: release cycles of products and the ends of their support.

``active_support_end``, ``eol``, ``extended_end``, ``lts`` and ``discontinued`` are text: a date, ``true``, ``false`` or
null, as the source gives them. What ``eol`` means differs by product: ``eol_label`` says. The day of the end is still
supported.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import crosswalks, sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "lifecycle"
_ENDS = ("active_support_end", "eol", "extended_end")


@dataclass(frozen=True, slots=True)
class Cycle:
    """One release cycle; the ends are a date, ``true``, ``false`` or nothing."""

    product: str
    cycle: str
    label: str
    release_date: str | None
    active_support_end: str | None
    eol: str | None
    extended_end: str | None
    link: str | None


@remembered
def load(folder: Path | None = None) -> Lifecycle:
    """Opens the set."""
    return Lifecycle(folder)


class Lifecycle:
    """The snapshot, as tables that can be joined on ``product`` and ``cycle``."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def snapshot(self) -> str:
        """The date of the snapshot, as every match states it."""
        return sets.facts(SET, self._folder).date

    @property
    def checksum(self) -> str:
        """What matches are cached by: the beginnings of the checksums of the snapshot and of the words it is matched with."""
        both = (sets.facts(name, self._folder).checksum for name in (SET, crosswalks.SET))
        return "-".join(each[:16] for each in both)

    @cached_property
    def cycles(self) -> pl.DataFrame:
        """One row a cycle, in the order of the source, with ``eol_date`` and its like for the ends that are dates."""
        import polars as pl

        frame = sets.read(SET, "cycles.parquet", self._folder)
        return frame.with_columns(
            pl.col(name).str.to_date("%Y-%m-%d", strict=False).alias(f"{name}_date") for name in _ENDS
        )

    @cached_property
    def products(self) -> pl.DataFrame:
        """One row a product: product, title, aliases (;), category, tags, identifiers, labels of the ends, policy, cycles."""
        return sets.read(SET, "products.parquet", self._folder)

    @cached_property
    def names(self) -> pl.DataFrame:
        """Every name of every product: name, product. The id, the title, and each alias."""
        import polars as pl

        aliases = self.products.select(name=pl.col("aliases").str.split(";"), product="product").explode("name")
        own = [self.products.select(name=column, product="product") for column in ("product", "title")]
        return pl.concat([*own, aliases.drop_nulls()]).unique().sort("name", "product")

    @cached_property
    def supplement(self) -> pl.DataFrame:
        """Software that the snapshot does not know: product, title, names (|), cycle, spoken (|), end, end_kind, source, source_date, confidence, note."""
        return self._curated("supplement.csv")

    @cached_property
    def builds(self) -> pl.DataFrame:
        """Builds that tell a cycle: product, version, build, exact (yes, or no for "from this build on"), cycles (|), source, source_date, note."""
        return self._curated("builds.csv")

    def _curated(self, file: str) -> pl.DataFrame:
        # A newer snapshot put beside a store holds cycles and products only: the project's own tables stay those shipped.
        folder = self._folder
        if folder is not None and file not in {each.name for each in sets.facts(SET, folder).files}:
            folder = None
        return sets.read(SET, file, folder)

    @property
    def spoken_names(self) -> pl.DataFrame:
        """What people call the products; see :attr:`eamap.reference.crosswalks.Crosswalks.lifecycle_names`."""
        return self._crosswalks.lifecycle_names

    @property
    def words(self) -> pl.DataFrame:
        """What words do beside a name; see :attr:`eamap.reference.crosswalks.Crosswalks.lifecycle_words`."""
        return self._crosswalks.lifecycle_words

    @property
    def rewrites(self) -> pl.DataFrame:
        """Spellings that mean the same; see :attr:`eamap.reference.crosswalks.Crosswalks.lifecycle_rewrites`."""
        return self._crosswalks.lifecycle_rewrites

    @property
    def stops(self) -> pl.DataFrame:
        """What is not the product; see :attr:`eamap.reference.crosswalks.Crosswalks.lifecycle_stops`."""
        return self._crosswalks.lifecycle_stops

    @property
    def versions(self) -> pl.DataFrame:
        """Special versions; see :attr:`eamap.reference.crosswalks.Crosswalks.lifecycle_versions`."""
        return self._crosswalks.lifecycle_versions

    @property
    def cpes(self) -> pl.DataFrame:
        """CPE names the snapshot does not list; see :attr:`eamap.reference.crosswalks.Crosswalks.lifecycle_cpe`."""
        return self._crosswalks.lifecycle_cpe

    @property
    def _crosswalks(self) -> crosswalks.Crosswalks:
        return crosswalks.load(self._folder)

    def get(self, product: str, cycle: str) -> Cycle | None:
        """Returns one cycle."""
        return self._by_key.get((product, cycle))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Cycle]:
        columns = Cycle.__slots__
        return {(row[0], row[1]): Cycle(*row) for row in self.cycles.select(columns).iter_rows()}
