import pytest

from eamap.fhir.problems import Level
from tests.unit.fhir.test_structure import R4, changed, read

PARAMETER = {
    "name": "birthdate",
    "type": "date",
    "definition": "http://hl7.org/fhir/SearchParameter/individual-birthdate",
}
HL7_SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"


def security(code, system=HL7_SECURITY):
    return {"service": [{"coding": [{"system": system, "code": code}]}]}


@pytest.mark.parametrize(
    ("path", "value", "finding", "level", "pointer"),
    [
        (("url",), "https://fhir.example/R4'", "FHR048", Level.WARNING, "/url"),
        (("url",), "https:/fhir.example", "FHR048", Level.WARNING, "/url"),
        (("rest", 0, "resource", 0, "profile"), "https://p.example/x,", "FHR048", Level.WARNING, "/rest/0/resource/0/profile"),
        (("url",), "metadata", "FHR028", Level.ERROR, "/url"),
        (("rest", 0, "resource", 0, "interaction"), [{"code": "read"}, {"code": "read"}], "FHR044", Level.WARNING,
         "/rest/0/resource/0/interaction/1/code"),
        (("rest", 0, "interaction"), [{"code": "batch"}, {"code": "batch"}], "FHR044", Level.WARNING, "/rest/0/interaction/1/code"),
        (("rest", 0, "resource", 0, "searchParam"), [{**PARAMETER, "type": "token"}], "FHR045", Level.ERROR,
         "/rest/0/resource/0/searchParam/0/type"),
        (("rest", 0, "resource", 0, "searchParam"),
         [{"name": "x", "type": "reference", "definition": "http://hl7.org/fhir/SearchParameter/Device-patient"}],
         "FHR049", Level.WARNING, "/rest/0/resource/0/searchParam/0/definition"),
        (("rest", 0, "security"), security("OAuth2"), "FHR046", Level.ERROR, "/rest/0/security/service/0/coding/0/code"),
        (("contact",), [{"telecom": [{"value": "0300"}]}], "FHR047", Level.ERROR, "/contact/0/telecom/0"),
        (("extension",), [{"url": "x", "valueString": "v"}], "FHR028", Level.ERROR, "/extension/0/url"),
        (("jurisdiction",), [{"coding": [{"system": "iso", "code": "GB"}]}], "FHR028", Level.ERROR,
         "/jurisdiction/0/coding/0/system"),
    ],
)  # fmt: skip
def test_each_has_its_finding(path, value, finding, level, pointer):
    found = [(each.finding, each.level, each.pointer) for each in read(changed(R4, path, value)).problems]
    assert found == [(finding, level, pointer)]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rest", 0, "resource", 0, "searchParam"), [{**PARAMETER, "definition": PARAMETER["definition"] + "|4.0.1"}]),
        (("rest", 0, "resource", 0, "searchParam"), [{"name": "own", "type": "token", "definition": "http://own.example/sp"}]),
        (("rest", 0, "security"), security("SMART-on-FHIR")),
        (("rest", 0, "security"), security("cis2", "https://fhir.example/security")),
        (("url",), "https://fhir.example/CapabilityStatement/a|2.0"),
        (("extension",), [{"url": "http://x", "extension": [{"url": "bare", "valueString": "v"}]}]),
        (("contact",), [{"telecom": [{"system": "phone", "value": "0300"}]}]),
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(path, value):
    assert read(changed(R4, path, value)).problems == ()
