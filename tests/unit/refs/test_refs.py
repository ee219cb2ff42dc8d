from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import given

from eamap.errors import UsageError
from eamap.model.refs import FORMS, Context, Explanation, Ref, count_ref, parse_ref, resolve
from eamap.model.schema import table_schema
from tests.contracts.test_selectors import AS_OF, CASES, small_estate

ISSUE = {"source": "inventory", "file": "inventory.csv", "sheet": "", "row": 9, "column": "Ends", "code": "date",
         "message": "not a day", "hint": "", "value": "31/02/2024", "blocks": False}  # fmt: skip
ESTATE = small_estate().with_tables({"issues": pl.DataFrame([ISSUE], schema=table_schema("issues"))})
EVERYTHING = Context(limit=None)
selectors = st.sampled_from([case["selector"] for case in CASES if "selects" in case])
fields = st.sampled_from(["name", "system.product", "INSTANCE_OF"])
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
MADE = {
    "id": st.sampled_from(["system:RXA/epr", "data-object:patient"]), "field": fields, "selector": selectors, "text": names,
    "part": st.builds("{} {}".format, st.sampled_from(["first", "after"]), st.integers(0, 99)), "check": st.just("LIF001"),
    "verdicts": st.sampled_from(["fail", "fail|not-applicable"]), "aspect": st.sampled_from(["version", "age", "rows", "bytes"]),
    "directed": st.just("directed"),
    "number": st.integers(0, 99).map(str), "day": st.just("2026-01-15"), "relation": st.sampled_from(["USES", "RUNS_ON"]),
}  # fmt: skip


@st.composite
def refs(draw) -> Ref:
    form = FORMS[draw(st.sampled_from(sorted(FORMS)))]
    wanted = [kind for kind in form.arguments if not kind.endswith("?") or draw(st.booleans())]
    said = [draw(MADE[kind.removesuffix("?")]) for kind in wanted]
    canonical = (
        count_ref(one)[6:-1] if kind.startswith("selector") else one for kind, one in zip(wanted, said, strict=True)
    )
    return Ref(form.name, tuple(canonical))


@given(refs())
def test_what_is_printed_is_read_as_the_same_ref(ref):
    assert parse_ref(str(ref)) == ref
    assert str(parse_ref(str(ref))) == str(ref)


@given(st.text(st.sampled_from('countfields(;)" :\\system/0+'), max_size=30))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        ref = parse_ref(text)
    except UsageError:
        return
    assert parse_ref(str(ref)) == ref


@pytest.mark.parametrize("text", ["", "count", "count()", "count(kind:system", "count(kind:system; last 3)", "sums(count; kind:system)",
                                  "thing(system:RXA/epr)", "field(system:RXA/epr)", "nothing:RXA", "verdicts(LIF1; fail; kind:*)",
                                  "as-of(today)", "reference(lifecycle; colour)", "links(LIKES; kind:*)"])  # fmt: skip
def test_what_is_no_ref_is_refused(text):
    with pytest.raises(UsageError):
        parse_ref(text)


def explain(ref: str, context: Context = EVERYTHING) -> Explanation:
    return resolve(ref, ESTATE, AS_OF, context)


@pytest.mark.parametrize(
    ("ref", "value"),
    [
        ("system:RXA/epr", "system:RXA/epr"),
        ("field(system:RXA/epr; name)", "Main record"),
        ("field(component:RXA/epr/1; count)", 4),
        ("field(system:RXB/pas; contract_end)", None),
        ("count(kind:system and org:RXA)", 4),
        ("count(kind:system; first 3)", 3),
        ("count(kind:system; first 30)", 7),
        ("count(kind:system; after 3)", 4),
        ("count(kind:system; after 30)", 0),
        ("distinct(product; kind:system)", 3),
        ("distinct(system.product; kind:system)", 3),
        ("distinct(INSTANCE_OF; kind:system and org:RXA)", 2),
        ("distinct(supplier; kind:system)", 3),
        ("distinct(name; kind:flow)", 0),
        ("sum(count; kind:component)", 18),
        ("sum(count; component:RXB/*)", 0),
        ("percent(status:live; kind:system)", 57),
        ("percent(status:live; kind:system and name:zzz)", None),
        ("links(CONSUMES; kind:system)", 4),
        ("links(CONSUMES; kind:system; interface:RXA/hub)", 2),
        ("reach(system:RXA/epr)", 4),
        ("distance(organisation:RXB; organisation:GP1)", 3),
        ("distance(organisation:RXB; data-object:patient)", None),
        ("rows(inventory)", 80),
        ("issues(inventory)", 1),
        ("issues(register)", 0),
        ("version(0)", 0),
        ("as-of(2026-01-15)", "2026-01-15"),
    ],
)
def test_the_number_is_counted_again_and_cites_rows(ref, value):
    explained = explain(ref)
    assert explained.value == value
    assert explained.ref == ref
    assert explained.meaning
    assert explained.rows or ref.startswith("as-of")
    assert explained.omitted == 0


def test_a_count_cites_one_row_a_thing_and_says_how_many_it_left_out():
    assert [row.id for row in explain("count(kind:system)").rows] == sorted(ESTATE.things("system")["id"])
    cut = explain("count(kind:system)", Context(limit=2))
    assert [row.id for row in cut.rows] == ["system:GP1/record", "system:RXA/epr"]
    assert (cut.value, cut.omitted, cut.searched) == (7, 5, 7)


def test_a_count_of_none_cites_the_rows_searched():
    nothing = explain("count(kind:system and status:planned and org:RXA)")
    assert (nothing.value, nothing.searched) == (0, 7)
    assert [str(row.citation) for row in nothing.rows] == [
        "inventory.csv: '6 rows searched'",
        "register.csv: '1 row searched'",
    ]


def test_a_kind_of_which_there_is_nothing_cites_every_source():
    nobody = resolve("count(kind:flow)", ESTATE.with_tables({"things/flow": ESTATE.things("flow").clear()}), AS_OF)
    assert [row.citation.value for row in nobody.rows] == ["80 rows searched", "80 rows searched"]


def test_a_field_that_is_withheld_cites_where_that_is_said():
    explained = explain("field(system:RXB/pas; contract_end)")
    assert explained.meaning == "the contract_end of system:RXB/pas is withheld"
    assert [str(row.citation) for row in explained.rows] == ["inventory.csv, row 1, column Ends"]


def test_a_field_that_nobody_mentions_is_unknown_and_cites_the_row_searched():
    explained = explain("field(system:lost; supplier)")
    assert explained.meaning == "the supplier of system:lost is unknown"
    assert [row.id for row in explained.rows] == ["system:lost"]


def test_a_sum_cites_the_cells_and_says_for_how_many_it_is_known():
    explained = explain("sum(count; kind:component)")
    first = explained.rows[0]
    assert (first.id, first.field, first.citation.column) == ("component:RXA/epr/1", "count", "Number")
    assert len(explained.rows) == 3
    assert explained.meaning.endswith("known for 3 of 4")


def test_every_source_that_attests_a_thing_is_cited():
    told = [{"kind": "system", "id": "system:RXA/epr", "field": "name", "value": value, "source": source, "row": 3, "rule": "r", "won": won}
            for source, value, won in (("register", "EPR", False), ("inventory", "Main record", True))]  # fmt: skip
    estate = ESTATE.with_tables({"attestations": pl.DataFrame(told, schema=table_schema("attestations"))})
    rows = resolve("field(system:RXA/epr; name)", estate, AS_OF).rows
    assert [row.citation.source for row in rows] == ["inventory.csv", "register.csv"]


def test_where_a_source_says_something_else_is_counted_and_cited():
    told = [{"kind": "system", "id": thing, "field": "name", "value": value, "source": source, "row": 3, "rule": "r", "won": won}
            for thing, source, value, won in (
                ("system:RXA/epr", "register", "EPR", False), ("system:RXA/epr", "inventory", "Main record", True),
                ("system:RXA/hub", "register", "Hub", False), ("system:RXA/hub", "inventory", "Hub", True),
            )]  # fmt: skip
    estate = ESTATE.with_tables({"attestations": pl.DataFrame(told, schema=table_schema("attestations"))})
    found = resolve("conflicts(register)", estate, AS_OF)
    assert (found.value, found.omitted) == (1, 0)
    assert {(row.id, row.field, row.citation.source) for row in found.rows} == {
        ("system:RXA/epr", "name", "register.csv")
    }
    nothing = resolve("conflicts(inventory)", estate, AS_OF)
    assert nothing.value == 0
    assert [row.citation.source for row in nothing.rows][:1] == ["inventory.csv"]
    assert resolve("conflicts(register)", estate, AS_OF, Context(limit=0)).omitted == 1


def test_reference_data_is_cited_by_its_own_fields():
    table = ESTATE.things("capability").with_columns(source=pl.lit("capabilities"))
    rows = resolve("capability:DIA", ESTATE.with_tables({"things/capability": table}), AS_OF).rows
    assert ("capabilities", "name", "Orders and diagnostics") in [
        (r.citation.source, r.citation.column, r.citation.value) for r in rows
    ]


def test_what_the_model_cannot_see_is_asked_of_a_resolver():
    with pytest.raises(UsageError, match="cannot be explained from the estate alone"):
        explain("verdicts(LIF001; fail; kind:component)")

    def verdicts(ref: Ref, on, context) -> Explanation:
        return Explanation(str(ref), 3, f"{ref.arguments[0]} on {on.as_of}")

    told = resolve("verdicts(LIF001; fail; kind:component)", ESTATE, AS_OF, Context({"verdicts": verdicts}))
    assert (told.value, told.meaning) == (3, "LIF001 on 2026-01-15")


@pytest.mark.parametrize("ref", ["system:RXA/none", "field(system:RXA/epr; colour)", "sum(name; kind:system)", "rows(nobody)",
                                 "version(7)", "count(colour:red)", "distinct(colour; kind:*)"])  # fmt: skip
def test_what_is_not_there_is_an_error(ref):
    with pytest.raises(UsageError):
        explain(ref)


def test_a_version_is_explained_where_it_is_at_hand():
    assert resolve("version(7)", replace(ESTATE, version=7), AS_OF).value == 7
