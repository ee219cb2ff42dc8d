from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import polars as pl
import pytest

from eamap.errors import UsageError
from eamap.maps.capability import CapabilityMap
from eamap.maps.do_once import DoOnceMap
from eamap.maps.interface import InterfaceMap
from eamap.maps.lifecycle import LifecycleMap
from eamap.maps.products import ProductMap
from eamap.model.diagram import Status
from eamap.model.refs import THING, Context, Explanation, parse_ref, resolve
from eamap.model.selector import EstateOn, select_on
from tests.unit.maps.estates import DAY, FOUND, small, spans, texts

ESTATE = small()
ON = EstateOn(ESTATE, DAY)


class Supported(LifecycleMap):
    """The lifecycle map with standings that agree with what the checks found."""

    def draw(self, estate, as_of, **options):
        return super().draw(estate, as_of, **{"support": standing(estate, options.get("verdicts", FOUND)), **options})


def standing(estate, verdicts):
    """Returns the columns of support that the map reads: a fail is past, a pass supported, all else not recognised."""
    words = {"fail": "eol", "pass": "supported"}
    judged = verdicts.filter(pl.col("check") == "LIF001").select(
        id="subject", status=pl.col("verdict").replace_strict(words, default="unmatched")
    )
    found = estate.things("component").select("id", "system", "raw").join(judged, on="id", how="left")
    return found.with_columns(pl.col("status").fill_null("unmatched"), eol_worst=pl.lit(None, pl.String))


MAPS = {
    "capability": CapabilityMap(), "interface": InterfaceMap(), "do-once": DoOnceMap(), "lifecycle": Supported(),
    "products": ProductMap(),
}  # fmt: skip


def verdict_counts(ref, on, context):
    check, words, selector = ref.arguments
    subjects = select_on(on, selector).ids.to_list()
    mine = FOUND.filter(
        (pl.col("check") == check) & pl.col("verdict").is_in(words.split("|")) & pl.col("subject").is_in(subjects)
    )
    return Explanation(str(ref), mine.height, "")


CONTEXT = Context({"verdicts": verdict_counts}, None)


def drawn(name, selector="kind:*", **options):
    return MAPS[name].draw(ESTATE, DAY, **{"selector": selector, "verdicts": FOUND, "marking": "M", **options})


def blocks(diagram):
    return {mark.id: mark for mark in diagram.body.marks()}


def lines(block):
    return [line.plain for line in block.lines]


def cells(diagram):
    return {
        (cell.row.partition(":")[2], cell.column.partition(":")[2] or cell.column): cell for cell in diagram.body.cells
    }


@cache
def explained(ref):
    return resolve(ref, ON, context=CONTEXT)


def proves(span):
    """Says whether a ref gives the number again, or names a thing whose cells hold the digits that are drawn."""
    told = explained(span.ref)
    plain = span.text.replace(",", "")
    if parse_ref(span.ref).form in ("count", "organisations", "certainty", "distinct", "verdicts") and plain.isdigit():
        return told.value == int(plain)
    known = [told.value, *parse_ref(span.ref).arguments, *(row.citation.value for row in told.rows)]
    if parse_ref(span.ref).form == THING:
        known += list(ESTATE.find(span.ref).values())
    known = " ".join(map(str, known))
    return set(re.findall(r"\d", plain)) <= set(known)


@pytest.mark.parametrize("selector", ["kind:*", "org:RA1", "kind:system and name:epr", "org:nobody"])
@pytest.mark.parametrize("name", sorted(MAPS))
def test_every_number_is_proved_by_its_ref(name, selector):
    for limit in (40, 1) if name == "interface" else (40,):
        every = list(spans(drawn(name, selector, limit=limit)))
        assert every
        assert [span for span in every if not proves(span)] == []


@pytest.mark.parametrize("name", sorted(MAPS))
def test_the_same_estate_gives_the_same_diagram_whatever_the_order_of_its_rows(name):
    turned = ESTATE.with_tables(
        {key: table.reverse() for key, table in ESTATE.tables.items() if key != "things/capability"}
    )
    assert MAPS[name].draw(turned, DAY, selector="kind:*", verdicts=FOUND.reverse(), marking="M") == drawn(name)


@pytest.mark.parametrize("name", sorted(MAPS))
def test_title_scope_day_and_version_are_told(name):
    diagram = drawn(name, "org:RA1")
    assert "Trust RA1 NHS Trust (RA1)" in diagram.title.plain
    assert diagram.subtitle.plain.endswith("Scope: org:RA1, as of 2026-11-22, version 1")
    assert [source.text.plain for source in diagram.sources] == ["apps.csv, 40 rows"]


@pytest.mark.parametrize("days, said", [(22, "22 days old"), (0, "0 days old"), (-3, "newer than the day judged")])
def test_reference_data_stands_among_the_sources(days, said):
    used = {"lifecycle": {"version": "2026-10", "age_days": days}}
    source = drawn("capability", reference=used).sources[-1].text.plain
    assert source == f"reference data lifecycle, version 2026-10, {said}"


class TestCapabilityMap:
    @pytest.mark.parametrize("code, status, said", [
        ("X-1.1", Status.EXPIRED, ["2 of 3 organisations", "2 systems: 1 stated, 1 inferred", "expired: 1 of 3 components"]),
        ("X-1.2", Status.NOT_ASSESSED, ["2 of 3 organisations", "2 systems: 2 stated", "not assessed: 1 of 2 components"]),
        ("X-1.3", Status.UNKNOWN, ["0 of 3 organisations", "1 possible", "not in the inventory"]),
        ("X-1.4", Status.WITHHELD, ["0 of 3 organisations", "stated withheld: 1"]),
        ("X-1.5", Status.NOT_ASSESSED, ["2 of 3 organisations", "2 systems: 2 stated", "no component in the inventory"]),
    ])  # fmt: skip
    def test_a_capability_says_who_covers_it_how_that_is_known_and_the_worst_support(self, code, status, said):
        block = blocks(drawn("capability"))[f"capability:{code}"]
        assert (block.status, lines(block)) == (status, said)

    def test_capabilities_are_nested_in_groups_and_domains_and_none_is_hidden(self):
        (domain,) = drawn("capability", "org:nobody").body.blocks
        assert [each.id for each in domain.blocks[0].blocks] == [f"capability:X-1.{n}" for n in range(1, 6)]

    def test_a_capability_that_sources_name_beside_the_model_has_a_box_of_its_own(self):
        own = (
            ESTATE.things("capability")
            .head(1)
            .with_columns(id=pl.lit("capability:OWN"), level=pl.lit(None, pl.String()))
        )
        more = ESTATE.with_tables({"things/capability": pl.concat([ESTATE.things("capability"), own])})
        diagram = CapabilityMap().draw(more, DAY, marking="M")
        assert diagram.body.blocks[-1].blocks[0].id == "capability:OWN"
        assert diagram.counts[0].total.n == 6

    def test_without_verdicts_nothing_is_called_supported(self):
        found = blocks(drawn("capability", verdicts=None))
        assert lines(found["capability:X-1.1"])[-1] == "not assessed: 3 of 3 components"
        assert {mark.status for mark in found.values()} & {Status.SUPPORTED, Status.EXPIRED} == set()

    def test_verdicts_of_other_checks_assess_no_component(self):
        found = blocks(drawn("capability", verdicts=FOUND.filter(pl.col("check") != "LIF001")))
        assert found["capability:X-1.1"].status is Status.NOT_ASSESSED

    def test_a_public_map_says_nothing_about_support(self):
        diagram = drawn("capability", findings=False)
        assert not re.search("expired|assessed|support|component", " ".join(text.plain for text in texts(diagram)))
        assert blocks(diagram)["capability:X-1.1"].status is Status.LIVE

    def test_what_is_not_counted_is_said(self):
        assert "3 of 4 in scope" in drawn("capability").footnotes[0].plain
        assert "environment unknown: 1 system." in drawn("capability").footnotes[1].plain

    def test_a_system_whose_use_nobody_states_is_not_called_missing(self):
        drawn_before, boxes = blocks(drawn("capability")), blocks(UNTOLD_MAPS["capability"])
        covered = [each for each, box in drawn_before.items() if box.lines and not lines(box)[0].startswith("0 ")]
        said = {each: lines(boxes[each])[-1] for each in covered}
        assert "2 systems whose use is not stated" in said.values()
        assert [each for each in covered if "not in the inventory" in said[each]] == []
        spans_of = [span for each in covered for line in boxes[each].lines for span in line.spans if span.ref]
        on = EstateOn(UNTOLD, DAY)
        assert [each for each in spans_of if resolve(each.ref, on, context=CONTEXT).value != int(each.text)] == []


UNTOLD = ESTATE.with_tables(
    {"things/system": ESTATE.things("system").with_columns(environment=pl.lit(None, pl.String))}
)
UNTOLD_MAPS = {
    name: each.draw(UNTOLD, DAY, selector="kind:*", verdicts=FOUND, marking="M") for name, each in MAPS.items()
}


@pytest.mark.parametrize("name", ["capability", "do-once", "lifecycle", "products"])
def test_a_map_without_what_nobody_states_says_how_much_that_is(name):
    n = UNTOLD.things("system").height
    assert f"Not counted, status or environment unknown: {n} systems." in [
        note.plain for note in UNTOLD_MAPS[name].footnotes
    ]


class TestProductMap:
    def test_rows_are_the_capabilities_for_which_two_organisations_have_a_product(self):
        diagram = drawn("products")
        assert [row.id for row in diagram.body.rows] == ["capability:X-1.1", "capability:X-1.2"]
        assert diagram.counts[0].text.plain == "2 of 5 capabilities drawn, 3 not shown"

    def test_columns_are_the_documented_organisations_and_a_total(self):
        diagram = drawn("products")
        assert [column.id for column in diagram.body.columns] == [
            "organisation:RA1",
            "organisation:RB2",
            "organisation:RC3",
            "all",
        ]
        assert diagram.counts[1].text.plain == "3 of 4 organisations drawn, 1 not shown"

    def test_cells_count_products_of_live_systems_and_say_what_is_stated_to_be_absent(self):
        found = cells(drawn("products"))
        assert {place: cell.text.plain for place, cell in found.items()} == {
            ("X-1.1", "RA1"): "1", ("X-1.1", "RB2"): "1", ("X-1.1", "all"): "2",
            ("X-1.2", "RA1"): "1", ("X-1.2", "RB2"): "2", ("X-1.2", "RC3"): "", ("X-1.2", "all"): "2",
        }  # fmt: skip
        assert found["X-1.2", "RB2"].status is Status.SEVERAL
        assert found["X-1.2", "RC3"].status is Status.ABSENT

    def test_a_system_that_two_organisations_use_is_one_bar(self):
        (bar,) = drawn("products").body.bars
        assert (bar.row, bar.columns, bar.label.plain) == (
            "capability:X-1.2",
            ("organisation:RA1", "organisation:RB2"),
            "LAB",
        )

    def test_a_live_system_without_a_product_is_a_question_mark(self):
        known = pl.concat(
            [
                ESTATE.links("INSTANCE_OF"),
                ESTATE.links("INSTANCE_OF").head(1).with_columns(pl.lit("system:RA1/lab").alias("from")),
            ]
        )
        third = ESTATE.links("USES").with_columns(
            pl.lit("organisation:RC3").alias("from"), pl.lit("system:RA1/notes").alias("to")
        )
        more = ESTATE.with_tables({"links/INSTANCE_OF": known, "links/USES": pl.concat([ESTATE.links("USES"), third])})
        cell = cells(ProductMap().draw(more, DAY, marking="M"))["X-1.5", "RB2"]
        assert (cell.text.plain, cell.status) == ("?", Status.UNKNOWN)

    def test_an_estate_without_anything_in_common_is_an_empty_table(self):
        assert drawn("products", "org:RC3").body.rows == ()


class TestInterfaceMap:
    def test_it_needs_a_selector(self):
        with pytest.raises(UsageError, match="needs a selector"):
            drawn("interface", " ")

    def test_systems_stand_in_their_organisations_and_an_unknown_system_is_said(self):
        groups = {block.id: [inner.id for inner in block.blocks] for block in drawn("interface").body.blocks}
        assert groups == {"group organisation:RA1": ["system:RA1/lab", "system:RA1/pas"], "group organisation:RB2": ["system:RB2/epr"],
                          "group organisation:RC3": ["organisation:RC3"]}  # fmt: skip
        assert blocks(drawn("interface"))["organisation:RC3"].label.plain == "system not stated"

    def test_lines_say_protocol_standard_intermediary_and_how_the_claim_stands(self):
        found = {edge.id: (edge.label.plain, edge.status) for edge in drawn("interface").body.edges}
        assert found == {
            "system:RA1/pas > system:RA1/lab": ("HL7 v2, no standard · via engine, LAB", None),
            "system:RA1/pas > system:RB2/epr": (
                "2 × FHIR, Core 1, HL7 v2, no standard · via engine, LAB",
                Status.DECLARED,
            ),
            "system:RB2/epr > organisation:RC3": ("MESH, Old 2", Status.RETIRED_STANDARD),
            "system:RB2/epr > system:RA1/lab": ("FHIR, Core 1", Status.NON_CONFORMANT),
        }

    def test_drawn_and_omitted_are_the_total(self):
        diagram = drawn("interface")
        assert [tally.text.plain for tally in diagram.counts] == [
            "3 of 8 systems drawn, 5 not shown",
            "4 of 5 interfaces drawn, 1 not shown",
        ]
        assert "An end not in the inventory: 1 interface, not drawn." in diagram.footnotes[1].plain

    def test_above_the_limit_the_most_joined_across_organisations_are_kept(self):
        diagram = drawn("interface", limit=2)
        assert [edge.id for edge in diagram.body.edges] == ["system:RA1/pas > system:RB2/epr"]
        assert diagram.counts[1].text.plain == "2 of 5 interfaces drawn, 3 not shown"
        assert "Too many to read" in diagram.footnotes[1].plain

    def test_what_a_shared_system_says_to_others_is_not_the_scope_s(self):
        found = [edge.id for edge in drawn("interface", "org:RC3").body.edges]
        assert found == ["system:RB2/epr > organisation:RC3"]

    def test_without_verdicts_a_claim_is_not_assessed(self):
        found = {edge.status for edge in drawn("interface", verdicts=None).body.edges}
        assert found == {None, Status.NOT_ASSESSED}

    def test_a_deprecated_standard_is_not_called_retired(self):
        standards = ESTATE.things("standard").with_columns(pl.lit("deprecated").alias("status"))
        diagram = InterfaceMap().draw(
            ESTATE.with_tables({"things/standard": standards}), DAY, selector="kind:*", verdicts=FOUND, marking="M"
        )
        assert Status.RETIRING in {edge.status for edge in diagram.body.edges}

    def test_a_public_map_names_neither_findings_nor_intermediaries(self):
        diagram = drawn("interface", findings=False)
        assert {edge.status for edge in diagram.body.edges} == {None}
        assert "via" not in " ".join(text.plain for text in texts(diagram))

    def test_a_test_instance_is_called_one(self):
        systems = ESTATE.things("system").with_columns(pl.lit("test").alias("environment"))
        diagram = InterfaceMap().draw(
            ESTATE.with_tables({"things/system": systems}), DAY, selector="kind:*", marking="M"
        )
        assert "test instance" in lines(blocks(diagram)["system:RB2/epr"])


def test_an_estate_without_anything_can_be_drawn():
    empty = replace(ESTATE, tables={key: table.clear() for key, table in ESTATE.tables.items()}, sources=())
    for name, each in MAPS.items():
        assert each.draw(empty, DAY, selector="kind:*", marking="M").kind == name


# the lifecycle map


def test_a_system_shows_its_worst_component_and_stands_once():
    diagram = drawn("lifecycle")
    systems = {mark.id: mark for mark in diagram.body.marks() if mark.kind == "system"}
    assert set(systems) == set(select_on(ON, "kind:system and environment:production and status:live").ids)
    judged = standing(ESTATE, FOUND).group_by("system").agg("status")
    for system, statuses in judged.filter(pl.col("system").is_in(list(systems))).iter_rows():
        expected = (
            Status.EXPIRED if "eol" in statuses else Status.UNKNOWN if "unmatched" in statuses else Status.SUPPORTED
        )
        assert systems[system].status is expected
    assert systems["system:RA1/notes"].status is Status.NOT_ASSESSED, "nothing is known of what it runs on"


def test_without_standings_every_system_reads_not_assessed():
    diagram = drawn("lifecycle", support=None)
    assert {mark.status for mark in diagram.body.marks() if mark.kind == "system"} == {Status.NOT_ASSESSED}


def test_systems_stand_under_the_domain_of_what_they_surely_do():
    diagram = drawn("lifecycle")
    inside = {top.id: {block.id for block in top.walk() if block.kind == "system"} for top in diagram.body.blocks}
    assert "system:RA1/pas" in inside["capability:X"]
