"""Releases ranked by likeness: for a person, never a match."""

import pytest

from eamap.matching.likeness import ReleaseNames

NAMES = ReleaseNames(
    [("php", "7.4", "PHP", "7.4"), ("postgresql", "12", "PostgreSQL", "12"), ("windows-server", "2012-r2", "Microsoft Windows Server", "Windows Server 2012 R2")]
)  # fmt: skip


def test_the_nearest_name_comes_first_and_a_misspelling_finds_it():
    assert [thing for _, thing, _ in NAMES.suggest("Postgrsql 12", 80, 3)] == ["postgresql:12"]
    assert NAMES.suggest("windos server 2012 r2", 70, 3)[0][1] == "windows-server:2012-r2"


@pytest.mark.parametrize("text", ["", "???", "Lorenzo", "x" * 5000])
def test_what_is_like_nothing_has_no_suggestion(text):
    assert NAMES.suggest(text, 60, 3) == []
