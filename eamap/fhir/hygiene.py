"""What structure, codes and invariants leave open, and a reader still stumbles over.

Urls with something stray in them, interactions declared twice, a search parameter of another type than its definition
says, security codes that the code system does not have, and the few rules of data types that a statement can break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from eamap.fhir.declared import Fact, SearchParameter, Statement
from eamap.fhir.definitions import SearchDefinition, search_definitions
from eamap.fhir.problems import Layer, Level, Problem, pointer
from eamap.fhir.release import Release
from eamap.fhir.urls import bare, is_absolute, stray

_EARLY_SECURITY = "http://hl7.org/fhir/restful-security-service"
_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_TYPED = frozenset(
    {
        "telecom",
        "valueContactPoint",
        "extension",
        "modifierExtension",
        "coding",
        "period",
        "valuePeriod",
        "valueQuantity",
        "valueAttachment",
    }
)
_REFERRING = frozenset({"reference", "valueReference", "valueUri", "valueUrl", "valueCanonical", "profile", "definition", "url",
                        "instantiates", "imports", "implementationGuide", "supportedProfile", "compartment"})  # fmt: skip
_SECURITY_CODES = frozenset({"OAuth", "SMART-on-FHIR", "NTLM", "Basic", "Kerberos", "Certificates"})


def check_hygiene(statement: Statement, release: Release) -> tuple[Problem, ...]:
    """Returns what is found in a statement beyond its structure and its invariants."""
    found = (
        *_urls(statement), *_interactions(statement), *_search_types(statement, release), *_security(statement, release),
        *_data_types(statement.raw, ()), *_contained(statement.raw), *_identifiers(statement.raw), *_name_of_release(statement),
    )  # fmt: skip
    family = release.lower()
    return tuple(
        Problem(Layer.FHIR, f"fhir-{family}:{rule}", message, at, level, finding)
        for finding, rule, level, message, at in found
    )


_Found = Iterator[tuple[str, str, Level, str, str]]


def _urls(statement: Statement) -> _Found:
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


def _interactions(statement: Statement) -> _Found:
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


def _search_types(statement: Statement, release: Release) -> _Found:
    declared = [(entry.type, each) for entry in statement.resources for each in entry.search_parameters]
    declared += [(None, each) for rest in statement.rest for each in rest.search_parameters]
    if not any(each.definition for _, each in declared):
        return
    known = search_definitions(release)
    for resource, each in declared:
        definition = known.get(bare(each.definition)) if each.definition else None
        if definition is not None:
            yield from _against_definition(resource, each, definition)


def _against_definition(resource: str | None, given: SearchParameter, right: SearchDefinition) -> _Found:
    if given.type and given.type != right.type:
        words = f"{given.name} is declared as {given.type}, but its definition {given.definition} says {right.type}"
        yield "FHR045", "search-type", Level.ERROR, words, given.pointer + "/type"
    if resource and not right.base & {resource, "Resource", "DomainResource"}:
        words = (
            f"{given.name} of {resource} points to {given.definition}, which is for {', '.join(sorted(right.base)[:3])}"
        )
        yield "FHR049", "search-base", Level.WARNING, words, given.pointer + "/definition"


def _security(statement: Statement, release: Release) -> _Found:
    own = _EARLY_SECURITY if release in (Release.DSTU2, Release.STU3) else _SECURITY
    for number, rest in _objects(statement.raw.get("rest")):
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
    for place, service in _objects(holder.get("service")):
        for number, coding in _objects(service.get("coding")):
            yield (*at, "service", place, "coding", number), coding


def _data_types(value: Any, at: tuple[str | int, ...]) -> _Found:
    """Looks for the rules of ContactPoint and Period, and for systems and extension urls that are not absolute."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(item, list | dict) and item:
            steps = (*at, name)
            if name in _TYPED:
                yield from _of_type(str(name), item, steps)
            yield from _data_types(item, steps)


def _of_type(name: str, value: Any, at: tuple[str | int, ...]) -> _Found:
    items = [((*at, number), item) for number, item in _objects(value)]
    items = items or ([(at, value)] if isinstance(value, dict) else [])
    for steps, item in items:
        if name in ("telecom", "valueContactPoint") and item.get("value") and not item.get("system"):
            yield (
                "FHR047",
                "cpt-2",
                Level.ERROR,
                "cpt-2: a contact point with a value needs its system",
                pointer(*steps),
            )
        if name in ("extension", "modifierExtension") and not _nested(at) and _relative(item.get("url")):
            words = f"the url of an extension must be absolute: {item['url'][:80]!r}"
            yield "FHR028", "extension-url", Level.ERROR, words, pointer(*steps, "url")
        if name == "coding" and _relative(item.get("system")):
            words = f"the system of a coding must be absolute: {item['system'][:80]!r}"
            yield "FHR028", "coding-system", Level.ERROR, words, pointer(*steps, "system")
        if name == "valueQuantity" and item.get("code") and not item.get("system"):
            yield (
                "FHR047",
                "qty-3",
                Level.ERROR,
                "qty-3: a quantity with the code of a unit needs its system",
                pointer(*steps),
            )
        if name == "valueAttachment" and item.get("data") and not item.get("contentType"):
            yield (
                "FHR047",
                "att-1",
                Level.ERROR,
                "att-1: an attachment with data needs its contentType",
                pointer(*steps),
            )
        start, end = item.get("start"), item.get("end")
        if (
            name in ("period", "valuePeriod")
            and isinstance(start, str)
            and isinstance(end, str)
            and start[:10] > end[:10]
        ):
            yield (
                "FHR047",
                "per-1",
                Level.ERROR,
                f"per-1: the period ends ({end}) before it starts ({start})",
                pointer(*steps),
            )


def _contained(raw: Mapping[str, Any]) -> _Found:
    """Looks whether contained resources can be referred to and are, and whether local references lead to one."""
    held = list(_objects(raw.get("contained")))
    names = {str(each.get("id")) for _, each in held}
    local = {text[1:]: place for text, place in _local_references(raw, ())}
    for number, each in held:
        if not isinstance(each.get("resourceType"), str):
            yield (
                "FHR017",
                "contained:type",
                Level.ERROR,
                "a contained resource needs its resourceType",
                pointer("contained", number),
            )
        if not each.get("id"):
            words = "a contained resource needs an id, or nothing can refer to it"
            yield "FHR017", "contained:id", Level.ERROR, words, pointer("contained", number)
        elif each["id"] not in local and "" not in local:
            words = f"dom-3: nothing refers to the contained resource {each['id']!r}"
            yield "FHR017", "contained:unused", Level.ERROR, words, pointer("contained", number)
    for name, place in local.items():
        if name and name not in names:
            yield "FHR017", "ref-1", Level.ERROR, f"ref-1: there is no contained resource {name!r}", place


def _local_references(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(item, dict | list):
            yield from _local_references(item, (*at, name))
        elif (
            isinstance(item, str)
            and item.startswith("#")
            and (at or name != "url")
            and (name in _REFERRING or (at and at[-1] in _REFERRING))
        ):
            yield item, pointer(*at, name)


def _identifiers(raw: Mapping[str, Any]) -> _Found:
    """Looks for ids of elements that stand twice in one resource."""
    seen: set[str] = set()
    for text, place in _element_ids({key: value for key, value in raw.items() if key not in ("contained", "id")}, ()):
        if text in seen:
            yield "FHR015", "duplicate-id", Level.ERROR, f"two elements have the id {text!r}", place
        seen.add(text)


def _element_ids(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(item, dict | list):
            yield from _element_ids(item, (*at, name))
        elif name == "id" and isinstance(item, str):
            yield item, pointer(*at, name)


def _name_of_release(statement: Statement) -> _Found:
    """Looks whether the declared release has a resource of this name: DSTU2 has Conformance, the others do not."""
    release, name = statement.release, statement.resource_type
    if release is None or name not in ("Conformance", "CapabilityStatement"):
        return
    if (release is Release.DSTU2) != (name == "Conformance"):
        words = f"{release}, which it declares, has no resource {name}"
        yield "FHR014", "resource-type", Level.ERROR, words, "/resourceType"


def _nested(at: tuple[str | int, ...]) -> bool:
    """Whether an extension stands directly inside another, where its url is a bare name."""
    return len(at) > 2 and at[-3] in ("extension", "modifierExtension") and isinstance(at[-2], int)


def _relative(url: Any) -> bool:
    return isinstance(url, str) and bool(url) and not is_absolute(url)


def _objects(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    items = value if isinstance(value, list) else []
    return ((number, item) for number, item in enumerate(items) if isinstance(item, dict))
