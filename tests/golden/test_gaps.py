"""Every hand-off of the sample is counted again from its files, and both lists are the same; each answer has its cells."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.golden.conftest import AS_OF
from tests.golden.files import as_text, cell_at
from tests.golden.handoffs import Recount, Sample
from tests.golden.proof import Prover

pytestmark = pytest.mark.slow
PLANTED = {
    ("P4/6", "ZN03", "ZN08"): "other_means",  # saltmarsh_fenwick_interfaces.csv: letters go by email
    ("P8/8", "ZN07", "ZN11"): "non_conformant",  # northmoor_pathology_interfaces.csv: EDIFACT, deprecated
    ("P8/8", "ZN07", "ZN12"): "non_conformant",
    ("P4/6", "ZN01", "ZN08"): "non_conformant",  # the workbook: CDA, deprecated since 2017
    ("P8/8", "ZN07", "ZN13"): "none_known",
    ("P2/2", "ZN10", "ZX00"): "none_known",
}
"""Gaps that the sample has on purpose."""


@pytest.fixture(scope="module")
def recount(northmoor: Path, root: Path) -> Recount:
    return Recount(Sample(northmoor / "sources", root / "schemas").read())


@pytest.fixture(scope="module")
def store(northmoor_ingested) -> Path:
    return northmoor_ingested[0]


@pytest.fixture(scope="module")
def told(store) -> dict:
    where = ["--store", str(store), "--as-of", AS_OF.isoformat(), "--format", "json"]
    done = CliRunner().invoke(program, ["gaps", *where], prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def pairs(told: dict) -> dict[tuple[str, str, str], str]:
    return {
        (row["step"], row["from_organisation"], row["to_organisation"]): row["answer"]
        for row in told["rows"]
        if row["answer"] != "not_in_inventory"
    }


def test_every_pair_and_its_answer_is_that_of_the_files(recount, told):
    again, given = recount.answers(), pairs(told)
    assert set(again) == set(given)
    differ = {key: (again[key], given[key]) for key in again if again[key] != given[key]}
    assert not differ, f"{len(differ)} of {len(again)}: {list(differ.items())[:10]}"


def test_every_role_that_nobody_fills_is_that_of_the_files(recount, told):
    rows = {(row["step"], row["ics"]) for row in told["rows"] if row["answer"] == "not_in_inventory"}
    assert rows == recount.missing()


def test_the_counts_are_those_of_the_files(recount, told):
    again = Counter(recount.answers().values())
    counts = told["counts"]
    assert {name: counts[name.replace("_", " ")]["n"] for name in again} == dict(again)
    assert {counts[name.replace("_", " ")]["of"] for name in again} == {again.total()}


def test_the_planted_gaps_are_found(told):
    given = pairs(told)
    assert {key: given[key] for key in PLANTED} == PLANTED


def test_each_answer_is_explained_to_its_cells(store, told, northmoor):
    prover = Prover(store, AS_OF, northmoor / "sources")
    for row in told["rows"]:
        explained = prover.explain(row["ref"])
        assert not isinstance(explained, str), explained
        assert str(explained.value).partition("; ")[0] == row["answer"]
        cited = [each.citation for each in explained.rows if (northmoor / "sources" / each.citation.source).is_file()]
        assert cited, row["ref"]
        for cell in cited:
            if cell.column:
                assert as_text(cell_at(northmoor / "sources", cell)).replace("; ", ";") == cell.value.replace(
                    "; ", ";"
                ), cell


@pytest.mark.parametrize("top", [1, 3, 10])
def test_the_actions_of_the_plan_close_exactly_the_gaps_promised_in_a_copy_of_the_estate(opened, top):
    from eamap.analysis.changes import changed
    from eamap.analysis.pathways.gaps import GAPS, Gaps, Scope
    from eamap.analysis.pathways.worth import FAILING
    from eamap.cli.judging import judged
    from eamap.cli.pathways.levering import levers_of
    from eamap.interpret import interpret
    from eamap.interpret.geography import geography
    from eamap.model.selector import EstateOn

    levers = levers_of(opened, Scope())
    best = levers.best(top)
    assert best.closed
    again = interpret(changed(opened.stated, levers.changes(best.actions)), AS_OF)
    verdicts = judged(opened, FAILING, estate=again).table
    after = Gaps(EstateOn(again, AS_OF), geography(None, AS_OF, again), verdicts).rows
    keys = ["step", "from_organisation", "to_organisation"]
    left = set(after.filter(after["answer"].is_in(list(GAPS))).select(keys).iter_rows())
    before = set(levers.rows.select(keys).iter_rows())
    promised = set(levers.rows.filter(levers.rows["gap"].is_in(list(best.closed))).select(keys).iter_rows())
    assert before - left == promised
    assert left <= before, "nothing new is broken"
