import pytest

from eamap.fhir.release import Release, release_of_version, releases_in_text


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("1.0.2", Release.DSTU2),
        ("3.0.1", Release.STU3),
        ("3.0.2", Release.STU3),
        ("4.0.0", Release.R4),
        (" 4.0.1 ", Release.R4),
        ("4.1.0", Release.R4B),
        ("4.3.0", Release.R4B),
        ("5.0.0", Release.R5),
        ("4.2.0", None),
        ("4.0.1-ballot", None),
        ("6.0.0", None),
        ("R4", None),
        ("4.0.1.1", None),
        ("", None),
        (None, None),
    ],
)
def test_a_declared_version_has_a_family_if_it_was_published(version, release):
    assert release_of_version(version) is release


@pytest.mark.parametrize(
    ("text", "releases"),
    [
        ("FHIR R4", {Release.R4}),
        ("STU3", {Release.STU3}),
        ("DSTU2", {Release.DSTU2}),
        ("4.0.1", {Release.R4}),
        ("v3.0.1", {Release.STU3}),
        ("FHIR 4.0", {Release.R4}),
        ("FHIR v4", {Release.R4}),
        ("R4B 4.3.0", {Release.R4B}),
        ("R4 and STU3", {Release.R4, Release.STU3}),
        ("mixed 3.0.1 + 4.0.1", {Release.R4, Release.STU3}),
        ("UK Core STU2", {Release.R4}),
        ("HL7 FHIR UK Core STU3 sequence", {Release.R4}),
        ("UK Core 2.0.1", {Release.R4}),
        ("Care Connect STU3", {Release.STU3}),
        ("Care Connect", {Release.STU3}),
        ("Organisation Data Service FHIR API (STU3)", {Release.STU3}),
        ("GP Connect 1.0.1", set()),
        ("HL7 v2.3", set()),
        ("HL7 V3", set()),
        ("FHIR", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_the_words_of_an_inventory_name_releases(text, releases):
    assert releases_in_text(text) == releases
