"""Draws a result as a table: with rich where a person looks at a terminal, as plain lines everywhere else.

Each number stands beside the ref that explains it. Nothing is cut: a terminal folds long cells, a file has long lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from eamap.model.issues import Issue
from eamap.model.results import Result, age_in_words

MANY = 500
"""Rows from which even a terminal gets plain lines: laying out more cells takes rich longer than a person waits."""

UNKNOWN = "unknown"
REF = "Explained by"
ISSUE_HEADINGS = ("File", "Sheet", "Row", "Column", "Value", "Problem", "What to do")

# Control characters, and the invisible ones that reorder or hide text.
_LIVE = re.compile(r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def inert(text: str) -> str:
    """Returns text with its control characters written as escapes, so that a terminal shows them and obeys none."""
    # Everything alive is unprintable, and most texts are printable.
    return text if text.isprintable() else _LIVE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def shown(value: Any, *, raw: bool = False) -> str:
    """Returns a value as text; what is not known says so, and is never blank. ``raw`` keeps control characters."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list | tuple):
        return "; ".join(shown(part, raw=raw) for part in value)
    return str(value) if raw else inert(str(value))


def on_paper(result: Result, marking: str = "") -> str:
    """Returns the result as plain text with aligned columns, one line a row."""
    blocks = [[inert(marking)]] if marking else []
    blocks.append(list(_aligned(_headings(result), list(_rows(result)))))
    blocks.append(list(_aligned((), footers(result))))
    if result.issues:
        blocks.append(["Problems in the data", *_aligned(ISSUE_HEADINGS, [_issue(issue) for issue in result.issues])])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def on_terminal(result: Result, marking: str = "") -> None:
    """Prints the result on the terminal, folding what is too wide for it."""
    if len(result.rows) + len(result.issues) > MANY:
        import click

        click.echo(on_paper(result, marking), nl=False)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    if marking:
        console.print(Text(inert(marking), style="bold"))
    console.print(_rich(_headings(result), _rows(result)))
    for text, ref in footers(result):
        console.print(Text(text), Text(ref, style="dim"))
    if result.issues:
        console.print(Text("\nProblems in the data", style="bold"))
        console.print(_rich(ISSUE_HEADINGS, map(_issue, result.issues)))


def footers(result: Result) -> list[tuple[str, str]]:
    """Returns what is said below the rows, each line with its ref: counts, what is left out, and what it rests on."""
    lines = [
        (f"{inert(name)}: {tally.n} of {tally.of}", inert(f"{tally.ref} of {tally.of_ref}"))
        for name, tally in result.counts.items()
    ]
    if result.omitted.n:
        lines.append((f"left out: {result.omitted.n}, {inert(result.omitted.why)}", inert(result.omitted.ref)))
    day = result.as_of.isoformat()
    lines.append((f"as of {day}", f"as-of({day})"))
    if result.version:  # what does not come from an estate has none
        lines[-1] = (f"{lines[-1][0]}, version {result.version}", f"{lines[-1][1]} version({result.version})")
    for name, used in sorted(result.reference.items()):
        text = f"{name}: {shown(used.get('version'))}, {age_in_words(used['age_days'])}"
        lines.append((inert(text), inert(f"reference({name}; version) reference({name}; age)")))
    return lines


def _headings(result: Result) -> tuple[str, ...]:
    ref = (REF,) if _has_refs(result) else ()
    return (*(inert(column.heading) for column in result.columns), *ref)


def _has_refs(result: Result) -> bool:
    return any(row.get("ref") or row.get("refs") for row in result.rows)


def _rows(result: Result) -> Iterable[tuple[str, ...]]:
    return zip(*_columns(result), strict=True)


def _columns(result: Result) -> list[list[str]]:
    columns = [_cells([row.get(column.key) for row in result.rows]) for column in result.columns]
    if _has_refs(result):
        headings = {column.key: column.heading for column in result.columns}
        columns.append([_explained(row, headings) for row in result.rows])
    return columns


def _cells(values: list[Any]) -> list[str]:
    """Returns one column as it is shown; text, which is most of it, without asking what it is each time."""
    if set(map(type, values)) <= {str, type(None)}:
        return [UNKNOWN if text is None else text if text.isprintable() else inert(text) for text in values]
    return [shown(value) for value in values]


def _explained(row: Any, headings: dict[str, str]) -> str:
    """Returns the row's own ref, then those of its columns that say something else."""
    own = str(row.get("ref") or "")
    if not row.get("refs"):
        return inert(own)
    refs = (row.get("refs") or {}).items()
    others = [f"{headings[key]}: {ref}" for key, ref in refs if ref != own and key in headings]
    return inert(", ".join(filter(None, (own, *others))))


def _issue(issue: Issue) -> tuple[str, ...]:
    told = (issue.file, issue.sheet, issue.row or "", issue.column, issue.value, issue.message, issue.hint)
    return tuple(shown(part) for part in told)


def _aligned(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """Yields lines whose columns stand below one another; the last is not filled up."""
    every = [headings, *rows] if headings else list(rows)
    filled = [_filled(column) for column in zip(*every, strict=True)]
    return ("  ".join(cells).rstrip() for cells in zip(*filled, strict=True))


def _filled(column: Sequence[str]) -> list[str]:
    """Returns cells with blanks after them, so that all are as wide as the widest."""
    if all(map(str.isascii, column)):
        widest = max(map(len, column))
        return [cell.ljust(widest) for cell in column]
    widest = max(map(_width, column))
    return [cell.ljust(widest - _width(cell) + len(cell)) for cell in column]


def _width(text: str) -> int:
    """Returns how many places text takes up on a screen: none for an accent, two for a wide character."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def _rich(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold", style="dim" if heading == REF else "")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
