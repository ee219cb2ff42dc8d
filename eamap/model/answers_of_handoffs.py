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
    from_organisation: str | None
    to_role: str
    to_organisation: str | None
    ics: str | None
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
