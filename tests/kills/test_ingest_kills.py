"""The real program, killed at random moments and run twice at once: the last version stays whole and nothing is lost.

A dozen kills here; ``make kills`` does as many as EAMAP_KILLS says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import kills

from eamap.stores.folder import FolderStore

EAMAP = str(Path(sys.executable).parent / ("eamap.exe" if os.name == "nt" else "eamap"))
BASE = ("organisations.csv", "fenwick_infirmary_systems.csv")
NEXT = (
    "northmoor_icb_systems.csv",
    "northmoor_icb_interfaces.csv",
    "northmoor_icb_components.csv",
    "statement-gp-record-view.json",
)
ONE = ("northmoor_pathology_systems.csv", "northmoor_pathology_components.csv")
OTHER = ("upland_ambulance_systems.csv", "upland_ambulance_components.csv")
MANY = int(os.environ.get("EAMAP_KILLS", "12"))

pytestmark = pytest.mark.slow


def ingest(store: object, folder: Path, names: tuple[str, ...]) -> list[str]:
    """Returns the command that ingests some files of the sample."""
    return [EAMAP, "ingest", *(str(folder / "sources" / name) for name in names), "--store", str(store), "--wait", "60"]


@pytest.fixture
def base(northmoor: Path, tmp_path: Path) -> Path:
    """A store of one version."""
    subprocess.run(ingest(tmp_path / "base", northmoor, BASE), check=True, capture_output=True)
    return tmp_path / "base"


def test_kills_of_an_ingest_lose_nothing(base: Path, northmoor: Path) -> None:
    tally = kills.kill_a_command(ingest("{store}", northmoor, NEXT), base, kills=MANY, seed=7, finish_every=6)
    print(f"\n{tally}")
    assert tally.kills == MANY
    assert tally.before > 0, "no kill came before the publish: all were too late"


def test_a_kill_of_the_first_ingest_leaves_no_store_or_a_whole_one(northmoor: Path) -> None:
    tally = kills.kill_a_command(
        ingest("{store}", northmoor, BASE), None, kills=max(4, MANY // 10), seed=11, finish_every=2
    )
    assert tally.before + tally.after == tally.kills


def sources(store: Path) -> dict[str, int]:
    """Returns the sources of the latest version and how many rows each has."""
    done = subprocess.run(
        [EAMAP, "source", "list", "--store", str(store), "--format", "json"], check=True, capture_output=True
    )
    return {row["source"]: row["rows"] for row in json.loads(done.stdout)["rows"]}


def test_two_ingests_at_once_lose_nothing(base: Path, northmoor: Path, tmp_path: Path) -> None:
    alone = kills.fresh(tmp_path / "alone", base)
    for names in (ONE, OTHER):
        subprocess.run(ingest(alone, northmoor, names), check=True, capture_output=True)
    together = kills.fresh(tmp_path / "together", base)
    running = [
        subprocess.Popen(ingest(together, northmoor, names), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for names in (ONE, OTHER)
    ]
    said = [child.communicate(timeout=120)[1] for child in running]
    assert [child.returncode for child in running] == [0, 0], said
    assert sources(together) == sources(alone)
    assert kills.whole(together) == kills.whole(alone) == 3
    held, expected = FolderStore(together).estate(), FolderStore(alone).estate()
    assert {name: set(held.things(name)["id"]) for name in held.kinds} == {
        name: set(expected.things(name)["id"]) for name in expected.kinds
    }


def test_two_ingests_of_one_file_at_once_publish_it_once(base: Path, northmoor: Path) -> None:
    running = [
        subprocess.Popen(ingest(base, northmoor, ONE), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = [child.communicate(timeout=120)[1] for child in running]
    assert [child.returncode for child in running] == [0, 0], said
    assert kills.whole(base) == 2
