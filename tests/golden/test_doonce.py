"""The golden do-once estate, through ingest and the command: every figure, and which table each figure rests on."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.doonce.rows import leaves
from eamap.cli.main import program

PERMUTED = ("omega", "conditions.V*", "K.K1", "R", "D.*", "capture.*")
LOOSELY = ("I_permuted", "convergence_index", "acceptability_level.*")


def run(*arguments: object) -> str:
    """Runs a command and returns what it prints."""
    done = CliRunner().invoke(program, [*map(str, arguments)], prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def answer(folder: Path, store: Path, *more: object) -> dict:
    """Ingests the tables of a folder, as a shell would give them, and returns the one answer."""
    run("ingest", *sorted(folder.glob("*.csv")), "--store", store)
    asked = ("doonce", "DIA-2.1", "--parameters", folder / "parameters.json", "--store", store)
    (row,) = json.loads(run(*asked, *more, "--format", "json"))["rows"]
    return row


@pytest.fixture(scope="module")
def golden(shared) -> Path:
    return shared / "doonce" / "golden"


@pytest.fixture(scope="module")
def found(golden, tmp_path_factory) -> dict:
    return answer(golden, tmp_path_factory.mktemp("golden") / "store")


def close(path: str) -> float:
    """Returns how far a figure may be off: nothing, but where arrangements or draws are random."""
    if any(fnmatch(path, each) for each in LOOSELY):
        return 0.02
    return 0.01 if any(fnmatch(path, each) for each in PERMUTED) else 1e-9


def test_every_expected_figure_is_reached(golden, found) -> None:
    expected = dict(leaves(json.loads((golden / "expected.json").read_text(encoding="utf-8"))))
    got = dict(leaves(found))
    assert len(expected) == 78
    off = {}
    for path, value in expected.items():
        if isinstance(value, int | float):
            assert got[path] is not None, path
            if abs(got[path] - value) > close(path):
                off[path] = (value, got[path])
        elif got[path] != value:
            off[path] = (value, got[path])
    assert off == {}


def test_the_same_command_gives_the_same_figures(golden, found, tmp_path) -> None:
    assert answer(golden, tmp_path / "store") == found


def test_another_seed_moves_only_what_is_random_and_little(golden, found, tmp_path) -> None:
    other = answer(golden, tmp_path / "store", "--seed", "99")
    differ = moved(found, other)
    random_ones = (*PERMUTED, *LOOSELY, "H_ics_permuted", "operating_model_acceptability.*", "modes.*.acceptability", "bootstrap.*", "flip.to",
                   "what_would_change.*")  # fmt: skip
    assert "acceptability_level.ICS" in differ
    assert {path for path in differ if not any(fnmatch(path, each) for each in random_ones)} == set()
    assert all(
        abs(dict(leaves(other))[path] - dict(leaves(found))[path]) < 0.06
        for path in differ
        if path.startswith(("D", "omega"))
    )


# What moves when one cell does ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A cell of the first row that has a value in a column, what has to move with it, and what may."""

    table: str
    row: tuple[str, str]
    cells: dict[str, str]
    must: tuple[str, ...]
    may: tuple[str, ...]


CASE = ("D.*", "capture.*", "acceptability_level.*", "flip*", "level*", "standing")
"""What follows from the point or interval of any condition."""
MODES = ("modes.*", "operating_model*")
TEXTS = ("cautions*", "notes*", "what_would_change*")
MONEY = ("A2", "A3", "overpay", "conditions.A.*", "benefits.*")
VARIETY = ("entropy", "n_eff", "HHI", "top.*", "V1", "omega", "I_observed", "I_permuted", "conditions.V.*", "K.K1", "R", "within_ics",
           "between_region", "between_ics_in_region", "H_ics_permuted", "convergence_index", "phi.*.V", "bootstrap.*", "K.K4",
           "K4_interval.*")  # fmt: skip
CHANGES = {
    "where an organisation lies": Change(
        "organisations.csv", ("code", "T02"), {"ics": "I2"},
        must=("x_cross", "B2", "conditions.B.point", "phi.ICS.B", "phi.ICS.N", "phi.ICS.V", "within_ics", "between_ics_in_region",
              "convergence_index", "capture.ICS", "D.point"),
        may=("conditions.B.*", "H_ics_permuted", *CASE, *MODES, *TEXTS, "benefits.*")),
    "what type an organisation is of": Change(
        "organisations.csv", ("code", "T09"), {"type": "specialist"},
        must=("omega", "I_observed", "K.K1", "R", "conditions.V.point", "D.point"),
        may=("I_permuted", "conditions.V.*", *CASE, *MODES, *TEXTS)),
    "which product an organisation has": Change(
        "systems.csv", ("organisation", "T02"), {"product": "APEX", "supplier": "Dedalus"},
        must=("entropy", "HHI", "V1", "A1", "K.K4", "within_ics"),
        may=("n_eff", *VARIETY, "A1", *MONEY, "phi.*.A", "K.K3", "K3_interval.*", "gates.*", "confidence.*", *CASE, *MODES, *TEXTS)),
    "what else a suite does": Change(
        "systems.csv", ("organisation", "T09"), {"capability_ids": "DIA-2.1;DIA-2.2;DIA-2.3"},
        must=("K.K3", "K3_interval.0", "R"), may=("K3_interval.*",)),
    "an organisation that is asked again and has nothing": Change(
        "systems.csv", ("organisation", "T13"), {"answer": "absent"},
        must=("known", "coverage", "conditions.V.lo", "D.lo", "confidence.coverage"),
        may=("conditions.V.hi", "K4_interval.*", "D.*", "acceptability_level.*", "confidence.*", *MODES, *TEXTS)),
    "what a contract costs": Change(
        "contracts.csv", ("contract", "C02"), {"annual_cost_gbp": "700000"},
        must=("A1", "A2", "A3", "overpay", "conditions.A.point", "K.K3", "D.point", "capture.ICS"),
        may=(*MONEY, "K3_interval.*", "R", *CASE, *MODES, *TEXTS)),
    "how much a contract is for": Change(
        "contracts.csv", ("contract", "C09"), {"driver_volume_m": "2.3"},
        must=("A2", "overpay", "conditions.A.point", "D.point"), may=(*MONEY, *CASE, *MODES, *TEXTS)),
    "when a contract ends": Change(
        "contracts.csv", ("contract", "C02"), {"end_date": "2033-06-30"},
        must=("K.K3", "K3_interval.1", "R"), may=("K3_interval.*",)),
    "who shares a contract": Change(
        "contracts.csv", ("contract", "C07"), {"organisations": "T07;T08;T09"},
        must=(), may=("capture.*",)),
    "how many are handed over": Change(
        "flows.csv", ("from_organisation", "T02"), {"volume": "9000"},
        must=("x_cross", "B2", "conditions.B.point", "phi.ICS.B", "capture.ICS", "D.point"),
        may=("conditions.B.*", "phi.region.B", *CASE, *MODES, *TEXTS)),
    "what a test of an interface found": Change(
        "interfaces.csv", ("from_organisation", "T03"), {"conformant": "yes"},
        must=("B3", "conditions.B.point", "D.point", "capture.ICS"), may=("conditions.B.*", *CASE, *MODES, *TEXTS)),
    "how mature an organisation is": Change(
        "maturity.csv", ("organisation", "T10"), {"pillar_score": "4.0"}, must=("K.K2", "R"), may=()),
    "how many staff there are": Change(
        "staff.csv", ("organisation", "T09"), {"fte_able_to_run_or_improve": "5"},
        must=("N2", "conditions.N.point", "phi.trust.N", "D.point", "capture.trust"),
        may=("N1", "conditions.N.*", "phi.*.N", *CASE, *MODES, *TEXTS)),
    "whether a step hands over": Change(
        "pathway_steps.csv", ("name", "Show the result to the person"), {"handoff": "N"},
        must=("B1", "K.K6", "conditions.B.point", "R", "D.point"), may=("conditions.B.*", *CASE, *MODES, *TEXTS)),
    "who a step hands over to": Change(
        "pathway_steps.csv", ("name", "Notify public health"), {"to_org_type": "citizen"}, must=("K.K6", "R"), may=()),
}  # fmt: skip


def moved(before: dict, after: dict) -> set[str]:
    """Returns the paths of the figures that differ; refs are no figures."""
    told = [{path: value for path, value in leaves(row) if not path.startswith("ref")} for row in (before, after)]
    return {path for path in {*told[0], *told[1]} if told[0].get(path, ...) != told[1].get(path, ...)}


def changed(text: str, row: tuple[str, str], cells: dict[str, str]) -> str:
    """Returns a table with some cells of the first row that has a value in a column changed."""
    rows = list(csv.DictReader(io.StringIO(text)))
    mine = next(each for each in rows if each[row[0]] == row[1])
    assert any(mine[column] != value for column, value in cells.items())
    mine.update(cells)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("name", CHANGES)
def test_what_rests_on_a_cell_moves_and_nothing_else(name, golden, found, tmp_path) -> None:
    change = CHANGES[name]
    folder = tmp_path / "tables"
    shutil.copytree(golden, folder)
    (folder / change.table).chmod(0o644)
    text = (golden / change.table).read_text(encoding="utf-8")
    folder.chmod(0o755)
    (folder / change.table).write_text(changed(text, change.row, change.cells), encoding="utf-8")
    after = answer(folder, tmp_path / "store")
    differ = moved(found, after)
    assert {path for path in change.must if path not in differ} == set()
    assert {path for path in differ if not any(fnmatch(path, each) for each in (*change.must, *change.may))} == set()
