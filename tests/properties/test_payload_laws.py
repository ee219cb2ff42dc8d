"""A payload may be anything: it is judged to the end, every finding has its page, every pointer leads into the document."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eamap.conformance.payload.judging import judge_payload
from eamap.fhir.catalogue import findings
from eamap.reference import ukcore

NAMES = ("resourceType", "extension", "url", "valueCode", "valueCodeableConcept", "coding", "system", "code", "identifier", "value",
         "meta", "profile", "contained", "entry", "resource", "status", "_status", "name", "given", "_given", "communication",
         "language", "category", "collection", "collector", "reference", "subject", "text", "div", "clinicalStatus")  # fmt: skip
TEXTS = ("", " ", "Patient", "Observation", "Specimen", "Potato", "true", "https://fhir.nhs.uk/Id/nhs-number", "9912003890",
         "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient", "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Observation-Lab",
         "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-BirthSex", "laboratory", "a/b~c")  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(TEXTS),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inside, max_size=4),
    max_leaves=12,
)  # fmt: skip
RESOURCES = st.builds(
    lambda kind, rest: {**rest, "resourceType": kind},
    st.sampled_from(("Patient", "Observation", "Bundle", "Specimen", "Immunization", "Organization", "Condition")),
    st.dictionaries(st.sampled_from(NAMES[1:]), VALUES, max_size=6),
)


@pytest.fixture(scope="module")
def core():
    return ukcore.load()


def exists(document, pointer):
    """Whether a pointer leads to a place, or to an element that its object lacks."""
    place = document
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    return True


@given(RESOURCES)
def test_whatever_is_in_it_a_payload_is_judged(core, resource):
    for answer in judge_payload(json.dumps(resource).encode(), core):
        assert exists(resource, answer.pointer)
        for problem in answer.problems:
            assert findings()[problem.finding].layer is problem.layer
            assert problem.message
            assert exists(resource, problem.pointer), problem


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(core, content):
    assert judge_payload(content, core)
