from datetime import date

import polars as pl
import pytest

from eamap.checks.cases import CaseReference, small_estate
from eamap.checks.engine import run
from eamap.model.findings import fingerprint
from tests.unit.checks.builtin import BUILT_IN

PRINT = fingerprint("INV001", "system:T/1", "")


def row(**change):
    given = {
        "kind": "acceptance",
        "fingerprint": PRINT,
        "owner": "Head of IT",
        "reason": "replaced soon",
        "expiry": "2026-12-01",
    }
    return {**given, **change}


def state(*decisions, on=date(2026, 11, 22)):
    estate = small_estate({"things": {"system": [{"name": "PAS"}, {"name": "LIMS"}]}})
    report = run(estate, CaseReference({}), on, [BUILT_IN["INV001"]], pl.DataFrame(decisions) if decisions else None)
    first, second = report.select().select("state", "acceptance").rows()
    assert second == ("open", "")
    return first


def test_a_finding_that_nobody_accepted_is_open():
    assert state() == ("open", "")
    assert state(row(fingerprint="INV001-other")) == ("open", "")
    assert state(row(kind="mitigation")) == ("open", "")


def test_an_acceptance_holds_before_its_expiry():
    assert state(row()) == ("accepted", "accepted by Head of IT until 2026-12-01: replaced soon")
    assert state(row(), on=date(2026, 11, 30))[0] == "accepted"


def test_an_expired_acceptance_shows_the_finding_again_and_says_so():
    assert state(row(), on=date(2026, 12, 1)) == (
        "acceptance-expired", "the acceptance by Head of IT expired on 2026-12-01: replaced soon",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [("2027", "accepted"), ("2026-12", "accepted"), ("2026-11", "acceptance-expired"), ("2026", "acceptance-expired")],
)
def test_a_month_or_a_year_stands_for_its_first_day(expiry, expected):
    assert state(row(expiry=expiry))[0] == expected


@pytest.mark.parametrize("lacking", ["owner", "reason", "expiry"])
@pytest.mark.parametrize("empty", [None, "", " "])
def test_an_acceptance_without_owner_reason_or_expiry_is_not_honoured(lacking, empty):
    found, words = state(row(**{lacking: empty}), row(fingerprint="x"))
    assert found == "acceptance-incomplete"
    assert "needs owner, reason and expiry" in words


def test_the_acceptance_that_holds_longest_counts():
    found = state(row(expiry="2026-01-01"), row(expiry="2027-06-01"), row(expiry="2026-12-24"))
    assert found[1].startswith("accepted by Head of IT until 2027-06-01")
