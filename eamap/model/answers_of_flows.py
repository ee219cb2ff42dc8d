"""What stands in the rows of answers about flows and about where organisations lie."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained

Standing = Literal["stays", "crosses", "undecided"]


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
