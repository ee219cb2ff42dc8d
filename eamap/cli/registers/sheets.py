"""The sheets of an evidence pack: rows, figures, what nobody knows, statements, cells, reference data, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eamap.cli.sheets import Sheet, result_sheets

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.registers.made import Registers
    from eamap.model.results import Result

TITLES = {
    "debt": "Debt register",
    "caf": "CAF evidence, B4.d and A3.a",
    "dspt": "DSPT unsupported list",
    "litraf": "LITRAF-aligned register",
}
_TRACE = "Explained by"
_PENCE = 100


def pack_sheets(registers: Registers, pack: str, ids: pl.Series | None, profile: str, result: Result) -> list[Sheet]:
    """Returns the sheets of a pack, of a result from which the profile already took what it leaves out."""
    sheets = [_rows(result, pack), _figures(result), _unknown(registers, ids)]
    sheets += _asked(registers, pack, ids)
    sheets.append(_cells(registers, result, profile))
    sheets += [sheet for sheet in result_sheets(result) if sheet[0] == "reference data"]
    return [*sheets, _files(registers)]


def register_sheets(result: Result) -> list[Sheet]:
    """Returns the sheets of the debt register, or of its groups."""
    rest = [sheet for sheet in result_sheets(result) if sheet[0] == "reference data"]
    return [_rows(result, "debt"), _figures(result), *rest]


def _rows(result: Result, pack: str) -> Sheet:
    """The rows under headings for people, money in pounds; the last column is what eamap explain takes."""
    import polars as pl

    from eamap.analysis.registers.debt import COSTS

    headings = {column.key: column.heading + (" (GBP)" if column.key in COSTS else "") for column in result.columns}
    keys = list(headings)
    told = [
        [_pounds(row.get(key)) if key in COSTS else _shown(row.get(key)) for key in keys] + [row["ref"]]
        for row in result.rows
    ]
    schema = dict.fromkeys((*headings.values(), _TRACE), pl.String)
    says = {headings[column.key]: column.description.replace("pence", "pounds", 1) for column in result.columns}
    frame = pl.DataFrame(told, schema=schema, orient="row")
    return TITLES[pack], frame, says | {_TRACE: "eamap explain 'REF' works the row out again"}


def _shown(value: Any) -> str:
    return "not known" if value is None else str(value)


def _pounds(value: Any) -> str:
    """Returns pence as pounds; words as they stand."""
    return f"{value // _PENCE}.{value % _PENCE:02}" if isinstance(value, int) else str(value)


def numbers(pack: str) -> frozenset[str]:
    """Returns the headings of the columns that hold numbers beside words."""
    from eamap.analysis.registers.debt import COSTS
    from eamap.analysis.registers.entry_columns import columns_of

    told = {column.heading for column in columns_of(pack) if column.is_number and column.key not in COSTS}
    return frozenset(
        {
            *told,
            *(f"{name.replace('_', ' ').capitalize()} (GBP)" for name in COSTS),
            "Per cent",
            "Answered",
            "Derived",
            "Score used",
        }
    )


def _figures(result: Result) -> Sheet:
    import polars as pl

    rows = [
        (
            name,
            tally.n,
            tally.of,
            f"{100 * tally.n / tally.of:.1f}" if tally.of else "nothing to share",
            tally.ref,
            tally.of_ref,
        )
        for name, tally in result.counts.items()
    ]
    schema = ["Figure", "How many", "Of", "Per cent", "How many: explained by", "Of: explained by"]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    says = {"Of": "the denominator: unknown counts in it", "Per cent": "of the denominator; no score, no rank"}
    return "KPIs", frame, says


def _unknown(registers: Registers, ids: pl.Series | None) -> Sheet:
    """What may be past support and cannot be judged: it is no evidence of anything until somebody finds out."""
    import polars as pl

    rows = registers.register.frame("judged", ids).filter(pl.col("state").is_in(["uncertain", "unknown"]))
    told = rows.sort("operator", "system", "id", nulls_last=True).select(
        pl.col("operator").str.strip_prefix("organisation:").fill_null("not known").alias("Organisation"),
        pl.col("system").fill_null("not known").alias("System"), pl.col("id").alias("Component id"),
        pl.col("raw").fill_null("not stated").alias("Component"), pl.col("state").alias("Stands"),
        pl.col("outcome").fill_null("not stated").alias("Match"), pl.col("missing").fill_null("not known").alias("Missing fact"),
        pl.col("candidates").fill_null("none").alias("Candidates"), pl.col("eol_best").fill_null("not known").alias("Best case"),
        pl.col("eol_worst").fill_null("not known").alias("Worst case"), pl.col("id").alias(_TRACE),
    )  # fmt: skip
    says = {
        "Stands": "uncertain: a fact is missing; unknown: not recognised, or no data",
        "Missing fact": "what the inventory has to state",
    }
    return "Not known", told, says


def _asked(registers: Registers, pack: str, ids: pl.Series | None) -> list[Sheet]:
    """What the scheme asks for, in the words that are at hand."""
    import polars as pl

    from eamap.reference import caf

    if pack == "litraf":
        return [_answers(registers, ids), _scales(registers)]
    held = caf.load(registers.opened.reference)
    duties = ("Duties", held.duties, {"figure": "days, or per cent", "source": "who says so; check before quoting"})
    if pack == "dspt":
        return [duties]
    cut = {
        "cut": "yes: the transcription was cut at ... or paraphrased in brackets, and nothing fills it in; look the text up"
    }
    classes = {"statement": "which statement the class bears on", "source": "the classes are the project's own reading"}
    return [
        ("Statements", held.statements.with_columns(pl.col("number").cast(pl.Int64)), cut),
        ("Classes", held.classes, classes),
        duties,
    ]


def _answers(registers: Registers, ids: pl.Series | None) -> Sheet:
    import polars as pl

    from eamap.analysis.registers.entries import NONE

    systems = registers.register.frame("systems", ids).select(pl.col("id").alias("system"))
    names = pl.DataFrame(
        [(each.key, each.name) for each in registers.framework.criteria], schema=["criterion", "name"], orient="row"
    )
    rows = registers.scores.join(systems, on="system", how="semi").join(names, on="criterion", how="left")
    told = rows.sort("system", "criterion").select(
        pl.col("system").alias("System"), pl.col("criterion").alias("Criterion"), pl.col("name").alias("Name"),
        *(pl.col(name).cast(pl.String).fill_null(word).alias(heading) for name, word, heading in (
            ("answered", "not answered", "Answered"), ("derived", "not derived", "Derived"), ("score", "not scored", "Score used"))),
        pl.col("why").fill_null(NONE).alias("Derived because"), pl.col("answer").fill_null(NONE).alias("Answer"),
    )  # fmt: skip
    return (
        "Answers",
        told,
        {
            "Score used": "the higher of what was answered and what is derived",
            "Answer": "the record, or the place in the file of answers",
        },
    )


def _scales(registers: Registers) -> Sheet:
    return "Scales", registers.framework.levels, {"of": "a criterion, or all of likelihood or impact"}


def _cells(registers: Registers, result: Result, profile: str) -> Sheet:
    """Every cell that the rows rest on: file, sheet, row, column, value."""
    from eamap.cli.registers.cells import cells_behind, shown_to

    cells = shown_to(profile, cells_behind(registers, [row["id"] for row in result.rows]))
    headings = {"id": "Row of", "what": "What", "source": "File", "sha256": "Checksum", "sheet": "Sheet", "row": "Row", "column": "Column",
                "value": "Value"}  # fmt: skip
    says = {
        "Row": "as the file counts",
        "Column": "the letter in a workbook, the header elsewhere",
        "Checksum": "of the file as it was read",
    }
    return "Cells", cells.rename(headings), says


def _files(registers: Registers) -> Sheet:
    import polars as pl

    parts = sorted(registers.opened.stated.sources, key=lambda part: part.name)
    rows = [(part.name, part.file, part.sheet, part.sha256, part.provenance, part.rows) for part in parts]
    schema = ["Source", "File", "Sheet", "Checksum", "Provenance", "Rows"]
    return "Files", pl.DataFrame(rows, schema=schema, orient="row"), {"Checksum": "sha256 of the file's bytes"}
