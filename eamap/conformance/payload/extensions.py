"""Judges the extensions of UK Core wherever they stand in a resource, whichever profile it claims."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eamap.conformance.payload import findings
from eamap.conformance.payload.findings import policy
from eamap.conformance.payload.places import Node, Path, Places, has_type, types_allowed
from eamap.conformance.payload.profile_rules import judge_profile
from eamap.fhir.problems import Level, Problem, pointer
from eamap.reference.ukcore import Profile, Rule, UKCore

_OF_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"


def judge_extensions(content: Mapping[str, Any], core: UKCore) -> Iterator[Problem]:
    """Yields what is wrong with every extension of UK Core in a resource."""
    for path, extension in every_extension(content, ()):
        url = str(extension.get("url") or "")
        known = core.extensions.get(url)
        if known is not None:
            root = Node(path, extension)
            yield from _value_types(root, known, core.version)
            yield from judge_profile(root, known, core.version)
        elif url.startswith(_OF_UK_CORE):
            name = url.rpartition("/")[2]
            told = f"{name} is not an extension of UK Core {core.version}; it may be of another release, or misspelt"
            yield policy(f"ukcore-{core.version}:extension", findings.EXTENSION_UNKNOWN, told,
                         pointer(*path, "url"), Level.WARNING)  # fmt: skip


def every_extension(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yields every extension of a resource with its place, in the order of the document."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            here = (*path, key)
            if key in ("extension", "modifierExtension") and isinstance(part, list):
                yield from (((*here, place), each) for place, each in enumerate(part) if isinstance(each, Mapping))
            yield from every_extension(part, here)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from every_extension(part, (*path, place))


def _value_types(root: Node, known: Profile, version: str) -> Iterator[Problem]:
    places = Places(known)
    for rule in known.rules:
        if rule.steps and rule.steps[-1].name == "value[x]" and rule.types:
            for node in places.nodes(root, rule):
                yield from _value_type(node, rule, known, version)


def _value_type(node: Node, rule: Rule, known: Profile, version: str) -> Iterator[Problem]:
    key = next(str(step) for step in reversed(node.path) if isinstance(step, str))
    allowed = types_allowed(rule)
    if not has_type(node, rule):
        told = f"{known.name} has {key}; UK Core {version} has {' or '.join(allowed)} there"
        name = f"ukcore-{version}:{known.name}#{rule.element.partition('.')[2]}"
        fix = f"Send the value as {allowed[0]}. Releases before 2.0.0 had other types for some extensions."
        yield policy(name, findings.EXTENSION_TYPE, told, node.pointer, fix=fix)
