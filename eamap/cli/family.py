"""A group of commands that belong together (``eamap fhir inspect``): one module each, found by name, imported when asked.

The module of the group is ``NAME.py`` in ``eamap/cli/commands``, those of its commands ``NAME_COMMAND.py`` beside it.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

COMMANDS = Path(__file__).parent / "commands"


def modules() -> list[str]:
    """Returns the names of all modules of commands, in order."""
    return sorted(path.stem for path in COMMANDS.glob("[!_]*.py"))


def family_of(module: str) -> str:
    """Returns the group that a module's command belongs to; empty if it stands alone."""
    first, _, rest = module.partition("_")
    return first if rest and (COMMANDS / f"{first}.py").exists() else ""


def sentence(module: str) -> str:
    """Returns the first sentence of a command's module without importing it."""
    with (COMMANDS / f"{module}.py").open(encoding="utf-8") as lines:
        return lines.readline().strip().strip('"').strip()


class Family(click.Group):
    """A group whose commands are imported one by one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of its commands in order."""
        del ctx
        prefix = f"{self.name}_"
        return [module.removeprefix(prefix).replace("_", "-") for module in modules() if module.startswith(prefix)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command; click suggests near names if there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"eamap.cli.commands.{self.name}_{cmd_name.replace('-', '_')}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list of commands with the first sentence of each module."""
        rows = [(name, sentence(f"{self.name}_{name.replace('-', '_')}")) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
