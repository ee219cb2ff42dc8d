"""A dozen kills, and one at each step of a publish; ``make kills`` does 200."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import kills

CHILD = str(kills.HERE / "publish_versions.py")
FINISH = "import sys; sys.path[:0] = {path!r}; import kills; kills.finished(kills.Path(sys.argv[1]), kills.Tally())"


@pytest.mark.slow
def test_a_dozen_kills_lose_nothing(tmp_path: Path) -> None:
    tally = kills.kill_the_looping_child(tmp_path / "store", 12, seed=3, window=(0.3, 1.6))
    assert tally.kills == 12
    assert tally.versions[-1] > 1, "no kill came after a publish: the window is too early for this machine"


@pytest.mark.slow
def test_dying_at_any_step_of_a_publish_leaves_the_version_before(tmp_path: Path) -> None:
    steps, published = 0, 0
    while published < 2:  # until the child gets as far as publishing the second version
        steps += 1
        folder = tmp_path / f"step {steps}"
        child = subprocess.run(
            [sys.executable, CHILD, str(folder), "--die-at", str(steps)], capture_output=True, text=True
        )
        assert child.returncode == 9, child.stderr
        published = max([int(line) for line in child.stdout.split()], default=0)
        latest = kills.whole(folder)
        assert latest - published in (0, 1), "the one that was being published may be there, whole"
        for number in range(1, latest + 1):
            kills.as_published(folder, number)
        kills.finished(folder, kills.Tally())
    assert steps > 20, "there are too few steps for a publish that forces each file to the disk"


@pytest.mark.slow
def test_the_harness_tries_any_command(tmp_path: Path) -> None:
    program = FINISH.format(path=kills.sys.path[:2])
    tally = kills.kill_a_command([sys.executable, "-c", program, "{store}"], None, kills=3, seed=1, finish_every=1)
    assert tally.before + tally.after == 3


def test_the_harness_notices_a_broken_version(tmp_path: Path) -> None:
    kills.finished(tmp_path / "store", kills.Tally())
    blob = min((tmp_path / "store" / "tables").iterdir())
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    with pytest.raises(AssertionError):
        kills.whole(tmp_path / "store")
