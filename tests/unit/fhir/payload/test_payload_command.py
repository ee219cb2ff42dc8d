"""``eamap fhir validate-payload``: rows, formats, exit codes."""

import csv
import io
import json

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from eamap.cli.main import program
from eamap.model.answers import answer_schema

GOOD = {"resourceType": "Patient", "name": [{"family": "=S"}], "gender": "male"}
BAD = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [{"resource": {"resourceType": "Patient", "gender": "M"}}],
}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "a_good.json").write_text(json.dumps(GOOD))
    (tmp_path / "b_bad.json").write_text(json.dumps(BAD))
    (tmp_path / "c_same.json").write_text(json.dumps(BAD))
    (tmp_path / "notes.txt").write_text("not a payload")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(program, ["fhir", "validate-payload", *map(str, arguments), "--as-of", "2026-01-01"])


def test_json_has_one_object_a_resource(files):
    answer = json.loads(run(files, "--format", "json").stdout)
    Draft202012Validator(answer_schema("fhir validate-payload")).validate(answer)
    assert [(row["file"].rpartition("/")[2], row["pointer"], row["resource_type"]) for row in answer["rows"]] == [
        ("a_good.json", "", "Patient"), ("b_bad.json", "", "Bundle"), ("b_bad.json", "/entry/0/resource", "Patient"),
        ("c_same.json", "", "Bundle"), ("c_same.json", "/entry/0/resource", "Patient")]  # fmt: skip
    first, bundle, patient = answer["rows"][:3]
    assert (first["profile"], first["profile_version"], first["profile_basis"], first["release"]) == (
        "https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient", "2.5.0", "type", "R4")  # fmt: skip
    assert (first["must_support"]["filled"], first["must_support"]["of"]) == (3, 16)
    assert bundle["must_support"] is None
    assert "not assessed" in bundle["findings"][0]["message"]
    (finding,) = patient["findings"]
    assert finding == {
        "id": "FHR095", "rule": "fhir-r4:required-binding", "name": "payload-code-not-allowed", "layer": "fhir", "severity": "error",
        "message": "'M' is not a code of Patient.gender, which has: female, male, other, unknown",
        "pointer": "/entry/0/resource/gender", "fix": finding["fix"]}  # fmt: skip
    assert finding["fix"]
    assert answer["reference"]["ukcore"]["version"] == "2.0.2"


def test_csv_has_one_line_a_finding(files):
    rows = list(csv.DictReader(io.StringIO(run(files / "b_bad.json", "--format", "csv").stdout)))
    assert [(row["resource"], row["severity"], row["id"]) for row in rows] == [
        ("", "info", "FHR117"),
        ("/entry/0/resource", "error", "FHR095"),
    ]
    assert (rows[1]["filled"], rows[1]["of"]) == ("1", "16")
    (row,) = csv.DictReader(io.StringIO(run(files / "a_good.json", "--format", "csv").stdout))
    assert (row["id"], row["filled"]) == ("", "3")


def test_the_table_says_what_is_filled_and_what_is_not(files):
    text = run(files / "a_good.json").stdout
    assert "nothing found; fills 3 of 16 must-support elements of UKCore-Patient 2.5.0; not: identifier" in text


def test_fail_on_sets_the_exit_code(files):
    assert run(files / "b_bad.json").exit_code == 0
    assert run(files / "b_bad.json", "--fail-on", "error").exit_code == 1
    assert run(files / "a_good.json", "--fail-on", "error").exit_code == 0
    assert run(files / "b_bad.json", "--fail-on", "info", "--release", "stu3").exit_code == 1


def test_a_profile_is_named_by_url_name_or_type(files):
    for name in ("https://fhir.hl7.org.uk/StructureDefinition/UKCore-Patient|2.5.0", "UKCore-Patient", "Patient"):
        (row,) = json.loads(run(files / "a_good.json", "--format", "json", "--profile", name).stdout)["rows"]
        assert row["profile_basis"] == "--profile"
    wrong = run(files / "a_good.json", "--profile", "UKCore-Patiant")
    assert wrong.exit_code == 2
    assert "UKCore-Patient" in wrong.stderr


def test_a_file_that_is_not_there_is_an_error_of_its_own(tmp_path):
    assert run(tmp_path / "nothing.json").exit_code == 3


def test_a_file_that_cannot_be_read_has_a_row(tmp_path):
    (tmp_path / "x.json").write_text("{% highlight json %}\n{}\n")
    (row,) = json.loads(run(tmp_path / "x.json", "--format", "json").stdout)["rows"]
    assert (row["resource_type"], row["release"], row["must_support"]) == (None, None, None)
    assert [finding["id"] for finding in row["findings"]] == ["FHR090"]
