"""Findings as rows of an answer, made column by column: one by one, eighteen thousand of them take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eamap.checks.evidence import CITATION, cells_of_rows
from eamap.checks.fields import SUPPORT
from eamap.model.findings import Verdict, fingerprint
from eamap.model.refs import Ref

if TYPE_CHECKING:
    import polars as pl

    from eamap.checks.outcome import Outcome

_FINDING = ("fingerprint", "id", "name", "rule", "layer", "subject", "verdict", "severity", "confidence", "message",
            "pointer", "fix", "reference")  # fmt: skip
_ANSWER = ("check", "where", "value", "state", "acceptance", "ref")


def published(outcome: Outcome, rows: pl.DataFrame, *, whole: bool = True) -> list[dict[str, Any]]:
    """Returns rows of a check's table as answers hold them: what :meth:`Finding.as_dict` says, and the first cell cited.

    ``where`` and ``value`` are of that cell; ``ref`` explains the row. Without ``whole`` they have no ``citations``, which
    only JSON can hold. ValueError if a fail has no evidence.
    """
    import polars as pl

    cells = cells_of_rows(outcome.estate, outcome.check, rows)
    table = rows.with_row_index("at").join(
        cells.unique("at", keep="first", maintain_order=True), on="at", how="left", maintain_order="left"
    )
    bare = table.filter(pl.col("source").is_null(), pl.col("verdict") == Verdict.FAIL.value)
    if bare.height:
        raise ValueError(f"{outcome.check.id} fails {bare['subject'][0]} without evidence")
    table = table.with_columns(
        _names(table), pl.lit(outcome.check.id).alias("id"), pl.lit(outcome.check.name).alias("name"),
        _place().fill_null("").alias("where"), pl.col("value").fill_null(""), pl.col("state").replace("", "open"),
    )  # fmt: skip
    ref = pl.when(pl.col("verdict") == Verdict.FAIL.value).then("fingerprint").otherwise("subject").alias("ref")
    made = table.with_columns(ref).select(*_FINDING, *_ANSWER).to_dicts()
    if any(field.startswith(SUPPORT) for field in outcome.check.fields):
        made = [
            row if row["verdict"] == Verdict.FAIL.value else row | {"refs": _of_standing(row["subject"])}
            for row in made
        ]
    return _with_citations(made, cells) if whole else made


def _of_standing(subject: str) -> dict[str, str]:
    """What is no finding has no fingerprint to be explained by: its ends are explained by the standing of the component."""
    ref = str(Ref("standing", (subject, "identity")))
    return {"message": ref, "reference": ref}


def _names(table: pl.DataFrame) -> pl.Series:
    """The fingerprint of every row; the table of a check has those of its fails."""
    import polars as pl

    columns = (table[name].to_list() for name in ("check", "subject", "identity", "fingerprint"))
    made = [
        known or fingerprint(check, subject, identity) for check, subject, identity, known in zip(*columns, strict=True)
    ]
    return pl.Series("fingerprint", made, dtype=pl.String)


def _place() -> pl.Expr:
    """The cell as people find it: file, sheet, row, column."""
    import polars as pl

    sheet = pl.when(pl.col("sheet") != "").then(pl.format(", sheet {}", "sheet")).otherwise(pl.lit(""))
    column = pl.when(pl.col("column") != "").then(pl.format(", column {}", "column")).otherwise(pl.lit(""))
    return pl.format("{}{}, row {}{}", "source", sheet, "row", column)


def _with_citations(made: list[dict[str, Any]], cells: pl.DataFrame) -> list[dict[str, Any]]:
    cited: list[list[dict[str, Any]]] = [[] for _ in made]
    for at, cell in zip(cells["at"].to_list(), cells.select(CITATION).iter_rows(named=True), strict=True):
        cited[at].append(cell)
    return [
        {
            **{name: row[name] for name in _FINDING},
            "citations": citations,
            **{name: row[name] for name in _ANSWER},
            **({"refs": row["refs"]} if "refs" in row else {}),
        }
        for row, citations in zip(made, cited, strict=True)
    ]
