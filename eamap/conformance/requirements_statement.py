"""Reads a requirements statement (a CapabilityStatement that says what others must do) as requirement rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eamap.conformance.requirements import VOCABULARY, Asked, Kind, Probe, Requirement, Requirements, Source, Strength
from eamap.fhir.declared import ResourceEntry, Rest, Statement

_ORDER = tuple(Strength)


def of_statement(statement: Statement, file: str) -> Requirements:
    """Returns what a statement asks, each row once, in the order of the document."""
    source = Source(
        statement.title or statement.name or statement.url or file, "", statement.url or "", statement.date or ""
    )
    rows = [
        *_of_whole(statement),
        *_of_root(statement),
        *(row for rest in statement.rest for row in _of_rest(statement, rest)),
    ]
    rows += [*_of_messages(statement), *_prose(statement)]
    modes = dict.fromkeys(rest.mode for rest in statement.rest if rest.mode)
    return Requirements(
        id=file, title=source.document, rows=_once(replace(row, source=source) for row in rows),
        release=str(statement.release) if statement.release else None, url=statement.url, version=statement.version,
        modes=tuple(modes), file=file, about=f"a statement of kind {statement.kind or 'not stated'}",
    )  # fmt: skip


def _row(asked: Asked, expectation: str | None, pointer: str, what: str) -> Requirement:
    said = Strength.said(expectation)
    kind = VOCABULARY[asked.test].kind
    return Requirement(pointer, said or Strength.SHALL, kind, what, asked, clauses=(pointer,), stated=said is not None)


def _of_whole(statement: Statement) -> Iterator[Requirement]:
    if statement.release:
        release = Asked(Probe.RELEASE, (str(statement.release),))
        yield _row(release, None, "/fhirVersion", f"FHIR release {statement.release}")
    for fact in statement.formats:
        yield _row(Asked(Probe.FORMAT, (fact.value,)), fact.expectation, fact.pointer, f"format {fact.value}")


def _of_root(statement: Statement) -> Iterator[Requirement]:
    """Yields the profiles that STU3 and DSTU2 list at the root."""
    for fact in statement.profiles:
        yield _row(Asked(Probe.PROFILE, (fact.value,)), fact.expectation, fact.pointer, f"profile {fact.value}")


def _of_rest(statement: Statement, rest: Rest) -> Iterator[Requirement]:
    mode = rest.mode or ""
    if rest.security:
        for fact in rest.security.services:
            asked = Asked(Probe.SECURITY_SERVICE, (fact.value,), mode=mode)
            yield _row(asked, fact.expectation, fact.pointer, f"security service {fact.value}")
        if rest.security.cors:
            place = f"{rest.security.pointer}/cors"
            yield _row(Asked(Probe.CORS, mode=mode), None, place, "requests from web pages of other origins (CORS)")
    for fact in rest.interactions:
        asked = Asked(Probe.SYSTEM_INTERACTION, (fact.value,), mode=mode)
        yield _row(asked, fact.expectation, fact.pointer, f"{fact.value} of the whole system")
    for each in rest.operations:
        if each.name:
            asked = Asked(Probe.OPERATION, (each.name,), mode=mode, definition=each.definition or "")
            yield _row(asked, each.expectation, each.pointer, f"operation {each.name}")
    for parameter in rest.search_parameters:
        if parameter.name:
            asked = Asked(Probe.SEARCH_PARAMETER, (parameter.name,), mode=mode, type=parameter.type or "")
            yield _row(
                asked, parameter.expectation, parameter.pointer, f"search parameter {parameter.name} of every resource"
            )
    for entry in statement.resources:
        if entry.type and entry.pointer.startswith(f"{rest.pointer}/"):
            yield from _of_resource(entry, entry.type, mode)


def _of_resource(entry: ResourceEntry, kind: str, mode: str) -> Iterator[Requirement]:
    yield _row(Asked(Probe.RESOURCE, (kind,), mode=mode), entry.expectation, entry.pointer, f"resource {kind}")
    for test, facts, words in (
        (Probe.PROFILE, entry.profiles, "profile"),
        (Probe.INTERACTION, entry.interactions, "interaction"),
        (Probe.INCLUDE, entry.includes, "include"),
        (Probe.REVERSE_INCLUDE, entry.reverse_includes, "reverse include"),
    ):
        for fact in facts:
            asked = Asked(test, (fact.value,), resource=kind, mode=mode)
            yield _row(asked, fact.expectation, fact.pointer, f"{words} {fact.value}")
    yield from _of_searches(entry, kind, mode)
    for each in entry.operations:
        if each.name:
            asked = Asked(Probe.OPERATION, (each.name,), resource=kind, mode=mode, definition=each.definition or "")
            yield _row(asked, each.expectation, each.pointer, f"operation {each.name}")


def _of_searches(entry: ResourceEntry, kind: str, mode: str) -> Iterator[Requirement]:
    for each in entry.search_parameters:
        if each.name:
            asked = Asked(Probe.SEARCH_PARAMETER, (each.name,), resource=kind, mode=mode, type=each.type or "")
            typed = f" ({each.type})" if each.type else ""
            yield _row(asked, each.expectation, each.pointer, f"search parameter {each.name}{typed}")
    for both in entry.combinations:
        if both.required:
            asked = Asked(Probe.COMBINATION, both.required, resource=kind, mode=mode, optional=both.optional)
            more = f", with or without {', '.join(both.optional)}" if both.optional else ""
            yield _row(asked, both.expectation, both.pointer, f"search by {' and '.join(both.required)}{more}")


def _of_messages(statement: Statement) -> Iterator[Requirement]:
    for each in statement.messages:
        if name := each.definition or each.code:
            way = {"sender": "sent: ", "receiver": "received: "}.get(each.mode or "", "")
            asked = Asked(Probe.MESSAGE, (name,), way=each.mode or "")
            yield _row(asked, each.expectation, each.pointer, f"message {way}{name}")
    for kind in statement.documents:
        if kind.profile:
            asked = Asked(Probe.DOCUMENT, (kind.profile,), way=kind.mode or "")
            yield _row(
                asked, kind.expectation, kind.pointer, f"document {kind.mode or ''} {kind.profile}".replace("  ", " ")
            )


def _prose(statement: Statement) -> Iterator[Requirement]:
    """Says aloud what a statement asks in ways that no test reads."""
    for fact in statement.imports:
        why = f"the requirements of {fact.value} are in another statement: compare with that as well"
        yield _untested(Kind.STATEMENT, f"everything that {fact.value} asks", why, fact.pointer, fact.expectation)
    for rest in statement.rest:
        if rest.security and rest.security.description:
            why = "it is prose; a person has to read it beside the security of the interface"
            place = f"{rest.security.pointer}/description"
            yield _untested(Kind.SECURITY, "security as the clause describes it in words", why, place, None)


def _untested(kind: Kind, what: str, why: str, pointer: str, expectation: str | None) -> Requirement:
    said = Strength.said(expectation)
    strength = said or Strength.SHALL
    return Requirement(pointer, strength, kind, what, None, why, (pointer,), stated=said is not None)


def _once(rows: Iterator[Requirement]) -> tuple[Requirement, ...]:
    """Makes one row of the same thing asked twice; the more binding strength holds."""
    found: dict[object, Requirement] = {}
    for row in rows:
        key = row.asked or row.clause
        first = found.get(key)
        if first is None:
            found[key] = row
            continue
        strongest = min(first, row, key=lambda each: _ORDER.index(each.strength))
        found[key] = replace(
            first, strength=strongest.strength, stated=strongest.stated, clauses=(*first.clauses, *row.clauses)
        )
    return tuple(found.values())
