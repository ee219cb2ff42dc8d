"""Judges requirements about the statement as a whole: its elements, release, formats, messages and documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eamap.conformance import comparing_names as names
from eamap.conformance.comparing_scope import Scope, listed, missing, unseen
from eamap.conformance.comparison_results import Judged
from eamap.conformance.requirements import Asked
from eamap.fhir.release import Release


def element(asked: Asked, scope: Scope) -> Judged:
    """Looks for an element that is filled in: its path is the first value, what it may say the others."""
    path, *wanted = asked.values
    pointer = "/" + path.replace(".", "/")
    value: Any = scope.statement.raw
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if not isinstance(value, str) or not value.strip():
        return missing(f"{path} is not stated")
    if wanted and value not in wanted:
        return missing(f"{path} is {value}", pointer)
    return scope.met(pointer, says=f"{path} is {value}")


def release(asked: Asked, scope: Scope) -> Judged:
    """Compares releases by their family; R4 and R4B differ little, and not in statements."""
    wanted, found = asked.values, scope.statement.release
    declared = scope.statement.declared
    if found is None:
        said = f"fhirVersion is {declared}, which is no published release" if declared else "fhirVersion is not stated"
        return missing(said, *(("/fhirVersion",) if declared else ()))
    says = f"fhirVersion is {declared}"
    if str(found) in wanted:
        return scope.met("/fhirVersion", says=says)
    near = {str(Release.R4), str(Release.R4B)}
    return scope.partly(says, "/fhirVersion") if {str(found), *wanted} <= near else missing(says, "/fhirVersion")


def instantiates(asked: Asked, scope: Scope) -> Judged:
    """Looks for a canonical that the instance claims to follow."""
    wanted = {names.canonical(value) for value in asked.values}
    for fact in scope.statement.instantiates:
        if names.canonical(fact.value) in wanted:
            return scope.met(fact.pointer, says=f"claims {fact.value}")
    others = listed([fact.value for fact in scope.statement.instantiates])
    return missing(f"instantiates names {others}" if others else "instantiates names nothing")


def media(asked: Asked, scope: Scope) -> Judged:
    """Compares formats by what they mean, not by how they are written."""
    wanted = {names.media(value) for value in asked.values}
    found = [fact for fact in scope.statement.formats if names.media(fact.value) in wanted]
    if found:
        return scope.met(*(fact.pointer for fact in found), says=f"declared as {listed([f.value for f in found])}")
    others = listed([fact.value for fact in scope.statement.formats])
    return missing(f"declares {others}" if others else "no format is declared")


def message(asked: Asked, scope: Scope) -> Judged:
    """Compares messages by definition or event, and by whether they are sent or received."""
    wanted = asked.values[0]
    near: list[tuple[str, str]] = []
    for each in scope.statement.messages:
        name = each.definition or each.code or ""
        same = name == wanted or names.canonical(name) == names.canonical(wanted)
        way = not asked.way or each.mode == asked.way
        if same and way:
            return scope.met(each.pointer)
        if same:
            near.append((f"it is declared as {each.mode or 'neither sender nor receiver'}", each.pointer))
        elif way and names.tail(name) == names.tail(wanted):
            near.append((f"named {name}: the end agrees, the address does not", each.pointer))
    return _nearest(scope, near, "declares no such message" if scope.statement.messages else "declares no messages")


def document(asked: Asked, scope: Scope) -> Judged:
    """Compares documents by profile, and by whether they are produced or consumed."""
    wanted = names.canonical(asked.values[0])
    near: list[tuple[str, str]] = []
    for each in scope.statement.documents:
        if names.canonical(each.profile or "") != wanted:
            continue
        if not asked.way or each.mode == asked.way:
            return scope.met(each.pointer)
        near.append((f"it is declared as {each.mode or 'neither producer nor consumer'}", each.pointer))
    return _nearest(scope, near, "declares no such document" if scope.statement.documents else "declares no documents")


def security_service(asked: Asked, scope: Scope) -> Judged:
    """Compares codes of security services; security in prose only cannot be compared."""
    securities = [rest.security for rest in scope.rests(asked.mode) if rest.security]
    facts = [fact for security in securities for fact in security.services]
    wanted = {value.lower() for value in asked.values}
    found = [fact.pointer for fact in facts if fact.value.lower() in wanted]
    if found:
        return scope.met(*found)
    if facts:
        return missing(f"declares {listed([fact.value for fact in facts])}", *(fact.pointer for fact in facts))
    described = [f"{security.pointer}/description" for security in securities if security.description]
    if described:
        return unseen("security is described in words only", *described)
    return missing("declares no security service", *(security.pointer for security in securities))


def cors(asked: Asked, scope: Scope) -> Judged:
    """Looks for cors; a statement that leaves it out says nothing about it."""
    for rest in scope.rests(asked.mode):
        if rest.security and rest.security.cors is not None:
            place = f"{rest.security.pointer}/cors"
            return scope.met(place) if rest.security.cors else missing("cors is false", place)
    return unseen("cors is not stated")


def _nearest(scope: Scope, near: list[tuple[str, str]], otherwise: str) -> Judged:
    return scope.partly(*near[0]) if near else missing(otherwise)
