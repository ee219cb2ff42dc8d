"""What a mark on a picture may say about its subject: the closed vocabulary of states, with their meanings."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """What a mark says about its subject; the whole vocabulary a legend may need, in the order a legend lists it."""

    SUPPORTED = "supported"
    EXTENDED_SUPPORT = "extended-support"
    SUPPORT_ENDING = "support-ending"
    EXPIRED = "expired"
    CONFORMANT = "conformant"
    DECLARED = "declared"
    NON_CONFORMANT = "non-conformant"
    RETIRED_STANDARD = "retired-standard"
    OTHER_MEANS = "other-means"
    NO_INTERFACE = "no-interface"
    LIVE = "live"
    PLANNED = "planned"
    RETIRING = "retiring"
    RETIRED = "retired"
    SHARED = "shared"
    SINGLE = "single"
    SEVERAL = "several"
    PARTIAL = "partial"
    CONCENTRATED = "concentrated"
    MODERATE = "moderate"
    VARIED = "varied"
    TOO_FEW = "too-few"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    ASSUMED = "assumed"
    ASKED_FOR = "asked-for"
    POSSIBLE = "possible"
    NOT_ASKED_FOR = "not-asked-for"
    ABSENT = "absent"
    NOT_APPLICABLE = "not-applicable"
    WITHHELD = "withheld"
    UNKNOWN = "unknown"
    NOT_ASSESSED = "not-assessed"

    @property
    def word(self) -> str:
        """The status as a reader says it: ``support ending``."""
        return self.value if self is Status.NON_CONFORMANT else self.value.replace("-", " ")

    @property
    def meaning(self) -> str:
        """What a legend says after the word; holds no digit, so needs no ref."""
        return _MEANINGS[self]


_MEANINGS: dict[Status, str] = {
    Status.SUPPORTED: "the vendor still mends it",
    Status.EXTENDED_SUPPORT: "only paid extended support is left",
    Status.SUPPORT_ENDING: "support ends soon",
    Status.EXPIRED: "past its end of support",
    Status.CONFORMANT: "evidence agrees with the standard",
    Status.DECLARED: "claims the standard, evidence not seen",
    Status.NON_CONFORMANT: "evidence contradicts the standard",
    Status.RETIRED_STANDARD: "claims a standard that is retired",
    Status.OTHER_MEANS: "paper, email, phone or fax",
    Status.NO_INTERFACE: "no interface is known of",
    Status.LIVE: "in use",
    Status.PLANNED: "not yet in use",
    Status.RETIRING: "being replaced",
    Status.RETIRED: "no longer in use",
    Status.SHARED: "one instance, several organisations",
    Status.SINGLE: "one product",
    Status.SEVERAL: "more than one product",
    Status.PARTIAL: "some of it",
    Status.CONCENTRATED: "few suppliers hold most of it",
    Status.MODERATE: "between concentrated and varied",
    Status.VARIED: "many suppliers share it",
    Status.TOO_FEW: "too few organisations to tell",
    Status.ADDED: "there only after the changes",
    Status.REMOVED: "there only before the changes",
    Status.CHANGED: "there before and after, and not the same",
    Status.ASSUMED: "taken to be so, not on record",
    Status.ASKED_FOR: "the whole interval asks for it",
    Status.POSSIBLE: "part of the interval asks for it",
    Status.NOT_ASKED_FOR: "no part of the interval asks for it",
    Status.ABSENT: "stated that there is none",
    Status.NOT_APPLICABLE: "the question does not arise",
    Status.WITHHELD: "asked, and not disclosed",
    Status.UNKNOWN: "nobody has said",
    Status.NOT_ASSESSED: "not yet looked at",
}
