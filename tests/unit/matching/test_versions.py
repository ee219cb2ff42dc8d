"""Versions are ordered as their makers mean them, and constraints are read or refused."""

from itertools import pairwise

import pytest

from eamap.errors import UsageError
from eamap.matching.versions import compare, compared, constraint, version

ASCENDING = [
    ["1.0-dev", "1.0-alpha", "1.0-beta", "1.0-rc1", "1.0-rc2", "1.0", "1.0a", "1.0b", "1.0.1", "1.9", "1.10"],
    ["2.8.75", "2.8.123", "2.8.123e", "2.8.124"],
    ["10.0.14393", "10.0.14393.693", "10.0.14393.2363", "10.0.17763.1"],
    ["8", "8u25", "8u202", "11.0.2"],
    ["1.0.2", "1.0.2a", "1.0.2u", "1.0.2za", "1.0.2zd", "1.1.0"],
    ["9.0.0.M1", "9.0.0.M17", "9.0.0.RC1", "9.0.0", "9.0.1"],
    ["12.2(33)SXI", "12.2(33)SXI4", "15.2(4)M2", "15.2(4)M3", "15.2(4)M10"],
    ["4.3.0.b2948", "4.4.0.b2948", "4.4.0.b3015", "4.4.1.b3045"],
    ["2.5.3", "2.5.3p105", "2.5.4"],
    ["1.0~beta1", "1.0~rc1", "1.0", "1.0-1", "1.0-2", "1:0.9"],
    ["3.0.0-SNAPSHOT", "3.0.0"],
    ["1.0b2", "1.0rc1", "1.0", "1.0.post1"],
]


@pytest.mark.parametrize("row", ASCENDING, ids=lambda row: row[0])
def test_versions_ascend(row):
    for one, other in pairwise(row):
        assert compare(one, other) == -1, (one, other)
        assert compare(other, one) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("1.0", "1.0.0"), ("1", "1.0"), ("v1.2", "1.2"), ("Version 1.2", "1.2"), ("1.0.RELEASE", "1.0"), ("5.4.0.Final", "5.4.0"), ("1.02", "1.2"), ("8U202", "8u202")],
)  # fmt: skip
def test_spellings_of_one_version_are_equal(one, other):
    assert compare(one, other) == 0


@pytest.mark.parametrize("text", ["", "latest", "1.x", "1.*", "?", "trunk", "n/a", "1" + "0" * 200])
def test_what_has_no_order_is_not_compared(text):
    assert compare(text, "1.0") is None


def test_semantic_versioning_has_numbers_before_the_release_and_builds_that_say_nothing():
    one, other = (version(text, semver=True) for text in ("2.0.0-0", "2.0.0"))
    assert compared(one, other) == -1
    assert compared(version("1.0.0+2", semver=True), version("1.0.0", semver=True)) == 0


HOLDS = [
    ("mirth connect < 4.4.1", "4.4.0", True),
    ("mirth connect < 4.4.1", "4.4.1", False),
    ("mirth connect<4.4.1", "4.10", False),
    ("log4j >= 2.0 < 2.17.1", "2.14.1", True),
    ("log4j >= 2.0, < 2.17.1", "1.2.17", False),
    ("log4j >= 2.0 and < 2.17.1", "2.17.1", False),
    ("openssl ≥ 3.0 ≤ 3.0.6", "3.0.6", True),
    ("openssl == 1.0.2", "1.0.2.0", True),
    ("openssl = 1.0.*", "1.0.2k", True),
    ("openssl = 1.0.*", "1.1.0", False),
    ("openssl != 1.0.2", "1.0.2", False),
    ("openssl", None, True),
    ("openssl < 3", None, None),
    ("openssl < 3", "latest", None),
]


@pytest.mark.parametrize(("text", "stated", "expected"), HOLDS)
def test_a_constraint_holds_or_not_or_cannot_be_told(text, stated, expected):
    assert constraint(text).holds(stated) is expected


@pytest.mark.parametrize(
    ("stated", "expected"), [("4", None), ("4.4", None), ("4.5", False), ("4.3", True), ("3", True), ("5", False), ("4.4.0", True)]
)  # fmt: skip
def test_a_version_that_only_begins_like_the_limit_cannot_be_told(stated, expected):
    assert constraint("mirth connect < 4.4.1").holds(stated, whole=False) is expected


def test_a_beginning_is_told_as_far_as_it_goes():
    assert constraint("openssl = 1.0.*").holds("1") is None
    assert constraint("openssl = 1.0.*").holds("2") is False


@pytest.mark.parametrize("text", ["mirth <", "mirth < latest", "mirth < 4 < 5", "mirth >= 1 > 2", "mirth < 4.*"])
def test_a_constraint_that_cannot_be_read_is_refused_with_a_hint(text):
    with pytest.raises(UsageError) as error:
        constraint(text)
    assert error.value.hint
