"""The market and do once read one estate in one way: the same holders, products, contracts, concentration and convergence."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from eamap.cli.doonce.running import run_of
from eamap.cli.doonce.settings import Settings
from eamap.cli.main import program
from eamap.cli.market.asked import Asked
from eamap.cli.opening import Opened
from eamap.cli.options import Reading
from tests.golden.conftest import AS_OF, ingested

NORTHMOOR, ENGLAND, GOLDEN = "northmoor", "england_epr_2024", "golden"
DAYS = {NORTHMOOR: AS_OF, ENGLAND: date(2024, 10, 1), GOLDEN: date(2026, 11, 22)}
SETTINGS = {NORTHMOOR: ("", "acute"), ENGLAND: ("", "Acute", "mental health"), GOLDEN: ("", "acute")}
FLOOR, SPAN = 0.1, 0.4
"""K4 is HHI less the first over the second, between 0 and 1."""


@pytest.fixture(scope="module")
def stores(root, shared, tmp_path_factory) -> dict[str, Path]:
    found = {}
    for name in DAYS:
        folder = root / "sample_estates" / name / "sources"
        files = sorted((shared / "doonce" / "golden").glob("*.csv")) if name == GOLDEN else sorted(folder.iterdir())
        found[name] = tmp_path_factory.mktemp(name) / "store"
        ingested(files, found[name])
    return found


def opened(stores, name) -> Opened:
    return Opened(Reading(stores[name], None, DAYS[name]))


def rows(stores, name, *words) -> dict[str, dict]:
    told = [*words, "--format", "json", "--store", str(stores[name]), "--as-of", DAYS[name].isoformat()]
    done = CliRunner().invoke(program, told, prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return {row["capability"]: row for row in json.loads(done.stdout)["rows"]}


@pytest.mark.parametrize(("name", "setting"), [(name, setting) for name in DAYS for setting in SETTINGS[name]])
def test_variety_and_convergence_are_the_same_for_both(name, setting, stores) -> None:
    more = ("--setting", setting) if setting else ()
    once, market = rows(stores, name, "doonce", *more), rows(stores, name, "converge", *more)
    assert market
    for capability, row in market.items():
        other = once[capability]
        assert row["organisations"] + row["unplaced"] == other["n"], capability
        # The whole variety is that of all who have something; what lies inside ICSs is of those in a known one.
        if not row["unplaced"]:
            assert row["products"] == other["products"], capability
            assert number(row["h"]) == pytest.approx(other["entropy"], abs=1e-4), capability
        assert number(row["convergence"]) == pytest.approx(other["convergence_index"], abs=1e-4), capability
        if number(row["h"]):
            assert number(row["h_chance"]) == pytest.approx(other["H_ics_permuted"], abs=1e-4), capability


def number(value) -> float | None:
    return value if isinstance(value, int | float) else None


@pytest.mark.parametrize("name", DAYS)
def test_concentration_of_suppliers_and_who_has_something_are_the_same(name, stores) -> None:
    once, market = rows(stores, name, "doonce"), rows(stores, name, "suppliers")
    assert {each for each, row in once.items() if row["n"]} == {each for each, row in market.items() if row["live"]}
    for capability, row in market.items():
        other = once[capability]
        assert row["live"] + row["absent"] >= other["known"], capability
        if isinstance(row["hhi"], int | float):
            expected = min(1, max(0, (row["hhi"] - FLOOR) / SPAN))
            assert other["K"]["K4"] == pytest.approx(expected, abs=1e-4 / SPAN), capability


@pytest.mark.parametrize("name", DAYS)
def test_contracts_by_supplier_are_the_same(name, stores) -> None:
    found = opened(stores, name)
    table = run_of(found, Settings()).facts.agreed.contracts
    for capability in table["capability"].unique().sort():
        mine = table.filter(pl.col("capability") == capability)
        theirs = Asked(found, f"capability:{capability}").contracts
        once, market = (
            dict(each.group_by("supplier").len().rows())
            for each in (mine.filter(pl.col("supplier").str.starts_with("supplier:")), theirs.drop_nulls("supplier"))
        )
        assert once == market, capability
        assert mine["contract"].null_count() == theirs.filter(basis="assumed").height, capability
        stated = {each for each in mine["contract"].to_list() if each}
        assert stated == set(theirs.filter(basis="stated")["id"]), capability


@pytest.mark.parametrize("name", DAYS)
def test_all_contracts_are_those_of_the_capabilities_and_those_for_nothing_live(name, stores) -> None:
    found = opened(stores, name)
    table, every = run_of(found, Settings()).facts.agreed.contracts, Asked(found).contracts
    for_something = every.filter(pl.col("systems").list.len() > 0)
    assert set(table["contract"].drop_nulls()) == set(for_something.filter(basis="stated")["id"])
    assumed = every.filter(basis="assumed")
    assert not assumed.filter(pl.col("systems").list.len() == 0).height
    # One an organisation and supplier, whatever the number of its products.
    systems = found.on.things("system").select("id", "operator")
    pairs = assumed.join(systems, on="id").drop_nulls("supplier").select("operator", "supplier")
    assert not pairs.is_duplicated().any()
