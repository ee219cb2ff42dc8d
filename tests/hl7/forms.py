"""Statements as text: JSON with the defects text can have, and XML in the order of the elements, or out of it."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable
from typing import Any

from lxml import etree

FHIR = "http://hl7.org/fhir"
XHTML = "http://www.w3.org/1999/xhtml"
TYPES = {
    "meta": "versionId lastUpdated source profile security tag",
    "text": "status div",
    "extension": "url",
    "coding": "system version code display userSelected",
    "telecom": "system value use rank period",
    "period": "start end",
    "reference": "reference type identifier display",
    "identifier": "use type system value period assigner",
    "concept": "coding text",
    "quantity": "value comparator unit system code",
    "context": "code value",
}
KINDS = {
    "tag": "coding", "security": "concept", "protocol": "coding", "service": "concept", "jurisdiction": "concept", "custodian": "reference",
    "useContext": "context", "modifierExtension": "extension", "valueReference": "reference", "valueCodeableConcept": "concept",
    "valueCoding": "coding", "valueQuantity": "quantity", "valuePeriod": "period", "valueContactPoint": "telecom", "valueIdentifier": "identifier",
}  # fmt: skip
Order = dict[tuple[str, ...], list[str]]


def order_of(definition: dict[str, Any]) -> Order:
    """Gives the names of the elements in their order, by the path they stand under, from a StructureDefinition."""
    order: Order = {}
    for element in definition["snapshot"]["element"]:
        _, *names = element["path"].split(".")
        if names:
            order.setdefault(tuple(names[:-1]), []).append(names[-1])
    return order


def ranked(value: dict[str, Any], path: tuple[str, ...], order: Order) -> list[str]:
    """Gives the names in an object in the order of the definition, unknown ones last."""
    names = order.get(path)
    if names is None and path:
        wanted = "reference" if isinstance(value.get("reference"), str) else KINDS.get(path[-1], path[-1])
        names = ["extension", "modifierExtension", *TYPES.get(wanted, "").split()]
    rank = {name: number for number, name in enumerate(names or ())}
    keys = dict.fromkeys(key.removeprefix("_") for key in value if key != "resourceType")
    choices = [name.removesuffix("[x]") for name in rank if name.endswith("[x]")]
    stem = {key: next((f"{name}[x]" for name in choices if key.startswith(name)), key) for key in keys}
    return sorted(keys, key=lambda key: rank.get(key, rank.get(stem[key], len(rank))))


def to_xml(statement: dict[str, Any], order: Order) -> etree._Element:
    """Gives a statement as XML; what XML cannot say (null, a list in a list) falls away."""
    root = etree.Element(f"{{{FHIR}}}{statement.get('resourceType') or 'CapabilityStatement'}", nsmap={None: FHIR})
    _members(root, statement, (), order)
    return root


def _members(node: etree._Element, value: dict[str, Any], path: tuple[str, ...], order: Order) -> None:
    for name in ranked(value, path, order):
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name):
            continue
        items, beside = _listed(value.get(name)), _listed(value.get("_" + name))
        for number in range(max(len(items), len(beside))):
            item = items[number] if number < len(items) else None
            note = beside[number] if number < len(beside) and isinstance(beside[number], dict) else {}
            if item is not None or note:
                _element(node, name, item, note, (*path, name), order)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [] if value is None else [value]
    return [each for item in value for each in (item if isinstance(item, list) else [item])]


def _element(
    parent: etree._Element, name: str, item: Any, note: dict[str, Any], path: tuple[str, ...], order: Order
) -> None:
    attribute = (name == "id" and len(path) > 1) or (
        name == "url" and path[-2:-1] in (("extension",), ("modifierExtension",))
    )
    if attribute and not isinstance(item, dict):
        parent.set(name, _text(item))
        return
    if name == "div" and isinstance(item, str):
        try:
            parent.append(etree.fromstring(item))
            return
        except etree.XMLSyntaxError:
            pass
    node = etree.SubElement(parent, f"{{{FHIR}}}{name}")
    if isinstance(item, dict):
        inside = node
        if "resourceType" in item:
            inside = etree.SubElement(node, f"{{{FHIR}}}{item['resourceType'] or 'x'}")
        _members(inside, item, path, order)
    elif item is not None:
        node.set("value", _text(item))
    if note:
        _members(node, note, path, order)


def _text(value: Any) -> str:
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


XmlDefect = Callable[[random.Random, etree._Element], None]


def _some(rng: random.Random, root: etree._Element, *, childless: bool = False) -> etree._Element:
    found = [e for e in root.iterdescendants(f"{{{FHIR}}}*") if not (childless and len(e))]
    return rng.choice(found) if found else root


def _swap(rng: random.Random, root: etree._Element) -> None:
    parents = [e for e in root.iter(f"{{{FHIR}}}*") if len({c.tag for c in e}) > 1]
    if parents:
        parent = rng.choice(parents)
        at = rng.choice([n for n in range(len(parent) - 1) if parent[n].tag != parent[n + 1].tag])
        parent.insert(at, parent[at + 1])


def _apart(rng: random.Random, root: etree._Element) -> None:
    parents = [e for e in root.iter(f"{{{FHIR}}}*") if len(e) > 2]
    if parents:
        parent = rng.choice(parents)
        parent.append(parent[0])


def _twice(rng: random.Random, root: etree._Element) -> None:
    node = _some(rng, root)
    if node is not root:
        node.addnext(copy.deepcopy(node))


def _odd_namespace(rng: random.Random, root: etree._Element) -> None:
    node = _some(rng, root, childless=True)
    node.tag = (
        rng.choice(("{http://example.org/other}", "{http://www.w3.org/1999/xhtml}", "")) + etree.QName(node).localname
    )


def _attribute(rng: random.Random, root: etree._Element) -> None:
    _some(rng, root).set(
        rng.choice(
            (
                "colour",
                "Value",
                "{http://example.org/other}colour",
                "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
                "id",
                "url",
            )
        ),
        "x y",
    )


def _inner_text(rng: random.Random, root: etree._Element) -> None:
    _some(rng, root).text = "text"


def _no_value(rng: random.Random, root: etree._Element) -> None:
    _some(rng, root, childless=True).attrib.pop("value", None)


def _empty_value(rng: random.Random, root: etree._Element) -> None:
    _some(rng, root, childless=True).set("value", "")


def _comment(rng: random.Random, root: etree._Element) -> None:
    _some(rng, root).addnext(etree.Comment(" said by the author "))


def _instruction(rng: random.Random, root: etree._Element) -> None:
    _some(rng, root).addnext(etree.ProcessingInstruction("php", "echo 1"))


def _upper(rng: random.Random, root: etree._Element) -> None:
    node = _some(rng, root)
    name = etree.QName(node).localname
    node.tag = f"{{{FHIR}}}{name[0].upper()}{name[1:]}"


def _keep(rng: random.Random, root: etree._Element) -> None:
    """Nothing is done: the XML of a right statement is right."""


XML_DEFECTS: dict[str, XmlDefect] = {
    "xml-order": _swap, "xml-order-far": _apart, "xml-twice": _twice, "xml-namespace": _odd_namespace, "xml-attribute": _attribute, "xml-text": _inner_text,
    "xml-no-value": _no_value, "xml-empty-value": _empty_value, "xml-comment": _comment, "xml-instruction": _instruction, "xml-upper": _upper, "xml-right": _keep,
}  # fmt: skip

TextDefect = Callable[[random.Random, str], bytes]


def _cut(rng: random.Random, text: str) -> bytes:
    return text[: rng.randrange(len(text) // 2, len(text) - 2)].encode()


def _name_twice(rng: random.Random, text: str) -> bytes:
    found = list(re.finditer(r'"(\w+)": "[^"\\]*",', text))
    if not found:
        return text.encode()
    match = rng.choice(found)
    return (text[: match.end()] + " " + match[0] + text[match.end() :]).encode()


TEXT_DEFECTS: dict[str, TextDefect] = {
    "json-cut": _cut,
    "json-name-twice": _name_twice,
    "json-trailing-comma": lambda rng, text: text.rstrip().removesuffix("}").encode() + b",}",
    "json-comment": lambda rng, text: text.replace("{", "{ // said by the author\n", 1).encode(),
    "json-nan": lambda rng, text: text.replace(
        "{", '{"extension": [{"url": "http://example.org/n", "valueDecimal": NaN}],', 1
    ).encode(),
    "json-leading-zero": lambda rng, text: text.replace(
        "{", '{"extension": [{"url": "http://example.org/n", "valueDecimal": 01.5}],', 1
    ).encode(),
    "json-exponent": lambda rng, text: text.replace(
        "{", '{"extension": [{"url": "http://example.org/n", "valueDecimal": 1.0e2}],', 1
    ).encode(),
    "json-byte-order-mark": lambda rng, text: b"\xef\xbb\xbf" + text.encode(),
    "json-single-quotes": lambda rng, text: text.replace('"', "'").encode(),
    "json-list": lambda rng, text: f"[{text}]".encode(),
    "json-after": lambda rng, text: text.encode() + b"\n{}",
}
