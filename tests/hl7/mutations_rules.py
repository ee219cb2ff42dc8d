"""Defects against the rules of the statement (cpb, cnf, cnl, ext, dom, ref, cpt, per): broken, and mended again."""

from __future__ import annotations

import copy
import random
from typing import Any

from tests.hl7.mutations import operator
from tests.hl7.places import objects
from tests.hl7.statements import EXPECTATION

NAMES = (
    "made-up",
    "Made up",
    "1Server",
    "madeUp",
    "M",
    "Made_Up_2",
    "M" * 254,
    "M" * 255,
    "M" * 256,
    "Mädchen",
    "Made.Up",
    "MadeUp ",
    "MADE",
)


@operator("rule-name")
def rule_name(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["name"] = rng.choice(NAMES)
    return True


@operator("rule-url")
def rule_url(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["url"] = rng.choice(
        (
            "http://example.org/a|1",
            "http://example.org/a#b",
            "http://example.org/a b",
            "CapabilityStatement/a",
            "urn:uuid:x",
            "#a",
            "http://example.org/a",
        )
    )
    return True


@operator("rule-nothing-offered")
def rule_nothing_offered(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    for name in ("rest", "messaging", "document"):
        statement.pop(name, None)
    return True


@operator("rule-nothing-described")
def rule_nothing_described(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    for name in ("description", "software", "implementation"):
        statement.pop(name, None)
    kept = rng.choice((None, None, "description", "software", "implementation"))
    if kept:
        statement[kept] = {"software": {"name": "x"}, "implementation": {"description": "x"}, "description": "x"}[kept]
    return True


@operator("rule-kind")
def rule_kind(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """Any kind with any of software, implementation and endpoint: rules 3, 14, 15 and 16, broken or kept."""
    statement["kind"] = rng.choice(("instance", "capability", "requirements"))
    for name, value in (("software", {"name": "x"}), ("implementation", {"description": "x"})):
        if rng.random() < 0.5:
            statement[name] = value
        else:
            statement.pop(name, None)
    if rng.random() < 0.5:
        for messaging in objects(statement, "messaging"):
            messaging.pop("endpoint", None)
    return True


@operator("rule-endpoint")
def rule_endpoint(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    statement["kind"] = rng.choice(("instance", "capability", "requirements"))
    statement.setdefault("messaging", [{}])
    found = objects(statement, "messaging")
    if not found:
        return False
    if rng.random() < 0.3:
        found[0].pop("endpoint", None)
    else:
        found[0]["endpoint"] = [
            {"protocol": {"system": "http://example.org/p", "code": "http"}, "address": "https://example.org/m"}
        ]
    return True


@operator("rule-same-mode")
def rule_same_mode(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    rest = objects(statement, "rest")
    if not rest:
        return False
    again = copy.deepcopy(rest[0])
    if rng.random() < 0.3:
        again["mode"] = "client" if again.get("mode") == "server" else "server"
    statement["rest"] = [rest[0], again]
    return True


@operator("rule-same-document")
def rule_same_document(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    profiles = ["http://example.org/a", "http://example.org/b", "http://example.org/a|1"]
    statement["document"] = [
        {
            "mode": rng.choice(("producer", "consumer")),
            "profile": {"reference": url} if release in ("DSTU2", "STU3") else url,
        }
        for url in rng.choices(profiles, k=3)
    ]
    return True


@operator("rule-same-resource")
def rule_same_resource(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    found = [o["resource"] for o in objects(statement, "rest") if isinstance(o.get("resource"), list) and o["resource"]]
    if not found:
        return False
    resources = rng.choice(found)
    resources.append(copy.deepcopy(rng.choice(resources)))
    return True


@operator("rule-same-search")
def rule_same_search(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    found = [
        o["searchParam"]
        for o in objects(statement, "resource", "rest")
        if isinstance(o.get("searchParam"), list) and o["searchParam"]
    ]
    if not found:
        return False
    searches = rng.choice(found)
    searches.append(copy.deepcopy(rng.choice(searches)))
    return True


@operator("rule-same-interaction")
def rule_same_interaction(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """No rule of FHIR forbids this."""
    found = [
        o["interaction"]
        for o in objects(statement, "resource")
        if isinstance(o.get("interaction"), list) and o["interaction"]
    ]
    if not found:
        return False
    rng.choice(found).append({"code": "read"})
    return True


@operator("rule-message")
def rule_message(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """Messages as supportedMessage, as event, as both or as neither (STU3's rule 16)."""
    event = {"code": {"system": "http://example.org/e", "code": "x"}, "mode": "sender", "focus": "Patient", "request": {"reference": "StructureDefinition/a"},
             "response": {"reference": "StructureDefinition/b"}}  # fmt: skip
    definition: Any = {"reference": "http://example.org/m"} if release in ("DSTU2", "STU3") else "http://example.org/m"
    messaging: dict[str, Any] = {"documentation": "x"}
    if rng.random() < 0.5:
        messaging["supportedMessage"] = [{"mode": "sender", "definition": definition}]
    if rng.random() < 0.5 and release in ("DSTU2", "STU3"):
        messaging["event"] = [event]
    statement["messaging"] = [messaging]
    return True


@operator("rule-chain")
def rule_chain(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    found = objects(statement, "searchParam")
    if not found or release != "DSTU2":
        return False
    search = rng.choice(found)
    search["chain"] = ["name"]
    search["type"] = rng.choice(("reference", "token", "string"))
    search.pop("definition", None)
    return True


@operator("rule-search-definition")
def rule_search_definition(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """A type that the parameter's definition does not give, one it gives, and definitions nobody knows."""
    found = objects(statement, "searchParam")
    if not found:
        return False
    search = rng.choice(found)
    search["definition"] = rng.choice((
        "http://hl7.org/fhir/SearchParameter/Patient-identifier", "http://hl7.org/fhir/SearchParameter/individual-birthdate", "http://hl7.org/fhir/SearchParameter/clinical-patient",
        "http://hl7.org/fhir/SearchParameter/Observation-value-quantity", "http://hl7.org/fhir/SearchParameter/Resource-id", "http://hl7.org/fhir/SearchParameter/Patient-nothing",
        "http://example.org/SearchParameter/x", "SearchParameter/Patient-identifier", "http://hl7.org/fhir/SearchParameter/Patient-identifier|4.0.1"))  # fmt: skip
    search["type"] = rng.choice(("token", "date", "reference", "quantity", "string"))
    return True


@operator("rule-extension")
def rule_extension(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    holder = rng.choice(
        objects(statement, "", "rest", "resource", "security", "interaction", "searchParam", "software", "coding")
    )
    inner = [{"url": "a", "valueString": "x"}]
    holder["extension"] = [rng.choice((
        {"url": "http://example.org/x", "valueString": "x", "extension": inner}, {"url": "http://example.org/x"}, {"valueString": "x"},
        {"url": "x", "valueString": "x"}, {"url": "", "valueString": "x"}, {"url": "http://example.org/x", "extension": []}, {}, {"extension": inner},
        {"url": "http://example.org/x", "valueString": "x", "valueCode": "x"}, {"url": "http://example.org/x", "_valueString": {"extension": inner}},
        {"url": EXPECTATION, "valueCode": "MUST"}, {"url": EXPECTATION, "valueString": "SHALL"}, {"url": EXPECTATION, "valueCode": "SHALL"},
        {"url": "http://hl7.org/fhir/StructureDefinition/no-such-extension", "valueString": "x"}, {"url": 1, "valueString": "x"},
        {"url": ["http://example.org/x"], "valueString": "x"}, {"url": "http://example.org/x", "valueString": "x", "colour": "x"}))]  # fmt: skip
    return True


@operator("rule-modifier")
def rule_modifier(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    holder = rng.choice(objects(statement, "", "rest", "resource", "searchParam", "coding"))
    holder["modifierExtension"] = [
        rng.choice(({"url": "http://example.org/x", "valueString": "x"}, {"url": "http://example.org/x"}, {}))
    ]
    return True


CONTAINED: tuple[Any, ...] = (
    {"resourceType": "Organization", "id": "org", "name": "x"}, {"resourceType": "Organization", "name": "x"}, {"id": "org"}, {"resourceType": "Potato", "id": "org"}, {},
    {"resourceType": "Organization", "id": "org", "banana": 1}, {"resourceType": "Organization", "id": "org", "meta": {"versionId": "1"}, "name": "x"},
    {"resourceType": "Organization", "id": "org", "name": "x", "contained": [{"resourceType": "Patient", "id": "p"}]}, "text", None,
    {"resourceType": "Organization", "id": "org", "name": "x", "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}},
    {"resourceType": "Organization", "id": "org", "active": "true"},
)  # fmt: skip


@operator("rule-contained")
def rule_contained(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    """Resources inside: with and without an id, a type, a reference to them."""
    statement["contained"] = [copy.deepcopy(rng.choice(CONTAINED))]
    reference = {"reference": rng.choice(("#org", "#org", "#other", "#"))}
    statement.setdefault("extension", [])
    if isinstance(statement["extension"], list) and rng.random() < 0.7:
        statement["extension"].append({"url": "http://example.org/ext/org", "valueReference": reference})
    return True


@operator("rule-reference")
def rule_reference(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    reference: Any = rng.choice(({}, {"reference": ""}, {"reference": "x"}, {"reference": "Potato/1"}, {"reference": "Patient/1"}, {"display": "x"}, {"reference": "Organization/a b"},
                                 {"identifier": {"value": "x"}}, {"reference": "Organization/1", "type": "Potato"}, {"reference": "#x"}, "Organization/1", {"type": "Organization"},
                                 {"reference": "Organization/1", "colour": "x"}, {"reference": 1}, {"id": "a"}))  # fmt: skip
    if release in ("DSTU2", "STU3"):
        found = objects(statement, "resource")
        if not found:
            return False
        rng.choice(found)["profile"] = reference
    else:
        statement.setdefault("implementation", {"description": "x"})
        if not isinstance(statement["implementation"], dict):
            return False
        statement["implementation"]["custodian"] = reference
    return True


@operator("rule-contact")
def rule_contact(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    point: Any = rng.choice(({"value": "x"}, {"system": "banana", "value": "x"}, {"system": "email"}, {"system": "email", "value": "x", "use": "banana"}, {"system": "url", "value": "x"},
                             {"system": "other", "value": "x"}, {"system": "email", "value": "x", "rank": 0}, {"system": "email", "value": "x", "rank": "1"}, {"system": "sms", "value": "x"},
                             {"system": "email", "value": "x", "period": {"start": "2024-05-02", "end": "2024-05-01"}}, {}, {"system": "email", "value": "x", "period": {"start": "2024", "end": "2023"}},
                             {"system": "email", "value": "x", "period": {"start": "2024-05-01T10:00:00", "end": "2024-05-02"}}))  # fmt: skip
    statement["contact"] = [{"name": "x", "telecom": [point]}]
    return True


@operator("rule-context")
def rule_context(rng: random.Random, statement: dict[str, Any], release: str) -> bool:
    if release == "DSTU2":
        return False
    code = {"system": "http://example.org/x", "code": "venue"}
    statement["useContext"] = [rng.choice(({"code": code}, {"valueCodeableConcept": {"text": "x"}}, {"code": code, "valueString": "x"}, {"code": "venue", "valueCodeableConcept": {"text": "x"}},
                                           {"code": code, "valueReference": {"display": "x"}}, {"code": code, "valueQuantity": {"value": 1}}, {"code": code, "valueRange": {"low": {"value": 1}}},
                                           {"code": code, "valueCodeableConcept": {"text": "x"}, "valueQuantity": {"value": 1}}, {"code": {}, "valueCodeableConcept": {}}))]  # fmt: skip
    return True
