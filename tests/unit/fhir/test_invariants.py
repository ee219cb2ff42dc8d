"""Every invariant of every release, broken and kept; a key that means another rule elsewhere is tried there too."""

import pytest

from eamap.fhir.invariants import check_invariants
from eamap.fhir.release import Release
from tests.unit.fhir.test_structure import VALID, changed

LATER = (Release.R4, Release.R4B, Release.R5)
TWO_PARAMETERS = [{"name": "family", "type": "string"}] * 2
DOCUMENT = {"mode": "consumer", "profile": "http://p"}


def of(releases, *listed):
    """Returns the same keys for several releases."""
    return {release: list(listed) for release in releases}


def keys(document, release):
    return [each.rule.partition(":")[2] for each in check_invariants(document, release)]


BROKEN = [
    (("name",), "no identifier", {Release.DSTU2: [], Release.STU3: [], Release.R4: ["cpb-0"], Release.R4B: ["cpb-0"],
                                  Release.R5: ["cnl-0"]}),
    (("url",), "http://x|1", {**of(Release), Release.R5: ["cnl-1"]}),
    (("rest",), ..., {**of(Release, "cpb-1"), Release.DSTU2: ["cnf-1"]}),
    (("messaging",), [{"endpoint": [{"address": "http://x"}], "supportedMessage": [{}]}], of(Release)),
    (("document",), [DOCUMENT, DOCUMENT], {**of(Release, "cpb-7"), Release.DSTU2: ["cnf-7"]}),
    (("document",), [DOCUMENT, {**DOCUMENT, "mode": "producer"}], of(Release)),
    (("rest", 0, "resource"), [{"type": "Patient"}, {"type": "Patient"}],
     {**of(Release, "cpb-9"), Release.DSTU2: ["cnf-9"]}),
    (("rest", 0, "resource", 0, "searchParam"), TWO_PARAMETERS,
     {**of(Release, "cpb-12"), Release.DSTU2: ["cnf-12"]}),
    (("rest", 0, "resource", 0, "searchParam"), [{"name": "a", "type": "token", "chain": ["b"]}],
     {**of(Release), Release.DSTU2: ["cnf-13"]}),
    (("rest",), [{"mode": "server"}, {"mode": "server"}],
     {Release.DSTU2: ["cnf-8"], Release.STU3: ["cpb-8"], Release.R4: [], Release.R4B: [], Release.R5: ["cpb-4"]}),
    (("rest",), [{"mode": "server"}, {"mode": "client"}], of(Release)),
    (("messaging",), [{"supportedMessage": [{}], "event": [{}]}], {**of(Release), Release.STU3: ["cpb-16"]}),
    (("messaging",), [{"documentation": "d"}], {**of(Release), Release.STU3: ["cpb-16"]}),
    (("kind",), "requirements", {Release.DSTU2: ["cnf-14"], Release.STU3: ["cpb-14"], **of(LATER, "cpb-16")}),
    (("kind",), "capability", {Release.DSTU2: ["cnf-15"], Release.STU3: ["cpb-15"], **of(LATER, "cpb-15")}),
    (("implementation",), ..., {Release.DSTU2: [], Release.STU3: [], **of(LATER, "cpb-14")}),
]  # fmt: skip


@pytest.mark.parametrize("release", list(Release))
@pytest.mark.parametrize(("path", "value", "expected"), BROKEN)
def test_an_invariant_is_that_of_its_release(path, value, expected, release):
    assert keys(changed(VALID[release], path, value), release) == expected[release]


@pytest.mark.parametrize("release", list(Release))
def test_endpoints_and_descriptions(release):
    prefix = "cnf" if release is Release.DSTU2 else "cpb"
    endpoint = [{"endpoint": [{"address": "http://x"}], "supportedMessage": [{}]}]
    document = {**VALID[release], "messaging": endpoint, "kind": "capability"}
    del document["implementation"]
    assert keys(document, release) == [f"{prefix}-3"]
    nothing = {key: value for key, value in VALID[release].items() if key not in ("software", "implementation")}
    assert f"{prefix}-2" in keys(nothing, release)
    assert f"{prefix}-2" not in keys({**nothing, "description": "d"}, release)


@pytest.mark.parametrize("release", LATER)
def test_a_capability_from_r4_on_names_its_software(release):
    document = {key: value for key, value in VALID[release].items() if key not in ("software", "implementation")}
    assert keys({**document, "kind": "capability", "description": "d"}, release) == ["cpb-15"]


def test_the_pointer_is_that_of_the_second_one():
    found = check_invariants(changed(VALID[Release.R4], ("document",), [DOCUMENT, DOCUMENT]), Release.R4)
    assert [each.pointer for each in found] == ["/document/1"]


@pytest.mark.parametrize("odd", [None, "x", 7, [1], {"a": 1}, [[]], [{"resource": [{"type": {}, "searchParam": [3]}]}]])
def test_odd_shapes_are_survived(odd):
    for release in Release:
        check_invariants(
            {"rest": odd, "messaging": odd, "document": odd, "kind": odd, "name": odd, "url": odd}, release
        )
