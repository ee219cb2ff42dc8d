"""Reads CISA's list of known exploited vulnerabilities as it is published: JSON or CSV, of any year.

Fields come and go (``knownRansomwareCampaignUse`` and ``cwes`` were added, ``forensicTriage`` is new), so what is not
there is unknown, and what is not known here is left out with a word. Only a list that contradicts itself is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from eamap.reference.incoming import Incoming, json_object, unpacked, wrong

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_TAKEN = {
    "cve": "cveID",
    "vendor": "vendorProject",
    "product": "product",
    "name": "vulnerabilityName",
    "date_added": "dateAdded",
    "due_date": "dueDate",
    "ransomware": "knownRansomwareCampaignUse",
}
_NEEDED = ("cveID", "vendorProject", "product", "vulnerabilityName", "dateAdded")
_LEFT_OUT = {"shortDescription", "requiredAction", "notes", "cwes"}
_DATES = ("dateAdded", "dueDate")


def read_list(content: bytes, where: str) -> Incoming:
    """Returns the entries of a list; ReferenceDataError says which entry is wrong, and how."""
    import polars as pl

    plain = unpacked(content, where)
    packed_json = plain.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    head, rows = _json(plain, where) if packed_json else _csv(plain, where)
    entries = [_entry(row, f"{where}: {place}") for place, row in rows]
    if not entries:
        raise wrong(where, "it holds no vulnerability")
    frame = pl.DataFrame(entries, schema=dict.fromkeys(_TAKEN, pl.String)).sort("cve")
    if (double := frame.filter(frame["cve"].is_duplicated())).height:
        raise wrong(where, f"{double['cve'][0]} is listed twice")
    released = str(head.get("dateReleased") or max(each["date_added"] or "" for each in entries))[:10]
    version = str(head.get("catalogVersion") or released.replace("-", "."))
    return Incoming(
        "exploited", "Known exploited vulnerabilities, and the products of the lifecycle set they belong to", version,
        _day(released, where, "dateReleased"), f"CISA Known Exploited Vulnerabilities catalogue {version}", "CC0 1.0 (no CISA or DHS logo)",
        {"entries.parquet": frame}, {"entries.parquet": ("cve",)}, tuple(_notes(rows)),
    )  # fmt: skip


def _json(content: bytes, where: str) -> tuple[Mapping[str, Any], list[tuple[str, Mapping[str, Any]]]]:
    document = json_object(content, where)
    listed = document.get("vulnerabilities")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise wrong(where, 'it has no list "vulnerabilities"', "give CISA's known_exploited_vulnerabilities.json")
    if document.get("count") not in (None, len(listed)):
        raise wrong(where, f"it says count {document['count']}, and holds {len(listed)}: it was cut short or changed")
    return document, [(f"vulnerabilities[{at}]", each) for at, each in enumerate(listed)]


def _csv(content: bytes, where: str) -> tuple[Mapping[str, Any], list[tuple[str, Mapping[str, Any]]]]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        rows: list[tuple[str, Mapping[str, Any]]] = [(f"line {reader.line_num}", row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise wrong(where, f"it is neither the JSON nor the CSV of the list: {error}") from error
    if lacking := [name for name in _NEEDED if name not in (reader.fieldnames or ())]:
        raise wrong(where, f"it has no column {', '.join(lacking)}", "give CISA's known_exploited_vulnerabilities.csv")
    return {}, rows


def _entry(row: Mapping[str, Any], where: str) -> dict[str, str | None]:
    said = {new: _text(row.get(old)) for new, old in _TAKEN.items()}
    for name in _NEEDED:
        if not _text(row.get(name)):
            raise wrong(where, f"{name} is empty or not there")
    cve = (said["cve"] or "").upper()
    if not _CVE.fullmatch(cve):
        raise wrong(where, f"cveID {said['cve']!r} is no CVE id")
    for name in _DATES:
        if text := _text(row.get(name)):
            _day(text, where, name)
    return {**said, "cve": cve, "ransomware": (said["ransomware"] or "not stated").lower()}


def _text(value: Any) -> str | None:
    # Names come with blanks at their ends ("SimpleHelp "), which would make two products of one.
    return str(value).strip() or None if value is not None else None


def _day(text: str, where: str, name: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise wrong(where, f"{name} {text!r} is no date") from error


def _notes(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterable[str]:
    fields = {str(name) for _, row in rows for name in row}
    if unknown := sorted(fields - {*_TAKEN.values(), *_LEFT_OUT}):
        yield f"fields that are not known here were left out: {', '.join(unknown)}"
    if "knownRansomwareCampaignUse" not in fields:
        yield "it is of the form before ransomware was told: that reads 'not stated'"
