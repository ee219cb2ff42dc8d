"""Writes rows in the shapes in which real organisations send them: clean, odd, and odd on purpose."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Row = dict[str, str]
Report = tuple[list[Row], list[Row], list[Row]]
KINDS = ("systems", "interfaces", "components")
MADE = dt.datetime(2026, 11, 9, 9, 0)

ONE_EACH = {"ZN02": "carrow_vale", "ZN03": "saltmarsh_fenwick", "ZN05": "northmoor_partnership", "ZN06": "upland_ambulance",
            "ZN07": "northmoor_pathology", "ZN00": "northmoor_icb", "ZN09": "fenwick_infirmary", "ZX00": "national_services"}  # fmt: skip
DIALECTS = {"saltmarsh_fenwick": (";", "cp1252"), "carrow_vale_systems": (",", "utf-8-sig"),
            "westholme_components": ("\t", "utf-16"), "westholme_interfaces": ("|", "utf-8")}  # fmt: skip
PRIMARY_CARE = ("ZN08", "ZN10", "ZN11", "ZN12", "ZN13", "ZN14")
EASTMERE = ("ZE00", "ZE01", "ZE02", "ZE03", "ZE04", "ZE77")
WESTHOLME = ("ZW00", "ZW01", "ZW02", "ZW03", "ZW04", "ZW05", "ZW06", "ZW88")


def write_all(folder: Path, reports: dict[str, Report], contracts: list[Row], plans: list[Row]) -> None:
    """Writes every bulk file of the sample."""
    folder.mkdir(parents=True, exist_ok=True)
    for code, stem in ONE_EACH.items():
        write_set(folder, stem, reports[code])
    write_set(folder, "westholme", joined(reports, WESTHOLME))
    write_json(folder / "northmoor_community_export.json", reports["ZN04"])
    write_table(folder / "northmoor_community_components.csv", reports["ZN04"][2])
    write_plain_workbook(folder / "northmoor_primary_care.xlsx", "Primary care", joined(reports, PRIMARY_CARE))
    write_plain_workbook(folder / "eastmere_ics_return.xlsx", "Eastmere", joined(reports, EASTMERE))
    write_messy_workbook(folder / "northmoor_university_inventory.xlsx", reports["ZN01"])
    write_table(folder / "northmoor_contracts.csv", contracts)
    write_table(folder / "northmoor_work_packages.csv", plans)


def joined(reports: dict[str, Report], codes: tuple[str, ...]) -> Report:
    """Returns the rows of several organisations as one report."""
    parts = [[row for code in codes for row in reports[code][kind]] for kind in range(3)]
    return parts[0], parts[1], parts[2]


def write_set(folder: Path, stem: str, report: Report) -> None:
    """Writes one file a kind, leaving out the kinds with no row."""
    for kind, rows in zip(KINDS, report, strict=True):
        if rows:
            write_table(folder / f"{stem}_{kind}.csv", rows)


def write_table(path: Path, rows: list[Row]) -> None:
    """Writes one delimited file in the dialect of its sender."""
    delimiter, encoding = DIALECTS.get(path.stem, DIALECTS.get(path.stem.rpartition("_")[0], (",", "utf-8")))
    if encoding == "utf-16":  # with a byte order mark, and the same bytes on every machine
        encoding = "utf-16-le"
    with path.open("w", encoding=encoding, newline="") as handle:
        handle.write("\ufeff" if encoding == "utf-16-le" else "")
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=delimiter, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)


def write_json(path: Path, report: Report) -> None:
    """Writes an export as an application register makes it: interfaces inside the application that has them."""
    systems, interfaces, _ = report
    applications = [application(row) for row in systems]
    by_key = {each["id"]: each for each in applications}
    for row in interfaces:
        home = row["Exposed by"] if row["Exposed by"] in by_key else row["Consumed by"]
        by_key.get(home, applications[0])["interfaces"].append(connection(row, home))
    export = {"organisation": {"code": systems[0]["Organisation code"]}, "exportedAt": "2026-11-09",
              "applications": applications}  # fmt: skip
    path.write_text(json.dumps(export, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def application(row: Row) -> dict[str, Any]:
    """Returns a system as the register nests it."""
    return {
        "organisationCode": row["Organisation code"],
        "id": row["System ID"],
        "name": row["System name"],
        "type": row["System type"],
        "supplier": {"name": row["Supplier"] or None},
        "product": row["Product"] or None,
        "version": row["Version"] or None,
        "status": row["Status"],
        "environment": row["Environment"],
        "criticality": row["Criticality"],
        "ownerRole": row["Owner role"],
        "capabilities": split(row["Capabilities"]),
        "usedBy": split(row["Used by"]),
        "installed": row["Installed"] or None,
        "plannedRetirement": row["Planned retirement"] or None,
        "hosting": row["Hosting"],
        "interfaces": [],
    }


def connection(row: Row, home: str) -> dict[str, Any]:
    """Returns an interface as the register nests it; ``exposedBy`` only where another system exposes it."""
    nested: dict[str, Any] = {"organisationCode": row["Organisation code"]}
    nested |= {"id": row["Interface ID"], "name": row["Interface name"]}
    if row["Exposed by"] != home:
        nested["exposedBy"] = row["Exposed by"]
    return nested | {
        "consumedBy": row["Consumed by"] or None,
        "consumerOrganisation": row["Consumer organisation"] or None,
        "direction": row["Direction"],
        "protocol": row["Protocol"],
        "standard": row["Standard"] or None,
        "fhirVersion": row["FHIR version"] or None,
        "via": row["Via"] or None,
        "statement": row["Statement"] or None,
        "dataObjects": split(row["Data objects"]),
        "status": row["Status"],
    }


def split(text: str) -> list[str]:
    """Returns the parts of a cell that holds several values."""
    return [part for part in text.split(";") if part]


def open_workbook(path: Path) -> Workbook:
    """Opens a workbook whose bytes do not depend on when it is written; text is never made a formula or a link."""
    from xlsxwriter import Workbook

    book = Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": MADE, "author": "Northmoor sample"})
    return book


def write_plain_workbook(path: Path, prefix: str, report: Report) -> None:
    """Writes one sheet a kind, with the header in the first row."""
    book = open_workbook(path)
    for kind, rows in zip(KINDS, report, strict=True):
        put_table(book.add_worksheet(f"{prefix} {kind}"), rows, list(rows[0]), (0, 0))
    book.close()


SYSTEM_HEADERS = {"Trust code": "Organisation code", "App ID": "System ID", "Application": "System name",
                  "Application type": "System type", "Vendor": "Supplier", "Product": "Product", "Release": "Version",
                  "Lifecycle status": "Status", "Env": "Environment", "Criticality": "Criticality",
                  "Business owner (role)": "Owner role", "Capability": "Capabilities", "Shared with": "Used by",
                  "Go live": "Installed", "Decommission date": "Planned retirement", "Hosted": "Hosting"}  # fmt: skip
INTERFACE_HEADERS = {"Trust code": "Organisation code", "Interface ref": "Interface ID", "Interface": "Interface name",
                     "Source system": "Exposed by", "Target system": "Consumed by", "Target organisation":
                     "Consumer organisation", "Direction": "Direction", "Protocol": "Protocol", "Standard": "Standard",
                     "FHIR version": "FHIR version", "Via": "Via", "Capability statement": "Statement",
                     "Data": "Data objects", "Status": "Status"}  # fmt: skip
COMPONENT_HEADERS = {"Trust code": "Organisation code", "App ID": "System ID", "Component ref": "Component ID",
                     "Software / OS": "Component", "Layer": "Layer", "Host type": "Host class", "Qty": "Count",
                     "Internet facing": "Internet exposed", "Last scanned": "Last seen", "Env": "Environment"}  # fmt: skip


def write_messy_workbook(path: Path, report: Report) -> None:
    """Writes the large trust's workbook: titles and notes around the tables, a hidden sheet, cells formatted far beyond."""
    book = open_workbook(path)
    styles = {"title": book.add_format({"bold": True, "font_size": 16}), "note": book.add_format({"italic": True}),
              "far": book.add_format({"bg_color": "#FFF2CC"}), "date": book.add_format({"num_format": "dd/mm/yyyy"})}  # fmt: skip
    applications = book.add_worksheet("Applications")
    put_titles(applications, styles)
    put_table(applications, report[0], list(SYSTEM_HEADERS), (4, 2), SYSTEM_HEADERS, styles["date"])
    applications.write_blank(4_999, 60, None, styles["far"])
    put_hidden(book)
    interfaces = book.add_worksheet("Interfaces")
    interfaces.write_string(0, 0, "Interfaces known to the integration team", styles["title"])
    put_table(interfaces, report[1], list(INTERFACE_HEADERS), (2, 0), INTERFACE_HEADERS)
    servers = book.add_worksheet("Servers & software")
    put_table(servers, report[2], list(COMPONENT_HEADERS), (1, 1), COMPONENT_HEADERS, styles["date"])
    book.close()


def put_titles(sheet: Worksheet, styles: dict[str, Format]) -> None:
    """Writes what people put above and beside a table."""
    sheet.write_string(0, 0, "Northmoor University Hospitals NHS Foundation Trust", styles["title"])
    sheet.write_string(1, 0, "Application inventory, position at 30 October 2026", styles["note"])
    sheet.merge_range("C3:H3", "OFFICIAL-SENSITIVE when complete. Owners are roles, not names.", styles["note"])
    sheet.merge_range("U8:X9", "Blank capability = not yet agreed with the service", styles["note"])


def put_hidden(book: Workbook) -> None:
    """Writes a hidden sheet that looks like an inventory and must not become one."""
    sheet = book.add_worksheet("Old list DO NOT USE")
    rows = (("App ID", "Application", "Vendor"), ("OLD-1", "Night Sister Ledger", "Unknown"),
            ("OLD-2", "Dial-up results", "Copperwire"), ("OLD-3", "=1+1", "n/a"))  # fmt: skip
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(line, column, text)
    sheet.hide()


def put_table(
    sheet: Worksheet,
    rows: list[Row],
    headers: list[str],
    corner: tuple[int, int],
    names: dict[str, str] | None = None,
    dates: Format | None = None,
) -> None:
    """Writes a header and rows from a corner on; whole days become real dates where a format for them is given."""
    top, left = corner
    for column, header in enumerate(headers):
        sheet.write_string(top, left + column, header)
        for line, row in enumerate(rows, start=top + 1):
            put_cell(sheet, (line, left + column), row[(names or {}).get(header, header)], dates)


def put_cell(sheet: Worksheet, place: tuple[int, int], text: str, dates: Format | None) -> None:
    """Writes one cell: a date, a whole number, or text; nothing where there is nothing."""
    if dates is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        sheet.write_datetime(*place, dt.datetime.fromisoformat(text), dates)
    elif dates is not None and re.fullmatch(r"[1-9]\d{0,3}", text):
        sheet.write_number(*place, int(text))
    elif text:
        sheet.write_string(*place, text)
