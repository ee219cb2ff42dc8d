"""CPE names stand to each other as NIST IR 7696 says: every row of table 6-2 for every attribute, and table 6-4."""

import pytest

from eamap.errors import UsageError
from eamap.matching.cpe import ANY, ATTRIBUTES, NA, Name, Relation, compared, name, relation, relations

# Table 6-2: row, source, target, relation. i, k: texts without wildcards; m: with. Row 14 has two outcomes.
TABLE_6_2 = [
    ("1 ANY, ANY", ANY, ANY, Relation.EQUAL),
    ("2 ANY, NA", ANY, NA, Relation.SUPERSET),
    ("3 ANY, i", ANY, "i", Relation.SUPERSET),
    ("4 ANY, m + wild", ANY, "m*", Relation.UNDEFINED),
    ("5 NA, ANY", NA, ANY, Relation.SUBSET),
    ("6 NA, NA", NA, NA, Relation.EQUAL),
    ("7 NA, i", NA, "i", Relation.DISJOINT),
    ("8 NA, m + wild", NA, "m*", Relation.UNDEFINED),
    ("9 i, i", "i", "i", Relation.EQUAL),
    ("10 i, k", "i", "k", Relation.DISJOINT),
    ("11 i, m + wild", "i", "m*", Relation.UNDEFINED),
    ("12 i, NA", "i", NA, Relation.DISJOINT),
    ("13 i, ANY", "i", ANY, Relation.SUBSET),
    ("14 m1 + wild, m2 within", "m*", "m2", Relation.SUPERSET),
    ("14 m1 + wild, m2 outside", "m*", "k2", Relation.DISJOINT),
    ("15 m + wild, ANY", "m*", ANY, Relation.SUBSET),
    ("16 m + wild, NA", "m*", NA, Relation.DISJOINT),
    ("17 m1 + wild, m2 + wild", "m*", "n?", Relation.UNDEFINED),
]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize(("row", "source", "target", "wanted"), TABLE_6_2, ids=[row[0] for row in TABLE_6_2])
def test_table_6_2_holds_for_every_attribute(attribute, row, source, target, wanted):
    found = relations(Name(**{attribute: source}), Name(**{attribute: target}))
    assert found.pop(attribute) is wanted
    assert set(found.values()) == {Relation.EQUAL}


MIRROR = {Relation.SUBSET: Relation.SUPERSET, Relation.SUPERSET: Relation.SUBSET}


@pytest.mark.parametrize(("row", "source", "target", "wanted"), TABLE_6_2, ids=[row[0] for row in TABLE_6_2])
def test_what_is_defined_both_ways_is_mirrored(row, source, target, wanted):
    back = relation(target, source)
    if Relation.UNDEFINED not in (wanted, back):
        assert back is MIRROR.get(wanted, wanted)


TABLE_6_4 = [
    ("1 any disjoint", {"vendor": "a", "product": "b"}, {"vendor": "a", "product": "c"}, Relation.DISJOINT),
    (
        "1 disjoint beside undefined",
        {"vendor": "a", "version": "i"},
        {"vendor": "b", "version": "m*"},
        Relation.DISJOINT,
    ),
    ("2 all equal", {"vendor": "a", "version": NA}, {"vendor": "a", "version": NA}, Relation.EQUAL),
    ("3 subset or equal", {"vendor": "a", "version": "i"}, {"vendor": "a"}, Relation.SUBSET),
    ("4 superset or equal", {"vendor": "a"}, {"vendor": "a", "version": "i"}, Relation.SUPERSET),
    ("4 superset by wildcard", {"version": "8?"}, {"version": "81"}, Relation.SUPERSET),
    ("neither: one wider, one narrower", {"vendor": "a"}, {"version": "i"}, Relation.UNDEFINED),
    ("neither: undefined", {"vendor": "a"}, {"vendor": "a", "version": "m*"}, Relation.UNDEFINED),
    ("ANY against ANY is equal, so wider names are supersets", {}, {"version": "1\\.0"}, Relation.SUPERSET),
]


@pytest.mark.parametrize(("row", "source", "target", "wanted"), TABLE_6_4, ids=[row[0] for row in TABLE_6_4])
def test_table_6_4_holds_for_names(row, source, target, wanted):
    assert compared(Name(**source), Name(**target)) is wanted


READ = [
    ("cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*", "microsoft", "internet_explorer", "8.0.6001", "beta"),
    ("cpe:/a:microsoft:internet_explorer:8.0.6001:beta", "microsoft", "internet_explorer", "8.0.6001", "beta"),
    ("cpe:/a:hp:openview_network_manager:7.51::~~~linux~~", "hp", "openview_network_manager", "7.51", None),
    (r"cpe:2.3:a:foo\\bar:big\$money_2010:1.0:*:*:*:*:*:*:*", "foo\\bar", "big$money_2010", "1.0", None),
    ("cpe:/a:foo%5cbar:big%24money_2010:1.0", "foo\\bar", "big$money_2010", "1.0", None),
    (r"cpe:2.3:a:nodejs:node.js\:core:1.0:-:*:*:*:*:*:*", "nodejs", "node.js:core", "1.0", None),
    ("CPE:2.3:A:Apache:Log4j:2.14.1:*:*:*:*:*:*:*", "apache", "log4j", "2.14.1", None),
    ("cpe:2.3:a:apache:log4j", "apache", "log4j", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "vendor", "product", "stated", "update"), READ)
def test_names_are_read_with_their_quoting(text, vendor, product, stated, update):
    found = name(text)
    assert [found.plain(each) for each in ("vendor", "product", "version", "update")] == [
        vendor,
        product,
        stated,
        update,
    ]


@pytest.mark.parametrize("text", [each[0] for each in READ])
def test_a_name_that_is_written_reads_as_itself(text):
    assert name(str(name(text))) == name(text)


def test_a_packed_edition_is_unpacked():
    found = name("cpe:/a:hp:insight:7.4.0.1570:-:~~online~win2003~x64~")
    assert (found.update, found.edition, found.sw_edition, found.target_sw, found.target_hw) == (
        NA,
        ANY,
        "online",
        "win2003",
        "x64",
    )


def test_a_quoted_star_is_no_wildcard_and_a_quoted_dash_is_not_na():
    assert relation(name(r"cpe:2.3:a:v:p\*").product, "pq") is Relation.DISJOINT
    assert relation(name("cpe:2.3:a:v:p*").product, "pq") is Relation.SUPERSET
    assert name(r"cpe:2.3:a:v:p:\-").version != NA
    assert name(str(name(r"cpe:2.3:a:v:p:\-"))).version != NA


@pytest.mark.parametrize(
    "text", ["log4j", "cpe:2.3:x:v:p", "cpe:2.3:a:v:p:1:2:3:4:5:6:7:8:9", "cpe:/a:v:p:1:2:3:4:5", "cpe:2.3:a:v:p\\"]
)
def test_what_is_no_name_is_said(text):
    with pytest.raises(UsageError, match="no CPE name"):
        name(text)
