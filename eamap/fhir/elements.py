"""One walk over all elements of a document for what holds wherever they stand.

The rules of data types that a statement can break, ids, references inside the document, contained resources. One walk,
because a statement has thousands of elements and each rule looks at few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from eamap.fhir.contained import EARLY, Found, Steps, check_contained
from eamap.fhir.problems import Level, pointer
from eamap.fhir.release import Release
from eamap.fhir.urls import is_absolute

_UCUM = "http://unitsofmeasure.org"
_EXTENSIONS = ("extension", "modifierExtension")
_REFERRING = frozenset({"reference", "valueReference", "valueUri", "valueUrl", "valueCanonical", "profile", "definition", "url",
                        "instantiates", "imports", "implementationGuide", "supportedProfile", "compartment"})  # fmt: skip
"""Elements that may lead to a contained resource, as #id, from R4 on."""
_REFERRING_EARLY = frozenset({"reference"})


def check_elements(raw: Mapping[str, Any], release: Release) -> Found:
    """Returns what is wrong with elements wherever they stand."""
    walk = _Walk(_REFERRING_EARLY if release in EARLY else _REFERRING)
    walk.look(raw, ())
    yield from walk.found
    yield from walk.doubled()
    yield from check_contained(raw, walk.references, walk.upward, release)


class _Walk:
    """What one pass over a document sees: findings, ids of elements, references that begin with #.

    ``upward`` are the contained resources, by number, that refer to the resource around them, which is "#" alone.
    """

    def __init__(self, referring: frozenset[str]) -> None:
        self.referring = referring
        self.found: list[tuple[str, str, Level, str, str]] = []
        self.ids: list[tuple[str, Steps]] = []
        self.references: dict[str, Steps] = {}
        self.upward: set[str | int] = set()

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
        if item == "#" and at[:1] == ("contained",):
            self.upward.update(at[1:2])
        elif of in self.referring and (at or name != "url"):
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


def _needs(rule: str, given: str, needed: str, words: str) -> Callable[[_Item, Steps], _Breach]:
    """Returns the rule that one part of an element may not stand without another."""

    def judge(item: _Item, at: Steps) -> _Breach:
        del at
        if item.get(given) and not item.get(needed):
            yield "FHR047", rule, f"{rule}: {words}"

    return judge


_contact_point = _needs("cpt-2", "value", "system", "a contact point with a value needs its system")
_quantity = _needs("qty-3", "code", "system", "a quantity with the code of a unit needs its system")
_attachment = _needs("att-1", "data", "contentType", "an attachment with data needs its contentType")


def _measure(rule: str, code: str = "") -> Callable[[_Item, Steps], _Breach]:
    """Returns the rule of a quantity that is of one kind: its unit is coded, and by UCUM."""

    def judge(item: _Item, at: Steps) -> _Breach:
        if item.get("value") is not None and not item.get("code"):
            yield "FHR047", rule, f"{rule}: a value needs the code of its unit"
        elif item.get("system", _UCUM) != _UCUM:
            yield "FHR047", rule, f"{rule}: its unit is one of UCUM ({_UCUM})"
        elif code and item.get("code", code) != code:
            yield "FHR047", rule, f"{rule}: the code of its unit is {code}"
        yield from _quantity(item, at)

    return judge


def _ratio(item: _Item, at: Steps) -> _Breach:
    del at
    given = [bool(item.get(name)) for name in ("numerator", "denominator")]
    if given[0] != given[1] or not (given[0] or item.get("extension")):
        yield "FHR047", "rat-1", "rat-1: a ratio has a numerator and a denominator, or an extension instead of both"


def _range(item: _Item, at: Steps) -> _Breach:
    del at
    low, high = (item.get(name) for name in ("low", "high"))
    values = [end.get("value") for end in (low, high) if isinstance(end, dict)]
    numbers = [value for value in values if isinstance(value, int | float)]
    if len(numbers) == 2 and numbers[0] > numbers[1]:
        yield "FHR047", "rng-2", "rng-2: the low end of a range is above its high end"


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
    # Directly inside another extension the url is a bare name; an item of a list stands between the two.
    around = [step for step in at if isinstance(step, str)][-2:-1]
    nested = bool(around) and around[0] in _EXTENSIONS
    if not nested and _relative(item.get("url")):
        yield "FHR028", "extension-url", f"the url of an extension must be absolute: {item['url'][:80]!r}", "url"


_RULES: dict[str | int, Callable[[_Item, Steps], _Breach]] = {
    "telecom": _contact_point, "valueContactPoint": _contact_point, "valueQuantity": _quantity, "valueAttachment": _attachment,
    "period": _period, "valuePeriod": _period, "extension": _extension, "modifierExtension": _extension,
    **dict.fromkeys(("coding", "tag", "security", "code", "protocol", "valueCoding", "versionAlgorithmCoding"), _coding),
    "valueAge": _measure("age-1"), "valueCount": _measure("cnt-3", "1"), "valueDistance": _measure("dis-1"),
    "valueDuration": _measure("drt-1"), "valueRatio": _ratio, "valueRange": _range,
}  # fmt: skip
"""The rule of each element that has one."""


def _relative(url: Any) -> bool:
    return isinstance(url, str) and bool(url) and not is_absolute(url)
