"""Writes a gap report as one HTML file that needs nothing from outside and runs nothing: no script, no link, no image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from eamap.conformance.comparison_page import OUTCOMES, Figure, Page, Section

_LIVE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_STYLE = """
:root{color-scheme:light}
body{font:15px/1.45 Arial,Helvetica,sans-serif;color:#212b32;background:#fff;margin:2rem auto;max-width:78rem;padding:0 1rem}
h1{font-size:1.6rem;margin:.4rem 0 1rem}h2{font-size:1.2rem;margin:2rem 0 .4rem;border-bottom:2px solid #005eb8;padding-bottom:.2rem}
.marking{font-weight:bold;letter-spacing:.05em}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;table-layout:fixed}
.said{color:#4c6272;margin:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid #d8dde0;overflow-wrap:anywhere}
thead th{background:#e8edee}
.facts th{width:14rem;font-weight:bold}.facts,.matrix{max-width:60rem}
.matrix td,.matrix thead th:not(:first-child){text-align:right}
.result{font-weight:bold;overflow-wrap:normal}
.missing{color:#ad1f1f}.partly{color:#7c4a00}.satisfied{color:#00401e}.not-observed,.beyond{color:#425563}
.place{font-family:Consolas,"DejaVu Sans Mono",monospace;font-size:.85em}
.note{background:#fff9c4;padding:.5rem .8rem;margin:.5rem 0}
footer{color:#4c6272;margin-top:2rem}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;max-width:none;font-size:10px}h2,.said{break-after:avoid}tr{break-inside:avoid}}
"""
_WIDTHS = {6: (12, 22, 10, 21, 19, 16), 4: (16, 12, 46, 26), 2: (18, 82)}
"""Share of each column in the width of a table, in per cent, by how many columns there are."""


def text(said: str) -> str:
    """Returns a text as HTML shows it: nothing in it is markup, and nothing invisible is left."""
    return escape(_LIVE.sub(" ", said))


def as_html(page: Page) -> bytes:
    """Returns the report as UTF-8."""
    marked = f'<p class="marking">{text(page.marking)}</p>' if page.marking else ""
    body = [marked, f"<h1>{text(page.title)}</h1>", _facts(page.facts)]
    body += [f'<p class="note">{text(note)}</p>' for note in page.notes]
    body += ["<h2>Summary</h2>", _matrix(page), *(_section(section) for section in page.sections)]
    body += ["<h2>How to read this</h2>", _facts(page.legend), f"<footer>{marked}</footer>"]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(page.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return (head + "\n".join(filter(None, body)) + "\n</body>\n</html>\n").encode("utf-8", "xmlcharrefreplace")


def _facts(pairs: Iterable[tuple[str, str]]) -> str:
    rows = "\n".join(f'<tr><th scope="row">{text(name)}</th><td>{text(said)}</td></tr>' for name, said in pairs)
    return f'<table class="facts"><tbody>\n{rows}\n</tbody></table>'


def _matrix(page: Page) -> str:
    heads = "".join(
        f'<th scope="col">{text(head)}</th>' for head in ("How binding", *map(str, OUTCOMES), "asked in all")
    )
    rows = "\n".join(
        f'<tr><th scope="row">{text(strength)}</th>{"".join(f"<td>{_figure(each)}</td>" for each in figures)}</tr>'
        for strength, figures in page.matrix
    )
    return f'<table class="matrix"><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>'


def _figure(figure: Figure) -> str:
    ref = text(figure.ref)
    return f'<span data-ref="{ref}" title="eamap explain {ref}">{figure.number}</span>'


def _section(section: Section) -> str:
    widths = "".join(f'<col style="width:{width}%">' for width in _WIDTHS[len(section.headings)])
    heads = "".join(f'<th scope="col">{text(head)}</th>' for head in section.headings)
    rows = "\n".join(f"<tr>{_cells(section.headings, row)}</tr>" for row in section.rows)
    said = f"{_figure(section.n)} of {_figure(section.of)}. {text(section.says)}"
    return (
        f'<h2>{text(section.title)}</h2>\n<p class="said">{said}</p>\n<table><colgroup>{widths}</colgroup>'
        f"<thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>"
    )


def _cells(headings: Sequence[str], row: Sequence[str]) -> str:
    found = []
    for head, cell in zip(headings, row, strict=True):
        kind = (
            f' class="result {cell.replace(" ", "-")}"'
            if head == "Result"
            else ' class="place"' * head.startswith("Where in")
        )
        found.append(f"<td{kind}>{text(cell)}</td>")
    return "".join(found)
