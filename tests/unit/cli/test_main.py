from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eamap import errors
from eamap.cli import main
from eamap.cli.main import EXIT_CODES, Program, program

EAMAP = Path(sys.executable).parent / ("eamap.exe" if os.name == "nt" else "eamap")


def ending(monkeypatch, raised: BaseException):
    """Runs the program with a command that raises."""

    @click.command("raise")
    def command():
        click.echo("before")
        raise raised

    monkeypatch.setattr(Program, "get_command", lambda *_: command)
    return CliRunner().invoke(program, ["raise"], prog_name="eamap")


@pytest.mark.parametrize(
    "kind",
    [
        errors.EamapError,
        errors.UsageError,
        errors.SourceError,
        errors.ReferenceDataError,
        errors.StoreError,
        errors.PluginError,
    ],
)
def test_an_error_ends_with_its_code_and_says_where_and_what_to_do(monkeypatch, kind):
    result = ending(monkeypatch, kind("it does not fit", hint="try another", where="apps.xlsx"))
    assert result.exit_code == kind.exit_code
    assert result.exit_code in EXIT_CODES
    assert result.stdout == "before\n"
    assert result.stderr == "Error: apps.xlsx: it does not fit\nHint: try another\n"


def test_a_hostile_name_in_an_error_reaches_the_terminal_as_escapes(monkeypatch):
    result = ending(monkeypatch, errors.SourceError("bad", where="\x1b]0;owned\x07\u202e.csv"))
    assert result.stderr == "Error: \\x1b]0;owned\\x07\\u202e.csv: bad\n"


def test_a_missing_optional_library_names_the_line_to_type(monkeypatch):
    result = ending(monkeypatch, ModuleNotFoundError("no", name="typst.sub"))
    assert result.exit_code == 6
    assert "pip install 'eamap[pdf]'" in result.stderr


@pytest.mark.parametrize("bug", [ModuleNotFoundError("no", name="wrong"), ZeroDivisionError()])
def test_a_bug_stays_a_traceback(monkeypatch, bug):
    assert ending(monkeypatch, bug).exception is bug


def test_the_keyboard_interrupts_with_130(monkeypatch):
    result = ending(monkeypatch, KeyboardInterrupt())
    assert (result.exit_code, result.stderr) == (130, "\nInterrupted.\n")


def test_a_command_that_is_not_there_is_a_usage_error_that_suggests_one():
    result = CliRunner().invoke(program, ["complete"])
    assert result.exit_code == 2
    assert "No such command 'complete'" in result.stderr


def test_version():
    result = CliRunner().invoke(program, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"eamap {main.eamap.__version__}\n")


def test_the_list_of_commands_gives_the_first_sentence_of_each_module():
    result = CliRunner().invoke(program, ["--help"], terminal_width=120)
    for name in program.list_commands(None):
        assert f"{name} " in result.stdout
    assert "Prints the lines that complete eamap's commands" in result.stdout


def test_every_exit_code_is_told_in_the_help():
    result = CliRunner().invoke(program, ["--help"])
    for code, meaning in EXIT_CODES.items():
        assert f"{code:>3}  {meaning}" in result.stdout


def test_a_reader_that_leaves_ends_the_program_quietly():
    if os.name == "nt":
        pytest.skip("only on POSIX: Windows has no such signal")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([EAMAP, "completion", "bash"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_full_disk_behind_stdout_is_an_error_with_a_message():
    if not Path("/dev/full").exists():
        pytest.skip("only on Linux: it has a device that is always full")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [EAMAP, "completion", "bash"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (
        2,
        "Error: stdout: there is no room to write\nHint: free some space\n",
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell):
    result = CliRunner().invoke(program, ["completion", shell], prog_name="eamap")
    assert result.exit_code == 0
    assert f"_EAMAP_COMPLETE={shell}_complete" in result.stdout


def test_completion_completes_a_command():
    asked = {**os.environ, "_EAMAP_COMPLETE": "bash_complete", "COMP_WORDS": "eamap comp", "COMP_CWORD": "1"}
    done = subprocess.run([EAMAP], env=asked, capture_output=True, text=True, check=True)
    assert done.stdout == "plain,completion\n"
