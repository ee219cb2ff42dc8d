"""The columns of the registers: heading, meaning, and what each rests on, so that every cell can be explained.

What a column rests on is written ``WHAT.FIELD``: a field of the ``component``, ``system`` or ``plan`` (a work package) of
the row; or a word: ``lifecycle`` (the row of reference data), ``mitigation``, ``acceptance``, ``entitlement`` (decisions),
``reports`` (vulnerabilities), ``answers`` (of a framework).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """One column: its key, its heading for people, what it says, and what it rests on."""

    key: str
    heading: str
    says: str
    rests: tuple[str, ...]
    is_number: bool = False
    """Whether it holds numbers, beside words where there is none."""


_RAW = ("component.raw",)
_SUPPORT = ("component.raw", "lifecycle")
_MONEY = "pence, as the work package states it; pounds in a workbook"
_COLUMNS = (
    EntryColumn("finding", "Finding", "the fingerprint of the finding: the same next month", _RAW),
    EntryColumn("organisation", "Organisation", "ODS code, or the estate's own", ("component", "system.operator")),
    EntryColumn("organisation_name", "Organisation name", "its name", ("system.operator",)),
    EntryColumn("system", "System", "id of the system", ("system",)),
    EntryColumn("system_name", "System name", "its name", ("system.name",)),
    EntryColumn("supplier", "Supplier", "of the system, as reported", ("system.supplier",)),
    EntryColumn("id", "Component id", "id of the component", ("component",)),
    EntryColumn("component", "Component", "as the inventory states it", _RAW),
    EntryColumn("layer", "Layer", "what kind of component", ("component.layer",)),
    EntryColumn("host_class", "Host", "server, desktop, network, medical device or other", ("component.host_class",)),
    EntryColumn("count", "Count", "how many, as stated", ("component.count",), is_number=True),
    EntryColumn("product", "Product", "matched product of the lifecycle data", _SUPPORT),
    EntryColumn("cycle", "Release", "matched release", _SUPPORT),
    EntryColumn("label", "Known as", "the product and release in people's words", _SUPPORT),
    EntryColumn("rule", "Matched by", "the rule that matched", _RAW),
    EntryColumn("confidence", "Confidence", "how sure the match is", _RAW),
    EntryColumn("snapshot", "Lifecycle data of", "date of the reference data", ("lifecycle",)),
    EntryColumn("state", "Past or near", "past, near", _SUPPORT),
    EntryColumn("status", "Status", "how it stands with its vendor's support on the day", _SUPPORT),
    EntryColumn("support_end", "Support ended or ends", "the last day of support (the worst case, where several are possible)", _SUPPORT),
    EntryColumn("extended_end", "Extended support sold until", "as the data gives it; it counts only with proof", _SUPPORT),
    EntryColumn("days_past", "Days past", "days from the end of support to the day judged", _SUPPORT, is_number=True),
    EntryColumn("own_end", "Own end", "planned retirement or contract end of its system, whichever comes first",
                ("system.planned_retirement", "system.contract_end")),
    EntryColumn("own_end_kind", "Own end is", "which of the two", ("system.planned_retirement", "system.contract_end")),
    EntryColumn("entitlement", "Extended support proven by", "reference of the proof of entitlement", ("entitlement",)),
    EntryColumn("entitlement_scope", "Proof holds for", "national, or an organisation", ("entitlement",)),
    EntryColumn("entitled_to", "Proof until", "the day from which it no longer holds", ("entitlement",)),
    EntryColumn("entitlement_payer", "Paid by", "local or national, where stated", ("entitlement",)),
    EntryColumn("owner", "Owner", "the role that owns the system", ("system.owner_role",)),
    EntryColumn("criticality", "Criticality", "of the system", ("system.criticality",)),
    EntryColumn("capabilities", "Capabilities", "what the system does, stated or inferred", ("system",)),
    EntryColumn("systems_needing", "Systems that need it", "other systems that need its system directly", ("system",), is_number=True),
    EntryColumn("organisations_using", "Organisations using it", "that operate or use its system", ("system",), is_number=True),
    EntryColumn("exposed", "Reached from the internet", "yes, no or not stated", ("component.internet_exposed",)),
    EntryColumn("last_seen", "Last seen", "when the source last saw it", ("component.last_seen",)),
    EntryColumn("mitigation", "Mitigation", "held, expired, incomplete or none; it never makes an item supported", ("mitigation",)),
    EntryColumn("mitigation_what", "Mitigated how", "the reason given", ("mitigation",)),
    EntryColumn("mitigation_by", "Mitigation decided by", "a role", ("mitigation",)),
    EntryColumn("mitigation_evidence", "Mitigation evidence", "where the evidence is", ("mitigation",)),
    EntryColumn("mitigation_date", "Mitigation verified", "the date of the decision", ("mitigation",)),
    EntryColumn("mitigation_until", "Mitigation until", "the day from which it no longer holds", ("mitigation",)),
    EntryColumn("acceptance", "Risk acceptance", "held, expired, incomplete or none", ("acceptance",)),
    EntryColumn("acceptance_what", "Accepted why", "the reason given", ("acceptance",)),
    EntryColumn("acceptance_by", "Accepted by", "a role, such as SIRO", ("acceptance",)),
    EntryColumn("acceptance_date", "Accepted on", "the date of the decision", ("acceptance",)),
    EntryColumn("acceptance_until", "Accepted until", "the day from which it no longer holds", ("acceptance",)),
    EntryColumn("plan", "Plan", "id of the work package", ("plan",)),
    EntryColumn("plan_reference", "Plan reference", "as the plan states it", ("plan.reference",)),
    EntryColumn("treatment", "Treatment", "what the plan does", ("plan.treatment",)),
    EntryColumn("target_date", "Target date", "of the plan", ("plan.target_date",)),
    EntryColumn("plan_state", "Plan stands", "planned, past its date, no date stated, none", ("plan.target_date",)),
    EntryColumn("funded", "Funded", "yes, no, not stated, no plan", ("plan.funded",)),
    EntryColumn("plans", "Plans", "how many work packages are for this item", ("plan",), is_number=True),
    *(
        EntryColumn(f"{kind}_{case}", f"{kind.capitalize()} {case}", f"{_MONEY}; not estimated is not zero", (f"plan.{kind}_{case}",), is_number=True)
        for kind in ("capital", "revenue") for case in ("low", "central", "high")
    ),
    EntryColumn("cost_source", "Cost source", "where the costs come from", ("plan.cost_source",)),
    EntryColumn("shared_organisations", "Organisations with the same", "organisations in the whole estate with the same product and release past or near its end: what one shared action would cover", _SUPPORT, is_number=True),
    EntryColumn("shared_items", "Items of the same", "items of these", _SUPPORT, is_number=True),
    EntryColumn("litraf_l1", "LITRAF L1", "End of Life / End of Support, of the system; aligned", ("answers",), is_number=True),
    EntryColumn("litraf_l6", "LITRAF L6", "Known Security Vulnerabilities, of the system; aligned", ("answers",), is_number=True),
    EntryColumn("litraf_c6", "LITRAF C6", "Impact on Other Systems, of the system; aligned", ("answers",), is_number=True),
    EntryColumn("litraf_scored", "LITRAF scored", "how many of the criteria are scored", ("answers",)),
    EntryColumn("litraf_overall", "LITRAF overall", "the total, only where all are scored; else its bounds", ("answers",)),
    EntryColumn("caf_class", "CAF B4.d evidence", "mitigated+plan, mitigated only, plan only or neither", ("mitigation", "plan")),
    EntryColumn("cyber_essentials", "Cyber Essentials", "which question it bears on, and why; unknown where exposure is not stated", ("component.internet_exposed", "reports")),
    EntryColumn("cves", "CVEs reported", "by a scanner on this component; not assessed where no scanner's export was read", ("reports",)),
    EntryColumn("exploited", "Known exploited", "reported CVEs on the list of known exploited vulnerabilities, and whether ransomware uses them", ("reports",)),
    EntryColumn("exposure", "Exposure level", "the surest of the levels that can be stated: 3 reported on it, 1 about the product, 0 context only; never added up", ("reports", "lifecycle")),
    EntryColumn("link", "Vendor evidence", "address of the vendor's statement", ("lifecycle",)),
    EntryColumn("cell", "Where it stands", "the cell of the inventory", _RAW),
)  # fmt: skip
CATALOGUE: dict[str, EntryColumn] = {column.key: column for column in _COLUMNS}
"""Every column by its key."""

_HEAD = ("finding", "organisation", "organisation_name", "system", "system_name", "id", "component")
_MATCH = ("product", "cycle", "label", "rule", "confidence", "snapshot")
_ENDS = (
    "status",
    "support_end",
    "extended_end",
    "days_past",
    "entitlement",
    "entitlement_scope",
    "entitled_to",
    "entitlement_payer",
)
_MITIGATION = (
    "mitigation",
    "mitigation_what",
    "mitigation_by",
    "mitigation_evidence",
    "mitigation_date",
    "mitigation_until",
)
_PLAN = ("plan", "plan_reference", "treatment", "target_date", "plan_state", "funded")
_ACCEPTANCE = ("acceptance", "acceptance_what", "acceptance_by", "acceptance_date", "acceptance_until")
_COSTS = (
    "capital_low",
    "capital_central",
    "capital_high",
    "revenue_low",
    "revenue_central",
    "revenue_high",
    "cost_source",
)
_LITRAF = ("litraf_l1", "litraf_l6", "litraf_c6", "litraf_scored", "litraf_overall")

PACK_COLUMNS: dict[str, tuple[str, ...]] = {
    "debt": (*_HEAD, "layer", "host_class", "count", *_MATCH[:3], "state", *_ENDS, "own_end", "own_end_kind", "supplier", "criticality", "owner",
             "capabilities", "systems_needing", "organisations_using", *_MITIGATION, *_ACCEPTANCE, *_PLAN, "plans", *_COSTS,
             "shared_organisations", "shared_items", "link", "cell"),
    "caf": (*_HEAD, *_MATCH, *_ENDS, "owner", "criticality", "capabilities", "exposed", "last_seen", "caf_class", *_MITIGATION, *_PLAN,
            *_ACCEPTANCE, *_LITRAF, "cyber_essentials", "cves", "exploited", "exposure", *_COSTS, "shared_organisations", "link", "cell"),
    "dspt": (*_HEAD, *_MATCH, *_ENDS, "owner", "criticality", "host_class", "count", "capabilities", "exposed", "last_seen", *_MITIGATION,
             *_PLAN, *_ACCEPTANCE, "cyber_essentials", "cves", "exploited", "exposure", *_COSTS, "shared_organisations", "link", "cell"),
}  # fmt: skip
"""The columns of each register, in order."""

_SCORES = tuple(f"{side}{number}" for side, most in (("L", 7), ("C", 6)) for number in range(1, most + 1))
_ASSETS = (
    EntryColumn("id", "Asset", "id of the system", ("system",)),
    EntryColumn("system_name", "Asset name", "its name", ("system.name",)),
    EntryColumn("organisation", "Organisation", "ODS code, or the estate's own (the framework says department)", ("system.operator",)),
    EntryColumn("organisation_name", "Organisation name", "its name", ("system.operator",)),
    EntryColumn("assessor", "Assessor", "the role that answered", ("answers",)),
    EntryColumn("assessed", "Date assessed", "the latest day of an answer", ("answers",)),
    EntryColumn("description", "Asset description", "as the inventory states it", ("system.description",)),
    EntryColumn("owner", "Owner", "the role that owns it", ("system.owner_role",)),
    EntryColumn("legacy_components", "Legacy components", "what it runs on that is past its vendor's support", ("system",)),
    EntryColumn("services_supported", "Services supported", "the capabilities it does, stated or inferred", ("system",)),
    *(EntryColumn(key, key, "the score, or not scored; the sheet of answers says whether it was answered or derived", ("answers",), is_number=True) for key in _SCORES[:7]),
    EntryColumn("likelihood_mean", "Likelihood mean", "of all seven", ("answers",), is_number=True),
    EntryColumn("likelihood_max", "Likelihood max", "of all seven", ("answers",), is_number=True),
    EntryColumn("likelihood_total", "Likelihood total", "(mean + max) / 2, only where all seven are scored", ("answers",), is_number=True),
    *(EntryColumn(key, key, "the score, or not scored", ("answers",), is_number=True) for key in _SCORES[7:]),
    EntryColumn("impact_mean", "Impact mean", "of all six", ("answers",), is_number=True),
    EntryColumn("impact_max", "Impact max", "of all six", ("answers",), is_number=True),
    EntryColumn("impact_total", "Impact total", "(mean + max) / 2, only where all six are scored", ("answers",), is_number=True),
    EntryColumn("overall", "Overall risk score", "likelihood times impact, only where all thirteen are scored", ("answers",), is_number=True),
    EntryColumn("overall_least", "Overall at least", "with the least score for every answer that is missing", ("answers",), is_number=True),
    EntryColumn("overall_most", "Overall at most", "with the highest score for every answer that is missing", ("answers",), is_number=True),
    EntryColumn("scored", "Scored of 13", "how many of the thirteen criteria are scored", ("answers",), is_number=True),
    EntryColumn("legacy", "Is legacy", "yes if any likelihood is at least 3; unknown while an answer can decide", ("answers",)),
    EntryColumn("red", "Is red-rated", "yes from an overall score of 16 on; unknown while an answer can decide", ("answers",)),
    EntryColumn("has_plan", "Has remediation plan", "a work package for the system or for what it runs on", ("plan",)),
    EntryColumn("plan_reference", "Plan reference", "of the earliest plan", ("plan.reference",)),
    EntryColumn("treatment", "Treatment", "of the earliest plan", ("plan.treatment",)),
    EntryColumn("funded", "Remediation plan funded", "yes, no or not stated", ("plan.funded",)),
    EntryColumn("target_date", "Target resolution date", "of the earliest plan", ("plan.target_date",)),
    EntryColumn("cost_change", "Estimated cost change (%)", "not stated: no source here holds it", ()),
)  # fmt: skip
ASSETS: dict[str, EntryColumn] = {column.key: column for column in _ASSETS}
"""The columns of the register of legacy assets, in order."""


def columns_of(pack: str) -> tuple[EntryColumn, ...]:
    """Returns the columns of a register in order."""
    return _ASSETS if pack == "litraf" else tuple(CATALOGUE[key] for key in PACK_COLUMNS[pack])
