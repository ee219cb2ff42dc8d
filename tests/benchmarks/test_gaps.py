"""What gaps cost beyond an opened estate, for all pathways and systems of care, beside NetworkX doing the same joins.

The estate is opened first: its tables are read and what its texts mean is worked out, for both. The answers of the two are
compared and have to agree; the figures are printed and nothing is asserted about time, for machines are shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

ROUNDS = int(os.environ.get("EAMAP_BENCH_ROUNDS", "3"))
SIZES = os.environ.get("EAMAP_BENCH_GAPS", "trust,ics,tables-30k").split(",")
HERE = Path(__file__).resolve().parent
EAMAP = (sys.executable, "-c", "from eamap.cli.main import main; main()")
DAY = date(2026, 11, 22)
LINKS = ("OPERATES", "USES", "EXPOSES", "CONSUMES", "INSTANCE_OF", "REALISES", "CLAIMS", "PART_OF", "SUCCEEDED_BY")
WORDS = ("none_known", "other_means", "non_conformant", "declared_only", "conformant")


@pytest.fixture(scope="module", params=SIZES)
def opened(request, tmp_path_factory):
    """An estate of a size with its tables read and interpreted, and its geography."""
    from eamap.interpret import interpret
    from eamap.interpret.geography import geography
    from eamap.model.selector import EstateOn
    from eamap.stores.folder import FolderStore

    folder = tmp_path_factory.mktemp("gaps")
    given = os.environ.get("EAMAP_BENCH_STORE")
    store = Path(given) if given else folder / "store"
    if not given:
        files = Path(os.environ.get("EAMAP_BENCH_FILES") or folder) / request.param
        if not files.is_dir():
            subprocess.run(
                [sys.executable, HERE / "generate.py", request.param, files], check=True, capture_output=True
            )
        subprocess.run([*EAMAP, "ingest", *sorted(files.iterdir()), "--store", store], check=True, capture_output=True)
    on = EstateOn(interpret(FolderStore(store).estate(), DAY), DAY)
    for kind in ("system", "interface", "organisation", "standard", "flow"):
        on.things(kind)
    for relation in LINKS:
        on.estate.links(relation)
    place = geography(None, DAY, on.estate)
    assert place.units.height
    assert place.followed.table.height
    return request.param, store, on, place


def least(work) -> tuple[float, object]:
    """Returns the least CPU seconds of several rounds, and what was made."""
    costs, made = [], None
    for _ in range(ROUNDS):
        start = time.process_time()
        made = work()
        costs.append(time.process_time() - start)
    return min(costs), made


def by_graph(gaps) -> tuple[Counter, float]:
    """Answers the same by NetworkX: the CPU seconds of building the graph are returned beside the counts."""
    start = time.process_time()
    part = gaps.parts[0]
    worth, ends = part.worth, gaps.ends
    graph = nx.MultiDiGraph()
    masks = {end: does for end, does, _ in worth.of_ends.iter_rows()}
    graph.add_nodes_from(
        (("s", number), {"does": masks.get(number), "hub": hub})
        for number, hub in ends.systems.select("system", pl.col("engine") | pl.col("service")).iter_rows()
    )
    told = {row["interface"]: row for row in worth.claimed.iter_rows(named=True)}
    by_hand = set(ends.interfaces.filter("manual")["interface"])
    graph.add_edges_from((("o", body), ("s", system), "holds") for system, body in ends.holders.iter_rows())
    first = ends.systems.height
    for interface, giver, taker in ends.joins.iter_rows():
        graph.add_edge(("i", interface), ("s", giver) if giver < first else ("o", giver - first), "giver")
        graph.add_edge(("i", interface), ("s", taker) if taker < first else ("o", taker - first), "taker")
    built = time.process_time() - start
    unasked = part.asked.unasked
    direct: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    legs: dict[tuple[str, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))

    def holders(node) -> list[int]:
        return [node[1]] if node[0] == "o" else [each[1] for each in graph.predecessors(node) if each[0] == "o"]

    for node in [each for each in graph if each[0] == "i"]:
        claims = told.get(node[1], {"asked": 0, "usable": 0})
        givers = [far for _, far, kind in graph.out_edges(node, keys=True) if kind == "giver"]
        takers = [far for _, far, kind in graph.out_edges(node, keys=True) if kind == "taker"]
        for giver in givers[:1]:
            for taker in takers:
                does = [graph.nodes[end].get("does") for end in (giver, taker)]
                silent = all(each is None for each in does) and not claims["asked"]
                at1 = (1 << 64) - 1 if silent else (does[0] or 0) | (does[1] or 0) | claims["asked"]
                manual = node[1] in by_hand
                levels = [at1, 0 if manual else at1, 0 if manual else claims["usable"] | (at1 & unasked), 0]
                near, far = holders(giver), holders(taker)
                for one in near:
                    for other in far:
                        if one != other:
                            _add(direct[min(one, other), max(one, other)], levels)
                for hub, bodies in ((giver, far), (taker, near)):
                    if hub[0] == "s" and graph.nodes[hub]["hub"]:
                        for body in bodies:
                            _add(legs["hub", hub[1]][body], levels)
    for node, told_of in graph.nodes(data=True):
        if node[0] == "s" and told_of.get("does"):
            held = holders(node)
            if len(held) > 1:
                for body in held:
                    _add(legs["shared", node[1]][body], [told_of["does"]] * 3 + [0])
    met: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (kind, place), bodies in legs.items():
        del kind, place
        ordered = sorted(bodies)
        for at, one in enumerate(ordered):
            for other in ordered[at + 1 :]:
                _add(met[one, other], [near & far for near, far in zip(bodies[one], bodies[other], strict=True)])
    return _counted(part, direct, met), built


def _add(levels: list[int], more: list[int]) -> None:
    for at, mask in enumerate(more):
        levels[at] |= mask


def _counted(part, direct, met) -> Counter:
    bodies = part.pairs.bodies
    boards: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    rows = {}
    for body, icb, national, sends, receives in bodies.select(
        "body", "icb", "national", "sends", "receives"
    ).iter_rows():
        rows[body] = (icb, national, sends, receives)
        if icb is not None and not national and (sends or receives):
            boards[icb].append((body, sends, receives))
    asked: dict[tuple[int, int], int] = {}
    for members in boards.values():
        for one, sends, _ in members:
            for other, _, receives in members:
                if one != other and sends & receives:
                    asked[one, other] = sends & receives
    nation = [(body, row) for body, row in rows.items() if row[1]]
    for body, (_, _, sends, receives) in nation:
        for other, (_, national, far_sends, far_receives) in rows.items():
            if not national:
                asked[body, other] = sends & far_receives
                asked[other, body] = far_sends & receives
    for (one, other), levels in direct.items():
        for giver, taker in ((one, other), (other, one)):
            if (
                (rows[giver][0] is None or rows[giver][0] != rows[taker][0])
                and not rows[giver][1]
                and not rows[taker][1]
            ):
                asked[giver, taker] = levels[0] & rows[giver][2] & rows[taker][3]
    found: Counter = Counter()
    none = [0, 0, 0, 0]
    for (giver, taker), steps in asked.items():
        pair = (min(giver, taker), max(giver, taker))
        levels = [one | other for one, other in zip(direct.get(pair, none), met.get(pair, none), strict=True)]
        left = steps
        for rank in (4, 3, 2, 1):
            here = left & levels[rank - 1]
            found[WORDS[rank]] += here.bit_count()
            left &= ~here
        found[WORDS[0]] += left.bit_count()
    return found


def test_gaps(opened):
    from eamap.analysis.pathways.gaps import Gaps

    size, store, on, place = opened
    own, counts = least(lambda: Gaps(on, place).counts)
    words, _ = least(lambda: Gaps(on, place).rows)
    gaps = Gaps(on, place)
    for name in ("joins", "holders", "systems"):
        getattr(gaps.ends, name)
    start = time.process_time()
    again, built = by_graph(gaps)
    graph = time.process_time() - start
    assert {name: n for name, n in again.items() if n} == {
        name: n for name, n in counts.items() if n and name != "not_in_inventory"
    }
    before = os.times()
    subprocess.run(
        [*EAMAP, "gaps", "--store", store, "--as-of", DAY.isoformat(), "--limit", "1"], check=True, capture_output=True
    )
    after = os.times()
    whole = after.children_user + after.children_system - before.children_user - before.children_system
    pairs = sum(n for name, n in counts.items() if name != "not_in_inventory")
    print(
        f"\n\n  {size}: {on.things('system').height:,} systems, {on.things('interface').height:,} interfaces; {pairs:,} hand-offs of pairs"
    )
    print(f"  answers of all pathways and systems of care {own:>8.2f} s CPU")
    print(f"  the same with every row in words            {words:>8.2f} s")
    print(
        f"  NetworkX, the same joins                    {graph:>8.2f} s, of which building the graph {built:.2f} s ({graph / max(own, 0.001):.0f} times)"
    )
    print(f"  eamap gaps, whole process                   {whole:>8.2f} s")
    print(f"  {dict(counts)}")
