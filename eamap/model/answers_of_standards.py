"""The rows of answers about documents and standards: statements, payloads, comparisons, the registry, interfaces."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from eamap.model.answer_shapes import Explained, Shape

Certainty = Literal["known", "last-known", "unknown"]


class FhirFinding(Shape):
    """One thing that is wrong with a document; ``pointer`` is a JSON pointer into it, ``rule`` names the release."""

    id: str
    rule: str
    name: str
    layer: Literal["readable", "fhir", "policy"]
    severity: Literal["error", "warning", "info"]
    message: str
    pointer: str
    fix: str


class ClaimedStandard(Shape):
    """A standard of the registry that a statement claims, how strongly, and by which words in which place."""

    id: str
    strength: str
    evidence: str
    pointer: str


class FhirFact(Shape):
    """One declared fact and its place."""

    fact: str
    value: str
    pointer: str


class FhirInspectRow(Explained):
    """One file that should hold a CapabilityStatement (given with ``--facts``: what it declares)."""

    file: str
    declared_release: str | None
    release: Literal["DSTU2", "STU3", "R4", "R4B", "R5"] | None
    kind: str | None
    standards: list[ClaimedStandard]
    findings: list[FhirFinding]
    facts: list[FhirFact] = Field(default_factory=list)


class MustSupport(Shape):
    """How many of a profile's must-support elements a resource fills, and which."""

    filled: int
    of: int
    present: list[str]
    missing: list[str]


class PayloadRow(Explained):
    """One resource of a file: the profile it was judged by and why that one, what it fills, what was found."""

    file: str
    pointer: str
    resource_type: str | None
    profile: str | None
    profile_version: str | None
    profile_basis: Literal["meta.profile", "--profile", "type"] | None
    release: Literal["DSTU2", "STU3", "R4", "R4B", "R5"] | None
    must_support: MustSupport | None
    findings: list[FhirFinding]


class StandardRow(Explained):
    """One standard of the registry with what is known of it on the day; ``says`` is the sentence to print."""

    id: str
    title: str
    wire: str
    fhir_release: str | None
    status: str
    certainty: Certainty
    says: str
    superseded_by: str
    confidence: str
    source: str | None


class StandardStatusRow(Explained):
    """What is known of the status of one standard on the day, and of when the evidence is."""

    id: str
    status: str
    certainty: Certainty
    since: str | None
    basis: str
    evidence_of: str | None
    says: str
    superseded_by: str


class StandardFactRow(Explained):
    """One fact about a standard and who says so."""

    what: str
    says: str
    source: str


class CompareRow(Explained):
    """One requirement and what a statement shows of it, or one thing the statement has beyond them."""

    strength: Literal["SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY", "not asked"]
    result: Literal["satisfied", "partly", "missing", "not observed", "beyond"]
    kind: str
    mode: str
    resource: str
    what: str
    says: str
    requirement: str
    clause: str
    source: str
    link: str
    pointer: str


class CoverageRow(Explained):
    """One requirement and what checks it."""

    list: str
    standard: str
    requirement: str
    strength: Literal["SHALL", "SHALL NOT", "SHOULD", "SHOULD NOT", "MAY"]
    kind: str
    what: str
    checked_by: str
    not_tested: str
    source: str
    link: str


class InterfaceRow(Explained):
    """One interface and one standard it claims; ``result`` is a word of :class:`eamap.model.status.Status`."""

    id: str
    exposer: str | None
    protocol: str | None
    standard: str | None
    status: str
    result: str
    worst: str
    evidence: str
