"""What questions cost on a server: each shipped query beside three that a person would write, and the server beside eamap.

``EAMAP_BENCH_SIZES=trust,ics,england`` says of which sizes (:mod:`tests.benchmarks.neo4j_sizes`). Times are the least of
some turns on a warm server, all sides by turns, so that they meet the same load; ratios are printed, and asserted loosely,
because machines are shared. With several sizes the growth of each question is printed as an exponent over the links.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

import pytest

from eamap.analysis.pathways.gaps import Scope
from eamap.cli.opening import Opened
from eamap.cli.options import Reading
from eamap.cli.pathways.handoffs import gaps_of
from eamap.model.graph import WORKING
from eamap.model.questions import EmbeddedQuestions
from eamap.model.selector.parse import parse_expression
from eamap.protocols import Questions
from eamap.stores.folder import FolderStore
from eamap.stores.neo4j.address import parse
from eamap.stores.neo4j.questions.counted import EXPOSURE, MATRIX, PARAMETERS
from eamap.stores.neo4j.questions.path import TEXTS
from eamap.stores.neo4j.questions.select import question
from eamap.stores.neo4j.questions.writing import day_of, holds
from eamap.stores.neo4j.store import Neo4jStore
from tests.benchmarks.neo4j_sizes import SIZES
from tests.neo4j.graphs import DAY
from tests.neo4j.serving import Served

TODAY = date.fromisoformat(DAY[:10])
TURNS = int(os.environ.get("EAMAP_BENCH_TURNS", "5"))
MOST = 1.5
"""The most of the best alternative's time that a shipped query may take."""
SLACK = 2.0
"""A ratio may miss its target by this factor before the test fails."""
PATIENCE = 5.0
"""Seconds that an alternative gets, or three times what the shipped query took, whichever is more: some never end."""
FLOOR = 0.004
"""Seconds that any question takes: a round trip. Below it nothing is compared."""
DEP = "RUNS_ON|DEPENDS_ON|RELIES_ON"
SURE = "coalesce(q.certainty, 'stated') IN ['stated', 'inferred']"


@dataclass
class Sized:
    """One size: the embedded and the server's questions, what is asked about, and how many links there are."""

    name: str
    folder: FolderStore
    store: Neo4jStore
    here: EmbeddedQuestions
    there: Questions
    links: int
    about: dict[str, str]
    raw: list[str]


TIMES: dict[str, dict[str, tuple[float, float, int]]] = {}
"""For each size and question: the seconds of both sides, and the links; for the growth at the end."""


@pytest.fixture(scope="module")
def sized(size: str, server: Served, folder: FolderStore) -> Iterator[Sized]:
    """A size, in a folder store and on a server, where another benchmark may have pushed it before."""
    store = Neo4jStore(server.address)
    with store.writer(60):
        store.publish(folder.publication(), published=DAY)
    yield _sized(size, folder, store)
    store.close()


def _sized(name: str, folder: FolderStore, store: Neo4jStore) -> Sized:
    on = Opened(Reading(folder.folder, None, TODAY)).on
    components = on.things("component").drop_nulls("system").sort("id")
    systems = on.things("system").sort("id")
    about = {
        "component": components["id"][components.height // 2],
        "system": components["system"][components.height // 2],
        "other": systems["id"][systems.height // 3],
        "organisation": systems["operator"][systems.height // 2],
    }
    ((links,),) = store.server.read("MATCH (:Eamap)-[r]->() RETURN count(r)")
    common = components["raw"].value_counts(sort=True)["raw"].head(5).to_list()
    return Sized(name, folder, store, EmbeddedQuestions(on), store.questions(TODAY), links, about, common)


# The shipped queries beside others -------------------------------------------------------------------------------

_WHOSE = "MATCH (o:Organisation {id: $organisation})"
SELECTED = (
    (
        f"{_WHOSE} MATCH (o)-[r:OPERATES|USES]->(y:System) WHERE (y.status IS NULL OR y.status <> 'retired') AND {holds()} "
        "RETURN DISTINCT y.id"
    ),
    (
        "MATCH (y:System) WHERE (y.status IS NULL OR y.status <> 'retired') AND EXISTS { "
        f"MATCH (y)<-[r:OPERATES|USES]-(:Organisation {{id: $organisation}}) WHERE {holds()} }} RETURN y.id"
    ),
    (
        f"{_WHOSE} CALL (o) {{ MATCH (o)-[:OPERATES]->(y:System) RETURN y UNION MATCH (o)-[r:USES]->(y:System) WHERE {holds()} "
        "RETURN y } WITH y WHERE y.status IS NULL OR y.status <> 'retired' RETURN DISTINCT y.id"
    ),
)
REACHED = (
    (
        f"MATCH (c:Eamap {{id: $component}}) (()<-[r:{DEP} WHERE {holds()}]-()){{1,}} (y) WITH DISTINCT y WHERE NOT y:Mentioned "
        "AND y.id <> $component RETURN y.id"
    ),
    (
        f"MATCH (c:Component {{id: $component}}) MATCH p = (c)<-[:{DEP}*1..]-(y) WHERE all(r IN relationships(p) WHERE {holds()}) "
        "WITH DISTINCT y, c WHERE NOT y:Mentioned AND y <> c RETURN y.id"
    ),
    (
        f"MATCH (y:Eamap) WHERE NOT y:Mentioned AND y.id <> $component AND EXISTS {{ MATCH (y) (()-[r:{DEP} WHERE {holds()}]->())"
        "{1,} (:Component {id: $component}) } RETURN y.id"
    ),
)
_TAIL = (
    f"CALL (ys) {{ UNWIND ys AS y MATCH (y)<-[q:OPERATES|USES]-(o) WHERE {holds('q')} RETURN count(DISTINCT o) AS o }} "
    f"CALL (ys) {{ UNWIND ys AS y MATCH (y)-[q:REALISES]->(k) WHERE {holds('q')} AND {SURE} RETURN count(DISTINCT k) AS k }} "
    f"CALL (ys) {{ UNWIND ys AS y MATCH (y)-[q:INSTANCE_OF]->()-[s:SUPPLIED_BY]->(u) WHERE {holds('q')} AND {holds('s')} "
    "RETURN count(DISTINCT u) AS u } RETURN size(ys), o, k, u"
)
EXPOSED = (
    (
        f"MATCH (c:Component) WHERE c.raw IN $raw MATCH (c) (()<-[r:{DEP} WHERE {holds()}]-()){{1,}} (y:System) "
        f"WITH collect(DISTINCT y) AS ys {_TAIL}"
    ),
    (
        f"MATCH (y:System) WHERE EXISTS {{ MATCH (y) (()-[r:{DEP} WHERE {holds()}]->()){{1,}} (c:Component) WHERE c.raw IN $raw }} "
        f"WITH collect(y) AS ys {_TAIL}"
    ),
    (
        f"MATCH (c:Component) WHERE c.raw IN $raw MATCH (c)<-[q:{DEP}]-(x) WHERE {holds('q')} WITH DISTINCT x "
        f"MATCH (x) (()<-[r:{DEP} WHERE {holds()}]-()){{0,}} (y:System) WITH collect(DISTINCT y) AS ys {_TAIL}"
    ),
)
_LIVE = "y.status IN $in_use AND y.environment = 'production'"
COUNTED = (
    (
        f"MATCH (o)-[r:OPERATES|USES]->(y:System)-[q:REALISES]->(k) WHERE {_LIVE} AND {holds()} AND {holds('q')} AND {SURE} "
        f"OPTIONAL MATCH (y)-[i:INSTANCE_OF]->(p) WHERE {holds('i')} RETURN o.id, k.id, count(DISTINCT y), count(DISTINCT p)"
    ),
    (
        f"MATCH (y:System) WHERE {_LIVE} CALL (y) {{ OPTIONAL MATCH (y)-[i:INSTANCE_OF]->(p) WHERE {holds('i')} "
        f"RETURN collect(p) AS ps }} MATCH (y)-[q:REALISES]->(k) WHERE {holds('q')} AND {SURE} MATCH (o)-[r:OPERATES|USES]->(y) "
        f"WHERE {holds()} UNWIND CASE ps WHEN [] THEN [null] ELSE ps END AS p "
        "RETURN o.id, k.id, count(DISTINCT y), count(DISTINCT p)"
    ),
    (
        f"MATCH (k:Capability)<-[q:REALISES]-(y:System) WHERE {_LIVE} AND {holds('q')} AND {SURE} "
        f"MATCH (o)-[r:OPERATES|USES]->(y) WHERE {holds()} OPTIONAL MATCH (y)-[i:INSTANCE_OF]->(p) WHERE {holds('i')} "
        "WITH o, k, collect(DISTINCT y) AS ys, collect(DISTINCT p) AS ps RETURN o.id, k.id, size(ys), size(ps)"
    ),
)
_STEP = f"(()-[r:{'|'.join(WORKING)} WHERE {holds()}]-())"
_ENDS = "MATCH (a:Eamap {id: $system}), (b:Eamap {id: $other})"
# An alternative that does not look for a second path answers less: it cannot say "one of several".
_TOLD = "RETURN length(p) LIMIT 2"
JOINED = (
    f"{_ENDS} MATCH p = ALL SHORTEST (a){_STEP}{{1,}}(b) {_TOLD}",
    f"{_ENDS} MATCH p = SHORTEST 1 GROUP (a){_STEP}{{1,}}(b) {_TOLD}",
    (
        f"{_ENDS} MATCH q = ANY SHORTEST (a){_STEP}{{1,}}(b) WITH a, b, length(q) AS long "
        f"MATCH p = ALL SHORTEST (a){_STEP}{{1,}}(b) WHERE length(p) = long {_TOLD}"
    ),
)


def compared(sized: Sized) -> dict[str, tuple[str, dict[str, Any], tuple[str, ...], Callable[[Any], Any]]]:
    """Returns for each question the shipped text, its parameters, the alternatives, and what of an answer must be equal."""
    day, about = day_of(TODAY), sized.about
    catalogue = sized.there._asked(sized.there._catalogue)  # type: ignore[attr-defined]
    organisation = about["organisation"].partition(":")[2]
    select = question(catalogue, parse_expression(f"kind:system and org:{organisation} and not status:retired"), TODAY)
    reach = question(catalogue, parse_expression(f"{about['component']}+"), TODAY)
    given = {**day, **about, "raw": sized.raw, **PARAMETERS}

    def ids(rows: Any) -> Any:
        return {row[0] for row in rows}

    return {
        "select": (select.text, {**given, **select.parameters}, SELECTED, ids),
        "reach": (reach.text, {**given, **reach.parameters}, REACHED, ids),
        "exposure": (
            EXPOSURE,
            given,
            EXPOSED,
            lambda rows: [len(rows[0][0]) if isinstance(rows[0][0], list) else rows[0][0], *rows[0][1:]],
        ),
        "matrix": (MATRIX, given, COUNTED, lambda rows: sorted(tuple(row) for row in rows)),
        "path": (
            TEXTS[False],
            {**given, "origin": about["system"], "target": about["other"]},
            JOINED,
            lambda rows: [len(row[1]) if len(row) > 1 else row[0] for row in rows],
        ),
    }


@pytest.mark.parametrize("name", ["select", "reach", "exposure", "matrix", "path"])
def test_a_shipped_query_is_as_good_as_what_a_person_would_write(sized: Sized, name: str, capsys: Any) -> None:
    shipped, parameters, others, answer = compared(sized)[name]
    begun = time.perf_counter()
    expected = answer(sized.store.server.read(shipped, **parameters))
    limit = max(PATIENCE, 3 * (time.perf_counter() - begun))
    found = {text: within(sized, text, parameters, limit) for text in others}
    ended = [text for text in others if found[text] is not None]
    assert all(answer(found[text]) == expected for text in ended), "an alternative answers another question"
    least = by_turns([lambda text=text: sized.store.server.read(text, **parameters) for text in (shipped, *ended)])  # type: ignore[misc]
    ratio = max(least[0], FLOOR) / max(min(least[1:], default=limit), FLOOR)
    with capsys.disabled():
        told = [f"{seconds * 1000:,.1f} ms" for seconds in least[1:]] + [f"over {limit:.0f} s"] * (
            len(others) - len(ended)
        )
        print(f"\n{sized.name} {name}: shipped {least[0] * 1000:,.1f} ms, alternatives {', '.join(told)}: {ratio:.2f}")
    assert ratio < MOST * SLACK


def within(sized: Sized, text: str, parameters: dict[str, Any], limit: float) -> list[Any] | None:
    """Returns the rows of an alternative; None where it does not end within the limit: some walk every path there is."""
    import neo4j

    with sized.store.server.session(read=True) as session:
        try:
            return [tuple(row) for row in session.run(neo4j.Query(text, timeout=limit), parameters)]  # type: ignore[arg-type]
        except neo4j.exceptions.Neo4jError as error:
            if "TimedOut" in str(error.code) or "OutOfMemory" in str(error.code):
                return None
            raise


def by_turns(asks: list[Callable[[], Any]]) -> list[float]:
    """Returns the least seconds of each, asked by turns."""
    least = [math.inf] * len(asks)
    for _ in range(TURNS):
        for place, ask in enumerate(asks):
            begun = time.perf_counter()
            ask()
            least[place] = min(least[place], time.perf_counter() - begun)
    return least


# The server beside eamap -----------------------------------------------------------------------------------------


def test_the_server_beside_eamap(sized: Sized, capsys: Any) -> None:
    organisation = sized.about["organisation"].partition(":")[2]
    selector = f"kind:system and org:{organisation} and not status:retired and not name:"
    numbers = count()
    asks: dict[str, Callable[[Questions], Any]] = {
        # No two turns select by the same words, for eamap remembers what it was asked; none of the names is there.
        "select": lambda q: q.select(f'{selector}"no {next(numbers)}"').ids.to_list(),
        "reach": lambda q: q.reach([sized.about["component"]]).rows(),
        "exposure": lambda q: q.exposure(sized.raw),
        "matrix": lambda q: q.matrix().rows(),
    }
    lines = []
    for name, ask in asks.items():
        assert ask(sized.here) == ask(sized.there)
        here, there = by_turns([lambda: ask(sized.here), lambda: ask(sized.there)])  # noqa: B023
        TIMES.setdefault(name, {})[sized.name] = (here, there, sized.links)
        lines.append(f"  {name:<10}{here * 1000:>10,.1f} ms{there * 1000:>12,.1f} ms{there / here:>9.2f}")
    here, there = (_gaps(store) for store in (sized.folder.folder, parse(sized.store.server.address.shown)))
    assert here[1] == there[1]
    TIMES.setdefault("gaps", {})[sized.name] = (here[0], there[0], sized.links)
    lines.append(f"  {'gaps':<10}{here[0] * 1000:>10,.1f} ms{there[0] * 1000:>12,.1f} ms{there[0] / here[0]:>9.2f}")
    with capsys.disabled():
        print(
            f"\n{sized.name}, {sized.links:,} relationships: eamap on tables, the server, and how many times as long;"
        )
        print("  gaps are worked out by eamap on both, what is opened and brought over included")
        print("\n".join(lines) + f"\n  load {os.getloadavg()[0]:.1f}")


def _gaps(store: Any) -> tuple[float, int]:
    begun = time.perf_counter()
    opened = Opened(Reading(store, None, TODAY, slice_limit=10**9))
    found = gaps_of(opened, Scope(None, None, None, None, 1, None)).rows.height
    return time.perf_counter() - begun, found


@pytest.mark.skipif(len(SIZES) < 2, reason="only on several sizes is there growth")
def test_growth(capsys: Any) -> None:
    with capsys.disabled():
        print("\nGrowth: the exponent of the time over the relationships, eamap on tables and the server")
        for name, sizes in TIMES.items():
            found = [sizes[size] for size in SIZES if size in sizes]
            assert len(found) == len(SIZES), f"{name} was not asked at every size"
            here, there = (slope([(each[2], each[side]) for each in found]) for side in (0, 1))
            print(f"  {name:<10}{here:>8.2f}{there:>8.2f}")


def slope(points: list[tuple[float, float]]) -> float:
    """Returns the slope of the straight line through the logarithms of points, by least squares."""
    logs = [(math.log(x), math.log(max(y, 1e-6))) for x, y in points]
    middle = [sum(each) / len(logs) for each in zip(*logs, strict=True)]
    above = sum((x - middle[0]) * (y - middle[1]) for x, y in logs)
    return above / sum((x - middle[0]) ** 2 for x, _ in logs)
