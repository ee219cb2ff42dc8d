from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given, settings

from eamap.errors import UsageError
from eamap.model.selector import EstateOn, evaluate, parse, select, select_on
from eamap.model.selector.onday import holding
from tests.contracts.test_selectors import AS_OF, CASES, small_estate

ESTATE = small_estate()
ON = EstateOn(ESTATE, AS_OF)
SELECTORS = st.sampled_from([case["selector"] for case in CASES if "selects" in case])
ALL = frozenset(select_on(ON, "kind:*").ids)


@cache
def ids(selector: str) -> frozenset[str]:
    return frozenset(select_on(ON, selector).ids)


@given(SELECTORS)
@settings(max_examples=40)
def test_not_is_everything_else(one):
    assert ids(f"not ({one})") == ALL - ids(one)
    assert ids(f"not not ({one})") == ids(one)


@given(SELECTORS, SELECTORS, SELECTORS)
@settings(max_examples=40)
def test_and_or_not_obey_the_laws_of_sets(a, b, c):
    assert ids(f"({a}) and ({b})") == ids(a) & ids(b) == ids(f"({b}) and ({a})")
    assert ids(f"({a}) or ({b})") == ids(a) | ids(b) == ids(f"({b}) or ({a})")
    assert ids(f"not (({a}) and ({b}))") == ids(f"not ({a}) or not ({b})")
    assert ids(f"({a}) and (({b}) or ({c}))") == ids(f"({a}) and ({b}) or ({a}) and ({c})")


@given(SELECTORS, SELECTORS)
@settings(max_examples=40)
def test_what_is_remembered_changes_no_answer(one, other):
    both = f"({one}) and not ({other})"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "_REMEMBERED", 1)
        few = EstateOn(ESTATE, AS_OF)
        assert frozenset(select_on(few, both).ids) == ids(both)
        assert len(few.chosen) == 1
    assert frozenset(select(ESTATE, both, AS_OF).ids) == ids(both) == ids(one) - ids(other)


@given(SELECTORS)
def test_a_selection_is_sorted_and_of_things_that_are_there(one):
    selection = select(ESTATE, one, AS_OF)
    found = selection.ids.to_list()
    assert found == sorted(set(found))
    assert set(found) <= ALL
    assert selection.table["kind"].to_list() == [identifier.partition(":")[0] for identifier in found]


def test_a_selection_gives_the_ids_of_one_kind():
    assert select(ESTATE, "org:GP1", AS_OF).of("system").to_list() == ["system:GP1/record"]


def test_fields_that_nothing_has_are_errors_only_where_an_estate_is_asked():
    assert str(parse("colour:red")) == "colour:red"
    with pytest.raises(UsageError, match="nothing has a field 'colour'"):
        parse("colour:red", ESTATE)


def test_a_column_that_interpretation_adds_is_a_field():
    table = ESTATE.things("capability").with_columns(level=pl.Series([2, 1, 2, 3]))
    more = ESTATE.with_tables({"things/capability": table})
    assert select(more, "level:>=2", AS_OF).ids.len() == 3


def test_an_empty_estate_answers():
    empty = ESTATE.__class__({})
    for case in CASES:
        if "selects" in case and not case["selector"].startswith(("attested", "source")):
            assert len(select(empty, case["selector"], AS_OF)) == 0


def test_an_organisation_that_nobody_describes_still_has_its_systems():
    raw = ESTATE.with_tables({"things/organisation": ESTATE.things("organisation").clear()})
    selection = select(raw, "kind:system and org:rxb", AS_OF)
    assert selection.ids.to_list() == ["system:RXA/lab", "system:RXB/pas"]
    assert selection.warnings == ("no organisation here goes by 'rxb'",)


dates = st.dates(date(2023, 1, 1), date(2026, 12, 31))
partial = st.none() | st.builds(lambda day, size: day.isoformat()[:size], dates, st.sampled_from([4, 7, 10]))


def days_of(text: str) -> tuple[date, date]:
    """Returns the first and last day of a partial date, by counting days."""
    first = date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10])
    last = first
    while len(text) < 10 and (last + timedelta(days=1)).isoformat().startswith(text):
        last += timedelta(days=1)
    return first, last


@given(partial, partial, dates)
def test_a_link_holds_while_it_may(since, until, day):
    links = pl.DataFrame({"since": [since], "until": [until]}, schema={"since": pl.String(), "until": pl.String()})
    may_have_begun = since is None or days_of(since)[0] <= day
    may_go_on = until is None or day < days_of(until)[1]
    assert holding(links, day).collect().height == (may_have_begun and may_go_on)


@given(partial.filter(bool), partial.filter(bool), st.sampled_from(["<", "<=", ">", ">=", ""]))
def test_dates_compare_only_where_it_is_sure(stated, asked, operator):
    system = ESTATE.things("system").head(1).with_columns(installed=pl.lit(stated))
    found = len(select(ESTATE.__class__({"things/system": system}), f"installed:{operator}{asked}", AS_OF))
    (first, last), (low, high) = days_of(stated), days_of(asked)
    sure = {
        "<": last < low,
        "<=": last <= high,
        ">": first > high,
        ">=": first >= low,
        "": low <= first and last <= high,
    }
    assert found == sure[operator]


@given(st.text(st.sampled_from('aA.*+()[]\\^$|é "ß\n'), min_size=1, max_size=8))
def test_a_text_is_compared_as_it_stands_however_hostile(name):
    system = ESTATE.things("system").head(1).with_columns(name=pl.lit(name))
    estate = ESTATE.__class__({"things/system": system})
    quoted = '"' + "".join(f"\\{char}" if char in '"\\*' else char for char in name) + '"'
    assert len(select(estate, f"name:{quoted}", AS_OF)) == 1
    assert len(select(estate, f"name:*{quoted}*", AS_OF)) == 1
    assert len(select(estate, f"name:{quoted}x*", AS_OF)) == 0
