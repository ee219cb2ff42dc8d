"""eamap fhir inspect: one envelope, one object a file; folders, repeated files, several processes, exit codes."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.unit.fhir.test_structure import R4, changed

KEYS = {"file", "declared_release", "release", "kind", "standards", "findings"}
FINDING = {"id", "rule", "name", "layer", "severity", "message", "pointer", "fix"}


@pytest.fixture
def inspect(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, code: int = 0):
        done = CliRunner().invoke(
            program, ["fhir", "inspect", *map(str, arguments), "--as-of", "2026-11-22"], prog_name="eamap"
        )
        assert done.exit_code == code, done.output
        return done

    return run


@pytest.fixture
def files(tmp_path):
    folder = tmp_path / "statements"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(R4))
    (folder / "b.json").write_text(json.dumps(changed(R4, ("kind",), "bogus")))
    (folder / "c.xml").write_text("<html><body>Sign in</body></html>")
    (folder / "d.json").write_text(json.dumps(R4))
    (folder / "notes.txt").write_text("not looked at")
    return folder


def test_the_envelope_has_one_object_a_file(inspect, files):
    told = json.loads(inspect(files, "--format", "json").stdout)
    assert told["command"] == "fhir inspect"
    assert [row["file"].rpartition("/")[2] for row in told["rows"]] == ["a.json", "b.json", "c.xml", "d.json"]
    for row in told["rows"]:
        assert KEYS <= set(row) <= KEYS | {"ref", "refs"}
        assert all(set(finding) == FINDING for finding in row["findings"])
    first, second, third, _ = told["rows"]
    assert (first["declared_release"], first["release"], first["kind"]) == ("4.0.1", "R4", "instance")
    assert {(each["id"], each["rule"], each["severity"]) for each in second["findings"]} >= {
        ("FHR024", "fhir-r4:binding:kind", "error")
    }
    assert (third["release"], [each["id"] for each in third["findings"]]) == (None, ["FHR005"])


def test_a_table_says_what_each_file_is(inspect, files):
    told = inspect(files / "a.json", files / "c.xml").stdout
    assert "R4 (4.0.1), kind instance; claims no standard of the registry" in told
    assert "no statement was read" in told


def test_csv_has_a_line_a_finding_and_a_line_for_a_file_without(inspect, files):
    rows = list(csv.DictReader(io.StringIO(inspect(files, "--format", "csv").stdout)))
    assert {row["file"].rpartition("/")[2] for row in rows} == {"a.json", "b.json", "c.xml", "d.json"}
    assert "binding:kind" in {row["rule"].removeprefix("fhir-r4:") for row in rows}


def test_facts_have_their_pointers(inspect, files):
    told = json.loads(inspect(files / "a.json", "--facts", "--format", "json").stdout)["rows"][0]["facts"]
    assert {
        "fact": "resources.interactions",
        "value": "read",
        "pointer": "/rest/0/resource/0/interaction/0/code",
    } in told
    assert {"fact": "software", "value": "Engine", "pointer": "/software/name"} in told
    for fact in told:
        place = R4
        for step in fact["pointer"].split("/")[1:]:
            place = place[int(step)] if isinstance(place, list) else place[step]


def test_the_same_bytes_are_judged_once(inspect, files, monkeypatch):
    from eamap.conformance import inspection

    judged = []
    original = inspection.inspect
    monkeypatch.setattr(
        inspection, "inspect", lambda content, **named: judged.append(content) or original(content, **named)
    )
    inspect(files)
    assert len(judged) == 3


def test_several_processes_give_the_same_answer(inspect, files):
    for number in range(8):
        (files / f"more-{number}.json").write_text(json.dumps({**R4, "version": str(number)}))
    alone = inspect(files, "--format", "json").stdout
    assert inspect(files, "--format", "json", "--jobs", "2").stdout == alone


@pytest.mark.parametrize(("level", "code"), [("never", 0), ("error", 1), ("info", 1)])
def test_a_pipeline_can_fail_on_findings(inspect, files, level, code):
    inspect(files / "b.json", "--fail-on", level, code=code)


def test_what_cannot_be_read_is_named(inspect, tmp_path):
    assert "cannot be read" in inspect(tmp_path / "none.json", code=3).output
    (tmp_path / "empty").mkdir()
    assert "no JSON or XML file" in inspect(tmp_path / "empty", code=3).output


def test_no_server_is_asked_without_a_word(inspect):
    assert "--fetch" in inspect("https://fhir.example/metadata", code=2).output
    assert "is not asked" in inspect("http://127.0.0.1:1/", "--fetch", code=3).output


def test_a_finding_has_a_page(tmp_path, monkeypatch):
    from eamap.fhir.catalogue import findings

    monkeypatch.chdir(tmp_path)
    for identifier in findings():
        done = CliRunner().invoke(program, ["explain", identifier], prog_name="eamap")
        assert done.exit_code == 0, done.output
        assert identifier in done.stdout
        assert "How to fix it" in done.stdout
