"""Issues and splits as whole columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eamap.ingest.readers import BLANKS
from eamap.model.issues import Issue

if TYPE_CHECKING:
    import polars as pl

ISSUE_COLUMNS = ("file", "sheet", "row", "column", "code", "message", "hint", "value", "blocks")
SHOWN = 200
"""Characters of a cell an issue repeats; the whole text is in the raw row it points to."""


def split_values(texts: pl.Series, *, commas: bool = False) -> pl.Series:
    """Splits cells that hold several values at ";", "|" and line breaks, on request at commas; empty items are dropped."""
    import polars as pl

    frame = texts.alias("t").to_frame()
    plain = pl.col("t").str.replace_all(r"[|\n\r,]+" if commas else r"[|\n\r]+", ";").str.split(";")
    items = plain.list.eval(pl.element().str.strip_chars(BLANKS)).list.eval(pl.element().filter(pl.element() != ""))
    return frame.select(items).to_series()


def issue_frame(rows: pl.Series, messages: pl.Series, values: pl.Series, *, column: str, code: str, hint: str,
                blocks: bool) -> pl.DataFrame:  # fmt: skip
    """Returns issues of one column; file and sheet are filled in by whoever knows them."""
    import polars as pl

    frame = pl.DataFrame(
        {
            "row": rows.cast(pl.UInt32),
            "message": messages.cast(pl.String),
            "value": values.cast(pl.String).str.slice(0, SHOWN),
        }
    )
    constant = {"file": "", "sheet": "", "column": column, "code": code, "hint": hint}
    return frame.with_columns(
        *(pl.lit(text, dtype=pl.String).alias(name) for name, text in constant.items()), pl.lit(blocks).alias("blocks")
    ).select(ISSUE_COLUMNS)


def from_issues(issues: list[Issue] | tuple[Issue, ...]) -> pl.DataFrame:
    """Returns issues as a table."""
    import polars as pl

    schema = dict.fromkeys(ISSUE_COLUMNS, pl.String) | {"row": pl.UInt32, "blocks": pl.Boolean}
    return pl.DataFrame(
        [[getattr(issue, name) for name in ISSUE_COLUMNS] for issue in issues], schema=schema, orient="row"
    )


def to_issues(frame: pl.DataFrame) -> tuple[Issue, ...]:
    """Returns a table of issues as objects."""
    return tuple(Issue(*row) for row in frame.select(ISSUE_COLUMNS).rows())


def all_differ(ids: pl.Series) -> bool:
    """Whether no text comes twice: where no two hashes are the same no two texts are, and numbers are told apart faster."""
    return ids.hash().n_unique() == ids.len() or ids.n_unique() == ids.len()
