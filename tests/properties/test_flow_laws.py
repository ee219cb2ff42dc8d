"""The laws of flows: no boundaries change a total, merging never makes more cross, and a bound holds whatever the truth is."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from eamap.analysis.geography.apportioning import apportioned
from eamap.analysis.geography.flows import Flows, placed, published
from eamap.interpret.boundaries import Boundaries
from eamap.interpret.geography import Geography, geography
from eamap.reference import organisations

DAY = date(2026, 4, 1)
BOARDS = organisations.load().boards_on(DAY)["code"].to_list()
NAMES = ("id", "origin", "destination", "specialty", "specialty_name", "volume")
FLOWS = st.lists(
    st.tuples(st.sampled_from(BOARDS), st.sampled_from(BOARDS), st.sampled_from(["S1", "S2"]), st.integers(0, 10**9)),
    min_size=1, max_size=25,
)  # fmt: skip
KNOWN = {name: geography(name, DAY) for name in ("2022", "2026-04")}
PUBLISHED = published(KNOWN["2022"].reference)
GROUPS = st.lists(st.sampled_from(BOARDS), min_size=2, max_size=12, unique=True)


def told(rows):
    cells = [
        (str(n), origin, to, specialty, specialty, volume) for n, (origin, to, specialty, volume) in enumerate(rows)
    ]
    schema = {name: pl.Int64 if name == "volume" else pl.String for name in NAMES}
    return Flows("rtt", "made up", DAY, pl.DataFrame(cells, schema=schema, orient="row"))


def under(moves):
    known = organisations.load()
    return Geography(Boundaries("made up", DAY, DAY, None, moves), DAY, known)


def figures(flows, known, level="ics"):
    return placed(flows, known).shares(level=level).row(0, named=True)


def crossing(row):
    return row["lower"] or 0.0, row["upper"] or 0.0


@settings(max_examples=40)
@given(FLOWS, GROUPS)
def test_merging_boards_never_makes_more_cross_and_changes_no_total(rows, merged):
    flows = told(rows)
    before, after = figures(flows, under({})), figures(flows, under(dict.fromkeys(merged, ("X",))))
    assert after["total"] == before["total"]
    assert after["undecided"] == 0
    assert crossing(after) <= crossing(before)


@settings(max_examples=40)
@given(FLOWS, GROUPS, st.data())
def test_dividing_boards_gives_a_bound_that_holds_wherever_each_end_may_have_been(rows, divided, data):
    flows = told(rows)
    bound = figures(flows, under({board: (f"{board}1", f"{board}2") for board in divided}))
    assert bound["total"] == figures(flows, under({}))["total"]
    assert 0 <= crossing(bound)[0] <= crossing(bound)[1] <= 1
    # Any history: each end of each flow lay in one of the parts.
    crossed = 0
    for origin, to, _, volume in rows:
        ends = [data.draw(st.sampled_from((f"{end}1", f"{end}2"))) if end in divided else end for end in (origin, to)]
        crossed += volume * (ends[0] != ends[1])
    assert bound["crosses"] <= crossed <= bound["crosses"] + bound["undecided"]


@settings(max_examples=40)
@given(FLOWS)
def test_a_region_never_has_more_crossing_than_its_boards(rows):
    flows, known = told(rows), under({})
    assert figures(flows, known, "region")["crosses"] <= figures(flows, known)["crosses"]


@settings(max_examples=40)
@given(FLOWS, st.sampled_from(["2022", "2026-04"]))
def test_specialties_and_pairs_add_up_to_the_whole(rows, name):
    found = placed(told(rows), KNOWN[name])
    whole = found.shares().row(0, named=True)
    parts = found.shares("specialty")
    assert all(parts[figure].sum() == whole[figure] for figure in ("total", "crosses", "undecided"))
    assert found.between["volume"].sum() == whole["total"]


@settings(max_examples=40)
@given(FLOWS, st.sampled_from([*BOARDS]))
def test_the_order_of_rows_changes_nothing(rows, ics):
    known = under({})
    first, second = placed(told(rows), known, ics), placed(told(rows[::-1]), known, ics)
    assert first.shares().rows() == second.shares().rows()
    assert first.between.rows() == second.between.rows()


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(["RJ1", "RJZ", "RDU", "RYJ", "RTH", "R0A", "QKK", "G85001", "RV3", "ZZZ"]),
        min_size=1,
        unique=True,
    )
)
def test_what_is_given_to_organisations_is_never_more_than_the_flow(codes):
    pairs = pl.DataFrame(
        [(one, other) for one in codes for other in codes],
        schema=["from_organisation", "to_organisation"],
        orient="row",
    )
    found = apportioned(PUBLISHED, KNOWN["2026-04"], pairs)
    assert (found["volume"] >= 0).all()
    assert found["volume"].sum() <= PUBLISHED.table["volume"].sum() * (1 + 1e-9)
