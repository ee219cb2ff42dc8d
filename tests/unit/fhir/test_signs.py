import pytest

from eamap.fhir.release import Release
from eamap.fhir.signs import releases_of_type, shown_releases, signs

EARLY = {Release.DSTU2, Release.STU3}
LATER = {Release.R4, Release.R4B, Release.R5}


def statement(**parts):
    return {"resourceType": "CapabilityStatement", **parts}


def rest(**resource):
    return statement(rest=[{"resource": [resource]}])


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (statement(), {*EARLY, *LATER} - {Release.DSTU2}),
        (statement(acceptUnknown="no"), {Release.STU3}),
        ({"resourceType": "Conformance", "acceptUnknown": "no"}, {Release.DSTU2}),
        (statement(profile=[{"reference": "x"}]), {Release.STU3}),
        (rest(type="Patient", profile={"reference": "x"}), {Release.STU3}),
        (rest(type="Patient", profile="http://x"), LATER),
        (rest(type="ReferralRequest"), {Release.STU3}),
        (rest(type="ServiceRequest"), LATER),
        (rest(type="SubscriptionTopic"), {Release.R4B, Release.R5}),
        (rest(type="SubstancePolymer"), {Release.R4, Release.R5}),
        (rest(type="Permission"), {Release.R5}),
        (rest(type="Patient", conditionalPatch=True), {Release.R5}),
        (statement(rest=[{"operation": [{"definition": {"reference": "x"}}]}]), {Release.STU3}),
        (statement(acceptUnknown="no", acceptLanguage=["en"]), set()),
    ],
)
def test_the_structure_shows_releases(raw, shown):
    assert shown_releases(signs(raw)) == shown


def test_a_sign_says_where_it_is():
    found = [sign for sign in signs(rest(type="ReferralRequest")) if "ReferralRequest" in sign.words]
    assert [sign.pointer for sign in found] == ["/rest/0/resource/0/type"]
    assert found[0].words == "ReferralRequest is a resource of DSTU2, STU3"


@pytest.mark.parametrize("name", ["Patient", "Potato", "", "not a name", "__class__"])
def test_a_type_that_tells_nothing_apart_is_no_sign(name):
    assert releases_of_type(name) == frozenset()


@pytest.mark.parametrize("odd", [None, "x", 1, [1], {"a": 1}, [[]], [{"resource": "x"}], [{"resource": [{"type": 7}]}]])
def test_odd_shapes_are_survived(odd):
    assert signs(statement(rest=odd, profile=odd))
