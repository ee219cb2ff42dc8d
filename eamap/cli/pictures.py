"""Writes diagrams by the suffix of a file, through the exporter that knows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.partial import footnoted

if TYPE_CHECKING:
    from eamap.cli.options import Answering
    from eamap.model.diagram import Diagram


def draws(output: Path) -> bool:
    """Says whether a file is a picture by its suffix."""
    return output.suffix.lower() in _by_suffix()


def export_picture(diagram: Diagram, output: Path, marking: str, profile: str) -> None:
    """Writes a diagram, and prints the path of what was written."""
    import click

    exporter = _by_suffix()[output.suffix.lower()]
    for path in exporter.export(footnoted(diagram), output, {"marking": marking, "profile": profile}):
        click.echo(str(path))


def export_pictures(diagrams: Sequence[Diagram], answer: Answering, marking: str) -> None:
    """Writes several diagrams as a slide deck, or the one there is in any format; UsageError for several in another."""
    import click

    from eamap.errors import UsageError

    assert answer.output is not None, "pictures are written to a file"
    exporter = _by_suffix()[answer.output.suffix.lower()]
    if len(diagrams) != 1 and exporter.name != "pptx":
        raise UsageError(
            f"only a slide deck holds {len(diagrams)} pages, not {answer.output.suffix}",
            hint="ask for one capability, or write -o FILE.pptx",
        )
    noted = [footnoted(diagram) for diagram in diagrams]
    thing = noted if exporter.name == "pptx" else noted[0]
    for path in exporter.export(thing, answer.output, {"marking": marking, "profile": answer.profile}):
        click.echo(str(path))


def _by_suffix() -> dict[str, Any]:
    from eamap import plugins

    loaded = plugins.load_all(plugins.Group.EXPORTERS)
    return {suffix: each for _, each in loaded if each.accepts == "diagram" for suffix in each.suffixes}
