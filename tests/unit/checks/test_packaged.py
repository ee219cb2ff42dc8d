"""The reference data that comes with eamap, as checks see it."""

from datetime import date

import polars as pl
import pytest

from eamap.checks.cases import small_estate
from eamap.checks.engine import run
from eamap.checks.packaged import PackagedReference
from eamap.checks.reference import Support, Unmatched
from tests.unit.checks.builtin import BUILT_IN

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reference():
    return PackagedReference()


def test_an_exact_text_has_its_row_with_date_and_link(reference):
    found = reference.support("Windows Server 2012 R2 Standard")
    assert isinstance(found, Support)
    assert (found.product, found.cycle, found.label, found.ends) == (
        "windows-server",
        "2012-r2",
        "Windows Server 2012 R2",
        "2023-10-10",
    )
    assert "snapshot 2026-" in found.row
    assert "https://" in found.row


def test_a_bare_version_is_named_with_its_product(reference):
    assert reference.support("PostgreSQL 13.4").label == "PostgreSQL 13"


@pytest.mark.parametrize("text", ["Windows", "Our own thing", "SQL Server 2012 Native Client"])
def test_what_is_not_exact_is_unmatched_and_says_why(reference, text):
    found = reference.support(text)
    assert isinstance(found, Unmatched)
    assert " " in found.why


def test_many_texts_mean_what_each_means_alone(reference):
    texts = pl.Series(
        ["PostgreSQL 13.4", "Windows", None, "PostgreSQL 13.9", "SQL Server 2012 Native Client", "Windows 7 SP1"]
    )
    found = reference.supports(texts)
    told = {text: found.answers[answer] for text, answer in found.table.select("text", "answer").iter_rows()}
    assert told == {text: reference.support(text) for text in texts.drop_nulls()}
    assert told["PostgreSQL 13.4"] is told["PostgreSQL 13.9"]
    assert len(found.answers) == len(set(found.answers)) < texts.drop_nulls().n_unique()


def test_a_standard_has_the_words_of_the_registry(reference):
    found = reference.standard("pds-smsp", DAY)
    assert (found.status, found.superseded_by) == ("retired", ("pds-fhir",))
    assert found.wording.startswith("retired since 2024-01-31")
    assert "pds-smsp" in found.row
    assert reference.standard("nothing-like-it", DAY) is None


def test_organisations_of_ods_are_known(reference):
    assert reference.knows_organisation("RXX")
    assert not reference.knows_organisation("ZZ99")


def test_the_first_checks_run_on_it(reference):
    estate = small_estate({
        "things": {
            "system": [{"id": "system:RXX/pas", "operator": "organisation:RXX"}],
            "component": [{"raw": "Windows Server 2012 R2", "system": "system:RXX/pas"}, {"raw": "Windows", "system": "system:RXX/pas"}],
            "interface": [{"id": "interface:RXX/pas/1", "exposer": "system:RXX/pas", "standard": "pds-smsp"}],
        },
        "links": {"CLAIMS": [{"from": "interface:RXX/pas/1", "to": "standard:pds-smsp"}]},
    })  # fmt: skip
    report = run(estate, reference, DAY, BUILT_IN.values())
    fails = report.select().select("check", "subject", "identity").rows()
    assert fails == [
        ("INT001", "interface:RXX/pas/1", "pds-smsp"),
        ("INV002", "system:RXX/pas", ""),
        ("INV003", "system:RXX/pas", ""),
        ("LIF001", "component:T/1", "windows-server 2012-r2"),
    ]
    assert not report.table.filter(report.table["verdict"] == "error").height


def test_a_family_gives_its_best_case_and_names_what_is_missing(reference):
    found = reference.support("SQL Server 2014")
    assert isinstance(found, Support)
    assert (found.product, found.ends, found.extended_ends) == ("mssqlserver", "2024-07-09", "2027-07-12")
    assert "the service pack is not stated" in found.why_unsure
    assert "2016-07-12 to 2024-07-09" in found.why_unsure


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        ("SQL Server 2014", "fail", "service pack not stated, at best) ended on 2024-07-09"),
        ("Windows 11 Pro", "unknown", "the feature update is not stated"),
        ("Apache Tomcat 10", "unknown", "the minor version is not stated"),
        ("Oracle 11g", "fail", "ended on 2015-01-31"),
    ],
)
def test_a_family_fails_only_if_its_best_case_is_past(reference, text, verdict, says):
    from eamap.checks.lifecycle.lif001_component_past_support import component_past_support

    found = component_past_support.judge(reference.support(text), None, on=date(2026, 11, 22), reference=reference)
    assert found.verdict.value == verdict
    assert says in found.message
