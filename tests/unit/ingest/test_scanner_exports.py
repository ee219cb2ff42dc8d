"""What vulnerability scanners export: one vulnerability for each component and CVE, and no row lost."""

from __future__ import annotations

import pytest

from tests.unit.ingest.vendor_files import PROGRAM, text

SCANNERS = ("defender-vulnerabilities", "nessus-csv", "qualys-csv")
CVE = {"defender-vulnerabilities": "CveId", "nessus-csv": "CVE", "qualys-csv": "CVE ID"}


def said(world, name: str, rows: int = 1, **how):
    return world.say(text(name, rows, **how), f"{name}.csv", organisation="RXR")


def cves(world) -> list[str]:
    return sorted(world.estate.things("vulnerability")["cve"].to_list())


@pytest.mark.parametrize("name", SCANNERS)
def test_each_vulnerability_is_of_a_component_of_the_same_file(world, name):
    said(world, name, 5)
    components = set(world.things("component"))
    assert {component for _, component in world.things("vulnerability", "id", "component")} == components
    assert len(components) == 5


@pytest.mark.parametrize("name", SCANNERS)
def test_a_cell_of_several_cves_is_taken_apart_however_they_are_parted(world, name):
    cell = "CVE-2020-0601,cve-2019-0708; CVE-2021-44228 CVE-2017-0144\nCVE-2014-0160|CVE-2014-0160"
    said(world, name, changed={CVE[name]: cell})
    assert cves(world) == ["CVE-2014-0160", "CVE-2017-0144", "CVE-2019-0708", "CVE-2020-0601", "CVE-2021-44228"]


@pytest.mark.parametrize("name", SCANNERS)
@pytest.mark.parametrize("cell", ["", "N/A", "-", "none", "see the vendor"])
def test_a_row_without_cve_is_kept_and_its_host_too(world, name, cell):
    done = said(world, name, 2, changed={CVE[name]: cell})
    part = done.changes[0].part
    assert world.estate.raw_rows(part.part).height == 2
    assert len(world.things("component")) == 2
    assert world.estate.things("vulnerability").is_empty()
    assert done.blocked == 0


@pytest.mark.parametrize("name", SCANNERS)
@pytest.mark.parametrize("cell", ["CVE-2024-1", "CAN-2003-0001", "CVE 2024 12345", "CVE-2020-0601 and CVE-20"])
def test_what_only_looks_like_a_cve_is_said(world, name, cell):
    done = said(world, name, changed={CVE[name]: cell})
    (issue,) = [issue for issue in done.issues if issue.code == "bad-cve"]
    assert (issue.column, issue.value, issue.blocks) == (CVE[name], cell, False)
    assert issue.row == (7 if name == "qualys-csv" else 2)
    assert cves(world) == (["CVE-2020-0601"] if "0601" in cell else [])


@pytest.mark.parametrize("name", SCANNERS)
def test_a_cell_of_ten_thousand_cves_is_read(world, name):
    ids = [f"CVE-2024-{n}" for n in range(10_000, 20_000)]
    said(world, name, changed={CVE[name]: ", ".join(ids)})
    assert cves(world) == ids


@pytest.mark.parametrize("name", SCANNERS)
def test_the_same_hole_on_two_ports_is_one_vulnerability(world, name):
    one = text(name, 1)
    world.say(one + one.splitlines()[-1] + "\n", "twice.csv", organisation="RXR")
    assert len(cves(world)) == (2 if name == "qualys-csv" else 1)
    assert len(world.things("component")) == 1


@pytest.mark.parametrize("name", SCANNERS)
def test_severity_and_score_are_the_scanners(world, name):
    said(world, name)
    (severity, certainty), *_ = world.things("vulnerability", "severity", "certainty")
    assert (severity, certainty) == (
        {"nessus-csv": "critical", "qualys-csv": "critical"}.get(name, "high"),
        "confirmed",
    )
    assert set(world.things("vulnerability", "score")) == ({None} if name.startswith("defender") else {8.1})


def test_the_newest_cvss_version_that_is_stated_counts(world):
    said(world, "nessus-csv", changed={"CVSS v2.0 Base Score": "9.3", "CVSS v3.0 Base Score": ""})
    assert world.things("vulnerability", "score") == [9.3]


@pytest.mark.parametrize("cell", ["high", "11", "-1", "9,3", "nan", "inf", "1e1", "9.8.1"])
def test_a_score_that_is_none_is_said(world, cell):
    done = said(world, "nessus-csv", changed={"CVSS v3.0 Base Score": cell})
    assert world.things("vulnerability", "score") == [None]
    assert [(issue.column, issue.code) for issue in done.issues] == [("CVSS v3.0 Base Score", "bad-score")]


def test_qualys_writes_the_month_first(world):
    said(world, "qualys-csv")
    assert world.things("vulnerability", "first_seen", "reported")[0] == ("2026-03-04", "2026-11-19")
    assert world.things("component", "last_seen") == ["2026-11-19"]


def test_a_day_that_no_month_first_date_can_be_is_said(world):
    done = said(world, "qualys-csv", changed={"First Detected": "19/11/2026"})
    assert [issue.code for issue in done.issues if issue.column == "First Detected"] == ["bad-date"]
    assert set(world.things("vulnerability", "first_seen")) == {None}


def test_lines_above_the_header_are_passed_over_and_said(world):
    done = said(world, "qualys-csv", 2)
    assert [(issue.code, issue.value) for issue in done.issues] == [("rows-above-header", "4")]
    assert world.estate.things("component")["row"].to_list() == [7, 8]


def test_what_is_only_possible_is_marked_so(world):
    said(world, "qualys-csv", changed={"Type": "Practice"})
    assert set(world.things("vulnerability", "certainty")) == {"potential"}


def test_what_was_fixed_is_no_vulnerability_and_the_row_stays(world):
    done = said(world, "qualys-csv", 2, changed={"Vuln Status": "Fixed"})
    assert world.estate.things("vulnerability").is_empty()
    assert world.estate.raw_rows(done.changes[0].part.part).height == 2


@pytest.mark.parametrize(
    ("netbios", "dns", "key"),
    [("", "", "10.0.0.0"), ("", "srv1.nhs.uk", "srv1.nhs.uk"), ("SRV1", "srv1.nhs.uk", "srv1")],
)
def test_a_host_is_known_by_the_best_name_it_has(world, netbios, dns, key):
    said(world, "qualys-csv", changed={"NetBIOS": netbios, "DNS": dns})
    assert world.things("component") == [f"component:RXR/{key}"]
    assert set(world.things("vulnerability", "component")) == {f"component:RXR/{key}"}


def test_defender_reports_on_software_not_on_the_host(world):
    said(world, "defender-vulnerabilities")
    assert world.things("component", "host", "raw") == [("SRV000000", " ".join(PROGRAM[0]))]


def test_software_of_the_inventory_is_that_of_the_scan(world):
    said(world, "defender-software", 3)
    held = set(world.things("component"))
    said(world, "defender-vulnerabilities", 3)
    assert set(world.things("component")) == held


@pytest.mark.parametrize("name", ["nessus-csv", "qualys-csv"])
def test_a_host_that_another_tool_lists_is_the_one_that_is_vulnerable(world, name):
    said(world, "sccm-operating-systems", 3)
    held = set(world.things("component"))
    said(world, name, 3)
    assert set(world.things("component")) == held
    raws = world.estate.things("component")["raw"].to_list()
    assert all(raw and "6.3.9600" in raw for raw in raws), "the inventory's own words win over a scanner's guess"


@pytest.mark.parametrize("name", SCANNERS)
def test_a_scan_of_next_month_replaces_this_months(world, name):
    said(world, name, 20)
    said(world, name, 18)
    assert len(world.things("component")) == 18
    assert len({component for _, component in world.things("vulnerability", "id", "component")}) == 18


@pytest.mark.parametrize("name", SCANNERS)
def test_every_vulnerability_is_cited_by_its_row(world, name):
    said(world, name, 3)
    first = 7 if name == "qualys-csv" else 2
    assert sorted(set(world.estate.things("vulnerability")["row"].to_list())) == [first, first + 1, first + 2]
    cell = world.estate.cite(world.things("vulnerability")[0], "cve")[0]
    assert cell.column == CVE[name]


def test_an_export_of_tenable_security_center_is_read_too(world):
    head = ("Plugin,Plugin Name,Family,Severity,IP Address,Protocol,Port,Exploit?,Repository,MAC Address,DNS Name,NetBIOS Name,Plugin Text,Synopsis,"
            "Description,Solution,See Also,CVE,First Discovered,Last Observed,Vuln Publication Date,Exploit Ease,Exploit Frameworks")  # fmt: skip
    row = '91572,A hole,General,Low,10.0.0.9,TCP,443,No,R1,,web.rxr.nhs.uk,,out,s,d,s,u,"CVE-2016-2107,CVE-2016-2108","Jun 20, 2016 09:09:53 EDT","Jan 16, 2017 09:10:01 EST",,,'
    done = world.say(f"{head}\n{row}\n", "sc.csv", organisation="RXR")
    assert [change.part.meta["mapping"] for change in done.changes] == ["nessus-csv"]
    assert done.issues == ()
    assert world.things("component", "id", "host", "last_seen") == [
        ("component:RXR/web.rxr.nhs.uk", "web.rxr.nhs.uk", "2017-01-16")
    ]
    assert world.things("vulnerability", "cve", "plugin", "severity", "first_seen") == [
        ("CVE-2016-2107", "91572", "low", "2016-06-20"), ("CVE-2016-2108", "91572", "low", "2016-06-20"),
    ]  # fmt: skip
