"""What a standard asks of a FHIR interface, row by row: one form for all sources of requirements.

A row comes from a requirements statement (a CapabilityStatement that says what others must do) or from a YAML file of
ours or of the user; what judges it does not know which. How binding a row is follows the extension
``capabilitystatement-expectation``; where nothing is said it is SHALL. FHIR leaves that open, so it is a choice of eamap.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How binding a requirement is, the most binding first."""

    SHALL = "SHALL"
    SHALL_NOT = "SHALL NOT"
    SHOULD = "SHOULD"
    SHOULD_NOT = "SHOULD NOT"
    MAY = "MAY"

    @property
    def forbids(self) -> bool:
        """Whether it asks for something not to be there."""
        return self in (Strength.SHALL_NOT, Strength.SHOULD_NOT)

    @classmethod
    def said(cls, code: str | None) -> Strength | None:
        """Returns what a code of an expectation means (SHALL-NOT, SHOULD-NOT); ``None`` for no code or one of no meaning."""
        words = (code or "").strip().upper().replace("-", " ").replace("_", " ")
        return next((each for each in cls if each.value == words), None)


class Kind(StrEnum):
    """What a requirement is about."""

    STATEMENT = "statement"
    RESOURCE = "resource"
    PROFILE = "profile"
    INTERACTION = "interaction"
    SEARCH = "search"
    OPERATION = "operation"
    MESSAGE = "message"
    DOCUMENT = "document"
    FORMAT = "format"
    SECURITY = "security"
    TRANSPORT = "transport"
    BEHAVIOUR = "behaviour"
    PAYLOAD = "payload"


class Probe(StrEnum):
    """How a requirement is tested: the closed vocabulary of ``test:``."""

    ELEMENT = "element"
    RELEASE = "fhir-release"
    INSTANTIATES = "instantiates"
    RESOURCE = "resource"
    PROFILE = "profile"
    INTERACTION = "interaction"
    SYSTEM_INTERACTION = "system-interaction"
    SEARCH_PARAMETER = "search-parameter"
    COMBINATION = "combination"
    INCLUDE = "include"
    REVERSE_INCLUDE = "reverse-include"
    OPERATION = "operation"
    MESSAGE = "message"
    DOCUMENT = "document"
    FORMAT = "format"
    SECURITY_SERVICE = "security-service"
    CORS = "cors"


@dataclass(frozen=True, slots=True)
class ProbeWord:
    """What a word of the vocabulary looks for, the kind of requirement it is for, and what may stand beside it."""

    kind: Kind
    looks_for: str
    beside: tuple[str, ...] = ()


VOCABULARY: dict[Probe, ProbeWord] = {
    Probe.ELEMENT: ProbeWord(Kind.STATEMENT, "an element of the statement that is filled in, with one of these values", ("equals",)),
    Probe.RELEASE: ProbeWord(Kind.STATEMENT, "a declared fhirVersion of this release (DSTU2, STU3, R4, R4B, R5)"),
    Probe.INSTANTIATES: ProbeWord(Kind.STATEMENT, "a canonical in instantiates, its version apart"),
    Probe.RESOURCE: ProbeWord(Kind.RESOURCE, "an entry for this resource type"),
    Probe.PROFILE: ProbeWord(Kind.PROFILE, "one of these profiles, of the resource or at the root", ("resource", "once")),
    Probe.INTERACTION: ProbeWord(Kind.INTERACTION, "an interaction of the resource", ("resource",)),
    Probe.SYSTEM_INTERACTION: ProbeWord(Kind.INTERACTION, "an interaction of the whole system"),
    Probe.SEARCH_PARAMETER: ProbeWord(Kind.SEARCH, "a search parameter of the resource, and its type", ("resource", "type")),
    Probe.COMBINATION: ProbeWord(Kind.SEARCH, "search parameters that can be used together", ("resource", "optional")),
    Probe.INCLUDE: ProbeWord(Kind.SEARCH, "an include of the resource", ("resource",)),
    Probe.REVERSE_INCLUDE: ProbeWord(Kind.SEARCH, "a reverse include of the resource", ("resource",)),
    Probe.OPERATION: ProbeWord(Kind.OPERATION, "an operation by its name and its definition", ("resource", "definition")),
    Probe.MESSAGE: ProbeWord(Kind.MESSAGE, "a message by its definition (up to STU3 its event), sent or received", ("way",)),
    Probe.DOCUMENT: ProbeWord(Kind.DOCUMENT, "a kind of document by its profile, produced or consumed", ("way",)),
    Probe.FORMAT: ProbeWord(Kind.FORMAT, "one of these formats; json and application/fhir+json are the same"),
    Probe.SECURITY_SERVICE: ProbeWord(Kind.SECURITY, "one of these codes of security services"),
    Probe.CORS: ProbeWord(Kind.SECURITY, "security.cors that is true"),
}  # fmt: skip
"""The words of ``test:`` with what may stand beside each; ``mode`` (server, client) may stand beside those about rest."""

OF_REST = frozenset(VOCABULARY) - {
    Probe.ELEMENT, Probe.RELEASE, Probe.INSTANTIATES, Probe.FORMAT, Probe.MESSAGE, Probe.DOCUMENT,
}  # fmt: skip
"""Tests about one mode of ``rest``."""
OF_RESOURCE = frozenset(test for test, word in VOCABULARY.items() if "resource" in word.beside)
"""Tests about one resource type, or about the whole system where none is named."""
ELEMENTS = (
    "resourceType", "url", "version", "name", "status", "kind", "date", "publisher", "fhirVersion", "software.name",
    "software.version", "implementation.description", "implementation.url",
)  # fmt: skip
"""The elements that ``element:`` may name."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a requirement is written: a document, the place in it, a link, and the date of what was read."""

    document: str = ""
    section: str = ""
    link: str = ""
    date: str = ""

    def __str__(self) -> str:
        dated = f" ({self.date})" if self.date else ""
        return ", ".join(filter(None, (self.document, self.section))) + dated


@dataclass(frozen=True, slots=True)
class Asked:
    """What a test looks for: any one of ``values`` (of a combination: all of them), and what narrows it down.

    ``way`` is sender or receiver of a message, producer or consumer of a document. ``once`` asks for exactly one.
    """

    test: Probe
    values: tuple[str, ...] = ()
    resource: str = ""
    mode: str = ""
    type: str = ""
    definition: str = ""
    optional: tuple[str, ...] = ()
    way: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that is asked. Where nothing can test it on a statement, ``asked`` is ``None`` and ``not_tested`` says why.

    ``clauses`` are the JSON pointers of the row in a requirements statement, or the line in a YAML file; several where
    the same thing is asked twice. ``stated`` is false where the source does not say how binding the row is.
    """

    id: str
    strength: Strength
    kind: Kind
    what: str
    asked: Asked | None
    not_tested: str = ""
    clauses: tuple[str, ...] = ()
    source: Source = Source()
    stated: bool = True

    @property
    def clause(self) -> str:
        """Every place at which it is asked."""
        return "; ".join(self.clauses)


@dataclass(frozen=True, slots=True)
class Requirements:
    """A list of requirements: a yardstick. ``url`` is its canonical, which an instance may claim to instantiate."""

    id: str
    title: str
    rows: tuple[Requirement, ...]
    standard: str | None = None
    release: str | None = None
    url: str | None = None
    version: str | None = None
    modes: tuple[str, ...] = ()
    file: str = ""
    about: str = ""

    @property
    def tested(self) -> tuple[Requirement, ...]:
        """The rows that a statement can be tested for."""
        return tuple(row for row in self.rows if row.asked is not None)
