"""Defects of structure, datatype and code, as small functions that change a statement in place.

An operator gives False where the statement has nothing it could change. Its name goes into the list of files.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.hl7.places import Place, objects, pick, places
from tests.hl7.statements import DIV

Mutation = Callable[[random.Random, dict[str, Any], str], bool]
OPERATORS: dict[str, Mutation] = {}

REQUIRED = {
    "": ("status", "date", "kind", "fhirVersion", "format", "acceptUnknown"),
    "rest": ("mode", "resource"),
    "resource": ("type", "interaction"),
    "interaction": ("code",),
    "searchParam": ("name", "type"),
    "operation": ("name", "definition"),
    "software": ("name",),
    "implementation": ("description",),
    "endpoint": ("protocol", "address"),
    "supportedMessage": ("mode", "definition"),
    "event": ("code", "mode", "focus", "request", "response"),
    "document": ("mode", "profile"),
    "messaging": ("event",),
    "useContext": ("code", "valueCodeableConcept"),
    "text": ("status", "div"),
    "extension": ("url",),
}
DATES = frozenset({"date", "releaseDate", "start", "end", "lastUpdated", "valueDateTime"})
BOOLEANS = frozenset(
    {
        "experimental",
        "cors",
        "readHistory",
        "updateCreate",
        "conditionalCreate",
        "conditionalUpdate",
        "conditionalPatch",
        "valueBoolean",
    }
)
URIS = frozenset({"url", "implicitRules", "address", "system", "definition", "profile", "instantiates", "imports", "implementationGuide",
                  "supportedProfile", "compartment", "valueUri"})  # fmt: skip
CODES = frozenset({"status", "kind", "mode", "code", "type", "versioning", "conditionalRead", "conditionalDelete", "referencePolicy",
                   "acceptUnknown", "transactionMode", "category", "focus", "use", "fhirVersion", "target", "modifier"})  # fmt: skip
UNKNOWN = ("colour", "Status", "resourcetype", "fhir_version", "searchParams", "acceptUnknown", "conditionalPatch", "acceptLanguage",
           "supportedProfile", "operation", "event", "requirements", "transactionMode", "certificate", "versionAlgorithmString",
           "identifier", "custodian", "title", "instantiates", "_colour")  # fmt: skip


def operator(name: str) -> Callable[[Mutation], Mutation]:
    """Registers an operator under its name."""

    def register(function: Mutation) -> Mutation:
        OPERATORS[name] = function
        return function

    return register


def put(name: str, values: tuple[Any, ...], test: Callable[[Place], bool]) -> None:
    """Registers an operator that puts one of some values in a place that passes a test."""

    @operator(name)
    def replace(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
        place = pick(rng, statement, test)
        if place is None:
            return False
        place.holder[place.key] = rng.choice(values)
        return True


def is_text(place: Place) -> bool:
    """Whether a place holds the text of an element (the resource type and the narrative have operators of their own)."""
    return isinstance(place.value, str) and place.name not in ("resourceType", "div")


def is_code(place: Place) -> bool:
    """Whether a place holds a code of a required binding."""
    return is_text(place) and place.name in CODES and place.parent not in ("coding", "protocol", "code", "tag")


def is_uri(place: Place) -> bool:
    """Whether a place holds a uri, url or canonical."""
    return is_text(place) and place.name in URIS and place.parent not in ("telecom", "valueContactPoint")


def is_single(place: Place) -> bool:
    """Whether a place is one element that must not be a list."""
    return not place.in_list and not isinstance(place.value, list) and place.name != "resourceType"


@operator("required-missing")
def required_missing(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    choices = [
        (o, name) for where, names in REQUIRED.items() for o in objects(statement, where) for name in names if name in o
    ]
    by_name = sorted({(name) for _, name in choices})
    if not by_name:
        return False
    wanted = rng.choice(by_name)
    holder, name = rng.choice([c for c in choices if c[1] == wanted])
    del holder[name]
    return True


@operator("unknown-element")
def unknown_element(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    name = rng.choice(UNKNOWN)
    found = [
        o
        for o in objects(
            statement, "", "rest", "resource", "searchParam", "software", "security", "contact", "interaction"
        )
        if name not in o
    ]
    if not found:
        return False
    rng.choice(found)[name] = (
        {"extension": [{"url": "http://example.org/x", "valueString": "x"}]}
        if name[0] == "_"
        else rng.choice(("a", True, ["a"], {"a": "b"}))
    )
    return True


@operator("object-for-list")
def object_for_list(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(
        rng, statement, lambda p: isinstance(p.value, list) and len(p.value) > 0 and not p.name.startswith("_")
    )
    if place is None:
        return False
    place.holder[place.key] = place.value[0]
    return True


@operator("list-for-object")
def list_for_object(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.value, dict) and is_single(p))
    if place is None:
        return False
    place.holder[place.key] = [place.value] * rng.choice((1, 1, 2))
    return True


@operator("list-for-primitive")
def list_for_primitive(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: is_single(p) and not isinstance(p.value, dict))
    if place is None:
        return False
    place.holder[place.key] = [place.value]
    return True


@operator("list-in-list")
def list_in_list(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: p.in_list and p.value is not None)
    if place is None:
        return False
    place.holder[place.key] = [place.value]
    return True


@operator("null-item")
def null_item(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.value, list))
    if place is None:
        return False
    place.value.insert(rng.randrange(len(place.value) + 1), None)
    return True


@operator("empty-item")
def empty_item(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.value, list))
    if place is None:
        return False
    place.value.append({} if place.value and isinstance(place.value[0], dict) else "")
    return True


@operator("choice-twice")
def choice_twice(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.key, str) and p.key.startswith("value") and p.key != "value")
    if place is None:
        return False
    place.holder["valueDate" if place.key != "valueDate" else "valueTime"] = (
        "2024-01-01" if place.key != "valueDate" else "10:00:00"
    )
    return True


@operator("choice-wrong")
def choice_wrong(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.key, str) and p.key.startswith("value") and p.key != "value")
    if place is None:
        return False
    value = place.holder.pop(place.key)
    place.holder[
        rng.choice(
            ("valueBanana", "value", "valuestring", "valueCanonical", "valueMoney", "valueInteger64", "valueNarrative")
        )
    ] = value
    return True


@operator("choice-type")
def choice_type(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    extensions = [o for o in objects(statement, "extension") if "extension" not in o]
    if not extensions:
        return False
    extension = rng.choice(extensions)
    for name in [name for name in extension if name.startswith("value")]:
        del extension[name]
    name, value = rng.choice(WRONG_VALUES)
    extension[name] = value
    return True


WRONG_VALUES: tuple[tuple[str, Any], ...] = (
    ("valueBoolean", "true"), ("valueInteger", "1"), ("valueInteger", 1.5), ("valueInteger", 2**31), ("valueString", 1), ("valueDecimal", "1.0"),
    ("valueDate", "2024-05-01T10:00:00Z"), ("valueTime", "10:00"), ("valueInstant", "2024-05-01"), ("valuePositiveInt", 0),
    ("valueUnsignedInt", -1), ("valueOid", "1.2.3"), ("valueUuid", "c757873d-ec9a-4326-a141-556f43239520"), ("valueId", "a_b"),
    ("valueBase64Binary", "a?b"), ("valueCoding", {"banana": "x"}), ("valueCoding", "x"), ("valueQuantity", {"value": "1"}),
    ("valueQuantity", {"value": 1, "code": "mg"}), ("valuePeriod", {"start": "2024-05-01", "end": "2023-05-01"}),
    ("valueReference", {}), ("valueReference", {"reference": "#nothing"}), ("valueCodeableConcept", {"coding": {"code": "x"}}),
    ("valueContactPoint", {"value": "x"}), ("valueRange", {"low": {"value": 2}, "high": {"value": 1}}), ("valueRatio", {"numerator": {"value": 1}}),
    ("valueAttachment", {"data": "QUJDRA=="}), ("valueIdentifier", {"use": "banana"}), ("valueHumanName", {"use": "banana"}),
    ("valueAddress", {"use": "banana"}), ("valueQuantity", {"value": 1, "comparator": "="}), ("valueSignature", {"who": "x"}),
    ("valueTiming", {"repeat": {"duration": 1}}), ("valueAge", {"value": 1}), ("valueCode", " a"), ("valueUri", "a b"),
    ("valueMarkdown", ""), ("valueAnnotation", {"time": "2024-05-01"}), ("valueMeta", {"lastUpdated": "2024-05-01"}),
)  # fmt: skip


@operator("duplicate-id")
def duplicate_id(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    found = objects(statement, "rest", "resource", "contact", "searchParam")
    for each in (chosen := rng.sample(found, min(2, len(found)))):
        each["id"] = "same"
    return len(chosen) == 2


@operator("beside-wrong")
def beside_wrong(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """What stands beside a primitive, in a wrong shape."""
    wrong: Any = rng.choice(
        (
            "x",
            [],
            {},
            {"colour": "x"},
            [{"id": "a"}],
            {"extension": []},
            {"extension": [{"url": "http://example.org/x"}]},
        )
    )
    name = rng.choice(("_status", "_date", "_kind", "_publisher", "_format", "_rest", "_colour"))
    statement[name] = wrong
    return True


@operator("beside-only")
def beside_only(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """A primitive without a value that says why: allowed, also where the element is required."""
    place = pick(rng, statement, lambda p: not p.in_list and is_text(p))
    if place is None:
        return False
    del place.holder[place.key]
    place.holder[f"_{place.key}"] = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    return True


@operator("beside-length")
def beside_length(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["_format"] = rng.choice(
        ([None] * 9, [{"extension": [{"url": "http://example.org/x", "valueString": "x"}]}], [None, None, None])
    )
    return "format" in statement


@operator("resource-type-missing")
def resource_type_missing(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    return statement.pop("resourceType", None) is not None


@operator("narrative")
def narrative(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["text"] = rng.choice(
        (
            {},
            {"status": "generated"},
            {"div": DIV},
            {"status": "empty"},
            {"status": "generated", "div": DIV, "colour": 1},
            "text",
            [{"status": "generated", "div": DIV}],
        )
    )
    return True


@operator("security-code")
def security_code(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    found = [o for o in objects(statement, "service") if isinstance(o.get("coding"), list)]
    if not found:
        return False
    rng.choice(found)["coding"] = [rng.choice((
        {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "banana"}, {"system": "http://hl7.org/fhir/restful-security-service", "code": "banana"},
        {"system": "http://hl7.org/fhir/restful-security-service", "code": "OAuth"}, {"code": "OAuth"}, {"display": "OAuth"}, {"system": "http://example.org/x", "code": "OAuth"},
        {"system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "OAuth", "display": "Basic"}, {"system": "restful-security-service", "code": "OAuth"}, {}))]  # fmt: skip
    return True


@operator("nothing")
def nothing(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """Leaves the statement as it is: both judges must be content, or find what the base has."""
    return True


def sizes(statement: Any) -> int:
    """Gives how many places a statement has."""
    return sum(1 for _ in places(statement))
