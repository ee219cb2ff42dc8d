"""Judges what a payload holds by the rules of its FHIR release: one answer a resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eamap.fhir.payload.elements import PACKAGES, knows_type, resource_table, why_not_assessed
from eamap.fhir.payload.reading import Payload
from eamap.fhir.payload.resources import Resource, resources
from eamap.fhir.payload.shape import check_shape
from eamap.fhir.payload.structure import check_structure
from eamap.fhir.problems import Layer, Level, Problem, pointer
from eamap.fhir.release import Release

UNREADABLE, NAMESPACE, NOT_ASSESSED, RELEASE, ORDER, TYPE = (
    "FHR090", "FHR091", "FHR092", "FHR096", "FHR097", "FHR098",
)  # fmt: skip
_OF_READING = {"readable:namespace": NAMESPACE}


@dataclass(frozen=True, slots=True)
class Judged:
    """One resource and what FHIR says about it. ``resource`` is ``None`` where the file could not be read."""

    resource: Resource | None
    problems: tuple[Problem, ...]


def judge_fhir(payload: Payload) -> list[Judged]:
    """Returns each resource of a payload with its problems; those of the file belong to the root."""
    told = tuple(_named(problem) for problem in payload.problems)
    if payload.root is None:
        return [Judged(None, told)]
    found = [Judged(each, tuple(_resource(each, payload))) for each in resources(payload.root)]
    told += tuple(_release(payload, found))
    by_place = {each.resource.pointer: each for each in found if each.resource is not None}
    # What only the XML showed belongs to the resource it lies in.
    owned: dict[str, list[Problem]] = {place: [] for place in by_place}
    for problem in told:
        owned[_owner(problem.pointer, by_place)].append(problem)
    return [Judged(each.resource, (*owned[place], *each.problems)) for place, each in by_place.items()]


def _owner(at: str, places: dict[str, Judged]) -> str:
    while at not in places:
        at = at.rpartition("/")[0]
    return at


def _named(problem: Problem) -> Problem:
    if problem.rule.endswith(":element-order"):
        return replace(problem, finding=ORDER)
    return replace(problem, finding=_OF_READING.get(problem.rule, UNREADABLE))


def _resource(resource: Resource, payload: Payload) -> Iterator[Problem]:
    release = payload.chosen.release
    if not resource.type:
        if resource.path:
            told = "resourceType is missing, so nothing says what this is"
            yield Problem(Layer.FHIR, f"fhir-{release.lower()}:resource-type", told, resource.pointer, finding=TYPE)
        return
    why = why_not_assessed(release, resource.type)
    if not why and not knows_type(release, resource.type):
        yield _strange(resource, release)
        return
    known = resource_table(release, resource.type)
    if why or known is None:
        yield _not_assessed(release, why or "there is no model of it", resource.pointer)
        return
    shape = check_shape(resource, known, release, partly=payload.partly)
    more, why = check_structure(resource.content, known, shape)
    yield from shape.problems
    yield from (problem for problem in more if not (payload.partly and problem.rule.endswith(":required")))
    if why:
        yield _not_assessed(release, why, resource.pointer)


def _strange(resource: Resource, release: Release) -> Problem:
    having = [each for each in PACKAGES if knows_type(each, resource.type)]
    told = f"{resource.type} is not a resource of {release}"
    told += f"; it is one of {', '.join(having)}" if having else ""
    at = pointer(*resource.path, "resourceType")
    return Problem(Layer.FHIR, f"fhir-{release.lower()}:resource-type", told, at, finding=TYPE)


def _not_assessed(release: Release, why: str, at: str) -> Problem:
    rule = f"fhir-{release.lower()}:not-assessed"
    return Problem(Layer.FHIR, rule, f"not assessed: {why}", at, Level.INFO, NOT_ASSESSED)


def _release(payload: Payload, found: list[Judged]) -> Iterator[Problem]:
    chosen = payload.chosen
    rule = f"fhir-{chosen.release.lower()}:release"
    if chosen.others:
        others = ", ".join(chosen.others)
        told = f"it is judged as {chosen.release} ({chosen.why}), but it claims profiles of {others} as well"
        yield Problem(Layer.FHIR, rule, told, "", Level.WARNING, RELEASE, "Send one release, or say which: --release.")
    broken = any(problem.level is Level.ERROR for each in found for problem in each.problems)
    if not broken or chosen.why != "nothing in it says otherwise" or payload.partly:
        return
    if _fits(payload, found, Release.STU3):
        told = "nothing in it says which release it is of, so it is judged as R4; it does not fit R4, and it fits STU3"
        fix = "If it is meant to be STU3, say --release STU3; a receiver that expects R4 cannot read it."
        yield Problem(Layer.FHIR, rule, told, "", Level.INFO, RELEASE, fix)


def _fits(payload: Payload, found: list[Judged], release: Release) -> bool:
    """Tells whether every resource fits another release without an error."""
    other = replace(payload, chosen=replace(payload.chosen, release=release))
    listed = [each.resource for each in found if each.resource is not None]
    return all(problem.level is not Level.ERROR for each in listed for problem in _resource(each, other))
