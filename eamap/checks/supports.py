"""How components stand with their vendor's support, as checks read it: one answer for all that stand alike."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.checks.reference import Support, Supports
from eamap.model.findings import Confidence
from eamap.model.support import Status

if TYPE_CHECKING:
    from eamap.interpret.support import Knowledge
    from eamap.model.estate import Estate

_END = "end of support"
_TOLD = ("status", "outcome", "product", "identity", "label", "eol_best", "eol_worst", "extended_end", "ends_means", "missing",
         "confidence", "link", "entitlement", "override")  # fmt: skip
"""What an answer is made of; spellings, tokens and rules tell nothing more."""


def supports_by(estate: Estate, on: date, known: Knowledge, snapshot: str) -> Supports:
    """Returns how each component stands; ``snapshot`` says in the citation what the ends rest on."""
    import polars as pl

    from eamap.interpret.support import supported
    from eamap.model.selector import EstateOn

    found = supported(EstateOn(estate, on), known)
    told = found.standings.select(_TOLD)
    distinct = told.filter(pl.col("outcome").is_not_null()).unique(maintain_order=True).with_row_index("place")
    places = told.join(distinct, on=_TOLD, how="left", nulls_equal=True, maintain_order="left")["place"]
    subjects = found.components.select(pl.col("id").alias("subject"), places[found.places].alias("place"))
    decisions = {row["hash"]: row for row in estate.decisions.iter_rows(named=True)}
    return Supports(subjects, [_answer(row, decisions, snapshot) for row in distinct.iter_rows(named=True)])


def _answer(row: dict[str, Any], decisions: dict[str, dict[str, Any]], snapshot: str) -> Support:
    proof, override = decisions.get(row["entitlement"]), decisions.get(row["override"])
    return Support(
        status=Status(row["status"]), product=row["product"] or "", identity=row["identity"], label=row["label"] or "", outcome=row["outcome"],
        ends_best=row["eol_best"], ends_worst=row["eol_worst"], extended_end=row["extended_end"],
        ends_means=row["ends_means"] or _END, missing=row["missing"] or "", confidence=Confidence(row["confidence"] or "high"),
        proof=_proof(proof) if proof else "", override=_override(override) if override else "", row=_row(row, snapshot),
    )  # fmt: skip


def _proof(decision: dict[str, Any]) -> str:
    payer = decision["field"] or "payer not stated"
    reference = decision["value"] or decision["evidence"] or "no reference"
    return f"{reference}, {payer}, scope {decision['object'] or decision['subject']}, from {decision['date']} until {decision['expires']}"


def _override(decision: dict[str, Any]) -> str:
    return f"{decision['field']} set to {decision['value']} by {decision['who']} on {decision['date']}: {decision['reason']}"


def _row(row: dict[str, Any], snapshot: str) -> str:
    """Names the row of reference data, with what it says, its date and its link."""
    ends = row["eol_worst"] if row["eol_worst"] == row["eol_best"] else f"{row['eol_worst']} to {row['eol_best']}"
    told = (
        ends and f"end {ends}",
        row["extended_end"] and f"extended end {row['extended_end']}",
        snapshot,
        row["link"],
    )
    told_by = "supplement to lifecycle" if row["outcome"] == "uncovered_product" else "lifecycle"
    return f"{told_by}: {row['identity'] or 'no product'}; " + "; ".join(each for each in told if each)
