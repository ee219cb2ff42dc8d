"""What a statement says about the service itself: whether it is one, how it is reached and secured, and how old it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from eamap.conformance.canonical import listed
from eamap.conformance.subject import Subject
from eamap.fhir.declared import Rest
from eamap.fhir.problems import Level, Problem
from eamap.reference import sets

_PLACEHOLDER = re.compile(r"\[[A-Za-z][^\]:]*\]|\$?\{\{?\s*[A-Za-z][^}]*\}|\binsert your\b", re.IGNORECASE)
_DAY = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?(?![\d-])")


def findings(subject: Subject) -> Iterator[Problem]:
    """Gives the findings about kind, addresses, security, formats, dates and what was left of a template."""
    yield from _kind(subject)
    yield from _plain_http(subject)
    if not subject.requirements:
        for rest in subject.statement.rest:
            yield from _security(subject, rest)
    yield from _swapped(subject)
    yield from _formats(subject)
    yield from _status(subject)
    yield from _age(subject)
    yield from _no_interactions(subject)
    yield from _template(subject)


def _addresses(subject: Subject) -> list[tuple[str, str]]:
    own = subject.statement.implementation_url
    first = [(own, "/implementation/url")] if own else []
    return first + [(fact.value, fact.pointer) for fact in subject.statement.endpoints]


def _kind(subject: Subject) -> Iterator[Problem]:
    statement, attached = subject.statement, subject.inventory is not None
    fix = "fetch the statement of the running system from [base]/metadata"
    if subject.requirements:
        offered = "it is attached to an interface" if attached else "it names the address of an implementation"
        live = attached or bool(statement.implementation_url)
        why = f", but {offered}" if live else ""
        message = (
            f"it states requirements (kind = requirements){why}: it says what a system has to do, not what one does"
        )
        level = Level.WARNING if live else Level.INFO
        yield subject.problem("FHR068", "requirements-as-live", level, message, "/kind", fix)
    elif statement.kind == "capability" and attached:
        message = "it describes a product (kind = capability), not the installation it is attached to"
        yield subject.problem("FHR069", "capability-as-live", Level.INFO, message, "/kind", fix)


def _plain_http(subject: Subject) -> Iterator[Problem]:
    for address, at in _addresses(subject):
        if address.strip().lower().startswith("http:"):
            message = f"{address} is plain http: whoever carries the traffic can read and change it"
            yield subject.problem("FHR070", "plain-http", Level.WARNING, message, at, "serve and state https only")


def _security(subject: Subject, rest: Rest) -> Iterator[Problem]:
    if rest.mode != "server" or (rest.security and rest.security.services) or _written(subject, rest):
        return
    if rest.security and rest.security.description:
        message = "how the server is secured stands in words only; a program cannot find out"
        fix = "state security.service with its code, for instance SMART-on-FHIR, OAuth or Certificates"
        yield subject.problem("FHR072", "security-in-words", Level.INFO, message, rest.security.pointer, fix)
        return
    at = rest.security.pointer if rest.security else rest.pointer
    message = "the server states no security: neither a service nor a word about it"
    fix = "state security.service with its code, for instance SMART-on-FHIR, OAuth or Certificates"
    yield subject.problem("FHR071", "no-security", Level.WARNING, message, at, fix)


def _written(subject: Subject, rest: Rest) -> bool:
    """Whether a service or an extension is there that is not in the form of FHIR, or more than a reader takes in."""
    given: Any = subject.statement.raw["rest"][int(rest.pointer.rpartition("/")[2])].get("security")
    holders = given if isinstance(given, list) else [given]
    return any(isinstance(each, Mapping) and (each.get("service") or each.get("extension")) for each in holders)


def _swapped(subject: Subject) -> Iterator[Problem]:
    """A server that asks for certificates beside a client that brings a token: two published copies differ in just that."""
    by_mode = {rest.mode: rest for rest in subject.statement.rest if rest.security}
    server, client = by_mode.get("server"), by_mode.get("client")
    if not (server and client and server.security and client.security):
        return
    asked, brought = ({fact.value for fact in each.services} for each in (server.security, client.security))
    if "bars" in {claim.standard for claim in subject.claims} and asked == {"Certificates"} and brought == {"OAuth"}:
        message = "the server states Certificates and the client OAuth: the published statement of the standard has them the other way round"
        fix = "ask the owner which of the two is right"
        yield subject.problem("FHR078", "security-swapped", Level.INFO, message, server.security.pointer, fix)


def _formats(subject: Subject) -> Iterator[Problem]:
    formats = subject.statement.formats
    if formats and not any("json" in fact.value.lower() for fact in formats):
        message = f"JSON is not among its formats ({listed([fact.value for fact in formats])})"
        fix = "offer application/fhir+json, which every client of the NHS reads"
        yield subject.problem("FHR073", "no-json", Level.WARNING, message, formats[0].pointer, fix)


def _status(subject: Subject) -> Iterator[Problem]:
    status = subject.statement.status
    if status == "retired":
        fix = "ask for the statement that replaced it"
        yield subject.problem("FHR074", "statement-retired", Level.WARNING,
                              "the statement itself is retired", "/status", fix)  # fmt: skip
    elif status in ("draft", "unknown"):
        message = "the statement is a draft" if status == "draft" else "the status of the statement is unknown"
        fix = "ask for the statement that is in force"
        yield subject.problem("FHR075", "statement-not-final", Level.INFO, message, "/status", fix)


def _age(subject: Subject) -> Iterator[Problem]:
    found = _DAY.match(subject.statement.date or "")
    if found is None:
        return
    try:
        earliest, latest = sets.earliest_day(found[0]), sets.latest_day(found[0])
    except ValueError:
        return  # a day like 31 February is a finding of layer fhir
    if earliest > subject.as_of:
        message = f"the statement is dated {found[0]}, which is after {subject.as_of.isoformat()}"
        yield subject.problem("FHR077", "statement-from-the-future", Level.WARNING, message, "/date",
                              "ask which day is meant")  # fmt: skip
    months = _months(latest, subject.as_of)
    if not subject.requirements and months >= subject.stale_after:
        message = f"the statement is dated {found[0]}, {months} months before {subject.as_of.isoformat()}"
        fix = "fetch [base]/metadata again and compare"
        yield subject.problem("FHR076", "statement-stale", Level.WARNING, message, "/date", fix)


def _months(start: date, end: date) -> int:
    """Whole months from one day to another."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def _no_interactions(subject: Subject) -> Iterator[Problem]:
    bare = [each for each in subject.statement.resources if not each.interactions and not each.operations]
    if bare:
        names = listed([each.type or "?" for each in bare])
        message = f"resources without an interaction ({len(bare)} of {len(subject.statement.resources)}): {names}"
        # Profiles alone are a fair requirement; what runs can be asked for something, or need not be listed.
        level = Level.INFO if subject.requirements else Level.WARNING
        fix = "state what can be done with each resource, or leave it out"
        yield subject.problem("FHR079", "resource-without-interaction", level, message, bare[0].pointer, fix)


def _template(subject: Subject) -> Iterator[Problem]:
    statement = subject.statement
    filled = [
        (statement.software, "/software/name"),
        (statement.software_version, "/software/version"),
        (statement.publisher, "/publisher"),
        (statement.implementation, "/implementation/description"),
        *_addresses(subject),
    ]
    left = [(text, at) for text, at in filled if text and _PLACEHOLDER.search(text[:500])]
    if left:
        message = f"what a template had is still there: {listed([text for text, _ in left])}"
        fix = "state the real values; a template is no statement of a system"
        yield subject.problem("FHR080", "template-left", Level.WARNING, message, left[0][1], fix)
