"""XML and JSON in one form."""

import pytest

from eamap.fhir.json_document import read_json
from eamap.fhir.xml_document import read_xml

FHIR = 'xmlns="http://hl7.org/fhir"'


def xml(inside, root="CapabilityStatement", attributes=FHIR):
    return read_xml(f"<{root} {attributes}>{inside}</{root}>")


def test_xml_becomes_the_json_it_stands_for():
    found, problems = xml(
        '<id value="x"/><experimental value="true"/><fhirVersion value="4.0.1"/><format value="json"/><format value="xml"/>'
        '<rest><mode value="server"/><resource id="r1"><type value="Patient"/><profile value="http://p"/>'
        '<interaction><code value="read"/></interaction></resource></rest>'
    )
    assert problems == ()
    assert found == {
        "resourceType": "CapabilityStatement",
        "id": "x",
        "experimental": True,
        "fhirVersion": "4.0.1",
        "format": ["json", "xml"],
        "rest": [
            {
                "mode": "server",
                "resource": [{"id": "r1", "type": "Patient", "profile": "http://p", "interaction": [{"code": "read"}]}],
            }
        ],
    }


def test_the_order_of_elements_is_the_definitions():
    found, problems = xml(
        '<kind value="instance"/><status value="active"/><rest><resource/><mode value="server"/></rest>'
    )
    assert [(each.finding, each.rule, each.pointer) for each in problems] == [
        ("FHR026", "fhir-r4:order", "/status"), ("FHR026", "fhir-r4:order", "/rest/0/mode"),
    ]  # fmt: skip
    assert found["status"] == "active"


def test_what_cannot_be_typed_stays_text():
    found, _ = xml('<experimental value="yes"/><messaging><reliableCache value="x"/></messaging>')
    assert (found["experimental"], found["messaging"]) == ("yes", [{"reliableCache": "x"}])


def test_comments_and_instructions_are_left_out():
    found, problems = xml('<!-- <kind value="x"/> --><kind value="instance"/>')
    assert (found["kind"], problems) == ("instance", ())
    found, problems = xml('<?x y?><kind value="instance"/>')
    assert (found["kind"], [each.rule for each in problems]) == ("instance", ["fhir-r4:xml-instruction"])


def test_a_root_profile_is_a_list_and_a_resource_profile_is_not():
    found, _ = xml(
        '<fhirVersion value="3.0.1"/><profile><reference value="a"/></profile><rest><resource><profile><reference value="b"/></profile></resource></rest>'
    )
    assert found["profile"] == [{"reference": "a"}]
    assert found["rest"][0]["resource"][0]["profile"] == {"reference": "b"}


def test_extensions_of_primitives_stand_beside_them():
    found, _ = xml('<name value="x" id="n"><extension url="u"><valueString value="v"/></extension></name>')
    assert found["name"] == "x"
    assert found["_name"] == {"id": "n", "extension": [{"url": "u", "valueString": "v"}]}


def test_a_repeating_primitive_that_has_only_an_extension_keeps_its_place():
    found, _ = xml('<format value="json"/><format><extension url="u"/></format>')
    assert found["format"] == ["json", None]
    assert found["_format"] == [None, {"extension": [{"url": "u"}]}]


def test_an_element_that_stands_twice_where_once_is_allowed_is_kept_twice():
    found, _ = xml('<kind value="a"/><kind value="b"/><kind value="c"/>')
    assert found["kind"] == ["a", "b", "c"]


def test_the_narrative_stays_xhtml():
    found, _ = xml(
        '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p></div></text>'
    )
    assert found["text"]["div"] == '<div xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p></div>'


def test_contained_resources_have_a_type():
    found, _ = xml('<contained><Organization><name value="x"/></Organization></contained>')
    assert found["contained"] == [{"resourceType": "Organization", "name": "x"}]


@pytest.mark.parametrize("attributes", ["", 'xmlns="http://example.org"'])
def test_another_namespace_is_named_and_the_document_read(attributes):
    found, problems = xml('<kind value="instance"/>', attributes=attributes)
    assert found["kind"] == "instance"
    assert [problem.rule for problem in problems] == ["readable:namespace"]


def test_broken_xml_gives_what_comes_before_the_break():
    found, problems = read_xml(f'<CapabilityStatement {FHIR}><fhirVersion value="4.0.1"/><rest><mode')
    assert found["fhirVersion"] == "4.0.1"
    assert [problem.rule for problem in problems] == ["readable:syntax"]


def test_a_name_that_is_none_does_not_stop_the_reading():
    found, problems = read_xml(
        f'<CapabilityStatement {FHIR}><cod: value="x"/><kind value="instance"/></CapabilityStatement>'
    )
    assert found["kind"] == "instance"
    assert "readable:syntax" in {problem.rule for problem in problems}


def test_a_document_type_is_refused_unread():
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;"><!ENTITY f SYSTEM "file:///etc/passwd">]><a>&c;&f;</a>'
    found, problems = read_xml(bomb)
    assert found is None
    assert [problem.rule for problem in problems] == ["readable:doctype"]


def test_json_that_breaks_off_is_located():
    found, problems = read_json('{\n "a": tru')
    assert found is None
    assert problems[0].rule == "readable:syntax"
    assert "line 2" in problems[0].message


def test_comments_and_trailing_commas_are_a_problem_and_are_read():
    found, problems = read_json('{"a": ["x, ]", "// y",], /* z */ "b": 1, // end\n}')
    assert found == {"a": ["x, ]", "// y"], "b": 1}
    assert [problem.rule for problem in problems] == ["readable:syntax"]


def test_a_name_that_stands_twice_is_named():
    found, problems = read_json('{"a": 1, "b": {"kind": 1, "kind": 2}}')
    assert found["b"] == {"kind": 2}
    assert [problem.rule for problem in problems] == ["readable:duplicate-name"]
    assert "'kind'" in problems[0].message


def test_json_nested_without_end_is_a_problem():
    found, problems = read_json("[" * 100_000 + "]" * 100_000)
    assert found is None
    assert problems
