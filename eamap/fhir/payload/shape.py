"""Whether a resource has the shape its release gives it, element by element.

``fhir.resources`` is lax where JSON is loose (it takes "true" for a boolean, null and an empty list for nothing) and stops
early: after one wrong element it no longer says which required ones are missing. So shape is judged here from the same
models; what is wrong is then cut out, and the library judges the rest (:mod:`eamap.fhir.payload.structure`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eamap.fhir.payload.codes import required_concept
from eamap.fhir.payload.elements import Element, Table, element_table, is_nested, table
from eamap.fhir.payload.resources import Path, Resource
from eamap.fhir.problems import Layer, Problem, pointer
from eamap.fhir.release import Release

SHAPE, SCALAR, CODE = "FHR093", "FHR094", "FHR095"
_PLAIN = re.compile(r"true|false|-?[\d.]{1,6}", re.IGNORECASE)
_WHOLE_NUMBERS = ("integer", "positiveint", "unsignedint", "integer64")


@dataclass
class Shape:
    """What is wrong with the shape of one resource, and the places that a further check has to leave out."""

    release: Release
    base: Path
    holders: frozenset[Path] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    wrong: set[Path] = field(default_factory=set)

    def tell(self, rule: str, message: str, path: Path, finding: str = SHAPE, at: Path | None = None) -> None:
        """Notes one problem with the element at ``path``; ``at`` is where to point if it does not exist."""
        self.wrong.add(path)
        where = pointer(*self.base, *(path if at is None else at))
        self.problems.append(
            Problem(Layer.FHIR, f"fhir-{self.release.lower()}:{rule}", message, where, finding=finding)
        )


def check_shape(resource: Resource, known: Table, release: Release, *, partly: bool = False) -> Shape:
    """Judges a resource without the resources inside it; of one that was read ``partly`` nothing is said to be missing."""
    shape = Shape(release, resource.path, resource.holders)
    pending: list[tuple[Mapping[str, Any], Table, Path]] = [(resource.content, known, ())]
    while pending:
        value, of, path = pending.pop()
        inside = _object(shape, value, of, path)
        if not partly:
            _missing(shape, value, of, path)
        pending.extend(reversed(inside))
    return shape


def _object(
    shape: Shape, value: Mapping[str, Any], of: Table, path: Path
) -> list[tuple[Mapping[str, Any], Table, Path]]:
    inside: list[tuple[Mapping[str, Any], Table, Path]] = []
    for name, part in value.items():
        here = (*path, name)
        beside = name[1:] if name.startswith("_") else ""
        found = of.elements.get(beside or name)
        if name == "resourceType" and not path:
            continue
        if found is None or (beside and not found.primitive):
            shape.tell("unknown-element", f"{name} is not an element of {of.name} in {shape.release}", here)
        elif beside:
            inside += _beside(shape, part, value.get(beside), found, here)
        elif _listed(shape, part, found, here):
            items = [(here, part)] if not found.repeats else [((*here, place), each) for place, each in enumerate(part)]
            others = value.get(f"_{name}")
            for place, (spot, each) in enumerate(items):
                if each is None and isinstance(others, list) and place < len(others) and others[place] is not None:
                    continue
                if found.model:
                    inside += _complex(shape, each, found, spot)
                else:
                    _scalar(shape, each, found, of, spot)
                _concept(shape, each, of, found, spot)
    _choices(shape, value, of, path)
    return inside


def _beside(
    shape: Shape, part: Any, value: Any, found: Element, here: Path
) -> list[tuple[Mapping[str, Any], Table, Path]]:
    """Judges what stands beside a primitive, and returns it for its own judgement: an id and extensions."""
    if found.repeats != isinstance(part, list):
        told = "a list, as its element is" if found.repeats else "an object, as its element is not a list"
        shape.tell("array", f"{here[-1]} has to be {told}", here)
        return []
    if isinstance(part, list) and isinstance(value, list) and len(part) != len(value):
        shape.tell(
            "array", f"{here[-1]} has {len(part)} entries for {len(value)} values; each needs its own, or null", here
        )
        return []
    inside: list[tuple[Mapping[str, Any], Table, Path]] = []
    items = [((*here, place), each) for place, each in enumerate(part)] if isinstance(part, list) else [(here, part)]
    for spot, each in items:
        if each is None and found.repeats:
            continue
        if isinstance(each, Mapping) and each:
            inside.append((each, element_table(shape.release), spot))
        else:
            shape.tell("type", f"{_named(spot)} has to be an object with an id or extensions", spot, SCALAR)
    return inside


def _listed(shape: Shape, part: Any, found: Element, here: Path) -> bool:
    if part is None:
        shape.tell("null", f"{here[-1]} is null; an element that has no value is left out", here, SCALAR)
    elif found.repeats and not isinstance(part, list):
        shape.tell("array", f"{here[-1]} may repeat, so it is a list even if it has one entry", here)
    elif found.repeats and not part:
        shape.tell("empty", f"{here[-1]} is an empty list; an element that has no value is left out", here, SCALAR)
    elif not found.repeats and isinstance(part, list):
        shape.tell("array", f"{here[-1]} occurs at most once, so it is not a list", here)
    else:
        return True
    return False


def _complex(shape: Shape, each: Any, found: Element, spot: Path) -> list[tuple[Mapping[str, Any], Table, Path]]:
    if is_nested(found):
        return []
    if not isinstance(each, Mapping):
        told = "null" if each is None else f"{_kind(each)} where an object is due"
        shape.tell("null" if each is None else "type", f"{_named(spot)} is {told}", spot, SCALAR)
        return []
    if not each and spot not in shape.holders:
        shape.tell(
            "empty", f"{_named(spot)} is an empty object; an element that has no value is left out", spot, SCALAR
        )
        return []
    return [(each, table(shape.release, found.model), spot)]


def _scalar(shape: Shape, each: Any, found: Element, of: Table, spot: Path) -> None:
    if each is None:
        shape.tell("null", f"{_named(spot)} is null and nothing stands beside it", spot, SCALAR)
        return
    if isinstance(each, str) and not each.strip():
        shape.tell("empty", f"{_named(spot)} is empty; an element that has no value is left out", spot, SCALAR)
        return
    due = _due(found.primitive, each)
    if due:
        shape.tell("type", f"{_named(spot)} is {_kind(each)} where {due} is due", spot, SCALAR)
    elif found.codes is not None and each not in found.codes:
        listed = ", ".join(sorted(found.codes)) if len(found.codes) <= 20 else f"{len(found.codes)} codes"
        message = f"{_short(each)} is not a code of {of.name}.{found.name}, which has: {listed}"
        shape.tell("required-binding", message, spot, CODE)


def _due(primitive: str, each: Any) -> str:
    """Returns what a value should be; empty where it is that."""
    if primitive == "boolean":
        return "" if isinstance(each, bool) else "true or false without quotation marks"
    if primitive in _WHOLE_NUMBERS:
        number = isinstance(each, int) and not isinstance(each, bool)
        return "" if number or (primitive == "integer64" and isinstance(each, str)) else "a whole number"
    if primitive == "decimal":
        return (
            "" if isinstance(each, int | float) and not isinstance(each, bool) else "a number without quotation marks"
        )
    if not isinstance(each, str):
        return "text"
    return "an XHTML div" if primitive == "xhtml" and not each.lstrip().startswith("<div") else ""


def _concept(shape: Shape, each: Any, of: Table, found: Element, spot: Path) -> None:
    """Judges a CodeableConcept of which one coding has to be from a required value set."""
    bound = required_concept(shape.release, of.name, found.name)
    if bound is None or not isinstance(each, Mapping):
        return
    system, codes = bound
    listed = each.get("coding")
    codings = [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    if not any(item.get("system") == system and item.get("code") in list(codes) for item in codings):
        given = ", ".join(_short(item.get("code")) for item in codings) or "no coding"
        message = f"{of.name}.{found.name} has {given}; one coding has to be of {system}: {', '.join(sorted(codes))}"
        shape.tell("required-binding", message, spot, CODE)


def _choices(shape: Shape, value: Mapping[str, Any], of: Table, path: Path) -> None:
    seen: dict[str, str] = {}
    for name in value:
        found = of.elements.get(name.removeprefix("_"))
        if found is None or not found.choice:
            continue
        first = seen.setdefault(found.choice, found.name)
        if first != found.name:
            message = f"{found.choice}[x] has one type: {first} and {found.name} exclude each other"
            shape.tell("choice", message, (*path, name))


def _missing(shape: Shape, value: Mapping[str, Any], of: Table, path: Path) -> None:
    present = {name.removeprefix("_") for name in value}
    for name, found in of.elements.items():
        if found.required and name not in present and not found.choice:
            told = f"{of.name}.{name} is required and missing"
            shape.tell("required", told, (*path, name), at=path)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # Only what looks like a boolean or a number is repeated: any other text may be about a patient.
        return f"the text {value!r}" if _PLAIN.fullmatch(value) else "a text"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "an object"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:56]}...'"


def _named(spot: Path) -> str:
    names = [str(step) for step in spot if isinstance(step, str)]
    return names[-1] if names else "the resource"
