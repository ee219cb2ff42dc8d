from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from eamap.analysis.geography.located import OTHER, SAME, UNPLACED, located
from eamap.interpret.geography import geography

TODAY = date(2026, 11, 22)


def row(code, name="2026-04", on=TODAY):
    return located(geography(name, on), pl.Series([code])).row(0, named=True)


def test_both_boards_of_a_trust_are_told():
    found = row("RJ1")
    assert (found["icb"], found["patient_icb"], found["agrees"]) == ("QKK", "QKK", SAME)
    assert 0 < found["patient_share"] <= 1


def test_a_trust_whose_patients_live_elsewhere_differs():
    assert row("RDU", "2022")["agrees"] == SAME
    every = located(geography("2022", TODAY), geography("2022", TODAY).share["organisation"])
    other = every.filter(pl.col("agrees") == OTHER)
    assert other.height
    assert (other["icb"] != other["patient_icb"]).all()


def test_patients_of_a_divided_board_leave_the_answer_open():
    found = row("RDU")
    assert (found["icb"], found["agrees"]) == ("S9B9J", UNPLACED)
    assert found["unplaced"] == pytest.approx(0.773, abs=0.001)


def test_a_small_part_that_cannot_be_placed_changes_nothing():
    every = located(geography("2026-04", TODAY), geography("2026-04", TODAY).share["organisation"])
    some = every.filter((pl.col("unplaced") > 0) & (pl.col("agrees") == SAME))
    assert some.height


@pytest.mark.parametrize(
    ("code", "outcome", "current", "confidence"),
    [
        ("RNK", "succeeded", "G6V2S", "inferred"),
        ("R1E", "succeeded", "RRE", "published"),
        ("RJ1", "itself", "RJ1", None),
        ("QNQ", "split", "QRL;S0E4D;S9B9J", "derived"),
        ("ZZZ", None, None, None),
    ],
)
def test_who_stands_for_a_code_and_how_surely(code, outcome, current, confidence):
    found = row(code)
    assert (found["outcome"], found["current"], found["confidence"]) == (outcome, current, confidence)


def test_the_fact_is_judged_on_its_day():
    assert row("RNK", on=date(2024, 10, 1))["outcome"] == "itself"
    assert row("RNK", on=date(2024, 10, 1))["icb"] == "Z9B2Z"


def test_candidates_are_named_only_where_there_is_no_answer():
    assert row("D4U1Y")["candidates"] == "QRL;S0E4D;S9B9J"
    assert row("RJ1")["candidates"] is None
