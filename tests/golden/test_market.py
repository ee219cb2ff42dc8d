"""The market on the real list of patient record suppliers, and every number of these answers over the sample."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from eamap.cli.opening import Opened
from eamap.cli.options import Reading
from tests.golden.conftest import AS_OF, ingested
from tests.golden.pieces import of_csv, of_json, of_table
from tests.golden.proof import Prover
from tests.golden.test_every_number import proved, run, tabled

DAY = date(2024, 10, 1)
SETTINGS = {
    "Acute": (115, 31, 13.3, 0.126, "Oracle Health", 30),
    "Ambulance": (10, 5, 4.4, 0.260, "Cleric", 4),
    "Community": (13, 2, 1.7, 0.645, "TPP", 10),
    "Mental Health": (18, 5, 4.8, 0.216, "The Access Group", 5),
    "Mental Health and Community (Combined)": (33, 5, 3.2, 0.377, "The Access Group", 16),
}
"""The published table: organisations with a live record, suppliers, effective number, HHI, the largest and its organisations."""
FIGURES = {
    "dma": "Organisation code,Pillar,Score,Assessed on\nZN01,Well led,3.5,2026-03-31\nZN02,Well led,2.5,2026-03-31\n"
           "ZN03,Well led,4,2026-03-31\nZE01,Well led,9,2026-03-31\nZN01,Well led,5,2027-03-31\n",
    "dspt": "Code,Organisation Name,Status,Date Of Publication\nZN01,A,25/26 Standards Met,30/06/2026\nZN02,B,25/26 Approaching Standards,30/06/2026\n",
    "emram": "Organisation code,EMRAM stage,EMRAM edition,Validated on\nZN01,5,2018,2025-01-01\nZN02,2,2018,2025-01-01\n",
    "epr": "Organisation code,EPR stage,As at\nZN01,2.4,2026-01-01\nZW01,0.2,2026-01-01\n",
    "tac": "Organisation code,WorkSheetName,MainCode,SubCode,Total,Year end\n" + "".join(
        f"ZN03,TAC,{main},{sub},{value},2026-03-31\n" for main, sub, value in (
            ("A08CY01", "EXP0390", '"400,000"'), ("A14CY08", "PPE0060", "6000"), ("A13CY02", "INT0060", "3000"),
            ("A14CY08", "PPE0190", "50000"), ("A14CY08", "PPE0350", "30000"), ("A13CY02", "INT0190", "10000"),
        )
    ),
    "spent": "Organisation code,Year end,Total operating expenditure (GBP),IT capital (GBP),IT revenue (GBP),Of it technology (GBP),Of it adoption (GBP)\n"
             "ZN01,2026-03-31,500000000,10000000,16000000,20000000,5000000\nZN02,2026-03-31,300000000,2000000,,,\n",
    "owners": "Supplier,Owner,Owned since,Owned until\nCerner,Oracle,2022-06-08,\nTPP,TPP,,\nThe Access Group,The Access Group,,\n",
}  # fmt: skip
"""Files in the documented layouts, one a mapping."""
ANSWERS = (
    ("suppliers",),
    ("suppliers", "--by", "setting"),
    ("suppliers", "org:ZN00", "--by", "group"),
    ("suppliers", "--contracts"),
    ("suppliers", "--expiries"),
    ("converge",),
    ("converge", "--ics", "ZN00"),
    ("converge", "--setting", "acute"),
    ("maturity",),
    ("maturity", "--by", "ics"),
    ("spend",),
    ("spend", "--by", "ics"),
    ("spend", "--by", "all"),
    ("spend", "--org", "ZN03"),
    ("peers", "DIA-2.1", "--org", "ZN02"),
    ("peers", "REC-1.1"),
)


def written(folder: Path, names: tuple[str, ...] = tuple(FIGURES)) -> list[Path]:
    """Writes files of figures, each under its name."""
    for name in names:
        (folder / f"{name}.csv").write_text(FIGURES[name], encoding="utf-8")
    return [folder / f"{name}.csv" for name in names]


def answer(store: Path, *arguments: str, day: date = DAY) -> dict:
    from click.testing import CliRunner

    from eamap.cli.main import program

    told = [*arguments, "--format", "json", "--store", str(store), "--as-of", day.isoformat()]
    done = CliRunner().invoke(program, told, prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def records(root, tmp_path_factory) -> Path:
    """A store with the real list of patient record suppliers."""
    store = tmp_path_factory.mktemp("records") / "store"
    ingested(sorted((root / "sample_estates" / "england_epr_2024" / "sources").iterdir()), store)
    return store


@pytest.fixture(scope="module")
def figures(northmoor, tmp_path_factory) -> Path:
    """A store with the sample, and files of figures in each documented layout."""
    folder = tmp_path_factory.mktemp("figures")
    ingested([*sorted((northmoor / "sources").iterdir()), *written(folder)], folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def prover(figures, northmoor) -> Prover:
    return Prover(figures, AS_OF, northmoor / "sources")


# The real list ----------------------------------------------------------------------------------------------------


def test_concentration_per_setting_is_that_of_the_published_table(records) -> None:
    rows = {
        row["setting"]: row for row in answer(records, "suppliers", "capability:REC-1.1", "--by", "setting")["rows"]
    }
    told = {
        name: (
            row["n"],
            row["suppliers"],
            round(row["n_eff"], 1),
            round(row["hhi"], 3),
            row["top"],
            round(row["top_share"] * row["n"]),
        )
        for name, row in rows.items()
    }
    assert told == SETTINGS
    assert sum(row["absent"] for row in rows.values()) == 20
    # In-house is a supplier that nobody owns but its organisation; of all others no owner is stated.
    assert {row["owners"] for row in rows.values()} == {"ultimate owner unknown"}
    assert rows["Community"]["owner_hhi_high"] == 1, "both suppliers may belong to one company"


def test_the_suppliers_stand_for_products_and_that_is_said(records) -> None:
    acute = next(row for row in answer(records, "suppliers", "--by", "setting")["rows"] if row["setting"] == "Acute")
    with open_list(records) as rows:
        own = sum(
            row["Supplier (Primary EPR)"].startswith("Generic") and row["Trust Type (Primary)"] == "Acute"
            for row in rows
        )
    assert (acute["supplier_for_product"], own) == (100, 15)


def open_list(store: Path):
    from contextlib import closing

    root = Path(__file__).resolve().parents[2] / "sample_estates" / "england_epr_2024" / "sources"
    file = next(root.iterdir()).open(encoding="utf-8-sig", newline="")

    class Rows:
        def __enter__(self):
            return csv.DictReader(file)

        def __exit__(self, *_):
            file.close()

    del store, closing
    return Rows()


def test_convergence_is_a_little_better_than_chance(records) -> None:
    every, acute = (
        answer(records, "converge", "capability:REC-1.1", "--geography", "2026-04", *more)["rows"][0]
        for more in ((), ("--setting", "acute"))
    )
    assert every["h_within"] / every["h"] == pytest.approx(0.51, abs=0.005)
    assert every["h_chance"] / every["h"] == pytest.approx(0.54, abs=0.005)
    assert every["convergence"] == pytest.approx(0.06, abs=0.01)
    assert acute["convergence"] == pytest.approx(0.12, abs=0.01)


def test_other_boundaries_give_another_figure(records) -> None:
    before, after = (
        answer(records, "converge", "capability:REC-1.1", "--geography", name)["rows"][0]
        for name in ("2022", "2026-04")
    )
    assert (before["icbs"], after["icbs"]) == (42, 36)
    assert before["h_within"] < after["h_within"], "larger units hold more variety"


def test_contracts_are_assumed_where_none_is_on_record(records) -> None:
    told = answer(records, "suppliers", "--contracts")
    oracle = next(row for row in told["rows"] if row["name"] == "Oracle Health")
    assert (oracle["contracts"], oracle["assumed"], oracle["organisations"], oracle["value"]) == (
        30,
        30,
        30,
        "not estimated",
    )
    assert told["counts"]["contracts on record"]["n"] == 0
    wave = answer(records, "suppliers", "--expiries")["rows"]
    assert [(row["year"], row["contracts"]) for row in wave if row["contracts"]] == [("no end stated", 173)]


def test_the_real_statuses_are_counted(records, shared, tmp_path) -> None:
    import shutil

    store = tmp_path / "store"
    shutil.copytree(records, store)
    ingested([shared / "products" / "dspt_trusts_2022-23_snapshot_20231116.csv"], store)
    table = Opened(Reading(store, None, date(2023, 11, 16))).on.things("measure")
    words = table["value"].str.replace(r"^22/23 ", "").value_counts().rows()
    assert dict(words) == {
        "Standards Met": 138,
        "Approaching Standards": 57,
        "Standards Exceeded": 15,
        "Not Published": 1,
    }
    rows = answer(store, "maturity", day=date(2023, 11, 16))["rows"]
    assert {row["value"]: row["n"] for row in rows}["22/23 Standards Exceeded"] == 15
    assert {row["of"] for row in rows} == {len(open_on(store, date(2023, 11, 16)))}


def open_on(store: Path, day: date) -> list[str]:
    from eamap.analysis.market.figures import open_trusts

    on = Opened(Reading(store, None, day)).on
    return open_trusts(on, on.things("organisation")["id"]).to_list()


# The sample -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_every_number_of_an_answer_about_the_market_is_explained(command, figures, prover) -> None:
    envelope = json.loads(run(figures, *command, "--format", "json"))
    assert envelope["rows"]
    pieces = [
        *of_json(command[0], envelope),
        *of_csv(command[0], run(figures, *command, "--format", "csv")),
        *of_table(command[0], *tabled(figures, command)),
    ]
    proved(prover, pieces)


def test_maturity_keeps_what_it_cannot_read_apart(figures) -> None:
    rows = {(row["measure"], row["value"]): row for row in answer(figures, "maturity", day=AS_OF)["rows"]}
    led = rows["Well led", "all"]
    assert (led["n"], led["outside"], led["of"]) == (3, 1, 14)
    # 2.5, 3.5 and 4: the percentiles lie a fifth of the way in from each end; the score of 2027 is not of this day.
    assert (led["p10"], led["median"], led["p90"]) == (2.7, 3.5, 3.9)
    assert led["spread"] == pytest.approx(min(1, (3.9 - 2.7) / 4 * 2))
    assert rows["DSPT status", "25/26 Standards Met"]["n"] == 1


def test_spend_says_what_is_a_floor(figures) -> None:
    rows = {row["organisation"]: row for row in answer(figures, "spend", day=AS_OF)["rows"]}
    told = {
        code: (row["basis"], row["share"], row["reading"]) for code, row in rows.items() if row["share"] != "not stated"
    }
    assert told == {
        "ZN01": ("capital and revenue", 0.052, "at or above the upper line"),
        "ZN02": ("a floor", 0.0067, "cannot be told from a floor"),
        "ZN03": ("a floor", 0.0225, "at or above the lower line, perhaps the upper"),
    }
    assert (rows["ZN03"]["age"], rows["ZN03"]["capital"]) == (0.6, 900_000_000), (
        "software without its worn part is left out of the age"
    )
    assert rows["ZN01"]["adoption_share"] == 0.2
    whole = answer(figures, "spend", "--by", "all", day=AS_OF)["rows"][0]
    assert (whole["n"], whole["of"], whole["coverage"], whole["basis"]) == (3, 14, 21, "a floor")
    assert whole["share"] == round((26 + 2 + 9) / (500 + 300 + 400), 4)


def test_peers_are_of_the_same_setting_and_in_order_of_code(figures) -> None:
    told = answer(figures, "peers", "DIA-2.1", "--org", "ZN02", day=AS_OF)["rows"]
    codes = [row["organisation"] for row in told]
    assert codes == sorted(codes)
    assert "ZN02" not in codes
    assert {row["setting"] for row in told} == {"Acute"}
    ahead = {row["organisation"]: row["ahead"] for row in told}
    assert ahead["ZN03"] == "Well led"
    assert ahead["ZE01"] == "none known", "a score off its scale is no lead"
    assert all(("supported" in row["why"].split("; ")) == (row["support"] == "supported") for row in told)
    assert all(("more mature" in row["why"]) == (row["ahead"] != "none known") for row in told)


def test_owners_are_known_from_the_day_on_which_they_own(figures) -> None:
    def known(day: date) -> int:
        rows = answer(figures, "suppliers", "capability:REC-1.1", day=day)["rows"]
        return rows[0]["owners_known"]

    assert known(date(2022, 6, 8)) == known(date(2022, 6, 7)) + 1
