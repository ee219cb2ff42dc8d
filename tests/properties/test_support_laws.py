"""The laws of support: a day changes only what ends on it, a stranger changes nothing, and what nobody knows is never supported."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.analysis.support.eol import listed
from eamap.analysis.support.forecast import BEST, WORST, forecast
from eamap.analysis.support.groups import GROUPS
from eamap.analysis.support.in_use import in_use
from eamap.analysis.support.rollup import COUNTED, rollup
from eamap.checks.case_supports import stated_knowledge
from eamap.checks.cases import small_estate
from eamap.interpret.support import supported
from eamap.model.selector import EstateOn
from eamap.model.support import PAST, SUPPORTED, UNCERTAIN, UNKNOWN, WORST_FIRST, Status

DAY = date(2026, 11, 22)
WINDOW = 365
NEAR = [DAY + timedelta(days=n) for n in (-400, -2, -1, 0, 1, 2, WINDOW - 1, WINDOW, WINDOW + 1, WINDOW + 2, 2000)]
ENDS = st.sampled_from([day.isoformat() for day in NEAR]) | st.sampled_from([True, False])
EXTENDED = st.sampled_from([day.isoformat() for day in NEAR]) | st.sampled_from([None, True, False])
RELEASES = st.lists(st.tuples(ENDS, EXTENDED), min_size=2, max_size=6)
DAYS = st.sampled_from(NEAR)


def world(releases):
    """Returns the releases of one product, texts that mean one, two or none of them, and what is known."""
    cycles = [
        {"product": "p", "cycle": str(n), "ends": eol, "extended_ends": ext} for n, (eol, ext) in enumerate(releases)
    ]
    texts = {f"P {row['cycle']}": row for row in cycles}
    texts |= {
        f"P {n} or {n + 1}": {
            "outcome": "family",
            "product": "p",
            "candidates": f"p:{n}|p:{n + 1}",
            "missing": "release",
        }
        for n in range(len(cycles) - 1)
    }
    texts |= {
        "P 99": {"outcome": "uncovered_cycle", "product": "p", "inferred": "not-in-data"},
        "P 0.1": {"outcome": "uncovered_cycle", "product": "p", "inferred": "before-records"},
        "Q": {"outcome": "uncovered_product"},
        "P or R": {"outcome": "ambiguous", "candidates": "p:0|r:0"},
        "screen": {"outcome": "not_software"},
    }
    return stated_knowledge({"support": texts, "cycles": cycles}, WINDOW), [*texts, "nothing like it", None]


def estate(texts, decisions=(), **more):
    components = [{"id": f"component:T/{n}", "raw": text, "system": "system:T/1"} for n, text in enumerate(texts)]
    things = {"component": [*components, *more.get("component", [])],
              "system": [{"id": "system:T/1", "operator": "organisation:RXX"}, *more.get("system", [])]}  # fmt: skip
    return small_estate({"things": things, "decisions": list(decisions)})


def judged(held, known, day):
    return supported(EstateOn(held, day), known)


def statuses(held, known, day):
    table = judged(held, known, day).table
    return dict(table.select("id", "status").iter_rows())


@given(releases=RELEASES, day=DAYS)
@settings(deadline=None, max_examples=60)
def test_a_day_changes_exactly_what_ends_on_it_or_comes_within_the_window(releases, day):
    known, _ = world(releases)
    held = estate([f"P {n}" for n in range(len(releases))])
    before, after = (statuses(held, known, each) for each in (day, day + timedelta(days=1)))
    changed = {each for each in before if before[each] != after[each]}
    today, enters = day.isoformat(), (day + timedelta(days=WINDOW + 1)).isoformat()
    ended = {f"component:T/{n}" for n, (eol, _) in enumerate(releases) if eol == today}
    entered = {f"component:T/{n}" for n, (eol, _) in enumerate(releases) if eol == enters}
    lapsed = {
        f"component:T/{n}" for n, (eol, ext) in enumerate(releases)
        if ext == today and (eol is True or (isinstance(eol, str) and eol < today))
    }  # fmt: skip
    assert changed == ended | entered | lapsed
    assert {before[each] for each in ended} <= {Status.SUPPORTED, Status.SUPPORT_ENDING}
    assert {after[each] for each in ended} <= {*PAST}


@given(releases=RELEASES, day=DAYS)
@settings(deadline=None, max_examples=40)
def test_a_day_later_the_list_differs_only_by_what_crosses_its_edge(releases, day):
    known, texts = world(releases)
    held = estate(texts)
    asked = in_use(EstateOn(held, DAY), judged(held, known, DAY))
    lists = [dict(listed(asked, by).select("id", "case").iter_rows()) for by in (day, day + timedelta(days=1))]
    edge = (day + timedelta(days=1)).isoformat()
    rows = {row["id"]: row for row in asked.with_standing("eol_best", "eol_worst").iter_rows(named=True)}
    assert set(lists[0]) <= set(lists[1])
    for each in set(lists[1]) - set(lists[0]):
        assert edge in (rows[each]["eol_best"], rows[each]["eol_worst"])
    for each in lists[0]:
        assert lists[0][each] == lists[1][each] or rows[each]["eol_best"] == edge


@given(releases=RELEASES, day=DAYS)
@settings(deadline=None, max_examples=30)
def test_an_unrelated_system_changes_no_other_status(releases, day):
    known, texts = world(releases)
    alone = statuses(estate(texts), known, day)
    stranger = {
        "component": [{"id": "component:U/1", "raw": "P 1", "system": "system:U/1"}],
        "system": [{"id": "system:U/1", "operator": "organisation:RYY"}],
    }
    proof = {
        "kind": "entitlement",
        "subject": "p",
        "object": "RYY",
        "field": "local",
        "value": "PO",
        "expires": "2999-01-01",
    }
    together = statuses(estate(texts, [proof], **stranger), known, day)
    assert {each: status for each, status in together.items() if each != "component:U/1"} == alone


@given(releases=RELEASES, day=DAYS)
@settings(deadline=None, max_examples=40)
def test_what_nobody_knows_is_never_supported(releases, day):
    known, texts = world(releases)
    table = judged(estate(texts), known, day).table
    unsure = table.filter(~table["outcome"].is_in(["exact", "family"]) | table["outcome"].is_null())
    assert not set(unsure["status"]) & set(SUPPORTED)
    assert set(unsure["status"]) <= {*UNKNOWN, Status.EOL_INFERRED, Status.NOT_SOFTWARE}


@given(releases=RELEASES, day=DAYS)
@settings(deadline=None, max_examples=40)
def test_a_family_is_past_only_where_its_best_case_is(releases, day):
    known, texts = world(releases)
    held = estate([*texts, *(f"P {n}" for n in range(len(releases)))])
    found = judged(held, known, day).table
    single = dict(found.filter(found["outcome"] == "exact").select("raw", "status").iter_rows())
    for raw, status in found.filter(found["outcome"] == "family").select("raw", "status").iter_rows():
        first, second = (single[f"P {n}"] for n in raw.removeprefix("P ").split(" or "))
        if first == second:
            assert status == first
        elif status not in UNCERTAIN:
            assert first in PAST
            assert second in PAST


@given(releases=RELEASES, proof=st.sampled_from(["p", "p:0", "component:T/0"]), day=DAYS)
@settings(deadline=None, max_examples=40)
def test_proof_only_changes_what_is_past_and_never_makes_it_supported(releases, proof, day):
    known, texts = world(releases)
    scope = "" if proof.startswith("component:") else "national"
    record = {
        "kind": "entitlement",
        "subject": proof,
        "object": scope,
        "field": "national",
        "value": "A 1",
        "date": "2000-01-01",
        "expires": "2999-01-01",
    }
    before, after = statuses(estate(texts), known, day), statuses(estate(texts, [record]), known, day)
    for each in before:
        if before[each] != after[each]:
            assert before[each] in {Status.EOL, Status.EOL_UNDATED, Status.EXTENDED_UNPROVEN, *UNCERTAIN}
            assert after[each] in {Status.EXTENDED_ENTITLED, *UNCERTAIN}


@given(releases=RELEASES, day=DAYS)
@settings(deadline=None, max_examples=30)
def test_counts_of_groups_and_of_the_forecast_add_up(releases, day):
    known, texts = world(releases)
    held = estate(texts)
    asked = in_use(EstateOn(held, day), judged(held, known, day))
    assert asked.n() == len(texts)
    for by in GROUPS:
        table = rollup(asked, by)
        assert table["components"].sum() == asked.n()
        assert sum(table[name].sum() for name in COUNTED) + asked.n(Status.NOT_SOFTWARE) == asked.n()
    worst = min(WORST_FIRST.index(status) for status in asked.statuses)
    assert rollup(asked, "org")["worst"].to_list() == [WORST_FIRST[worst]]
    told = forecast(asked)
    for case in (WORST, BEST):
        inside = sum(getattr(each, case) for each in told.periods)
        assert told.before[case] + inside + told.later[case] + told.unknown + told.not_software == told.total
        assert told.later[case] >= 0
