"""FHIR XML as the JSON it stands for.

One form for both syntaxes lets every rule read one kind of document, and gives every problem a JSON pointer. Which
element is a list, a boolean or a number, and in which order elements stand, is in the definitions of the release that
the document declares. Written here because the XML reader of ``fhir.resources`` drops the ``id`` of elements and ends in
a KeyError on an unknown element, on a missing namespace and on a valid repeating primitive that has only an extension.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eamap.fhir.definitions import ROOT, Definitions, Element, Node, definitions
from eamap.fhir.problems import Layer, Problem, pointer, unreadable
from eamap.fhir.release import Release, release_of_version

if TYPE_CHECKING:
    from lxml.etree import _Element

FHIR_NAMESPACE = "http://hl7.org/fhir"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
_DOCTYPE = re.compile(r"<!(DOCTYPE|ENTITY)\b", re.IGNORECASE)
_STATEMENTS = ("CapabilityStatement", "Conformance")
_LISTS = frozenset({"entry", "issue", "link", "extension", "coding"})
"""Elements that are lists in what may stand around a statement: a Bundle, an OperationOutcome."""
_ATTRIBUTES = ("id", "url", "value")
"""What is an attribute somewhere: the id of elements, the url of extensions, the value of primitives; a resource has none."""
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_Steps = tuple[str | int, ...]


def read_xml(text: str, release: Release | None = None) -> tuple[dict[str, Any] | None, tuple[Problem, ...]]:
    """Returns a document in its JSON form, and what hindered reading it; broken XML gives what could be recovered.

    It is read by the definitions of ``release``; without one, by those of the release it declares.
    """
    root, problems = parse(text, instructions=True)
    if root is None:
        return None, problems
    reader = _Reader(release)
    document = reader.document(root, ())
    return document, (*(problems or _namespace_problems(root)), *reader.problems)


def parse(text: str, *, instructions: bool = False) -> tuple[Any, tuple[Problem, ...]]:
    """Returns the root of an XML text (``None`` if there is none) and what hindered reading it; of a broken one what comes before.

    Comments are left out, and processing instructions unless they are asked for.
    """
    from lxml import etree

    if _DOCTYPE.search(text[:100_000]):
        # Entities can name files and grow without end; FHIR forbids them, so there is no reason to look further.
        return None, (
            unreadable("doctype", "the file has a document type declaration, which FHIR forbids; it was not read"),
        )
    content = text.lstrip("\ufeff").encode(errors="replace")
    try:
        return etree.fromstring(content, _parser(recover=False, instructions=instructions)), ()
    except etree.XMLSyntaxError as error:
        broken = (unreadable("syntax", f"the XML breaks off: {error.msg}"),)
    try:
        return etree.fromstring(content, _parser(recover=True, instructions=instructions)), broken
    except etree.XMLSyntaxError:
        # Nothing at all could be made of it, which is what was said already.
        return None, broken


def _parser(*, recover: bool, instructions: bool) -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True,
                           remove_pis=not instructions, recover=recover)  # fmt: skip


def _namespace_problems(root: _Element) -> tuple[Problem, ...]:
    namespace = _name(root)[0]
    if namespace == FHIR_NAMESPACE:
        return ()
    said = f"its namespace is {namespace!r}" if namespace else "it has no namespace"
    return (unreadable("namespace", f"the XML is not FHIR's: {said} instead of {FHIR_NAMESPACE!r}", finding="FHR011"),)


def _name(element: _Element) -> tuple[str, str]:
    """Returns the namespace and name of an element; lxml's own reader of names raises for some that recovery leaves ("cod:")."""
    namespace, _, name = str(element.tag).rpartition("}")
    return namespace.removeprefix("{"), name


def _instruction() -> Any:
    from lxml import etree

    return etree.ProcessingInstruction


def _elements(element: _Element) -> list[_Element]:
    # Entity references and leftovers of recovery have a function as their tag.
    return [child for child in element if isinstance(child.tag, str)]


def _declared_release(root: _Element) -> Release:
    """Returns the release by whose definitions a statement is read: the declared one, else the one its name is of."""
    declared = next((child.get("value") for child in _elements(root) if _name(child)[1] == "fhirVersion"), None)
    by_name = Release.DSTU2 if _name(root)[1] == "Conformance" else Release.R4
    return release_of_version(str(declared) if declared else None) or by_name


class _Reader:
    """One pass over a document; ``problems`` grows."""

    def __init__(self, release: Release | None) -> None:
        self.problems: list[Problem] = []
        self._release = release
        self._tables: Definitions | None = None
        self._namespaced = False

    def document(self, root: _Element, at: _Steps) -> dict[str, Any]:
        name = _name(root)[1]
        node = None
        if name in _STATEMENTS and self._tables is None:
            self._tables = definitions(self._release or _declared_release(root))
            node = self._tables.nodes[ROOT]
            self._namespaced = _name(root)[0] == FHIR_NAMESPACE
            if any(not isinstance(each.tag, str) for each in root.iter(_instruction())):
                words = "the file holds a processing instruction, which FHIR XML does not know"
                self._say("FHR016", "xml-instruction", words, ())
        return {"resourceType": name, **self._children(root, node, at, ())}

    def _children(
        self, element: _Element, node: Node | None, at: _Steps, attributes: tuple[str, ...]
    ) -> dict[str, Any]:
        result: dict[str, Any] = {}
        last = -1
        self._foreign(element, at, attributes)
        for child in _elements(element):
            namespace, name = _name(child)
            known = node.elements.get(name) if node else None
            narrative = name == "div" and (namespace == XHTML_NAMESPACE or (known and known.type == "xhtml"))
            if namespace != FHIR_NAMESPACE and self._namespaced and not narrative:
                self._say("FHR011", "xml-namespace", f"{name} is not in the namespace of FHIR", (*at, name))
            if node is not None and node.name == "Extension" and name == "url":
                words = "the url of an extension is an attribute in XML, not an element"
                self._say("FHR021", "unknown-element", words, (*at, name))
                continue
            if known is not None:
                if known.order < last:
                    self._out_of_order(name, (*at, name))
                last = max(last, known.order)
            if narrative:
                result[name] = _narrative(child)
            else:
                self._add(result, child, name, known, (*at, name))
        return result

    def _out_of_order(self, name: str, at: _Steps) -> None:
        words = f"{name} stands after elements that must follow it: XML is read in the order of the definition"
        self._say("FHR026", "order", words, at)

    def _say(self, finding: str, rule: str, words: str, at: _Steps) -> None:
        if self._tables is not None:
            rule = f"fhir-{self._tables.release.lower()}:{rule}"
            self.problems.append(Problem(Layer.FHIR, rule, words, pointer(*at), finding=finding))

    def _foreign(self, element: _Element, at: _Steps, attributes: tuple[str, ...]) -> None:
        """Looks for what FHIR XML does not hold: text beside elements, and attributes this element does not have."""
        said = [element.text, *(child.tail for child in element)]
        if text := next((each.strip() for each in said if each and each.strip()), ""):
            words = f"values are attributes, and text stands only in the narrative: {text[:40]!r}"
            self._say("FHR016", "xml-text", words, at)
        for name in element.attrib:
            if str(name) not in attributes and "schemaLocation" not in str(name):
                self._say("FHR021", "unknown-element", f"there is no attribute {str(name)!r} here", at)

    def _add(self, result: dict[str, Any], child: _Element, name: str, known: Element | None, at: _Steps) -> None:
        place = (*at, len(result.get(name, ()))) if known and known.repeats else at
        if _is_primitive(child, known):
            self._add_primitive(result, child, name, known, place)
        else:
            _put(result, name, self._part(child, name, known, place), repeats=_repeats(name, known))

    def _part(self, child: _Element, name: str, known: Element | None, at: _Steps) -> Any:
        inside = _elements(child)
        if name in ("contained", "resource") and len(inside) == 1 and _name(inside[0])[1][:1].isupper():
            return self.document(inside[0], at)
        node = self._tables.nodes.get(known.node) if known and self._tables else None
        allowed = _ATTRIBUTES if node is None else ("id", "url") if node.name == "Extension" else ("id",)
        attributes = {str(key): str(value) for key, value in child.attrib.items() if key in allowed and key != "value"}
        return {**attributes, **self._children(child, node, at, allowed)}

    def _add_primitive(
        self, result: dict[str, Any], child: _Element, name: str, known: Element | None, at: _Steps
    ) -> None:
        text = child.get("value")
        value = None if text is None else _typed(str(text), known)
        beside = {
            **({"id": child.get("id")} if child.get("id") else {}),
            **self._children(child, self._element_node, at, ("id", "value")),
        }
        repeats = _repeats(name, known)
        earlier = len(result[name]) if isinstance(result.get(name), list) else 0
        if repeats or value is not None or not beside:
            _put(result, name, "" if value is None and not beside else value, repeats=repeats)
        if beside and repeats:
            others = result.setdefault("_" + name, [])
            result["_" + name] = [*others, *[None] * (earlier - len(others)), beside]
        elif beside:
            result["_" + name] = beside

    @property
    def _element_node(self) -> Node | None:
        return self._tables.nodes["Element"] if self._tables else None


def _repeats(name: str, known: Element | None) -> bool:
    return known.repeats if known else name in _LISTS


def _is_primitive(child: _Element, known: Element | None) -> bool:
    if known is not None:
        return not known.node
    inside = {_name(each)[1] for each in _elements(child)}
    return "value" in child.attrib or ("url" not in child.attrib and inside == {"extension"})


def _put(result: dict[str, Any], name: str, value: Any, *, repeats: bool) -> None:
    if repeats:
        result.setdefault(name, []).append(value)
    elif name in result:
        # Twice where once is allowed: kept as a list, so that the structure check can say so.
        previous = result[name]
        result[name] = [*previous, value] if isinstance(previous, list) else [previous, value]
    else:
        result[name] = value


def _typed(text: str, known: Element | None) -> Any:
    """Returns the value that stands for a text in JSON; what is no such value stays text, for the structure check to name."""
    kind = known.type if known else "boolean" if text in ("true", "false") else ""
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "unsignedInt", "positiveInt") and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "decimal" and _DECIMAL.fullmatch(text):
        return float(text)
    return text


def _narrative(element: _Element) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", with_tail=False))
