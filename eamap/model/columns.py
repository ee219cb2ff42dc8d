"""The fast path: a record's JSON Schema compiled into checks of whole columns.

Only what fails here is given to pydantic, which explains each failure in words. Anything in a schema that this module
does not know raises, so that a new constraint cannot be ignored in silence.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from eamap.model.predicates import PREDICATES
from eamap.model.records import RECORDS
from eamap.model.schema import field_schema

if TYPE_CHECKING:
    import polars as pl

SAID_ELSEWHERE = {"title", "description", "type", "default", "x-unit"}
"""Keywords of a field's schema that reject no value of the column's type."""


def field_check(kind: str, name: str) -> pl.Expr:
    """Returns an expression that is true where a non-null value of a field is accepted."""
    import polars as pl

    value, result = pl.col(name), pl.lit(True)
    for keyword, limit in field_schema(kind, name).items():
        if keyword not in SAID_ELSEWHERE:
            result = result & _constraint(value, keyword, limit)
    return result


def _constraint(value: pl.Expr, keyword: str, limit: Any) -> pl.Expr:
    result: pl.Expr
    match keyword:
        case "pattern":
            return value.str.contains(_anchored(limit))
        case "enum":
            return value.is_in(limit)
        case "const":
            result = value == limit
        case "minLength":
            result = value.str.len_chars() >= limit
        case "maxLength":
            result = value.str.len_chars() <= limit
        case "minimum":
            result = value >= limit
        case "maximum":
            result = value <= limit
        case "x-predicate":
            return PREDICATES[limit].column(value)
        case _:
            raise TypeError(f"the fast path knows no constraint {keyword!r}")
    return result


def _anchored(pattern: str) -> str:
    # "$" also matches before a final newline in one engine and not in the other: say exactly where the text ends.
    return pattern.removesuffix("$") + r"\z" if pattern.endswith("$") else pattern


def rejected(kind: str, frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Returns, for each field of ``frame`` with a rejected value, a mask of the rejected rows."""
    import polars as pl

    names = [name for name in frame.columns if name in RECORDS[kind].model_fields]
    checks = frame.lazy().select(pl.col(name).is_not_null() & ~field_check(kind, name).alias(name) for name in names)
    masks = checks.collect()
    return {name: masks[name].fill_null(False) for name in names if masks[name].any()}


def complaint(kind: str, name: str, value: Any) -> str:
    """Returns what pydantic says about one value of one field; empty if it accepts it."""
    try:
        RECORDS[kind].__pydantic_validator__.validate_assignment(_blank(kind), name, value)
    except ValidationError as error:
        return next((_words(item) for item in error.errors() if item["loc"][:1] == (name,)), "")
    return ""


@cache
def _blank(kind: str) -> Any:
    """Returns a record to try one field on; what else it holds does not matter, because no rule looks at two fields."""
    return RECORDS[kind].model_construct(id="")


def _words(error: Any) -> str:
    message = str(error["msg"])
    return message.removeprefix("Value error, ")
