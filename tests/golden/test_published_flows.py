"""The published flows: the figures of the method, and a recount of the bound from the shared tables by other code."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date

import pytest

from eamap.analysis.geography.flows import placed, published
from eamap.interpret.geography import geography

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def lying():
    def found(name):
        known = geography(name, TODAY)
        return placed(published(known.reference), known)

    return found


def test_the_shares_are_those_of_the_method(lying):
    overall = lying("2026-04").shares().row(0, named=True)
    assert (overall["total"], overall["crosses"], overall["undecided"]) == (6_967_123, 968_892, 0)
    assert overall["lower"] == overall["upper"] == pytest.approx(0.139, abs=0.0005)
    assert 1 - overall["lower"] == pytest.approx(0.8609, abs=0.00005)
    assert 1 - lying("2026-04").shares(level="region").row(0, named=True)["lower"] == pytest.approx(0.9496, abs=0.00005)


def test_every_specialty_has_the_published_figures(lying, shared):
    with (shared / "organisations" / "rtt_cross_icb_fraction_by_specialty_202604.csv").open(encoding="utf-8") as lines:
        listed = {row["treatment_function"]: row for row in csv.DictReader(lines)}
    found = {row["specialty"]: row for row in lying("2026-04").shares("specialty").iter_rows(named=True)}
    assert found.keys() == listed.keys()
    for code, row in listed.items():
        mine = found[code]
        assert (mine["total"], mine["crosses"]) == (int(row["incomplete_pathways"]), int(row["cross_icb_pathways"]))
        assert round(mine["lower"], 4) == float(row["cross_icb_fraction"])
    assert round(found["C_150"]["lower"], 3) == 0.374
    assert min(found, key=lambda code: found[code]["lower"]) == "C_430"


def test_the_bound_under_the_boundaries_of_2022_is_counted_again_from_the_tables(lying, shared):
    folder = shared / "organisations"
    before = defaultdict(set)
    with (folder / "icb_lineage_2026-04-01.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            before[row["successor_icb"]].add(row["predecessor_icb"])
    before["QRL"].add("QRL")  # gained land and kept its own
    sure = maybe = total = 0
    with (folder / "rtt_icb_flows_by_specialty_202604.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            ends = [before.get(row[end]) or {row[end]} for end in ("commissioner_icb", "provider_icb")]
            volume = int(row["incomplete_pathways"])
            total += volume
            sure += volume * (not ends[0] & ends[1])
            maybe += volume * (bool(ends[0] & ends[1]) and not (len(ends[0]) == 1 and ends[0] == ends[1]))
    found = lying("2022").shares().row(0, named=True)
    assert (found["total"], found["crosses"], found["undecided"]) == (total, sure, maybe)
    assert (round(found["lower"], 4), round(found["upper"], 4)) == (0.1199, 0.4097)
    why = {
        name: (flows["volume"].sum(), flows.select("from", "to").unique().height)
        for name, flows in lying("2022").undecided().items()
    }
    assert why == {"inside": (1_885_658, 7), "between": (133_396, 10), "unknown": (0, 0)}


def test_the_figure_of_one_set_of_boundaries_lies_within_the_bound_of_the_other(lying):
    """What crosses today is within what may have crossed before, because the boundaries of 2022 are not coarser in all."""
    new, old = (lying(name).shares().row(0, named=True) for name in ("2026-04", "2022"))
    assert old["lower"] <= new["lower"] <= old["upper"]
