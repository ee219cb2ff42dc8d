"""A dozen kills, and one at each step of a publish; ``make kills`` does 200."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import kills

CHILD = [sys.executable, str(kills.HERE / "publish_versions.py")]


@pytest.mark.slow
def test_a_dozen_kills_lose_nothing(tmp_path: Path) -> None:
    # On a busy machine the first publish takes longer: the window moves until some kills come after one.
    for slower in (1, 4, 16):
        tally = kills.kill_the_looping_child(
            tmp_path / f"store-{slower}", 12, seed=3, window=(0.3 * slower, 1.6 * slower)
        )
        assert tally.kills == 12
        if tally.versions[-1] > 1:
            return
    raise AssertionError("no kill came after a publish, however late")


@pytest.mark.slow
def test_dying_before_any_step_of_a_publish_leaves_a_whole_version(tmp_path: Path) -> None:
    kills.finished(tmp_path / "base", kills.Tally())
    steps, latest = 0, []
    while True:
        steps += 1
        folder = kills.fresh(tmp_path / "store", tmp_path / "base")
        command = [*CHILD, str(folder), "--die-at", str(steps)]
        child = subprocess.run(command, check=False, capture_output=True, text=True)
        assert child.returncode == 9, child.stderr
        latest.append(kills.whole(folder))
        for number in range(1, latest[-1] + 1):
            kills.as_published(folder, number)
        kills.finished(folder, kills.Tally())
        if child.stdout:  # it died while it published the version after that
            break
    assert latest == sorted(latest)
    assert latest[0] == 1
    assert latest[-1] == 2, "the second version was published before the last of these deaths"
    assert latest.count(1) > 10, "there are too few steps before HEAD names the version"


@pytest.mark.slow
def test_the_harness_tries_any_command(tmp_path: Path) -> None:
    kills.finished(tmp_path / "base", kills.Tally())
    tally = kills.kill_a_command([*CHILD, "{store}", "--only", "7"], tmp_path / "base", kills=3, seed=1, finish_every=1)
    assert tally.before + tally.after == 3


def test_the_harness_notices_a_broken_version(tmp_path: Path) -> None:
    kills.finished(tmp_path / "store", kills.Tally())
    blob = min((tmp_path / "store" / "tables").iterdir())
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    with pytest.raises(AssertionError):
        kills.whole(tmp_path / "store")
