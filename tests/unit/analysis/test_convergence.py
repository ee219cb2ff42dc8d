"""Convergence against chance: exact on arrangements that can be listed, the same for any names and order."""

from __future__ import annotations

from itertools import permutations
from math import log

import numpy as np
import polars as pl
import pytest

from eamap.analysis.convergence import converged, inside
from eamap.analysis.holdings import holdings
from eamap.analysis.permuted import within_units
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


def test_the_entropy_inside_units_is_that_of_the_definition():
    assert within_units(table()).observed == pytest.approx(slowly(KINDS, UNITS), abs=1e-12)


def test_the_mean_over_deals_is_that_over_all_arrangements():
    bodies = list(KINDS)
    exact = np.mean([slowly(KINDS, dict(zip(bodies, deal, strict=True))) for deal in permutations(UNITS.values())])
    found = within_units(table(), draws=20_000)
    assert found.expected == pytest.approx(exact, abs=0.005)
    assert within_units(table()).expected == pytest.approx(exact, abs=0.03)


def test_each_draw_is_one_of_the_arrangements():
    possible = {round(slowly(KINDS, dict(zip(KINDS, deal, strict=True))), 9) for deal in permutations(UNITS.values())}
    assert {round(float(each), 9) for each in within_units(table()).draws} <= possible


def test_the_seed_settles_the_draws_and_turns_change_nothing(monkeypatch):
    whole = within_units(table())
    assert (whole.draws == within_units(table()).draws).all()
    assert (whole.draws != within_units(table(), seed=1).draws).any()
    monkeypatch.setattr("eamap.analysis.permuted._CELLS", 40)
    assert (within_units(table()).draws == whole.draws).all()


def test_order_of_rows_and_names_of_kinds_change_nothing():
    renamed = table().with_columns(pl.col("kind").replace({"p": "z", "q": "y", "r": "x"}))
    for other in (table().sample(fraction=1, shuffle=True, seed=3), renamed):
        found = within_units(other)
        assert found.observed == pytest.approx(within_units(table()).observed, abs=1e-12)
        assert np.allclose(found.draws, within_units(table()).draws)


def test_nothing_has_no_index():
    empty = within_units(table().head(0))
    assert (empty.observed, empty.convergence) == (0.0, None)


def test_one_product_everywhere_leaves_nothing_to_converge():
    assert within_units(table({body: {"p": 1.0} for body in KINDS})).convergence is None


LIVE = {"A": ["p@one"], "B": ["p@one"], "C": ["q@two", "q@two"], "D": ["r@three"], "E": [""], "F": ["p@one"]}
BOARDS = {"A": "Q1", "B": "Q1", "C": "Q2", "D": "Q2", "E": "Q2", "F": None}


def test_converge_counts_who_is_placed_named_and_has_too_many():
    on = estate(LIVE, things={"capability": [{"id": CAPABILITY, "name": "A leaf"}]})
    row = converged(holdings(on), units(BOARDS)).to_dicts()[0]
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
    mine = inside(holdings(on), units(BOARDS), "organisation:Q2").to_dicts()[0]
    assert (mine["organisations"], mine["systems"], mine["products"], mine["h"]) == (2, 4, 2, pytest.approx(log(2)))


@pytest.mark.parametrize(("expected", "extra"), [("one", 1), ("shared", 4), ("many", None)])
def test_extra_instances_are_those_beyond_what_the_model_expects(expected, extra, monkeypatch):
    on = estate(LIVE, things={"capability": [{"id": CAPABILITY, "name": "A leaf"}]})
    model = on.estate.tables["things/capability"].with_columns(pl.lit(expected).alias("instances_per_org"))
    on.estate.tables["things/capability"] = model
    assert converged(holdings(on), units(BOARDS))["extra"].to_list() == [extra]


def test_a_single_board_has_nothing_to_be_compared_with():
    row = converged(holdings(estate(LIVE)), units(dict.fromkeys(LIVE, "Q1"))).to_dicts()[0]
    assert row["h_within"] == pytest.approx(row["h_chance"])
    assert row["convergence"] is None
