"""Products, suppliers and organisations by exact name; suggestions are only suggested."""

import polars as pl
import pytest

from eamap.matching import organisations as organisation_matching
from eamap.matching import products as product_matching
from eamap.matching.products import Names
from eamap.reference import crosswalks, organisations, products


@pytest.fixture(scope="module")
def product_names():
    return product_matching.product_names(products.load(), crosswalks.load().not_names)


@pytest.fixture(scope="module")
def supplier_names():
    return product_matching.supplier_names(products.load(), crosswalks.load().not_names)


@pytest.fixture(scope="module")
def organisation_names():
    return organisation_matching.OrganisationNames(organisations.load().names)


def test_a_product_is_found_by_any_of_its_names(product_names):
    for text in ("Oracle Millenium", "cerner  MILLENNIUM®", "Oracle Health Millennium"):
        assert product_names.match(text).name == "Oracle Health Millennium"
    assert product_names.match("Epic").rule == "own-name"


def test_every_name_of_every_product_finds_it_and_no_other(product_names):
    for alias, product in products.load().aliases.iter_rows():
        assert product_names.match(alias).name == product


def test_what_is_near_is_suggested_and_never_assigned(product_names):
    assert product_names.match("Cerner Milenium").outcome == "none"
    assert product_names.suggest("Cerner Milenium")[0].name == "Oracle Health Millennium"
    assert len(product_names.suggest("Care", limit=3)) <= 3


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("No System Installed", "absent"),
        ("n/a", "not-applicable"),
        ("DATA WITHHELD", "withheld"),
        ("In-House", "in-house"),
        ("unknown", "unknown"),
    ],
)
def test_words_that_name_nobody_are_not_suppliers(supplier_names, text, meaning):
    found = supplier_names.match(text)
    assert (found.outcome, found.name, found.meaning) == ("not-a-name", None, meaning)
    assert supplier_names.suggest(text) == ()


def test_a_supplier_may_drop_its_legal_form(supplier_names):
    assert supplier_names.match("Dedalus Ltd.").name == "Dedalus"
    assert supplier_names.match("Ltd").outcome == "none"


def test_an_own_name_beats_a_former_one_and_two_former_ones_are_ambiguous():
    names = Names([("A", "A"), ("A", "B"), ("B", "B"), ("old", "A"), ("old", "B")])
    assert names.match("a").name == "A"
    assert (names.match("old").outcome, names.match("old").name, names.match("old").candidates) == (
        "ambiguous",
        None,
        ("A", "B"),
    )


def test_names_of_the_real_list_of_epr_suppliers_are_told_apart(supplier_names, shared):
    listed = pl.read_csv(shared / "products" / "epr_suppliers_by_trust_20241001.csv", infer_schema=False)
    found = supplier_names.match_all(listed["primary_epr_supplier"])
    assert dict(found.group_by("outcome").len().iter_rows()) == {"exact": 20, "not-a-name": 2, "none": 2}


def test_a_column_is_judged_by_distinct_text(supplier_names):
    found = supplier_names.match_all(pl.Series(["TPP", "TPP", None, "Nobody"]))
    assert found["text"].to_list() == ["Nobody", "TPP"]
    assert found["name"].to_list() == [None, "TPP"]


@pytest.mark.parametrize(
    ("text", "code", "rule"),
    [
        ("r0a", "R0A", "code"),
        ("Guys and St Thomas NHS FT", "RJ1", "name"),
        ("NHS Essex ICB", "D7T5G", "name"),
        ("SOUTH TYNESIDE AND SUNDERLAND NHS FOUNDATION TRUST (R0B)", "R0B", "code-behind-name"),
        ("East and North Hertfordshire NHS Trust", "RWH", "earlier-name"),
    ],
)
def test_an_organisation_is_found_by_code_or_by_its_one_name(organisation_names, text, code, rule):
    found = organisation_names.match(text)
    assert (found.outcome, found.code, found.rule) == ("exact", code, rule)


def test_a_name_that_several_bodies_have_gives_no_code(organisation_names):
    found = organisation_names.match("The Surgery")
    assert (found.outcome, found.code) == ("ambiguous", None)
    assert len(found.candidates) > 1
    assert organisation_names.match("").outcome == "none"
    assert organisation_names.match("Northmoor NHS Trust").outcome == "none"


def test_the_estates_own_organisations_are_known_beside_those_of_the_set():
    names = organisation_matching.OrganisationNames(organisations.load().names, [("Northmoor NHS Trust", "ZN01")])
    assert names.match("Northmoor NHS Trust").code == "ZN01"
    assert names.match("zn01").code == "ZN01"


def test_names_of_the_real_list_never_give_a_wrong_code(organisation_names, shared):
    listed = pl.read_csv(shared / "products" / "epr_suppliers_by_trust_20241001.csv", infer_schema=False)
    found = listed.join(organisation_names.match_all(listed["organisation"]), left_on="organisation", right_on="text")
    given = found.filter(pl.col("code").is_not_null())
    assert given.height >= 200
    assert (
        given.filter(
            (pl.col("code") != pl.col("ods_code")) & (pl.col("code") != pl.col("current_ods_code_202607"))
        ).height
        == 0
    )


def test_a_cell_of_a_megabyte_costs_nothing(product_names, organisation_names):
    for text in (" " * 1_000_000 + "(", "(" * 1_000_000, "a " * 500_000):
        assert product_names.match(text).outcome == "none"
        assert product_names.suggest(text) == ()
        assert organisation_names.match(text).outcome == "none"
