"""Explains what is offered nationally, as the reference data has it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from eamap.errors import UsageError

if TYPE_CHECKING:
    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.selector import EstateOn

FORM = "offered"


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of national components and services."""
    return {FORM: partial(_offered, opened)}


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
