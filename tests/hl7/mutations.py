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
    {"experimental", "cors", "readHistory", "updateCreate", "conditionalCreate", "conditionalUpdate", "conditionalPatch", "valueBoolean"}
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
    choices = [(o, name) for where, names in REQUIRED.items() for o in objects(statement, where) for name in names if name in o]
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
    found = [o for o in objects(statement, "", "rest", "resource", "searchParam", "software", "security", "contact", "interaction") if name not in o]
    if not found:
        return False
    rng.choice(found)[name] = {"extension": [{"url": "http://example.org/x", "valueString": "x"}]} if name[0] == "_" else rng.choice(("a", True, ["a"], {"a": "b"}))
    return True


@operator("object-for-list")
def object_for_list(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.value, list) and len(p.value) > 0 and not p.name.startswith("_"))
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
    place.holder["valueDate" if place.key != "valueDate" else "valueTime"] = "2024-01-01" if place.key != "valueDate" else "10:00:00"
    return True


@operator("choice-wrong")
def choice_wrong(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    place = pick(rng, statement, lambda p: isinstance(p.key, str) and p.key.startswith("value") and p.key != "value")
    if place is None:
        return False
    value = place.holder.pop(place.key)
    place.holder[rng.choice(("valueBanana", "value", "valuestring", "valueCanonical", "valueMoney", "valueInteger64", "valueNarrative"))] = value
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
    wrong: Any = rng.choice(("x", [], {}, {"colour": "x"}, [{"id": "a"}], {"extension": []}, {"extension": [{"url": "http://example.org/x"}]}))
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
    place.holder[f"_{place.key}"] = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    return True


@operator("beside-length")
def beside_length(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["_format"] = rng.choice(([None] * 9, [{"extension": [{"url": "http://example.org/x", "valueString": "x"}]}], [None, None, None]))
    return "format" in statement


put("null-value", (None,), lambda p: not p.in_list)
put("empty-text", ("",), is_text)
put("blank-text", (" ", "\t", "\n"), is_text)
put("padded-text", (" padded", "padded ", "two  blanks", "tab\there", "line\nbreak", "\u00a0no break"), lambda p: is_text(p) and p.name not in CODES | URIS | DATES)
put("control-character", ("bell\u0007", "null\u0000", "next\u0085"), lambda p: is_text(p) and p.name not in CODES | URIS | DATES)
put("empty-list", ([],), lambda p: isinstance(p.value, list))
put("empty-object", ({},), lambda p: isinstance(p.value, dict))
put("object-for-primitive", ({"a": "b"}, {}, {"value": "active"}), lambda p: not isinstance(p.value, dict | list))
put("primitive-for-object", ("text", 1, True), lambda p: isinstance(p.value, dict) and not p.name.startswith("_"))
put("primitive-for-list", ("text", 1, True), lambda p: isinstance(p.value, list))
put("text-for-boolean", ("true", "false", "yes", "True", ""), lambda p: p.name in BOOLEANS)
put("number-for-boolean", (1, 0), lambda p: p.name in BOOLEANS)
put("number-for-text", (1, 4.0, 20240501), is_text)
put("boolean-for-text", (True, False), is_text)
put("text-for-number", ("30", "x", "1.0"), lambda p: isinstance(p.value, int | float) and not isinstance(p.value, bool))
put("wrong-number", (-1, 1.5, 2**31, 2**40, 0, 1e3), lambda p: isinstance(p.value, int | float) and not isinstance(p.value, bool))
put("bad-date", ("2024-13-01", "2024-02-30", "2024-00-10", "2024-1-1", "01/02/2024", "20240101", "May 2024", "24", "2024-05-01Z", "0000", "2024-", "-2024",
                 "1024-05-01", "[date]", "2024-06-31", "2023-02-29"), lambda p: p.name in DATES)  # fmt: skip
put("bad-time", ("2024-05-01T10:00:00", "2024-05-01T10:00Z", "2024-05-01T10:00", "2024-05-01 10:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T10:00:00z",
                 "2024-05-01T10:00:00+0100", "2024-05-01T10:00:00+15:00", "2024-05-01T25:00:00Z", "2024-05-01T10:00:00.Z", "2024-05-01T10:00:60Z",
                 "2024-05-01T10:61:00Z", "2024-05-01T10Z", "2024-05T10:00:00Z"), lambda p: p.name in DATES)  # fmt: skip
put("odd-but-right-time", ("2024-05-01T10:00:00.123456Z", "2024-05-01T10:00:00-00:00", "2024-05-01T23:59:60Z", "2024", "2024-05", "2024-05-01T10:00:00+14:00"),
    lambda p: p.name in DATES - {"lastUpdated"})  # fmt: skip
put("blank-in-uri", ("http://example.org/a b", " http://example.org/a", "http://example.org/a ", "http://example.org/\ta", "two words"), is_uri)
put("blank-in-code", (" active", "server ", "search  type", "a\tb", "to do"), is_code)
put("relative", ("Patient", "StructureDefinition/x", "/fhir", "../x", "x", "example.org/fhir", "www.example.org"), is_uri)
put("odd-uri", ("#fragment", "http://example.org/a|1|2", "http://example.org/a|", "|1.0", "http://example.org/a#b", "http://example.org/a|1.0#b", "HTTP://EXAMPLE.ORG/A",
                "http://example.org/é", "http://example.org/a'", "mailto:a@example.org", "ftp://example.org", "http:/example.org", "http://", "urn:x", "http://example.org/<a>",
                "http://example.org/{id}", "urn:uuid:x", "urn:uuid:C757873D-EC9A-4326-A141-556F43239520", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520", "urn:oid:1.2.3",
                "urn:oid:9.9", "urn:oid:x", "c757873d-ec9a-4326-a141-556f43239520"), is_uri)  # fmt: skip
put("wrong-code", ("banana", "Server", "ACTIVE", "history", "search", "4.0", "text"), is_code)
put("resource-type-unknown", ("Potato", "patient", "Conformance", "ReferralRequest", "ServiceRequest", "DomainResource", "Resource", "Media", "Citation",
                              "SubscriptionTopic", "BodySite", "CapabilityStatement", "SubstancePolymer", "EffectEvidenceSynthesis", "Order", "Base"),
    lambda p: p.name == "type" and p.parent == "resource")  # fmt: skip
put("interaction-code", ("read-type", "search-system", "transaction", "batch", "patch", "validate", "operation", "Read"),
    lambda p: p.name == "code" and p.parent == "interaction")  # fmt: skip
put("search-type", ("number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special", "resource"),
    lambda p: p.name == "type" and p.parent == "searchParam")  # fmt: skip
put("version-unknown", ("9.9.9", "R4", "4.0", "v4.0.1", "4.0.1 ", "FHIR 4.0.1", "4.0.2", "3.0.99", "4.3", "5.0.0-ballot", "1.0.3"), lambda p: p.names == ("fhirVersion",))
put("version-other", ("0.5.0", "1.0.2", "3.0.1", "3.0.2", "4.0.0", "4.0.1", "4.1.0", "4.3.0", "5.0.0", "6.0.0-ballot2"), lambda p: p.names == ("fhirVersion",))
put("mime", ("banana", "application/json", "xml", "ttl", "text/plain; charset=utf-8", "application/", "JSON", "application json"), lambda p: p.in_list and p.name in ("format", "patchFormat"))
put("bad-id", ("a_b", "a b", "x" * 65, "", "é", 1), lambda p: p.key == "id")
put("bad-language", ("english", "en_GB", "xx", "zz-ZZ", "", "EN", "en-GB", "gr"), lambda p: p.name in ("language", "acceptLanguage") and isinstance(p.value, str))
put("narrative-div", ("", "text", "<p>x</p>", "<div>x</div>", '<div xmlns="http://www.w3.org/1999/xhtml"></div>', '<div xmlns="http://www.w3.org/1999/xhtml"> </div>',
                      '<div xmlns="http://www.w3.org/1999/xhtml"><p>x</div>', '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>',
                      '<div xmlns="http://www.w3.org/1999/xhtml" onclick="x">x</div>', '<div xmlns="http://hl7.org/fhir">x</div>', "<div>", None, 1, {}, DIV + DIV,
                      '<div xmlns="http://www.w3.org/1999/xhtml"><p colour="x">x</p></div>', '<div xmlns="http://www.w3.org/1999/xhtml">&nbsp;x</div>',
                      '<div xmlns="http://www.w3.org/1999/xhtml"><img src="x.png"/></div>', '<div xmlns="http://www.w3.org/1999/xhtml"><form>x</form></div>'),
    lambda p: p.names == ("text", "div"))  # fmt: skip
put("narrative-status", ("banana", "Generated", "empty", "additional"), lambda p: p.names == ("text", "status"))
put("resource-type-of-file", ("Conformance", "CapabilityStatement", "Patient", "Bundle", "Potato", "", None, 1), lambda p: p.names == ("resourceType",))


@operator("resource-type-missing")
def resource_type_missing(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    return statement.pop("resourceType", None) is not None


@operator("narrative")
def narrative(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["text"] = rng.choice(({}, {"status": "generated"}, {"div": DIV}, {"status": "empty"}, {"status": "generated", "div": DIV, "colour": 1}, "text", [{"status": "generated", "div": DIV}]))
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
