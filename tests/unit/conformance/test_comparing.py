"""What a statement shows of each requirement, by the kind of requirement."""

from __future__ import annotations

import pytest
from small_statements import expects, resource, results, statement, together

from eamap.conformance.comparing import compare
from eamap.conformance.comparison_results import Outcome
from eamap.conformance.requirements import Strength
from eamap.conformance.requirements_statement import of_statement
from eamap.fhir.normalising import normalise

OPERATION = "https://fhir.nhs.uk/STU3/OperationDefinition/GPConnect-GetStructuredRecord-Operation-1"
CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"


def one(instance, asked, what):
    """Returns the result of one requirement."""
    return results(instance, asked)[what][0]


def test_interactions_and_what_is_declared_instead():
    found = results(statement(resource("Patient", "read")), statement(resource("Patient", "read", "search-type")))
    assert found["interaction read"] == ("satisfied", "")
    assert found["interaction search-type"] == ("missing", "declares read")


@pytest.mark.parametrize(
    ("has", "outcome"),
    [
        ([{"name": "identifier", "type": "token"}], "satisfied"),
        ([{"name": "identifier", "type": "string"}], "partly"),
        ([{"name": "identifier"}], "partly"),
        ([{"name": "identifier:of-type", "type": "token"}], "partly"),
        ([{"name": "Identifier", "type": "token"}], "missing"),
        ([], "missing"),
    ],
)
def test_search_parameters_by_name_and_type(has, outcome):
    asked = statement(resource("Patient", searchParam=[{"name": "identifier", "type": "token"}]))
    assert one(statement(resource("Patient", searchParam=has)), asked, "search parameter identifier (token)") == outcome


def test_a_search_parameter_of_every_resource_counts_for_each():
    asked = statement(resource("Patient", searchParam=[{"name": "_id", "type": "token"}]))
    has = statement(resource("Patient"), rest={"searchParam": [{"name": "_id", "type": "token"}]})
    assert one(has, asked, "search parameter _id (token)") == "satisfied"


@pytest.mark.parametrize(
    ("has", "outcome"),
    [
        ({"extension": [together("date", "patient")]}, "satisfied"),
        ({"searchParam": [{"name": "patient"}, {"name": "date"}]}, "not observed"),
        ({"searchParam": [{"name": "patient"}]}, "missing"),
    ],
)
def test_combinations_need_not_be_said(has, outcome):
    asked = statement(resource("Encounter", extension=[together("patient", "date")]))
    assert one(statement(resource("Encounter", **has)), asked, "search by patient and date") == outcome


@pytest.mark.parametrize(
    ("has", "wanted", "outcome"),
    [
        ("Slot:schedule", "Slot:schedule", "satisfied"),
        ("*", "Slot:schedule", "satisfied"),
        ("Schedule:actor", "Schedule:actor:Location", "satisfied"),
        ("Schedule:actor:Location", "Schedule:actor", "partly"),
        ("Slot.schedule", "Slot:schedule", "partly"),
        ("Slot:scheduled", "Slot:schedule", "missing"),
    ],
)
def test_includes_wide_and_narrow(has, wanted, outcome):
    asked = statement(resource("Slot", searchInclude=[wanted]))
    assert one(statement(resource("Slot", searchInclude=[has])), asked, f"include {wanted}") == outcome


@pytest.mark.parametrize(
    ("name", "definition", "outcome"),
    [
        ("gpc.getstructuredrecord", OPERATION, "satisfied"),
        ("$gpc.getstructuredrecord", f"{OPERATION}/_history/1.12", "satisfied"),
        ("gpc.getstructuredrecord", f"{OPERATION}|1.2", "satisfied"),
        ("gpc.getstructuredrecord", "https://example.org/other", "partly"),
        ("gpc.getstructuredrecord", None, "partly"),
        ("getrecord", OPERATION, "partly"),
        ("gpc.registerpatient", "https://example.org/other", "missing"),
    ],
)
def test_operations_by_name_and_definition_without_its_version(name, definition, outcome):
    asked = statement(
        rest={"operation": [{"name": "gpc.getstructuredrecord", "definition": f"{OPERATION}/_history/1.15"}]}
    )
    declared = {"name": name, **({"definition": definition} if definition else {})}
    assert one(statement(rest={"operation": [declared]}), asked, "operation gpc.getstructuredrecord") == outcome


def test_an_operation_at_the_wrong_level_is_partly_there_except_where_the_release_has_one_level():
    asked = statement(resource("Task", operation=[{"name": "release", "definition": "https://x/r"}]))
    rest = {"operation": [{"name": "release", "definition": "https://x/r"}]}
    assert one(statement(resource("Task"), rest=rest), asked, "operation release") == "partly"
    assert one(statement(resource("Task"), rest=rest, version="3.0.1"), asked, "operation release") == "satisfied"


@pytest.mark.parametrize(
    ("has", "wanted", "outcome"),
    [
        (CORE, CORE, "satisfied"),
        (f"{CORE}|2.5.0", CORE, "satisfied"),
        (CORE, f"{CORE}|2.5.0", "satisfied"),
        (f"{CORE}|2.2.0", f"{CORE}|2.5.0", "partly"),
        ("https://example.org/Patient", CORE, "missing"),
        ("https://example.org/Patient", "http://hl7.org/fhir/StructureDefinition/Patient", "satisfied"),
    ],
)
def test_profiles_and_their_versions(has, wanted, outcome):
    asked = statement(resource("Patient", profile=wanted))
    assert one(statement(resource("Patient", supportedProfile=[has])), asked, f"profile {wanted}") == outcome


def test_a_profile_at_the_root_counts_where_releases_list_them_there():
    has = statement(resource("Patient"), version="3.0.1", profile=[{"reference": CORE}])
    assert one(has, statement(resource("Patient", profile=CORE)), f"profile {CORE}") == "satisfied"


@pytest.mark.parametrize(
    "code", ["json", "application/json", "application/fhir+json", "application/fhir+json; charset=utf-8"]
)
def test_formats_by_what_they_mean(code):
    assert (
        one(statement(format=[code]), statement(format=["application/fhir+json"]), "format application/fhir+json")
        == "satisfied"
    )
    assert one(statement(format=["xml"]), statement(format=["json"]), "format json") == "missing"


def test_messages_by_definition_and_way():
    def messages(mode, definition):
        return statement(messaging=[{"supportedMessage": [{"mode": mode, "definition": definition}]}])

    url = "https://fhir.nhs.uk/MessageDefinition/bars-message-booking-request"
    asked, what = messages("receiver", url), f"message received: {url}"
    assert one(messages("receiver", f"{url}|1.0"), asked, what) == "satisfied"
    assert one(messages("sender", url), asked, what) == "partly"
    assert one(messages("receiver", "MessageDefinition/bars-message-booking-request"), asked, what) == "partly"
    assert one(messages("receiver", "https://x/MessageDefinition/other"), asked, what) == "missing"


def test_documents_by_profile_and_way():
    def documents(mode):
        return statement(document=[{"mode": mode, "profile": "https://x/d"}])

    assert one(documents("consumer"), documents("producer"), "document producer https://x/d") == "partly"
    assert one(documents("producer"), documents("producer"), "document producer https://x/d") == "satisfied"
    assert one(statement(), documents("producer"), "document producer https://x/d") == "missing"


def test_security_in_prose_is_not_observed_and_none_is_missing():
    coded = {"security": {"cors": True, "service": [{"coding": [{"code": "OAuth"}]}]}}
    asked = statement(rest=coded)
    assert one(statement(rest=coded), asked, "security service OAuth") == "satisfied"
    assert (
        one(statement(rest={"security": {"description": "we use OAuth"}}), asked, "security service OAuth")
        == "not observed"
    )
    other = {"security": {"service": [{"coding": [{"code": "Basic"}]}]}}
    assert one(statement(rest=other), asked, "security service OAuth") == "missing"
    assert one(statement(), asked, "security service OAuth") == "missing"
    assert one(statement(rest=other), asked, "requests from web pages of other origins (CORS)") == "not observed"


def test_releases_by_family():
    asked = of_statement(statement(), "r4")
    for version, outcome in (("4.0.0", "satisfied"), ("4.3.0", "partly"), ("3.0.1", "missing"), ("9.9", "missing")):
        (line, *_) = compare(statement(version=version), "x", asked).lines
        assert line.outcome == outcome, version


def test_what_is_asked_of_an_optional_resource_counts_only_where_the_resource_is_there():
    asked = statement(resource("Immunization", "read", **expects("SHOULD")))
    without = results(statement(resource("Patient", "read")), asked)
    assert without["resource Immunization"][0] == "missing"
    assert without["interaction read"][0] == "not observed"
    assert one(statement(resource("Immunization", "create")), asked, "interaction read") == "missing"


def test_what_is_asked_of_a_client_is_not_observed_in_a_server():
    asked = statement(resource("CareTeam", "read"), mode="client")
    comparison = compare(statement(resource("CareTeam", "read")), "server.json", of_statement(asked, "asked"))
    assert {line.outcome for line in comparison.lines[1:]} == {Outcome.NOT_OBSERVED}
    assert any("another list may be the right one" in note for note in comparison.notes)
    assert one(statement(resource("CareTeam", "read"), mode="client"), asked, "interaction read") == "satisfied"


def test_what_is_forbidden_is_missing_where_it_is_declared():
    entry = {
        "type": "Patient",
        "interaction": [expects("SHALL-NOT", code="delete"), expects("SHOULD-NOT", code="patch")],
    }
    found = results(statement(resource("Patient", "delete")), statement(entry))
    assert found["interaction delete"] == ("missing", "it is declared, and it must not be")
    assert found["interaction patch"] == ("satisfied", "it is not declared")


def test_strength_is_shall_where_nothing_is_said_and_the_stronger_where_it_is_said_twice():
    entry = {"type": "Flag", "interaction": [{"code": "read"}, expects("MAY", code="update"), expects("SHOULD", code="update"),
                                             expects("WHATEVER", code="create")]}  # fmt: skip
    rows = {row.what: row for row in of_statement(statement(entry), "flag").rows}
    assert (rows["interaction read"].strength, rows["interaction read"].stated) == (Strength.SHALL, False)
    assert rows["interaction update"].strength is Strength.SHOULD
    assert rows["interaction update"].clauses == (
        "/rest/0/resource/0/interaction/1/code",
        "/rest/0/resource/0/interaction/2/code",
    )
    assert rows["interaction create"].strength is Strength.SHALL


def test_each_line_points_at_the_clause_and_at_the_place():
    asked = statement(resource("Organization"), resource("Patient", "read"))
    comparison = compare(statement(resource("Patient", "search-type", "read")), "x", of_statement(asked, "a"))
    line = next(line for line in comparison.lines if line.requirement.what == "interaction read")
    assert line.requirement.clause == "/rest/0/resource/1/interaction/0/code"
    assert line.pointers == ("/rest/0/resource/0/interaction/1/code",)


def test_what_goes_beyond_is_listed_and_a_foreign_resource_is_one_line():
    has = statement(resource("Patient", "read", "delete"), resource("Group", "read", "search-type"))
    comparison = compare(has, "x", of_statement(statement(resource("Patient", "read")), "a"))
    assert [(extra.resource, extra.what) for extra in comparison.extras] == [
        ("Patient", "delete"),
        ("Group", "the whole resource: read, search-type"),
    ]
    assert comparison.declared == 3


def test_counts_add_up_to_how_many_are_asked():
    asked = statement(
        {"type": "Flag", "interaction": [{"code": "read"}, expects("MAY", code="update")]}, resource("Patient")
    )
    comparison = compare(statement(resource("Flag")), "x", of_statement(asked, "a"))
    for strength in comparison.strengths:
        assert sum(comparison.count(strength, outcome) for outcome in Outcome) == comparison.of(strength)
    assert sum(map(comparison.of, comparison.strengths)) == len(comparison.lines)


def test_prose_and_imports_are_said_to_be_untested():
    raw = {
        "imports": ["https://x/CapabilityStatement/base"],
        "rest": {"security": {"description": "401 without a token"}},
    }
    rows = of_statement(statement(imports=raw["imports"], rest=raw["rest"]), "a").rows
    assert [row.kind for row in rows if not row.asked] == ["statement", "security"]
    assert all(row.not_tested for row in rows if not row.asked)


def test_a_claim_is_told_and_changes_nothing():
    asked = statement(resource("Patient", "read"), url="https://x/CapabilityStatement/server")
    has = statement(instantiates=["https://x/CapabilityStatement/server|1.0"])
    comparison = compare(has, "x", of_statement(asked, "a"))
    assert "claims (instantiates) to follow" in comparison.notes[0]
    assert comparison.lines[-1].outcome is Outcome.MISSING


@pytest.mark.parametrize("raw", [{}, {"rest": [{"resource": [{"type": "Patient"}]}]}, {"rest": "x", "format": [None]}])
def test_a_broken_statement_compares_without_failing(raw):
    broken = normalise({"resourceType": "CapabilityStatement", **raw})
    asked = of_statement(statement(resource("Patient", "read"), format=["json"]), "a")
    assert len(compare(broken, "x", asked).lines) == len(asked.rows)
    assert compare(statement(), "x", of_statement(broken, "b")).lines is not None
