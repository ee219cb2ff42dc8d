"""Reads a CapabilityStatement (in DSTU2: Conformance) of any release into one normalised form.

A broken file still gives everything that can be given: what is wrong is a list of problems, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eamap.fhir.decoding import decode
from eamap.fhir.json_document import read_json
from eamap.fhir.problems import Layer, Level, Problem, pointer, unreadable
from eamap.fhir.release import Release, release_of_version
from eamap.fhir.signs import Sign, signs
from eamap.fhir.structure import Fit, Structure, check_structure
from eamap.fhir.xml_document import read_xml

STATEMENT_TYPES = ("CapabilityStatement", "Conformance")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation the statement declares; ``pointer`` finds it in the document."""

    name: str | None
    definition: str | None
    pointer: str


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """One resource type under one mode of ``rest``."""

    type: str | None
    mode: str | None
    profile: str | None
    supported_profiles: tuple[str, ...]
    interactions: tuple[str, ...]
    search_parameters: tuple[str, ...]
    operations: tuple[Operation, ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a statement declares, in one form for every release.

    ``declared`` is ``fhirVersion`` as written, ``release`` the family it belongs to. ``profiles`` are those that STU3
    and DSTU2 list at the root. ``raw`` is the document in JSON form; its root stands at ``base`` in the file.
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
    publisher: str | None
    software: str | None
    software_version: str | None
    implementation_url: str | None
    formats: tuple[str, ...]
    instantiates: tuple[str, ...]
    profiles: tuple[str, ...]
    resources: tuple[ResourceEntry, ...]
    operations: tuple[Operation, ...]
    signs: tuple[Sign, ...]
    raw: Mapping[str, Any] = field(repr=False, hash=False)
    base: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: a statement, if it holds one, and the problems found on the way."""

    statement: Statement | None
    problems: tuple[Problem, ...]
    format: str
    structure: Structure

    @property
    def unreadable(self) -> tuple[Problem, ...]:
        """The problems for which the file does not count as read."""
        return tuple(
            problem for problem in self.problems if problem.layer is Layer.READABLE and problem.level is Level.ERROR
        )


_PARTLY_READ = Structure(Fit.NOT_ASSESSED, why="only a part of the file could be read")
_NOTHING_READ = Structure(Fit.NOT_ASSESSED, why="no statement was read")


def read_statement(content: bytes) -> Reading:
    """Reads a file that should hold one statement, JSON or XML."""
    text = decode(content)
    if text.format == "html":
        return _not_read(
            text.format,
            *text.problems,
            unreadable("html", "it is a web page, perhaps a sign-in or error page that was saved"),
        )
    if not text.format:
        neither = (unreadable("format", "it is neither JSON nor XML"),) if text.content else ()
        return _not_read("", *text.problems, *neither)
    document, problems = read_json(text.content) if text.format == "json" else read_xml(text.content)
    raw, base, odd = _find_statement(document)
    problems = (*text.problems, *problems, *(() if document is None else odd))
    if raw is None:
        return _not_read(text.format, *problems)
    statement = normalise(raw, base)
    # What is missing after a break in the XML says nothing about the statement.
    broken = text.format == "xml" and any(problem.rule == "readable:syntax" for problem in problems)
    structure = _PARTLY_READ if broken else check_structure(raw, statement.release)
    return Reading(statement, (*problems, *structure.problems), text.format, structure)


def _not_read(form: str, *problems: Problem) -> Reading:
    return Reading(None, problems, form, _NOTHING_READ)


def _find_statement(document: Any) -> tuple[Mapping[str, Any] | None, str, tuple[Problem, ...]]:
    if not isinstance(document, Mapping):
        return None, "", (unreadable("not-an-object", "the JSON is not an object, so it is no FHIR resource"),)
    kind = document.get("resourceType")
    if kind in STATEMENT_TYPES:
        return document, "", ()
    if kind == "Bundle":
        return _in_bundle(document)
    if kind == "OperationOutcome":
        said = _diagnostics(document)
        message = "the server answered with an OperationOutcome instead of a statement" + (f": {said}" if said else "")
        return None, "", (unreadable("operation-outcome", message),)
    if kind is None and ("rest" in document or "fhirVersion" in document):
        return (
            document,
            "",
            (unreadable("resource-type", "resourceType is missing; it was read as a CapabilityStatement"),),
        )
    what = f"it is {kind!r}, not a CapabilityStatement" if kind else "resourceType is missing"
    return None, "", (unreadable("resource-type", what, "/resourceType" if kind else ""),)


def _in_bundle(bundle: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str, tuple[Problem, ...]]:
    inside = [
        (number, resource)
        for number, entry in _objects(bundle.get("entry"))
        if isinstance(resource := entry.get("resource"), Mapping) and resource.get("resourceType") in STATEMENT_TYPES
    ]
    if len(inside) != 1:
        return (
            None,
            "",
            (unreadable("bundle", f"it is a Bundle with {len(inside)} statements in it instead of one statement"),),
        )
    number, resource = inside[0]
    base = pointer("entry", number, "resource")
    return (
        resource,
        base,
        (unreadable("bundle", "it is a Bundle; the one statement in it was read", base, Level.WARNING),),
    )


def _diagnostics(outcome: Mapping[str, Any]) -> str:
    for _, issue in _objects(outcome.get("issue")):
        details = issue.get("details")
        said = _text(issue.get("diagnostics")) or (_text(details.get("text")) if isinstance(details, Mapping) else None)
        if said:
            return said[:200]
    return ""


def normalise(raw: Mapping[str, Any], base: str = "") -> Statement:
    """Returns the normalised form of a statement in its JSON form, whatever is wrong with it."""
    declared = _text(raw.get("fhirVersion"))
    software, implementation = _object(raw.get("software")), _object(raw.get("implementation"))
    rests = list(_objects(raw.get("rest")))
    return Statement(
        resource_type=_text(raw.get("resourceType")) or "", declared=declared, release=release_of_version(declared),
        kind=_text(raw.get("kind")), status=_text(raw.get("status")), date=_text(raw.get("date")), url=_text(raw.get("url")),
        version=_text(raw.get("version")), name=_text(raw.get("name")), publisher=_text(raw.get("publisher")),
        software=_text(software.get("name")), software_version=_text(software.get("version")),
        implementation_url=_text(implementation.get("url")), formats=_texts(raw.get("format")),
        instantiates=_texts(raw.get("instantiates")), profiles=_links(raw.get("profile")),
        resources=tuple(_resource(entry, rest, ("rest", number, "resource", place))
                        for number, rest in rests for place, entry in _objects(rest.get("resource"))),
        operations=tuple(operation for number, rest in rests for operation in _operations(rest, ("rest", number))),
        signs=signs(raw), raw=raw, base=base,
    )  # fmt: skip


def _resource(entry: Mapping[str, Any], rest: Mapping[str, Any], at: tuple[str | int, ...]) -> ResourceEntry:
    return ResourceEntry(
        type=_text(entry.get("type")), mode=_text(rest.get("mode")), profile=_link(entry.get("profile")),
        supported_profiles=_links(entry.get("supportedProfile")),
        interactions=_named(entry.get("interaction"), "code"), search_parameters=_named(entry.get("searchParam"), "name"),
        operations=tuple(_operations(entry, at)), pointer=pointer(*at),
    )  # fmt: skip


def _operations(holder: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[Operation]:
    for number, operation in _objects(holder.get("operation")):
        yield Operation(
            _text(operation.get("name")), _link(operation.get("definition")), pointer(*at, "operation", number)
        )


def _named(value: Any, key: str) -> tuple[str, ...]:
    return tuple(text for _, item in _objects(value) if (text := _text(item.get(key))))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(text for item in value if (text := _text(item))) if isinstance(value, list) else ()


def _link(value: Any) -> str | None:
    return _text(value.get("reference")) if isinstance(value, Mapping) else _text(value)


def _links(value: Any) -> tuple[str, ...]:
    return tuple(link for item in value if (link := _link(item))) if isinstance(value, list) else ()


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = value if isinstance(value, list) else []
    return ((number, item) for number, item in enumerate(items) if isinstance(item, Mapping))
