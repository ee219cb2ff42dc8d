"""The invariants of CapabilityStatement (in DSTU2: Conformance), release by release, in plain code.

A key may mean different rules in different releases: cpb-14, 15 and 16 say one thing in STU3 and another from R4 on;
"one rest per mode" is cnf-8, cpb-8, in R4 and R4B no rule at all, and cpb-4 again in R5. Source: the constraints in the
StructureDefinition of each release. ``cpb-0`` is anchored here, as the rule means it; R4B's own expression is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from eamap.fhir.problems import Layer, Level, Problem, pointer
from eamap.fhir.release import Release
from eamap.fhir.shapes import objects

Raw = Mapping[str, Any]
Found = Iterator[tuple[str, str]]
"""Message and pointer of each breach."""
_EARLY = (Release.DSTU2, Release.STU3)
_R4 = (Release.R4, Release.R4B)
_R4_ON = (Release.R4, Release.R4B, Release.R5)
_EVER = tuple(Release)
_NAME = re.compile(r"[A-Z][A-Za-z0-9_]{0,254}")
_NAME_R5 = re.compile(r"[A-Z][A-Za-z0-9_]{1,254}")


def check_invariants(raw: Raw, release: Release) -> tuple[Problem, ...]:
    """Returns every breach of the invariants of a release."""
    family = release.lower()
    return tuple(
        Problem(Layer.FHIR, f"fhir-{family}:{keys[release]}", f"{keys[release]}: {message}", at, level, finding)
        for finding, keys, level, rule in RULES
        if release in keys
        for message, at in rule(raw, release)
    )


def _identifier_name(raw: Raw, release: Release) -> Found:
    name = raw.get("name")
    pattern = _NAME_R5 if release is Release.R5 else _NAME
    if name is None and raw.get("_name"):
        yield "the name has no value, so it is no identifier", "/name"
    elif isinstance(name, str) and name and not pattern.fullmatch(name):
        yield f"the name {name[:60]!r} is not an identifier: a capital, then letters, digits and _", "/name"


def _url_is_plain(raw: Raw, release: Release) -> Found:
    del release
    url = raw.get("url")
    if isinstance(url, str) and re.search(r"[|# ]", url):
        yield "the url holds |, # or a blank", "/url"


def _holds_something(raw: Raw, release: Release) -> Found:
    del release
    if not any(raw.get(name) for name in ("rest", "messaging", "document")):
        yield "there is neither rest nor messaging nor document: the statement declares nothing", ""


def _says_what_it_is_of(raw: Raw, release: Release) -> Found:
    del release
    if not any(raw.get(name) or raw.get("_" + name) for name in ("description", "software", "implementation")):
        yield "there is neither description nor software nor implementation", ""


def _endpoint_of_an_instance(raw: Raw, release: Release) -> Found:
    del release
    if raw.get("kind") != "instance":
        for number, messaging in _one_or_more(raw.get("messaging")):
            if messaging.get("endpoint"):
                yield (
                    "only a statement of kind instance has messaging endpoints",
                    pointer("messaging", number, "endpoint"),
                )


def _one_rest_per_mode(raw: Raw, release: Release) -> Found:
    del release
    rests = [(pointer("rest", number), rest.get("mode")) for number, rest in _one_or_more(raw.get("rest"))]
    yield from _twice(rests, lambda mode: f"there is more than one rest of mode {mode}")


def _documents_unique(raw: Raw, release: Release) -> Found:
    del release
    documents = [
        (pointer("document", number), (_link(each.get("profile")), each.get("mode")))
        for number, each in _one_or_more(raw.get("document"))
    ]
    yield from _twice(documents, lambda key: f"the document {key[0]} stands twice with mode {key[1]}")


def _resource_types_unique(raw: Raw, release: Release) -> Found:
    del release
    for number, rest in _one_or_more(raw.get("rest")):
        types = [
            (pointer("rest", number, "resource", place), each.get("type"))
            for place, each in _one_or_more(rest.get("resource"))
        ]
        yield from _twice(types, lambda name: f"the resource type {name} stands twice in one rest")


def _search_parameters_unique(raw: Raw, release: Release) -> Found:
    del release
    for steps, resource in _resources(raw):
        names = [
            (pointer(*steps, "searchParam", place), each.get("name"))
            for place, each in _one_or_more(resource.get("searchParam"))
        ]
        yield from _twice(names, lambda name: f"the search parameter {name} stands twice")


def _chains_of_references(raw: Raw, release: Release) -> Found:
    del release
    for steps, resource in _resources(raw):
        for place, each in _one_or_more(resource.get("searchParam")):
            if each.get("chain") and each.get("type") != "reference":
                yield "only a parameter of type reference is chained", pointer(*steps, "searchParam", place, "chain")


def _message_or_event(raw: Raw, release: Release) -> Found:
    del release
    for number, messaging in _one_or_more(raw.get("messaging")):
        if bool(messaging.get("supportedMessage")) == bool(messaging.get("event")):
            yield (
                "messaging has either supportedMessage or event, not both and not neither",
                pointer("messaging", number),
            )


def _requirements_are_of_nothing(raw: Raw, release: Release) -> Found:
    del release
    if raw.get("kind") == "requirements" and (held := _held(raw, "implementation", "software")):
        yield f"requirements are of no product: leave out {' and '.join(held)}", f"/{held[0]}"


def _capability_is_of_software(raw: Raw, release: Release) -> Found:
    del release
    if raw.get("kind") == "capability":
        if raw.get("implementation"):
            yield "a statement of kind capability describes software, not one implementation", "/implementation"
        if not raw.get("software"):
            yield "a statement of kind capability must name its software", ""


def _capability_has_no_implementation(raw: Raw, release: Release) -> Found:
    del release
    if raw.get("kind") == "capability" and raw.get("implementation"):
        yield "a statement of kind capability describes software, not one implementation", "/implementation"


def _instance_has_implementation(raw: Raw, release: Release) -> Found:
    del release
    if raw.get("kind") == "instance" and not raw.get("implementation"):
        yield "a statement of kind instance must describe its implementation", ""


def _held(raw: Raw, *names: str) -> list[str]:
    return [name for name in names if raw.get(name)]


def _same(key: str, releases: Iterable[Release]) -> dict[Release, str]:
    return dict.fromkeys(releases, key)


Rule = tuple[str, Mapping[Release, str], Level, Callable[[Raw, Release], Found]]
RULES: tuple[Rule, ...] = (
    ("FHR031", {**_same("cpb-0", _R4), Release.R5: "cnl-0"}, Level.WARNING, _identifier_name),
    ("FHR028", {Release.R5: "cnl-1"}, Level.WARNING, _url_is_plain),
    ("FHR032", {Release.DSTU2: "cnf-1", **_same("cpb-1", _EVER[1:])}, Level.ERROR, _holds_something),
    ("FHR033", {Release.DSTU2: "cnf-2", **_same("cpb-2", _EVER[1:])}, Level.ERROR, _says_what_it_is_of),
    ("FHR034", {Release.DSTU2: "cnf-3", **_same("cpb-3", _EVER[1:])}, Level.ERROR, _endpoint_of_an_instance),
    ("FHR035", {Release.DSTU2: "cnf-8", Release.STU3: "cpb-8", Release.R5: "cpb-4"}, Level.ERROR, _one_rest_per_mode),
    ("FHR036", {Release.DSTU2: "cnf-7", **_same("cpb-7", _EVER[1:])}, Level.ERROR, _documents_unique),
    ("FHR037", {Release.DSTU2: "cnf-9", **_same("cpb-9", _EVER[1:])}, Level.ERROR, _resource_types_unique),
    ("FHR038", {Release.DSTU2: "cnf-12", **_same("cpb-12", _EVER[1:])}, Level.ERROR, _search_parameters_unique),
    ("FHR039", {Release.DSTU2: "cnf-13"}, Level.ERROR, _chains_of_references),
    ("FHR040", {Release.STU3: "cpb-16"}, Level.ERROR, _message_or_event),
    ("FHR041", {Release.DSTU2: "cnf-14", Release.STU3: "cpb-14", **_same("cpb-16", _R4_ON)}, Level.ERROR,
     _requirements_are_of_nothing),
    ("FHR042", {Release.DSTU2: "cnf-15", Release.STU3: "cpb-15"}, Level.ERROR, _capability_has_no_implementation),
    ("FHR042", _same("cpb-15", _R4_ON), Level.ERROR, _capability_is_of_software),
    ("FHR043", _same("cpb-14", _R4_ON), Level.ERROR, _instance_has_implementation),
)  # fmt: skip
"""Finding, the key in each release that has the rule, severity, the rule."""


def _twice(places: list[tuple[str, Any]], say: Callable[[Any], str]) -> Found:
    """Yields the later ones of what stands more than once; what should be text may be anything, so it is compared as written."""
    often = Counter(repr(key) for _, key in places)
    seen: set[str] = set()
    for at, key in places:
        if often[repr(key)] > 1 and repr(key) in seen:
            yield say(key), at
        seen.add(repr(key))


def _resources(raw: Raw) -> Iterator[tuple[tuple[str | int, ...], Raw]]:
    for number, rest in _one_or_more(raw.get("rest")):
        for place, resource in _one_or_more(rest.get("resource")):
            yield ("rest", number, "resource", place), resource


def _link(value: Any) -> Any:
    return value.get("reference") if isinstance(value, dict) else value


def _one_or_more(value: Any) -> Iterator[tuple[int, Raw]]:
    """Yields the objects of a list; one object where a list is right counts as a list of one."""
    return objects([value] if isinstance(value, dict) else value)
