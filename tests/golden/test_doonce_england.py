"""Acceptance on the real list of primary EPR suppliers: the published figures, and an answer that says why it is wide."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from eamap.cli.main import program

CONCENTRATION = {
    "Acute": (115, 31, 13.3, 0.126, {"oracle-health": 30, "system-c": 18, "dedalus": 14, "altera-digital-health": 10}),
    "Community": (13, 2, 1.7, 0.645, {"tpp": 10, "the-access-group": 3}),
    "Mental Health": (18, 5, 4.8, 0.216, {"the-access-group": 5, "tpp": 4, "oneadvanced": 4}),
    "Mental Health and Community (Combined)": (33, 5, 3.2, 0.377, {"the-access-group": 16, "tpp": 12}),
    "Ambulance": (10, 5, 4.4, 0.260, {"cleric": 4}),
}
"""Published per care setting: live, suppliers, effective number, HHI, and the largest."""


@pytest.fixture(scope="module")
def store(root, tmp_path_factory):
    folder = tmp_path_factory.mktemp("england") / "store"
    sources = root / "sample_estates" / "england_epr_2024" / "sources"
    done = CliRunner().invoke(program, ["ingest", *map(str, sources.iterdir()), "--store", str(folder)])
    assert done.exit_code == 0, done.stderr
    return folder


def answer(store, *more: str) -> dict:
    asked = ["doonce", "REC-1.1", "--as-of", "2024-10-01", "--store", str(store), "--format", "json", *more]
    done = CliRunner().invoke(program, asked, prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    (row,) = json.loads(done.stdout)["rows"]
    return row


@pytest.fixture(scope="module")
def acute(store) -> dict:
    return answer(store, "--setting", "acute", "--geography", "2026-04")


@pytest.mark.parametrize("setting", CONCENTRATION)
def test_concentration_per_setting_is_as_published(setting, store) -> None:
    n, suppliers, effective, concentration, largest = CONCENTRATION[setting]
    row = answer(store, "--setting", setting)
    assert (row["n"], row["products"]) == (n, suppliers)
    assert row["n_eff"] == pytest.approx(effective, abs=0.05)
    assert row["HHI"] == pytest.approx(concentration, abs=0.0005)
    top = {each["product"].removeprefix("supplier:"): each["organisations"] for each in row["top"]}
    assert {name: top[name] for name in largest} == largest
    low, high = row["bootstrap"]["HHI"]
    assert low < high


def test_stated_absences_are_answers_and_no_live_products(acute) -> None:
    assert (acute["applicable"], acute["known"], acute["n"]) == (135, 135, 115)


def test_interoperability_has_no_point_and_the_answer_says_why(acute) -> None:
    assert acute["conditions"]["B"] == {"lo": 0.0, "point": None, "hi": 1.0}
    assert acute["D"]["hi"] - acute["D"]["lo"] > 0.5
    assert acute["D"]["lo"] <= acute["D"]["point"] <= acute["D"]["hi"]
    assert any("No step of a care pathway" in note for note in acute["notes"])
    assert acute["operating_model"] == "undetermined, needs interoperability (B)"
    assert {"B1", "B2", "B3"} <= {change["moves"].split(",")[0] for change in acute["what_would_change"]}


def test_the_supplier_stands_for_the_product_and_contracts_are_assumed_in_so_many_words(acute) -> None:
    assert any("stands for the product of 100 of 115" in note for note in acute["notes"])
    assert any("100 of 100 contracts are assumed" in note for note in acute["notes"])
    assert acute["A2"] is None
    assert acute["A3"] is None
    assert acute["overpay"] is None
    assert {line["low"] for line in acute["benefits"]} == {"not estimated"}


def test_the_level_rests_on_what_is_known_and_says_how_many_weightings_give_it(acute) -> None:
    assert acute["capture_conditions"] == ["A", "V"]
    assert acute["level"] == "nation"
    assert acute["capture"]["region"] < 0.8 < acute["capture"]["nation"]
    assert sum(acute["acceptability_level"].values()) == pytest.approx(1)
    assert acute["standing"] == "leaning"
    assert acute["gates"] == {"run_once_barred": "possible", "single_supplier_barred": "no"}


def test_icss_are_little_more_converged_than_chance(acute) -> None:
    assert acute["convergence_index"] == pytest.approx(0.12, abs=0.02)
    assert acute["within_ics"] < acute["H_ics_permuted"] / acute["entropy"]


def test_other_boundaries_give_another_figure_and_the_caution_says_which(acute, store) -> None:
    before = answer(store, "--setting", "acute", "--geography", "2022")
    assert before["within_ics"] < acute["within_ics"]
    (caution,) = (each["text"] for each in acute["cautions"] if each["number"] == 11)
    assert f"{before['within_ics']:.2f} with the boundaries of 2022" in caution


def test_strata_explain_some_of_the_variety_of_all_trusts_beyond_chance(store) -> None:
    row = answer(store)
    assert row["I_observed"] == pytest.approx(0.790, abs=0.06)
    assert row["I_permuted"] == pytest.approx(0.295, abs=0.06)
    assert row["K"]["K1"] == row["omega"] > 0
