"""What checks ask of reference data: a narrow door, so that a check can be tried with three made-up rows.

:class:`PackagedReference` answers from the sets that come with eamap (or a folder that replaces them).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from eamap.model.findings import Confidence
from eamap.model.support import Status

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate


@dataclass(frozen=True, slots=True)
class Support:
    """How a component stands with its vendor's support on the day, and what that rests on.

    Ends are a day (YYYY-MM-DD), ``undated_past`` or ``none_published``; they are equal unless the text fits several
    releases. ``identity`` names the release, for ever. ``missing`` is the fact that would decide between several.
    ``proof`` and ``override`` are sentences about what people recorded, empty without. ``row`` names the row of
    reference data with its date and link.
    """

    status: Status
    product: str
    """Id of the product in the lifecycle data; empty where it has none."""
    identity: str
    label: str
    outcome: str
    ends_best: str | None
    ends_worst: str | None
    extended_end: str | None
    ends_means: str
    missing: str
    confidence: Confidence
    proof: str
    override: str
    row: str


@dataclass(frozen=True)
class Supports:
    """How every component stands: ``places`` has, for each ``subject``, the place of its meaning in ``answers``.

    A component of which nothing is said has no place. A million components mean some hundred things, and it is these
    that a check judges.
    """

    places: pl.DataFrame = field(repr=False)
    answers: Sequence[Support]


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
    """Reference data as checks see it; ``folder`` holds sets that replace those of the package, ``None`` without any."""

    folder: Path | None

    def supports(self, estate: Estate, on: date) -> Supports:
        """Returns how each component of an estate stands with its vendor's support on a day."""
        ...

    def days(self, threshold: str) -> int:
        """Returns from how many days on something is worth saying."""
        ...

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns what is known about a standard on a day; ``None`` if the registry does not hold it."""
        ...

    def knows_organisation(self, code: str) -> bool:
        """Says whether the reference organisations hold a code."""
        ...
