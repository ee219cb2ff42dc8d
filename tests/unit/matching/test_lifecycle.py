"""Component texts to release cycles: exact or not assessed, and never wrong."""

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
        ("RHEL 7.9", "rhel", "7"),
        ("Red Hat Enterprise Linux Server release 7.9 (Maipo)", "rhel", "7"),
        ("PostgreSQL 13.4", "postgresql", "13"),
        ("PostgreSQL 9.6.24", "postgresql", "9.6"),
        ("Ubuntu 18.04 LTS", "ubuntu", "18.04"),
        ("Oracle Database 19c", "oracle-database", "19"),
        ("Oracle Linux 7.9", "oracle-linux", "7"),
        ("Oracle MySQL 5.7.33", "mysql", "5.7"),
        ("Windows 10 22H2 Enterprise", "windows", "10-22h2"),
        ("Windows 10 Pro 21H2", "windows", "10-21h2-w"),
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
    assert (found.eol, found.extended_end) == (stated.eol, stated.extended_end)
    assert found.snapshot == "2026-08-22"


@pytest.mark.parametrize(
    "text",
    [
        "Windows 10",  # many feature updates
        "Windows 11 24H2",  # the edition decides
        "Windows 10 Enterprise LTSC 2019",
        "Windows 10 IoT Enterprise 21H2",
        "Windows Server 2003",  # the service pack decides
        "Windows 2000",  # server or client
        "SQL Server 2016",
        "SQL Server 2012 Native Client",
        "SQL Server 12.0.2000.8",
        "SQL 8.0",
        "Oracle 11g",
        "Oracle 12.2.0.1",
        "Tomcat 8",
        "PostgreSQL 9",
        "PostgreSQL 99",
        "Java 8",
        "Exchange 2016",  # an English word and a year
        "Unity 5.3",
        "Horizon 8",
        "iPad 9.7",
        "Microsoft MySQL 5.7",
        "Update for Microsoft Office 2010 (KB2553140)",
        "Windows Server",
        "2012 R2",
        "",
        "\x00\x01",
        "Windows Server 2012 R2 " * 50,
    ],
)
def test_what_is_not_certain_is_not_assessed(matcher, text):
    found = matcher.match(text)
    assert (found.outcome, found.product, found.cycle, found.eol) == ("none", None, None, None)
    assert found.rule.startswith("no-")


def test_the_labelled_examples_have_no_wrong_and_no_false_match(shared):
    examples = pl.read_csv(shared / "lifecycle" / "match_examples.csv", infer_schema=False)
    found = examples.join(
        matching.match_all(examples["raw"], lifecycle.load()), left_on="raw", right_on="text", suffix="_found"
    )
    given = found.filter(pl.col("outcome") == "exact")
    right = given.filter(
        (pl.col("kind") == "exact")
        & (pl.col("product") == pl.col("product_found"))
        & (pl.col("cycle") == pl.col("cycle_found"))
        & (pl.col("eol") == pl.col("eol_found"))
    )
    assert given.height == right.height
    assert right.height >= 34


def test_every_cycle_under_its_full_name_is_itself_or_nothing(matcher):
    data = lifecycle.load()
    titles = data.cycles.join(data.products.select("product", "title"), on="product")
    wrong = []
    for product, cycle, title in titles.select("product", "cycle", "title").sample(2000, seed=1).iter_rows():
        found = matcher.match(f"{title} {cycle}")
        if found.outcome == "exact" and (found.product, found.cycle) != (product, cycle):
            wrong.append((title, cycle, found.product, found.cycle))
    assert wrong == []


def test_the_match_says_what_it_understood(matcher):
    found = matcher.match("Microsoft Windows Server 2019 Datacenter")
    assert found.tokens == ("name=microsoft windows server", "version=2019", "edition=datacenter")
    assert found.rule == "spelled"
    assert matcher.match("Oracle MySQL 5.7.33").tokens == ("vendor=oracle", "name=mysql", "version=5.7.33")


def test_a_column_is_judged_by_distinct_text():
    texts = pl.Series(["RHEL 7.9", "RHEL 7.9", None, "nothing"])
    found = matching.match_all(texts, lifecycle.load())
    assert found.columns == list(matching.COLUMNS)
    assert found["text"].to_list() == ["RHEL 7.9", "nothing"]
    assert found["cycle"].to_list() == ["7", None]
    assert matching.match_all(pl.Series([], dtype=pl.String), lifecycle.load()).height == 0
