"""The tables of the rules are sound: what they name exists, what they state has a source, every pattern is a pattern."""

import re
from datetime import date

from eamap.reference import lifecycle

TABLES = lifecycle.load()
PRODUCTS = set(TABLES.products["product"])


def test_every_row_of_the_supplement_has_a_source_a_date_and_a_confidence():
    for row in TABLES.supplement.iter_rows(named=True):
        assert row["title"] and row["names"] and row["source"] and row["source_date"], row
        assert row["confidence"] in ("high", "medium", "low"), row
        if row["end"]:
            date.fromisoformat(row["end"])
            assert row["end_kind"], row
            assert row["source"].startswith("https://"), row
            # A date is in the table because somebody read it, or because it follows from the snapshot.
            assert row["confidence"] == "high", row
        else:
            assert row["end_kind"] is None, row
    keys = TABLES.supplement.select("product", "cycle").rows()
    assert len(keys) == len(set(keys))
    assert not set(TABLES.supplement["product"]) & PRODUCTS


def test_a_date_that_follows_from_the_snapshot_is_that_of_the_snapshot():
    ends = dict(TABLES.supplement.filter(product="iis").select("cycle", "end").iter_rows())
    for version, release in (("6.0", "2003-sp2"), ("7.5", "2008-r2-sp1"), ("8.0", "2012"), ("8.5", "2012-r2")):
        assert ends[version] == TABLES.get("windows-server", release).eol
    for product in ("access", "visio", "project"):
        for cycle, end in TABLES.supplement.filter(product=product).select("cycle", "end").iter_rows():
            if (office := TABLES.get("office", cycle)) is not None:
                assert end == office.eol, (product, cycle)


def test_builds_name_cycles_of_the_snapshot_and_agree_with_its_latest_builds():
    latest = {(row["product"], row["cycle"]): row["latest"] for row in TABLES.cycles.iter_rows(named=True)}
    for row in TABLES.builds.iter_rows(named=True):
        assert row["source"].startswith("https://"), row
        for cycle in filter(None, (row["cycles"] or "").split("|")):
            said = latest[row["product"], cycle]
            if row["product"] == "windows" and row["version"] == "10.0":
                assert said == f"10.0.{row['build']}", row
            if row["product"] == "mssqlserver":
                assert int(re.match(r"[\d.]+", said)[0].split(".")[2]) >= int(row["build"]), row


def test_names_special_versions_and_cpe_names_lead_to_products_and_cycles():
    assert set(TABLES.spoken_names["product"]) <= PRODUCTS
    assert set(TABLES.cpes["means"]) <= PRODUCTS
    for product, kind, cycles in TABLES.versions.select("product", "kind", "cycles").iter_rows():
        assert product in PRODUCTS
        if kind != "rewrite":
            for cycle in filter(None, (cycles or "").lstrip("!").split("|")):
                assert TABLES.get(product, cycle) is not None, (product, cycle)


def test_every_pattern_is_one():
    patterns = [
        *TABLES.rewrites["pattern"],
        *TABLES.words["word"].filter(TABLES.words["word"] != "*"),
        *TABLES.spoken_names["versions"].drop_nulls(),
    ]
    for pattern in patterns:
        re.compile(pattern)
    assert set(TABLES.stops["outcome"]) == {"unmatched", "not_software"}
