"""Convergence against chance: exact on arrangements that can be listed, the same for any names and order."""

from __future__ import annotations

from itertools import permutations
from math import log

import numpy as np
import polars as pl
import pytest

from eamap.analysis.market.arrangements import SEED, Arrangements, Orders, coded
from eamap.analysis.market.arrangements import converged as against_chance
from eamap.analysis.market.convergence import converged, inside
from eamap.analysis.market.holdings import holdings
from tests.unit.analysis.markets import CAPABILITY, estate, units

KINDS = {"a": {"p": 1.0}, "b": {"p": 1.0}, "c": {"q": 0.5, "r": 0.5}, "d": {"q": 1.0}, "e": {"r": 1.0}}
UNITS = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}


def table(kinds=KINDS, dealt=UNITS):
    rows = [(body, kind, weight, dealt[body]) for body, held in kinds.items() for kind, weight in held.items()]
    return pl.DataFrame(rows, schema=["body", "kind", "weight", "unit"], orient="row")


def slowly(kinds, dealt):
    """H(P|U) by the definition, one unit after another."""
    sums: dict = {}
    for body, held in kinds.items():
        for kind, weight in held.items():
            sums.setdefault(dealt[body], {}).setdefault(kind, 0.0)
            sums[dealt[body]][kind] += weight
    total = sum(sum(held.values()) for held in sums.values())
    found = 0.0
    for held in sums.values():
        whole = sum(held.values())
        found += whole / total * -sum(each / whole * log(each / whole) for each in held.values())
    return found


def dealt(kinds=KINDS, at=UNITS, draws=500, seed=SEED):
    """The variety inside units against chance, and that of each draw."""
    rows = table(kinds, at)
    products = Arrangements.of(rows.rename({"kind": "product"}))
    group = coded(rows.select("body", "unit").unique().sort("body")["unit"])
    orders = Orders(draws, seed)
    return against_chance(products, group, orders), products.by_chance(group, orders[products.n])


def test_the_entropy_inside_units_is_that_of_the_definition():
    assert dealt()[0].inside == pytest.approx(slowly(KINDS, UNITS), abs=1e-12)


def test_the_mean_over_deals_is_that_over_all_arrangements():
    bodies = list(KINDS)
    exact = np.mean([slowly(KINDS, dict(zip(bodies, deal, strict=True))) for deal in permutations(UNITS.values())])
    assert dealt(draws=20_000)[0].by_chance == pytest.approx(exact, abs=0.005)
    assert dealt()[0].by_chance == pytest.approx(exact, abs=0.03)


def test_each_draw_is_one_of_the_arrangements():
    possible = {round(slowly(KINDS, dict(zip(KINDS, deal, strict=True))), 9) for deal in permutations(UNITS.values())}
    assert {round(float(each), 9) for each in dealt()[1]} <= possible


def test_the_seed_settles_the_draws_and_turns_change_nothing(monkeypatch):
    whole = dealt()[1]
    assert (whole == dealt()[1]).all()
    assert (whole != dealt(seed=1)[1]).any()
    monkeypatch.setattr("eamap.analysis.market.arrangements.AT_ONCE", 40)
    assert (dealt()[1] == whole).all()


def test_the_orders_of_some_things_are_the_same_whatever_was_asked_before():
    asked = Orders(20)
    for n in (40, 33, 9, 5, 1, 7):
        assert (asked[n] == Orders(20)[n]).all()
        assert all(sorted(each) == list(range(n)) for each in asked[n].tolist())


def test_names_of_kinds_change_nothing():
    renamed = {"p": "z", "q": "y", "r": "x"}
    kinds = {body: {renamed[kind]: weight for kind, weight in held.items()} for body, held in KINDS.items()}
    assert np.allclose(dealt(kinds)[1], dealt()[1])


def test_the_mean_of_one_unit_by_chance_is_that_of_its_draws():
    rows = table()
    products = Arrangements.of(rows.rename({"kind": "product"}))
    group = coded(rows.select("body", "unit").unique().sort("body")["unit"])
    order = Orders(50)[products.n]
    each = []
    for deal in order:
        mine = products.only(group[deal] == 0)
        each.append(mine.entropy)
    assert products.inside_by_chance(0, group, order) == pytest.approx(np.mean(each), abs=1e-9)
    assert products.inside(0, group) == products.only(group == 0).entropy


def test_one_product_everywhere_leaves_nothing_to_converge():
    assert dealt({body: {"p": 1.0} for body in KINDS})[0].index is None


LIVE = {"A": ["p@one"], "B": ["p@one"], "C": ["q@two", "q@two"], "D": ["r@three"], "E": [""], "F": ["p@one"]}
BOARDS = {"A": "Q1", "B": "Q1", "C": "Q2", "D": "Q2", "E": "Q2", "F": None}


def test_converge_counts_who_is_placed_named_and_has_too_many():
    on = estate(LIVE, things={"capability": [{"id": CAPABILITY, "name": "A leaf"}]})
    row = converged(holdings(on), units(BOARDS), Orders(50)).to_dicts()[0]
    assert (row["organisations"], row["icbs"], row["unplaced"], row["unnamed"], row["systems"], row["products"]) == (
        4,
        2,
        1,
        1,
        6,
        3,
    )
    assert (row["instances"], row["extra"]) == (None, None), "the model says nothing of this capability"
    assert row["h_within"] == pytest.approx(0.5 * log(2))
    mine = inside(holdings(on), units(BOARDS), "organisation:Q2", Orders(50)).to_dicts()[0]
    assert (mine["organisations"], mine["systems"], mine["products"], mine["h"]) == (2, 4, 2, pytest.approx(log(2)))


@pytest.mark.parametrize(("expected", "extra"), [("one", 1), ("shared", 4), ("many", None)])
def test_extra_instances_are_those_beyond_what_the_model_expects(expected, extra, monkeypatch):
    on = estate(LIVE, things={"capability": [{"id": CAPABILITY, "name": "A leaf"}]})
    model = on.estate.tables["things/capability"].with_columns(pl.lit(expected).alias("instances_per_org"))
    on.estate.tables["things/capability"] = model
    assert converged(holdings(on), units(BOARDS), Orders(50))["extra"].to_list() == [extra]


def test_a_single_board_has_nothing_to_be_compared_with():
    row = converged(holdings(estate(LIVE)), units(dict.fromkeys(LIVE, "Q1")), Orders(50)).to_dicts()[0]
    assert row["h_within"] == pytest.approx(row["h_chance"])
    assert row["convergence"] is None
