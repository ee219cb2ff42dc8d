"""Named tests that JSON Schema cannot express, each in a scalar and a column form.

A record may use only JSON-Schema constraints and these predicates: that is what lets one definition check a single row
in words (pydantic) and a million rows at once (polars). A property test holds the two forms together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import AfterValidator, WithJsonSchema

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Predicate:
    """One named test: ``scalar`` judges a value, ``column`` an expression, ``message`` says what is wrong."""

    name: str
    scalar: Callable[[Any], bool]
    column: Callable[[pl.Expr], pl.Expr]
    message: str


_DAY = "[0-9]{4}(-[0-9]{2}){0,2}"


def _is_real_date(text: str) -> bool:
    try:
        date.fromisoformat((text + "-01-01")[:10] if len(text) == 4 else (text + "-01")[:10])
    except ValueError:
        return False
    return re.fullmatch(_DAY, text) is not None


def _real_dates(texts: pl.Expr) -> pl.Expr:
    import polars as pl

    length = texts.str.len_chars()
    padded = pl.when(length == 4).then(texts + "-01-01").when(length == 7).then(texts + "-01").otherwise(texts)
    # Unlike the scalar form, polars knows a year 0.
    day = padded.str.to_date("%Y-%m-%d", strict=False).dt.year() > 0
    return day.fill_null(False) & texts.str.contains(rf"^{_DAY}\z")


def _has_no_controls(text: str) -> bool:
    return not any(character < " " and character not in "\t\n\r" for character in text)


def _without_controls(texts: pl.Expr) -> pl.Expr:
    return ~texts.str.contains(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


PREDICATES: dict[str, Predicate] = {
    predicate.name: predicate
    for predicate in (
        Predicate("real-date", _is_real_date, _real_dates, "is not a day that exists"),
        Predicate("no-control-characters", _has_no_controls, _without_controls, "holds control characters"),
    )
}
"""Every predicate by name; the JSON Schemas name them under ``x-predicate``."""


def checked(name: str, schema: dict[str, Any]) -> tuple[AfterValidator, WithJsonSchema]:
    """Returns the two annotations that put a predicate into a record and into its published schema."""
    predicate = PREDICATES[name]

    def validate(value: Any) -> Any:
        if not predicate.scalar(value):
            raise ValueError(predicate.message)
        return value

    return AfterValidator(validate), WithJsonSchema({**schema, "x-predicate": name})
