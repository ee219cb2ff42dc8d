"""What a statement declares, fact by fact: one form for every release, each fact with its place in the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eamap.fhir.release import Release
from eamap.fhir.signs import Sign


@dataclass(frozen=True, slots=True)
class Fact:
    """One declared text: an interaction's code, a profile, a format, an include.

    ``expectation`` is SHALL, SHOULD, MAY or SHALL-NOT where the extension capabilitystatement-expectation says so.
    """

    value: str
    pointer: str
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; its definition is as written, with whatever ``/_history/…`` or ``|version`` stands at its end."""

    name: str | None
    definition: str | None
    pointer: str
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """A search parameter of a resource, or of all resources."""

    name: str | None
    type: str | None
    definition: str | None
    pointer: str
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class Combination:
    """Search parameters that can be used together (the extension capabilitystatement-search-parameter-combination)."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    pointer: str
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is sent or received: by its definition, or by the code of its event up to STU3."""

    mode: str | None
    definition: str | None
    code: str | None
    pointer: str
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A kind of document that is produced or consumed."""

    mode: str | None
    profile: str | None
    pointer: str
    expectation: str | None = None


@dataclass(frozen=True, slots=True)
class Security:
    """How one ``rest`` is secured: codes of its services, whether CORS is on, and prose."""

    services: tuple[Fact, ...]
    cors: bool | None
    description: str | None
    pointer: str


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """One resource type under one mode of ``rest``; ``profile`` is the one it is based on."""

    type: str | None
    mode: str | None
    profile: Fact | None
    supported_profiles: tuple[Fact, ...]
    interactions: tuple[Fact, ...]
    search_parameters: tuple[SearchParameter, ...]
    combinations: tuple[Combination, ...]
    includes: tuple[Fact, ...]
    reverse_includes: tuple[Fact, ...]
    operations: tuple[Operation, ...]
    pointer: str
    expectation: str | None = None

    @property
    def profiles(self) -> tuple[Fact, ...]:
        """Every profile it names, the one it is based on first."""
        return (*((self.profile,) if self.profile else ()), *self.supported_profiles)


@dataclass(frozen=True, slots=True)
class Rest:
    """One ``rest``: what counts for the system as a whole; its resources stand in the statement."""

    mode: str | None
    security: Security | None
    interactions: tuple[Fact, ...]
    search_parameters: tuple[SearchParameter, ...]
    operations: tuple[Operation, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement declares, in one form for every release.

    ``declared`` is ``fhirVersion`` as written, ``release`` the family it belongs to. ``profiles`` are those that STU3
    and DSTU2 list at the root. ``raw`` is the document in JSON form; its root stands at ``base`` in the file, and every
    pointer of a fact starts at the root of the statement.
    """

    resource_type: str
    declared: str | None
    release: Release | None
    kind: str | None
    status: str | None
    date: str | None
    url: str | None
    version: str | None
    name: str | None
    title: str | None
    publisher: str | None
    software: str | None
    software_version: str | None
    implementation: str | None
    """The description of the implementation."""
    implementation_url: str | None
    formats: tuple[Fact, ...]
    instantiates: tuple[Fact, ...]
    imports: tuple[Fact, ...]
    implementation_guides: tuple[Fact, ...]
    profiles: tuple[Fact, ...]
    rest: tuple[Rest, ...]
    resources: tuple[ResourceEntry, ...]
    messages: tuple[Message, ...]
    endpoints: tuple[Fact, ...]
    """The addresses messages are sent to."""
    documents: tuple[DocumentEntry, ...]
    signs: tuple[Sign, ...]
    raw: Mapping[str, Any] = field(repr=False, hash=False)
    base: str = ""

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Every operation, of the system first, then of each resource."""
        return (
            *(operation for rest in self.rest for operation in rest.operations),
            *(operation for entry in self.resources for operation in entry.operations),
        )

    @property
    def every_profile(self) -> tuple[Fact, ...]:
        """Every profile the statement names, at its root and in its resources."""
        return (*self.profiles, *(fact for entry in self.resources for fact in entry.profiles))
