"""eamap data update: what differs is shown and explained, what is not sound changes nothing; eamap data is as it was."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from eamap.fhir import fetching
from eamap.reference.memory import forget

LIST = Path(__file__).resolve().parents[2] / "contracts" / "known_exploited.json"


@pytest.fixture(autouse=True)
def fresh():
    yield
    forget()


def run(*arguments, exits=0):
    done = CliRunner().invoke(program, list(map(str, arguments)), prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == exits, done.output
    return done


def test_the_difference_is_shown_and_what_is_in_use_is_the_new_one(tmp_path):
    told = json.loads(
        run("data", "update", "exploited", "--from", LIST, "--older", "--store", tmp_path, "--format", "json").stdout
    )
    changes = {row["change"]: (row["n"], row["of"]) for row in told["rows"]}
    assert changes["added"] == (0, 1)
    assert changes["removed"][0] == changes["removed"][1] - 1
    assert told["reference"]["exploited"]["version"] == "2026.01.01"
    shown = json.loads(run("data", "--store", tmp_path, "--format", "json").stdout)
    assert {row["name"]: row["version"] for row in shown["rows"]}["exploited"] == "2026.01.01"


def test_what_changed_is_explained_row_by_row_and_the_folders_are_for_the_owner_only(tmp_path):
    store = tmp_path / "new" / "store"
    told = json.loads(
        run("data", "update", "exploited", "--from", LIST, "--older", "--store", store, "--format", "json").stdout
    )
    if os.name != "nt":
        assert {each.stat().st_mode & 0o777 for each in (store, store / "reference")} == {0o700}
    (tmp_path / "systems.csv").write_text(
        "Organisation code,System ID,System name,Supplier,Product,Status\nZN02,a,A,Epic,Epic,Live\n"
    )
    run("ingest", tmp_path / "systems.csv", "--store", store)
    for row in told["rows"]:
        for name, ref in row["refs"].items():
            explained = json.loads(run("explain", ref, "--store", store, "--format", "json", "--limit", "3").stdout)
            assert explained["rows"][0]["value"] == (row["n"] if name == "samples" else row[name]), ref
            assert len(explained["rows"]) > 1


def test_what_is_not_sound_changes_nothing(tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text(LIST.read_text().replace('"count": 1', '"count": 2'))
    done = run("data", "update", "exploited", "--from", bad, "--store", tmp_path / "store", exits=4)
    assert "says count 2, and holds 1" in done.stderr
    assert not (tmp_path / "store").exists()


def test_options_before_the_word_update_are_not_lost_in_silence(tmp_path):
    assert "stand after" in run("data", "--store", tmp_path, "update", "epss", "--from", "x", exits=2).stderr


@pytest.mark.parametrize("origin", ["http://example.org/x", "ftp://example.org/x", "file:///etc/passwd"])
def test_only_https_is_fetched(origin, tmp_path):
    assert "only https" in run("data", "update", "epss", "--from", origin, "--store", tmp_path, exits=3).stderr


def test_a_private_address_is_not_asked(tmp_path):
    assert (
        "private network"
        in run("data", "update", "epss", "--from", "https://127.0.0.1/x", "--store", tmp_path, exits=3).stderr
    )


def test_a_document_is_fetched_within_its_limits(monkeypatch):
    asked = []
    monkeypatch.setattr(fetching, "_ask", lambda url, **how: asked.append((url, how["asked"])) or b"content")
    assert fetching.fetch_document("https://example.org/x.json?y=1") == b"content"
    assert asked == [("https://example.org/x.json?y=1", fetching.DOCUMENT)]
    assert fetching.DOCUMENT.largest == 256 * 1024 * 1024
