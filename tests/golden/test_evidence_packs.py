"""The sample's plans and decisions, from the files to the registers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.golden.conftest import AS_OF

ENGINE = "component:ZN01/integration-engine/zn01-c-901"
THEATRE = "component:ZN01/theatre-tv/zn01-c-906"
LETTERS = "component:ZN01/legacy-letters/zn01-c-905"


def ask(store: Path, *arguments: str) -> dict:
    done = CliRunner().invoke(
        program,
        [*arguments, "--store", str(store), "--as-of", AS_OF.isoformat(), "--format", "json"],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def decided(northmoor_ingested, northmoor: Path, tmp_path_factory) -> Path:
    """The sample with what its people decided."""
    store = tmp_path_factory.mktemp("decided") / "store"
    shutil.copytree(northmoor_ingested[0], store)
    done = CliRunner().invoke(
        program, ["decide", "--from", str(northmoor / "decisions.csv"), "--store", str(store)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.stderr
    return store


def test_the_register_tells_what_people_decided_and_planned(decided: Path) -> None:
    rows = {row["id"]: row for row in ask(decided, "debt", "org:ZN01")["rows"]}
    engine, theatre, letters = rows[ENGINE], rows[THEATRE], rows[LETTERS]
    assert (engine["mitigation"], engine["funded"], engine["capital_high"]) == ("held", "no", 39_000_000)
    assert (theatre["mitigation"], theatre["acceptance"], theatre["treatment"]) == ("expired", "expired", "isolate")
    assert (letters["acceptance"], letters["plan_state"], letters["capital_central"]) == (
        "held",
        "planned",
        "not estimated",
    )
    assert rows["component:ZN01/northmoor-epr/zn01-c-903"]["entitlement_scope"] == "organisation:ZN01"


def test_one_national_proof_covers_every_body_and_counts_once(decided: Path) -> None:
    groups = {row["key"]: row for row in ask(decided, "debt", "--group-by", "product")["rows"]}
    group = groups["mssqlserver:13.0-sp3"]
    assert (group["organisations"], group["entitlements"]) == (9, 1)


def test_a_stated_nothing_is_nothing_and_a_bad_cost_is_not_estimated(decided: Path) -> None:
    rows = {row["id"]: row for row in ask(decided, "debt")["rows"]}
    assert rows["component:ZN04/letterbridge/zn04-c-902"]["capital_central"] == 0
    assert rows["component:ZN03/chemocare/zn03-c-901"]["capital_central"] == "not estimated"
    assert rows["component:ZN03/rx/zn03-c-903"]["capital_low"] == "not estimated"


def test_the_classes_of_evidence_are_those_the_decisions_make(decided: Path) -> None:
    rows = {row["id"]: row["caf_class"] for row in ask(decided, "evidence", "--pack", "caf", "org:ZN01")["rows"]}
    assert (rows[ENGINE], rows[THEATRE], rows[LETTERS]) == ("mitigated+plan", "neither", "plan only")
