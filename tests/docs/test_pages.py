"""What the pages say is so: their commands run, their targets and files exist, their tables are the program's."""

from __future__ import annotations

import re
import shlex
from collections import Counter

import newcomer
import pages
import pytest

import eamap
from eamap.cli.main import EXIT_CODES, program

# A walk needs its files first: tests/docs/test_walks.py follows each from top to bottom.
WALKED = "CONTRIBUTING.md"
PICTURE = "docs/pictures/pathology-interfaces.svg"
SMALL = 300_000


@pytest.fixture(scope="module")
def desk(make_desk):
    """A newcomer's folder in which the pages are followed one after another."""
    return make_desk("desk")


STEPS = [
    pytest.param(page, found[0], id=f"{page}: {pages.commands_in(page, found[0])[0].line[:50]}")
    for page in pages.PAGES
    for found in pages.FENCE.finditer(pages.text_of(page))
    if page != WALKED and pages.commands_in(page, found[0])
]


@pytest.mark.parametrize(("page", "block"), STEPS)
def test_every_command_of_a_page_works(page, block, desk):
    """Each block stands for itself: it needs the sample, and nothing that another block did."""
    for command in pages.commands_in(page, block):
        desk.run(command)


def test_every_target_of_a_page_is_there(root):
    targets = set(re.findall(r"^([a-z0-9]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {word for page in pages.PAGES for command in pages.commands(page) if command.line.startswith("make ")
             for word in shlex.split(command.line)[1:]}  # fmt: skip
    said = {word for page in pages.PAGES for word in re.findall(r"`make ([a-z0-9]+)`", pages.text_of(page))}
    assert named | said <= targets
    assert {"demo", "test", "check"} <= named


def test_the_readme_begins_with_the_two_commands():
    assert [command.line for command in pages.commands("README.md")][:2] == ["make demo", "make test"]


def test_each_reader_has_five_commands():
    text = pages.section("README.md", "The five things each reader does first")
    assert [len(pages.commands_in("README.md", found[0])) for found in pages.FENCE.finditer(text)] == [5] * 5


def test_every_command_is_shown_at_work():
    """A command counts as documented where a reader can copy it, or where its name is explained in code."""
    shown = {words[1] for page in pages.PAGES for command in pages.commands(page)
             if len(words := shlex.split(command.line)) > 1 and words[0] in newcomer.EAMAP}  # fmt: skip
    told = set(re.findall(r"`eamap ([a-z]+)", " ".join(map(pages.text_of, pages.PAGES))))
    assert set(program.list_commands(None)) - shown - told == set()


@pytest.mark.parametrize("name", program.list_commands(None))
def test_every_option_has_help(name):
    import click

    found = program.get_command(None, name)
    inside = found.list_commands(None) if isinstance(found, click.Group) else []
    every = [found, *(found.get_command(None, each) for each in inside)]
    for each in every:
        assert each.help, each.name
        silent = [option.name for option in each.params if isinstance(option, click.Option) and not option.help]
        assert silent == [], each.name


def test_every_command_that_a_page_names_is_there():
    named = {word for page in pages.PAGES for word in re.findall(r"`eamap ([a-z]+)[ `]", pages.text_of(page))}
    assert named - set(program.list_commands(None)) == set()


def test_the_readme_has_the_exit_codes_of_the_program(root):
    table = dict(re.findall(r"^\| (\d+) \| (.+) \|$", (root / "README.md").read_text("utf-8"), re.MULTILINE))
    assert {int(code): meaning for code, meaning in table.items()} == EXIT_CODES


def test_the_readme_has_the_variables_that_are_read(root):
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", pages.section("README.md", "Environment"), re.MULTILINE))
    code = "".join(path.read_text("utf-8") for path in sorted((root / "eamap").rglob("*.py")))
    assert set(re.findall(r"\"(EAMAP_[A-Z]+)\"", code)) == {name for name in table if name.startswith("EAMAP_")}


@pytest.mark.parametrize("page", pages.PAGES)
def test_python_in_a_page_is_python(page):
    for block in pages.blocks(page, "python"):
        compile(block, page, "exec")


@pytest.mark.parametrize("page", pages.PAGES)
def test_files_that_a_page_names_exist(page, root):
    text = pages.FENCE.sub("", pages.text_of(page))
    named = re.findall(r"`((?:eamap|exporters|schemas|requirements|tests|scripts|sample_estates|docs)/[\w./-]*)`", text)
    named += re.findall(r"\b(docs/[\w/-]+\.\w+)", text)
    named += [name for name in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in name]
    made_up = {name for name in named if "NAME" in name} | {
        found["name"] for found in pages.FILE.finditer(pages.text_of(page))
    }
    assert [name for name in named if name not in made_up and not (root / name).exists()] == []


def test_the_picture_shows_what_eamap_draws(desk, root):
    """The words, not the bytes: a picture may move by a hair."""
    (command,) = [each for each in pages.commands("README.md") if PICTURE in each.line]
    desk.run(command)
    drawn, committed = desk.folder / PICTURE, root / PICTURE
    assert words(committed.read_text("utf-8")) == words(drawn.read_text("utf-8")), f"draw it again: {command.line}"
    assert committed.stat().st_size < SMALL


def words(svg: str) -> Counter[str]:
    return Counter(
        word
        for text in re.findall(r"<text\b.*?</text>", svg, re.DOTALL)
        for word in re.sub(r"<[^>]*>", " ", text).split()
    )


def test_the_changelog_has_a_heading_for_what_is_not_released_and_for_each_version():
    headings = re.findall(r"^## (.+)$", pages.text_of("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+, \d{4}-\d{2}-\d{2}", heading) for heading in headings[1:])
    assert re.fullmatch(r"\d+\.\d+\.\d+", eamap.__version__)


def test_a_line_that_is_not_printed_is_missed():
    assert pages.missing(("a  b", "c…e"), "x\na b\ny\nc d e\n") == []
    assert pages.missing(("c", "a"), "a\nc\n") == ["a"]
