"""Asking for help is cheap: nothing heavy is imported for it."""

from __future__ import annotations

import json

import pytest

from eamap.cli.main import program

HEAVY = {
    "charset_normalizer", "fastexcel", "fhir", "fontTools", "graphviz", "lxml", "matplotlib", "networkx", "numpy",
    "orjson", "pandas", "polars", "pptx", "pydantic", "pygraphviz", "python_calamine", "rapidfuzz", "rich", "typst",
    "xlsxwriter", "yaml",
}  # fmt: skip
RUN = """
import json, sys
from eamap.cli.main import program
try:
    program(json.loads(sys.argv[1]), prog_name="eamap")
except SystemExit as end:
    assert end.code == 0, end.code
print("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
print(json.dumps(sorted(name for name in sys.modules if name.startswith("eamap."))))
"""


def imported(fresh, *arguments):
    *_, tops, ours = fresh(RUN, json.dumps(arguments)).splitlines()
    return set(json.loads(tops)), set(json.loads(ours))


def test_help_imports_no_command_and_nothing_heavy(fresh):
    tops, ours = imported(fresh, "--help")
    assert tops & HEAVY == set()
    assert ours <= {"eamap.cli", "eamap.cli.family", "eamap.cli.main", "eamap.errors"}, (
        "help needs no more than the frame"
    )


@pytest.mark.parametrize("command", program.list_commands(None))
def test_help_of_a_command_imports_nothing_heavy(fresh, command):
    tops, _ = imported(fresh, command, "--help")
    assert tops & HEAVY == set()


@pytest.mark.parametrize("command", program.list_commands(None))
def test_every_command_says_the_same_in_the_list_as_in_its_own_help(command):
    from eamap.cli.main import sentence

    assert sentence(command).endswith(".")
    assert len(sentence(command)) <= 100
    found = program.get_command(None, command)
    assert found.name == command
    assert found.help
    assert "\\b" not in found.help, "the mark that keeps lines as they are is the character, not its name"


def test_the_package_itself_imports_nothing(fresh):
    printed = fresh("import sys, eamap; print([m for m in sys.modules if m.startswith('eamap.')])")
    assert printed.strip() == "[]"
