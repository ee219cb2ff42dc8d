"""FHIR XML as the JSON it stands for.

One form for both syntaxes lets every rule read one kind of document, and gives every problem a JSON pointer. Written
here because the XML reader of ``fhir.resources`` drops the ``id`` of elements and ends in a KeyError on an unknown
element, on a missing namespace and on a valid repeating primitive that has only an extension.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eamap.fhir.problems import Problem, unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

FHIR_NAMESPACE = "http://hl7.org/fhir"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
_DOCTYPE = re.compile(r"<!(DOCTYPE|ENTITY)\b", re.IGNORECASE)

_REPEATING = frozenset(
    (
        "contact",
        "telecom",
        "useContext",
        "jurisdiction",
        "instantiates",
        "imports",
        "format",
        "patchFormat",
        "implementationGuide",
        "rest",
        "resource",
        "interaction",
        "supportedProfile",
        "referencePolicy",
        "searchInclude",
        "searchRevInclude",
        "searchParam",
        "operation",
        "messaging",
        "endpoint",
        "supportedMessage",
        "event",
        "document",
        "coding",
        "extension",
        "modifierExtension",
        "service",
        "compartment",
        "contained",
        "certificate",
        "requirements",
        "identifier",
        "acceptLanguage",
        "relatedArtifact",
        "line",
        "given",
        "prefix",
        "suffix",
    )
)
_REPEATING_UNDER = {
    ("CapabilityStatement", "profile"), ("Conformance", "profile"), ("meta", "profile"), ("meta", "tag"),
    ("meta", "security"), ("searchParam", "chain"), ("searchParam", "target"), ("searchParam", "modifier"),
}  # fmt: skip
"""Elements that are lists in JSON only under one parent: ``profile`` is single in a resource, a list at the root."""
_SINGLE_UNDER = {("event", "endpoint"), ("event", "code")}
_BOOLEANS = frozenset({"experimental", "readHistory", "updateCreate", "conditionalCreate", "conditionalUpdate", "cors",
                       "multipleOr", "multipleAnd", "conditionalPatch"})  # fmt: skip
_INTEGERS = frozenset({"reliableCache", "rank", "valueInteger", "valuePositiveInt", "valueUnsignedInt"})
_COMPLEX = frozenset(
    (
        "meta",
        "text",
        "contact",
        "telecom",
        "useContext",
        "jurisdiction",
        "software",
        "implementation",
        "rest",
        "security",
        "resource",
        "interaction",
        "searchParam",
        "operation",
        "messaging",
        "endpoint",
        "supportedMessage",
        "event",
        "document",
        "coding",
        "extension",
        "modifierExtension",
        "service",
        "certificate",
        "compartment",
    )
)


def read_xml(text: str) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """Returns a document in its JSON form, and what hindered reading it; broken XML gives what could be recovered."""
    from lxml import etree

    if _DOCTYPE.search(text[:100_000]):
        # Entities can name files and grow without end; FHIR forbids them, so there is no reason to look further.
        return None, (
            unreadable("doctype", "the file has a document type declaration, which FHIR forbids; it was not read"),
        )
    content, problems = text.lstrip("\ufeff").encode(errors="replace"), ()
    try:
        root = etree.fromstring(content, _parser(recover=False))
    except etree.XMLSyntaxError as error:
        found = unreadable("syntax", f"the XML breaks off: {error.msg}")
        root = etree.fromstring(content, _parser(recover=True))
        return (None if root is None else _document(root)), (found,)
    return _document(root), problems + _namespace_problems(root)


def _parser(*, recover: bool) -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
                           remove_pis=True, recover=recover)  # fmt: skip


def _namespace_problems(root: _Element) -> tuple[Problem, ...]:
    namespace = _name(root)[0]
    if namespace == FHIR_NAMESPACE:
        return ()
    said = f"its namespace is {namespace!r}" if namespace else "it has no namespace"
    return (unreadable("namespace", f"the XML is not FHIR's: {said} instead of {FHIR_NAMESPACE!r}"),)


def _name(element: _Element) -> tuple[str, str]:
    from lxml import etree

    name = etree.QName(element)
    return name.namespace or "", name.localname


def _elements(element: _Element) -> list[_Element]:
    # Entity references and leftovers of recovery have a function as their tag.
    return [child for child in element if isinstance(child.tag, str)]


def _document(root: _Element) -> dict[str, Any]:
    return {"resourceType": _name(root)[1], **_children(root)}


def _children(element: _Element) -> dict[str, Any]:
    parent = _name(element)[1]
    result: dict[str, Any] = {}
    for child in _elements(element):
        namespace, name = _name(child)
        if namespace == XHTML_NAMESPACE:
            result[name] = _narrative(child)
        elif _is_primitive(child, name):
            _add_primitive(result, parent, name, child)
        else:
            _add(result, parent, name, _complex(child, name))
    return result


def _complex(element: _Element, name: str) -> dict[str, Any]:
    inside = _elements(element)
    if name in ("contained", "resource") and len(inside) == 1 and _name(inside[0])[1][:1].isupper():
        return _document(inside[0])
    attributes = {key: value for key, value in element.attrib.items() if key in ("id", "url")}
    return {**{str(key): str(value) for key, value in attributes.items()}, **_children(element)}


def _is_primitive(element: _Element, name: str) -> bool:
    if "value" in element.attrib:
        return True
    inside = {_name(child)[1] for child in _elements(element)}
    return name not in _COMPLEX and "url" not in element.attrib and inside <= {"extension"}


def _repeats(parent: str, name: str) -> bool:
    return (name in _REPEATING and (parent, name) not in _SINGLE_UNDER) or (parent, name) in _REPEATING_UNDER


def _add(result: dict[str, Any], parent: str, name: str, value: Any) -> None:
    if _repeats(parent, name):
        result.setdefault(name, []).append(value)
    elif name in result:
        # Twice where once is allowed: kept as a list, so that the structure check can say so.
        previous = result[name]
        result[name] = [*previous, value] if isinstance(previous, list) else [previous, value]
    else:
        result[name] = value


def _add_primitive(result: dict[str, Any], parent: str, name: str, element: _Element) -> None:
    text = element.get("value")
    value = None if text is None else _typed(name, str(text))
    beside = {**({"id": element.get("id")} if element.get("id") else {}), **_children(element)}
    earlier = len(result[name]) if isinstance(result.get(name), list) else 0
    if _repeats(parent, name) or value is not None:
        _add(result, parent, name, value)
    if beside and _repeats(parent, name):
        others = result.setdefault("_" + name, [])
        result["_" + name] = [*others, *[None] * (earlier - len(others)), beside]
    elif beside:
        result["_" + name] = beside


def _typed(name: str, text: str) -> Any:
    if (name in _BOOLEANS or name == "valueBoolean") and text in ("true", "false"):
        return text == "true"
    if name in _INTEGERS and re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return text


def _narrative(element: _Element) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", with_tail=False))
