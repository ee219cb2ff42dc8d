"""What checks ask of reference data: a narrow door, so that a check can be tried with three made-up rows.

:class:`PackagedReference` answers from the sets that come with eamap (or a folder that replaces them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl


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
    why_unsure: str = ""
    """Why the release is not known, where several are meant and these are the ends of the best case."""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Why no release cycle is meant exactly, in words that end "no exact match: ..."."""

    why: str


@dataclass(frozen=True)
class Supports:
    """What many texts mean: ``table`` has one row a ``text``, and in ``answer`` the place of its meaning in ``answers``.

    Twenty thousand texts mean some hundred cycles, and it is these that a check judges.
    """

    table: pl.DataFrame = field(repr=False)
    answers: Sequence[Support | Unmatched]


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

    def support(self, text: str) -> Support | Unmatched:
        """Returns the release cycle that a component's text means, or why there is none."""
        ...

    def supports(self, texts: pl.Series) -> Supports:
        """Returns the same for each distinct text of a column."""
        ...

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns what is known about a standard on a day; ``None`` if the registry does not hold it."""
        ...

    def knows_organisation(self, code: str) -> bool:
        """Says whether the reference organisations hold a code."""
        ...


def supports_by_text(texts: pl.Series, support: Callable[[str], Support | Unmatched]) -> Supports:
    """Returns what each distinct text of a column means by asking for one after the other."""
    import polars as pl

    distinct = texts.drop_nulls().unique().sort()
    answers: dict[Support | Unmatched, int] = {}
    places = [answers.setdefault(support(text), len(answers)) for text in distinct.to_list()]
    return Supports(pl.DataFrame({"text": distinct, "answer": pl.Series(places, dtype=pl.UInt32)}), tuple(answers))
