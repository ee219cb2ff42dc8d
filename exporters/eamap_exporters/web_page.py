"""HTML: a picture as a page of its own, with what it says in words and where its facts come from; no script, no link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from eamap.model.diagram import Diagram, Source, Text
from eamap_exporters.files import write_text
from eamap_exporters.sheet import compose
from eamap_exporters.svg import clean, draw

_HEAD = """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { margin: 1.5rem auto; max-width: 80rem; padding: 0 1rem; font: 1rem/1.5 Arial, Helvetica, sans-serif; color: #1b1f24; }
svg { width: 100%; height: auto; border: 1px solid #c5ccd3; }
footer { font-size: 0.9rem; color: #4a5560; }
@media print { body { margin: 0; max-width: none; padding: 0; } svg { border: 0; } }
</style>"""


class WebPageExporter:
    """Writes a diagram as one HTML file that holds everything it needs."""

    name = "html"
    suffixes = (".html", ".htm")
    accepts = "diagram"

    def export(self, thing: Diagram, path: Path, options: Mapping[str, Any]) -> list[Path]:  # noqa: ARG002
        """Writes the page and returns its path."""
        return write_text(path, html_text(thing))


EXPORTER = WebPageExporter()


def html_text(diagram: Diagram) -> str:
    """Returns a diagram as the text of an HTML page, the same for the same diagram."""
    return "\n".join([*_lines(diagram), ""])


def _lines(diagram: Diagram) -> Iterator[str]:
    yield _HEAD
    yield f"<title>{_clean(diagram.title.plain)}</title>"
    yield "</head>\n<body>\n<main>"
    # The picture has the title, marking and footer drawn in it; as part of a page it needs no declaration of its own.
    yield draw(compose(diagram)).partition("?>")[2].strip()
    yield "</main>\n<footer>"
    yield f"<p{_ref(diagram.alt)}>{_clean(diagram.alt.plain)}</p>"
    yield from _list("Sources", diagram.sources)
    yield "<p>Every number carries the ref that explains it (data-ref): eamap explain REF</p>"
    yield "</footer>\n</body>\n</html>"


def _list(heading: str, sources: Iterable[Source]) -> Iterator[str]:
    items = [f"<li{_ref(source.text)}>{_clean(source.text.plain)}</li>" for source in sources]
    if items:
        yield f"<h2>{heading}</h2>\n<ul>"
        yield from items
        yield "</ul>"


def _ref(text: Text) -> str:
    return f" data-ref={quoteattr(clean(' | '.join(text.refs)))}" if text.refs else ""


def _clean(text: str) -> str:
    return escape(clean(text))
