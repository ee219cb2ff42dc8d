"""What the pages say is so: their commands run, their targets and files exist, their tables are the program's."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pages
import pytest

from eamap.cli.main import EXIT_CODES

EAMAP = {"eamap", ".venv/bin/eamap"}
NOT_RUN = {"pipx": "installs for the whole account"}


@pytest.fixture(scope="module")
def desk(root, tmp_path_factory):
    """A folder in which a newcomer works: the samples are there, and nothing else."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "sample_estates").symlink_to(root / "sample_estates", target_is_directory=True)
    return folder


def globbed(words: list[str], folder: Path) -> list[str]:
    """Returns the words with file patterns replaced by the files, as a shell does."""
    return [
        name
        for word in words
        for name in (sorted(str(p.relative_to(folder)) for p in folder.glob(word)) if "*" in word else [word])
    ]


@pytest.mark.parametrize("page", pages.PAGES)
def test_every_command_of_a_page_works(page, desk, root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    for command in pages.commands(page):
        program, *words = shlex.split(command.line)
        if program == "make":
            assert set(words) <= targets, command
        elif program in EAMAP:
            done = subprocess.run(
                [Path(sys.executable).parent / "eamap", *globbed(words, desk)],
                cwd=desk,
                env={**os.environ, "EAMAP_STORE": str(desk / "store")},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stderr}"
        else:
            assert program in NOT_RUN, command


def test_the_readme_begins_with_the_two_commands():
    assert [command.line for command in pages.commands("README.md")][:2] == ["make demo", "make test"]


def test_the_readme_has_the_exit_codes_of_the_program(root):
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", (root / "README.md").read_text("utf-8"), re.MULTILINE))
    assert {int(code): meaning for code, meaning in table.items()} == EXIT_CODES


@pytest.mark.parametrize("page", pages.PAGES)
def test_python_in_a_page_is_python(page):
    for block in pages.blocks(page, "python"):
        compile(block, page, "exec")


@pytest.mark.parametrize("page", pages.PAGES)
def test_files_that_a_page_names_exist(page, root):
    text = pages.FENCE.sub("", (root / page).read_text("utf-8"))
    named = re.findall(r"`((?:eamap|exporters|schemas|requirements|tests|scripts|sample_estates)/[\w./-]*)`", text)
    made_up = {name for name in named if "NAME" in name}
    assert [name for name in named if name not in made_up and not (root / name).exists()] == []
