"""The generator of the benchmarks gives the same files for the same seed, and files that hold together."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

import generate


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    assert generate.generate("trust", folder) == {"systems": 300, "interfaces": 900, "components": 1500}
    return folder


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(small: Path, tmp_path: Path) -> None:
    generate.generate("trust", tmp_path / "again")
    generate.generate("trust", tmp_path / "other", seed=2)
    for path in small.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
        assert path.read_bytes() != (tmp_path / "other" / path.name).read_bytes()


def test_every_end_is_a_system_of_the_file(small: Path) -> None:
    systems = pl.read_csv(small / "systems.csv", infer_schema=False)
    keys = set(systems.select(pl.concat_str("Organisation code", "System ID", separator="/")).to_series())
    assert len(keys) == 300
    interfaces = pl.read_csv(small / "interfaces.csv", infer_schema=False)
    code = systems["Organisation code"][0]
    named = interfaces["Consumed by"].str.split(";").explode().to_list() + interfaces["Exposed by"].to_list()
    assert {name if "/" in name else f"{code}/{name}" for name in named} <= keys


def test_every_made_up_system_says_so(small: Path) -> None:
    assert pl.read_csv(small / "systems.csv", infer_schema=False)["System name"].str.starts_with("Synthetic ").all()


def test_one_row_in_a_hundred_is_spoiled_in_one_cell(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setitem(generate.SIZES, "components-1m", generate.Size(20_000, 0, 30_000, "trusts"))
    generate.generate("components-1m", tmp_path)
    table = pl.read_csv(tmp_path / "components.csv", infer_schema=False)
    bad = {"Last seen": "31/02/2024", "Layer": "cloud layer", "Count": "lots", "Internet exposed": "perhaps"}
    spoiled = table.select((pl.col(column) == value).cast(pl.Int32) for column, value in bad.items()).sum_horizontal()
    assert table.width == 12
    assert table["Component"].n_unique() == generate.DISTINCT
    assert (spoiled.sum(), spoiled.max()) == (300, 1)


def test_shares_add_up_and_leave_nobody_out() -> None:
    import numpy as np

    found = generate.shares(np.array([40, 1, 1, 10]), 101)
    assert found.sum() == 101
    assert found.min() >= 1
    assert found.argmax() == 0
