"""Rows about the standards of the registry, each with the refs that explain it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from eamap.cli.numbers import ref
from eamap.errors import UsageError
from eamap.reference import detection, sets
from eamap.reference.standards import SET, Standards, StandardStatus, load

_TOLD = (
    ("title", "title"),
    ("kind", "kind"),
    ("technology", "technology"),
    ("wire", "wire"),
    ("fhir_release", "FHIR release"),
    ("owner", "owner"),
    ("canonical_or_url", "address"),
    ("required_surface", "asks for"),
    ("care_flow", "care flow"),
    ("mandated", "mandated"),
    ("status_date_note", "dates"),
    ("status_note", "note"),
    ("superseded_by", "superseded by"),
    ("as_of", "evidence of"),
    ("confidence", "confidence"),
)


def listed(folder: Path | None, on: date) -> list[dict[str, Any]]:
    """Returns a row a standard: id, title, wire, fhir_release, status, certainty, says, superseded_by, confidence, source."""
    table = load(folder)
    return [
        _explained({"id": row["id"], "title": row["title"], "wire": row["wire"], "fhir_release": _release(row),
                    "status": status.status, "certainty": status.certainty, "says": status.wording,
                    "superseded_by": _successors(row), "confidence": row["confidence"], "source": row["source"]})
        for row, status in _judged(table, (), on)
    ]  # fmt: skip


def statuses(folder: Path | None, wanted: tuple[str, ...], on: date) -> list[dict[str, Any]]:
    """Returns what is known of each standard's status on a day; UsageError for an id that the registry does not have."""
    return [
        _explained({"id": row["id"], "status": status.status, "certainty": status.certainty, "since": status.since,
                    "basis": status.basis, "evidence_of": status.as_of, "says": status.wording,
                    "superseded_by": _successors(row)})
        for row, status in _judged(load(folder), wanted, on)
    ]  # fmt: skip


def facts(folder: Path | None, wanted: str, on: date) -> list[dict[str, Any]]:
    """Returns what is known about one standard: what, says, source."""
    table = load(folder)
    ((row, status),) = _judged(table, (wanted,), on)
    told = [("id", row["id"], ""), (f"status on {on.isoformat()}", status.wording, row["source"] or "")]
    told += [(heading, row[name], "") for name, heading in _TOLD if row[name]]
    told += _periods(table, row)
    told += _detection(folder, wanted)
    own = f"standard:{wanted}"
    return [
        {"what": what, "says": says, "source": source, "ref": own,
         "refs": {key: own for key, text in (("what", what), ("says", says), ("source", source)) if _has_digit(text)}}
        for what, says, source in told
    ]  # fmt: skip


def reference_used(folder: Path | None, on: date) -> dict[str, dict[str, str | int]]:
    """Returns version and age of the registry."""
    return sets.versions(on, (SET,), folder)


def _judged(
    table: Standards, wanted: tuple[str, ...], on: date
) -> Iterator[tuple[Mapping[str, str | None], StandardStatus]]:
    rows = {row["id"]: row for row in table.registry.sort("id").iter_rows(named=True)}
    for identifier in wanted or rows:
        status = table.status_on(identifier, on)
        if status is None:
            raise UsageError(
                f"the registry has no standard {identifier!r}", hint="see: eamap standards list", where=identifier
            )
        yield rows[identifier], status


def _release(row: Mapping[str, str | None]) -> str | None:
    return row["fhir_release"] if row["fhir_release"] or row["wire"] == "fhir" else "not applicable"


def _successors(row: Mapping[str, str | None]) -> str:
    return (row["superseded_by"] or "none recorded").replace("|", "; ")


def _periods(table: Standards, row: Mapping[str, str | None]) -> Iterator[tuple[str, str, str]]:
    """Every dated period, oldest first; the registry's own row where there is no history."""
    history = table.history.filter(table.history["id"] == row["id"])
    if history.is_empty():
        yield "period", _period(row, row["as_of"]), row["source"] or ""
    for period in history.iter_rows(named=True):
        note = f" ({period['note']})" if period["note"] else ""
        yield "period", _period(period, period["observed_on"]) + note, period["source"] or ""


def _period(row: Mapping[str, str | None], seen: str | None) -> str:
    """An empty start or end is not known, which is not "always"."""
    start, end = row["status_from"] or "start not known", row["status_to"] or "end not known"
    observed = f", seen to hold on {seen}" if seen else ""
    return f"{(row['status'] or '').replace('_', ' ')}: {start} to {end}{observed}"


def _detection(folder: Path | None, standard: str) -> Iterator[tuple[str, str, str]]:
    for where, rules in detection.load(folder).by_place.items():
        for rule in rules:
            if rule.standard == standard:
                yield f"shown by {where.replace('-', ' ')}", rule.pattern, rule.source


def _explained(row: dict[str, Any]) -> dict[str, Any]:
    """Adds the ref of the row, and of each cell with a digit in it."""
    own = f"standard:{row['id']}"
    of = {"says": ref("field", own, "status_text"), "evidence_of": ref("field", own, "status_as_of"),
          "fhir_release": ref("field", own, "fhir_release")}  # fmt: skip
    return {**row, "ref": own, "refs": {key: of.get(key, own) for key, value in row.items() if _has_digit(value)}}


def _has_digit(value: Any) -> bool:
    return any(character.isdigit() for character in str(value or ""))
