"""How an interface is judged that does not speak FHIR: by the standard it declares, and no further.

HL7 v2, CDA, EDIFACT, DICOM, MESH, SOAP and files have no statement that a program could read. What an inventory declares is
taken for what it is: declared, not verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eamap.reference.standards import Standard, StandardStatus

DECLARED = "declared, not verified"
NOT_FHIR = frozenset({"hl7v2", "cda", "edifact", "dicom", "mesh", "soap", "file", "other"})
"""What travels over an interface of which there is no statement."""
Standing = Literal["in-force", "not-in-force", "past-use", "unknown"]


@dataclass(frozen=True, slots=True)
class Judged:
    """What can be said about a declared standard; ``words`` is the sentence to print."""

    standard: str
    standing: Standing
    words: str
    verified: Literal[False] = False


def declared_only(standard: Standard, status: StandardStatus) -> Judged:
    """Judges an interface by the standard it declares, on the day of ``status``; never more than "declared, not verified"."""
    return Judged(standard.id, standing(status), f"{standard.title}: {DECLARED}; the standard is {status.wording}")


def verifiable(wire: str | None) -> bool:
    """Says whether a statement could show what a standard with this wire claims."""
    return wire not in NOT_FHIR and wire not in (None, "none")


def standing(status: StandardStatus) -> Standing:
    """Returns what a status means for an interface that exists."""
    if status.status == "unknown":
        return "unknown"
    if status.status in ("deprecated", "retired", "withdrawn"):
        return "past-use"
    return "in-force" if status.status == "active" else "not-in-force"
