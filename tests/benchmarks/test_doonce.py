"""What the do-once method costs: CPU of all 91 capabilities with every draw, and how it grows with the number of systems.

Each run is less that of importing the same modules. Ratios are printed and nothing is asserted about time: machines are
shared. ``EAMAP_BENCH_SIZE=england`` measures 200,000 systems.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_questions import EAMAP, HERE, IMPORT, LOADED, above

SIZES = ("ics", os.environ.get("EAMAP_BENCH_SIZE", "tables-30k"))


@pytest.fixture(scope="module")
def stores(tmp_path_factory) -> dict[str, Path]:
    """A store of the systems of each size."""
    found = {}
    for size in SIZES:
        folder = tmp_path_factory.mktemp(size)
        subprocess.run([sys.executable, HERE / "generate.py", size, folder], check=True)
        subprocess.run(
            [EAMAP, "ingest", folder / "systems.csv", "--store", folder / "store"], check=True, capture_output=True
        )
        found[size] = folder / "store"
    return found


@pytest.mark.slow
def test_the_cost_of_all_capabilities_grows_no_faster_than_the_systems(stores, tmp_path) -> None:
    from eamap.stores.folder import FolderStore

    costs = {}
    for size, store in stores.items():
        modules = tmp_path / f"{size}.modules"
        asked = (
            "doonce",
            "--store",
            store,
            "--as-of",
            "2026-11-01",
            "--format",
            "json",
            "-o",
            tmp_path / f"{size}.json",
        )
        work = (sys.executable, "-c", LOADED, modules, *asked)
        subprocess.run([*map(str, work)], check=True, capture_output=True)
        costs[size], imports = above(work, (sys.executable, "-c", IMPORT, modules))
        systems = FolderStore(store).estate().things("system").height
        print(f"{size}: {systems} systems, {costs[size]:.2f} s CPU above {imports:.2f} s of imports")
        costs[size] /= systems
    small, large = (costs[size] for size in SIZES)
    print(f"a system of the larger costs {large / small:.2f} of one of the smaller")
    assert all(cost > 0 for cost in costs.values())
