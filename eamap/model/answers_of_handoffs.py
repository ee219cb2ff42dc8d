"""The rows of answers about hand-offs: gaps, adoption of standards, levers."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained


class GapRow(Explained):
    """One hand-off of a pair of organisations, or a step of a system of care with a role that nobody fills."""

    pathway: str
    pathway_name: str
    step: str
    step_name: str
    from_role: str
    from_organisation: str
    to_role: str
    to_organisation: str
    ics: str
    answer: Literal["conformant", "declared_only", "non_conformant", "other_means", "none_known", "not_in_inventory"]
    why: str
    standards: list[str]
    verified: Literal["verified", "contradicted", "not assessed"]
    route: Literal["direct", "shared", "via", "none"]
    through: str | None
    interfaces: list[str]
    volume: int | float | None
    volume_kind: Literal["observed", "apportioned"] | None
    cross_ics: bool | None


class LeverRow(Explained):
    """One action of the plan that closes most gaps."""

    rank: int
    action: str
    level: Literal["supplier", "trust", "ICS", "nation"]
    kind: Literal["conform", "connect"]
    subject: str
    standard: str
    target: str | None
    closes: int
    alone: int
    cumulative: int
    weight: int | float
    organisations: int
    method: Literal["exact", "greedy"]
    bound: int | float


class InteropRow(Explained):
    """How interfaces of one supplier, product or system of care stand to one standard, or to any."""

    by: Literal["supplier", "product", "ics"]
    key: str
    name: str
    standard: str
    interfaces: int
    stated: int
    claimed: int
    past_use: int
    assessed: int
    verified: int | Literal["not assessed"]
    contradicted: int | Literal["not assessed"]
    organisations: int
