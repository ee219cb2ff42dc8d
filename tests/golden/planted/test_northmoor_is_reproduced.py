"""The script and its recipe give the committed files, cell for cell and, but for compression, byte for byte."""

from __future__ import annotations

import importlib.util
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "sample_estates" / "northmoor" / "sources"
BY_HAND = ("organisations.csv", "foi_", "statement-")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder the script fills."""
    folder = tmp_path_factory.mktemp("northmoor")
    spec = importlib.util.spec_from_file_location("make_northmoor", ROOT / "scripts" / "make_northmoor.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script  # its dataclasses look themselves up there
    spec.loader.exec_module(script)
    script.main([str(folder)])
    return folder


def content(path: Path) -> object:
    """Returns what a file says: the parts of a workbook, else its bytes."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_every_made_file_is_committed_and_every_other_is_written_by_hand(made: Path) -> None:
    committed = {path.name for path in SOURCES.iterdir() if not path.name.startswith(BY_HAND)}
    assert {path.name for path in made.iterdir()} == committed


def test_the_script_gives_the_committed_files(made: Path) -> None:
    changed = [path.name for path in sorted(made.iterdir()) if content(path) != content(SOURCES / path.name)]
    assert not changed
