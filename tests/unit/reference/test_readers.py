"""The other readers: capabilities, pathways, products, lifecycle, exploited vulnerabilities, crosswalks."""

import polars as pl
import pytest

from eamap.reference import capabilities, crosswalks, exploited, lifecycle, pathways, products, standards


def test_the_model_has_91_leaves_in_35_groups_of_10_domains():
    model = capabilities.load()
    assert dict(model.frame.group_by("level").len().iter_rows()) == {1: 10, 2: 35, 3: 91}
    assert model.leaves.height == 91
    assert model.leaves["group"].n_unique() == 35
    assert model.leaves["domain"].n_unique() == 10
    assert model.is_leaf("dia-2.1") and not model.is_leaf("DIA-2") and not model.is_leaf("XXX-1")
    assert model.ancestors("DIA-2.1") == ("DIA-2", "DIA")
    assert "DIA-2.1" in model.children("DIA-2")
    assert set(model.leaves["instances_per_org"]) == {"one", "many", "shared"}


def test_only_open_frameworks_are_passed_on():
    frameworks = capabilities.load().frameworks
    assert set(frameworks["framework"]) == {"WGLL", "NHSE_EPR_STAGE", "DMA", "NHSE_WDW"}
    assert "same" not in set(frameworks["source"])


def test_there_are_8_pathways_of_76_steps_and_59_hand_offs():
    every = pathways.load()
    assert every.pathways.height == 8
    assert every.steps.height == every.steps["id"].n_unique() == 76
    assert every.steps["handoff"].sum() == 59
    assert every.pathways["steps"].sum() == 76


def test_what_steps_need_is_in_the_other_sets():
    every, model = pathways.load(), capabilities.load()
    assert set(every.capabilities["capability"]) <= set(model.leaves["id"])
    assert set(every.standards["text"]) == set(crosswalks.load().pathway_standards["text"])
    assert set(every.services["text"]) == set(crosswalks.load().pathway_services["text"])
    assert set(every.steps["from_role"]) | set(every.steps["to_role"]) <= set(
        crosswalks.load().roles["pathway_org_type"]
    )


def test_crosswalks_point_at_things_that_exist():
    walks, ids = crosswalks.load(), set(standards.load().registry["id"])
    leaves = set(capabilities.load().leaves["id"])
    reached = walks.system_types.filter(pl.col("relation") == "is")["capability_ids"].str.split(";").explode()
    assert set(reached) == leaves
    assert set(walks.pathway_standards["registry_id"].drop_nulls()) <= ids
    assert set(walks.standard_aliases["registry_id"]) <= ids
    assert set(walks.lifecycle_names["product"]) <= set(lifecycle.load().products["product"])


def test_a_low_confidence_text_infers_nothing():
    types = crosswalks.load().system_types
    assert types.filter((pl.col("confidence") == "low") & (pl.col("relation") == "is")).height == 0


def test_products_have_one_name_each_and_leaves_that_exist():
    known = products.load()
    assert known.frame.height == 160
    assert known.frame["national_service"].sum() == 25
    assert known.aliases["alias"].is_duplicated().sum() == 0
    assert set(known.capabilities["capability"]) <= set(capabilities.load().leaves["id"])
    assert known.get("SystmOne").supplier == "TPP"
    assert known.get("systmone") is None


def test_lifecycle_keeps_dates_words_and_nothing_apart():
    data = lifecycle.load()
    assert (data.cycles.height, data.products.height) == (8351, 464)
    assert data.snapshot == "2026-08-22"
    cycle = data.get("windows-server", "2012-r2")
    assert (cycle.eol, cycle.extended_end) == ("2023-10-10", "2026-10-13")
    counts = data.cycles.select(
        dates=pl.col("eol_date").is_not_null().sum(),
        no=(pl.col("eol") == "false").sum(),
        yes=(pl.col("eol") == "true").sum(),
    )
    assert counts.row(0) == (7228, 644, 479)
    assert data.get("windows-server", "2099") is None


def test_the_exploited_list_is_whole_and_joins_to_lifecycle_products():
    listed = exploited.load()
    assert listed.entries.height == listed.entries["cve"].n_unique() == 1662
    assert set(listed.entries["ransomware"]) == {"known", "unknown"}
    assert listed.is_listed(" cve-2026-8037") and not listed.is_listed("CVE-1999-0001")
    assert set(listed.product_map["lifecycle_product"].drop_nulls()) <= set(lifecycle.load().products["product"])


@pytest.mark.parametrize("table", ["items", "suppliers", "item_capabilities"])
def test_the_gp_it_catalogue_is_readable(table):
    assert products.load().gpit(table).height > 0
