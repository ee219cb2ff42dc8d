"""Reads CSV and its relatives: any delimiter, any common encoding, rows numbered as a spreadsheet program shows them.

Clean files, which are nearly all of them, are parsed by polars. What polars refuses or would read otherwise than a
person does (a quote inside a cell, a blank before a quoted cell, records wider than the sample) is read by the
standard library, slower and more patient; both give the same cells wherever both can read.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from eamap.errors import SourceError
from eamap.ingest.formats import cells as tables
from eamap.ingest.formats.decode import Encoding, encoding_of, mend
from eamap.ingest.formats.dialect import Dialect, any_cell_length, commonest_width, dialect_of, table_width
from eamap.ingest.formats.placing import limited
from eamap.ingest.formats.quotes import quotes_of
from eamap.model.grid import ROW, Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Sample

_EVEN_ENOUGH = 0.6
"""Share of records of one width below which text that is not named as a table is taken for prose."""
_TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".psv"})


@dataclass(frozen=True, slots=True)
class _Source:
    """A file being read: its name for people, its bytes as UTF-8 without a mark, and what had to be said so far."""

    path: Path
    utf8: bytes
    issues: list[Issue] = field(default_factory=list)

    def say(self, row: int, code: str, message: str, *, hint: str = "", value: str = "") -> None:
        self.issues.append(Issue(self.path.name, "", row, "", code, message, hint, value[:200]))


class Delimited:
    """Reads text in which one character parts the cells of a row."""

    name = "csv"

    def score(self, sample: Sample) -> float:
        """Returns a low score for any text: a table of one column looks like any other text."""
        if sample.kind != "text":
            return 0.0
        return 0.5 if sample.suffix in _TABLE_SUFFIXES or sample.delimiter else 0.3

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns the one table of the file; the header row, if there is one, stays among the cells."""
        data = sample.content()
        sha256 = hashlib.sha256(data).hexdigest()
        source = _as_utf8(path, data, encoding_of(sample.head, sample.encoding))
        del data
        cells = _cells(source, sample)
        if cells.is_empty():
            raise SourceError("the file holds no text", where=str(path), hint="every cell of it is blank")
        return [Grid(path.name, "", sha256, self.name, cells, issues=tuple(source.issues))]


def _as_utf8(path: Path, data: bytes, encoding: Encoding) -> _Source:
    """Decodes what is not UTF-8 already, and takes zero bytes out with word of it."""
    body = data[encoding.mark :] if encoding.mark else data
    issues: list[Issue] = []
    source = _Source(path, body, issues)
    if encoding.name != "utf-8":
        try:
            source = _Source(path, body.decode(encoding.name).encode(), issues)
        except UnicodeDecodeError as error:
            source = _Source(path, body.decode(encoding.name, errors="replace").encode(), issues)
            source.say(0, "undecodable-text", f"some bytes are not {encoding.name}: {error.reason}", hint="--encoding")
    return _without_zeros(source) if b"\0" in source.utf8 else source


def _without_zeros(source: _Source) -> _Source:
    count, first = source.utf8.count(b"\0"), source.utf8.index(b"\0")
    source.say(
        _row_of(source.utf8, first),
        "nul-bytes",
        f"{count} zero byte(s) were left out, the first one in this row",
        hint="the program that wrote the file is faulty; compare the row with its source",
    )
    return _Source(source.path, source.utf8.replace(b"\0", b""), source.issues)


def _row_of(utf8: bytes, place: int) -> int:
    """Returns the record in which a byte stands; line breaks inside quotes do not count."""
    return 1 + sum(part.count(b"\n") for part in utf8[:place].split(b'"')[::2])


def _cells(source: _Source, sample: Sample) -> pl.DataFrame:
    utf8 = source.utf8
    if b"\n" not in utf8 and b"\r" in utf8:
        utf8 = utf8.replace(b"\r", b"\n")
    head = utf8[: len(sample.head) + 1].decode("utf-8", errors="replace")
    dialect = dialect_of(head, sample.delimiter)
    _refuse_prose(dialect, source.path, sample)
    source = _Source(source.path, utf8[dialect.skip :], source.issues)
    cells = _fast(source.utf8, dialect)
    if cells is None and not _is_utf8(source.utf8):
        source = _mended(source)
        cells = _fast(source.utf8, dialect)
    if cells is None:
        cells, dialect = _patient(source, dialect)
    return _fitted(tables.without_empty_rows(cells), dialect, source)


def _refuse_prose(dialect: Dialect, path: Path, sample: Sample) -> None:
    if sample.delimiter or sample.suffix in _TABLE_SUFFIXES:
        return
    if dialect.usual == 1 or dialect.agreement < _EVEN_ENOUGH:
        raise SourceError(
            "this is text, but no table: nothing parts its lines evenly into cells",
            where=str(path),
            hint="if it is a table, name it .csv or give --delimiter",
        )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mended(source: _Source) -> _Source:
    found = mend(source.utf8)
    also = "beside UTF-8 text " if found.mixed else ""
    lost = f"; {found.undefined} of them stand for no character" if found.undefined else ""
    source.say(
        _row_of(source.utf8, found.first),
        "encoding-assumed",
        f"{found.odd_bytes} byte(s) {also}are not UTF-8 and were read as Windows-1252, the first in this row{lost}",
        hint="if names look wrong, give --encoding",
    )
    return _Source(source.path, found.text.encode(), source.issues)


def _fast(utf8: bytes, dialect: Dialect) -> pl.DataFrame | None:
    """Returns the cells as polars reads them, or None where its reading cannot be relied on."""
    quotes = quotes_of(utf8)
    if quotes.count % 2:
        return None
    if b"\r" in utf8 and utf8.count(b"\r") != utf8.count(b"\r\n"):
        return None
    names = tables.column_names(dialect.widest)
    even = dialect.first == dialect.widest
    head = b"" if even else dialect.delimiter.join(names).encode() + b"\n"
    try:
        cells = pl.read_csv(
            head + utf8 if head else utf8,
            has_header=not even,
            infer_schema=False,
            separator=dialect.delimiter,
            new_columns=names,
        )
    except (pl.exceptions.PolarsError, ValueError):
        return None
    if cells.width != len(names) or (quotes.after_blank and _blank_before_quote(cells)):
        return None
    return tables.without_empty_texts(cells).with_row_index(ROW, 1)


def _blank_before_quote(cells: pl.DataFrame) -> bool:
    """Whether a cell starts with blanks and a quote, which was then taken for text."""
    # Looking for a blank is five times faster than the pattern, and few columns have a cell that starts with one.
    blank = cells.select(pl.all().str.starts_with(" ").any())
    suspects = [column.name for column in blank if column.item()]
    return bool(suspects) and any(cells.select(pl.col(suspects).str.contains('^ +"').any()).row(0))


def _patient(source: _Source, dialect: Dialect) -> tuple[pl.DataFrame, Dialect]:
    """Reads record by record, with and without blanks before quotes, and keeps the reading that is more even."""
    text = source.utf8.decode("utf-8")
    lines = list(io.StringIO(text, newline=""))
    plain = _records(lines, dialect, source.path, skip_blank=False)
    records = plain
    if re.search(rf'(?:^|{re.escape(dialect.delimiter)}) +"', text, re.MULTILINE):
        skipped = _records(lines, dialect, source.path, skip_blank=True)
        if _uneven(skipped) < _uneven(plain):
            records = skipped
            _say_mended(plain, skipped, source)
    widths = [len(record) for record in records if record]
    usual = table_width(widths, commonest_width(widths)[0])
    return tables.frame(records), replace(dialect, usual=usual, widest=max(widths, default=1))


def _records(lines: list[str], dialect: Dialect, path: Path, *, skip_blank: bool) -> list[list[str]]:
    records: list[list[str]] = []
    before = 0
    with any_cell_length():
        reader = csv.reader(iter(lines), delimiter=dialect.delimiter, skipinitialspace=skip_blank)
        start = 0
        for record in reader:
            records.append(record)
            start, before = before, reader.line_num
    if records and _left_open(lines[start:], dialect.delimiter, skip_blank):
        raise SourceError(
            f"a quote that opens in row {len(records)} is never closed, so the rows after it cannot be told apart",
            where=f"{path}, row {len(records)} (line {start + 1})",
            hint='close the quote, or double it ("") if it belongs to the text',
        )
    return records


def _left_open(lines: list[str], delimiter: str, skip_blank: bool) -> bool:
    try:
        with any_cell_length():
            for _ in csv.reader(lines, delimiter=delimiter, skipinitialspace=skip_blank, strict=True):
                pass
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def _uneven(records: list[list[str]]) -> int:
    widths = [len(record) for record in records if record]
    return len(widths) - commonest_width(widths)[1]


def _say_mended(plain: list[list[str]], skipped: list[list[str]], source: _Source) -> None:
    rows = [row for row, (one, other) in enumerate(zip(plain, skipped, strict=False), 1) if len(one) != len(other)]
    source.say(
        rows[0] if rows else 0,
        "blank-before-quote",
        f"a blank before a quoted cell was passed over in {len(rows)} row(s), so that no later cell is shifted",
    )


def _fitted(cells: pl.DataFrame, dialect: Dialect, source: _Source) -> pl.DataFrame:
    """Reports what stands beyond the usual width and drops the columns there that hold nothing."""
    beyond = [name for name in cells.columns if name != ROW][dialect.usual :]
    filled = [name for name in beyond if cells[name].null_count() < cells.height]
    last = int(filled[-1][1:]) if filled else dialect.usual
    long = cells.filter(pl.any_horizontal(pl.col(filled).is_not_null())) if filled else cells.clear()
    found = [
        Issue(
            source.path.name, "", int(row[0]), "", "row-too-long",
            f"the row has more cells than the {dialect.usual} of most rows",
            "look for a delimiter inside a cell that is not quoted",
            next(text for text in row[1:] if text is not None)[:200],
        )
        for row in long.select(ROW, *filled).iter_rows()
    ]  # fmt: skip
    source.issues.extend(limited(found, "rows"))
    return cells.select(ROW, *tables.column_names(min(last, cells.width - 1)))
