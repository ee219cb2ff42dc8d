"""Contained resources: that they can be referred to and are, and hold nothing that only a resource of its own has.

What else they hold is not judged: they are no statements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from eamap.fhir.definitions import definitions
from eamap.fhir.problems import Level, pointer
from eamap.fhir.release import Release
from eamap.fhir.shapes import objects

Found = Iterator[tuple[str, str, Level, str, str]]
"""Finding, rule, severity, message and pointer."""
Steps = tuple[str | int, ...]
_Item = Mapping[str, Any]
_UPWARD = "ref-1: # alone refers from a contained resource to what holds it, and this is in none"
EARLY = (Release.DSTU2, Release.STU3)


def check_contained(
    raw: _Item, references: Mapping[str, Steps], upward: Collection[str | int], release: Release
) -> Found:
    """Looks at contained resources, and whether local references lead to one.

    ``references`` are those that begin with #, ``upward`` the contained resources that refer to what holds them.
    """
    held = list(objects(raw.get("contained")))
    for number, each in held:
        at = ("contained", number)
        yield from _identified(each, at, release)
        if each.get("id") and str(each["id"]) not in references and number not in upward:
            words = f"dom-3: nothing refers to the contained resource {each['id']!r}"
            yield "FHR017", "contained:unused", Level.ERROR, words, pointer(*at)
        yield from _of_its_own(each, at, release)
    names = {str(each["id"]) for _, each in held if each.get("id")}
    for name, steps in references.items():
        if name not in names:
            words = f"ref-1: there is no contained resource {name!r}" if name else _UPWARD
            yield "FHR017", "ref-1", Level.ERROR, words, pointer(*steps)


def _identified(item: _Item, at: Steps, release: Release) -> Found:
    kind = item.get("resourceType")
    if not isinstance(kind, str):
        yield "FHR017", "contained:type", Level.ERROR, "a contained resource needs its resourceType", pointer(*at)
    elif kind not in definitions(release).resource_types:
        words = f"{kind!r}, which is contained, is no resource of {release}"
        yield "FHR017", "contained:type", Level.ERROR, words, pointer(*at)
    if not item.get("id"):
        words = "a contained resource needs an id, or nothing can refer to it"
        yield "FHR017", "contained:id", Level.ERROR, words, pointer(*at)


def _of_its_own(item: _Item, at: Steps, release: Release) -> Found:
    """Looks for what only a resource that stands alone has: others in it, a version, in old releases a narrative."""
    if item.get("contained"):
        words = "dom-2: a contained resource holds no other resource"
        yield "FHR017", "dom-2", Level.ERROR, words, pointer(*at, "contained")
    if release in EARLY and item.get("text"):
        words = f"dom-1: a contained resource has no narrative in {release}"
        yield "FHR017", "dom-1", Level.ERROR, words, pointer(*at, "text")
    meta = item.get("meta")
    said = meta if isinstance(meta, dict) else {}
    if name := next((name for name in ("versionId", "lastUpdated") if said.get(name)), ""):
        words = f"dom-4: a contained resource has no {name}: it changes with what holds it"
        yield "FHR017", "dom-4", Level.ERROR, words, pointer(*at, "meta", name)
    if release not in EARLY and said.get("security"):
        words = "dom-5: a contained resource has no security label of its own"
        yield "FHR017", "dom-5", Level.ERROR, words, pointer(*at, "meta", "security")
