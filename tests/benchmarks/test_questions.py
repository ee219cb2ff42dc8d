"""What questions cost from the shell: CPU of whole processes, less that of importing the same modules, the least of several.

Each is set against a bare join of the components, their systems and the lifecycle table, read from the same store. The
ratios of one run are printed and nothing is asserted about time: machines are shared.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROUNDS = int(os.environ.get("EAMAP_BENCH_ROUNDS", "3"))
SIZE = os.environ.get("EAMAP_BENCH_SIZE", "tables-30k")
HERE = Path(__file__).resolve().parent
EAMAP = Path(sys.executable).parent / "eamap"
LOADED = """
import sys
from eamap.cli.main import program
try:
    program(sys.argv[2:], standalone_mode=False)
finally:
    open(sys.argv[1], "w").write("\\n".join(name for name in sys.modules if name != "__main__"))
"""
IMPORT = """
import sys
from importlib import import_module
for name in open(sys.argv[1]).read().split():
    try:
        import_module(name)
    except ImportError:
        pass  # a module that another one made, or that only exists under another name
"""
JOIN = """
import sys
from pathlib import Path
import polars as pl
from eamap.reference import lifecycle
from eamap.stores.folder import FolderStore
kept = next(Path(sys.argv[1], "cache").glob("lifecycle-*.parquet")) if len(sys.argv) > 1 else None
if kept is not None:
    estate = FolderStore(sys.argv[1]).estate()
    systems = estate.things("system").select("id", "status")
    rows = estate.things("component").join(systems, left_on="system", right_on="id", how="left")
    rows = rows.join(pl.read_parquet(kept), left_on="raw", right_on="text", how="left")
    rows = rows.join(lifecycle.load().cycles, on=["product", "cycle"], how="left")
    print(rows.filter(pl.col("eol") < "2026-11-22").height)
"""


def cpu(*command: object) -> tuple[float, int]:
    """Returns the CPU seconds of one child process and the most memory any child has had, in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*map(str, command)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss // 1024


def above(work: tuple[object, ...], base: tuple[object, ...]) -> tuple[float, float]:
    """Returns the CPU of one command less that of another, and that other; the two take turns, so both meet the same load."""
    costs = [(cpu(*work)[0], cpu(*base)[0]) for _ in range(ROUNDS)]
    most, least = (min(column) for column in zip(*costs, strict=True))
    return most - least, least


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with the tables of a size."""
    folder = tmp_path_factory.mktemp("questions")
    files = Path(os.environ.get("EAMAP_BENCH_FILES") or folder) / SIZE
    if not files.is_dir():
        subprocess.run([sys.executable, HERE / "generate.py", SIZE, files], check=True, capture_output=True)
    store = folder / "store"
    subprocess.run([EAMAP, "ingest", *sorted(files.iterdir()), "--store", store], check=True, capture_output=True)
    return store


def questions(store: Path) -> dict[str, list[str]]:
    """Returns what is asked, about the first component of the store."""
    import polars as pl

    from eamap.stores.folder import FolderStore

    component = FolderStore(store).estate().things("component").drop_nulls("system").sort("id").row(0, named=True)
    system = component["system"].removeprefix("system:")
    body = system.partition("/")[0]
    consumed = FolderStore(store).estate().links("CONSUMES").filter(pl.col("from").str.starts_with("system:")).row(0)
    return {
        "end-of-life list": ["check", "--only", "LIF001"],
        "end-of-life list as CSV": [
            "check",
            "--only",
            "LIF001",
            "--format",
            "csv",
            "-o",
            str(store.parent / "eol.csv"),
        ],
        "impact of a component": ["impact", component["id"]],
        "path to a consumer": ["path", component["system"], consumed[0]],
        "systems of an organisation": ["query", f"kind:system and org:{body}"],
        "interfaces of a system": ["query", f"kind:interface and exposer:system:{system}"],
        "all checks": ["check"],
        "summary": ["summary"],
    }


def test_questions(store, tmp_path):
    asked = questions(store)
    first, _ = cpu(EAMAP, *asked["end-of-life list"], "--store", store)
    assert list((store / "cache").glob("lifecycle-*.parquet")), "the second list needs no matching"
    join, _ = above((sys.executable, "-c", JOIN, store), (sys.executable, "-c", JOIN))
    print(f"\n\n  {SIZE}; a bare join: {join:.2f} s; the first list, which matches every text: {first:.2f} s whole")
    print(f"  {'':<28}{'CPU':>8}{'imports':>9}{'/ join':>9}")
    for name, arguments in asked.items():
        loaded = tmp_path / "loaded"
        whole = [*arguments, "--store", str(store)]
        subprocess.run([sys.executable, "-c", LOADED, loaded, *whole], check=True, capture_output=True)
        own, imports = above((EAMAP, *whole), (sys.executable, "-c", IMPORT, loaded))
        print(f"  {name:<28}{own:>6.2f} s{imports:>7.2f} s{own / max(join, 0.001):>9.1f}")
    print(f"  most memory of one process: {cpu(sys.executable, '-c', '')[1]} MB")
