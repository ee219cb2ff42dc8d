"""Explains what is offered nationally and what is mandated, as the reference data has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn
    from eamap.reference.standards import StandardStatus

FORM, MANDATED = "offered", "mandated"
NOT_MANDATED = ("no", "was")
"""Words of the registry that say a standard is not mandated."""


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of national components and services, and of mandates."""
    return {FORM: partial(_offered, opened), MANDATED: partial(_mandated, opened)}


def _offered(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Cites the row of the capability model, or of the list of national services."""
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation
    from eamap.reference import capabilities, crosswalks

    del on, within  # reference data, one row
    key = ref.arguments[0]
    model = capabilities.load(opened.reference).frame.filter(pl.col("id") == key).to_dicts()
    services = crosswalks.load(opened.reference).pathway_services.filter(pl.col("service_id") == key).to_dicts()
    if not model and not services:
        raise UsageError(f"nothing national is called {key!r}", hint="see: eamap ics CODE")
    row, file = (model[0], "capabilities/model.csv") if model else (services[0], "crosswalks/pathway_services.csv")
    value = row["national_component_today"] if model else row["name"]
    meaning = f"what is national for {key} {row['name']} today" if model else f"the national service {key}"
    told = {name: str(value) for name, value in row.items() if value}
    rows = tuple(
        Evidence(f"capability:{key}" if model else "", name, Citation(file, "", "", 0, name, text))
        for name, text in told.items()
    )
    return Explanation(str(ref), value, meaning, rows)


def mandates(opened: Opened) -> list[tuple[dict[str, str], StandardStatus, str]]:
    """Returns the standards that the registry says are mandated and that nobody withdrew: row, status on the day, words.

    The words are the status and what the registry says of the mandate, as it says it: eamap judges no obligation.
    """
    from eamap.reference import standards

    held = standards.load(opened.reference)
    found = []
    for row in held.registry.sort("id").iter_rows(named=True):
        words = (row["mandated"] or "").strip()
        status = held.status_on(row["id"], opened.reading.as_of)
        if not words or words.lower() in NOT_MANDATED or status is None or status.status in ("retired", "withdrawn"):
            continue
        found.append((row, status, f"{status.wording}; mandated: {words}"))
    return found


def _mandated(opened: Opened, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Cites the row of the registry."""
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    del on, within  # reference data, one row
    key = ref.arguments[0]
    found = next((each for each in mandates(opened) if each[0]["id"] == key), None)
    if found is None:
        raise UsageError(f"the registry does not say that {key!r} is mandated", hint="see: eamap ics CODE")
    row, _, words = found
    told = {name: row[name] for name in ("title", "status", "mandated", "as_of", "source") if row[name]}
    rows = tuple(
        Evidence(f"standard:{key}", name, Citation("standards/registry.csv", "", "", 0, name, text))
        for name, text in told.items()
    )
    return Explanation(str(ref), words, f"the status on the day of {row['title']}, and who mandates it", rows)
