"""Writes a gap report as Markdown in which no text of a statement can become a link, HTML, a heading or a new cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from eamap.conformance.comparison_page import OUTCOMES, Page, Section, numbers

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@!$^]|:(?=//)|(?<=mailto):|(?<=xmpp):)", re.IGNORECASE)
_LIVE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def plain(text: str) -> str:
    """Returns a text that Markdown shows as it is: marks escaped, line breaks and invisible characters gone."""
    quiet = _SPECIAL.sub(r"\\\1", _LIVE.sub(" ", text)).strip()
    # GitHub makes links of these without any mark; a full stop that is escaped prevents it.
    return re.sub(r"(?i)\b(www)\.", r"\1\\.", quiet)


def as_markdown(page: Page) -> bytes:
    """Returns the report as UTF-8."""
    parts = [f"**{plain(page.marking)}**"] if page.marking else []
    parts += [f"# {plain(page.title)}", _table(("", ""), page.facts)]
    parts += [plain(note) for note in page.notes]
    parts += ["## Summary", _summary(page)]
    for section in page.sections:
        parts += _section(section)
    parts += ["## How to read this", _table(("word", "what it means"), page.legend)]
    parts += ["## Where each number comes from", _numbers(page)]
    return ("\n\n".join(parts) + "\n").encode("utf-8", "backslashreplace")


def _summary(page: Page) -> str:
    rows = [(strength, *(str(figure.number) for figure in figures)) for strength, figures in page.matrix]
    return _table(("", *map(str, OUTCOMES), "asked in all"), rows)


def _section(section: Section) -> list[str]:
    counted = f"{section.n.number} of {section.of.number}. "
    return [f"## {plain(section.title)}", counted + plain(section.says), _table(section.headings, section.rows)]


def _numbers(page: Page) -> str:
    rows = [(name, str(figure.number), figure.ref) for name, figure in numbers(page)]
    return _table(("number", "", "eamap explain"), rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings)]
    head = [f"| {' | '.join(cells)} |" for cells in lines]
    return "\n".join([*head, *(f"| {' | '.join(map(plain, row))} |" for row in rows)])
