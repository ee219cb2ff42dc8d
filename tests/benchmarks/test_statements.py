"""Judging statements against parsing them with fhir.resources, warm and in process, and how many statements grow."""

from __future__ import annotations

import json
import time
from datetime import date

from eamap.cli.fhir.inspecting import Given, inspected
from eamap.conformance.inspection import inspect

AS_OF = date(2026, 11, 22)
SLACK = 1.5
"""A ratio may be this many times its target before the test fails."""
TYPES = (
    "Patient",
    "Observation",
    "Encounter",
    "Condition",
    "Procedure",
    "Immunization",
    "Location",
    "Organization",
    "Slot",
)


def statement(size: int, number: int = 0) -> bytes:
    """Returns a right statement of about so many bytes, as servers write them: indented, every element in use."""
    resources = []
    document = {
        "resourceType": "CapabilityStatement", "url": f"https://fhir.example/{number}", "name": "Northmoor", "status": "active",
        "date": "2026-10-01", "kind": "instance", "software": {"name": "Engine", "version": "7"}, "fhirVersion": "4.0.1",
        "implementation": {"description": "d", "url": "https://fhir.example"}, "format": ["application/fhir+json"],
        "rest": [{"mode": mode, "security": {"cors": True, "service": [{"text": "CIS2"}]}, "resource": []} for mode in ("server", "client")],
    }  # fmt: skip
    text = ""
    for place, name in enumerate((*TYPES, *TYPES)):
        resources = document["rest"][place // len(TYPES)]["resource"]
        resources.append(
            {
                "type": name, "profile": f"https://fhir.hl7.org.uk/StructureDefinition/UKCore-{name}",
                "documentation": "What can be asked of it, in a sentence or two, as servers generate it.",
                "interaction": [{"code": code} for code in ("read", "vread", "create", "update", "delete", "search-type")],
                "versioning": "versioned", "readHistory": False, "searchInclude": ["*"],
                "searchParam": [
                    {"name": f"parameter-{each}", "type": "token", "definition": f"https://fhir.example/sp/{name}-{each}",
                     "documentation": "One of the parameters."} for each in range(max(1, size // 4600))
                ],
            }
        )  # fmt: skip
        text = json.dumps(document, indent=2)
        if len(text) >= size:
            break
    return text.encode()


def least(work, rounds: int = 9) -> float:
    work()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def test_a_statement_of_100_kb():
    from fhir.resources.R4B.capabilitystatement import CapabilityStatement

    content = statement(100_000)
    assert inspect(content, as_of=AS_OF).reading.problems == ()
    base = least(lambda: CapabilityStatement.model_validate_json(content))
    ours = least(lambda: inspect(content, as_of=AS_OF))
    print(
        f"\n  {len(content):,} bytes: judged in {ours * 1000:.1f} ms, parsed by fhir.resources in {base * 1000:.1f} ms, {ours / base:.2f}, at most 1.3"
    )
    assert ours / base < 1.3 * SLACK


def test_many_statements_grow_by_their_number():
    given = [Given(f"{number}.json", statement(9_000, number)) for number in range(2000)]
    few = least(lambda: list(inspected(given[:500], AS_OF, None, 1)), 3)
    many = least(lambda: list(inspected(given, AS_OF, None, 1)), 2)
    print(f"\n  500 statements {few:.2f} s, 2,000 statements {many:.2f} s, {many / few:.1f} times, linear is 4")
    assert many / few < 4 * SLACK
    same = [Given(f"{number}.json", given[0].content) for number in range(2000)]
    assert least(lambda: list(inspected(same, AS_OF, None, 1)), 2) < few
