"""What the house rules look at: the files of the checkout that are ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ("eamap", "exporters")


def sources(*folders: str) -> list[Path]:
    """Returns the Python files of some folders of the checkout."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.fixture(scope="session")
def python_files() -> list[Path]:
    """The Python files of the program."""
    return sources(*CODE)


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that is, or would be, in version control."""
    if not (ROOT / ".git").exists():
        pytest.skip("only on a git checkout: the files under version control are looked at")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listing.stdout.splitlines() if (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def fresh():
    """Runs Python code in a new process and returns what it printed."""

    def run(code: str, *arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            check=False,
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={**os.environ, **environment},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run
