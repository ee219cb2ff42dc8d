"""The program ``eamap``: finds commands by the names of their files, and turns errors into messages and exit codes.

Exit codes: those of :mod:`eamap.errors`, and the ones in :data:`EXIT_CODES`. A command is one module in
``eamap/cli/commands`` with an object ``command``; the first line of the module's docstring is its help in the list of
commands, read from the file, so that ``eamap --help`` imports no command at all.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

import eamap
from eamap.cli.family import family_of, modules, sentence
from eamap.errors import EamapError, UsageError

INTERRUPTED = 130
READER_LEFT = 141
FULL = (errno.ENOSPC, errno.EDQUOT)
EXIT_CODES = {
    0: "It worked.",
    1: "It worked, and findings were as bad as --fail-on says; or an error of no other kind.",
    2: "The command, an option or a selector does not say something eamap can do.",
    3: "A file that was given cannot be read, recognised or accepted.",
    4: "Reference data is missing, does not match its checksum, or cannot be understood.",
    5: "The store is locked, damaged, full, from the future, or not there.",
    6: "A plug-in or an optional library is missing, duplicated or broken.",
    INTERRUPTED: "Interrupted from the keyboard.",
    READER_LEFT: "The program that read the output stopped reading.",
}
"""What the program ends with and what it means; the README has the same table, and a test compares them."""


class Program(click.Group):
    """The group of all commands; it imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of the commands in order."""
        del ctx
        return sorted(module.replace("_", "-") for module in modules() if not family_of(module))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command; click suggests near names if there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module = import_module(f"eamap.cli.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands with the first sentence of each module."""
        rows = [(name, sentence(name.replace("-", "_"))) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command inside the only place that catches."""
        with endings():
            return super().invoke(ctx)


@contextmanager
def endings() -> Iterator[None]:
    """Ends the program with a message on stderr and the right code where something raises what is meant for the user.

    Anything else is a bug, and its traceback is what helps.
    """
    try:
        yield
        # Written now, not when Python shuts down, so that a full disk is an error like any other.
        sys.stdout.flush()
    except EamapError as error:
        tell(error)
        raise click.exceptions.Exit(error.exit_code) from error
    except ModuleNotFoundError as error:
        from eamap import plugins

        missing = plugins.missing_library(error)
        if missing is None:
            raise
        tell(missing)
        raise click.exceptions.Exit(missing.exit_code) from error
    except KeyboardInterrupt as error:
        click.echo("\nInterrupted.", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from error
    except BrokenPipeError as error:
        abandon_stdout()
        raise click.exceptions.Exit(READER_LEFT) from error
    except OSError as error:
        if error.errno not in FULL:
            raise
        if error.filename is None:
            abandon_stdout()
        full = UsageError("there is no room to write", hint="free some space", where=str(error.filename or "stdout"))
        tell(full)
        raise click.exceptions.Exit(full.exit_code) from error


def abandon_stdout() -> None:
    """Sends the rest of stdout nowhere: Python flushes it once more at the end, and that would be a second complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(error: EamapError) -> None:
    """Writes an error on stderr: what is wrong and where, then what to do about it."""
    from eamap.cli.tables import inert

    click.echo(f"Error: {inert(str(error))}", err=True)
    if error.hint:
        click.echo(f"Hint: {inert(error.hint)}", err=True)


def show_version(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    """Prints the version and ends."""
    del parameter
    if value:
        click.echo(f"eamap {eamap.__version__}")
        ctx.exit()


def codes() -> str:
    """Returns the exit codes as click prints them line by line."""
    lines = "\n".join(f"{code:>3}  {meaning}" for code, meaning in EXIT_CODES.items())
    return f"\b\nExit codes:\n{lines}"


@click.command(cls=Program, epilog=codes(), context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=show_version, help="Print the version."
)
def program() -> None:
    """Turns messy system inventories into a trusted map, each fact citing the cell it came from.

    Answers go to stdout, talk to stderr. A newcomer starts with: eamap ingest FILE…, eamap check, eamap summary.
    """


def main() -> None:
    """Runs the program on the arguments of the process."""
    # A command makes many small things and soon ends: looking for cycles among them is a tenth of its time.
    gc.set_threshold(200_000)
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows its escape; it must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    program(prog_name="eamap")
