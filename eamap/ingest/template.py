"""The workbook a trust fills in: the FOI template's questions, drop-downs, and a sheet that explains them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eamap.errors import UsageError
from eamap.ingest.known import mappings_folder
from eamap.ingest.mapping import read_mapping

ROWS = 200
_WIDTHS = {"organisation": 18, "system_type": 38, "supplier": 28, "name": 28, "integrates_with": 40, "notes": 40}
_ASKED = ("organisation", "system_type", "supplier", "name", "installed", "contract_end", "annually_renewed", "replace", "framework",
          "integrates_with", "value", "notes")  # fmt: skip
_HELP = {
    "organisation": "The ODS code of the trust.",
    "system_type": "What kind of system is meant. Choose from the list, or write your own.",
    "supplier": "The company. If there is no system write: No System Installed. If you may not say: Data Withheld.",
    "name": "The product or local name of the system; one row for each system.",
    "installed": "When it went live: a day, a month or a year is enough (2019-04, March 2019, 2019).",
    "contract_end": "When the contract ends.",
    "annually_renewed": "Yes or No.",
    "replace": "Yes or No.",
    "framework": "The procurement framework, if any.",
    "integrates_with": "Names of other systems it exchanges data with, separated by semicolons.",
    "value": "Total value of the contract in pounds.",
    "notes": "Anything else.",
}


def write_template(path: Path, organisation: str = "") -> None:
    """Writes the workbook; ``organisation`` fills the first column of every row."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    mapping = read_mapping(mappings_folder() / "nhs-foi-template.yaml")
    try:
        # A fixed creation date: the same template is the same file.
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        _fill(book, {name: mapping.columns[name].headers[0] for name in _ASKED}, organisation)
        book.close()
    except (OSError, FileCreateError) as error:
        raise UsageError(
            f"cannot write the workbook: {error}", where=str(path), hint="check the folder and its permissions"
        ) from error


def _fill(book: Any, headers: dict[str, str], organisation: str) -> None:
    from datetime import UTC, datetime

    book.set_properties({"title": "Clinical and corporate systems", "created": datetime(2026, 1, 1, tzinfo=UTC)})
    sheet, notes, lists = (book.add_worksheet(name) for name in ("Systems", "How to fill in", "Lists"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E8EDEE", "border": 1})
    plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    types = _system_types()
    for row, text in enumerate(types):
        lists.write_string(row, 0, text)
    lists.hide()
    for column, (name, header) in enumerate(headers.items()):
        sheet.set_column(column, column, _WIDTHS.get(name, 20), plain)
        sheet.write_string(0, column, header, head)
        notes.write_string(column + 1, 0, header, head)
        notes.write_string(column + 1, 1, _HELP[name], plain)
    notes.set_column(0, 0, 44)
    notes.set_column(1, 1, 90)
    notes.write_string(0, 0, "What to write in each column of the sheet Systems. Nothing here is read back.")
    sheet.set_row(0, 48)
    sheet.freeze_panes(1, 0)
    places = {name: place for place, name in enumerate(headers)}
    _choices(
        sheet,
        places["system_type"],
        {"validate": "list", "source": f"=Lists!$A$1:$A${len(types)}", "error_type": "information"},
    )
    for name in ("annually_renewed", "replace"):
        _choices(sheet, places[name], {"validate": "list", "source": ["Yes", "No"], "error_type": "information"})
    for row in range(1, ROWS + 1) if organisation else ():
        sheet.write_string(row, places["organisation"], organisation, plain)


def _choices(sheet: Any, column: int, rule: dict[str, Any]) -> None:
    sheet.data_validation(1, column, ROWS, column, rule)


def _system_types() -> list[str]:
    """Returns the system types that the recurring FOI requests ask for."""
    import polars as pl

    from eamap.reference import crosswalks

    asked = crosswalks.load().system_types.filter(pl.col("origin") == "foi_template")
    return sorted(asked["text"].unique().to_list(), key=str.casefold)
