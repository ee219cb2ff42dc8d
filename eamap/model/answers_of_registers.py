"""What stands in the rows of the debt register and the evidence packs."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import CitationRow, Explained

Cost = int | Literal["not estimated"]
"""Pence as a work package states it, or that none does; a stated nothing is 0."""
Number = int | str
"""A number, or the words that stand where there is none."""
Score = int | float | str
Text = str | None
Decided = Literal["held", "expired", "incomplete", "none"]


class RegisterRow(Explained):
    """What every register says of a component past or near the end of its support."""

    finding: str
    organisation: Text
    organisation_name: Text
    system: Text
    system_name: Text
    id: str
    component: Text
    product: Text
    cycle: Text
    label: Text
    status: str
    support_end: Text
    extended_end: str
    days_past: Number
    entitlement: str
    entitlement_scope: str
    entitled_to: str
    entitlement_payer: str
    owner: str
    criticality: str
    capabilities: Text
    mitigation: Decided
    mitigation_what: str
    mitigation_by: str
    mitigation_evidence: str
    mitigation_date: str
    mitigation_until: str
    acceptance: Decided
    acceptance_what: str
    acceptance_by: str
    acceptance_date: str
    acceptance_until: str
    plan: str
    plan_reference: str
    treatment: str
    target_date: str
    plan_state: Literal["planned", "past its date", "no date stated", "none"]
    funded: Literal["yes", "no", "not stated", "no plan"]
    capital_low: Cost
    capital_central: Cost
    capital_high: Cost
    revenue_low: Cost
    revenue_central: Cost
    revenue_high: Cost
    cost_source: str
    shared_organisations: int | None
    link: Text
    cell: str


class DebtItemRow(RegisterRow):
    """One item of the debt register."""

    layer: Text
    host_class: Text
    count: int | None
    state: Literal["past", "near"]
    own_end: Text
    own_end_kind: Text
    supplier: Text
    systems_needing: int | None
    organisations_using: int | None
    plans: int
    shared_items: int | None


class DebtGroupRow(Explained):
    """The debt of one organisation, system, capability, supplier, or product and release."""

    key: str
    name: str
    items: int
    past: int
    near: int
    of: int
    longest_past: Number
    organisations: int
    systems: int
    entitlements: int
    mitigated: int
    accepted: int
    planned: int
    funded: int
    overdue: int
    costed: int
    capital_low: Cost
    capital_central: Cost
    capital_high: Cost
    revenue_low: Cost
    revenue_central: Cost
    revenue_high: Cost


class EvidenceRow(RegisterRow):
    """What every pack about components says of one that is past its vendor's support."""

    rule: Text
    confidence: Text
    snapshot: str
    exposed: Literal["yes", "no", "not stated"]
    last_seen: Text
    cyber_essentials: str
    cves: str
    exploited: str
    exposure: str
    citations: list[CitationRow]


class CafRow(EvidenceRow):
    """Evidence for outcomes B4.d and A3.a."""

    caf_class: str
    litraf_l1: Number
    litraf_l6: Number
    litraf_c6: Number
    litraf_scored: str
    litraf_overall: str | float


class DsptRow(EvidenceRow):
    """One line of the list of unsupported systems."""

    host_class: Text
    count: int | None


class LegacyAssetRow(Explained):
    """One system with its scores; aligned with the framework, which names ministerial departments."""

    id: str
    system_name: Text
    organisation: Text
    organisation_name: Text
    assessor: str
    assessed: str
    description: Text
    owner: str
    legacy_components: str
    services_supported: str
    L1: Number
    L2: Number
    L3: Number
    L4: Number
    L5: Number
    L6: Number
    L7: Number
    likelihood_mean: Score
    likelihood_max: Score
    likelihood_total: Score
    C1: Number
    C2: Number
    C3: Number
    C4: Number
    C5: Number
    C6: Number
    impact_mean: Score
    impact_max: Score
    impact_total: Score
    overall: Score
    overall_least: float | None
    overall_most: float | None
    scored: int | None
    legacy: Literal["yes", "no", "unknown"] | None
    red: Literal["yes", "no", "unknown"] | None
    has_plan: Literal["yes", "no"]
    plan_reference: str
    treatment: str
    funded: str
    target_date: str
    cost_change: str
    citations: list[CitationRow]
