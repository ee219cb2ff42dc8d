"""The folder store, the memory store and the server give the same answer to every question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from eamap.errors import UsageError
from eamap.model.selector.grammar import Towards
from tests.contracts.test_selectors import AS_OF, CASES, small_estate
from tests.neo4j.asking import Asked, as_it_is, asked_of_three, publication_of
from tests.neo4j.conftest import emptied

SELECTING = [case["selector"] for case in CASES if "selects" in case]


@pytest.fixture(scope="module")
def small(neo4j_server, tmp_path_factory) -> Iterator[Asked]:
    patch = pytest.MonkeyPatch()
    for name, value in neo4j_server.environment.items():
        patch.setenv(name, value)
    emptied(neo4j_server)
    asked = asked_of_three(
        publication_of(small_estate()), tmp_path_factory.mktemp("small") / "store", neo4j_server, AS_OF, as_it_is
    )
    yield asked
    print(f"\n{asked.asked} questions on the small estate")
    asked.server.close()
    patch.undo()


def selected(text: str):
    return lambda questions: (questions.select(text).table.rows(), questions.select(text).warnings)


@pytest.mark.parametrize("case", [case for case in CASES if "selects" in case], ids=lambda case: case["selector"])
def test_selects(small, case):
    rows, _ = small.same(case.get("as_of", AS_OF), selected(case["selector"]))
    assert sorted(identifier for identifier, _ in rows) == sorted(case["selects"])


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=lambda case: case["selector"])
def test_refuses(small, case):
    for questions in small.questions(AS_OF).values():
        with pytest.raises(UsageError) as error:
            questions.select(case["selector"])
        assert error.value.message.split("\n")[0] == case["error"]
        assert case["hint"] in error.value.hint


DAYS = st.sampled_from([AS_OF, date(2023, 12, 31), date(2025, 12, 30), date(2026, 12, 31), date.max])
LEAVES = st.sampled_from(SELECTING)


@st.composite
def selectors(draw, depth: int = 2) -> str:
    """Returns a selector made of those of the cases, nested, reached from, and negated."""
    shape = draw(st.sampled_from(("leaf", "and", "or", "not", "reach")) if depth else st.just("leaf"))
    if shape == "leaf":
        return draw(LEAVES)
    one = draw(selectors(depth - 1))
    if shape == "not":
        return f"not ({one})"
    if shape == "reach":
        hops = draw(st.sampled_from(("", "1", "2", "9")))
        via = draw(st.sampled_from(("", " via:RUNS_ON", " via:USES,OPERATES", " via:PART_OF", " via:INSTANCE_OF")))
        return (f"+{hops}({one})" if draw(st.booleans()) else f"({one})+{hops}") + via
    return f"({one}) {shape} ({draw(selectors(depth - 1))})"


@given(selectors(), DAYS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_random_selectors(small, text, day):
    small.same(day, selected(text))


@pytest.mark.parametrize("towards", list(Towards))
@pytest.mark.parametrize("hops", [None, 1, 3])
def test_reach_tells_the_same_hops(small, towards, hops):
    every = [identifier for identifier, _ in small.same(AS_OF, lambda q: q.select("kind:*").table.rows())]
    for identifier in [*every, "system:nobody"]:
        small.same(AS_OF, lambda q: q.reach([identifier], hops=hops, direction=towards).rows())  # noqa: B023
    small.same(AS_OF, lambda q: q.reach(every[::3], hops=hops, direction=towards).rows())
    small.same(AS_OF, lambda q: q.reach(every[::5], direction=towards, relations=["USES", "OPERATES"]).rows())


def test_impact_tells_the_same_hops(small):
    for identifier, _ in small.same(AS_OF, lambda q: q.select("not kind:source").table.rows()):
        small.same(AS_OF, lambda q: q.impact(identifier).rows())  # noqa: B023


@pytest.mark.parametrize("directed", [False, True])
def test_paths_are_as_long(small, directed):
    ids = [row[0] for row in small.same(AS_OF, lambda q: q.select("kind:system or kind:organisation").table.rows())]
    for origin in ids:
        for target in ids:
            small.same(AS_OF, lambda q: length(q.path(origin, target, directed=directed)))  # noqa: B023


def length(joined) -> int | None:
    return None if joined is None else len(joined.steps)


@pytest.mark.parametrize("identifier", ["system:nobody", "organisation:Y99x", "system:x' OR 1=1 //"])
def test_what_is_not_there_is_told_alike(small, identifier):
    for ask in (lambda q: q.impact(identifier), lambda q: q.path(identifier, "system:RXA/epr")):
        told = []
        for questions in small.questions(AS_OF).values():
            with pytest.raises(UsageError) as error:
                ask(questions)
            told.append((error.value.message, error.value.hint))
        assert len(set(told)) == 1


def test_exposure_and_matrix(small):
    raw = ["Windows Server 2012 R2", "RHEL 7.9"]
    exposed = small.same(AS_OF, lambda q: q.exposure(raw))
    assert "system:RXB/pas" in exposed.systems
    small.same(AS_OF, lambda q: q.exposure([]))
    small.same(AS_OF, lambda q: q.exposure(["'; MATCH (n) DETACH DELETE n //"]))
    assert small.same(AS_OF, lambda q: q.matrix().rows())


def test_things_and_heights(small):
    rows = small.same(AS_OF, lambda q: q.select("kind:*").table.rows())
    for kind in sorted({kind for _, kind in rows}):
        small.same(AS_OF, lambda q: q.height(kind) if kind != "source" else 0)  # noqa: B023
        small.same(AS_OF, lambda q: plain(q.things(kind, q.select(f"kind:{kind}").ids)))  # noqa: B023
    small.same(AS_OF, lambda q: q.height())


def plain(table) -> list[dict[str, object]]:
    """Returns the fields that are known of each thing."""
    return [{name: value for name, value in row.items() if value is not None} for row in table.iter_rows(named=True)]
