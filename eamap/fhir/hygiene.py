"""What structure, codes and invariants leave open, and a reader still stumbles over.

Urls with something stray in them, interactions declared twice, a search parameter of another type than its definition
says, security codes that the code system does not have, and the few rules of data types that a statement can break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from eamap.fhir.contained import Found
from eamap.fhir.declared import Fact, SearchParameter, Statement
from eamap.fhir.definitions import SearchDefinition, search_definitions
from eamap.fhir.elements import check_elements
from eamap.fhir.problems import Layer, Level, Problem, pointer
from eamap.fhir.release import Release
from eamap.fhir.shapes import objects
from eamap.fhir.urls import bare, is_absolute, stray

_EARLY_SECURITY = "http://hl7.org/fhir/restful-security-service"
_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_SECURITY_CODES = frozenset({"OAuth", "SMART-on-FHIR", "NTLM", "Basic", "Kerberos", "Certificates"})


def check_hygiene(statement: Statement, release: Release) -> tuple[Problem, ...]:
    """Returns what is found in a statement beyond its structure and its invariants."""
    found = (
        *_urls(statement), *_interactions(statement), *_search_types(statement, release), *_security(statement, release),
        *check_elements(statement.raw, release), *_name_of_release(statement),
    )  # fmt: skip
    family = release.lower()
    return tuple(
        Problem(Layer.FHIR, f"fhir-{family}:{rule}", message, at, level, finding)
        for finding, rule, level, message, at in found
    )


def _urls(statement: Statement) -> Found:
    facts = [Fact(statement.url, "/url")] if statement.url else []
    if statement.url and not is_absolute(statement.url):
        yield "FHR028", "canonical:url", Level.ERROR, f"url: {statement.url[:80]!r} is not absolute", "/url"
    facts += [*statement.instantiates, *statement.imports, *statement.implementation_guides, *statement.every_profile]
    facts += [Fact(each.definition, each.pointer + "/definition") for each in statement.operations if each.definition]
    for fact in facts:
        # A version behind a bar is part of a canonical; a blank is the structure's to complain of.
        if odd := stray(fact.value.partition("|")[0]).strip():
            words = f"the url {fact.value[:80]!r} has a stray {odd!r} in it"
            yield "FHR048", "url-stray", Level.WARNING, words, fact.pointer


def _interactions(statement: Statement) -> Found:
    groups = [(f"{entry.type} ({entry.mode})", entry.interactions) for entry in statement.resources]
    groups += [(f"the system ({rest.mode})", rest.interactions) for rest in statement.rest]
    for where, facts in groups:
        often = Counter(fact.value for fact in facts)
        seen: set[str] = set()
        for fact in facts:
            if often[fact.value] > 1 and fact.value in seen:
                words = f"the interaction {fact.value} is declared twice for {where}"
                yield "FHR044", "interaction-twice", Level.WARNING, words, fact.pointer
            seen.add(fact.value)


def _search_types(statement: Statement, release: Release) -> Found:
    declared = [(entry.type, each) for entry in statement.resources for each in entry.search_parameters]
    declared += [(None, each) for rest in statement.rest for each in rest.search_parameters]
    if not any(each.definition for _, each in declared):
        return
    known = search_definitions(release)
    for resource, each in declared:
        definition = known.get(bare(each.definition)) if each.definition else None
        if definition is not None:
            yield from _against_definition(resource, each, definition)


def _against_definition(resource: str | None, given: SearchParameter, right: SearchDefinition) -> Found:
    if given.type and given.type != right.type:
        words = f"{given.name} is declared as {given.type}, but its definition {given.definition} says {right.type}"
        yield "FHR045", "search-type", Level.ERROR, words, given.pointer + "/type"
    if resource and not right.base & {resource, "Resource", "DomainResource"}:
        words = (
            f"{given.name} of {resource} points to {given.definition}, which is for {', '.join(sorted(right.base)[:3])}"
        )
        yield "FHR049", "search-base", Level.WARNING, words, given.pointer + "/definition"


def _security(statement: Statement, release: Release) -> Found:
    own = _EARLY_SECURITY if release in (Release.DSTU2, Release.STU3) else _SECURITY
    for number, rest in objects(statement.raw.get("rest")):
        for steps, coding in _codings(rest.get("security"), ("rest", number, "security")):
            code = coding.get("code")
            if (
                coding.get("system") in (_EARLY_SECURITY, _SECURITY)
                and isinstance(code, str)
                and code not in _SECURITY_CODES
            ):
                words = f"{code!r} is no code of {coding['system']}: {', '.join(sorted(_SECURITY_CODES))}"
                # Of a code system that is another release's, this release can only say that it does not know it.
                level = Level.ERROR if coding["system"] == own else Level.WARNING
                yield "FHR046", "security-code", level, words, pointer(*steps, "code")


def _codings(security: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    holder = security if isinstance(security, dict) else {}
    for place, service in objects(holder.get("service")):
        for number, coding in objects(service.get("coding")):
            yield (*at, "service", place, "coding", number), coding


def _name_of_release(statement: Statement) -> Found:
    """Looks whether the declared release has a resource of this name: DSTU2 has Conformance, the others do not."""
    release, name = statement.release, statement.resource_type
    if release is None or name not in ("Conformance", "CapabilityStatement"):
        return
    if (release is Release.DSTU2) != (name == "Conformance"):
        words = f"{release}, which it declares, has no resource {name}"
        yield "FHR014", "resource-type", Level.ERROR, words, "/resourceType"
