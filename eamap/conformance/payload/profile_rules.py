"""Judges a resource by the rules that a profile of UK Core adds to FHIR."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eamap.conformance.payload import findings
from eamap.conformance.payload.bindings import judge_binding
from eamap.conformance.payload.findings import policy
from eamap.conformance.payload.places import Node, Places, has_type
from eamap.fhir.problems import Problem, pointer
from eamap.reference.ukcore import Profile, Rule


def judge_profile(root: Node, profile: Profile, version: str) -> Iterator[Problem]:
    """Yields what a resource, or an extension, does not do that its profile asks."""
    places = Places(profile)
    for rule in profile.rules:
        if not rule.steps or (rule.steps[-1].name == "url" and profile.type == "Extension"):
            continue
        yield from _cardinality(places, root, rule, version)
        if rule.fixed:
            yield from _fixed(places, root, rule, version)
        if rule.value_set:
            for node in (each for each in places.nodes(root, rule) if has_type(each, rule)):
                yield from judge_binding(node, rule, _named(profile, rule), f"{_set(version)}:{_short(profile, rule)}")
        if any(kind.startswith("Reference(") for kind in rule.types):
            yield from _targets(places, root, rule, version)


def _cardinality(places: Places, root: Node, rule: Rule, version: str) -> Iterator[Problem]:
    if rule.least is None and rule.most is None:
        return
    name, profile = f"{_set(version)}:{_short(places.profile, rule)}", places.profile
    element = _named(profile, rule)
    kind = findings.EXTENSION_CONTENT if profile.type == "Extension" else findings.CARDINALITY
    for parent in places.parents(root, rule):
        found = places.children(parent, rule)
        # An element that has only an extension is there: data-absent-reason is the way to say that a value is not known.
        there = [node for node in found if node.filled or node.beside]
        if rule.least is not None and len(there) < rule.least:
            told = f"{profile.name} asks for at least {rule.least} {element}; there {_are(len(there))}"
            yield policy(name, kind, told, parent.pointer, fix=f"Add {element}.")
        if rule.most is not None and len(there) > rule.most:
            most = "no" if rule.most == 0 else f"at most {rule.most}"
            told = f"{profile.name} allows {most} {element}; there {_are(len(there))}"
            yield policy(name, kind, told, there[rule.most].pointer, fix=f"Leave {most} {element}.")


def _fixed(places: Places, root: Node, rule: Rule, version: str) -> Iterator[Problem]:
    for node in places.nodes(root, rule):
        if node.filled and node.value != rule.fixed:
            told = f"{places.profile.name} fixes {_named(places.profile, rule)} to {rule.fixed!r}; it is {_quoted(node.value)}"
            name = f"{_set(version)}:{_short(places.profile, rule)}"
            yield policy(name, findings.FIXED_VALUE, told, node.pointer, fix=f"Write {rule.fixed!r}.")


def _targets(places: Places, root: Node, rule: Rule, version: str) -> Iterator[Problem]:
    """Judges what a literal reference leads to, where its text says so."""
    allowed = {
        target
        for kind in rule.types
        if kind.startswith("Reference(")
        for target in kind.removeprefix("Reference(").removesuffix(")").split(",")
    }
    for node in places.nodes(root, rule):
        target = _target(node.value)
        if target and not {target, f"UKCore-{target}", "Resource"} & allowed:
            told = f"{places.profile.name} has {_named(places.profile, rule)} refer to {' or '.join(sorted(allowed))}; it refers to {target}"
            name = f"{_set(version)}:{_short(places.profile, rule)}"
            yield policy(name, findings.REFERENCE_TARGET, told, node.pointer)


def _target(value: Any) -> str:
    """Returns the resource type a reference names; empty where it names none."""
    if not isinstance(value, Mapping):
        return ""
    stated, literal = value.get("type"), value.get("reference")
    if isinstance(stated, str) and stated:
        return stated
    parts = literal.split("/_history/")[0].split("/") if isinstance(literal, str) else []
    return parts[-2] if len(parts) >= 2 and parts[-2].isalpha() and parts[-2][:1].isupper() else ""


INVARIANT_WORDS = {
    "ukcore-imm-001": ("a vaccination that was not done says why in statusReason", "Add statusReason, or correct status."),
    "ukcore-diag-lab-001": ("a laboratory report that has been made says when it was issued", "Add issued."),
    "ukcore-obs-lab-001": (
        "a laboratory result has a value, the reason why there is none, or a note", "Add value[x], dataAbsentReason or note."),
    "ukcore-obs-grplab-001": (
        "a group of laboratory results has no value of its own", "Put the value in an Observation of the group (hasMember)."),
    "ukcore-spec-001": (
        "who took a specimen is told once: in collection.collector or in its extension", "Leave one of the two."),
}  # fmt: skip
"""What each invariant of UK Core 2.0.2 says in our words, and what to do."""

_ISSUED = frozenset({"partial", "preliminary", "final", "amended", "corrected", "appended"})
_COLLECTOR = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Specimen.collection.collector"


def broken_at(key: str, content: Mapping[str, Any]) -> str | None:
    """Returns the pointer, within the resource, of where an invariant is broken; ``None`` where it holds."""
    stated = content.get("status")
    status = stated if isinstance(stated, str) else ""
    if key == "ukcore-imm-001":
        return "/status" if status == "not-done" and not _there(content, "statusReason") else None
    if key == "ukcore-diag-lab-001":
        return "/status" if status in _ISSUED and not _there(content, "issued") else None
    if key == "ukcore-obs-lab-001":
        told = _value(content) or _there(content, "dataAbsentReason") or _there(content, "note")
        return None if told else ""
    if key == "ukcore-obs-grplab-001":
        found = _value(content)
        return pointer(found) if found else None
    if key == "ukcore-spec-001":
        return _collector(content)
    return None


def _collector(content: Mapping[str, Any]) -> str | None:
    collection = content.get("collection")
    collector = collection.get("collector") if isinstance(collection, Mapping) else None
    if not isinstance(collector, Mapping) or not _there(collector, "reference"):
        return None
    listed = collector.get("extension")
    urls = [each.get("url") for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return "/collection/collector" if _COLLECTOR in urls else None


def _there(content: Mapping[str, Any], name: str) -> bool:
    return bool(content.get(name)) or bool(content.get(f"_{name}"))


def _value(content: Mapping[str, Any]) -> str:
    return next((key for key in content if key.startswith("value") and key[5:6].isupper()), "")


def _set(version: str) -> str:
    return f"ukcore-{version}"


def _short(profile: Profile, rule: Rule) -> str:
    """Returns the name of a rule within its release: the profile and the element."""
    return f"{profile.name}#{rule.element.partition('.')[2]}"


def _named(profile: Profile, rule: Rule) -> str:
    """Returns an element as a message names it; that of an extension without the word every extension begins with."""
    return rule.element.removeprefix("Extension.") if profile.type == "Extension" else rule.element


def _are(count: int) -> str:
    return f"is {count}" if count == 1 else f"are {count}" if count else "is none"


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]}...'"
