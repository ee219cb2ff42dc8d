"""FHIR XML of any resource as the JSON it stands for, by the elements its release has.

The tables of the release say which element is a list, which text is a boolean or a number, and in which order elements come;
an element that no table has is kept as it looks, so that the check of the structure can name it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eamap.fhir.payload.elements import PACKAGES, Element, Table, element_table, is_nested, resource_table, table
from eamap.fhir.payload.hints import Hints, hints_of
from eamap.fhir.problems import Layer, Level, Problem, pointer, unreadable
from eamap.fhir.release import Release
from eamap.fhir.xml_document import FHIR_NAMESPACE, XHTML_NAMESPACE

if TYPE_CHECKING:
    from lxml.etree import _Element

_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?(0|[1-9]\d{0,17})(\.\d{1,17})?([eE][+-]?\d{1,9})?")

Path = tuple[str | int, ...]


def xml_hints(root: _Element) -> Hints:
    """Returns what the document says about its release."""
    named = list(root.iter("{*}fhirVersion"))
    version = named[0].get("value") if named and named[0].getparent() is root else None
    profiles = (each.get("value") for each in root.iter("{*}profile") if _name(each.getparent())[1] == "meta")
    types = (
        name
        for each in root.iter("*")
        if isinstance(each.tag, str)
        for namespace, name in [_name(each)]
        if name[:1].isupper() and namespace != XHTML_NAMESPACE
    )
    return hints_of(version, profiles, types)


def convert(root: _Element, release: Release) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """Returns a document in its JSON form, and what is wrong with it that only its XML shows."""
    conversion = _Conversion(release)
    document = conversion.resource(root, ())
    return document, (*_namespace(conversion), *conversion.problems)


def _namespace(conversion: _Conversion) -> tuple[Problem, ...]:
    if not conversion.strange:
        return ()
    namespace, name = conversion.strange[0]
    said = f"its namespace is {namespace!r}" if namespace else "it has no namespace"
    message = f"<{name}> is not FHIR's: {said} instead of {FHIR_NAMESPACE!r}; it was read as if it had the right one"
    return (unreadable("namespace", message),)


def _name(element: _Element | None) -> tuple[str, str]:
    """Returns namespace and name; recovered XML has names that lxml itself refuses to take apart."""
    tag: Any = element.tag if element is not None else ""
    if not isinstance(tag, str):
        return "", ""
    namespace, closed, name = tag.removeprefix("{").rpartition("}")
    return (namespace, name) if closed else ("", tag)


def _inside(element: _Element) -> list[_Element]:
    # Entity references and leftovers of recovery have a function as their tag.
    return [child for child in element if isinstance(child.tag, str)]


@dataclass
class _Conversion:
    """One document on its way: the elements outside FHIR's namespace, in order, and the problems found."""

    release: Release
    strange: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def resource(self, element: _Element, at: Path) -> dict[str, Any]:
        namespace, name = _name(element)
        self._look(namespace, name)
        return {"resourceType": name, **self.children(element, resource_table(self.release, name), at)}

    def children(self, element: _Element, known: Table | None, at: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        last = -1
        for child in _inside(element):
            namespace, name = _name(child)
            found = known.elements.get(name) if known else None
            if namespace != XHTML_NAMESPACE:
                self._look(namespace, name)
            if found is not None:
                if found.order < last:
                    self._misplaced(name, at)
                last = max(last, found.order)
            self._add(result, name, found, child, at)
        return result

    def _look(self, namespace: str, name: str) -> None:
        if namespace != FHIR_NAMESPACE:
            self.strange.append((namespace, name))

    def _misplaced(self, name: str, at: Path) -> None:
        message = f"{name} stands after elements that come behind it; XML keeps the order of the definition"
        rule = f"fhir-{self.release.lower()}:element-order"
        self.problems.append(Problem(Layer.FHIR, rule, message, pointer(*at, name), Level.ERROR))

    def _add(self, result: dict[str, Any], name: str, found: Element | None, child: _Element, at: Path) -> None:
        repeats = found.repeats if found else False
        earlier = result.get(name)
        place = len(earlier) if isinstance(earlier, list) else int(earlier is not None)
        here: Path = (*at, name, place) if repeats or place else (*at, name)
        value, beside = self._value(found, child, here)
        if repeats or f"_{name}" in result or name in result:
            _append(result, name, value, beside)
        else:
            result.update({name: value} if value is not None else {})
            result.update({f"_{name}": beside} if beside else {})

    def _value(self, found: Element | None, child: _Element, at: Path) -> tuple[Any, dict[str, Any] | None]:
        """Returns the value of an element, and what stands beside it if it is a primitive."""
        if _name(child)[0] == XHTML_NAMESPACE:
            return _narrative(child), None
        inside = _inside(child)
        if (found is not None and is_nested(found)) or (found is None and len(inside) == 1 and _is_resource(inside[0])):
            return (self.resource(inside[0], at) if inside else {}), None
        if found is not None and found.model:
            return self._complex(child, table(self.release, found.model), at), None
        if found is None and "value" not in child.attrib and (inside or "url" in child.attrib):
            return self._complex(child, None, at), None
        text = child.get("value")
        beside = self._complex(child, None, at, extension=True) if inside or child.get("id") else None
        if text is None and beside is None:
            return "", None  # an element with nothing in it, which FHIR forbids: the check of the shape says so
        return (None if text is None else _typed(found, str(text))), beside

    def _complex(self, child: _Element, known: Table | None, at: Path, *, extension: bool = False) -> dict[str, Any]:
        if extension and self.release in PACKAGES:
            # Beside a primitive stand its id and its extensions, as in any element.
            known = element_table(self.release)
        attributes = {str(key): str(value) for key, value in child.attrib.items() if key in ("id", "url")}
        return {**attributes, **self.children(child, known, at)}


def _append(result: dict[str, Any], name: str, value: Any, beside: dict[str, Any] | None) -> None:
    """Adds one more value to a list, and keeps what stands beside the values in step with them."""
    values, others = _listed(result, name), _listed(result, f"_{name}")
    if beside or others:
        size = max(len(values), len(others))
        result[name] = [*values, *[None] * (size - len(values)), value]
        result[f"_{name}"] = [*others, *[None] * (size - len(others)), beside]
    else:
        result[name] = [*values, value]


def _listed(result: dict[str, Any], name: str) -> list[Any]:
    found = result.get(name)
    return found if isinstance(found, list) else [] if found is None else [found]


def _is_resource(element: _Element) -> bool:
    return _name(element)[1][:1].isupper()


def _typed(found: Element | None, text: str) -> Any:
    kind = found.primitive if found else ""
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    if kind in ("integer", "positiveint", "unsignedint") and _WHOLE.fullmatch(text):
        return int(text)
    if kind == "decimal" and _DECIMAL.fullmatch(text):
        return float(text) if any(sign in text for sign in ".eE") else int(text)
    return text


def _narrative(element: _Element) -> str:
    from lxml import etree

    return str(etree.tostring(element, encoding="unicode", with_tail=False))
