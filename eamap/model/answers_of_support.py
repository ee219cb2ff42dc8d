"""What stands in the rows of answers about support: what ends when, roll-ups, figures, the forecast."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained
from eamap.model.support import Status


class EolRow(Explained):
    """One component that is past its vendor's support, or will be by the day asked."""

    operator: str | None
    system: str | None
    system_name: str | None
    component: str
    raw: str | None
    layer: str | None
    host_class: str | None
    count: int | None
    internet_exposed: str | None
    last_seen: str | None
    stale: Literal["yes", "no", "unknown"]
    environment: str | None
    status: Status
    says: str
    case: Literal["certain", "possible"]
    label: str | None
    eol_best: str | None
    eol_worst: str | None
    extended_end: str | None
    days: int | None
    product: str | None
    cycle: str | None
    candidates: str | None
    link: str | None
    rule: str | None
    tokens: str | None
    missing: str | None
    ends_means: str | None
    confidence: str | None
    entitlement: str
    override: str
    own_end: str | None
    own_end_kind: str | None
    owner_role: str | None = None


class EolGroupRow(Explained):
    """One group: its worst state, how many of its components stand how, and how many could be judged."""

    group: str
    name: str
    worst: Status
    says: str
    systems: int
    components: int
    out_of_support: int
    extended_proven: int
    ending: int
    supported: int
    uncertain: int
    unknown: int
    software: int
    coverage: int | None


class EolFigureRow(Explained):
    """One figure to report; words where it is not assessed."""

    name: str
    says: str
    n: int | str
    of: int | str
    percent: int | str
    unknown: int | str


class ForecastRow(Explained):
    """One calendar quarter: how many components' support ends in it, and how many are out by its end."""

    quarter: str
    first: str
    last: str
    worst: int
    best: int
    out_worst: int
    out_best: int
