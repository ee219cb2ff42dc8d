from __future__ import annotations

import hypothesis.strategies as st
import networkx as nx
import polars as pl
import pytest
from hypothesis import given, settings

from eamap.errors import UsageError
from eamap.model.estate import Estate
from eamap.model.graph import STANDING, WORKING, graph, impact, reach, shortest_path
from eamap.model.schema import link_schema, thing_schema
from eamap.model.selector import EstateOn, select
from eamap.model.selector import reach as reaching
from eamap.model.selector.flood import flooded
from eamap.model.selector.grammar import Towards
from eamap.model.selector.reach import reached
from eamap.model.selector.ways import Ways
from tests.contracts.test_selectors import AS_OF, small_estate

ESTATE = small_estate()
SYSTEMS = [f"system:A/{number}" for number in range(6)]
INTERFACES = [f"interface:A/{number}" for number in range(4)]
COMPONENTS = [f"component:A/{number}" for number in range(3)]


def table(schema, rows) -> pl.DataFrame:
    return pl.DataFrame([{"source": "s", "row": number, **row} for number, row in enumerate(rows)], schema=schema)


def links(relation: str, pairs) -> pl.DataFrame:
    return table(link_schema(relation), [{"from": a, "to": b} for a, b in sorted(pairs)])


def pairs(origins, targets):
    return st.sets(st.tuples(st.sampled_from(origins), st.sampled_from(targets)), max_size=9)


@st.composite
def estates(draw) -> Estate:
    """Draws a small estate whose links make loops, dead ends and parallel ways likely."""
    owners = draw(st.lists(st.sampled_from(SYSTEMS), min_size=3, max_size=3))
    exposers = draw(st.lists(st.none() | st.sampled_from(SYSTEMS), min_size=4, max_size=4))
    return Estate(
        {
            "things/system": table(
                thing_schema("system"), [{"id": one, "operator": "organisation:A"} for one in SYSTEMS]
            ),
            "things/organisation": table(thing_schema("organisation"), [{"id": "organisation:A", "code": "A"}]),
            "things/component": table(
                thing_schema("component"),
                [{"id": one, "system": owner} for one, owner in zip(COMPONENTS, owners, strict=True)],
            ),
            "things/interface": table(
                thing_schema("interface"),
                [{"id": one, "exposer": by} for one, by in zip(INTERFACES, exposers, strict=True)],
            ),
            "links/CONSUMES": links("CONSUMES", draw(pairs(SYSTEMS, INTERFACES))),
            "links/DEPENDS_ON": links("DEPENDS_ON", draw(pairs(SYSTEMS + COMPONENTS[:1], SYSTEMS + COMPONENTS))),
        }
    )


def dependence(estate: Estate) -> nx.DiGraph:
    """Returns who depends on whom, from the NetworkX graph of everything."""
    whole = graph(estate, "kind:*", AS_OF)
    drawn = nx.DiGraph()
    drawn.add_nodes_from(whole)
    for a, b, relation in whole.edges(data="relation"):
        if relation in ("RUNS_ON", "DEPENDS_ON"):
            drawn.add_edge(a, b)
        if relation == "CONSUMES":
            drawn.add_edges_from(
                (a, exposer) for exposer, _, other in whole.in_edges(b, data="relation") if other == "EXPOSES"
            )
    return drawn


@given(estates(), st.sampled_from(SYSTEMS + COMPONENTS), st.none() | st.integers(1, 3))
@settings(max_examples=60)
def test_reach_is_what_networkx_finds(estate, start, hops):
    drawn = dependence(estate)
    digits = "" if hops is None else str(hops)
    for way, selector in ((drawn.reverse(), f"{start}+{digits}"), (drawn, f"+{digits}{start}")):
        near = nx.single_source_shortest_path_length(way, start, cutoff=hops)
        near = {one: far for one, far in near.items() if one != start}
        towards = Towards.NEEDED if way is drawn else Towards.NEEDING
        told = reach(estate, [start], as_of=AS_OF, hops=hops, direction=towards)
        assert dict(told.select("id", "distance").rows()) == near
        assert set(select(estate, selector, AS_OF).ids) == set(near)
        for row in told.iter_rows(named=True):
            assert way.has_edge(row["previous"], row["id"])
            assert near.get(row["previous"], 0) == row["distance"] - 1


@given(estates(), st.sampled_from(SYSTEMS + INTERFACES), st.sampled_from(SYSTEMS + COMPONENTS), st.booleans())
@settings(max_examples=80)
def test_a_shortest_path_is_as_short_as_networkx_says(estate, a, b, directed):
    whole = graph(estate, "kind:*", AS_OF)
    drawn = whole if directed else whole.to_undirected(as_view=True)
    path = shortest_path(estate, a, b, as_of=AS_OF, directed=directed)
    if not nx.has_path(drawn, a, b):
        assert path is None
        return
    assert len(path) == nx.shortest_path_length(drawn, a, b)
    at = a
    for step in path:
        assert step.origin == at
        ends = (step.origin, step.target) if step.forward else (step.target, step.origin)
        assert step.relation in [data["relation"] for data in whole.get_edge_data(*ends).values()]
        assert step.forward or not directed
        at = step.target
    assert at == b


@given(estates(), st.sampled_from(SYSTEMS + INTERFACES), st.sampled_from(list(Towards)), st.none() | st.integers(1, 3),
       st.sampled_from([(), ("CONSUMES", "EXPOSES"), ("OPERATES",)]))  # fmt: skip
@settings(max_examples=60)
def test_a_flood_finds_what_reach_finds(estate, start, towards, hops, relations):
    on = EstateOn(estate, AS_OF)
    one = pl.Series("id", [start])
    ways = Ways(towards, relations)
    assert on.ids(flooded(on, one, ways, hops)).to_list() == reached(on, one, ways, hops)["id"].to_list()


@given(estates(), st.sets(st.sampled_from(SYSTEMS + INTERFACES + COMPONENTS), min_size=1, max_size=3),
       st.sampled_from(list(Towards)), st.sampled_from([(), ("OPERATES", "CONSUMES", "EXPOSES")]),
       st.none() | st.integers(0, 4))  # fmt: skip
@settings(max_examples=80)
def test_scanning_and_numbering_tell_the_same(estate, starts, towards, relations, hops):
    on, ways = EstateOn(estate, AS_OF), Ways(towards, relations, also=STANDING)
    some = pl.Series("id", sorted(starts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reaching, "_NEAR", 99)
        scanned = reached(on, some, ways, hops)
        patch.setattr(reaching, "_NEAR", 0)
        assert scanned.equals(reached(on, some, ways, hops))
    assert scanned.equals(reached(on, some, ways, hops))


@given(estates(), st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_the_order_of_rows_does_not_change_an_answer(estate, random):
    shuffled = Estate(
        {name: one.sample(fraction=1, shuffle=True, seed=random.randrange(99)) for name, one in estate.tables.items()}
    )
    assert impact(estate, COMPONENTS[0], as_of=AS_OF).equals(impact(shuffled, COMPONENTS[0], as_of=AS_OF))
    assert shortest_path(estate, SYSTEMS[0], SYSTEMS[1], as_of=AS_OF) == shortest_path(
        shuffled, SYSTEMS[0], SYSTEMS[1], as_of=AS_OF
    )


def test_the_graph_of_a_slice_has_its_things_and_the_links_between_them():
    drawn = graph(ESTATE, "org:GP1 or system:RXA/epr", AS_OF)
    assert drawn.nodes["system:GP1/record"]["name"] == "GP record"
    assert drawn.nodes["system:GP1/record"]["kind"] == "system"
    assert sorted((a, b, relation) for a, b, relation in drawn.edges(data="relation")) == [
        ("organisation:GP1", "interface:GP1/letters", "EXPOSES"),
        ("organisation:GP1", "interface:RXA/results", "CONSUMES"),
        ("organisation:GP1", "system:GP1/record", "OPERATES"),
        ("system:RXA/epr", "interface:GP1/letters", "CONSUMES"),
    ]


def test_a_link_that_no_longer_holds_is_not_drawn():
    assert graph(ESTATE, "organisation:RXB or organisation:QNM", AS_OF).number_of_edges() == 0
    assert graph(ESTATE, "organisation:RXB or organisation:QNM", AS_OF.replace(year=2024)).number_of_edges() == 1


def test_impact_names_systems_organisations_and_capabilities_with_their_last_hop():
    table = impact(ESTATE, "component:RXA/tie/1", as_of=AS_OF)
    rows = {
        row["id"]: (row["distance"], row["previous"], row["relation"], row["through"])
        for row in table.iter_rows(named=True)
    }
    assert rows == {
        "system:RXA/tie": (1, "component:RXA/tie/1", "RUNS_ON", None),
        "system:RXB/pas": (1, "component:RXA/tie/1", "DEPENDS_ON", None),
        "organisation:RXA": (2, "system:RXA/tie", "OPERATES", None),
        "organisation:RXB": (2, "system:RXB/pas", "OPERATES", None),
        "capability:ADM-1.1": (2, "system:RXB/pas", "REALISES", None),
        "system:RXA/lab": (2, "system:RXA/tie", "CONSUMES", "interface:RXA/hub"),
        "capability:DIA-2.1": (3, "system:RXA/lab", "REALISES", None),
        "organisation:GP1": (3, "system:RXA/lab", "CONSUMES", "interface:RXA/results"),
        "system:RXA/epr": (4, "organisation:GP1", "CONSUMES", "interface:GP1/letters"),
    }


def test_impact_leaves_out_what_a_system_only_possibly_does():
    touched = impact(ESTATE, "component:RXA/epr/1", as_of=AS_OF).filter(pl.col("id") == "capability:DIA-2.1")
    assert touched["previous"].to_list() == ["system:RXA/lab"]


def test_the_impact_of_a_supplier_begins_with_its_products_and_systems():
    table = impact(ESTATE, "supplier:acme-labs", as_of=AS_OF)
    near = table.filter(pl.col("kind").is_in(["product", "system"]) & (pl.col("distance") <= 2))
    assert near.select("id", "distance").rows() == [
        ("product:labsuite", 1), ("system:RXB/pas", 1), ("system:RXA/lab", 2), ("system:RXA/old-lims", 2)
    ]  # fmt: skip


def test_the_impact_of_a_system_names_its_own_operator():
    table = impact(ESTATE, "system:GP1/record", as_of=AS_OF)
    assert table.select("id", "distance").row(0) == ("organisation:GP1", 1)


def test_a_path_cites_each_link():
    path = shortest_path(ESTATE, "organisation:RXB", "organisation:GP1", as_of=AS_OF)
    assert [(step.relation, step.forward, [str(cell) for cell in step.citations]) for step in path] == [
        ("USES", True, ["inventory.csv, row 100"]),
        ("EXPOSES", True, ["inventory.csv, row 29"]),
        ("CONSUMES", False, ["inventory.csv, row 103"]),
    ]
    assert path[0].as_dict()["direction"] == "forward"


def test_a_path_from_a_thing_to_itself_has_no_step():
    assert shortest_path(ESTATE, "system:RXA/epr", "system:RXA/epr", as_of=AS_OF) == ()


@pytest.mark.parametrize("ask", [lambda: impact(ESTATE, "system:RXA/none", as_of=AS_OF),
                                 lambda: shortest_path(ESTATE, "system:RXA/epr", "nothing", as_of=AS_OF),
                                 lambda: reach(ESTATE, ["system:RXA/epr"], as_of=AS_OF, relations=["LIKES"])])  # fmt: skip
def test_what_is_not_there_is_an_error(ask):
    with pytest.raises(UsageError):
        ask()


def test_the_working_relations_exist():
    assert all(ESTATE.links(relation) is not None for relation in WORKING)
