"""Texts to match, read from a file or stdin, their meaning as rows, and the refs that give each value again."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to
from eamap.errors import SourceError
from eamap.model.results import Column, Result, Tally

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.opening import Opened
    from eamap.cli.options import Place
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn

SETS = ("lifecycle", "crosswalks")
"""The sets of reference data that a match rests on."""
DEFAULT = "raw"
"""The column that is read where none is named."""
COLUMNS = (
    Column("raw", "Text"), Column("outcome", "Outcome"), Column("product", "Product"), Column("cycle", "Cycle"),
    Column("candidates", "May be", "product:cycle, joined by |"), Column("eol_best", "Support ends, at best"),
    Column("eol_worst", "at worst"), Column("extended_end", "Extended", "paid or special; never support without an entitlement"),
    Column("rule", "Rule"), Column("confidence", "Confidence"), Column("supplement_product", "Supplement"),
    Column("supplement_cycle", "its cycle"), Column("supplement_end", "its end"),
)  # fmt: skip
_MORE = ("missing", "inferred", "tokens", "snapshot")
_VALUES = ("cycle", "candidates", "eol_best", "eol_worst", "extended_end", "supplement_cycle", "supplement_end")


def read_texts(file: Path, column: str) -> list[str]:
    """Reads the texts of a CSV column, or the lines of a file that is no such CSV; see :func:`read_rows`."""
    return read_rows(file, column)[0]


def read_rows(file: Path, column: str) -> tuple[list[str], int]:
    """Reads texts, and says in which row of the file the first of them stands.

    Without ``column`` a file whose first row names the column ``raw`` is a CSV; any other is read line by line. Raises
    SourceError for a file that cannot be read, is not UTF-8, or lacks the column that was asked for.
    """
    text = _content(file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=False)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if (column or DEFAULT) in header:
            place = header.index(column or DEFAULT)
            return [row[place] if place < len(row) else "" for row in reader if row], 2
    except csv.Error as error:
        if column:
            raise SourceError(f"is not a CSV: {error}", where=f"{file}, line {reader.line_num}") from error
    if column:
        raise SourceError(
            f"has no column {column!r}",
            where=f"{file}, line 1",
            hint=f"columns are {', '.join(header)[:300] or 'none'}",
        )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return (lines[:-1] if lines and not lines[-1] else lines), 1


def _content(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}", where=str(file), hint="check the path and its permissions"
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            "is not UTF-8", where=f"{file}, line {line}", hint="save it as CSV UTF-8, or as plain text in UTF-8"
        ) from error


def folder_of(store: Place) -> Path | None:
    """Returns the folder of updated reference data beside a store, if there is one."""
    from eamap.cli.opening import reference_folder

    return reference_folder(store)


def meaning_of(texts: Sequence[str], store: Place, as_of: date) -> pl.DataFrame:
    """Returns the match table of the distinct texts; what people decided in the store, if there is one, goes first."""
    import polars as pl

    from eamap.interpret.lifecycle import matches, settled
    from eamap.reference import lifecycle

    tables = lifecycle.load(folder_of(store))
    decisions = _decisions(store)
    decided = {} if decisions is None else settled(decisions, as_of, tables)
    return matches(pl.Series("raw", texts, dtype=pl.String), tables, None, decided)


def _decisions(store: Place) -> pl.DataFrame | None:
    from eamap.cli.opening import open_store

    there = not isinstance(store, Path) or store.is_dir()
    return open_store(store).publication().decisions if there else None


def rows(texts: Sequence[str], found: pl.DataFrame, *, form: str = "") -> list[dict[str, Any]]:
    """Returns one row a text, in the order of the texts; as JSON each says how it is explained, on paper nothing is "none"."""
    keys = [column.key for column in COLUMNS if column.key != "raw"] + list(_MORE)
    known = {row["text"]: {key: row[key] for key in keys} for row in found.iter_rows(named=True)}
    told = [{"raw": text, **known[text]} for text in texts]
    if form == "table":
        return [{key: "none" if value is None else value for key, value in row.items()} | _refs(row) for row in told]
    return [{**row, **_refs(row)} for row in told] if form == "json" else told


def _refs(row: dict[str, Any]) -> dict[str, Any]:
    if not row["raw"].strip():
        # An empty line has no text to ask about again.
        return {}
    own = {key: ref_to("match", row["raw"], key) for key in _VALUES if row[key]}
    return {"ref": ref_to("match", row["raw"], "outcome"), "refs": own}


def counts(found: Sequence[dict[str, Any]], file: str, column: str) -> dict[str, Tally]:
    """Returns how many rows came to each outcome, of all rows."""
    from eamap.matching.lifecycle import OUTCOMES

    seen = Counter(row["outcome"] for row in found)
    named = column or DEFAULT
    whole = ref_to("matched", file, named, "*")
    return {
        outcome: Tally(seen[outcome], len(found), ref_to("matched", file, named, outcome), whole)
        for outcome in OUTCOMES
    }


def as_columns(result: Result) -> bytes:
    """Returns the rows as CSV with the columns of the contract and no others."""
    from eamap.cli.output import as_csv

    whole = csv.reader(io.StringIO(as_csv(result).decode("utf-8"), newline=""))
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(row[: len(result.columns)] for row in whole)
    return text.getvalue().encode("utf-8")


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what explains the refs of matches."""
    return {"match": partial(_match, opened), "matched": partial(_matched, opened)}


def _match(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Matches the text again, and cites the rows of reference data that its meaning comes from."""
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    del on, within  # a text is not in the estate
    text, aspect = ref.arguments
    row = meaning_of([text], opened.reading.store, opened.reading.as_of).row(0, named=True)
    if aspect not in row:
        raise UsageError(f"a match has no {aspect!r}", hint=f"it has {', '.join(row)}")
    meaning = (
        f"the {aspect} of {text!r}, by the rule {row['rule']} of the snapshot of {row['snapshot']}: {row['tokens']}"
    )
    return Explanation(str(ref), row[aspect], meaning, tuple(_cited(opened, row)))


def _cited(opened: Opened, row: dict[str, Any]) -> Iterator[Any]:
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence
    from eamap.reference import lifecycle

    tables = lifecycle.load(opened.reference)
    named = [f"{row['product']}:{row['cycle']}"] if row["cycle"] else (row["candidates"] or "").split("|")
    for each in filter(None, named):
        cycle = tables.get(*each.split(":", 1))
        if cycle is not None:
            told = f"end {cycle.eol}; extended end {cycle.extended_end or 'none'}; {cycle.link or ''}"
            yield Evidence("", each, Citation("lifecycle/cycles.parquet", "", "", 0, each, told))
    wanted = tables.supplement.filter(tables.supplement["product"] == (row["supplement_product"] or ""))
    for own in wanted.iter_rows(named=True):
        if own["cycle"] == row["supplement_cycle"]:
            told = f"end {own['end'] or 'not known'} ({own['confidence']}); {own['source'] or 'no source'}; {own['note'] or ''}"
            yield Evidence("", own["product"], Citation("lifecycle/supplement.csv", "", "", 0, own["product"], told))


def _matched(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Reads the file again and counts the outcome."""
    from eamap.errors import UsageError
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    del on
    file, column, outcome = ref.arguments
    if file == "-":
        raise UsageError("what came from stdin was not kept", hint="write the texts to a file and match that")
    # The default column is also what lines are read under.
    texts, first = read_rows(Path(file), "" if column == DEFAULT else column)
    judged = rows(texts, meaning_of(texts, opened.reading.store, opened.reading.as_of))
    numbered = [(number, row["raw"]) for number, row in enumerate(judged, first) if outcome in ("*", row["outcome"])]
    shown = numbered if within.limit is None else numbered[: within.limit]
    cited = tuple(Evidence("", "raw", Citation(file, "", "", number, column, raw)) for number, raw in shown)
    meaning = f"texts of {file} that came to {'anything' if outcome == '*' else outcome}"
    return Explanation(str(ref), len(numbered), meaning, cited, len(numbered) - len(shown), len(judged))
