"""The laws of the market: bounds of concentration, names that change nothing, and what is unknown never narrowing a range."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.analysis.market.arrangements import Orders
from eamap.analysis.market.convergence import converged
from eamap.analysis.market.holdings import holdings
from eamap.analysis.market.suppliers import concentration
from tests.unit.analysis.markets import estate, units

CODES = "ABCDEFGH"
TEXTS = st.sampled_from(["p@one", "q@one", "r@two", "s@three", "@two", "@four", "=", ""])
LIVE = st.dictionaries(st.sampled_from(CODES), st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=8)
OWNED = st.dictionaries(
    st.sampled_from(["one", "two", "three", "four"]), st.sampled_from(["one", "top", "other"]), max_size=4
)
MEASURES = (
    "n",
    "suppliers",
    "n_eff",
    "hhi",
    "top_share",
    "owner_hhi_low",
    "owner_hhi_high",
    "owner_n_eff_low",
    "owner_n_eff_high",
)
NEAR = 1e-9


def row(live, owned=None, names=None, codes=None):
    """Returns the one row of concentration; ``names`` and ``codes`` give things other names."""
    swap = names or {}
    texts = {(codes or {}).get(code, code): [_named(text, swap) for text in held] for code, held in live.items()}
    facts = [
        {"from": f"supplier:{_other(one, swap)}", "to": f"supplier:{_other(to, swap)}"}
        for one, to in (owned or {}).items()
    ]
    return concentration(holdings(estate(texts, links={"OWNED_BY": facts})), "capability").to_dicts()[0]


def _other(name, swap):
    return swap.get(name, name)


def _named(text, swap):
    product, at, supplier = text.partition("@")
    return _other(product, swap) + at + _other(supplier, swap)


def told(found):
    return {name: found[name] if found[name] is None else round(found[name], 9) for name in MEASURES}


@settings(max_examples=30)
@given(LIVE, OWNED)
def test_indices_stay_in_their_bounds(live, owned):
    found = row(live, owned)
    if not found["n"]:
        assert {found[name] for name in ("n_eff", "hhi", "top_share", "owner_hhi_low", "owner_hhi_high")} == {None}
        return
    n = found["suppliers"]
    assert 1 / n - NEAR <= found["hhi"] <= 1 + NEAR
    assert 1 - NEAR <= found["n_eff"] <= n + NEAR
    assert found["hhi"] >= 1 / found["n_eff"] - NEAR, "the effective number of order one is at least that of order two"
    assert found["hhi"] - NEAR <= found["owner_hhi_high"]
    assert found["owner_hhi_low"] <= found["owner_hhi_high"] + NEAR
    assert found["owner_n_eff_low"] <= found["owner_n_eff_high"] + NEAR
    assert found["owner_hhi_low"] >= found["hhi"] - NEAR, "owners hold brands together and never apart"


@settings(max_examples=30)
@given(LIVE, OWNED, st.permutations(["one", "two", "three", "four"]), st.permutations(["p", "q", "r", "s"]))
def test_other_names_of_products_and_suppliers_change_nothing(live, owned, suppliers, products):
    swap = dict(
        zip(
            ["one", "two", "three", "four", "p", "q", "r", "s"],
            [f"x{each}" for each in (*suppliers, *products)],
            strict=True,
        )
    )
    # A company that stands as its own owner keeps that under its other name.
    assert told(row(live, owned)) == told(row(live, owned, swap))


@settings(max_examples=30)
@given(LIVE, st.permutations(list(CODES)))
def test_the_order_of_organisations_changes_nothing(live, codes):
    assert told(row(live)) == told(row(live, codes=dict(zip(CODES, codes, strict=True))))


@settings(max_examples=30)
@given(LIVE, OWNED)
def test_forgetting_an_owner_never_narrows_a_range(live, owned):
    if not owned:
        return
    before = row(live, owned)
    # A fact about a company that owns others also says that it is its own owner, so only a whole company is forgotten.
    forgotten = min(owned)
    rest = {one: to for one, to in owned.items() if one != forgotten}
    if any(forgotten == to for to in rest.values()) or owned[forgotten] in ("one", "two", "three", "four"):
        return
    after = row(live, rest)
    if before["n"]:
        assert after["owner_hhi_high"] >= before["owner_hhi_high"] - NEAR
        assert after["owner_hhi_low"] <= before["owner_hhi_low"] + NEAR


@settings(max_examples=30)
@given(LIVE, st.lists(st.sampled_from(["Q1", "Q2", "Q3", None]), min_size=8, max_size=8))
def test_entropy_inside_boards_is_at_most_that_of_all(live, boards):
    placed = dict(zip(CODES, boards, strict=True))
    found = converged(holdings(estate(live)), units({code: placed[code] for code in live}), Orders(20)).to_dicts()[0]
    if found["h"] is None:
        return
    assert -NEAR <= found["h_within"] <= found["h"] + NEAR
    assert -NEAR <= found["h_chance"] <= found["h"] + NEAR
    assert found["convergence"] is None or found["convergence"] <= 1 + NEAR


@settings(max_examples=30)
@given(LIVE, st.lists(st.sampled_from(["Q1", "Q2", "Q3"]), min_size=8, max_size=8))
def test_merging_two_boards_never_lowers_the_entropy_inside(live, boards):
    placed = dict(zip(CODES, boards, strict=True))
    apart, together = (
        {code: placed[code] if not merged or placed[code] != "Q2" else "Q1" for code in live}
        for merged in (False, True)
    )
    found = [converged(holdings(estate(live)), units(each), Orders(2))["h_within"].item() for each in (apart, together)]
    if found[0] is not None:
        assert found[0] <= found[1] + NEAR


@pytest.mark.parametrize("name", ["kind", "weight"])
def test_a_frame_without_rows_has_no_group(name):
    from eamap.analysis.market.concentrated import concentrated

    empty = pl.DataFrame(schema={"group": pl.String, "kind": pl.String, "weight": pl.Float64})
    assert concentrated(empty, ["group"], "kind").is_empty()
    assert name in empty.columns
