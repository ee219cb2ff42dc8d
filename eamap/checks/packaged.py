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
    "ambiguous": "the text may mean more than one product",
    "uncovered_cycle": "the reference data does not hold that release",
    "uncovered_product": "the reference data does not hold that product",
    "not_software": "the text is no software that is installed",
    "unmatched": "the text is not the name and version of a known product alone",
}
_MEANING = ("outcome", "product", "cycle", "candidates", "eol_best", "eol_worst", "extended_end", "missing", "rule")
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

        from eamap.interpret.lifecycle import matches

        found = matches(texts, self._lifecycle, self._cache)
        meaning = list(_MEANING)
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
        if row["outcome"] == "family":
            return self._family(row)
        if row["outcome"] != "exact":
            return Unmatched(_WHY[row["outcome"]])
        product, cycle, ends, extended = row["product"], row["cycle"], _as_data(row["eol_best"]), row["extended_end"]
        label = _label(row["title"] or product, row["label"] or cycle)
        snapshot = f"snapshot {self._lifecycle.snapshot}"
        told = (ends and f"end {ends}", extended and f"extended end {extended}", snapshot, row["link"])
        cited = f"lifecycle: {product} {cycle}; " + "; ".join(each for each in told if each)
        return Support(product, cycle, label, ends, extended, row["ends_means"] or _END, row["rule"], cited)

    def _family(self, row: dict[str, Any]) -> Support | Unmatched:
        """Several releases: their best case decides where its end is a date or past, and what would tell them apart is named."""
        count, missing = row["candidates"].count("|") + 1, row["missing"]
        best, worst = row["eol_best"], row["eol_worst"]
        if best == "none_published":
            return Unmatched(f"it may be any of {count} releases of {row['title']}: the {missing} is not stated")
        label = f"{row['title']} ({missing} not stated, at best)"
        cited = (
            f"lifecycle: {row['product']}, {count} releases; end {worst} to {best}; snapshot {self._lifecycle.snapshot}"
        )
        return Support(
            row["product"], f"family {count}", label, _as_data(best), row["extended_end"], row["ends_means"] or _END, row["rule"], cited,
            why_unsure=f"it may be any of {count} releases, supported until {worst} to {best}: the {missing} is not stated",
        )  # fmt: skip

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


def _as_data(end: str) -> str:
    """Returns an end of the match table as the data gives it."""
    return {"undated_past": "true", "none_published": "false"}.get(end, end)
