"""The values that the reader of organisations answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["trust", "other-trust", "icb", "commissioner", "gp-practice"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the reference set, as its table gives it."""

    code: str
    name: str
    kind: Kind
    trust_type: str | None
    region_code: str | None
    icb: str | None
    """The board of the table it comes from: July 2026 for trusts, January 2024 for practices. See ``icb_of``."""
    icb_before_2026: str | None
    sub_icb: str | None
    """The sub-location of its board, for a practice."""
    postcode: str | None
    opened: date | None
    closed: date | None
    file: str
    """The table of the set that lists it."""

    def open_on(self, day: date) -> bool:
        """Says whether the day is within its first and last day; an unknown bound is open."""
        return (self.opened is None or self.opened <= day) and (self.closed is None or day <= self.closed)


@dataclass(frozen=True, slots=True)
class Board:
    """The integrated care board of an organisation on a day, and how that is known."""

    code: str
    on: date
    icb: str | None
    candidates: tuple[str, ...]
    basis: Literal[
        "stated", "by-succession", "by-sub-icb", "itself", "divided", "none", "no-boards-yet", "unknown-code"
    ]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another code that may be meant, and why."""

    code: str
    name: str
    reason: str
