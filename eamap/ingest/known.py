"""What eamap knows of the world while it reads a file: organisations by code and name, products by alias, words, mappings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.ingest.mapping import Mapping as Layout
from eamap.ingest.mapping import read_mapping, read_mappings
from eamap.ingest.references import Organisations
from eamap.ingest.words import Words, read_words

if TYPE_CHECKING:
    import polars as pl

    from eamap.matching.organisations import OrganisationNames
    from eamap.matching.products import Names

RULES = "1"
"""Raised whenever the same file and mapping would give other records: what was read before is then read again."""


class _Listed:
    """The organisations of ODS by code and name; the names are read when the first is asked for."""

    def __init__(self, names: pl.DataFrame) -> None:
        self.names = names

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(self.names["code"].to_list())

    @cached_property
    def by_name(self) -> OrganisationNames:
        from eamap.matching.organisations import OrganisationNames

        return OrganisationNames(self.names)


@dataclass(frozen=True)
class Known:
    """The mappings and reference data an ingest works with."""

    folder: Path
    """Folder of the mappings."""
    reference: Path | None = None
    """Folder of reference data that replaces the shipped sets, if any."""
    extra: Path | None = None
    """A mapping file the user named."""

    @cached_property
    def words(self) -> Words:
        """The word list."""
        return read_words(self.folder)

    @cached_property
    def layouts(self) -> Mapping[str, Layout]:
        """Every mapping by name; one the user wrote comes last and may replace a shipped one."""
        found = read_mappings(self.folder)
        own = [read_mapping(self.extra)] if self.extra else []
        return found | {layout.name: layout for layout in own}

    @cached_property
    def fingerprint(self) -> str:
        """What the mappings and words are, in one word: the same file read by the same rules says the same."""
        digest = hashlib.sha256(RULES.encode())
        for path in [*sorted(self.folder.glob("*.yaml")), *([self.extra] if self.extra else [])]:
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def organisations(self, own: Iterable[tuple[str, str]]) -> Organisations:
        """Returns the organisations by code and name; ``own`` are (name, code) of the estate's own, which come first."""
        from eamap.matching.organisations import OrganisationNames

        listed = self._listed
        mine = OrganisationNames(listed.names.clear(), own)

        def find(text: str) -> str | None:
            # Nearly every cell holds a code, and looking a code up is much cheaper than folding a name.
            code = text.strip().upper()
            if code in listed.codes:
                return code
            return mine.match(text).code or listed.by_name.match(text).code

        return Organisations(find, listed.names["code"])

    @cached_property
    def _listed(self) -> _Listed:
        from eamap.reference import organisations

        return _Listed(organisations.load(self.reference).names)

    def is_product(self, text: str) -> bool:
        """Whether a text is exactly the name of a product."""
        return self._products.match(text).name is not None

    @cached_property
    def _products(self) -> Names:
        from eamap.matching.products import product_names
        from eamap.reference import crosswalks, products

        return product_names(products.load(self.reference), crosswalks.load(self.reference).not_names)


def mappings_folder() -> Path:
    """Returns the folder of the shipped mappings."""
    from eamap.model.shipped import shipped_folder

    return shipped_folder() / "mappings"
