"""Writes the ICS sheet as one HTML file that needs nothing from outside and runs nothing: no script, no link, no image.

Every text of an inventory in it is hostile until it is escaped; every number carries the ref that explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eamap.cli.ics.rows import (
    ALIKE,
    COMPLY,
    CONVERGENCE,
    EXTRA,
    FREE,
    GAPS,
    OFFERED,
    ONCE,
    PRODUCTS,
    SECTIONS,
)
from eamap.cli.ics.sheet import NOT_COUNTED, IcsSheet
from eamap.cli.numbers import ref
from eamap.cli.tables import shown
from eamap.conformance.comparison_html import text
from eamap.model.results import Result, age_in_words

_STYLE = """
:root{color-scheme:light}
body{font:15px/1.45 Arial,Helvetica,sans-serif;color:#212b32;background:#fff;margin:2rem auto;max-width:78rem;padding:0 1rem}
h1{font-size:1.6rem;margin:.4rem 0 .2rem}h2{font-size:1.2rem;margin:2rem 0 .4rem;border-bottom:2px solid #005eb8;padding-bottom:.2rem}
.marking{font-weight:bold;letter-spacing:.05em}.said{color:#4c6272;margin:.2rem 0;max-width:62rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;table-layout:fixed}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid #d8dde0;overflow-wrap:anywhere}
thead th{background:#e8edee}tbody th{font-weight:normal}
.n{text-align:right;white-space:nowrap}.facts{max-width:52rem}.facts th{width:16rem;font-weight:bold}
.unknown{color:#4c6272;font-style:italic}.bar{display:inline-block;height:.7em;background:#005eb8;margin-right:.4em;vertical-align:baseline}
nav a{color:#005eb8;margin-right:1rem}
footer{color:#4c6272;margin-top:2rem}
@page{size:A4 landscape;margin:12mm}
@media print{body{margin:0;max-width:none;font-size:10px}h2,.said{break-after:avoid}tr{break-inside:avoid}nav{display:none}}
"""
_HEADINGS: dict[str, tuple[str, str, str, str, str]] = {
    OFFERED: ("Code", "Capability or service", "Kind", "Live here", "What is national today"),
    COMPLY: ("Standard", "Title", "Status", "Claimed here", "On the day, and by whom it is mandated"),
    FREE: ("Code", "Capability", "National component", "Live here", "What the model says of it"),
    ONCE: ("Code", "Capability", "Level and modes", "Case D (range)", "Position of this ICS"),
}
_PIVOTS: dict[str, tuple[str, tuple[str, ...]]] = {
    GAPS: (
        "Pathway",
        ("conformant", "declared only", "non conformant", "other means", "none known", "not in inventory"),
    ),
    ALIKE: ("Code", (PRODUCTS, EXTRA, CONVERGENCE)),
}
"""Sections whose figures stand beside one another, and their columns."""
_NOT_COUNTED = f'<span class="unknown">{NOT_COUNTED}</span>'
_OTHERS = ("Code", "Name", "What", "Figure", "Says")
_WIDTHS = (11, 27, 18, 12, 32)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands above the sections."""

    title: str
    facts: tuple[tuple[str, ...], ...]
    """Name, what is said and the ref that explains it; of a count also the denominator and its ref."""
    rests: tuple[tuple[str, ...], ...]
    """The reference data used, likewise."""
    marking: str


def page(sheet: IcsSheet, result: Result, marking: str) -> Page:
    """Returns the head of the sheet of one ICS."""
    day = result.as_of.isoformat()
    own = f"organisation:{sheet.code}"
    facts: list[tuple[str, ...]] = [
        ("Integrated care board", f"{sheet.code} {sheet.name}", own),
        ("Boundaries", sheet.where.name, ref("located", sheet.code, sheet.where.name, "row")),
        ("Judged on", day, f"as-of({day})"),
        ("Version of the estate", str(result.version), f"version({result.version})"),
    ]
    for name, tally in result.counts.items():
        facts.append((name, str(tally.n), tally.ref, str(tally.of), tally.of_ref))
    rests = tuple(
        (name, f"version {used['version']}, {age_in_words(used['age_days'])}", f"reference({name}; version)")
        for name, used in sorted(result.reference.items())
    )
    return Page(f"ICS sheet: {sheet.name}", tuple(facts), rests, marking)


def as_html(head: Page, result: Result) -> bytes:
    """Returns the sheet as UTF-8."""
    marked = f'<p class="marking">{text(head.marking)}</p>' if head.marking else ""
    links = "".join(f'<a href="#s{number}">{text(section.capitalize())}</a>' for number, section in enumerate(SECTIONS))
    body = [marked, f"<h1>{text(head.title)}</h1>", f"<nav>{links}</nav>", _facts(head.facts)]
    for number, section in enumerate(SECTIONS):
        mine = [row for row in result.rows if row["section"] == section]
        body.append(_section(number, section, mine))
    body += ["<h2>Reference data used</h2>", _facts(head.rests)]
    body.append(
        f"<footer><p>Every number can be counted again, down to its cells: eamap explain REF; the ref is in its tooltip.</p>{marked}</footer>"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    start = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(head.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return (start + "\n".join(filter(None, body)) + "\n</body>\n</html>\n").encode("utf-8", "xmlcharrefreplace")


def _facts(facts: Iterable[tuple[str, ...]]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{_span(name, told[1])}</th><td>{_told(told)}</td></tr>' for name, *told in facts
    )
    return f'<table class="facts"><tbody>\n{rows}\n</tbody></table>'


def _told(told: Sequence[str]) -> str:
    """Returns what is said, each part with the ref that explains it: a number, or a number of another."""
    return " of ".join(_span(said, own) for said, own in zip(told[::2], told[1::2], strict=True))


def _span(said: str, own: str) -> str:
    told = text(own)
    return f'<span data-ref="{told}" title="eamap explain {told}">{text(said)}</span>'


def _section(number: int, section: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if section in _PIVOTS and rows:
        return f"{_head(number, section)}\n{_pivot(section, rows)}"
    widths = "".join(f'<col style="width:{width}%">' for width in _WIDTHS)
    names = _HEADINGS.get(section, _OTHERS)
    classes = ("", "", "", ' class="n"', "")
    heads = "".join(f'<th scope="col"{kind}>{text(name)}</th>' for kind, name in zip(classes, names, strict=True))
    body = "\n".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    none = '<p class="said">Nothing is known of this.</p>' if not rows else ""
    table = (
        f"<table><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>"
        if rows
        else none
    )
    return f"{_head(number, section)}\n{table}"


def _head(number: int, section: str) -> str:
    return f'<h2 id="s{number}">{text(section.capitalize())}</h2>\n<p class="said">{text(SECTIONS[section])}</p>'


def _pivot(section: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Returns a table with one line a pathway or capability, and a column a figure of it."""
    first, names = _PIVOTS[section]
    lines: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in rows:
        lines.setdefault(row["key"], {})[row["what"]] = row
    heads = "".join(
        f'<th scope="col"{kind}>{text(name)}</th>'
        for name, kind in ((first, ""), ("Name", ""), *((each, ' class="n"') for each in names))
    )
    share = 60 // len(names)
    widths = "".join(
        f'<col style="width:{width}%">' for width in (10, 90 - share * len(names), *(share for _ in names))
    )
    body = []
    for found in lines.values():
        known = next(iter(found.values()))
        key, name = (_span(str(known[part]), known["refs"].get(part, known["ref"])) for part in ("key", "name"))
        cells = "".join(
            f'<td class="n">{_number(found[each]) if each in found else _NOT_COUNTED}</td>' for each in names
        )
        body.append(f'<tr><th scope="row">{key}</th><td>{name}</td>{cells}</tr>')
    table = "\n".join(body)
    return f"<table><colgroup>{widths}</colgroup><thead><tr>{heads}</tr></thead><tbody>\n{table}\n</tbody></table>"


def _cells(row: Mapping[str, Any]) -> str:
    refs = row["refs"]
    words = [_span(str(row[name]), refs.get(name, row["ref"])) for name in ("key", "name", "what")]
    last = _span(str(row["says"]), refs.get("says", row["ref"]))
    first, *others = words
    return (
        f'<th scope="row">{first}</th>'
        + "".join(f"<td>{each}</td>" for each in others)
        + f'<td class="n">{_number(row)}</td><td>{last}</td>'
    )


def _number(row: Mapping[str, Any]) -> str:
    """Returns the figure of a row with its denominator; what is not known is told in words, and is never blank."""
    if "value" not in row["refs"]:
        return f'<span class="unknown">{text(row["value"])}</span>'
    said = _span(shown(row["value"]), row["refs"]["value"])
    return said if "of" not in row["refs"] else f"{said} of {_span(shown(row['of']), row['refs']['of'])}"
