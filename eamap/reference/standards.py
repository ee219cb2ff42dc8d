"""Reads the registry of standards and says what is known about the status of one on a day.

A status is known from dated rows, and a dated row is known on the day of its evidence. So there are three answers:
known (a row holds on the day and was still good), last known (the day lies after the evidence: "as last known on X"),
and unknown (no row reaches the day: between undated changes, or before the first sign). An empty start is "not known",
never "always"; a month or a year is not a day, and a change somewhere in it leaves that month or year unknown.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from eamap.errors import ReferenceDataError
from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "standards"
Status = Literal["proposed", "in_development", "trial", "active", "deprecated", "retired", "withdrawn", "unknown"]
Certainty = Literal["known", "last-known", "unknown"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard of the registry."""

    id: str
    title: str
    kind: str
    technology: str | None
    wire: str
    """What travels: fhir, hl7v2, cda, edifact, dicom, mesh, soap, other or none."""
    fhir_release: str | None
    status: Status
    """The present status of the row; ask ``status_on`` for a day."""
    superseded_by: tuple[str, ...]
    url: str | None
    as_of: str | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Period:
    """One status with what is known of its days; a missing start or end is not known."""

    status: Status
    start: str | None
    end: str | None
    """The first day of the next status."""
    seen: str | None
    """When it was seen to hold."""
    basis: str


@dataclass(frozen=True, slots=True)
class StandardStatus:
    """What is known about the status of a standard on a day."""

    standard: str
    on: date
    status: Status
    certainty: Certainty
    basis: str
    """stated, mapped, judged, announced (for that date, not confirmed) or none."""
    since: str | None
    start_known: bool
    as_of: str | None
    """The date of the evidence."""
    wording: str
    """The sentence to print, for instance "active, as last known on 2025-06"."""


@remembered
def load(folder: Path | None = None) -> Standards:
    """Opens the set."""
    return Standards(folder)


class Standards:
    """The registry and its history."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def registry(self) -> pl.DataFrame:
        """One row a standard, every column of the registry as text."""
        return sets.read(SET, "registry.csv", self._folder)

    @cached_property
    def history(self) -> pl.DataFrame:
        """Earlier periods: id, status, status_from, status_to, observed_on, basis, source, note."""
        return sets.read(SET, "status_history.csv", self._folder)

    def get(self, identifier: str) -> Standard | None:
        """Returns the standard of an id."""
        return self._by_id.get(identifier)

    def status_on(self, identifier: str, on: date) -> StandardStatus | None:
        """Says what is known about a standard's status on a day; None for an id that the registry does not have."""
        standard = self._by_id.get(identifier)
        return None if standard is None else judge(standard, self._periods[identifier], on)

    def statuses_on(self, on: date) -> pl.DataFrame:
        """Gives every standard's status on a day: standard, status, certainty, basis, since, start_known, as_of, wording."""
        import polars as pl

        columns = ("standard", "status", "certainty", "basis", "since", "start_known", "as_of", "wording")
        found = [judge(standard, self._periods[each], on) for each, standard in sorted(self._by_id.items())]
        schema = {name: pl.Boolean if name == "start_known" else pl.String for name in columns}
        return pl.DataFrame([[getattr(each, name) for name in columns] for each in found], schema=schema, orient="row")

    @cached_property
    def _by_id(self) -> dict[str, Standard]:
        return {row["id"]: _standard(row) for row in self.registry.iter_rows(named=True)}

    @cached_property
    def _periods(self) -> dict[str, tuple[Period, ...]]:
        found: defaultdict[str, list[Period]] = defaultdict(list)
        for row in self.history.iter_rows(named=True):
            found[row["id"]].append(
                Period(_status(row), row["status_from"], row["status_to"], row["observed_on"], row["basis"])
            )
        for row in self.registry.iter_rows(named=True):
            if row["id"] not in found:
                found[row["id"]].append(
                    Period(_status(row), row["status_from"], row["status_to"], row["as_of"], row["status_basis"])
                )
        return {identifier: tuple(periods) for identifier, periods in found.items()}


def judge(standard: Standard, periods: tuple[Period, ...], on: date) -> StandardStatus:
    """Judges the status of one standard on a day from its periods, oldest first."""
    for place, period in reversed(list(enumerate(periods))):
        last = place == len(periods) - 1
        # The day of evidence of the registry row is also evidence for the latest period.
        seen = period.seen or (standard.as_of if last else None)
        if _holds(period, seen, on, first=place == 0, last=last):
            return _answer(standard, period, seen, on, last)
    if all(period.status == "unknown" for period in periods):
        return _unknown(standard, on, "unknown: no source that states a status has been read")
    return _unknown(standard, on, f"unknown on {on.isoformat()}: no dated row reaches this day")


def _unknown(standard: Standard, on: date, wording: str) -> StandardStatus:
    return StandardStatus(standard.id, on, "unknown", "unknown", "none", None, False, standard.as_of, wording)


def _holds(period: Period, seen: str | None, on: date, *, first: bool, last: bool) -> bool:
    if period.status == "unknown" or not _begun(period, seen, on, first):
        return False
    if period.end is not None:
        return on < sets.earliest_day(period.end)
    # Without a known end an earlier status is good only for the time it was seen.
    return last or (seen is not None and on <= sets.latest_day(seen))


def _begun(period: Period, seen: str | None, on: date, first: bool) -> bool:
    if period.start is not None:
        return on >= sets.latest_day(period.start)
    if seen is None:
        return period.end is not None  # an open start, marked by start_known
    # Evidence dated by its year: a status that replaced another may have come at the end of it. With none before, it stands.
    return on >= (sets.earliest_day(seen) if first else sets.latest_day(seen))


def _answer(standard: Standard, period: Period, seen: str | None, on: date, last: bool) -> StandardStatus:
    evidence = standard.as_of or seen if last else seen
    # A period whose end was already past when the row was written is settled. Evidence dated by its year may be of its first day.
    settled = (
        period.end is not None
        and standard.as_of is not None
        and sets.earliest_day(period.end) <= sets.latest_day(standard.as_of)
    )
    late = evidence is not None and on > sets.earliest_day(evidence) and not settled
    certainty: Certainty = "last-known" if late or period.basis == "announced" else "known"
    return StandardStatus(
        standard.id,
        on,
        period.status,
        certainty,
        period.basis,
        period.start,
        period.start is not None,
        evidence,
        _wording(period, evidence if certainty == "last-known" else None),
    )


def _wording(period: Period, last_known: str | None) -> str:
    words = period.status.replace("_", " ")
    if period.basis == "announced":
        words += f", announced for {period.start}, not confirmed"
    elif period.start is not None:
        words += f" since {period.start}"
    if last_known is not None:
        words += f", as last known on {last_known}"
    if period.basis == "judged":
        words += " (own judgement)"
    return words


def _status(row: dict[str, str]) -> Status:
    if row["status"] not in STATUSES:
        raise ReferenceDataError(
            f"{row['status']!r} is not a status of a standard", hint=f"one of {', '.join(STATUSES)}", where=row["id"]
        )
    return row["status"]


def _standard(row: dict[str, str]) -> Standard:
    return Standard(
        row["id"],
        row["title"],
        row["kind"],
        row["technology"],
        row["wire"],
        row["fhir_release"],
        _status(row),
        tuple((row["superseded_by"] or "").split("|")) if row["superseded_by"] else (),
        row["canonical_or_url"],
        row["as_of"],
        row["confidence"],
    )
