"""Reads the crosswalks: from the words of NHS lists to capabilities, standards, national services and pathway roles.

All of it is judgement with a confidence in every row. Texts are compared by :mod:`eamap.matching`; here they are tables.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "crosswalks"


@remembered
def load(folder: Path | None = None) -> Crosswalks:
    """Opens the set."""
    return Crosswalks(folder)


class Crosswalks:
    """The crosswalks, as tables that can be joined."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def system_types(self) -> pl.DataFrame:
        """What the words for a type of system mean: text, capability_ids (;, the primary first), relation (is or part_of_suite), confidence."""
        return self._read("system_types.csv")

    @cached_property
    def pathway_standards(self) -> pl.DataFrame:
        """What a pathway's words for a standard mean: text, registry_id (one a row, null where none), kind, confidence, note."""
        import polars as pl

        return (
            self._read("pathway_standards.csv")
            .with_columns(pl.col("registry_id").str.split("|"))
            .explode("registry_id")
        )

    @cached_property
    def pathway_services(self) -> pl.DataFrame:
        """What a pathway's words for a national service mean: text, service_id (|), name, kind, product, interface_registry_id (|), confidence."""
        return self._read("pathway_services.csv")

    @cached_property
    def roles(self) -> pl.DataFrame:
        """Which pathway role an ODS role plays: ods_role, role_name, trust_type, pathway_org_type, how, confidence, note."""
        return self._read("roles.csv")

    @cached_property
    def standard_aliases(self) -> pl.DataFrame:
        """What inventories call a standard: alias, registry_id, confidence, note."""
        return self._read("standard_aliases.csv")

    @cached_property
    def not_names(self) -> pl.DataFrame:
        """Words that stand where a supplier or system would and name none: text, meaning (absent, not-applicable, withheld, unknown, in-house)."""
        return self._read("not_names.csv")

    @cached_property
    def lifecycle_names(self) -> pl.DataFrame:
        """What people call software: name, lifecycle product, versions (a pattern that must fit), evidence (yes: needs vendor or edition), states, note.

        ``states`` is what the name itself says about the release: "Windows 2000 Server" states 2000.
        """
        return self._read("lifecycle_names.csv")

    @cached_property
    def lifecycle_words(self) -> pl.DataFrame:
        """What words do beside a name: word (a pattern), kind, products, means, note.

        ``products`` (;) limits the word to them, empty is all; for a vendor it adds products whose title does not name it.
        """
        return self._read("lifecycle_words.csv")

    @cached_property
    def lifecycle_rewrites(self) -> pl.DataFrame:
        """Spellings that mean the same: sign (a piece of the text that must be there), pattern, replacement, note."""
        return self._read("lifecycle_rewrites.csv")

    @cached_property
    def lifecycle_stops(self) -> pl.DataFrame:
        """What is not the product beside whose name it stands: phrase, outcome, kind, except_products (;), note."""
        return self._read("lifecycle_stops.csv")

    @cached_property
    def lifecycle_versions(self) -> pl.DataFrame:
        """Versions that have another name than their cycle: product, kind, stated, cycles (|), missing, note.

        Kinds are tokens (all of these words are said), number (the version begins so), pattern, rewrite (of the version)
        and before (words for releases older than the data). Cycles that begin with ``!`` are never one product.
        """
        return self._read("lifecycle_versions.csv")

    @cached_property
    def lifecycle_cpe(self) -> pl.DataFrame:
        """Vendor and product of CPE names that the lifecycle data does not list: vendor, product, means, note."""
        return self._read("lifecycle_cpe.csv")

    def _read(self, file: str) -> pl.DataFrame:
        return sets.read(SET, file, self._folder)
