"""A newcomer at a desk: a folder with the samples, and the programs that the pages use."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from contextlib import chdir
from dataclasses import dataclass, field
from pathlib import Path

import pages
from click.testing import CliRunner

from eamap.cli import main

EAMAP = {"eamap", ".venv/bin/eamap"}
SHELL = {"mkdir", "cp"}
FIRST = "README.md"
"""The page that is followed as a newcomer does, each command in a process of its own; the others' run in this one."""
NOT_RUN = {"pipx": "installs for the whole account", "make": "its targets are compared with the Makefile instead"}


@dataclass
class Desk:
    """A folder with the samples and an estate in ``.eamap``, and what is set there for programs."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, command: pages.Command) -> str:
        """Runs a command as a newcomer would, looks for the lines that the page shows below it, and returns stdout."""
        program, *words = shlex.split(command.line)
        if program in NOT_RUN:
            return ""
        here = program in EAMAP and command.page != FIRST and not self.environment
        code, stdout, stderr = self.here(words) if here else self.apart(program, words)
        assert code == 0, f"{command.page}: {command.line}\n{stdout[-2000:]}\n{stderr[-2000:]}"
        printed = f"{stdout}\n{stderr}"
        assert pages.missing(command.shown, printed) == [], f"{command.page}: {command.line} prints\n{printed[:4000]}"
        return stdout

    def apart(self, program: str, words: list[str]) -> tuple[int, str, str]:
        """Runs a program in a process of its own; returns its exit code and what it printed."""
        done = subprocess.run(
            self.started(program, words),
            cwd=self.folder,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def here(self, words: list[str]) -> tuple[int, str, str]:
        """Runs eamap in this process, where it need not be started first."""
        with chdir(self.folder):
            done = CliRunner().invoke(main.program, self.globbed(words), prog_name="eamap")
        return done.exit_code, done.stdout, done.stderr

    def started(self, program: str, words: list[str]) -> list[str]:
        """Returns a command as it is started: the program under test, and file patterns as a shell reads them."""
        if program in EAMAP:
            return [str(Path(sys.executable).parent / "eamap"), *self.globbed(words)]
        if program == "python":
            return [sys.executable, *self.beside(words)]
        assert program in SHELL, f"the pages use a program that nobody said is there: {program}"
        return [program, *words]

    def beside(self, words: list[str]) -> list[str]:
        """Lets pip install into the desk, from what is here, so that the environment under test stays as it is."""
        if words[:3] != ["-m", "pip", "install"]:
            return words
        site = self.folder / "site"
        self.environment["PYTHONPATH"] = str(site)
        return [*words, "--quiet", "--no-deps", "--no-build-isolation", "--target", str(site)]

    def globbed(self, words: list[str]) -> list[str]:
        """Returns the words with file patterns replaced by the files, as a shell does where there are any."""
        found: list[str] = []
        for word in words:
            files = sorted(self.folder.glob(word)) if "*" in word and "/" in word and ":" not in word else []
            found += [str(path.relative_to(self.folder)) for path in files] or [word]
        return found


def furnished(folder: Path, root: Path) -> Path:
    """Puts the parts of a checkout that pages speak of into a folder."""
    for name in ("sample_estates", "schemas", "scripts"):
        (folder / name).symlink_to(root / name, target_is_directory=True)
    return folder
