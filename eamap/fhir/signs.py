"""Which release the structure of a statement shows, whatever it declares.

A sign is a place in the document that is right in some releases only. "Parses as" proves little: two of seventeen
published STU3 statements also parse as R4B.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eamap.fhir.definitions import releases_of_resource
from eamap.fhir.problems import pointer
from eamap.fhir.release import Release
from eamap.fhir.shapes import objects

_EARLY = frozenset({Release.DSTU2, Release.STU3})
_LATER = frozenset({Release.R4, Release.R4B, Release.R5})
_R5 = frozenset({Release.R5})


@dataclass(frozen=True, slots=True)
class Sign:
    """A place that is right in ``releases`` only, and why."""

    releases: frozenset[Release]
    pointer: str
    words: str


def signs(raw: Mapping[str, Any]) -> tuple[Sign, ...]:
    """Returns every sign of a release in a statement, in the order of the document's parts."""
    return (*_root_signs(raw), *_rest_signs(raw))


def shown_releases(found: tuple[Sign, ...]) -> frozenset[Release]:
    """Returns the releases that every sign allows; all of them without a sign, none where signs contradict."""
    return frozenset(Release).intersection(*(sign.releases for sign in found))


def _root_signs(raw: Mapping[str, Any]) -> Iterator[Sign]:
    if raw.get("resourceType") == "Conformance":
        yield Sign(frozenset({Release.DSTU2}), "/resourceType", "Conformance is what a statement is called in DSTU2")
    elif raw.get("resourceType") == "CapabilityStatement":
        yield Sign(frozenset(Release) - {Release.DSTU2}, "/resourceType", "CapabilityStatement exists from STU3 on")
    if "acceptUnknown" in raw:
        yield Sign(_EARLY, "/acceptUnknown", "acceptUnknown exists up to STU3")
    if _references(raw.get("profile")):
        yield Sign(_EARLY, "/profile", "profiles are References at the root up to STU3")
    for name in ("acceptLanguage", "copyrightLabel", "versionAlgorithmString", "versionAlgorithmCoding", "identifier"):
        if name in raw:
            yield Sign(_R5, f"/{name}", f"{name} exists from R5 on")


def _rest_signs(raw: Mapping[str, Any]) -> Iterator[Sign]:
    for number, rest in objects(raw.get("rest")):
        for place, operation in objects(rest.get("operation")):
            at = pointer("rest", number, "operation", place, "definition")
            yield from _link_signs(operation.get("definition"), at, "definition of an operation")
        for place, resource in objects(rest.get("resource")):
            yield from _resource_signs(resource, ("rest", number, "resource", place))


def _resource_signs(resource: Mapping[str, Any], at: tuple[str | int, ...]) -> Iterator[Sign]:
    yield from _link_signs(resource.get("profile"), pointer(*at, "profile"), "profile of a resource")
    for name in ("supportedProfile", "operation"):
        if name in resource:
            yield Sign(_LATER, pointer(*at, name), f"{name} of a resource exists from R4 on")
    if "conditionalPatch" in resource:
        yield Sign(_R5, pointer(*at, "conditionalPatch"), "conditionalPatch exists from R5 on")
    kind = resource.get("type")
    if isinstance(kind, str) and (releases := releases_of_type(kind)):
        allowed = ", ".join(release for release in Release if release in releases)
        yield Sign(releases, pointer(*at, "type"), f"{kind} is a resource of {allowed}")


def _link_signs(value: Any, at: str, what: str) -> Iterator[Sign]:
    if isinstance(value, dict):
        yield Sign(_EARLY, at, f"the {what} is a Reference up to STU3")
    elif isinstance(value, str):
        yield Sign(_LATER, at, f"the {what} is a plain canonical from R4 on")


def releases_of_type(name: str) -> frozenset[Release]:
    """Returns the releases that have a resource type, where it tells them apart; empty where it does not."""
    found = frozenset(releases_of_resource(name))
    return frozenset() if len(found) == len(Release) else found


def _references(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)
