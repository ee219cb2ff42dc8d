"""A rule of the Electronic Prescription Service that a message can break although every resource in it is right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eamap.conformance.payload import findings
from eamap.conformance.payload.findings import policy
from eamap.fhir.payload.resources import Resource
from eamap.fhir.problems import Problem, pointer

_EVENTS = "https://fhir.nhs.uk/CodeSystem/message-event"
_ORDERS = ("prescription-order", "prescription-order-update")
_DISPENSED_AGAIN = "continuous-repeat-dispensing"


def judge_prescription(found: Sequence[Resource]) -> Iterator[tuple[Resource, Problem]]:
    """Yields the lines for repeat dispensing of a prescription order that has other lines as well.

    The service's published examples tell: acute and repeat lines in one order are accepted, repeat dispensing with
    others is not.
    """
    if not any(_is_order(each.content) for each in found if each.type == "MessageHeader"):
        return
    lines = [each for each in found if each.type == "MedicationRequest"]
    for line in lines:
        if _DISPENSED_AGAIN not in _codes(line):
            continue
        same = [each for each in lines if _prescription(each) == _prescription(line)]
        others = [_codes(each) for each in same if _codes(each) and _DISPENSED_AGAIN not in _codes(each)]
        if others:
            told = f"the line is for repeat dispensing, and another of the same prescription is {others[0][0]}"
            at = pointer(*line.path, "courseOfTherapyType")
            yield line, policy("eps:course-of-therapy", findings.COURSES_MIXED, told, at)


def _is_order(header: Mapping[str, Any]) -> bool:
    event = header.get("eventCoding")
    return isinstance(event, Mapping) and event.get("system") == _EVENTS and event.get("code") in _ORDERS


def _codes(line: Resource) -> tuple[str, ...]:
    concept = line.content.get("courseOfTherapyType")
    listed = concept.get("coding") if isinstance(concept, Mapping) else None
    codes = [each.get("code") for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []
    return tuple(sorted(code for code in codes if isinstance(code, str)))


def _prescription(line: Resource) -> str:
    identifier = line.content.get("groupIdentifier")
    value = identifier.get("value") if isinstance(identifier, Mapping) else None
    return value if isinstance(value, str) else ""
