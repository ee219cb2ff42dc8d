"""What checks ask of the list of exploited vulnerabilities and of the scores."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eamap.checks.reference import Reference
from eamap.reference.memory import remembered


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the list; ``ransomware`` is known, unknown or not stated."""

    cve: str
    date_added: str
    due_date: str | None
    ransomware: str
    row: str


def listed(cve: str, reference: Reference) -> Listed | None:
    """Returns the entry of a vulnerability; ``None`` if it is not on the list."""
    return _entries(reference.folder).get(cve.strip().upper())


def list_date(reference: Reference) -> str:
    """Returns the day of the list that is in use."""
    from eamap.reference import sets

    return sets.facts("exploited", reference.folder).date


def since(product: str, day: str, reference: Reference) -> tuple[Listed, ...]:
    """Returns the entries of a lifecycle product that were listed after a day, by the CVE."""
    found = (_entries(reference.folder)[cve] for cve in _of_products(reference.folder).get(product, ()))
    return tuple(each for each in found if each.date_added > day)


def score(cve: str, reference: Reference) -> str:
    """Returns what EPSS says of a vulnerability, in words that can follow a semicolon; empty without a score."""
    from eamap.reference import sets

    found = _scores(reference.folder).get(cve.strip().upper())
    return "" if found is None else f"; EPSS {found:.3f} on {sets.facts('epss', reference.folder).date} (FIRST.org)"


@remembered
def _entries(folder: Path | None) -> dict[str, Listed]:
    from eamap.reference import exploited, sets

    version = sets.facts("exploited", folder).version
    rows = exploited.load(folder).entries.select("cve", "date_added", "due_date", "ransomware").sort("cve").iter_rows()
    return {
        cve: Listed(cve, added, due, used, f"exploited: {cve}; listed {added}; due {due}; list {version}")
        for cve, added, due, used in rows
    }


@remembered
def _of_products(folder: Path | None) -> dict[str, tuple[str, ...]]:
    from eamap.interpret.exposure import listed_products

    table = listed_products(folder).sort("product", "cve")
    grouped = table.group_by("product", maintain_order=True).agg("cve")
    return {product: tuple(cves) for product, cves in grouped.iter_rows()}


@remembered
def _scores(folder: Path | None) -> dict[str, float]:
    from eamap.reference import epss

    return dict(epss.load(folder).table.select("cve", "epss").iter_rows())
