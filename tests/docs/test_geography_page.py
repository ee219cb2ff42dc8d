"""docs/geography.md: its file of boundaries can be read, and its figures are those of the program."""

from __future__ import annotations

import re
from datetime import date

import pages
import polars as pl

from eamap.analysis.geography.flows import placed, published
from eamap.analysis.geography.located import located
from eamap.interpret.geography import geography

PAGE = "docs/geography.md"
TODAY = date(2026, 11, 22)


def test_the_file_of_boundaries_can_be_read(tmp_path):
    (path,) = pages.write_files(pages.text_of(PAGE), tmp_path)
    found = geography(str(path), TODAY)
    assert found.of(pl.Series(["QWE", "RJ1"]))["icb"].to_list() == ["X1", "QMF"]
    assert placed(published(found.reference), found).shares()["lower"][0] < 0.139


def test_the_figures_are_those_of_the_program():
    text = " ".join(pages.text_of(PAGE).split())
    old = placed(published(geography("2022", TODAY).reference), geography("2022", TODAY))
    new = placed(published(geography("2026-04", TODAY).reference), geography("2026-04", TODAY))
    why = {name: flows["volume"].sum() for name, flows in old.undecided().items()}
    overall, before = new.shares().row(0, named=True), old.shares().row(0, named=True)
    specialties = new.shares("specialty")["lower"]
    region = new.shares(level="region")["lower"][0]
    for said in (
        f"{overall['total']:,} incomplete pathways", f"{100 * overall['lower']:.1f} % cross", f"{100 * region:.1f} % one between regions",
        f"{100 * specialties.min():.1f} % (elderly", f"{100 * specialties.max():.1f} % (neurosurgery)",
        f"({why['inside']:,} pathways in seven boards", f"({why['between']:,})",
        f"at least {100 * before['lower']:.1f} % and at most {100 * before['upper']:.1f} %",
    ):  # fmt: skip
        assert said in text, said
    assert old.undecided()["inside"]["origin"].n_unique() == 7


def test_the_boards_that_cannot_be_told_apart_are_named():
    known = geography("2026-04", TODAY)
    old = placed(published(known.reference), geography("2022", TODAY))
    names = known.reference.boards.filter(pl.col("code").is_in(old.undecided()["inside"]["origin"].implode()))[
        "short_name"
    ]
    said = re.sub(r"\s+", " ", pages.text_of(PAGE))
    assert [name for name in names if name not in said] == []


def test_what_is_said_of_frimley_is_so():
    frimley = located(geography("2026-04", TODAY), pl.Series(["RDU"])).row(0, named=True)
    assert (frimley["icb"], frimley["agrees"], round(100 * frimley["unplaced"])) == ("S9B9J", "cannot be told", 77)
