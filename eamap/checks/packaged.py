"""Reference data for checks out of the sets that come with eamap, or of a folder that replaces them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.checks.reference import StandardOn, Support, Supports, Unmatched

if TYPE_CHECKING:
    import polars as pl

    from eamap.reference.lifecycle import Lifecycle
    from eamap.reference.organisations import Organisations
    from eamap.reference.standards import Standards

_WHY = {
    "no-version": "the text names no version",
    "no-name": "the text is not the name of a known product alone",
    "no-single-cycle": "the text fits no single release cycle",
}
_END = "end of support"


class PackagedReference:
    """Answers checks from the reference sets; each set is read when it is first asked.

    ``cache`` is a folder in which what texts mean is kept from one run to the next.
    """

    def __init__(self, folder: Path | None = None, cache: Path | None = None) -> None:
        self.folder = folder
        self._cache = cache

    def support(self, text: str) -> Support | Unmatched:
        """Returns the release cycle that a component's text means, or why there is none."""
        import polars as pl

        return self.supports(pl.Series([text], dtype=pl.String)).answers[0]

    def supports(self, texts: pl.Series) -> Supports:
        """Returns the same for each distinct text of a column."""
        import polars as pl

        from eamap.interpret.lifecycle import KEPT, matches

        found = matches(texts, self._lifecycle, self._cache)
        meaning = KEPT[1:]
        distinct = found.select(meaning).unique().sort(meaning).with_row_index("answer")
        table = found.join(distinct, on=meaning, nulls_equal=True, maintain_order="left").select("text", "answer")
        facts = self._lifecycle.cycles.select("product", "cycle", "label", "link").unique(
            ["product", "cycle"], keep="last"
        )
        titles = self._lifecycle.products.select("product", "title", pl.col("eol_label").alias("ends_means"))
        told = distinct.join(facts, on=["product", "cycle"], how="left", maintain_order="left").join(
            titles, on="product", how="left", maintain_order="left"
        )
        return Supports(table, [self._answer(row) for row in told.iter_rows(named=True)])

    def _answer(self, row: dict[str, Any]) -> Support | Unmatched:
        product, cycle, ends, extended = row["product"], row["cycle"], row["eol"], row["extended_end"]
        if product is None or cycle is None:
            return Unmatched(_WHY.get(row["rule"], row["rule"]))
        label = _label(row["title"] or product, row["label"] or cycle)
        snapshot = f"snapshot {self._lifecycle.snapshot}"
        told = (ends and f"end {ends}", extended and f"extended end {extended}", snapshot, row["link"])
        cited = f"lifecycle: {product} {cycle}; " + "; ".join(each for each in told if each)
        return Support(product, cycle, label, ends, extended, row["ends_means"] or _END, row["rule"], cited)

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns what is known about a standard on a day."""
        standard, status = self._standards.get(identifier), self._standards.status_on(identifier, on)
        if standard is None or status is None:
            return None
        told = (
            f"status {status.status}",
            status.since and f"since {status.since}",
            status.as_of and f"as of {status.as_of}",
            standard.url,
        )
        row = f"standards: {identifier}; " + "; ".join(each for each in told if each)
        return StandardOn(
            standard.title, status.status, status.wording, standard.superseded_by, row, standard.confidence
        )

    def knows_organisation(self, code: str) -> bool:
        """Says whether the reference organisations hold a code."""
        return self._organisations.get(code) is not None

    @cached_property
    def _lifecycle(self) -> Lifecycle:
        from eamap.reference import lifecycle

        return lifecycle.load(self.folder)

    @cached_property
    def _standards(self) -> Standards:
        from eamap.reference import standards

        return standards.load(self.folder)

    @cached_property
    def _organisations(self) -> Organisations:
        from eamap.reference import organisations

        return organisations.load(self.folder)


def _label(title: str, label: str) -> str:
    # Some labels repeat the product ("Windows Server 2012 R2"), most are a bare version.
    return label if set(title.casefold().split()) & set(label.casefold().split()) else f"{title} {label}"
