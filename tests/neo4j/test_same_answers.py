"""The folder store, the memory store and the server give the same answer to every question, on three estates.

``EAMAP_SELECTORS`` says how many random selectors each estate is asked; a new text costs the server most of a second to
plan, so there are few unless it is set.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Iterator
from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from eamap.errors import UsageError
from eamap.model.graph import WORKING
from eamap.model.selector import EstateOn
from eamap.model.selector.grammar import Towards
from tests.contracts.test_selectors import AS_OF, CASES
from tests.neo4j.asking import ESTATES, Asked, in_three_stores

RANDOM = int(os.environ.get("EAMAP_SELECTORS", "6"))
SELECTING = [case for case in CASES if "selects" in case]
REFUSED = [case for case in CASES if "error" in case]
EVERY = [
    "kind:*", "org:{org}", "kind:system and org:{org} and not status:retired", "capability:*", "kind:system and not supplier:*",
    "+{system}", "{system}+", "{component}+", "+2{system}", "contract_end:<2027", "has:contract_end and kind:system",
    "unknown:contract_end and kind:system", "name:*pas*", "(kind:component and raw:windows*)+1", "kind:source or kind:decision",
    "kind:interface and protocol:hl7v2", "attested:*", "count:>=10", "standard:*", "pathway:*", "value:>1", "product:{product}",
]  # fmt: skip
"""Selectors of each shape, to be filled with ids of the estate."""


@pytest.fixture(
    scope="module", params=[ESTATES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in ESTATES[1:])]
)
def asked(request, neo4j_server, tmp_path_factory) -> Iterator[Asked]:
    with in_three_stores(request.param, tmp_path_factory.mktemp("asked"), neo4j_server) as held:
        yield held
        told = f"{held.asked:,} questions were answered alike by three stores on the estate {request.param!r}"
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print("\n" + told)


BY_HAND = pytest.mark.parametrize("asked", ["by hand"], indirect=True, scope="module")
"""Marks what is asked of the estate that was built by hand only, about which the cases of the grammar speak."""


def selected(text: str):
    return lambda questions: (questions.select(text).table.rows(), questions.select(text).warnings)


def filled(on: EstateOn, text: str) -> str:
    """Puts ids into a selector: those of the first system with a component, of its operator, and of a product."""
    components = on.things("component").drop_nulls("system").sort("id")
    systems = on.things("system").join(components, left_on="id", right_on="system", how="semi").sort("id")
    component = components.filter(system=systems["id"][0])["id"][0]
    product = next(iter(on.things("product")["id"].sort()), "product:none")
    operator = systems["operator"][0].partition(":")[2]
    return text.format(
        org=operator, system=systems["id"][0], component=component, product=product.removeprefix("product:")
    )


# Selectors --------------------------------------------------------------------------------------------------------


@BY_HAND
@pytest.mark.parametrize("case", SELECTING, ids=lambda case: case["selector"])
def test_selects(asked, case):
    rows, _ = asked.same(case.get("as_of", AS_OF), selected(case["selector"]))
    assert sorted(identifier for identifier, _ in rows) == sorted(case["selects"])


@BY_HAND
def test_refuses(asked):
    for case in REFUSED:
        for questions in asked.questions(AS_OF).values():
            with pytest.raises(UsageError) as error:
                questions.select(case["selector"])
            assert error.value.message.split("\n")[0] == case["error"]
            assert case["hint"] in error.value.hint


@pytest.mark.parametrize("text", EVERY)
def test_selects_the_same(asked, text):
    asked.same(asked.day, selected(filled(asked.folder, text)))


DAYS = st.sampled_from([AS_OF, date(2023, 12, 31), date(2025, 12, 30), date(2026, 12, 31), date.max])
SHAPES = ("leaf", "and", "or", "not", "reach")
VIA = ("", " via:RUNS_ON", " via:USES,OPERATES", " via:PART_OF", " via:INSTANCE_OF")


@st.composite
def selectors(draw, leaves: list[str], depth: int = 2) -> str:
    """Returns a selector made of leaves, nested, reached from, and negated."""
    shape = draw(st.sampled_from(SHAPES) if depth else st.just("leaf"))
    if shape == "leaf":
        return draw(st.sampled_from(leaves))
    one = draw(selectors(leaves, depth - 1))
    if shape == "not":
        return f"not ({one})"
    if shape == "reach":
        hops, via = draw(st.sampled_from(("", "1", "2", "9"))), draw(st.sampled_from(VIA))
        return (f"+{hops}({one})" if draw(st.booleans()) else f"({one})+{hops}") + via
    return f"({one}) {shape} ({draw(selectors(leaves, depth - 1))})"


def leaves_of(asked: Asked) -> list[str]:
    """Returns the terms that random selectors are made of: the cases on the estate they speak of, else filled shapes."""
    if asked.day == AS_OF:
        return [case["selector"] for case in SELECTING]
    some = [
        thing
        for kind in ("system", "component", "interface", "organisation")
        for thing in asked.folder.things(kind)["id"].sort().gather_every(97).head(4)
    ]
    return [f"({filled(asked.folder, text)})" for text in EVERY if text != "kind:*"] + some


@given(data=st.data(), day=DAYS)
@settings(max_examples=RANDOM, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_selectors(asked, data, day):
    asked.same(day, selected(data.draw(selectors(leaves_of(asked)))))


# Links ------------------------------------------------------------------------------------------------------------


def some_ids(asked: Asked, most: int) -> list[str]:
    """Returns ids of every kind, spread over the estate."""
    every = asked.same(asked.day, lambda q: q.select("kind:*").ids.sort())
    return every.gather_every(max(1, len(every) // most)).to_list()


@pytest.mark.parametrize("towards", list(Towards))
@pytest.mark.parametrize("hops", [None, 2])
def test_reach_tells_the_same_hops(asked, towards, hops):
    ids = some_ids(asked, 12)
    for identifier in [*ids[::3], "system:nobody"]:
        asked.same(asked.day, lambda q: q.reach([identifier], hops=hops, direction=towards).rows())  # noqa: B023
    asked.same(asked.day, lambda q: q.reach(ids[::2], hops=hops, direction=towards).rows())
    asked.same(asked.day, lambda q: q.reach(ids[::5], direction=towards, relations=["USES", "OPERATES"]).rows())


def test_impact_tells_the_same_hops(asked):
    things = [identifier for identifier in some_ids(asked, 12) if not identifier.startswith("source:")]
    for identifier in things:
        asked.same(asked.day, lambda q: q.impact(identifier).rows())  # noqa: B023


@pytest.mark.parametrize("directed", [False, True])
def test_paths_are_as_long_and_hold_edge_by_edge(asked, directed):
    ways, ties = Ways(asked.folder, directed=directed), 0
    ids = [row[0] for row in asked.same(asked.day, lambda q: q.select("kind:system or kind:organisation").table.rows())]
    ends = ids[:: max(1, len(ids) // 5)]
    for origin in ends:
        for target in ends:
            found = {name: q.path(origin, target, directed=directed) for name, q in asked.questions(asked.day).items()}
            asked.asked += 1
            assert len({length_of(each) for each in found.values()}) == 1
            many = ways.shortest(origin, target)
            assert (found["neo4j"] is None) == (many == 0)
            if found["neo4j"] is not None:
                ways.holds(found["neo4j"].steps, origin, target)
                assert found["neo4j"].several == (many > 1)
                ties += found["neo4j"].several
    assert directed or ties or asked.day != AS_OF, (
        "no two ends of the estate built by hand were joined by several paths"
    )


def length_of(joined) -> int | None:
    return None if joined is None else len(joined.steps)


class Ways:
    """The links of an estate on its day, counted by hand: how many shortest paths join two ends, and whether one holds."""

    def __init__(self, on: EstateOn, *, directed: bool) -> None:
        self.links: Counter[tuple[str, str, str]] = Counter()
        self.beside: dict[str, Counter[str]] = {}
        for relation in WORKING:
            for origin, target in on.links(relation).select("from", "to").collect().drop_nulls().rows():
                self._add(relation, origin, target, directed=directed)

    def _add(self, relation: str, origin: str, target: str, *, directed: bool) -> None:
        self.links[relation, origin, target] += 1
        for near, far in [(origin, target)] if directed else {(origin, target), (target, origin)}:
            self.beside.setdefault(near, Counter())[far] += 1

    def shortest(self, origin: str, target: str) -> int:
        """Returns how many shortest paths there are; links of several sorts between two things are several."""
        far, many, edge = {origin: 0}, Counter({origin: 1}), deque([origin])
        while edge:
            near = edge.popleft()
            for other, links in self.beside.get(near, Counter()).items():
                if other not in far:
                    far[other] = far[near] + 1
                    edge.append(other)
                if far[other] == far[near] + 1:
                    many[other] += many[near] * links
        return many[target]

    def holds(self, steps, origin: str, target: str) -> None:
        """Asserts that a path goes from one end to the other along links that are there."""
        at = origin
        for step in steps:
            assert step.origin == at
            ends = (step.origin, step.target) if step.forward else (step.target, step.origin)
            assert self.links[step.relation, *ends]
            at = step.target
        assert at == target


@BY_HAND
@pytest.mark.parametrize("identifier", ["system:nobody", "organisation:Y99x", "system:x' OR 1=1 //"])
def test_what_is_not_there_is_told_alike(asked, identifier):
    for ask in (lambda q: q.impact(identifier), lambda q: q.path(identifier, "system:RXA/epr")):
        told = []
        for questions in asked.questions(AS_OF).values():
            with pytest.raises(UsageError) as error:
                ask(questions)
            told.append((error.value.message, error.value.hint))
        assert len(set(told)) == 1


# Counts and things ------------------------------------------------------------------------------------------------


def test_exposure_and_matrix(asked):
    texts = asked.folder.things("component")["raw"].drop_nulls().unique().sort()
    exposed = asked.same(asked.day, lambda q: q.exposure(texts.head(20).to_list()))
    assert exposed.systems
    for start in range(0, len(texts), max(1, len(texts) // 5)):
        asked.same(asked.day, lambda q: q.exposure([texts[start]]))  # noqa: B023
    asked.same(asked.day, lambda q: q.exposure([]))
    asked.same(asked.day, lambda q: q.exposure(["'; MATCH (n) DETACH DELETE n //"]))
    assert asked.same(asked.day, lambda q: q.matrix().rows())


def test_things_and_heights(asked):
    kinds = asked.same(asked.day, lambda q: sorted(set(q.select("kind:*").table["kind"])))
    for kind in kinds:
        asked.same(asked.day, lambda q: q.height(kind) if kind != "source" else 0)  # noqa: B023
        ids = asked.same(asked.day, lambda q: q.select(f"kind:{kind}").ids)  # noqa: B023
        asked.same(asked.day, lambda q: plain(q.things(kind, ids.gather_every(max(1, len(ids) // 50)))))  # noqa: B023
    asked.same(asked.day, lambda q: q.height())


def plain(table) -> list[dict[str, object]]:
    """Returns the fields that are known of each thing."""
    return [{name: value for name, value in row.items() if value is not None} for row in table.iter_rows(named=True)]
