"""Writes the estate as tables or a graph: XLSX, a folder of CSV or Parquet, JSON, GraphML."""

from __future__ import annotations

from pathlib import Path

import click

from eamap.cli import options
from eamap.cli.options import Reading


@click.command("export")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="Where to; the suffix says the format, none is a folder of CSV.",
)
@options.marking
@options.profile
@options.reading
def command(output: Path, marking: str | None, profile: str, reading: Reading) -> None:
    """Writes every thing and link of the estate, each with the source and row it comes from.

    --profile public leaves out components, contracts, versions, people, free text and problems.
    """
    from eamap import plugins
    from eamap.cli.opening import Opened
    from eamap.cli.output import say
    from eamap.cli.partial import PARTIAL, is_partial
    from eamap.cli.sheets import estate_sheets
    from eamap.errors import UsageError

    opened = Opened(reading)
    found = [exporter for _, exporter in plugins.load_all(plugins.Group.EXPORTERS) if exporter.accepts == "table"]
    chosen = next((exporter for exporter in found if output.suffix.lower() in exporter.suffixes), None)
    if chosen is None:
        known = sorted({suffix for exporter in found for suffix in exporter.suffixes if suffix})
        raise UsageError(
            f"an estate cannot be written as {output.suffix!r}",
            hint=f"suffixes are {', '.join(known)}",
            where=str(output),
        )
    title = f"Estate, {PARTIAL}" if is_partial() else "Estate"
    told = marking if marking is not None else options.SENSITIVE if profile != "public" else ""
    about = {"title": title, "marking": told, "as_of": reading.as_of, "version": opened.estate.version}
    written = chosen.export(estate_sheets(opened.estate, profile), output, about)
    for path in written:
        click.echo(str(path))
    say(f"Wrote version {opened.estate.version} of the estate, {profile} profile.")
