"""Published statements as yardsticks: each meets itself, each loss is seen, and known pairs come out as looked up by hand."""

from __future__ import annotations

import copy
import json
import random

import pytest

from eamap.conformance.comparing import compare
from eamap.conformance.comparison_results import Outcome
from eamap.conformance.requirements import Strength
from eamap.conformance.requirements_finding import yardstick
from eamap.conformance.requirements_statement import of_statement
from eamap.fhir.normalising import normalise
from eamap.fhir.statement import read_statement

ORDER = (Outcome.SATISFIED, Outcome.PARTLY, Outcome.MISSING, Outcome.NOT_OBSERVED)
LOSSES = 40
"""How many elements of each statement are taken away, drawn by a fixed seed."""


@pytest.fixture(scope="module")
def capability(shared):
    """The folder of published statements."""
    return shared / "fhir" / "capability"


@pytest.fixture(scope="module")
def published(capability):
    """Every published statement that can be read, by file."""
    readings = {
        path.name: read_statement(path.read_bytes())
        for path in sorted(capability.iterdir())
        if path.suffix in (".json", ".xml")
    }
    return {name: reading.statement for name, reading in readings.items() if reading.statement}


def test_every_published_statement_meets_itself_and_has_nothing_beyond(published):
    assert len(published) > 100
    for name, statement in published.items():
        comparison = compare(statement, name, of_statement(statement, name))
        unmet = [line for line in comparison.lines if line.requirement.asked and line.outcome is not Outcome.SATISFIED]
        assert unmet == [], name
        assert comparison.extras == (), name


@pytest.mark.parametrize(
    "name",
    [
        "hl7uk-access__UKCoreAccessClinicalDataProvider.json",
        "nhs-bars__BaRS_API_Capability_Statement.json",
        "nhs-iops__apim-medicines-facade.json",
        "gpconnect-demonstrator__capability.json",
        "hl7-fhir-us-core-3.1.0__CapabilityStatement-us-core-server.json",
        "ipa__CapabilityStatement-ipa-server.json",
    ],
)
def test_what_is_taken_away_is_no_longer_satisfied(name, published):
    whole = published[name]
    asked = of_statement(whole, name)
    rows = [row for row in asked.rows if row.asked and len(row.clauses) == 1 and not row.strength.forbids]
    for row in random.Random(4).sample(rows, min(LOSSES, len(rows))):
        raw = copy.deepcopy(whole.raw)
        without(raw, row.clause)
        lines = {line.requirement.id: line for line in compare(normalise(raw), name, asked).lines}
        assert lines[row.id].outcome is not Outcome.SATISFIED, row


def without(raw, pointer):
    """Takes the element at a pointer out of a document; the code of an element goes with the element."""
    steps = [int(step) if step.isdigit() else step for step in pointer.removesuffix("/code").strip("/").split("/")]
    holder = raw
    for step in steps[:-1]:
        holder = holder[step]
    del holder[steps[-1]]


PAIRS = json.loads("""[
["hl7uk-access__UKCoreAccessProvider-instance.json", "hl7uk-access__UKCoreAccessPatientIndexProvider.json", "SHALL", [5, 0, 3, 0]],
["hl7uk-access__UKCoreAccessProvider-instance.json", "hl7uk-access__UKCoreAccessPatientIndexProvider.json", "SHOULD", [0, 0, 8, 0]],
["hl7uk-access__UKCoreAccessProvider-instance.json", "hl7uk-access__UKCoreAccessClinicalDataProvider.json", "SHALL", [6, 0, 0, 25]],
["nhs-nrlf__consumer-metadata.json", "nrl-v3-consumer", "SHALL", [11, 0, 0, 0]],
["nhs-nrlf__producer-metadata.json", "nrl-v3-producer", "SHALL", [12, 0, 0, 0]],
["nhs-nrlf__consumer-metadata.json", "nrl-v3-producer", "SHALL", [9, 0, 3, 0]],
["nhs-iops__apim-medicines-nextgen.json", "nhs-iops__apim-medicines-facade.json", "SHALL", [25, 0, 1, 1]],
["nhs-iops__apim-medicines-nextgen.json", "eps-fhir", "SHALL", [21, 0, 0, 0]],
["nhs-iops__CapStatement-CPIS-FHIR-API-Producer.json", "nhs-iops__CapStatement-CPIS-FHIR-API-Consumer.json", "SHALL", [2, 0, 0, 11]],
["gpconnect-demonstrator__structured_capability.json", "gpc-structured", "SHALL", [18, 0, 0, 5]],
["gpconnect-demonstrator__capability.json", "gpc-appointments", "SHALL", [42, 0, 0, 1]]
]""")


@pytest.mark.parametrize(("instance", "against", "strength", "counts"), PAIRS)
def test_pairs_that_were_looked_up_by_hand(instance, against, strength, counts, published, capability):
    path = capability / against
    comparison = compare(published[instance], instance, yardstick(str(path) if path.is_file() else against))
    assert [comparison.count(Strength(strength), outcome) for outcome in ORDER] == counts


def test_a_requirement_that_is_asked_twice_is_one_row_with_both_clauses(published):
    name = "nhs-iops__CapabilityStatement-England-PatientFlag-Requirements.xml"
    rows = [row for row in of_statement(published[name], name).rows if row.what == "interaction search-type"]
    assert [len(row.clauses) for row in rows] == [2]


def test_rows_made_from_a_statement_ask_nothing_that_the_statement_does_not(published):
    for name, file in {
        "ods-r4": "nhs-iops__CapabilityStatement-England-ODS-Requirements.xml",
        "pdqm-england": "nhs-iops__CapabilityStatement-UK-Eng.PDQm.Supplier.json",
        "patient-flag": "nhs-iops__CapabilityStatement-England-PatientFlag-Requirements.xml",
        "cpis-producer": "nhs-iops__CapStatement-CPIS-FHIR-API-Producer.json",
        "cpis-consumer": "nhs-iops__CapStatement-CPIS-FHIR-API-Consumer.json",
    }.items():
        lines = compare(published[file], file, yardstick(name)).lines
        assert [line for line in lines if line.outcome is not Outcome.SATISFIED and line.requirement.asked] == [], name
