"""Kills writers at random moments, and shows that no version is lost or broken.

    python tests/kills/kills.py [--kills N] [--seed S] [--window FROM TO]
    python tests/kills/kills.py [--kills N] [--seed S] [--base STORE] [--finish-every M] -- COMMAND … {store} …

The first form kills a child that publishes versions of known content in a loop, on one store, again and again. The second
kills any command that publishes one version, each time on a new copy of ``--base`` (default: no store yet); the moments are
spread over the time the command takes when it is left alone, and what it publishes after a kill must be what it published
then.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import publish_versions  # noqa: E402
from polars.testing import assert_frame_equal  # noqa: E402

from eamap.stores.folder import FolderStore  # noqa: E402


@dataclass
class Tally:
    """What the kills met."""

    kills: int = 0
    too_late: int = 0
    left_overs: int = 0
    before: int = 0
    after: int = 0
    versions: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        met = f"{self.kills} kills, {self.left_overs} of them with half-written files left, {self.too_late} too late"
        if self.versions:
            return f"{met}; {max(self.versions)} versions, all whole"
        return f"{met}; {self.before} left the version before, {self.after} the one after, all whole"


def killed(command: Sequence[str], delay: float) -> tuple[str, bool]:
    """Starts a command, kills it after some seconds, and returns what it printed and whether it was still running."""
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        output, errors = child.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.communicate()[0], True
    assert child.returncode in (0, 9), f"the command failed by itself: {errors}"
    return output, False


def whole(folder: Path) -> int:
    """Asserts that every file of every version is whole and every table opens; returns the latest version."""
    store = FolderStore(folder)
    numbers = [info.number for info in store.versions()]
    assert store.verify() == []
    assert numbers == list(range(1, len(numbers) + 1))
    if numbers:
        publication = store.publication()
        for part in publication.parts:
            assert part.rows.height == sum(1 for _ in part.rows["row"])
            assert all(table.width for table in part.tables.values())
        assert all(table.width for table in store.estate().tables.values())
    return len(numbers)


def left_overs(folder: Path) -> int:
    """Counts the files that the kill left half written."""
    return sum(1 for _ in folder.rglob(".writing-*"))


def as_published(folder: Path, number: int) -> None:
    """Asserts that a version of the looping child holds what it should."""
    back, expected = FolderStore(folder).publication(number), publish_versions.publication(number)
    assert_frame_equal(back.tables["things/system"], expected.tables["things/system"])
    assert_frame_equal(back.decisions, expected.decisions)
    assert dict(back.documents) == expected.documents
    for part, told in zip(back.parts, expected.parts, strict=True):
        assert_frame_equal(part.rows, told.rows)
        assert part.meta == told.meta


def kill_the_looping_child(folder: Path, kills: int, seed: int, window: tuple[float, float]) -> Tally:
    """Kills the child that publishes for ever, ``kills`` times on one store."""
    chance, tally, latest = random.Random(seed), Tally(), 0
    command = [sys.executable, str(HERE / "publish_versions.py"), str(folder)]
    for _ in range(kills):
        output, _ = killed(command, chance.uniform(*window))
        printed = [int(line) for line in output.splitlines() if line.strip()]
        tally.left_overs += bool(left_overs(folder))
        before, latest = latest, whole(folder)
        assert latest >= max([before, *printed]), "a version that was published is gone"
        for number in range(before + 1, latest + 1):
            as_published(folder, number)
        tally.kills += 1
        tally.versions.append(latest)
    return finished(folder, tally)


def finished(folder: Path, tally: Tally) -> Tally:
    """Asserts that after all the kills the next publish works and sweeps what was left."""
    store = FolderStore(folder)
    with store.writer(5):
        number = len(store.versions()) + 1
        assert store.publish(publish_versions.publication(number), published="at last") == number
    assert left_overs(folder) == 0
    as_published(folder, number)
    tally.versions.append(whole(folder))
    return tally


def content(folder: Path) -> Any:
    """Returns what the latest version holds, as its manifest tells it, without when and by whom."""
    latest = len(FolderStore(folder).versions())
    manifest = json.loads((folder / "versions" / f"{latest}.json").read_bytes())
    for part in manifest["parts"]:
        part["meta"].pop("read_at", None)
    return {key: manifest[key] for key in ("version", "parts", "decisions", "documents", "tables")}


def kill_a_command(command: Sequence[str], base: Path | None, kills: int, seed: int, finish_every: int) -> Tally:
    """Kills a command that publishes one version, each time on a new copy of the base store."""
    chance, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as temporary:
        folder = fresh(Path(temporary) / "alone", base)
        started = time.perf_counter()
        subprocess.run(filled(command, folder), check=True, capture_output=True)
        took, alone, before = time.perf_counter() - started, content(folder), whole(base) if base else 0
        assert whole(folder) == before + 1, "the command has to publish one version"
        for number in range(kills):
            folder = fresh(Path(temporary) / "store", base)
            # Every other kill is late, where the writing is: most of a short command is the start of the program.
            _, running = killed(filled(command, folder), chance.uniform(took * 0.6 * (number % 2), took))
            tally.kills += 1
            tally.too_late += not running
            one_or_the_other(folder, before, alone, tally)
            if number % finish_every == 0:
                subprocess.run(filled(command, folder), check=True, capture_output=True)
                assert content(folder) == alone
                assert left_overs(folder) == 0
                assert whole(folder) == before + 1
    return tally


def one_or_the_other(folder: Path, before: int, alone: Any, tally: Tally) -> None:
    """Asserts that the store is as it was before the command, or as it is after it."""
    tally.left_overs += bool(left_overs(folder))
    latest = whole(folder)
    assert latest in (before, before + 1)
    if latest == before + 1:
        assert content(folder) == alone
        tally.after += 1
    else:
        tally.before += 1


def filled(command: Sequence[str], folder: Path) -> list[str]:
    """Returns the command with the store's folder put in."""
    return [word.replace("{store}", str(folder)) for word in command]


def fresh(folder: Path, base: Path | None) -> Path:
    """Makes a new copy of the base store, or sees to it that there is none."""
    shutil.rmtree(folder, ignore_errors=True)
    if base:
        shutil.copytree(base, folder)
    return folder


def main(arguments: Sequence[str]) -> None:
    """Runs the kills and says what they met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--window", type=float, nargs=2, default=(0.3, 1.5), metavar=("FROM", "TO"))
    parser.add_argument("--base", type=Path)
    parser.add_argument("--finish-every", type=int, default=5)
    parser.add_argument("command", nargs="*")
    asked = parser.parse_args(arguments)
    if asked.command:
        print(kill_a_command(asked.command, asked.base, asked.kills, asked.seed, asked.finish_every))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            print(kill_the_looping_child(Path(temporary) / "store", asked.kills, asked.seed, tuple(asked.window)))


if __name__ == "__main__":
    main(sys.argv[1:])
