"""What checks ask of reference data: a narrow door, so that a check can be tried with three made-up rows.

:class:`PackagedReference` answers from the sets that come with eamap (or a folder that replaces them).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Support:
    """The release cycle that a text means exactly, and when its support ends.

    ``ends`` and ``extended_ends`` are a date (YYYY-MM-DD), ``true`` (ended, day not known), ``false`` (no end published)
    or nothing. ``ends_means`` is what the vendor calls that end. ``row`` names the row of reference data.
    """

    product: str
    cycle: str
    label: str
    ends: str | None
    extended_ends: str | None
    ends_means: str
    rule: str
    row: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why no release cycle is meant exactly, in words that end "no exact match: ..."."""

    why: str


@dataclass(frozen=True, slots=True)
class StandardOn:
    """What is known about a standard on a day. ``wording`` is the registry's own, with its date."""

    title: str
    status: str
    wording: str
    superseded_by: tuple[str, ...]
    row: str
    confidence: str


class Reference(Protocol):
    """Reference data as checks see it."""

    def support(self, text: str) -> Support | Unmatched:
        """Returns the release cycle that a component's text means, or why there is none."""
        ...

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns what is known about a standard on a day; ``None`` if the registry does not hold it."""
        ...

    def knows_organisation(self, code: str) -> bool:
        """Says whether the reference organisations hold a code."""
        ...
