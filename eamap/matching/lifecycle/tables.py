"""What the rules need of the lifecycle set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl


class LifecycleTables(Protocol):
    """The snapshot and the tables of the rules: :class:`eamap.reference.lifecycle.Lifecycle` has them."""

    def __hash__(self) -> int:
        """Tables are the same only where they are one object."""
        ...

    @property
    def snapshot(self) -> str:
        """The date of the data."""
        ...

    @property
    def products(self) -> pl.DataFrame:
        """Columns product, title, aliases (;), category, tags, cpe, purl."""
        ...

    @property
    def cycles(self) -> pl.DataFrame:
        """Columns product, cycle, label, codename, eol, extended_end."""
        ...

    @property
    def spoken_names(self) -> pl.DataFrame:
        """Columns name, product, versions, evidence, states."""
        ...

    @property
    def words(self) -> pl.DataFrame:
        """Columns word, kind, products, means."""
        ...

    @property
    def rewrites(self) -> pl.DataFrame:
        """Columns sign, pattern, replacement."""
        ...

    @property
    def stops(self) -> pl.DataFrame:
        """Columns phrase, outcome, kind, except_products."""
        ...

    @property
    def versions(self) -> pl.DataFrame:
        """Columns product, kind, stated, cycles, missing."""
        ...

    @property
    def cpes(self) -> pl.DataFrame:
        """Columns vendor, product, means."""
        ...

    @property
    def builds(self) -> pl.DataFrame:
        """Columns product, version, build, exact, cycles."""
        ...

    @property
    def supplement(self) -> pl.DataFrame:
        """Columns product, title, names (|), cycle, spoken (|), end."""
        ...
