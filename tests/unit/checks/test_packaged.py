"""The reference data that comes with eamap, as checks see it."""

from datetime import date

import pytest

from eamap.checks.cases import small_estate
from eamap.checks.engine import run
from eamap.checks.packaged import PackagedReference
from eamap.errors import ReferenceDataError
from eamap.model.findings import Verdict
from tests.unit.checks.builtin import BUILT_IN

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def reference():
    return PackagedReference()


def estate_of(*texts):
    return small_estate({"things": {"component": [{"raw": text, "system": "system:RXX/pas"} for text in texts]}})


def support(reference, text):
    (answer,) = reference.supports(estate_of(text), DAY).answers
    return answer


def test_an_exact_text_has_its_row_with_date_and_link(reference):
    found = support(reference, "Windows Server 2012 R2 Standard")
    assert (found.identity, found.label, found.ends_best, found.ends_worst, found.status) == (
        "windows-server 2012-r2",
        "Windows Server 2012 R2",
        "2023-10-10",
        "2023-10-10",
        "eol",
    )
    assert "snapshot 2026-" in found.row
    assert "https://" in found.row


def test_a_bare_version_is_named_with_its_product(reference):
    assert support(reference, "PostgreSQL 13.4").label == "PostgreSQL 13"


def test_a_text_that_means_nothing_is_unmatched(reference):
    assert support(reference, "Our own thing").status == "unmatched"


def test_many_texts_mean_what_each_means_alone(reference):
    texts = ["PostgreSQL 13.4", "Windows", None, "PostgreSQL 13.9", "SQL Server 2012 Native Client", "Windows 7 SP1"]
    estate = estate_of(*texts)
    found = reference.supports(estate, DAY)
    places = dict(found.places.iter_rows())
    assert places.pop("component:T/3") is None
    told = {text: found.answers[place] for text, place in zip(filter(None, texts), places.values(), strict=True)}
    assert told == {text: support(reference, text) for text in told}
    assert told["PostgreSQL 13.4"] is told["PostgreSQL 13.9"]
    assert len(found.answers) == len(set(found.answers)) < len(told)
    assert reference.supports(estate, DAY) is found


def test_thresholds_are_data(reference):
    assert reference.days("support-ending") == 365
    with pytest.raises(ReferenceDataError):
        reference.days("nothing-like-it")


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
        ("CYB003", "component:T/1", "windows-server 2012-r2"),
        ("CYB004", "component:T/1", "windows-server 2012-r2"),
        ("INT001", "interface:RXX/pas/1", "pds-smsp"),
        ("INV002", "system:RXX/pas", ""),
        ("INV003", "system:RXX/pas", ""),
        ("LIF001", "component:T/1", "windows-server 2012-r2"),
    ]
    assert not report.table.filter(report.table["verdict"] == "error").height


@pytest.mark.parametrize(
    ("text", "verdict", "says"),
    [
        ("SQL Server 2014", "fail", "on 2016-07-12 at the earliest and on 2024-07-09 at the latest"),
        ("Windows 11 Pro", "unknown", "the feature update decides"),
        ("Apache Tomcat 10", "unknown", "the minor version decides"),
        ("Oracle 11g", "fail", "on 2015-01-31 at the latest"),
    ],
)
def test_a_family_fails_only_if_its_best_case_is_past(reference, text, verdict, says):
    estate = small_estate({"things": {"component": [{"raw": text}]}})
    outcome = run(estate, reference, date(2026, 11, 22), [BUILT_IN["LIF001"]]).outcome("LIF001")
    (judged,) = outcome.select([Verdict(verdict)]).iter_rows(named=True)
    assert says in judged["message"]
