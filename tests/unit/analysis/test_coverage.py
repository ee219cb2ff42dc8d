"""The choice of actions is the best there is, by trying them all; greedy choice never claims more than its bound."""

from __future__ import annotations

import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eamap.analysis.pathways import coverage
from eamap.analysis.pathways.coverage import Plan, greedy, plan

ACTIONS = st.integers(0, 5)
WAYS = st.lists(st.tuples(st.integers(0, 7), ACTIONS, st.one_of(st.just(-1), ACTIONS)), max_size=14)
WEIGHTS = st.lists(st.integers(0, 9).map(float), min_size=8, max_size=8)


def covered(ways, chosen) -> set[int]:
    return {what for what, one, other in ways if {one, other} - {-1} <= set(chosen)}


def weighed(weights, things) -> float:
    return sum(weights[what] for what in things)


@given(WEIGHTS, WAYS, st.integers(1, 4))
def test_the_exact_plan_is_as_good_as_the_best_of_all(weights, ways, budget):
    best = max(weighed(weights, covered(ways, each)) for n in range(budget + 1) for each in combinations(range(6), n))
    found = plan(weights, ways, budget)
    assert found.method == "exact"
    assert len(found.actions) == len(set(found.actions)) <= budget
    assert weighed(weights, found.closed) == weighed(weights, covered(ways, found.actions)) == pytest.approx(best)
    assert found.bound == pytest.approx(best)


@given(WEIGHTS, WAYS, st.integers(1, 4))
def test_what_is_closed_when_each_action_is_added_is_what_the_actions_so_far_close(weights, ways, budget):
    found = plan(weights, ways, budget)
    for at in range(len(found.actions)):
        assert set().union(*found.closes[: at + 1]) == covered(ways, found.actions[: at + 1])


@given(WEIGHTS, WAYS, st.integers(1, 4))
def test_greedy_choice_is_between_nothing_and_its_bound(weights, ways, budget):
    found, best = greedy(weights, ways, budget), plan(weights, ways, budget)
    assert weighed(weights, found.closed) <= weighed(weights, best.closed) + 1e-9
    assert weighed(weights, best.closed) <= found.bound + 1e-6


@given(WEIGHTS, WAYS, st.integers(1, 4))
def test_the_counted_bound_of_a_whole_country_is_no_less_than_the_best(weights, ways, budget):
    best = plan(weights, ways, budget).bound
    counted = coverage._counted(weights, coverage._undominated(ways), budget)
    assert best - 1e-6 <= counted <= weighed(weights, {what for what, _, _ in ways}) + 1e-6


def test_the_bound_of_a_whole_country_is_counted(monkeypatch):
    monkeypatch.setattr(coverage, "RELAXED_WAYS", 1)
    assert greedy([5.0, 1.0], [(0, 0, 1), (1, 2, -1)], 2).bound == 5.0


def test_two_actions_that_only_work_together_are_found():
    found = plan([5.0, 1.0], [(0, 0, 1), (1, 2, -1)], 2)
    assert set(found.actions) == {0, 1}
    assert greedy([5.0, 1.0], [(0, 0, 1), (1, 2, -1)], 2).closed == {0}


def test_without_a_way_nothing_is_chosen():
    assert plan([1.0], [], 3) == Plan((), (), "exact", 0.0)


def test_large_questions_are_answered_greedily_with_a_bound(monkeypatch):
    monkeypatch.setattr("eamap.analysis.pathways.coverage.EXACT_WAYS", 1)
    found = plan([2.0, 3.0], [(0, 0, -1), (1, 1, -1)], 1)
    assert (found.method, found.actions, found.bound) == ("greedy", (1,), pytest.approx(3.0))


def test_without_scipy_the_line_to_install_it_is_named(monkeypatch, tmp_path):
    from click.testing import CliRunner

    from eamap import plugins
    from eamap.cli.main import program

    (tmp_path / "s.csv").write_text(
        "Organisation code,System ID,System name,Product\nZX00,ers,e-RS,e-RS\nZN11,gp,Record,\n", encoding="utf-8"
    )
    bodies = "code,name,role,part_of,pathway_roles\nZN00,B,ICB,,system_icb\nZN02,T,NHS trust,ZN00,acute\nZN11,P,GP practice,ZN00,primary\nZX00,N,National body,,national\n"
    (tmp_path / "o.csv").write_text(bodies, encoding="utf-8")
    store = ["--store", str(tmp_path / "store")]
    ran = CliRunner().invoke(
        program, ["ingest", str(tmp_path / "s.csv"), str(tmp_path / "o.csv"), *store], prog_name="eamap"
    )
    assert ran.exit_code == 0, ran.stderr
    for name in [each for each in sys.modules if each.partition(".")[0] == "scipy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    done = CliRunner().invoke(program, ["levers", *store], prog_name="eamap")
    assert done.exit_code == 6
    assert "scipy" in done.stderr
    assert plugins.EXTRAS["scipy"] in done.stderr
