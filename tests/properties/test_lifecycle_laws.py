"""Laws of matching: the same text means the same, order and company do not matter, nothing makes it fail or hang."""

import time

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eamap.matching.lifecycle import COLUMNS, OUTCOMES, Matcher, match_all
from eamap.reference import lifecycle

PIECES = ["Windows", "Server", "2012", "R2", "SQL", "10.0.17763", "Oracle", "11g", "(", ")", "/", "for", "LTSC", "Pro", "SP3", "v7.2.5",
          "cpe:2.3:o:microsoft:windows_10", "pkg:npm/", "@", "Java", "8u202", "update", "Linux", "é", "\x00", "  ", "=cmd|", ":", "-", "MariaDB",
          "IBM i", "V5R4", "\u202e", "Ⅷ", "２０１２"]  # fmt: skip
texts = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))


@pytest.fixture(scope="module")
def matcher():
    return Matcher(lifecycle.load())


@given(texts)
@settings(max_examples=300)
@example("cpe:")
@example("pkg:")
@example("pkg:npm/@")
@example("cpe:2.3:a:%")
@example('=HYPERLINK("http://x")')
def test_any_text_has_an_answer_that_keeps_the_rules_of_the_table(matcher, text):
    found = matcher.match(text)
    assert found == matcher.match(text)
    assert found.outcome in OUTCOMES
    assert (found.cycle is not None) == (found.outcome == "exact")
    assert (found.product is not None) == (found.outcome in ("exact", "family", "uncovered_cycle"))
    assert (found.eol_best is not None) == (found.eol_worst is not None) == (found.outcome in ("exact", "family"))
    assert (found.supplement_product is not None) == (found.outcome == "uncovered_product")
    assert found.candidates is None or found.outcome in ("family", "ambiguous")
    assert bool(found.missing) == (found.outcome == "family")
    tables = lifecycle.load()
    if found.outcome == "exact":
        assert tables.get(found.product, found.cycle) is not None
    for each in (found.candidates or "").split("|") if found.candidates else []:
        assert tables.get(*each.split(":", 1)) is not None


@given(st.lists(texts, max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=25)
def test_order_and_company_change_nothing(many, chance):
    tables = lifecycle.load()
    once = match_all(pl.Series(many, dtype=pl.String), tables)
    shuffled = list(many)
    chance.shuffle(shuffled)
    assert once.equals(match_all(pl.Series(shuffled + shuffled[:2], dtype=pl.String), tables))
    assert once.columns == list(COLUMNS)
    for text in once["text"].to_list():
        alone = match_all(pl.Series([text]), tables)
        assert alone.row(0) == once.filter(pl.col("text") == text).row(0)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "1." * 500,
        "Windows " * 120,
        "(" * 900,
        "cpe:2.3:" + "a:" * 480,
        "pkg:" + "%25" * 300,
        "cisco ios software " + "version " * 110,
        "\\:" * 480,
        "PRETTY_NAME=" + '"' * 900,
        "sp " * 330,
        "java " + "update " * 130 + "1",
        "é" * 990,
        "10.0." + "1" * 900,
        "v" + "1r" * 450,
    ],
)
def test_a_hostile_text_takes_no_longer_than_a_moment(matcher, text):
    start = time.process_time()
    matcher.match(text)
    assert time.process_time() - start < 0.5
