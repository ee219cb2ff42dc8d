"""A product is found in a text by whole words, with the version behind it; nothing is found because it looks alike."""

import pytest

from eamap.matching.mentioning import Mention, Mentions, stated_version
from eamap.matching.versions import constraint

MIRTH = Mentions("mirth connect", ["NextGen Mirth Connect", "NextGen Connect", "NGC", "mirth"])

TEXTS = [
    ("Mirth Connect 4.4.0", Mention("4.4.0", True)),
    ("MIRTH-CONNECT v4.4.0.b2948", Mention("4.4.0.b2948", True)),
    ("NextGen Mirth Connect 4.5 Enterprise Edition", Mention("4.5", True)),
    ("NextGen Connect, version 3.12.0 (x64)", Mention("3.12.0", True)),
    ("Mirth Connect", Mention("", True)),
    ("Mirth 4.4.0", Mention("4.4.0", True)),
    ("Mirth Connect 4.4.0 licence server", Mention("4.4.0", False)),
    ("Server for Mirth Connect 4.4.0", Mention("4.4.0", False)),
    ("Mirth Analytics 4.4.0", None),
    ("NGC 4.4.0", None),
    ("Mirth Millennium 4.4.0", None),
    ("Smirth Connector 4.4.0", None),
    ("Mirth Connection broker", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=[text or "nothing" for text, _ in TEXTS])
def test_a_text_says_what_it_says_of_a_product(text, expected):
    assert MIRTH.find(text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("java", "Java 8u202", "8u202"), ("tomcat", "Apache Tomcat9.0.1", "9.0.1"), ("tomcat", "Tomcat 9.0.0.M1", "9.0.0.m1"),
        ("windows server", "Windows Server 2012 R2 Standard", "2012"), ("openssl", "OpenSSL 1.0.2k-fips", "1.0.2k"),
        ("sql server", "SQL Server 2014 SP3", "2014 sp3"), ("x", "X 2.8.123e", "2.8.123e"),
    ],
)  # fmt: skip
def test_versions_are_found_behind_the_name(name, text, expected):
    assert Mentions(name).find(text).version == expected


def test_a_year_is_no_version_where_no_year_is_asked_for():
    assert stated_version("2019", constraint("mirth connect < 4.4.1")) == ""
    assert stated_version("2012", constraint("windows server < 2016")) == "2012"
    assert stated_version("4.4", constraint("mirth connect < 4.4.1")) == "4.4"
