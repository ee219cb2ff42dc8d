"""What stands in the rows of answers about vulnerabilities, alerts and updated reference data."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained


class DataUpdateRow(Explained):
    """How many rows of a table were added, changed or removed, of how many, and the first of them."""

    set: str
    file: str
    change: Literal["added", "changed", "removed"]
    n: int
    of: int
    samples: str


class WhereRow(Explained):
    """One system or component that an alert is about, or of which that cannot be told: whose, how exposed, how sure."""

    answer: Literal["affected", "undecided"]
    sure: Literal["certain", "likely", "not told"]
    kind: Literal["system", "component"]
    id: str
    text: str
    version: str
    asked: str
    why: str
    organisation: str
    system: str
    name: str
    owner: str
    criticality: str
    status: str
    environment: str
    exposed: Literal["yes", "no", "not stated"]
    hosts: int | str
    cves: str
    known_exploited: str
    systems_in_reach: int | None = None
    organisations_in_reach: int | None = None
    capabilities_in_reach: int | None = None
    pathways_in_reach: int | None = None
