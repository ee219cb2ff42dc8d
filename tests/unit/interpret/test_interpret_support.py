"""The table of support: identifiers go before texts, and a text that is not there means nothing."""

from __future__ import annotations

from datetime import date

import polars as pl

from eamap.checks.case_supports import stated_knowledge
from eamap.checks.cases import small_estate
from eamap.interpret.support import COLUMNS, supported
from eamap.model.selector import EstateOn

DAY = date(2026, 11, 22)
OLD = {"product": "p", "cycle": "1", "label": "P 1", "ends": "2020-01-01"}
NEW = {"product": "p", "cycle": "2", "label": "P 2", "ends": "2030-01-01"}


def table(rows):
    estate = small_estate({"things": {"component": [{"raw": raw} for raw, _ in rows]}})
    things = estate.things("component").with_columns(
        pl.Series("identifier", [each for _, each in rows], dtype=pl.String)
    )
    known = stated_knowledge({"support": {"P 1": OLD, "pkg:p@2": NEW}}, 365)
    return supported(EstateOn(estate.with_tables({"things/component": things}), DAY), known).table


def test_an_identifier_that_means_something_goes_before_the_text():
    found = table(
        [
            ("P 1", "pkg:p@2"),
            ("P 1", "pkg:other@2"),
            ("P 1", None),
            (None, "pkg:p@2"),
            (None, "pkg:other@2"),
            (None, None),
        ]
    )
    assert found["status"].to_list() == ["supported", "eol", "eol", "supported", "unmatched", "unmatched"]
    assert found["outcome"].to_list()[4:] == ["unmatched", None]


def test_the_columns_are_as_published():
    assert tuple(table([("P 1", None)]).columns) == COLUMNS
