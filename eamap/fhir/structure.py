"""Whether a statement fits the structure of its release: elements, how often, of which type, with which codes.

The tables of :mod:`eamap.fhir.definitions` are the judge, for all five releases alike: HL7's own definitions, followed
as its validator follows them. ``fhir.resources`` accepts more (element order in XML, booleans as text, empty texts,
codes outside required value sets) and has no DSTU2; ``tests/unit/fhir`` proves that whatever it rejects is rejected here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eamap.fhir import primitives
from eamap.fhir.definitions import GRAMMAR, ROOT, Definitions, Element, Node, definitions, releases_of_resource
from eamap.fhir.languages import is_language
from eamap.fhir.mime import is_format
from eamap.fhir.narrative import is_bare, narrative_complaint
from eamap.fhir.problems import Layer, Level, Problem, pointer
from eamap.fhir.references import reference_breaches
from eamap.fhir.release import Release
from eamap.fhir.urls import is_absolute

_Steps = tuple[str | int, ...]
_FORMATS = ("format", "patchFormat")
"""Codes whose value set is required, although it is a grammar."""


def check_structure(raw: Mapping[str, Any], release: Release) -> tuple[Problem, ...]:
    """Returns everything in a statement that does not fit a release, each with its place."""
    walk = _Walk(definitions(release))
    walk.node(walk.tables.nodes[ROOT], raw, ())
    return tuple(walk.found)


class _Walk:
    """One pass over a document; ``found`` grows."""

    def __init__(self, tables: Definitions) -> None:
        self.tables = tables
        self.found: list[Problem] = []

    def say(self, finding: str, rule: str, message: str, at: _Steps, level: Level = Level.ERROR) -> None:
        rule = f"fhir-{self.tables.release.lower()}:{rule}"
        self.found.append(Problem(Layer.FHIR, rule, message, pointer(*at), level, finding))

    def node(self, node: Node, value: Mapping[str, Any], at: _Steps) -> None:
        """Looks at the elements of one object."""
        elements, chosen = node.elements, set[str]()
        for name, item in value.items():
            element = elements.get(name)
            if element is None:
                self._beside_or_unknown(node, name, item, value, at)
                continue
            if not element.node and not element.repeats and not element.choice and element.right(item):
                continue
            if element.choice:
                self._once(element, chosen, at)
            if item is None:
                self.say("FHR025", "empty", f"{name} is null: an element that is not known is left out", (*at, name))
            elif element.repeats:
                self._list(element, item, value.get("_" + name), (*at, name))
            elif isinstance(item, list):
                self.say("FHR023", "array", f"{name} must be one value, not a list", (*at, name))
                self._items(element, item, (*at, name))
            else:
                self.value(element, item, (*at, name))
        for name in node.required:
            if name not in value and not _said_beside(value.get("_" + name)):
                self._missing(node, name, at)
        for choice in node.choices:
            if choice not in chosen and not any(name.startswith(choice.removesuffix("[x]")) for name in value):
                words = f"{choice} is required in {node.name.rpartition('.')[2]} and missing"
                self.say("FHR020", f"required:{node.name}.{choice}", words, at)
        if node.name == "Extension":
            self._extension(value, at)

    def _missing(self, node: Node, name: str, at: _Steps) -> None:
        where = "the statement" if node.name == ROOT else node.name.rpartition(".")[2]
        path = node.elements[name].path
        self.say("FHR020", f"required:{path}", f"{name} is required in {where} and missing", at)

    def _once(self, element: Element, chosen: set[str], at: _Steps) -> None:
        if element.choice in chosen:
            words = f"{element.choice} stands twice, with different types"
            self.say("FHR023", "choice", words, (*at, element.name))
        chosen.add(element.choice)

    def _beside_or_unknown(self, node: Node, name: str, item: Any, value: Mapping[str, Any], at: _Steps) -> None:
        if name == "resourceType" and node.name == ROOT:
            return
        element = node.elements.get(name[1:]) if name.startswith("_") else None
        if element is not None and not element.node:
            self._beside(element, item, value.get(name[1:]), (*at, name))
        elif name != "fhir_comments":
            where = "a statement" if node.name == ROOT else node.name.rpartition(".")[2]
            self.say("FHR021", "unknown-element", f"{name} is not an element of {where} in {self.tables.release}",
                     (*at, name))  # fmt: skip

    def _beside(self, element: Element, item: Any, primitive: Any, at: _Steps) -> None:
        """Looks at what is said of a primitive beside its value: its id and extensions."""
        notes = item if element.repeats and isinstance(item, list) else [item]
        if element.repeats and not isinstance(item, list):
            self.say("FHR023", "array", f"{at[-1]} must be a list, as {element.name} is", at)
        if element.repeats and isinstance(primitive, list) and len(notes) > len(primitive):
            self.say("FHR023", "array", f"{at[-1]} must not be longer than {element.name}", at)
        self._without_code(element, notes, primitive, at)
        if isinstance(item, list) and not element.repeats:
            self.say("FHR023", "array", f"{at[-1]} must be one object, not a list", at)
            return
        if item in ({}, []):
            self.say("FHR025", "empty", f"{at[-1]} holds nothing: leave it out", at)
            return
        for number, note in enumerate(notes):
            place = (*at, number) if element.repeats else at
            if note == {}:
                self.say("FHR025", "empty", f"an item of {at[-1]} holds nothing: null stands in its place", place)
            elif isinstance(note, dict):
                self.node(self.tables.nodes["Element"], note, place)
            elif note is not None or not element.repeats:
                self.say("FHR022", "datatype", f"{at[-1]} must be an object", place)

    def _without_code(self, element: Element, notes: list[Any], primitive: Any, at: _Steps) -> None:
        """Says of a code that must be of a value set, and has only a reason for its absence, that this is no code of it."""
        if element.codes is None and element.name not in _FORMATS:
            return
        given = primitive if element.repeats and isinstance(primitive, list) else [primitive]
        for number, note in enumerate(notes):
            if note and (number >= len(given) or given[number] is None):
                words = f"{element.name} has no value, and a reason for that is no code {self.tables.release} allows"
                place = (*at, number) if element.repeats else at
                self.say("FHR024", f"binding:{element.path}", words, place)

    def _list(self, element: Element, item: Any, beside: Any, at: _Steps) -> None:
        if not isinstance(item, list):
            self.say("FHR023", "array", f"{element.name} must be a list", at)
            self.value(element, item, at)
        elif not item:
            self.say("FHR025", "empty", f"{element.name} is an empty list: leave it out", at)
        else:
            self._items(element, item, at, beside)

    def _items(self, element: Element, items: list[Any], at: _Steps, beside: Any = None) -> None:
        for number, each in enumerate(items):
            if each is not None:
                self.value(element, each, (*at, number))
            elif not (isinstance(beside, list) and number < len(beside) and _said_beside(beside[number])):
                self.say("FHR025", "empty", f"an item of {element.name} is null", (*at, number))

    def value(self, element: Element, item: Any, at: _Steps) -> None:
        """Looks at one value of an element."""
        if element.node:
            self._part(element, item, at)
            return
        if item == "":
            self.say("FHR025", "empty", f"{element.name} is an empty text: leave it out", at)
        elif element.type == "xhtml":
            self._narrative(item, at)
        elif wrong := primitives.complaint(element.type, item):
            self.say("FHR022", f"datatype:{element.path}", f"{element.name}: {wrong}", at)
        elif element.codes is not None and item not in element.codes:
            self._code(element, str(item), at)
        elif element.type == "canonical" and not is_absolute(item) and not item.startswith("#"):
            words = f"{element.name}: the canonical {item[:80]!r} is not absolute"
            self.say("FHR028", f"canonical:{element.path}", words, at)
        elif element.name in GRAMMAR:
            self._grammar(element, item, at)

    def _grammar(self, element: Element, item: str, at: _Steps) -> None:
        """Looks at a code that follows a grammar."""
        if element.name.lower().endswith("language"):
            if not is_language(item):
                self.say("FHR024", f"binding:{element.path}", f"{element.name}: {item!r} is no language of BCP 47", at)
        elif not is_format(item):
            words = f"{element.name}: {item!r} is no mime type, nor json, xml or ttl"
            self.say("FHR027", f"mime:{element.path}", words, at)

    def _part(self, element: Element, item: Any, at: _Steps) -> None:
        if not isinstance(item, dict):
            self.say("FHR022", f"datatype:{element.path}", f"{element.name} must be an object", at)
        elif not item:
            self.say("FHR025", "empty", f"{element.name} is an empty object: leave it out", at)
        elif node := self.tables.nodes.get(element.node):
            self.node(node, item, at)
            if node.name == "Reference":
                for finding, rule, words, step in reference_breaches(element.path, item, self.tables):
                    self.say(finding, rule, words, (*at, step) if step else at)

    def _code(self, element: Element, code: str, at: _Steps) -> None:
        words = f"{element.name}: {code!r} is not one of the codes {self.tables.release} allows"
        if element.path == "resource.type":
            others = ", ".join(releases_of_resource(code))
            words = f"{code!r} is no resource type of {self.tables.release}" + (f" ({others} only)" if others else "")
        elif len(element.codes or ()) <= 12:
            words += f": {', '.join(sorted(element.codes or ()))}"
        self.say("FHR024", f"binding:{element.path}", words, at)

    def _narrative(self, item: Any, at: _Steps) -> None:
        if wrong := narrative_complaint(item):
            self.say("FHR029", "narrative", wrong, at)
        elif is_bare(item):
            self.say("FHR029", "txt-2", "txt-2: the narrative has neither words nor a picture", at)

    def _extension(self, value: Mapping[str, Any], at: _Steps) -> None:
        has_value = any(name.lstrip("_").startswith("value") for name in value)
        if has_value == bool(value.get("extension")):
            both = "both a value and extensions" if has_value else "neither a value nor extensions"
            self.say("FHR030", "ext-1", f"an extension has {both}: it must have one of them", at)


def _said_beside(beside: Any) -> bool:
    """Whether a primitive without a value says why: an id alone says nothing, an extension does."""
    if isinstance(beside, list):
        return any(_said_beside(each) for each in beside)
    return isinstance(beside, dict) and bool(beside.get("extension") or beside.get("id"))
