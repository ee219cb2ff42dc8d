"""Reads a CapabilityStatement (in DSTU2: Conformance) of any release into one normalised form.

A broken file still gives everything that can be given: what is wrong is a list of problems, never an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from eamap.fhir.declared import Statement
from eamap.fhir.decoding import decode
from eamap.fhir.definitions import ROOT, definitions
from eamap.fhir.hygiene import check_hygiene
from eamap.fhir.invariants import check_invariants
from eamap.fhir.json_document import read_json
from eamap.fhir.normalising import normalise
from eamap.fhir.problems import Layer, Level, Problem, pointer, unreadable
from eamap.fhir.release import Release
from eamap.fhir.shapes import objects, said
from eamap.fhir.signs import shown_releases
from eamap.fhir.structure import check_structure
from eamap.fhir.xml_document import read_xml

STATEMENT_TYPES = ("CapabilityStatement", "Conformance")


class Fit(StrEnum):
    """Whether a statement fits the structure of its release."""

    FITS = "fits"
    DOES_NOT_FIT = "does not fit"
    NOT_ASSESSED = "not assessed"


@dataclass(frozen=True, slots=True)
class Structure:
    """How well a statement fits; ``why`` says why it was not assessed."""

    fit: Fit
    problems: tuple[Problem, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a file: a statement, if it holds one, and the problems found on the way.

    ``judged`` is the release by whose rules it was judged: the declared one, else the one its structure shows. Pointers
    of problems start at the root of the file.
    """

    statement: Statement | None
    problems: tuple[Problem, ...]
    format: str
    structure: Structure
    judged: Release | None = None
    partial: bool = False
    """Whether the file breaks off, so that what it lacks says nothing."""

    @property
    def unreadable(self) -> tuple[Problem, ...]:
        """The problems for which the file does not count as read."""
        return tuple(
            problem for problem in self.problems if problem.layer is Layer.READABLE and problem.level is Level.ERROR
        )


_NOTHING_READ = Structure(Fit.NOT_ASSESSED, why="no statement was read")
_MISSING = "FHR020"


def read_statement(content: bytes) -> Reading:
    """Reads a file that should hold one statement, JSON or XML."""
    text = decode(content)
    if text.format == "html":
        sign_in = "it is a web page, perhaps a sign-in or error page that was saved"
        return _not_read(text.format, *text.problems, unreadable("html", sign_in, finding="FHR005"))
    if not text.format:
        neither = (unreadable("format", "it is neither JSON nor XML"),) if text.content else ()
        return _not_read("", *text.problems, *neither)
    document, problems = read_json(text.content) if text.format == "json" else read_xml(text.content)
    raw, base, odd = _find_statement(document)
    if raw is None:
        return _not_read(text.format, *text.problems, *problems, *(() if document is None else odd))
    statement = normalise(raw, base)
    release = judged_release(statement)
    if text.format == "xml" and release is not (statement.release or _usual(statement.resource_type)):
        # What is a list and what an object is the release's to say: one that only the content shows is read anew.
        document, problems = read_xml(text.content, release)
        raw, base, odd = _find_statement(document)
        statement = normalise(raw or {}, base)
    # What is missing after a break in the XML says nothing about the statement.
    broken = text.format == "xml" and any(problem.rule == "readable:syntax" for problem in problems)
    return _judged(statement, release, (*text.problems, *problems, *odd), text.format, broken=broken)


def _judged(statement: Statement, release: Release, before: tuple[Problem, ...], form: str, *, broken: bool) -> Reading:
    """Judges a statement by the rules of a release; of a broken file only what cannot come from the break."""
    found = check_structure(statement.raw, release)
    if broken:
        found = tuple(problem for problem in found if problem.finding != _MISSING)
    order = tuple(problem for problem in before if problem.layer is Layer.FHIR)
    structure = _structure(statement, (*order, *found), broken=broken)
    rules = () if broken else check_invariants(statement.raw, release)
    placed = (_placed(problem, statement.base) for problem in (*found, *rules, *check_hygiene(statement, release)))
    return Reading(statement, (*before, *placed), form, structure, release, partial=broken)


def judged_release(statement: Statement) -> Release:
    """Returns the release by whose rules a statement is judged.

    The declared one, unless what the resource is called contradicts it (CapabilityStatement with 1.0.2): then, and where
    none is declared, the one its structure shows. A preview (4.2.0) is judged by the release whose codes have it.
    """
    by_name = _BY_NAME.get(statement.resource_type, frozenset(Release))
    if statement.release in by_name:
        return statement.release
    shown = shown_releases(statement.signs) & by_name or by_name
    listed = {release for release in shown if statement.declared in _versions(release)}
    usual = _usual(statement.resource_type)
    candidates = listed or shown
    return usual if usual in candidates else min(candidates, key=list(Release).index)


def _usual(resource_type: str) -> Release:
    """Returns the release that is meant where nothing says which."""
    return Release.DSTU2 if resource_type == "Conformance" else Release.R4


_BY_NAME = {
    "Conformance": frozenset({Release.DSTU2}),
    "CapabilityStatement": frozenset(Release) - {Release.DSTU2},
}


def _versions(release: Release) -> frozenset[str]:
    """Returns the codes that a release allows as fhirVersion; none where any text goes."""
    return definitions(release).nodes[ROOT].elements["fhirVersion"].codes or frozenset()


def _structure(statement: Statement, found: tuple[Problem, ...], *, broken: bool) -> Structure:
    if broken:
        return Structure(Fit.NOT_ASSESSED, found, why="only a part of the file could be read")
    if statement.release is None:
        return Structure(Fit.NOT_ASSESSED, found, why="no published release of FHIR is declared")
    wrong = any(problem.level is Level.ERROR for problem in found)
    return Structure(Fit.DOES_NOT_FIT if wrong else Fit.FITS, found)


def _placed(problem: Problem, base: str) -> Problem:
    return replace(problem, pointer=base + problem.pointer) if base else problem


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
        return None, "", (unreadable("operation-outcome", message, finding="FHR006"),)
    if kind is None and ("rest" in document or "fhirVersion" in document):
        return (
            document,
            "",
            (
                unreadable(
                    "resource-type", "resourceType is missing; it was read as a CapabilityStatement", finding="FHR008"
                ),
            ),
        )
    what = f"it is {kind!r}, not a CapabilityStatement" if kind else "resourceType is missing"
    return None, "", (unreadable("resource-type", what, "/resourceType" if kind else "", finding="FHR008"),)


def _in_bundle(bundle: Mapping[str, Any]) -> tuple[Mapping[str, Any] | None, str, tuple[Problem, ...]]:
    inside = [
        (number, resource)
        for number, entry in objects(bundle.get("entry"))
        if isinstance(resource := entry.get("resource"), Mapping) and resource.get("resourceType") in STATEMENT_TYPES
    ]
    if len(inside) != 1:
        return (
            None,
            "",
            (
                unreadable(
                    "bundle",
                    f"it is a Bundle with {len(inside)} statements in it instead of one statement",
                    finding="FHR007",
                ),
            ),
        )
    number, resource = inside[0]
    base = pointer("entry", number, "resource")
    return (
        resource,
        base,
        (unreadable("bundle", "it is a Bundle; the one statement in it was read", base, Level.WARNING, "FHR007"),),
    )


def _diagnostics(outcome: Mapping[str, Any]) -> str:
    for _, issue in objects(outcome.get("issue")):
        details = issue.get("details")
        words = said(issue.get("diagnostics")) or (said(details.get("text")) if isinstance(details, Mapping) else None)
        if words:
            return words[:200]
    return ""
