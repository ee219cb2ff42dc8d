"""Organisations: dated codes, boards of two years, and who took over from whom."""

from datetime import date

import polars as pl
import pytest

from eamap.reference import organisations

SUMMER = date(2026, 7, 31)


@pytest.fixture(scope="module")
def bodies():
    return organisations.load()


def test_there_are_202_active_trusts_of_274(bodies):
    assert bodies.trusts.height == 274
    assert bodies.trusts.filter(pl.col("status") == "active").height == 202
    trusts = [bodies.get(code) for code in bodies.trusts["code"].to_list()]
    assert sum(trust.open_on(SUMMER) for trust in trusts) == 202


def test_boards_are_dated(bodies):
    assert bodies.boards_on(date(2022, 6, 30)).height == 0
    assert bodies.boards_on(date(2022, 7, 1)).height == 42
    assert bodies.boards_on(date(2026, 3, 31)).height == 42
    assert bodies.boards_on(date(2026, 4, 1)).height == 36
    assert bodies.boards.filter(pl.col("region_code").is_null()).height == 0


def test_codes_of_five_characters_are_codes(bodies):
    assert bodies.get("g6v2s").name == "North London NHS Foundation Trust"
    assert bodies.get("Z9B2Z").kind == "icb"
    assert bodies.get("RQF").kind == "other-trust"
    assert bodies.get("ZZZZZ") is None


def test_no_code_is_listed_twice(bodies):
    assert bodies.frame["code"].is_duplicated().sum() == 0
    assert bodies.frame["code"].str.contains(r"^[A-Z0-9]{3,6}$").all()


def test_trust_types_carry_no_stray_space(bodies):
    kinds = bodies.trusts["trust_type"].drop_nulls()
    assert (kinds == kinds.str.strip_chars()).all()
    assert set(kinds) == {
        "Acute",
        "Ambulance",
        "Community",
        "Mental Health",
        "Mental Health and Community (Combined)",
        "Online",
    }


def test_a_code_resolves_by_date(bodies):
    before, after = bodies.resolve("RNK", date(2026, 3, 31)), bodies.resolve("rnk ", date(2026, 4, 1))
    assert (before.outcome, before.current, before.route) == ("open", "RNK", ())
    assert (after.outcome, after.current) == ("succeeded", "G6V2S")
    assert [(step.predecessor, step.successor, step.confidence) for step in after.route] == [
        ("RNK", "G6V2S", "inferred")
    ]


def test_succession_is_followed_through_every_step(bodies):
    chains = bodies.resolve_all(bodies.successions["predecessor"], SUMMER)
    longest = chains.filter(pl.col("outcome") == "succeeded", pl.col("route").str.count_matches(">") > 1)
    assert longest.height > 0
    for code in longest["current"].to_list():
        assert bodies.resolve(code, SUMMER).outcome == "open"


def test_a_divided_body_has_candidates_and_no_answer(bodies):
    trust, board = bodies.resolve("RW6", SUMMER), bodies.resolve("QNQ", SUMMER)
    assert (trust.outcome, trust.current, trust.candidates) == ("split", None, ("R0A", "RM3"))
    assert (board.outcome, board.current, board.candidates) == ("split", None, ("QRL", "S0E4D", "S9B9J"))


def test_a_code_known_only_as_a_predecessor_resolves_too(bodies):
    assert bodies.get("TAF") is None
    assert bodies.resolve("TAF", date(2024, 10, 31)).outcome == "open"
    assert bodies.resolve("TAF", date(2024, 11, 1)).current == "G6V2S"


@pytest.mark.parametrize(
    ("code", "on", "outcome"),
    [
        ("G6V2S", date(2024, 10, 31), "not-yet-open"),
        ("RYQ", SUMMER, "closed"),
        ("XXX", SUMMER, "unknown"),
        ("T6Y0W", SUMMER, "open"),
    ],
)
def test_outcomes_without_a_successor(bodies, code, on, outcome):
    assert bodies.resolve(code, on).outcome == outcome


def test_all_codes_of_the_epr_list_resolve_to_an_open_organisation(bodies, shared):
    listed = pl.read_csv(shared / "products" / "epr_suppliers_by_trust_20241001.csv", infer_schema=False)
    assert listed.height == 209
    found = listed.join(bodies.resolve_all(listed["ods_code"], SUMMER), left_on="ods_code", right_on="code", how="left")
    assert set(found["outcome"]) == {"open", "succeeded"}
    assert (found["current"] == found["current_ods_code_202607"]).all()
    assert all(bodies.get(code).open_on(SUMMER) for code in found["current"])
    boards = found.join(bodies.icbs_of(found["current"], SUMMER), left_on="current", right_on="code", how="left")
    assert (boards["icb"] == boards["current_icb_code"]).all()


def test_the_board_of_a_trust_is_that_of_the_day(bodies):
    assert bodies.icb_of("RDU", date(2026, 3, 31)).icb == "QNQ"
    assert bodies.icb_of("RDU", date(2026, 4, 1)).icb == "S9B9J"
    assert bodies.icb_of("R0A", date(2026, 3, 31)).icb == "QOP"
    assert bodies.icb_of("RDU", date(2022, 1, 1)).basis == "no-boards-yet"
    assert bodies.icb_of("XXX", SUMMER).basis == "unknown-code"


def test_the_board_of_a_practice_follows_whole_transfers_and_not_divisions(bodies):
    practices = bodies.frame.filter(pl.col("kind") == "gp-practice")
    moved = practices.filter(pl.col("icb") == "QMM")["code"][0]
    divided = practices.filter(pl.col("icb") == "QNQ")["code"][0]
    assert (bodies.icb_of(moved, SUMMER).icb, bodies.icb_of(moved, SUMMER).basis) == ("T6Y0W", "by-succession")
    assert (bodies.icb_of(divided, SUMMER).icb, bodies.icb_of(divided, SUMMER).basis) == (None, "divided")
    assert bodies.icb_of(divided, SUMMER).candidates == ("QRL", "S0E4D", "S9B9J")


def test_the_column_form_answers_as_the_single_one(bodies):
    codes = pl.Series(["RDU", "RDU", "QNQ", "XXX", None])
    boards = bodies.icbs_of(codes, SUMMER)
    assert boards["code"].to_list() == ["QNQ", "RDU", "XXX"]
    assert boards["icb"].to_list() == [bodies.icb_of(code, SUMMER).icb for code in boards["code"]]
    resolved = bodies.resolve_all(codes, SUMMER)
    assert resolved["outcome"].to_list() == ["split", "open", "unknown"]


def test_suggestions_name_the_successor_or_a_code_that_looks_alike(bodies):
    assert [each.code for each in bodies.suggest("RNK", SUMMER)] == ["G6V2S"]
    assert [each.code for each in bodies.suggest("ROA", SUMMER)] == ["R0A"]
    assert bodies.suggest("R0A", SUMMER) == ()
    assert bodies.suggest("XXX", SUMMER) == ()


def test_shares_and_flows_are_numbers(bodies):
    assert bodies.catchment.group_by("trust").agg(pl.col("share").sum())["share"].is_between(0.95, 1.05).all()
    assert bodies.catchment["icb"].null_count() == 0
    assert bodies.flows["pathways"].sum() == 6_967_123
