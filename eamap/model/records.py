"""What a source can say about a thing: one strict pydantic model a kind, defined once.

The JSON Schemas in ``schemas/records/`` and the vectorised checks of :mod:`eamap.model.columns` are made from these
models. Every field that a source need not fill is ``None`` when it says nothing; *absent*, *not applicable* and
*withheld* are said apart, in the estate's table ``reasons``.

Conventions: dates are ISO text as precise as the source (YYYY, YYYY-MM, YYYY-MM-DD); money is whole pence; a field that
names another thing holds its id; ``yes``/``no`` are words, because "not stated" is a third answer.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from eamap.model.predicates import checked

_NAME = {"type": "string", "minLength": 1, "maxLength": 2000}
_NOTE = {"type": "string", "minLength": 1, "maxLength": 40_000}
_DATE = {"type": "string", "pattern": r"^(18|19|20|21)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$"}

Name = Annotated[str, Field(min_length=1, max_length=2000), *checked("no-control-characters", _NAME)]
Note = Annotated[str, Field(min_length=1, max_length=40_000), *checked("no-control-characters", _NOTE)]
PartialDate = Annotated[str, Field(pattern=_DATE["pattern"]), *checked("real-date", _DATE)]
Pence = Annotated[int, Field(ge=0, le=10**14, json_schema_extra={"x-unit": "pence"})]
Count = Annotated[int, Field(ge=0, le=10**9)]
Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[float, Field(ge=0, le=10, json_schema_extra={"x-unit": "cvss"})]
YesNo = Literal["yes", "no"]
Identifier = Annotated[str, Field(pattern=r"^[a-z-]+:[A-Za-z0-9._~%/-]+$", max_length=3000)]
OrganisationId = Annotated[str, Field(pattern=r"^organisation:[A-Z0-9%._~-]+$", max_length=200)]
SystemId = Annotated[str, Field(pattern=r"^system:[A-Za-z0-9._~%/-]+$", max_length=3000)]
SubjectId = Annotated[str, Field(pattern=r"^(system|component):[A-Za-z0-9._~%/-]+$", max_length=3000)]
EndpointId = Annotated[str, Field(pattern=r"^(system|organisation):[A-Za-z0-9._~%/-]+$", max_length=3000)]

SystemStatus = Literal["planned", "live", "retiring", "retired"]
Environment = Literal["production", "test", "training", "recovery"]
Criticality = Literal["critical", "high", "medium", "low"]
Layer = Literal["os", "database", "runtime", "middleware", "browser", "device", "firmware", "application"]
HostClass = Literal["server", "desktop", "network", "medical-device", "other"]
SeverityWord = Literal["critical", "high", "medium", "low", "info"]
Protocol = Literal["fhir", "hl7v2", "hl7v3", "cda", "edifact", "dicom", "mesh", "soap", "rest", "file", "database",
                   "paper", "email", "phone", "fax", "other"]  # fmt: skip
Treatment = Literal["upgrade", "replatform", "replace", "buy-extended-support", "isolate", "retire"]
OrganisationRole = Literal["nhs-trust", "care-trust", "icb", "sub-icb", "ccg", "region", "gp-practice", "gp-federation",
                           "primary-care-network", "pathology-network", "imaging-network", "ambulance-trust", "local-authority",
                           "pharmacy", "national-body", "independent-provider", "other"]  # fmt: skip


class Record(BaseModel):
    """A statement by one row of one source about one thing."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    kind: ClassVar[str]
    id: Identifier = Field(description="kind:key, minted from what the source reported")


class Organisation(Record):
    """A body with a code: a trust, a board, a practice, a region. Identity is code and date; the name is an attribute."""

    kind: ClassVar[str] = "organisation"
    id: OrganisationId
    code: Annotated[str, Field(min_length=1, max_length=60)] = Field(description="as reported, ODS or the estate's own")
    name: Name | None = None
    role: OrganisationRole | None = None
    trust_type: Name | None = None
    opened: PartialDate | None = None
    closed: PartialDate | None = None
    postcode: Name | None = None
    pathway_roles: Name | None = Field(None, description="organisation types of care pathways it fills, joined by ';'")


class Site(Record):
    """A place where an organisation works."""

    kind: ClassVar[str] = "site"
    code: Name | None = None
    name: Name | None = None
    operator: OrganisationId | None = None
    postcode: Name | None = None


class Supplier(Record):
    """A company."""

    kind: ClassVar[str] = "supplier"
    name: Name | None = None
    code: Name | None = None
    legal_name: Name | None = None


class Product(Record):
    """What is sold."""

    kind: ClassVar[str] = "product"
    name: Name | None = None
    code: Name | None = None
    family: Name | None = None
    edition: Name | None = None
    supplier: Name | None = Field(None, description="as reported")


class System(Record):
    """One deployed instance of software, operated by one organisation at a time."""

    kind: ClassVar[str] = "system"
    id: SystemId
    operator: OrganisationId | None = None
    external_id: Name | None = Field(None, description="the id the source gave it")
    name: Name | None = None
    system_type: Name | None = Field(None, description="as reported; several joined by '; '")
    description: Note | None = None
    product: Name | None = Field(None, description="as reported")
    product_version: Name | None = None
    supplier: Name | None = Field(None, description="as reported")
    status: SystemStatus | None = None
    environment: Environment | None = None
    criticality: Criticality | None = None
    owner_role: Name | None = None
    hosting: Name | None = None
    installed: PartialDate | None = None
    planned_retirement: PartialDate | None = None
    contract_end: PartialDate | None = None
    annually_renewed: YesNo | None = None
    replacement_planned: YesNo | None = None
    procurement_framework: Name | None = None
    notes: Note | None = None


class Absence(Record):
    """A statement that an organisation has nothing for a capability or system type, or will not or need not say."""

    kind: ClassVar[str] = "absence"
    organisation: OrganisationId
    capability: Name | None = Field(None, description="capability id, where the source names one")
    system_type: Name | None = Field(None, description="as reported")
    reason: Literal["absent", "not-applicable", "withheld", "unknown"]
    stated: Note | None = Field(None, description="the words of the source")


class Component(Record):
    """Something a system runs on, in the words of the source."""

    kind: ClassVar[str] = "component"
    system: SystemId | None = Field(None, description="null for an asset that no system is known to run on")
    operator: OrganisationId | None = None
    external_id: Name | None = None
    raw: Name | None = Field(None, description="the text as the inventory holds it")
    identifier: Name | None = Field(None, description="purl or CPE as reported")
    host: Name | None = Field(None, description="the device it is on, in the words of the source")
    layer: Layer | None = None
    host_class: HostClass | None = None
    count: Count | None = None
    internet_exposed: YesNo | None = None
    last_seen: PartialDate | None = None
    environment: Environment | None = None
    notes: Note | None = None


class Interface(Record):
    """A connection point that one system exposes and none or many consume."""

    kind: ClassVar[str] = "interface"
    exposer: EndpointId | None = Field(None, description="a system, or an organisation whose system is not known")
    name: Name | None = None
    external_id: Name | None = None
    protocol: Protocol | None = None
    standard: Name | None = Field(None, description="as reported")
    fhir_version: Name | None = Field(None, description="as reported")
    direction: Literal["in", "out", "both"] | None = None
    via: Name | None = Field(None, description="intermediaries as reported; several joined by '; '")
    statement: Name | None = Field(None, description="path, URL or hash of a CapabilityStatement")
    status: SystemStatus | None = None
    assessed: YesNo | None = Field(None, description="whether somebody tested that it conforms to its standard")
    conformant: YesNo | None = Field(None, description="what that test found")
    notes: Note | None = None


class Step(Record):
    """One step of a care pathway of the estate's own: who hands over to whom."""

    kind: ClassVar[str] = "step"
    pathway: Name = Field(description="its pathway, in the words of the source")
    order: Count | None = None
    name: Name | None = None
    from_role: Name | None = Field(None, description="organisation type of a care pathway")
    to_role: Name | None = Field(None, description="organisation type of a care pathway")
    handoff: YesNo | None = None
    payload: Name | None = None
    crossing: Literal["L", "M", "H"] | None = Field(
        None, description="how often it crosses an ICS boundary: low, medium, high"
    )


class Flow(Record):
    """Volume from one organisation to another in a period."""

    kind: ClassVar[str] = "flow"
    origin: OrganisationId
    destination: OrganisationId
    volume: Count
    period: PartialDate | None = None
    step: Name | None = None
    capability: Name | None = None
    specialty: Name | None = None


class Measure(Record):
    """A dated figure or stage about an organisation."""

    kind: ClassVar[str] = "measure"
    organisation: OrganisationId
    measure: Name
    value: Name
    date: PartialDate | None = None
    capability: Name | None = None


class Vulnerability(Record):
    """A CVE that a scanner reported on a component."""

    kind: ClassVar[str] = "vulnerability"
    component: Annotated[str, Field(pattern=r"^component:[A-Za-z0-9._~%/-]+$", max_length=3000)]
    cve: Annotated[str, Field(pattern=r"^CVE-[0-9]{4}-[0-9]{4,19}$")]
    reported: PartialDate | None = Field(None, description="the last day the scanner saw it")
    first_seen: PartialDate | None = None
    scanner: Name | None = None
    plugin: Name | None = Field(None, description="the scanner's own number of what it found")
    severity: SeverityWord | None = Field(None, description="in the scanner's view")
    certainty: Literal["confirmed", "potential"] | None = Field(
        None, description="whether the scanner proved it or supposes it"
    )
    score: Score | None = Field(None, description="CVSS base score, of the newest version that the source states")


class Contract(Record):
    """An agreement, with what it is worth: capital and revenue apart, a total only where the split is not stated."""

    kind: ClassVar[str] = "contract"
    reference: Name | None = None
    buyer: OrganisationId | None = None
    supplier: Name | None = Field(None, description="as reported")
    product: Name | None = Field(None, description="as reported")
    starts: PartialDate | None = None
    ends: PartialDate | None = Field(None, description="the end date is exclusive")
    revenue_per_year: Pence | None = Field(None, description="pence a year")
    capital: Pence | None = Field(None, description="pence")
    total: Pence | None = Field(None, description="pence, where the source does not split capital from revenue")
    driver: Name | None = Field(None, description="what the price depends on: users, beds, tests, list size")
    volume: Count | None = None
    framework: Name | None = None
    notes: Note | None = None


class WorkPackage(Record):
    """What is planned about a system, or about one thing it runs on: when, paid for or not, and what it is said to cost.

    Costs are those of the source, capital and revenue apart; nothing fills in a cost that no source states.
    """

    kind: ClassVar[str] = "work-package"
    subject: SubjectId = Field(description="the system, or the component where the source names one")
    organisation: OrganisationId | None = None
    system: SystemId | None = None
    component: Name | None = Field(
        None, description="as reported: the component's id or its text; empty: the whole system"
    )
    treatment: Treatment | None = None
    target_date: PartialDate | None = None
    funded: YesNo | None = None
    capital_low: Pence | None = None
    capital_central: Pence | None = None
    capital_high: Pence | None = None
    revenue_low: Pence | None = None
    revenue_central: Pence | None = None
    revenue_high: Pence | None = None
    cost_source: Name | None = Field(None, description="where the costs come from: a quotation, a business case")
    reference: Name | None = None
    owner_role: Name | None = None
    notes: Note | None = None


class Assessment(Record):
    """What somebody answered to one criterion of a framework about one system."""

    kind: ClassVar[str] = "assessment"
    system: SystemId
    framework: Name = Field(description="litraf: the Legacy IT Risk Assessment Framework")
    criterion: Name = Field(description="as the framework names it: L3, C1")
    score: Annotated[int, Field(ge=1, le=6)] | None = None
    assessed: PartialDate | None = None
    assessor_role: Name | None = None
    evidence: Name | None = None


RECORDS: dict[str, type[Record]] = {
    record.kind: record
    for record in (
        Organisation,
        Site,
        Supplier,
        Product,
        System,
        Absence,
        Component,
        Interface,
        Step,
        Flow,
        Measure,
        Vulnerability,
        Contract,
        WorkPackage,
        Assessment,
    )
}
"""Every kind of record a source can hold, by kind."""
