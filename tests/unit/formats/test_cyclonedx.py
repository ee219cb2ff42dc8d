"""CycloneDX: what each kind of file says, and what is said of those that are broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eamap.errors import SourceError
from eamap.ingest.formats import read
from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.pipeline import Asked, BlockedError, Ingested, ingest
from eamap.stores.memory import MemoryStore

KNOWN = Known(mappings_folder())
WHEN = "2026-11-22T09:00:00+00:00"
PURL = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"
LOG4J = {
    "type": "library",
    "bom-ref": "a",
    "group": "org.apache.logging.log4j",
    "name": "log4j-core",
    "version": "2.14.1",
    "purl": PURL,
}
RHEL = {
    "type": "operating-system",
    "bom-ref": "os",
    "name": "Red Hat Enterprise Linux",
    "version": "8.0",
    "cpe": "cpe:2.3:o:redhat:enterprise_linux:8.0",
}
SUBJECT = {
    "timestamp": "2026-10-01T08:00:00Z",
    "component": {"type": "application", "bom-ref": "me", "name": "Ward App", "version": "3"},
}
HOLE = {"id": "CVE-2021-44228", "source": {"name": "NVD"}, "affects": [{"ref": "a"}],
        "ratings": [{"method": "CVSSv2", "score": 9.3, "severity": "high"}, {"method": "CVSSv31", "score": 10.0, "severity": "critical"}]}  # fmt: skip
XML = """<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
  <metadata><timestamp>2026-10-01T08:00:00Z</timestamp>
    <component type="application" bom-ref="me"><name>Ward App</name><version>3</version></component></metadata>
  <components>
    <component type="library" bom-ref="a"><group>org.apache.logging.log4j</group><name>log4j-core</name><version>2.14.1</version>
      <purl>pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1</purl></component>
    <component type="operating-system" bom-ref="os"><name>Red Hat Enterprise Linux</name><version>8.0</version>
      <cpe>cpe:2.3:o:redhat:enterprise_linux:8.0</cpe></component>
  </components>
  <dependencies><dependency ref="me"><dependency ref="a"/></dependency><dependency ref="a"><dependency ref="os"/></dependency></dependencies>
  <vulnerabilities><vulnerability><id>CVE-2021-44228</id><source><name>NVD</name></source>
    <ratings><rating><score>9.3</score><severity>high</severity><method>CVSSv2</method></rating>
      <rating><score>10.0</score><severity>critical</severity><method>CVSSv31</method></rating></ratings>
    <affects><target><ref>a</ref></target></affects></vulnerability></vulnerabilities>
</bom>
"""


def bom(**content: object) -> dict[str, object]:
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": SUBJECT, **content}


class Desk:
    """A folder and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.store = folder, MemoryStore()

    def say(self, content: object, name: str = "bom.json", **asked: object) -> Ingested:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return ingest(self.store, [path], KNOWN, Asked(**{"organisation": "RXR", **asked}), published=WHEN)

    def things(self, kind: str, *columns: str) -> list[tuple]:
        return self.store.estate().things(kind).sort("id").select(columns).rows()

    def links(self) -> list[tuple[str, str]]:
        return sorted(self.store.estate().links("DEPENDS_ON").select("from", "to").rows())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def codes(done: Ingested) -> list[tuple[str, str]]:
    return [(issue.code, issue.column) for issue in done.issues]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("obom-standalone.json", {"component": 904, "system": 1, "links": 994}),
        ("sbom-laravel-1.4.json", {"component": 62, "system": 1, "links": 113}),
        (
            "SaaSBOM_apigateway-microservices-datastores_bom.json",
            {"component": 6, "interface": 7, "system": 1, "links": 6},
        ),
        ("HBOM_PCIe-SATA-adapter-board_bom.json", {"component": 6, "links": 0}),
    ],
)
def test_real_files_are_read_whole(shared: Path, name: str, made: dict[str, int]) -> None:
    done = ingest(
        MemoryStore(), [shared / "inventories" / "cyclonedx" / name], KNOWN, Asked(organisation="RXR"), published=WHEN
    )
    assert done.counts == made
    assert done.issues == ()


def test_a_component_keeps_its_words_and_its_identifier(desk: Desk) -> None:
    desk.say(bom(components=[LOG4J, RHEL]))
    assert desk.things("component", "raw", "identifier", "layer", "system") == [
        ("Red Hat Enterprise Linux 8.0", "cpe:2.3:o:redhat:enterprise_linux:8.0", "os", "system:RXR/ward-app"),
        ("log4j-core 2.14.1", PURL, "application", "system:RXR/ward-app"),
    ]
    assert desk.things("system", "id", "name", "product_version") == [("system:RXR/ward-app", "Ward App", "3")]


def test_new_references_in_the_next_export_are_the_same_things(desk: Desk) -> None:
    desk.say(bom(components=[LOG4J, RHEL]))
    before = desk.things("component", "id")
    desk.say(bom(components=[{**LOG4J, "bom-ref": "x1"}, {**RHEL, "bom-ref": "x2"}]))
    assert desk.things("component", "id") == before
    assert len(desk.store.versions()) == 2


def test_the_same_file_twice_is_the_file_once(desk: Desk) -> None:
    desk.say(bom(components=[LOG4J], vulnerabilities=[HOLE]))
    assert desk.say(bom(components=[LOG4J], vulnerabilities=[HOLE])).version == 0


def test_two_bills_of_two_systems_stand_side_by_side(desk: Desk) -> None:
    desk.say(bom(components=[LOG4J]))
    other = {"component": {"type": "application", "name": "Lab App"}}
    desk.say(bom(components=[LOG4J], metadata=other), "other.json")
    assert [system for (system,) in desk.things("component", "system")] == ["system:RXR/lab-app", "system:RXR/ward-app"]


def test_the_user_may_say_which_system_it_is_of(desk: Desk) -> None:
    desk.say(bom(components=[LOG4J]), system="RXR/pas", organisation="")
    assert desk.things("component", "system", "operator") == [("system:RXR/pas", "organisation:RXR")]
    assert desk.things("system", "id") == []


def test_dependencies_lead_from_the_system_to_what_it_is_made_of(desk: Desk) -> None:
    desk.say(
        bom(
            components=[LOG4J, RHEL],
            dependencies=[{"ref": "me", "dependsOn": ["a"]}, {"ref": "a", "dependsOn": ["os"]}],
        )
    )
    (component, below), (system, top) = desk.links()
    assert (system, top) == ("system:RXR/ward-app", component)
    assert below.endswith("cpe%3A2.3%3Ao%3Aredhat%3Aenterprise_linux%3A8.0")


def test_nested_components_and_services_are_read(desk: Desk) -> None:
    inner = {"type": "library", "name": "inner", "version": "1"}
    service = {"name": "api", "endpoints": ["https://a/x"], "services": [{"name": "db", "version": "2"}]}
    desk.say(bom(components=[{**LOG4J, "components": [{**inner, "components": [RHEL]}]}], services=[service]))
    assert {raw for (raw,) in desk.things("component", "raw")} == {
        "log4j-core 2.14.1",
        "inner 1",
        "Red Hat Enterprise Linux 8.0",
        "api",
        "db 2",
    }
    assert desk.things("interface", "exposer", "external_id") == [("system:RXR/ward-app", "https://a/x")]


def test_a_vulnerability_is_of_what_it_affects(desk: Desk) -> None:
    desk.say(bom(components=[LOG4J], vulnerabilities=[HOLE]))
    ((component,),) = desk.things("component", "id")
    assert desk.things("vulnerability", "component", "cve", "severity", "score", "scanner") == [
        (component, "CVE-2021-44228", "critical", 10.0, "NVD")
    ]


@pytest.mark.parametrize("state", ["not_affected", "false_positive", "resolved", "resolved_with_pedigree"])
def test_what_an_analysis_ruled_out_is_no_vulnerability_and_its_row_is_kept(desk: Desk, state: str) -> None:
    done = desk.say(bom(components=[LOG4J], vulnerabilities=[{**HOLE, "analysis": {"state": state}}]))
    assert desk.things("vulnerability", "cve") == []
    rows = desk.store.estate().raw_rows(done.changes[0].part.part)
    assert rows["id"].drop_nulls().to_list() == ["CVE-2021-44228"]
    assert codes(done) == []


@pytest.mark.parametrize("state", ["exploitable", "in_triage", ""])
def test_what_is_not_ruled_out_stands(desk: Desk, state: str) -> None:
    desk.say(bom(components=[LOG4J], vulnerabilities=[{**HOLE, "analysis": {"state": state}}]))
    assert desk.things("vulnerability", "cve") == [("CVE-2021-44228",)]


def test_versions_that_are_all_unaffected_are_no_vulnerability(desk: Desk) -> None:
    affects = [{"ref": "a", "versions": [{"version": "2.14.1", "status": "unaffected"}]}]
    desk.say(bom(components=[LOG4J], vulnerabilities=[{**HOLE, "affects": affects}]))
    assert desk.things("vulnerability", "cve") == []


def test_a_cve_is_found_among_the_other_names_of_an_advisory(desk: Desk) -> None:
    ghsa = {**HOLE, "id": "GHSA-jfh8-c2jp-5v3q", "references": [{"id": "CVE-2021-44228"}, {"id": "SNYK-1"}]}
    desk.say(bom(components=[LOG4J], vulnerabilities=[ghsa]))
    assert desk.things("vulnerability", "cve") == [("CVE-2021-44228",)]


def test_an_advisory_without_cve_is_kept_as_a_row(desk: Desk) -> None:
    done = desk.say(bom(components=[LOG4J], vulnerabilities=[{**HOLE, "id": "GHSA-jfh8-c2jp-5v3q"}]))
    assert desk.things("vulnerability", "cve") == []
    assert "GHSA-jfh8-c2jp-5v3q" in desk.store.estate().raw_rows(done.changes[0].part.part)["id"].to_list()


def test_a_link_into_this_very_file_is_followed(desk: Desk) -> None:
    desk.say(
        bom(
            components=[LOG4J],
            vulnerabilities=[{**HOLE, "affects": [{"ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#a"}]}],
        )
    )
    assert len(desk.things("vulnerability", "cve")) == 1


def test_xml_says_what_json_says(desk: Desk, tmp_path: Path) -> None:
    content = bom(
        components=[LOG4J, RHEL],
        vulnerabilities=[HOLE],
        dependencies=[{"ref": "me", "dependsOn": ["a"]}, {"ref": "a", "dependsOn": ["os"]}],
    )
    desk.say(content)
    other = Desk(tmp_path)
    other.say(XML, "bom.xml")
    for kind in ("system", "component", "vulnerability"):
        columns = [name for name in desk.store.estate().things(kind).columns if name != "row"]
        assert other.things(kind, *columns) == desk.things(kind, *columns), kind
    assert other.links() == desk.links()


BROKEN = {
    "no list": (bom(components={"name": "x"}), "components is no list"),
    "nothing in it": (bom(components=[]), "lists no component, no service and no vulnerability"),
    "only a subject": (bom(), "lists no component"),
    "broken JSON": ('{"bomFormat": "CycloneDX", "components": [}', "the JSON is broken"),
    "no end": ('{"bomFormat": "CycloneDX", "components": [{"name": "a"', "the JSON is broken"),
    "not a BOM": ({"bomFormat": "SPDX", "components": []}, "no list of records|no mapping yet"),
    "entities": (
        '<?xml version="1.0"?><!DOCTYPE bom [<!ENTITY a "b">]><bom xmlns="http://cyclonedx.org/schema/bom/1.4"/>',
        "declares",
    ),
    "broken XML": ('<bom xmlns="http://cyclonedx.org/schema/bom/1.4"><components></bom>', "the XML is broken"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_with_its_place(desk: Desk, what: str) -> None:
    content, why = BROKEN[what]
    with pytest.raises(SourceError, match=why) as caught:
        desk.say(content)
    assert "bom.json" in caught.value.where
    assert caught.value.hint
    assert desk.store.versions() == []


def test_components_nested_without_end_are_refused(desk: Desk) -> None:
    deep: dict[str, object] = {"name": "x", "type": "library"}
    for _ in range(60):
        deep = {"name": "x", "type": "library", "components": [deep]}
    with pytest.raises(SourceError, match="nested more than 50 deep"):
        desk.say(bom(components=[deep]))


def test_a_component_without_a_name_is_blocked_where_it_stands(desk: Desk) -> None:
    content = bom(components=[LOG4J, {"type": "library", "version": "1"}])
    with pytest.raises(BlockedError, match="has nothing to tell it apart by"):
        desk.say(content)
    done = desk.say(content, keep_going=True)
    assert ("component-without-name", "components[1]") in codes(done)
    assert len(desk.things("component", "id")) == 1


@pytest.mark.parametrize(
    ("content", "code", "place"),
    [
        ({"components": [LOG4J, "text"]}, "not-a-record", "components[1]"),
        ({"components": [LOG4J, {**RHEL, "bom-ref": "a"}]}, "repeated-ref", "components[1]"),
        (
            {"components": [LOG4J], "dependencies": [{"ref": "a", "dependsOn": ["gone"]}]},
            "unresolved-ref",
            "dependencies[0]",
        ),
        (
            {"components": [LOG4J], "dependencies": [{"ref": "gone", "dependsOn": ["a"]}]},
            "unresolved-ref",
            "dependencies[0]",
        ),
        (
            {"components": [LOG4J], "vulnerabilities": [{**HOLE, "affects": [{"ref": "gone"}]}]},
            "unresolved-ref",
            "vulnerabilities[0]",
        ),
        (
            {"components": [LOG4J], "vulnerabilities": [{**HOLE, "affects": []}]},
            "affects-nothing",
            "vulnerabilities[0]",
        ),
        ({"components": [LOG4J], "specVersion": ""}, "no-spec-version", "specVersion"),
        ({"components": [{**LOG4J, "type": "teapot"}]}, "bad-cyclonedx-layer", "type"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands_and_the_rest_is_read(
    desk: Desk, content: dict[str, object], code: str, place: str
) -> None:
    done = desk.say(bom(**content))
    assert (code, place) in codes(done)
    assert any(raw == "log4j-core 2.14.1" for (raw,) in desk.things("component", "raw"))
    assert desk.things("vulnerability", "cve") == []


def test_a_component_listed_twice_is_one(desk: Desk) -> None:
    done = desk.say(bom(components=[LOG4J, {**LOG4J, "bom-ref": "b"}]))
    assert len(desk.things("component", "id")) == 1
    assert codes(done) == []


def test_a_component_without_reference_is_read(desk: Desk) -> None:
    desk.say(bom(components=[{"type": "library", "name": "x", "version": 2}]))
    assert desk.things("component", "id", "raw") == [("component:RXR/ward-app/x%402", "x 2")]


def test_hostile_names_stay_text_and_ids_stay_safe(desk: Desk) -> None:
    name = "=1+1|<script>../../x"
    desk.say(bom(components=[{"type": "library", "name": name}]))
    ((identifier, raw),) = desk.things("component", "id", "raw")
    assert raw == name
    assert not set(identifier) & set("<>|=+")


def test_a_control_character_costs_the_name_and_not_the_row(desk: Desk) -> None:
    done = desk.say(bom(components=[{**LOG4J, "name": "a\u0007b"}]))
    assert [issue.code for issue in done.issues] == ["bad-text"]
    assert desk.things("component", "identifier") == [(PURL,)]


@pytest.mark.parametrize("kind", ["library", "device", "firmware", "operating-system", "file"])
def test_a_subject_that_is_not_deployed_is_no_system(desk: Desk, kind: str) -> None:
    desk.say(bom(components=[LOG4J], metadata={"component": {"type": kind, "name": "thing"}}))
    assert desk.things("system", "id") == []
    assert desk.things("component", "system", "operator") == [(None, "organisation:RXR")]


def test_the_words_inside_another_file_do_not_make_it_a_bill(tmp_path: Path) -> None:
    path = tmp_path / "records.json"
    path.write_text(json.dumps([{"name": "x", "sbom": {"bomFormat": "CycloneDX"}}]), encoding="utf-8")
    (grid,) = read(path)
    assert grid.format == "json"
