"""What is assumed, marked default, or stands for something else: said with the result, so that nobody has to guess."""

from __future__ import annotations

from eamap.analysis.doonce.case import Case
from eamap.analysis.doonce.interoperability import Interoperability
from eamap.analysis.doonce.level import Convergence, by_default
from eamap.analysis.doonce.purchasing import Purchasing
from eamap.analysis.doonce.variation import Variation


def notes(
    case: Case, A: Purchasing, B: Interoperability, V: Variation, where: Convergence, half: float | None
) -> tuple[str, ...]:
    """Returns the sentences that apply, in a fixed order."""
    method = case.facts.method
    stand_ins = case.shares.filter(case.shares["stands_in"])["owner"].n_unique()
    own = case.shares.filter(case.shares["in_house"])["owner"].n_unique()
    unsaid = int(case.tables.contracts["unanswered"].sum())
    told = (
        (stand_ins, f"The supplier stands for the product of {stand_ins} of {case.n} organisations: their product is not stated."),
        (own, f"In-house software is a product of its own in each of {own} organisations."),
        (A.assumed, f"{A.assumed} of {A.contracts} contracts are assumed, one an organisation and supplier, because none is stated."),
        (unsaid, f"{unsaid} of {A.contracts} contracts are of organisations that do not say what they have: they count for purchasing power and lock-in, and not for variety."),
        (A.A3 is not None and method.maybe("S_half_gbp") is None, f"Materiality is measured against the median capability spend of the estate, {half or 0:,.0f} pounds a year."),
        (B.by_default, "The share of hand-offs across ICSs is the default of the steps: no flow of the capability is stated."),
        (by_default(case), "The reach of interoperability is that of all referral-to-treatment pathways: no flow of the capability is stated."),
        (case.n > 1 and V.strata < 2, "No strata: every organisation is of one stratum, so no variation is warranted by it (omega and K1 are 0)."),
        (where.unplaced, f"{where.unplaced} of {case.n} organisations lie in no known ICS or region and are left out of the level of variation."),
        (not case.tables.steps.height, "No step of a care pathway needs this capability, so interoperability cannot be judged by hand-offs."),
        (not case.n, "No organisation has something live for this capability."),
    )  # fmt: skip
    return tuple(text for applies, text in told if applies)
