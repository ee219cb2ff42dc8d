"""Writes diagrams by the suffix of a file, through the exporter that knows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eamap.model.diagram import Diagram


def draws(output: Path) -> bool:
    """Says whether a file is a picture by its suffix."""
    return output.suffix.lower() in _by_suffix()


def export_picture(diagram: Diagram, output: Path, marking: str, profile: str) -> None:
    """Writes a diagram, and prints the path of what was written."""
    import click

    exporter = _by_suffix()[output.suffix.lower()]
    for path in exporter.export(diagram, output, {"marking": marking, "profile": profile}):
        click.echo(str(path))


def _by_suffix() -> dict[str, Any]:
    from eamap import plugins

    loaded = plugins.load_all(plugins.Group.EXPORTERS)
    return {suffix: each for _, each in loaded if each.accepts == "diagram" for suffix in each.suffixes}
