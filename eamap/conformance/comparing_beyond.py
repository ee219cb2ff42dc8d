"""What an instance declares over what is asked: each fact that met no requirement, a foreign resource as one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eamap.conformance.comparing_scope import Scope
from eamap.conformance.comparison_results import Extra
from eamap.conformance.requirements import Kind, Requirements
from eamap.fhir.declared import ResourceEntry


def beyond(scope: Scope, requirements: Requirements) -> tuple[tuple[Extra, ...], int]:
    """Returns what is declared over the requirements, and how much is declared in all."""
    asked = {
        (row.asked.mode, row.asked.resource or row.asked.values[0])
        for row in requirements.tested
        if row.asked and row.asked.values
    }
    touched = {"/".join(place.split("/")[:5]) for place in scope.used}
    every = [*_of_whole(scope), *_of_rests(scope)]
    for entry in scope.statement.resources:
        # A resource that nothing asks for is one line, whatever it can do.
        about = entry.pointer in touched or {(entry.mode or "", entry.type), ("", entry.type)} & asked
        every += _of_entry(entry) if about else [_whole_entry(entry)]
    return tuple(_with_side(extra) for extra in every if extra.pointer not in scope.used), len(every)


def _with_side(extra: Extra) -> Extra:
    """Says of a client's fact that it is one: most readers think of servers."""
    return replace(extra, what=f"as a client: {extra.what}") if extra.mode == "client" else extra


def _of_whole(scope: Scope) -> Iterator[Extra]:
    statement = scope.statement
    for fact in statement.formats:
        yield Extra(Kind.FORMAT, "", "", fact.value, fact.pointer)
    for fact in statement.profiles:
        yield Extra(Kind.PROFILE, "", "", fact.value, fact.pointer)
    for each in statement.messages:
        what = f"{each.mode or 'without mode'}: {each.definition or each.code or 'a message'}"
        yield Extra(Kind.MESSAGE, "", each.mode or "", what, each.pointer)
    for kind in statement.documents:
        what = f"{kind.mode or 'without mode'}: {kind.profile or 'a document'}"
        yield Extra(Kind.DOCUMENT, "", kind.mode or "", what, kind.pointer)


def _of_rests(scope: Scope) -> Iterator[Extra]:
    for rest in scope.statement.rest:
        mode = rest.mode or ""
        for fact in rest.security.services if rest.security else ():
            yield Extra(Kind.SECURITY, "", mode, fact.value, fact.pointer)
        for fact in rest.interactions:
            yield Extra(Kind.INTERACTION, "", mode, f"{fact.value} of the whole system", fact.pointer)
        for each in rest.operations:
            yield Extra(Kind.OPERATION, "", mode, each.name or each.definition or "an operation", each.pointer)
        for parameter in rest.search_parameters:
            yield Extra(Kind.SEARCH, "", mode, f"parameter {parameter.name or 'without name'}", parameter.pointer)


def _whole_entry(entry: ResourceEntry) -> Extra:
    said = ", ".join(fact.value for fact in entry.interactions) or "no interaction"
    searches = f", {len(entry.search_parameters)} search parameters" if entry.search_parameters else ""
    return Extra(
        Kind.RESOURCE, entry.type or "", entry.mode or "", f"the whole resource: {said}{searches}", entry.pointer
    )


def _of_entry(entry: ResourceEntry) -> Iterator[Extra]:
    kind, mode = entry.type or "", entry.mode or ""
    for fact in entry.profiles:
        yield Extra(Kind.PROFILE, kind, mode, fact.value, fact.pointer)
    for fact in entry.interactions:
        yield Extra(Kind.INTERACTION, kind, mode, fact.value, fact.pointer)
    for parameter in entry.search_parameters:
        yield Extra(Kind.SEARCH, kind, mode, f"parameter {parameter.name or 'without name'}", parameter.pointer)
    for both in entry.combinations:
        yield Extra(Kind.SEARCH, kind, mode, f"search by {' and '.join(both.required)}", both.pointer)
    for fact in entry.includes:
        yield Extra(Kind.SEARCH, kind, mode, f"include {fact.value}", fact.pointer)
    for fact in entry.reverse_includes:
        yield Extra(Kind.SEARCH, kind, mode, f"reverse include {fact.value}", fact.pointer)
    for each in entry.operations:
        yield Extra(Kind.OPERATION, kind, mode, each.name or each.definition or "an operation", each.pointer)
