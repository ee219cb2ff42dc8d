"""Ingest against plain reading of the same file: CPU of fresh processes from after their imports, the least of several.

Ratios within one run are printed; what is asserted is loose, because machines are shared.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.ingest.vendor_files import HEADERS, text

ROUNDS = int(os.environ.get("EAMAP_BENCH_ROUNDS", "2"))
SLACK = 2
"""A ratio may be this many times its target before the test fails."""
HERE = Path(__file__).resolve().parent
IMPORTS = """
import numpy, polars, fastexcel, yaml, filelock
import eamap.ingest.pipeline, eamap.ingest.known, eamap.stores.folder, eamap.reference.organisations
import atexit, sys, time
before = time.process_time()
atexit.register(lambda: print("cpu", time.process_time() - before))
"""
INGEST = (
    IMPORTS
    + """
from pathlib import Path
from eamap.ingest.pipeline import Asked, ingest
from eamap.ingest.known import Known, mappings_folder
from eamap.stores.folder import FolderStore
files = [Path(name) for name in sys.argv[2:]]
asked = Asked(keep_going=True)
done = ingest(FolderStore(sys.argv[1]), files, Known(mappings_folder()), asked, published="2026-11-22T09:00:00+00:00")
print(done.version, sum(done.counts.values()))
"""
)
OF_A_TRUST = INGEST.replace("keep_going=True", "keep_going=True, organisation='RXR'")
READ_CSV = IMPORTS + "polars.read_csv(sys.argv[1], infer_schema=False)"
READ_XLSX = IMPORTS + "fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes='string').to_polars()"


def cpu(code: str, *arguments: object) -> float:
    """Returns the CPU seconds that one child process took after its imports."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], check=True, capture_output=True, text=True
    )
    return float(done.stdout.rpartition("cpu ")[2])


def least(code: str, *arguments: object) -> float:
    return min(cpu(code, *arguments) for _ in range(ROUNDS))


def fresh(folder: Path, *files: Path) -> float:
    """Returns the CPU of an ingest into an empty store, the least of several."""
    return min(cpu(INGEST, folder / f"store{number}", *files) for number in range(ROUNDS))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Makes the files of a size, once."""
    folder = Path(os.environ.get("EAMAP_BENCH_FILES", "") or tmp_path_factory.mktemp("bench"))

    def make(size: str) -> list[Path]:
        if not (folder / size).is_dir():
            subprocess.run([sys.executable, HERE / "generate.py", size, folder / size], check=True, capture_output=True)
        return sorted((folder / size).iterdir())

    return make


def told(what: str, seconds: float, base: float, target: float) -> float:
    ratio = seconds / base
    print(f"\n  {what:<46} {seconds:7.2f} s   {base:7.2f} s   {ratio:6.2f}   at most {target:g}")
    return ratio


def beside(reading: str, folder: Path, path: Path) -> tuple[float, float]:
    """Returns the CPU of plain reading and of an ingest into an empty store, by turns, the least of each."""
    runs = [(cpu(reading, path), cpu(INGEST, folder / f"store{number}", path)) for number in range(ROUNDS)]
    return min(base for base, _ in runs), min(first for _, first in runs)


def test_a_million_rows(made, tmp_path):
    (path,) = made("components-1m")
    base, first = beside(READ_CSV, tmp_path, path)
    again = least(INGEST, tmp_path / "store0", path)
    assert told("1 M rows of CSV / pl.read_csv", first, base, 4) < 4 * SLACK
    assert told("the same file again / pl.read_csv", again, base, 2) < 2 * SLACK


def test_a_workbook_of_a_hundred_thousand_rows(made, tmp_path):
    (path,) = made("xlsx-100k")
    base, first = beside(READ_XLSX, tmp_path, path)
    assert told("100 k rows of XLSX / fastexcel", first, base, 2) < 2 * SLACK


def test_thirty_thousand_systems_with_what_hangs_on_them(made, tmp_path):
    first = fresh(tmp_path, *made("tables-30k"))
    assert told("30 k systems, 50 k interfaces, 60 k components", first, 1, 4) < 4 * SLACK


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_hundred_thousand_rows_of_a_tool(name, tmp_path):
    path = tmp_path / f"{name}.csv"
    path.write_text(text(name, 100_000), encoding="utf-8")
    first = min(cpu(OF_A_TRUST, tmp_path / f"store{number}", path) for number in range(ROUNDS))
    assert told(f"100 k rows: {name}", first, 1, 1.5) < 1.5 * SLACK


def test_many_small_files(tmp_path):
    files = sorted((HERE.parents[1] / "sample_estates" / "northmoor" / "sources").iterdir())
    first = fresh(tmp_path, *files)
    assert told("northmoor", first, 1, 2) < 2 * SLACK
