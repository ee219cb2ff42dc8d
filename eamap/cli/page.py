"""The summary as a page to be read aloud: sentences under headings, and below them what explains each number."""

from __future__ import annotations

from itertools import groupby
from string import ascii_lowercase

from eamap.cli.tables import footers, inert
from eamap.model.results import Result


def as_page(result: Result, marking: str = "") -> str:
    """Returns the summary as text; each line of numbers has a letter, and the letters are explained at the foot."""
    lines = [marking, ""] if marking else []
    lines += [line for issue in result.issues for line in (f"Note: {inert(issue.message)}.", "")]
    notes: list[tuple[str, str]] = []
    for topic, rows in groupby(result.rows, key=lambda row: str(row["topic"])):
        lines += [inert(topic), *(_line(dict(row), notes) for row in rows), ""]
    lines += ["Each number can be counted again, down to the cells it came from: eamap explain REF"]
    lines += [f"  {letter}  {inert(ref)}" for letter, ref in notes]
    width = max((len(text) for text, _ in footers(result)), default=0)
    lines += ["", *(f"{text.ljust(width)}  {ref}" for text, ref in footers(result))]
    return "\n".join(lines) + "\n"


def _line(row: dict[str, object], notes: list[tuple[str, str]]) -> str:
    refs = row.get("refs")
    if not isinstance(refs, dict):
        return f"  {'not assessed':>16}  {inert(str(row['says']))}"
    if not row["of"]:
        # "0 of 0" reads like good news.
        return f"  {'none listed':>16}  {inert(str(row['says']))}"
    letter = _letter(len(notes))
    notes.append((letter, f"{refs['n']} of {refs['of']}"))
    return f"  {row['n']:>6} {row.get('relation', 'of'):>4} {row['of']:<6}  {inert(str(row['says']))} [{letter}]"


def _letter(place: int) -> str:
    first, second = divmod(place, len(ascii_lowercase))
    return (ascii_lowercase[first - 1] if first else "") + ascii_lowercase[second]
