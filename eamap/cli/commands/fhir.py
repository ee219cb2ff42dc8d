"""Reads, judges and compares FHIR statements and payloads."""

from __future__ import annotations

import click

from eamap.cli.family import Family


@click.group("fhir", cls=Family)
def command() -> None:
    """Reads, judges and compares FHIR statements and payloads."""
