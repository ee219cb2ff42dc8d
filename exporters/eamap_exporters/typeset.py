"""PNG and PDF: the SVG set on a page by Typst, with named font files and no other font of the machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from eamap.errors import PluginError
from eamap.model.diagram import Diagram
from eamap_exporters import fonts
from eamap_exporters.files import write_bytes
from eamap_exporters.scene import Scene
from eamap_exporters.sheet import compose
from eamap_exporters.svg import draw

_PIXELS = 1920.0
_MOST_PIXELS = 12000.0
_INCH = 96.0
# Texts come in as inputs, never as Typst source, so nothing in a label can be read as an instruction.
_PAGE = """
#let said = sys.inputs
#set document(title: said.title, author: said.author, description: said.alt, keywords: (said.marking,), date: none)
#set page(width: float(said.width) * 1in, height: float(said.height) * 1in, margin: 0pt)
#set text(font: "DejaVu Sans", lang: "en", region: "GB")
#image("picture.svg", width: 100%, height: 100%, fit: "contain", alt: said.alt)
"""


class PngExporter:
    """Writes a diagram as PNG, 1920 pixels across a slide's width; a larger sheet has more."""

    name = "png"
    suffixes = (".png",)
    accepts = "diagram"

    def export(self, thing: Diagram, path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes the picture and returns its path."""
        scene = compose(thing)
        across = min(_PIXELS * scene.w / 1280.0, _MOST_PIXELS)
        return write_bytes(path, typeset(scene, "png", ppi=across / (scene.w / _INCH)))


class PdfExporter:
    """Writes a diagram as a tagged PDF (PDF/UA) whose text can be selected, title and marking in its properties."""

    name = "pdf"
    suffixes = (".pdf",)
    accepts = "diagram"

    def export(self, thing: Diagram, path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes the page and returns its path."""
        return write_bytes(path, typeset(compose(thing), "pdf"))


PNG = PngExporter()
PDF = PdfExporter()


def typeset(scene: Scene, form: Literal["png", "pdf"], *, ppi: float | None = None) -> bytes:
    """Returns a scene as PNG or PDF bytes, the same for the same scene on every machine."""
    try:
        import typst
    except ImportError as error:
        raise PluginError("PNG and PDF need Typst", hint="pip install 'eamap[pdf]'") from error
    diagram = scene.diagram
    alt = " · ".join(text.plain for text in (diagram.alt, *diagram.imprint))
    inputs = {
        "title": diagram.title.plain,
        "author": "eamap",
        "alt": alt,
        "marking": diagram.marking,
        "width": f"{scene.w / _INCH:.5f}",
        "height": f"{scene.h / _INCH:.5f}",
    }
    files: Any = {"main.typ": _PAGE.encode(), "picture.svg": draw(scene).encode()}
    options: Any = {"pdf_standards": ["ua-1"], "pdf_tags": True} if form == "pdf" else {"ppi": ppi}
    named = [str(fonts.folder())]
    return bytes(
        typst.compile(files, format=form, font_paths=named, ignore_system_fonts=True, sys_inputs=inputs, **options)
    )
