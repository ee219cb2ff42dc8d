"""eamap interfaces: one line for each standard an interface claims, and how far the claim is borne out."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.unit.fhir.test_structure import R4

HEAD = "Organisation code,Interface ID,Interface name,System,Consumer system,Protocol,Standard,Statement"
ROWS = (
    "ZN02,i1,Right,pas,ris,FHIR,ukcore-stu2,right.json",
    "ZN02,i2,Bare,pas,ris,FHIR,ukcore-stu2,",
    "ZN02,i3,Old,pas,ris,HL7 v2,HL7 v2.4,",
    "ZN02,i4,None,pas,ris,FHIR,,",
    "ZN02,i5,Past,pas,ris,SOAP,pds-smsp,",
    "ZN02,i6,Wrong,pas,ris,FHIR,ukcore-stu2,wrong.json",
)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(program, [*map(str, arguments)], prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interfaces")
    (folder / "feeds.csv").write_text("\n".join([HEAD, *ROWS]))
    right = json.loads(json.dumps(R4))
    right["date"] = "2026-10-01"
    right["rest"][0]["resource"][0]["profile"] = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient"
    (folder / "right.json").write_text(json.dumps(right))
    (folder / "wrong.json").write_text(json.dumps({**right, "kind": "bogus"}))
    files = [folder / name for name in ("feeds.csv", "right.json", "wrong.json")]
    run("ingest", *files, "--store", folder / "store", "--keep-going")
    return folder / "store"


@pytest.fixture(scope="module")
def told(store):
    return json.loads(run("interfaces", "--store", store, "--as-of", "2026-11-22", "--format", "json"))


def test_each_claim_reads_as_far_as_it_is_borne_out(told):
    found = {row["id"].rpartition("/")[2]: (row["standard"], row["result"], row["evidence"]) for row in told["rows"]}
    assert found == {
        "i1": ("ukcore-stu2", "conformant", "right.json"),
        "i2": ("ukcore-stu2", "declared", "not assessed"),
        "i3": ("hl7v2", "declared, not verified", "not assessed"),
        "i4": (None, "no standard claimed", "not assessed"),
        "i5": ("pds-smsp", "retired standard", "not assessed"),
        "i6": ("ukcore-stu2", "non-conformant", "wrong.json"),
    }


def test_the_worst_finding_and_the_status_on_the_day_stand_beside_it(told):
    rows = {row["id"].rpartition("/")[2]: row for row in told["rows"]}
    assert rows["i6"]["worst"].startswith("FHR003 (FHR003-")
    assert rows["i1"]["status"] == "active since 2024-05-10, as last known on 2025-06"
    assert rows["i4"]["status"] == "not assessed"


def test_counts_have_denominators(told):
    counted = {name: (tally["n"], tally["of"]) for name, tally in told["counts"].items()}
    assert counted == {"state a standard": (5, 6), "speak FHIR": (4, 6), "have a statement": (2, 6)}


def test_a_table_can_be_cut_and_says_so(store):
    told = json.loads(run("interfaces", "--limit", "2", "--format", "json", "--store", store))
    assert (len(told["rows"]), told["omitted"]["n"]) == (2, 4)


def test_a_selector_narrows_the_list(store):
    told = json.loads(run("interfaces", "protocol:hl7v2", "--format", "json", "--store", store))
    assert [row["id"].rpartition("/")[2] for row in told["rows"]] == ["i3"]
