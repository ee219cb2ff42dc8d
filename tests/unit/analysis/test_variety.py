"""Entropy, concentration and effective number: by hand, as columns, and where there is nothing."""

from __future__ import annotations

import math

import polars as pl
import pytest

from eamap.analysis.market.variety import (
    effective_number,
    effective_number_of,
    hhi,
    hhi_of,
    miller_madow,
    shannon,
    shannon_of,
    shannon_over,
)


def test_four_equal_weights_are_worth_four_and_one_is_worth_one():
    assert shannon([1, 1, 1, 1]) == pytest.approx(math.log(4))
    assert (effective_number([2, 2, 2, 2]), hhi([2, 2, 2, 2])) == (pytest.approx(4), pytest.approx(0.25))
    assert (shannon([5]), effective_number([5]), hhi([5])) == (0.0, 1.0, 1.0)


def test_what_is_not_there_has_no_weight_and_nothing_has_no_variety():
    assert shannon([3, 0, None, 1]) == pytest.approx(shannon([3, 1]))
    assert math.isnan(shannon([]))
    assert math.isnan(hhi(pl.Series([], dtype=pl.Float64)))


def test_the_columns_say_what_the_functions_say():
    table = pl.DataFrame({"group": ["a", "a", "a", "b", "c"], "weight": [3.0, 2.0, 0.0, 4.0, 0.0]})
    told = table.group_by("group", maintain_order=True).agg(
        H=shannon_of("weight"), HHI=hhi_of("weight"), n=effective_number_of("weight")
    )
    assert told["H"].to_list()[:2] == pytest.approx([shannon([3, 2]), 0.0])
    assert told["HHI"].to_list()[:2] == pytest.approx([hhi([3, 2]), 1.0])
    assert told["n"].to_list()[0] == pytest.approx(effective_number([3, 2]))
    assert told.row(2)[1:] == pytest.approx((math.nan,) * 3, nan_ok=True)
    over = table.with_columns(H=shannon_over("weight", "group"))
    assert over["H"].to_list()[:3] == pytest.approx([shannon([3, 2])] * 3)


def test_the_correction_for_small_samples_never_exceeds_the_most_varied_there_can_be():
    assert miller_madow(1.0, 3, 10) == pytest.approx(1.1)
    assert miller_madow(math.log(4), 4, 4) == math.log(4)
