"""Holds a match table against labelled texts: right, family-right, wrong and false, by kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

TRUE = ("exact", "family", "uncovered_cycle")
"""The kinds of texts that have a true product."""


@dataclass
class Figures:
    """Counts by (kind, verdict), and the rows that are not right."""

    counts: Counter = field(default_factory=Counter)
    not_right: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def of(self, verdict: str, *kinds: str) -> int:
        return sum(n for (kind, said), n in self.counts.items() if said == verdict and (not kinds or kind in kinds))

    def table(self) -> str:
        """One line a kind, as the acceptance of the issue asks for."""
        lines = [f"{'kind':18}{'rows':>6}{'right':>7}{'family-right':>14}{'missed':>8}{'wrong':>7}{'false':>7}"]
        for kind in sorted({kind for kind, _ in self.counts}):
            rows = sum(n for (each, _), n in self.counts.items() if each == kind)
            said = [self.of(verdict, kind) for verdict in ("right", "family-right", "missed", "wrong", "false")]
            lines.append(f"{kind:18}{rows:6}{said[0]:7}{said[1]:14}{said[2]:8}{said[3]:7}{said[4]:7}")
        return "\n".join(lines)


def judged(row: dict) -> str:
    """Says what one match is: right, family-right, missed, wrong (another product or cycle) or false (a product for none)."""
    product, cycle = row["product_found"], row["cycle_found"]
    if product is not None and not row["product"]:
        return "false"
    if product is not None and (product != row["product"] or (cycle is not None and cycle != row["cycle"])):
        return "wrong"
    if row["kind"] == "family":
        ends = (_told(row["eol"]), _told(row["eol_min"]))
        return "family-right" if product and (row["eol_best"], row["eol_worst"]) == ends else "missed"
    if row["kind"] == "exact":
        right = product and cycle and row["eol_best"] == row["eol_worst"] == _told(row["eol"])
        return "right" if right and (row["extended_end"] or "") == (row["eoes"] or "") else "missed"
    expected = ("not_software", "unmatched") if row["kind"] == "negative" else (row["kind"],)
    return "right" if row["outcome"] in expected else "missed"


def _told(end: str | None) -> str:
    return {"true": "undated_past", "false": "none_published", None: "none_published"}.get(end, end)


def figures(labelled: pl.DataFrame, found: pl.DataFrame) -> Figures:
    """Counts what each labelled text came to."""
    joined = labelled.join(found, left_on="raw", right_on="text", suffix="_found", maintain_order="left")
    assert joined.height == labelled.height
    result = Figures()
    for row in joined.iter_rows(named=True):
        said = judged(row)
        result.counts[(row["kind"], said)] += 1
        if said not in ("right", "family-right"):
            result.not_right.append(
                f"{said}: {row['raw']} -> {row['outcome']} {row['product_found']} {row['cycle_found']}"
            )
    return result
