"""The faults planted in the sample, compared both ways: each is found, and everything found is planted or explained."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from eamap.checks.outcome import Report
from eamap.cli.judging import judged
from eamap.cli.opening import Opened
from eamap.ingest.pipeline import Ingested
from eamap.model.findings import Verdict
from eamap.model.graph import impact

# What ingest says beside the planted problems, and why it is right to say it.
EXPLAINED_ISSUES = {
    "outside-records": "the JSON export holds the date and the organisation outside its records",
    "hidden-sheet": "the university's workbook has a hidden sheet on purpose",
    "columns-not-used": "a stray note beside the university's table",
    "rows-above-header": "titles above the university's tables",
    "encoding-assumed": "the Saltmarsh files are Windows-1252",
    "broken-statement": "the two unreadable statements; FHR001 fails them",
}
LIFECYCLE, ENDING, OLD_DATA = "LIF001", "LIF002", "LIF003"
BY_TEXT = (LIFECYCLE, ENDING)
"""Their bulk fails are explained by the hand-made table of verdicts and ends, text by text."""
NOT_SEEN, SEEN_WITHIN = "INV006", 90
"""Its bulk fails are explained by the day on which each host was last seen, and the days it may be ago."""
FOLLOWING = {"CYB003", "CYB004"}
"""Checks that only a component past its support can fail: their fails are explained by those of LIFECYCLE."""


@pytest.fixture(scope="module")
def planted(northmoor: Path) -> list[dict[str, str]]:
    with (northmoor / "planted_faults.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def report(opened: Opened) -> Report:
    return judged(opened)


def _checks(planted: list[dict[str, str]]) -> list[dict[str, str]]:
    return [line for line in planted if line["check"][:3].isupper()]


def test_every_planted_verdict_is_given(planted: list[dict[str, str]], report: Report) -> None:
    given = set(report.table.select("check", "verdict", "subject").rows())
    missing = [line for line in _checks(planted) if (line["check"], line["verdict"], line["subject"]) not in given]
    assert not missing


def test_every_planted_fail_cites_its_cell(planted: list[dict[str, str]], report: Report) -> None:
    cells = {
        (finding.check, finding.subject, cell.source, cell.sheet, cell.row)
        for finding in report.findings()
        for cell in finding.evidence
    }
    wanted = [line for line in _checks(planted) if line["verdict"] == "fail"]
    missing = [
        line for line in wanted
        if (line["check"], line["subject"], line["file"], line["sheet"], int(line["row"])) not in cells
    ]  # fmt: skip
    assert not missing


def test_every_fail_is_planted(planted: list[dict[str, str]], report: Report) -> None:
    # The age of the lifecycle data is a fact about eamap's reference data, planted nowhere.
    fails = report.select().filter(~pl.col("check").is_in([*BY_TEXT, OLD_DATA, NOT_SEEN, *FOLLOWING]))
    wanted = {(line["check"], line["subject"]) for line in _checks(planted) if line["verdict"] == "fail"}
    found = set(fails.select("check", "subject").rows())
    assert found - wanted == set()
    assert fails.height == sum(line["verdict"] == "fail" and line["check"] not in BY_TEXT for line in _checks(planted))


def test_what_was_not_seen_is_what_the_sources_date_before_the_limit(opened: Opened, report: Report) -> None:
    first = (report.as_of - timedelta(days=SEEN_WITHIN)).isoformat()
    retired = opened.estate.things("system").filter(pl.col("status") == "retired")["id"].to_list()
    judged = opened.estate.things("component").filter(~pl.col("system").is_in(retired).fill_null(value=False))
    wanted = set(judged.filter(pl.col("last_seen") < first)["id"])
    assert set(report.outcome(NOT_SEEN).select([Verdict.FAIL])["subject"]) == wanted and wanted


def test_what_cyber_checks_fail_follows_from_the_end_of_support(opened: Opened, report: Report) -> None:
    past = set(report.outcome(LIFECYCLE).select([Verdict.FAIL])["subject"])
    exploited, unseen = (set(report.outcome(check).select([Verdict.FAIL])["subject"]) for check in sorted(FOLLOWING))
    # No scanner's report is among the sources, so nothing that is past its support was looked at.
    assert opened.estate.things("vulnerability").height == 0
    assert unseen == past
    assert exploited < past
    texts = opened.estate.things("component").filter(pl.col("id").is_in(list(exploited)))["raw"].unique().to_list()
    assert {"Windows Server 2012 R2", "Windows Server 2012 R2 Standard"} & set(texts)


def test_the_failure_of_a_supplier_reaches_products_systems_capabilities_and_pathways(opened: Opened) -> None:
    found = impact(opened.on, "supplier:nhs-england")
    assert {"product", "system", "organisation", "capability", "pathway"} <= set(found["kind"])
    requires, has = opened.estate.links("REQUIRES"), opened.estate.links("HAS_STEP")
    distance = dict(found.select("id", "distance").iter_rows())
    for row in found.filter(pl.col("kind") == "pathway").iter_rows(named=True):
        assert (row["through"], row["previous"]) in set(requires.select("from", "to").rows())
        assert (row["id"], row["through"]) in set(has.select("from", "to").rows())
        assert row["distance"] == distance[row["previous"]] + 1


def test_every_lifecycle_verdict_is_that_of_its_text(northmoor: Path, opened: Opened, report: Report) -> None:
    with (northmoor / "component_verdicts.csv").open(encoding="utf-8", newline="") as file:
        wanted = {line["component"]: line["verdict"] for line in csv.DictReader(file)}
    retired = opened.estate.things("system").filter(pl.col("status") == "retired")["id"]
    things = opened.estate.things("component").select(pl.col("id").alias("subject"), "raw", "system")
    rows = report.outcome(LIFECYCLE).table.join(things, on="subject")
    assert rows.height == 1484
    of_the_retired = rows["system"].is_in(retired.implode())
    assert set(rows.filter(of_the_retired)["verdict"]) == {"not-applicable"}
    given = rows.filter(~of_the_retired & rows["raw"].is_not_null()).select("raw", "verdict").unique().rows()
    assert {(raw, verdict) for raw, verdict in given if wanted[raw] != verdict} == set()


def test_what_ends_within_a_year_is_what_the_hand_made_ends_say(
    northmoor: Path, opened: Opened, report: Report
) -> None:
    last = (opened.reading.as_of + timedelta(days=365)).isoformat()
    with (northmoor / "component_verdicts.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    wanted = {
        line["component"]: "fail" if line["support_ends"] and line["support_ends"] <= last else "pass"
        for line in lines if line["verdict"] == "pass"
    }  # fmt: skip
    things = opened.estate.things("component").select(pl.col("id").alias("subject"), "raw", "system")
    rows = report.outcome(ENDING).table.join(things, on="subject")
    given = set(rows.filter(pl.col("verdict").is_in(["pass", "fail"])).select("raw", "verdict").rows())
    assert given == {(raw, verdict) for raw, verdict in wanted.items() if raw in set(rows["raw"])}


def test_the_age_of_the_lifecycle_data_is_judged(opened: Opened, report: Report) -> None:
    (row,) = report.outcome(OLD_DATA).table.iter_rows(named=True)
    old = opened.used("lifecycle")["lifecycle"]["age_days"] > 90
    assert (row["subject"], row["verdict"]) == ("reference-set:lifecycle", "fail" if old else "pass")
    assert all(report.outcome(check).total == 0 for check in ("LIF004", "LIF005")), "nobody decided anything yet"


def test_every_planted_problem_is_said_at_its_place(
    planted: list[dict[str, str]], northmoor_ingested: tuple[Path, Ingested]
) -> None:
    said = {(issue.code, issue.file, issue.sheet, issue.row) for issue in northmoor_ingested[1].issues}
    lines = [line for line in planted if not line["check"][:3].isupper()]
    missing = [line for line in lines if (line["check"], line["file"], line["sheet"], int(line["row"])) not in said]
    assert not missing


def test_every_problem_said_is_planted_or_explained(
    planted: list[dict[str, str]], northmoor_ingested: tuple[Path, Ingested]
) -> None:
    wanted = {(line["check"], line["file"], int(line["row"])) for line in planted}
    said = {(issue.code, issue.file, issue.row) for issue in northmoor_ingested[1].issues}
    unexplained = {each for each in said - wanted if each[0] not in EXPLAINED_ISSUES}
    assert unexplained == set()


def test_nothing_is_blocked_and_the_counts_are_as_the_readme_says(northmoor_ingested: tuple[Path, Ingested]) -> None:
    done = northmoor_ingested[1]
    assert (done.version, done.blocked) == (1, 0)
    assert done.counts["interface"] == 951
    assert done.counts["component"] == 1484
    assert done.counts["organisation"] == 30
