"""Reads a CapabilityStatement (in DSTU2: Conformance) of any release into one normalised form.

A broken file still gives everything that can be given: what is wrong is a list of problems, never an exception.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eamap.fhir.declared import Statement
from eamap.fhir.decoding import decode
from eamap.fhir.json_document import read_json
from eamap.fhir.normalising import normalise
from eamap.fhir.problems import Layer, Level, Problem, pointer, unreadable
from eamap.fhir.structure import Fit, Structure, check_structure
from eamap.fhir.xml_document import read_xml

STATEMENT_TYPES = ("CapabilityStatement", "Conformance")


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


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _objects(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = value if isinstance(value, list) else []
    return ((number, item) for number, item in enumerate(items) if isinstance(item, Mapping))
