"""Brings a statement of any release into one form, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eamap.fhir.declared import (
    Combination,
    DocumentEntry,
    Fact,
    Message,
    Operation,
    ResourceEntry,
    Rest,
    SearchParameter,
    Security,
    Statement,
)
from eamap.fhir.release import release_of_version
from eamap.fhir.shapes import objects, said
from eamap.fhir.signs import signs

_EXPECTATION = "capabilitystatement-expectation"
_COMBINATION = "capabilitystatement-search-parameter-combination"


def normalise(raw: Mapping[str, Any], base: str = "") -> Statement:
    """Returns the normalised form of a statement in its JSON form."""
    declared = said(raw.get("fhirVersion"))
    software, implementation = _object(raw.get("software")), _object(raw.get("implementation"))
    rests = list(objects(raw.get("rest")))
    messaging = list(objects(raw.get("messaging")))
    return Statement(
        resource_type=said(raw.get("resourceType")) or "", declared=declared, release=release_of_version(declared),
        kind=said(raw.get("kind")), status=said(raw.get("status")), date=said(raw.get("date")), url=said(raw.get("url")),
        version=said(raw.get("version")), name=said(raw.get("name")), title=said(raw.get("title")),
        publisher=said(raw.get("publisher")), software=said(software.get("name")),
        software_version=said(software.get("version")), implementation=said(implementation.get("description")),
        implementation_url=said(implementation.get("url")), formats=_facts(raw, "format"),
        instantiates=_facts(raw, "instantiates"), imports=_facts(raw, "imports"),
        implementation_guides=_facts(raw, "implementationGuide"), profiles=_facts(raw, "profile"),
        rest=tuple(_rest(rest, f"/rest/{number}") for number, rest in rests),
        resources=tuple(_resource(entry, said(rest.get("mode")), f"/rest/{number}/resource/{place}")
                        for number, rest in rests for place, entry in objects(rest.get("resource"))),
        messages=tuple(message for number, each in messaging for message in _messages(each, f"/messaging/{number}")),
        endpoints=tuple(fact for number, each in messaging for fact in _endpoints(each, f"/messaging/{number}")),
        documents=tuple(DocumentEntry(said(each.get("mode")), _link(each.get("profile")), f"/document/{number}",
                                      expectation(each)) for number, each in objects(raw.get("document"))),
        signs=signs(raw), raw=raw, base=base,
    )  # fmt: skip


def expectation(holder: Any) -> str | None:
    """Returns how binding an element is, by its extension; ``None`` where nothing is said."""
    for _, extension in objects(_object(holder).get("extension")):
        if str(extension.get("url", "")).endswith(_EXPECTATION):
            return said(extension.get("valueCode"))
    return None


def _rest(rest: Mapping[str, Any], at: str) -> Rest:
    return Rest(said(rest.get("mode")), _security(rest.get("security"), f"{at}/security"), _coded(rest, at),
                _search_parameters(rest, at), tuple(_operations(rest, at)), at)  # fmt: skip


def _security(given: Any, at: str) -> Security | None:
    # Published BaRS statements give a list where one object is right; what it holds is still read.
    holders = [(at, given)] if isinstance(given, dict) else [(f"{at}/{place}", each) for place, each in objects(given)]
    if not holders:
        return None
    services = tuple(fact for steps, holder in holders for fact in _services(holder, steps))
    first = holders[0][1]
    cors = first.get("cors")
    return Security(services, cors if isinstance(cors, bool) else None, said(first.get("description")), at)


def _services(holder: Mapping[str, Any], at: str) -> Iterator[Fact]:
    given = holder.get("service")
    # Published BaRS statements also give one service where a list is right.
    one: list[tuple[str, Mapping[str, Any]]] = [(f"{at}/service", given)] if isinstance(given, dict) else []
    for steps, service in one or [(f"{at}/service/{place}", each) for place, each in objects(given)]:
        codings = list(objects(service.get("coding")))
        coded = [(number, code) for number, coding in codings if (code := said(coding.get("code")))]
        for number, code in coded:
            yield Fact(code, f"{steps}/coding/{number}/code")
        if not coded and (text := said(service.get("text"))):
            yield Fact(text, f"{steps}/text")


def _resource(entry: Mapping[str, Any], mode: str | None, at: str) -> ResourceEntry:
    profile = _link(entry.get("profile"))
    return ResourceEntry(
        type=said(entry.get("type")), mode=mode,
        profile=Fact(profile, f"{at}/profile", expectation(entry.get("_profile"))) if profile else None,
        supported_profiles=_facts(entry, "supportedProfile", at), interactions=_coded(entry, at),
        search_parameters=_search_parameters(entry, at), combinations=tuple(_combinations(entry, at)),
        includes=_facts(entry, "searchInclude", at), reverse_includes=_facts(entry, "searchRevInclude", at),
        operations=tuple(_operations(entry, at)), pointer=at, expectation=expectation(entry),
    )  # fmt: skip


def _coded(holder: Mapping[str, Any], at: str) -> tuple[Fact, ...]:
    return tuple(
        Fact(code, f"{at}/interaction/{number}/code", expectation(each))
        for number, each in objects(holder.get("interaction"))
        if (code := said(each.get("code")))
    )


def _search_parameters(holder: Mapping[str, Any], at: str) -> tuple[SearchParameter, ...]:
    return tuple(
        SearchParameter(said(each.get("name")), said(each.get("type")), _link(each.get("definition")),
                        f"{at}/searchParam/{number}", expectation(each))
        for number, each in objects(holder.get("searchParam"))
    )  # fmt: skip


def _operations(holder: Mapping[str, Any], at: str) -> Iterator[Operation]:
    for number, each in objects(holder.get("operation")):
        place = f"{at}/operation/{number}"
        yield Operation(said(each.get("name")), _link(each.get("definition")), place, expectation(each))


def _combinations(holder: Mapping[str, Any], at: str) -> Iterator[Combination]:
    for number, each in objects(holder.get("extension")):
        if not str(each.get("url", "")).endswith(_COMBINATION):
            continue
        inside = [(said(part.get("url")), said(part.get("valueString"))) for _, part in objects(each.get("extension"))]
        required = tuple(value for name, value in inside if name == "required" and value)
        optional = tuple(value for name, value in inside if name == "optional" and value)
        yield Combination(required, optional, f"{at}/extension/{number}", expectation(each))


def _messages(messaging: Mapping[str, Any], at: str) -> Iterator[Message]:
    for number, each in objects(messaging.get("supportedMessage")):
        place = f"{at}/supportedMessage/{number}"
        yield Message(said(each.get("mode")), _link(each.get("definition")), None, place, expectation(each))
    for number, each in objects(messaging.get("event")):
        code = _object(each.get("code")).get("code")
        yield Message(said(each.get("mode")), None, said(code), f"{at}/event/{number}", expectation(each))


def _endpoints(messaging: Mapping[str, Any], at: str) -> Iterator[Fact]:
    for number, each in objects(messaging.get("endpoint")):
        if address := said(each.get("address")):
            yield Fact(address, f"{at}/endpoint/{number}/address")


def _facts(holder: Mapping[str, Any], name: str, at: str = "") -> tuple[Fact, ...]:
    """Returns the texts of a repeating primitive; what is said of each stands beside it under ``_name``."""
    given, beside = holder.get(name), holder.get("_" + name)
    items = given if isinstance(given, list) else []
    notes = beside if isinstance(beside, list) else []
    return tuple(
        Fact(text, f"{at}/{name}/{number}", expectation(notes[number] if number < len(notes) else None))
        for number, item in enumerate(items)
        if (text := _link(item))
    )


def _link(value: Any) -> str | None:
    return said(value.get("reference")) if isinstance(value, dict) else said(value)


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
