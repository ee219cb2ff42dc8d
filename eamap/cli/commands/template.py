"""Writes a workbook to send to a trust: the FOI template with drop-downs, which ingest reads back."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("template")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FILE.xlsx", help="The workbook to write."
)
@click.option("--org", "organisation", default="", metavar="CODE", help="Fill in the organisation's code.")
def command(output: Path, organisation: str) -> None:
    """Writes a workbook shaped like the NHS FOI template, with drop-downs and notes, that eamap ingest reads back."""
    from eamap.cli.output import say
    from eamap.errors import UsageError
    from eamap.ingest.template import write_template

    if output.suffix.lower() != ".xlsx":
        raise UsageError("the template is a workbook", hint="give a name that ends in .xlsx", where=str(output))
    write_template(output, organisation)
    say(f"Wrote {output}. When it comes back: eamap ingest {output.name}")
