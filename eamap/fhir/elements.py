"""One walk over all elements of a document for what holds wherever they stand.

The rules of data types that a statement can break, ids, references inside the document, contained resources. One walk,
because a statement has thousands of elements and each rule looks at few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eamap.fhir.problems import Level, pointer
from eamap.fhir.urls import is_absolute

Found = Iterator[tuple[str, str, Level, str, str]]
"""Finding, rule, severity, message and pointer."""
Steps = tuple[str | int, ...]
_EXTENSIONS = ("extension", "modifierExtension")
_REFERRING = frozenset({"reference", "valueReference", "valueUri", "valueUrl", "valueCanonical", "profile", "definition", "url",
                        "instantiates", "imports", "implementationGuide", "supportedProfile", "compartment"})  # fmt: skip
"""Elements that may lead to a contained resource, as #id."""


def check_elements(raw: Mapping[str, Any]) -> Found:
    """Returns what is wrong with elements wherever they stand."""
    walk = _Walk()
    walk.look(raw, ())
    yield from walk.found
    yield from walk.doubled()
    yield from _contained(raw, walk.references)


class _Walk:
    """What one pass over a document sees: findings, ids of elements, references that begin with #."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, Level, str, str]] = []
        self.ids: list[tuple[str, Steps]] = []
        self.references: dict[str, Steps] = {}

    def look(self, value: Any, at: Steps) -> None:
        """Looks at everything inside an object or a list."""
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, item in items:
            if isinstance(item, dict | list):
                if item:
                    if name in _RULES:
                        self._judge(str(name), item, (*at, name))
                    self.look(item, (*at, name))
            elif name == "id":
                # The id of the resource itself, and what is inside contained resources, is not an element's.
                if at and at[0] != "contained" and isinstance(item, str):
                    self.ids.append((item, (*at, name)))
            elif isinstance(item, str) and item[:1] == "#":
                self._refers(name, item, at)

    def _refers(self, name: str | int, item: str, at: Steps) -> None:
        of = at[-1] if at and isinstance(name, int) else name
        if of in _REFERRING and (at or name != "url"):
            self.references[item[1:]] = (*at, name)

    def _judge(self, name: str, value: Any, at: Steps) -> None:
        items = [(at, value)] if isinstance(value, dict) else [
            ((*at, number), item) for number, item in enumerate(value) if isinstance(item, dict)
        ]  # fmt: skip
        for steps, item in items:
            for finding, rule, words, *place in _RULES[name](item, at):
                self.found.append((finding, rule, Level.ERROR, words, pointer(*steps, *place)))

    def doubled(self) -> Found:
        """Returns the ids of elements that stand twice."""
        seen: set[str] = set()
        for text, place in self.ids:
            if text in seen:
                yield "FHR015", "duplicate-id", Level.ERROR, f"two elements have the id {text!r}", pointer(*place)
            seen.add(text)


_Breach = Iterator[tuple[str, ...]]
"""Finding, rule and message, and the step to what is wrong inside the element, if not all of it is."""
_Item = Mapping[str, Any]


def _contact_point(item: _Item, at: Steps) -> _Breach:
    del at
    if item.get("value") and not item.get("system"):
        yield "FHR047", "cpt-2", "cpt-2: a contact point with a value needs its system"


def _quantity(item: _Item, at: Steps) -> _Breach:
    del at
    if item.get("code") and not item.get("system"):
        yield "FHR047", "qty-3", "qty-3: a quantity with the code of a unit needs its system"


def _attachment(item: _Item, at: Steps) -> _Breach:
    del at
    if item.get("data") and not item.get("contentType"):
        yield "FHR047", "att-1", "att-1: an attachment with data needs its contentType"


def _period(item: _Item, at: Steps) -> _Breach:
    del at
    start, end = item.get("start"), item.get("end")
    if isinstance(start, str) and isinstance(end, str) and start[:10] > end[:10]:
        yield "FHR047", "per-1", f"per-1: the period ends ({end}) before it starts ({start})"


def _coding(item: _Item, at: Steps) -> _Breach:
    del at
    if _relative(item.get("system")):
        words = f"the system of a coding must be absolute: {item['system'][:80]!r}"
        yield "FHR028", "coding-system", words, "system"


def _extension(item: _Item, at: Steps) -> _Breach:
    # Directly inside another extension the url is a bare name.
    nested = len(at) > 2 and at[-3] in _EXTENSIONS and isinstance(at[-2], int)
    if not nested and _relative(item.get("url")):
        yield "FHR028", "extension-url", f"the url of an extension must be absolute: {item['url'][:80]!r}", "url"


_RULES: dict[str | int, Callable[[_Item, Steps], _Breach]] = {
    "telecom": _contact_point, "valueContactPoint": _contact_point, "valueQuantity": _quantity, "valueAttachment": _attachment,
    "period": _period, "valuePeriod": _period, "coding": _coding, "extension": _extension, "modifierExtension": _extension,
}  # fmt: skip
"""The rule of each element that has one."""


def _contained(raw: _Item, references: Mapping[str, Steps]) -> Found:
    """Looks whether contained resources can be referred to and are, and whether local references lead to one."""
    given = raw.get("contained")
    held = [
        (number, each) for number, each in enumerate(given if isinstance(given, list) else []) if isinstance(each, dict)
    ]
    for number, each in held:
        place = pointer("contained", number)
        if not isinstance(each.get("resourceType"), str):
            yield "FHR017", "contained:type", Level.ERROR, "a contained resource needs its resourceType", place
        if not each.get("id"):
            words = "a contained resource needs an id, or nothing can refer to it"
            yield "FHR017", "contained:id", Level.ERROR, words, place
        elif str(each["id"]) not in references and "" not in references:
            words = f"dom-3: nothing refers to the contained resource {each['id']!r}"
            yield "FHR017", "contained:unused", Level.ERROR, words, place
    names = {str(each.get("id")) for _, each in held}
    for name, steps in references.items():
        if name and name not in names:
            yield "FHR017", "ref-1", Level.ERROR, f"ref-1: there is no contained resource {name!r}", pointer(*steps)


def _relative(url: Any) -> bool:
    return isinstance(url, str) and bool(url) and not is_absolute(url)
