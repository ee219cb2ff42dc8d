"""Reads XLSX workbooks: every visible sheet, with the rows and columns a person sees.

Errors of formulas are kept as the text they show and reported; hidden sheets are reported and left out; hidden rows
and columns are read and reported. Formulas count by their stored value, dates become ISO text.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from eamap.errors import SourceError
from eamap.ingest.formats import cells as tables
from eamap.ingest.formats.markup import parsed
from eamap.ingest.formats.package import Package, opened
from eamap.ingest.formats.placing import limited
from eamap.ingest.formats.sheet_xml import ORIGIN, SheetXml, prepared
from eamap.model.grid import ROW, Document, Grid, column_letter
from eamap.model.issues import Issue
from eamap.protocols import Sample

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A worksheet of the book: its name, its state and the part that holds it."""

    name: str
    state: str
    part: str


class Workbook:
    """Reads XLSX and its kin (XLSM, XLTX)."""

    name = "xlsx"

    def score(self, sample: Sample) -> float:
        """Returns 1 for a zip file that holds a workbook of this kind."""
        return 1.0 if sample.kind == "xlsx" else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns one grid a visible sheet that holds any text."""
        data = sample.content()
        package = opened(path, data)
        sheets = [
            (sheet, prepared(package.read(sheet.part), f"{path}, sheet {sheet.name}")) for sheet in _sheets(package)
        ]
        book = _checked(package, {sheet.part: xml.pieces for sheet, xml in sheets})
        sheets = [(sheet, replace(xml, pieces=())) for sheet, xml in sheets]
        found = Findings(path, hashlib.sha256(data).hexdigest(), self.name)
        for sheet, xml, block in _blocks(book, sheets, path):
            found.add(sheet.name, sheet.state, *_placed(block, xml), xml)
        return found.grids()


class Findings:
    """Collects the sheets of a workbook and what has to be said of those that are left out."""

    def __init__(self, path: Path, sha256: str, form: str) -> None:
        self._path, self._sha256, self._form = path, sha256, form
        self._grids: list[Grid] = []
        self._left_out: list[Issue] = []

    def add(self, sheet: str, state: str, cells: pl.DataFrame, places: tuple[str, ...], xml: SheetXml) -> None:
        """Adds a visible sheet as a grid; says what a hidden or an empty one would have held."""
        if state != "visible":
            self._leave_out_hidden(sheet, state, cells.height)
        elif cells.is_empty():
            self._left_out.append(Issue(self._path.name, sheet, 0, "", "empty-sheet", "the sheet holds no text"))
        else:
            issues = tuple(_sheet_issues(self._path.name, sheet, cells, places, xml))
            self._grids.append(
                Grid(self._path.name, sheet, self._sha256, self._form, cells, places=places, issues=issues)
            )

    def _leave_out_hidden(self, sheet: str, state: str, height: int) -> None:
        word = "very hidden" if state == "veryHidden" else "hidden"
        below = f"{height - 1} rows below the first that holds text" if height else "nothing in it"
        self._left_out.append(
            Issue(
                self._path.name, sheet, 0, "", "hidden-sheet", f"the sheet is {word} and was not read: {below}",
                "show the sheet and ingest again if it belongs to the inventory", str(max(height - 1, 0)),
            )
        )  # fmt: skip

    def grids(self) -> list[Grid | Document]:
        """Returns the grids, the first of them with what is to be said of sheets that were left out."""
        if not self._grids:
            said = "; ".join(f"{issue.sheet}: {issue.message}" for issue in self._left_out)
            raise SourceError(
                "no visible sheet of the workbook holds any text" + (f" ({said})" if said else ""),
                where=str(self._path),
                hint="show the sheet that holds the inventory, or export it again",
            )
        first, *others = self._grids
        return [replace(first, issues=(*self._left_out, *first.issues)), *others]


def _checked(package: Package, sheets: dict[str, tuple[bytes | memoryview, ...]]) -> bytes:
    """Returns a book that holds no more than what was checked here, with the sheets that had to be written anew.

    The book is returned as it is where no sheet was changed, after reading each part that the fast reader will read.
    """
    needed = sorted(name for name in package.parts if _is_needed(name))
    if not any(sheets.values()):
        for name in needed:
            package.read(name)
        return package.data
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in needed:
            archive.writestr(name, package.read(name))
        for part, pieces in sheets.items():
            with archive.open(part, "w", force_zip64=True) as written:
                for piece in pieces or (package.read(part),):
                    written.write(piece)
    return out.getvalue()


def _is_needed(name: str) -> bool:
    base = PurePosixPath(name).name
    return base in {
        "[Content_Types].xml",
        ".rels",
        "workbook.xml",
        "workbook.xml.rels",
        "styles.xml",
        "sharedStrings.xml",
    }


def _sheets(package: Package) -> Iterator[_Sheet]:
    """Yields the worksheets in the order of the book; sheets that are charts or dialogs hold no cells."""
    relations = parsed(package.read("xl/_rels/workbook.xml.rels"), str(package.path))
    targets = {
        relation.get("Id"): _part(relation.get("Target", ""))
        for relation in relations.iter("{*}Relationship")
        if relation.get("Type", "").endswith("/worksheet")
    }
    book = parsed(package.read("xl/workbook.xml"), str(package.path))
    for sheet in book.iter("{*}sheet"):
        part = targets.get(_relation_id(sheet))
        if part is not None:
            yield _Sheet(sheet.get("name", ""), sheet.get("state", "visible"), part)


def _relation_id(sheet: Any) -> str | None:
    strict = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
    found = sheet.get(_RELATION) or sheet.get(strict)
    return str(found) if found else None


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _blocks(
    book: bytes, sheets: list[tuple[_Sheet, SheetXml]], path: Path
) -> Iterator[tuple[_Sheet, SheetXml, pl.DataFrame]]:
    import fastexcel

    try:
        reader = fastexcel.read_excel(book)
        for sheet, xml in sheets:
            block = reader.load_sheet(sheet.name, header_row=None, dtypes="string", schema_sample_rows=1)
            yield sheet, xml, block.to_polars()
    except fastexcel.FastExcelError as error:
        raise _unreadable(path, error) from error
    except BaseException as error:
        # The reader is written in Rust; where it gives up on a damaged sheet its panic is no ordinary exception.
        if type(error).__name__ == "PanicException":
            raise _unreadable(path, error) from None
        raise


def _unreadable(path: Path, error: BaseException) -> SourceError:
    return SourceError(
        f"the workbook cannot be read: {str(error).splitlines()[0] if str(error) else 'damaged'}",
        where=str(path),
        hint="open it in a spreadsheet program, save it again as .xlsx and retry",
    )


def _placed(block: pl.DataFrame, xml: SheetXml) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Numbers rows and columns as a person sees them and leaves out empty rows and columns."""
    names = tables.column_names(block.width)
    cells = block.rename(dict(zip(block.columns, names, strict=True)))
    if cells.is_empty():
        return pl.DataFrame(schema={ROW: pl.UInt32}), ()
    first = pl.when(pl.col("c1") != ORIGIN).then(pl.col("c1"))
    cells = tables.without_empty_texts(cells.with_columns(c1=first))
    empty = cells.null_count().row(0)
    kept = [place for place, nulls in enumerate(empty) if nulls < cells.height]
    indexes = xml.columns if xml.columns is not None else range(len(names))
    places = tuple(column_letter(indexes[place]) for place in kept)
    cells = cells.select(pl.col(names[place]).alias(f"c{number}") for number, place in enumerate(kept, 1))
    if not kept:
        return pl.DataFrame(schema={ROW: pl.UInt32}), ()
    numbers = xml.rows[: cells.height] if xml.rows is not None else range(1, cells.height + 1)
    numbered = cells.insert_column(0, pl.Series(ROW, numbers, dtype=pl.UInt32))
    return _plain_dates(tables.without_empty_rows(numbered)), places


_MOMENT = r"^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$"


def _plain_dates(cells: pl.DataFrame) -> pl.DataFrame:
    """Writes dates as YYYY-MM-DD, moments with a T, and times of day without the zero day they are counted from."""
    texts = pl.exclude(ROW)
    found = cells.select(texts.str.contains(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d").any())
    column = pl.col([name for name in found.columns if found[name].item()])
    return cells.with_columns(
        pl.when(column.str.contains(r"^\d{4}-\d\d-\d\d 00:00:00$"))
        .then(column.str.head(10))
        .when(column.str.contains(r"^1899-12-3[01] \d\d:\d\d:\d\d"))
        .then(column.str.replace(_MOMENT, "${2}"))
        .otherwise(column.str.replace(_MOMENT, "${1}T${2}"))
    )


def _sheet_issues(
    file: str, sheet: str, cells: pl.DataFrame, places: tuple[str, ...], xml: SheetXml
) -> Iterator[Issue]:
    errors = [
        Issue(
            file, sheet, error.row, error.column, "error-cell", f"the cell shows the error {error.value}",
            "mend the formula in the workbook; until then its field is unknown", error.value,
        )
        for error in xml.errors
    ]  # fmt: skip
    yield from limited(errors, "error cells")
    shown = {column_letter(index) for index in xml.hidden_columns if index < 16384}
    for number, letter in enumerate(places, 1):
        held = cells.height - cells[f"c{number}"].null_count()
        if letter in shown and held:
            message = f"the column is hidden; it was read and holds text in {held} rows"
            yield Issue(file, sheet, 0, letter, "hidden-column", message, "show the column, or delete it", str(held))
    hidden = cells.filter(pl.col(ROW).is_in(xml.hidden_rows)).get_column(ROW) if xml.hidden_rows else None
    if hidden is not None and len(hidden):
        message = f"{len(hidden)} hidden rows were read, the first of them this one"
        yield Issue(file, sheet, int(hidden[0]), "", "hidden-rows", message, "clear the filter to see them")
