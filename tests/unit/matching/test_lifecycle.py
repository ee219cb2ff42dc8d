"""Component texts to release cycles: each outcome, what it fills, and that nothing is guessed."""

import polars as pl
import pytest

from eamap.matching import lifecycle as matching
from eamap.reference import lifecycle


@pytest.fixture(scope="module")
def matcher():
    return matching.Matcher(lifecycle.load())


@pytest.mark.parametrize(
    ("text", "product", "cycle"),
    [
        ("Windows Server 2012 R2", "windows-server", "2012-r2"),
        ("Windows Server 2012 R2 Standard", "windows-server", "2012-r2"),
        ("Win 2012R2 Std", "windows-server", "2012-r2"),
        ("SQL Server 2016 SP3", "mssqlserver", "13.0-sp3"),
        ("Microsoft SQL Server 2016 Service Pack 3 (64-bit)", "mssqlserver", "13.0-sp3"),
        ("SQL Server 12.0.2000.8", "mssqlserver", "12.0"),
        ("RHEL 7.9", "rhel", "7"),
        ("Red Hat Enterprise Linux Server release 7.9 (Maipo)", "rhel", "7"),
        ("PostgreSQL 13.4", "postgresql", "13"),
        ("PostgreSQL 9.6.24", "postgresql", "9.6"),
        ("Ubuntu 18.04 LTS", "ubuntu", "18.04"),
        ("Oracle Database 19c", "oracle-database", "19"),
        ("Oracle 12.2.0.1", "oracle-database", "12.2"),
        ("Oracle Linux 7.9", "oracle-linux", "7"),
        ("Oracle MySQL 5.7.33", "mysql", "5.7"),
        ("Windows 10 22H2 Enterprise", "windows", "10-22h2"),
        ("Windows 10 Pro 21H2", "windows", "10-21h2-w"),
        ("Windows 10 Enterprise LTSC 2019", "windows", "10-1809-e-lts"),
        ("Windows 11 24H2 Enterprise", "windows", "11-24h2-e"),
        ("Exchange 2016 CU23", "msexchange", "2016"),
        ("Microsoft Office 2016", "office", "2016"),
        ("OpenSSL 1.0.2k", "openssl", "1.0.2"),
    ],
)
def test_a_text_that_names_one_cycle(matcher, text, product, cycle):
    found = matcher.match(text)
    assert (found.outcome, found.product, found.cycle) == ("exact", product, cycle)
    stated = lifecycle.load().get(product, cycle)
    assert (found.eol_best, found.eol_worst, found.extended_end) == (stated.eol, stated.eol, stated.extended_end)
    assert found.snapshot == "2026-08-22"


@pytest.mark.parametrize(
    ("text", "product", "missing", "count"),
    [
        ("Windows 11 24H2", "windows", "edition", 2),
        ("Windows 10 Pro", "windows", "feature update", 14),
        ("Windows Server 2003", "windows-server", "service pack", 3),
        ("Windows Server 2003 R2", "windows-server", "service pack", 2),
        ("SQL Server 2016", "mssqlserver", "service pack", 4),
        ("Oracle 11g", "oracle-database", "minor version", 2),
        ("Tomcat 8", "tomcat", "minor version", 2),
        ("PostgreSQL 9", "postgresql", "minor version", 7),
        ("PHP 7.4/8.0", "php", "which of the versions", 2),
        ("Windows Server 2012 and 2016", "windows-server", "which of the versions", 2),
    ],
)
def test_a_family_names_what_is_missing_and_has_both_ends(matcher, text, product, missing, count):
    found = matcher.match(text)
    assert (found.outcome, found.product, found.cycle, found.missing) == ("family", product, None, missing)
    cycles = [lifecycle.load().get(*each.split(":")) for each in found.candidates.split("|")]
    assert len(cycles) == count
    assert found.eol_best == max(each.eol for each in cycles)
    assert found.eol_worst == min(each.eol for each in cycles)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Windows 2000", "ambiguous"),
        ("PostgreSQL 99", "uncovered_cycle"),
        ("Oracle 8i", "uncovered_cycle"),
        ("Java 8", "ambiguous"),
        ("Microsoft Windows NT 10.0.14393.0", "ambiguous"),
        ("Windows Server 2012 R2 / SQL Server 2014", "ambiguous"),
        ("InterSystems Cache 2010.2", "uncovered_product"),
        ("Update for Microsoft Office 2010 (KB2553140)", "not_software"),
        ("Exchange Online", "not_software"),
        ("SQL Server 2012 Native Client", "unmatched"),
        ("SQL 8.0", "unmatched"),
        ("Exchange 2016", "unmatched"),
        ("Unity 5.3", "unmatched"),
        ("Horizon 8", "unmatched"),
        ("iPad 9.7", "unmatched"),
        ("Microsoft MySQL 5.7", "unmatched"),
        ("2012 R2", "unmatched"),
        ("", "unmatched"),
        ("\x00\x01", "unmatched"),
        ("Windows Server 2012 R2 " * 50, "unmatched"),
    ],
)
def test_what_is_not_one_release_says_why_and_gives_no_date(matcher, text, outcome):
    found = matcher.match(text)
    assert found.outcome == outcome
    assert (found.cycle, found.eol_best, found.eol_worst, found.extended_end) == (None, None, None, None)
    assert (found.product is not None) == (outcome == "uncovered_cycle")
    assert found.rule


def test_older_and_newer_than_the_records_are_told_apart(matcher):
    assert matcher.match("Oracle 8i").inferred == "before-records"
    assert matcher.match("PostgreSQL 99").inferred == "not-in-data"
    assert matcher.match("Ubuntu 19.06").inferred is None


def test_the_supplement_fills_columns_of_its_own(matcher):
    found = matcher.match("Microsoft IIS 8.5")
    assert (found.outcome, found.product, found.cycle, found.eol_best) == ("uncovered_product", None, None, None)
    assert (found.supplement_product, found.supplement_cycle, found.supplement_end) == ("iis", "8.5", "2023-10-10")


@pytest.mark.parametrize("text", ["Flash Player 32", "Adobe Flash Player", "macromedia flash player 11.2"])
def test_an_end_for_all_releases_holds_for_each(matcher, text):
    found = matcher.match(text)
    assert (found.supplement_product, found.supplement_cycle) == ("adobe-flash-player", None)
    assert found.supplement_end == "2020-12-31"


@pytest.mark.parametrize("text", ["Windows CE 6.0", "Microsoft Windows CE 6.0", "microsoft windows ce 6.0 r3"])
def test_the_vendor_may_stand_before_a_name_of_the_supplement(matcher, text):
    found = matcher.match(text)
    assert (found.supplement_product, found.supplement_cycle) == ("windows-ce", "6.0")


def test_every_cycle_under_its_full_name_is_itself_or_one_of_its_family(matcher):
    data = lifecycle.load()
    titles = data.cycles.join(data.products.select("product", "title", "category"), on="product")
    wrong = []
    for product, cycle, title in titles.select("product", "cycle", "title").sample(2000, seed=1).iter_rows():
        found = matcher.match(f"{title} {cycle}")
        other = found.product is not None and found.product != product
        if other or (found.outcome == "exact" and found.cycle != cycle):
            wrong.append((title, cycle, found.product, found.cycle))
    assert wrong == []


def test_the_match_says_what_it_understood(matcher):
    found = matcher.match("Microsoft Windows Server 2019 Datacenter")
    assert found.tokens == "name=microsoft windows server | version=2019 | edition=datacenter"
    assert (found.rule, found.confidence) == ("spelled", "high")
    assert matcher.match("Windows 7").confidence == "medium"


def test_a_column_is_judged_by_distinct_text():
    texts = pl.Series(["RHEL 7.9", "RHEL 7.9", None, "nothing"])
    found = matching.match_all(texts, lifecycle.load())
    assert found.columns == list(matching.COLUMNS)
    assert found["text"].to_list() == ["RHEL 7.9", "nothing"]
    assert found["cycle"].to_list() == ["7", None]
    assert matching.match_all(pl.Series([], dtype=pl.String), lifecycle.load()).height == 0
