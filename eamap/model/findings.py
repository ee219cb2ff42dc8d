"""What a check says about a thing: a verdict with its evidence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eamap.model.citations import Citation


class Verdict(StrEnum):
    """The five answers. ``unknown`` is not "fine", and ``error`` means that the check itself broke."""

    PASS = "pass"  # noqa: S105  (a verdict, not a password)
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Severity(StrEnum):
    """How bad it is if true.

    critical: care or safety is at risk now; high: a duty is not met or an attack is open; medium: it will be so, or an
    answer cannot be trusted; low: it costs effort; info: worth knowing.
    """

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Confidence(StrEnum):
    """How sure it is that it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def fingerprint(check: str, subject: str, identity: str = "") -> str:
    """Returns what makes a finding the same finding next month: check, subject and identity, never wording or date."""
    digest = hashlib.sha256(f"{check}\x1f{subject}\x1f{identity}".encode()).hexdigest()
    return f"{check}-{digest[:16]}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One verdict about one subject. A fail without evidence cannot be constructed."""

    check: str
    name: str
    subject: str
    verdict: Verdict
    severity: Severity
    confidence: Confidence
    message: str
    rule: str = ""
    layer: str = ""
    fix: str = ""
    identity: str = ""
    pointer: str = ""
    evidence: tuple[Citation, ...] = ()
    reference: str = ""
    """The row of reference data the verdict rests on, with its date and link."""

    def __post_init__(self) -> None:
        if self.verdict is Verdict.FAIL and not self.evidence:
            raise ValueError(f"{self.check} fails {self.subject} without evidence")

    @property
    def fingerprint(self) -> str:
        """The finding's stable name: an acceptance refers to it."""
        return fingerprint(self.check, self.subject, self.identity)

    def as_dict(self) -> dict[str, Any]:
        """Returns the finding as the results contract publishes it."""
        return {
            "fingerprint": self.fingerprint,
            "id": self.check,
            "name": self.name,
            "rule": self.rule,
            "layer": self.layer,
            "subject": self.subject,
            "verdict": self.verdict.value,
            "severity": self.severity.value,
            "confidence": self.confidence.value,
            "message": self.message,
            "pointer": self.pointer,
            "fix": self.fix,
            "reference": self.reference,
            "citations": [citation.as_dict() for citation in self.evidence],
        }
