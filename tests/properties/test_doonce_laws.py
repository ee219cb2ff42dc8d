"""Laws of the do-once method: shares stay shares, what is missing is never nothing, and more doubt never looks like less."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eamap.analysis.doonce.assessment import LEVELS, Interval
from eamap.analysis.doonce.level import capture
from eamap.analysis.doonce.parts import weighted
from eamap.analysis.doonce.weighting import smallest_flip
from eamap.analysis.market.arrangements import Arrangements, Orders
from eamap.cli.doonce.rows import leaves
from eamap.reference import doonce
from eamap.reference.doonce import CONDITIONS
from tests.properties.do_once import ABSENT, OWN, REGION, UNKNOWN, assessed, worlds

UNITS = ("conditions", "K", "K3_interval", "K4_interval", "R", "D", "phi", "capture", "coverage", "x_cross", "omega", "within_ics",
         "between_region", "between_ics_in_region", "acceptability_level", "operating_model_acceptability", "HHI", "A1", "A2", "A3",
         "B1", "B2", "B3", "N1", "N2", "N3", "V1", "V2")  # fmt: skip
EPSILON = 1e-9
few = settings(max_examples=25)
"""Each example is a whole answer."""


@few
@given(worlds(least=1))
def test_every_indicator_lies_between_0_and_1(world) -> None:
    found = assessed(world)
    shares = {
        path: value for path, value in leaves(found.as_dict()) if path.split(".")[0] in UNITS and value is not None
    }
    assert len(shares) > 30
    assert {path: value for path, value in shares.items() if not -EPSILON <= value <= 1 + EPSILON} == {}


@few
@given(worlds(least=1))
def test_a_point_lies_in_its_interval(world) -> None:
    found = assessed(world)
    for interval in (*found.conditions.values(), found.D):
        assert interval.lo <= interval.hi + EPSILON
        if interval.point is not None and interval is not found.D:
            assert interval.lo - EPSILON <= interval.point <= interval.hi + EPSILON


@few
@given(worlds())
def test_what_nobody_stated_is_missing_and_not_nothing(world) -> None:
    n = len(world.has)
    bare = world.told(costs=(None,) * n, staff=(None,) * n, scores=(None,) * n, flows=(), tested=(), handoffs=())
    found = assessed(bare)
    missing = ("A2", "A3", "B1", "B2", "B3", "N1", "N2", "V2", "overpay", "x_cross")
    assert [name for name in missing if found.as_dict()[name] is not None] == []
    assert found.conditions["B"] == Interval(0.0, None, 1.0)
    assert (found.K["K2"], found.K["K6"], found.phi["ICS"]["N"]) == (None, None, None)
    assert all(line.low is None for line in found.benefits)


@given(st.dictionaries(st.sampled_from(["x", "y", "z"]), st.none() | st.floats(0, 1), min_size=3))
def test_a_part_that_becomes_known_lies_where_the_interval_said(parts) -> None:
    weights = {"x": 0.5, "y": 0.3, "z": 0.2}
    before = weighted(weights, parts)
    for value in (0.0, 0.4, 1.0):
        after = weighted(weights, {name: value if part is None else part for name, part in parts.items()})
        assert before.lo - EPSILON <= after.point <= before.hi + EPSILON


@few
@given(worlds(), st.data(), st.floats(0, 1))
def test_an_answer_that_becomes_unknown_never_narrows_an_interval(world, data, omega) -> None:
    known = [place for place, has in enumerate(world.has) if has != UNKNOWN]
    assume(known)
    lost = data.draw(st.sampled_from(known))
    less = world.told(has=tuple(UNKNOWN if place == lost else has for place, has in enumerate(world.has)))
    before, after = assessed(world, omega), assessed(less, omega)
    surer, wider = before.conditions["V"], after.conditions["V"]
    assert wider.lo <= surer.lo + EPSILON
    assert wider.hi >= surer.hi - EPSILON
    for name in ("K3", "K4"):
        if name == "K3" and before.K_intervals["K3"] != (0.0, 1.0):
            continue  # contracts and suites that are known of others stay known
        assert after.K_intervals[name][0] <= before.K_intervals[name][0] + EPSILON
        assert after.K_intervals[name][1] >= before.K_intervals[name][1] - EPSILON
    assert (after.known, after.applicable) == (before.known - 1, before.applicable)


def ends(found) -> dict[str, Interval]:
    return {**found.conditions, "D": found.D}


@few
@given(worlds(), st.data(), st.floats(0, 1), st.lists(st.floats(0.01, 1), min_size=4, max_size=4))
def test_an_answer_that_becomes_unknown_never_narrows_the_case_for_once(world, data, omega, weights) -> None:
    """What else is known stays known: the contract register, flows, tests of interfaces, staff."""
    known = [place for place, has in enumerate(world.has) if has != UNKNOWN]
    assume(known)
    lost = data.draw(st.sampled_from(known))
    less = world.told(
        has=tuple(UNKNOWN if place == lost else has for place, has in enumerate(world.has)), contracted=world.has
    )
    other = dict(zip(CONDITIONS, weights, strict=True))
    surer, wider = (ends(assessed(each, omega, weights=other)) for each in (world, less))
    for name, interval in wider.items():
        assert interval.lo <= surer[name].lo + EPSILON, name
        assert interval.hi >= surer[name].hi - EPSILON, name
    for name in "ABN":
        assert wider[name] == surer[name], name


@few
@given(worlds(), st.data(), st.floats(0, 1))
def test_without_a_register_only_purchasing_loses_what_it_assumed(world, data, omega) -> None:
    """A contract that was assumed for a live product goes with it; what else D is made of is no narrower."""
    known = [place for place, has in enumerate(world.has) if has != UNKNOWN]
    assume(known)
    lost = data.draw(st.sampled_from(known))
    less = world.told(has=tuple(UNKNOWN if place == lost else has for place, has in enumerate(world.has)))
    apart = {name: 0.0 if name == "A" else 1.0 for name in CONDITIONS}
    surer, wider = (ends(assessed(each, omega, weights=apart)) for each in (world, less))
    for name in "BNVD":
        assert wider[name].lo <= surer[name].lo + EPSILON, name
        assert wider[name].hi >= surer[name].hi - EPSILON, name


@few
@given(worlds(), st.data())
def test_a_step_a_flow_or_a_test_that_becomes_unknown_never_narrows_an_interval(world, data) -> None:
    """One of them, or all: what nothing is known of any more may be anything."""
    about = data.draw(st.sampled_from(["flows", "tested", "handoffs"]))
    told = getattr(world, about)
    assume(told)
    lost = data.draw(st.sampled_from([*range(len(told)), "all"]))
    left = () if lost == "all" else (*told[:lost], *told[lost + 1 :])
    before, after = assessed(world), assessed(world.told(**{about: left}))
    for name in ("B", "D"):
        width, less = (ends(each)[name].hi - ends(each)[name].lo for each in (before, after))
        assert less >= width - EPSILON, name


@few
@given(worlds(), st.data())
def test_a_cost_or_a_staff_figure_that_becomes_unknown_never_narrows_an_interval(world, data) -> None:
    lost = data.draw(st.integers(0, len(world.has) - 1))
    before = assessed(world)
    for name, condition in (("costs", "A"), ("staff", "N")):
        values = tuple(None if place == lost else value for place, value in enumerate(getattr(world, name)))
        after = assessed(world.told(**{name: values}))
        for each in (condition, "D"):
            width, less = (ends(found)[each].hi - ends(found)[each].lo for found in (before, after))
            assert less >= width - EPSILON, each


@few
@given(worlds(), st.sampled_from([("I0", "I1"), ("I2", "I3")]))
def test_merging_two_icss_never_raises_the_share_that_crosses(world, pair) -> None:
    into, gone = pair
    merged = assessed(world.told(ics=tuple(into if each == gone else each for each in world.ics)))
    before = assessed(world)
    assert (merged.x_cross is None) == (before.x_cross is None)
    if before.x_cross is not None and world.flows:
        assert merged.x_cross <= before.x_cross + EPSILON
        assert (merged.parts["B2"] or 0) <= (before.parts["B2"] or 0) + EPSILON


@few
@given(worlds(), st.permutations(["a", "b", "c", "d"]))
def test_other_names_for_products_change_nothing(world, names) -> None:
    renamed = dict(zip("abcd", names, strict=True))
    other = assessed(world.told(has=tuple(renamed.get(has, has) for has in world.has)))
    before, after = (dict(leaves(each.as_dict())) for each in (assessed(world), other))
    assert before.keys() == after.keys()
    for path, value in before.items():
        if path.startswith("top."):
            continue
        if isinstance(value, float):
            assert after[path] == pytest.approx(value, abs=1e-6), path
        else:
            assert after[path] == value, path


@few
@given(worlds(least=1))
def test_capture_never_falls_from_trust_to_nation(world) -> None:
    found = assessed(world)
    curve = [found.capture[level] for level in LEVELS]
    assert all(value is None for value in curve) or all(low <= high + EPSILON for low, high in pairwise(curve))
    for name in CONDITIONS:
        reach = [found.phi[level][name] for level in LEVELS]
        assert None in reach or all(low <= high + EPSILON for low, high in pairwise(reach))


ALONE = {name: Interval(0.2, 0.5, 0.8) if name == "V" else Interval(0.0, None, 1.0) for name in CONDITIONS}


def reach_of_variation(ics: float, region: float) -> dict:
    none = dict.fromkeys(CONDITIONS)
    values = dict(zip(LEVELS, (0.0, ics, max(ics, region), 1.0), strict=True))
    return {level: none | {"V": values[level]} for level in LEVELS}


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.01, 1))
def test_with_variation_alone_less_variety_inside_icss_never_lowers_the_level(one, other, region, threshold) -> None:
    weights = doonce.load().weights
    less, more = sorted((one, other))
    low, high = (capture(ALONE, reach_of_variation(ics, region), weights, threshold).level for ics in (less, more))
    assert LEVELS.index(low) >= LEVELS.index(high)


@few
@given(worlds(least=4), st.data())
def test_with_variation_alone_the_same_holds_of_organisations(world, data) -> None:
    n = len(world.has)
    has = tuple("a" if each == OWN else each for each in world.has)
    bare = world.told(has=has, flows=(), tested=(), handoffs=(), staff=(None,) * n)
    # Dealt anew inside each region, so that the regions hold what they held.
    ics = list(world.ics)
    for region in sorted(set(REGION.values())):
        places = [place for place in range(n) if REGION[ics[place]] == region]
        dealt = data.draw(st.permutations([ics[place] for place in places]))
        ics = [dealt[places.index(place)] if place in places else each for place, each in enumerate(ics)]
    other = bare.told(ics=tuple(ics))
    pair = [assessed(each, omega=0.0) for each in (bare, other)]
    assume(all(each.within_ics is not None for each in pair))
    curves = [capture(ALONE, each.phi, each.weights, 0.8).level for each in pair]
    assume(pair[0].phi["region"]["V"] == pytest.approx(pair[1].phi["region"]["V"]))
    less, more = sorted(range(2), key=lambda place: pair[place].phi["ICS"]["V"])
    assert LEVELS.index(curves[less]) >= LEVELS.index(curves[more])


@few
@given(worlds(least=3))
def test_the_smallest_flip_really_flips_and_a_smaller_change_of_that_weight_does_not(world) -> None:
    method = doonce.load()
    found = assessed(world)
    held = capture(found.conditions, found.phi, method.weights, 0.8)
    flip = smallest_flip(found.conditions, found.phi, method.weights, 0.8, held)
    assume(flip is not None)
    total = sum(method.weights[name] for name in held.conditions)
    own = {name: method.weights[name] / total for name in held.conditions}

    def level_at(weight: float) -> str:
        changed = {
            name: weight if name == flip.condition else own[name] * (1 - weight) / (1 - own[flip.condition])
            for name in own
        }
        return capture(found.conditions, found.phi, dict.fromkeys(CONDITIONS, 0.0) | changed, 0.8).level or "none"

    further = flip.to + math.copysign(1e-7, flip.to - flip.weight)
    assert level_at(min(1.0, max(0.0, further))) == flip.level != (held.level or "none")
    assert level_at(flip.weight + (flip.to - flip.weight) * 0.99) == (held.level or "none")


@few
@given(worlds(), st.integers(0, 2**32))
def test_entropy_within_groups_is_that_of_counting_by_hand(world, seed) -> None:
    dice = np.random.default_rng(seed)
    n = len(world.has)
    owner = np.repeat(np.arange(n), 2)
    product = dice.integers(0, 4, 2 * n)
    weight = np.full(2 * n, 0.5)
    group = dice.integers(0, 3, n)
    table = np.zeros((3, 4))
    np.add.at(table, (group[owner], product), weight)
    by_hand = sum(
        -row.sum() / n * sum(cell / row.sum() * math.log(cell / row.sum()) for cell in row if cell)
        for row in table
        if row.sum()
    )
    products = Arrangements(owner, product, weight, n)
    assert products.within(group) == pytest.approx(by_hand, abs=1e-9)
    orders = Orders(6, seed % 1000)[n]
    assert sorted(orders[0].tolist()) == list(range(n))
    chance = products.by_chance(group, orders)
    assert chance.tolist() == pytest.approx([products.within(group[order]) for order in orders], abs=1e-9)


def test_the_levels_of_the_worlds_lie_in_one_another() -> None:
    assert len(set(REGION.values())) == 2
    assert ABSENT != UNKNOWN
