"""Sources that speak of one system agree on everything except what is planted."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from sample_cells import table

SAMPLE = Path(__file__).resolve().parents[3] / "sample_estates" / "northmoor"
SOURCES = SAMPLE / "sources"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def slug(text: str) -> str:
    return "-".join(text.strip().casefold().split())


def month(text: str) -> str:
    """Returns an FOI date as an inventory writes it."""
    if named := re.fullmatch(r"(?:\d+ )?([A-Za-z]{3})[a-z]* (\d{4})", text):
        return f"{named[2]}-{MONTHS.index(named[1].casefold()) + 1:02d}"
    if digits := re.fullmatch(r"(?:\d\d/)?(\d\d)/(\d{4})", text):
        return f"{digits[2]}-{digits[1]}"
    return text


def stated() -> dict[tuple[str, str], dict[str, str]]:
    """Returns what inventories say of each system that an FOI reply in CSV may also name."""
    found = {}
    for path in [*SOURCES.glob("carrow_vale_systems.csv"), *SOURCES.glob("westholme_systems.csv")]:
        found |= {(row["Organisation code"], row["System ID"]): row for row in table(path)}
    from openpyxl import load_workbook

    lines = list(load_workbook(SOURCES / "eastmere_ics_return.xlsx")["Eastmere systems"].iter_rows(values_only=True))
    for line in lines[1:]:
        row = {str(name): str(value or "") for name, value in zip(lines[0], line, strict=True)}
        found[row["Organisation code"], row["System ID"]] = row
    return found


def planted() -> set[str]:
    with (SAMPLE / "planted_faults.csv").open(encoding="utf-8", newline="") as handle:
        return {row["subject"] for row in csv.DictReader(handle) if row["check"] == "INV004"}


def test_foi_replies_differ_from_inventories_only_where_planted() -> None:
    inventory, differ, same = stated(), set(), set()
    for path in SOURCES.glob("foi_2026_*.csv"):
        for row in table(path):
            key = (row["Organisation code"], slug(row["c) System name"]))
            if key in inventory:
                other = inventory[key]
                assert row["a) System type"] == other["System type"], key
                assert (row["c) System name"], "Live", "Production") == (
                    other["Product"],
                    other["Status"],
                    other["Environment"],
                ), key
                alike = (
                    row["b) Supplier name"] == other["Supplier"]
                    and month(row["d) Date installed"]) == other["Installed"]
                )
                (same if alike else differ).add(f"system:{key[0]}/{key[1]}")
    assert len(same) >= 8
    assert differ <= planted()
    assert len(differ) == 4


def test_the_contract_register_differs_from_inventories_only_where_planted() -> None:
    inventory = stated()
    for row in table(SOURCES / "northmoor_contracts.csv"):
        key = (row["Buyer code"], row["System ID"])
        if key in inventory:
            differs = row["Supplier"] != inventory[key]["Supplier"]
            assert differs == (
                f"system:{key[0]}/{key[1]}" in planted() and key[1] in ("bluespier", "bedrock-bed-board")
            ), key


def test_the_contract_register_and_foi_replies_give_one_end_and_one_framework() -> None:
    register = {(row["Buyer code"], row["System ID"]): row for row in table(SOURCES / "northmoor_contracts.csv")}
    compared = 0
    for path in SOURCES.glob("foi_2026_*.csv"):
        for row in table(path):
            contract = register.get((row["Organisation code"], slug(row["c) System name"])))
            if contract:
                day, number, year = row["e) Contract expiration"].split("/")
                assert contract["End date"] == f"{year}-{number}-{day}", contract
                assert contract["Framework"] == row["h) Procurement framework"], contract
                compared += 1
    assert compared >= 6
