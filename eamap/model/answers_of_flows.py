"""What stands in the rows of answers about flows and about where organisations lie."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained

Standing = Literal["stays", "crosses", "undecided"]


class GeographyRow(Explained):
    """Where one organisation lies: by its headquarters, and by where its patients came from in 2022."""

    organisation: str
    name: str | None
    outcome: Literal["itself", "succeeded", "split", "closed", "not-yet-open", "unknown"] | None
    current: str | None
    confidence: Literal["published", "stated", "derived", "inferred"] | None
    route: str | None
    geography: str
    icb: str | None
    candidates: str | None
    region: str | None
    patient_icb: str | None
    patient_share: float | None
    patient_icbs: int | None
    unplaced: float | None
    agrees: Literal["same", "other", "cannot be told"] | None


class FlowShareRow(Explained):
    """What part of a volume crosses a boundary: at least ``lower``, at most ``upper``. Null where there is no volume."""

    flows: Literal["rtt", "estate"]
    geography: str
    level: Literal["ics", "region"]
    specialty: str
    specialty_name: str
    total: int
    crosses: int
    undecided: int
    lower: float | None
    upper: float | None


class FlowRow(Explained):
    """The volume from one board to another; a name of several (``QH8 or QJG``) may be any of them. ``share`` is of all that begins there."""

    flows: Literal["rtt", "estate"]
    geography: str
    begins: str
    begins_name: str
    ends: str
    ends_name: str
    standing: Standing
    volume: int
    of: int
    share: float
