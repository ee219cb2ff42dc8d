"""What component texts mean, kept from one run to the next."""

from datetime import date

import polars as pl
import pytest

from eamap.interpret.lifecycle import matches, settled
from eamap.matching import lifecycle as rules
from eamap.matching.lifecycle import match_all
from eamap.model.decisions import Decision, no_decisions, with_decisions
from eamap.reference import lifecycle

TEXTS = pl.Series("raw", ["Windows Server 2012 R2", "PostgreSQL 13.4", None, "Our own thing", "PostgreSQL 13.4"])


@pytest.fixture(scope="module")
def reference():
    return lifecycle.load()


@pytest.fixture
def no_rules(monkeypatch):
    """Makes it an error to match a text."""

    def refuse(texts, reference):
        raise AssertionError(f"matched again: {texts.to_list()}")

    def forbid():
        monkeypatch.setattr(rules, "match_all", refuse)

    return forbid


def rows(found):
    return found.sort("text").rows()


def kept(folder):
    return sorted(path.name for path in folder.iterdir())


def test_each_distinct_text_means_what_the_rules_say(reference, tmp_path):
    wanted = rows(match_all(TEXTS, reference))
    assert len(wanted) == 3
    for cache in (None, tmp_path / "cache", tmp_path / "cache"):
        assert rows(matches(TEXTS, reference, cache)) == wanted


def test_what_is_kept_is_not_worked_out_again(reference, tmp_path, no_rules):
    first = matches(TEXTS, reference, tmp_path / "cache")
    no_rules()
    assert rows(matches(TEXTS, reference, tmp_path / "cache")) == rows(first)
    with pytest.raises(AssertionError, match="matched again"):
        matches(TEXTS, reference)


def test_only_new_texts_are_matched_and_then_kept_as_well(reference, tmp_path, no_rules, monkeypatch):
    matches(TEXTS, reference, tmp_path / "cache")
    asked = []

    def watched(texts, reference):
        asked.extend(texts.to_list())
        return match_all(texts, reference)

    monkeypatch.setattr(rules, "match_all", watched)
    found = matches(pl.Series(["PHP 7.4", "PostgreSQL 13.4"]), reference, tmp_path / "cache")
    assert asked == ["PHP 7.4"]
    assert [row[0] for row in rows(found)] == ["PHP 7.4", "PostgreSQL 13.4"]
    no_rules()
    assert matches(pl.concat([TEXTS, pl.Series("raw", ["PHP 7.4"])]), reference, tmp_path / "cache").height == 4


def test_other_rules_or_other_data_make_a_file_useless_and_it_goes(reference, tmp_path, monkeypatch):
    matches(TEXTS, reference, tmp_path)
    (before,) = kept(tmp_path)
    monkeypatch.setattr(rules, "RULES", "other")
    matches(TEXTS, reference, tmp_path)
    (after,) = kept(tmp_path)
    assert before != after
    assert "other" in after
    assert reference.checksum in after


@pytest.mark.parametrize("content", [b"", b"not a table", None])
def test_a_damaged_file_is_written_anew(reference, tmp_path, no_rules, content):
    wanted = rows(matches(TEXTS, reference, tmp_path))
    (path,) = tmp_path.iterdir()
    if content is None:
        pl.DataFrame({"text": ["PostgreSQL 13.4"], "product": ["windows"]}).write_parquet(path)
    else:
        path.write_bytes(content)
    assert rows(matches(TEXTS, reference, tmp_path)) == wanted
    no_rules()
    assert rows(matches(TEXTS, reference, tmp_path)) == wanted


def test_a_place_that_cannot_be_written_changes_no_answer(reference, tmp_path):
    wanted = rows(matches(TEXTS, reference))
    (tmp_path / "file").write_text("here is no folder")
    assert rows(matches(TEXTS, reference, tmp_path / "file")) == wanted
    assert rows(matches(TEXTS, reference, tmp_path / "no" / "folder")) == wanted
    assert kept(tmp_path) == ["file"]


def decided(*stated):
    decisions = [
        Decision("match", text, "Head of IT", "asked the supplier", day, thing, expires=until)
        for text, thing, day, until in stated
    ]
    return with_decisions(no_decisions(), decisions)


def test_what_a_person_decided_goes_before_the_rules_and_is_cited(reference, tmp_path):
    table = decided(("our OWN  thing", "postgresql:12", "2026-01-01", ""))
    held = settled(table, date(2026, 11, 22), reference)
    for cache in (None, tmp_path):
        found = matches(TEXTS, reference, cache, held).filter(pl.col("text") == "Our own thing").row(0, named=True)
        assert (found["outcome"], found["product"], found["cycle"]) == ("exact", "postgresql", "12")
        assert found["eol_best"] == found["eol_worst"] == reference.get("postgresql", "12").eol
        assert found["rule"] == f"decision/{table['hash'][0]}"
    assert "decision" not in "".join(matches(TEXTS, reference, tmp_path)["rule"].to_list())


def test_a_decision_that_has_expired_or_is_about_a_name_says_nothing_here(reference):
    table = decided(
        ("Our own thing", "postgresql:12", "2026-01-01", "2026-11-22"),
        ("Windows Server 2012 R2", "Microsoft", "2026-01-01", ""),
        ("PostgreSQL 13.4", "supplier:penmark", "2026-01-01", ""),
    )
    assert settled(table, date(2026, 11, 22), reference) == {}
    assert list(settled(table, date(2026, 11, 21), reference)) == ["our own thing"]


def test_the_later_of_two_decisions_counts_and_dots_are_kept(reference):
    table = decided(("PHP 7.4", "php:7.3", "2026-01-01", ""), ("PHP 7.4", "php:7.4", "2026-02-01", ""))
    held = settled(table, date(2026, 11, 22), reference)
    assert held["php 7.4"].cycle == "7.4"
    found = matches(pl.Series(["PHP 7.4", "PHP 74"]), reference, None, held)
    assert dict(found.select("text", "outcome").rows())["PHP 74"] != "exact"


def test_a_decision_for_a_release_that_the_snapshot_has_lost_gives_no_date(reference):
    held = settled(decided(("Old thing", "php:0.9", "2026-01-01", "")), date(2026, 11, 22), reference)
    found = matches(pl.Series(["Old thing"]), reference, None, held).row(0, named=True)
    assert (found["outcome"], found["product"], found["cycle"], found["eol_best"]) == (
        "uncovered_cycle",
        "php",
        None,
        None,
    )
