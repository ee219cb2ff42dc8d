"""Scores systems as the Legacy IT Risk Assessment Framework does: derived where an inventory can tell, asked for otherwise.

A total stands only where all thirteen answers are there. Before that, the least and the most that it can come to are
told. The framework names ministerial departments; what is scored with it here is called aligned.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from eamap.interpret.dependents import dependents
from eamap.model.support import UNSUPPORTED, Status

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.litraf import Criterion, Litraf

FRAMEWORK = "litraf"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SIDES = ("likelihood", "impact")


def scored(
    on: EstateOn, framework: Litraf, support: pl.DataFrame, given: pl.DataFrame, affected: pl.Series
) -> pl.DataFrame:
    """Returns one row for each system and criterion: system, criterion, answered, derived, why, score, answer (an id).

    ``given`` are answers of people: system, criterion, score, answer. ``affected`` are ids of components on which a
    vulnerability was reported or found by version. Where an answer and what is derived differ, both stay and the higher
    one is the score.
    """
    import polars as pl

    systems = on.things("system").select(pl.col("id").alias("system")).sort("system")
    criteria = pl.DataFrame({"criterion": [each.key for each in framework.criteria]})
    derived = pl.concat(
        [
            _support(on.as_of, framework, support),
            _contracts(on, framework),
            _reported(framework, support, affected),
            _needed(on, framework),
        ]
    )
    found = systems.join(criteria, how="cross").join(derived, on=["system", "criterion"], how="left")
    answers = given.select("system", "criterion", pl.col("score").alias("answered"), "answer")
    found = found.join(answers, on=["system", "criterion"], how="left")
    return found.with_columns(pl.max_horizontal("answered", "derived").alias("score")).sort("system", "criterion")


def _derived(found: pl.DataFrame, framework: Litraf, criterion: str, why: pl.Expr) -> pl.DataFrame:
    """Gives systems the score and the sentence of a derivation by its word in the reference set."""
    import polars as pl

    told = framework.derivations.filter(pl.col("criterion") == criterion).select(
        pl.col("from").alias("word"), pl.col("score").cast(pl.Int64).alias("derived"), pl.col("says").alias("why")
    )
    words = found.with_columns(why.alias("word")).drop_nulls("word")
    return words.join(told, on="word", how="inner").select(
        "system", pl.lit(criterion).alias("criterion"), "derived", "why"
    )


def _support(day: date, framework: Litraf, support: pl.DataFrame) -> pl.DataFrame:
    """L1: past beats what is only covered by entitlement or ends soon; what nobody knows keeps the rest from reading low."""
    import polars as pl

    horizon = _years_on(day, framework.thresholds["horizon"])
    dated = pl.col("eol_worst").str.contains(_DAY).fill_null(False)
    on_its_day = pl.col("status").is_in([Status.SUPPORTED, Status.SUPPORT_ENDING]) & dated
    within = on_its_day & (pl.col("eol_worst") <= horizon)
    judged = support.filter(pl.col("system").is_not_null() & (pl.col("status") != Status.NOT_SOFTWARE))
    worst = judged.group_by("system").agg(
        pl.col("status").is_in(list(UNSUPPORTED)).any().alias("past"),
        (pl.col("status") == Status.EXTENDED_ENTITLED).any().alias("entitled"),
        within.any().alias("within"),
        (on_its_day & ~within).all().alias("later"),
    )
    why = (
        pl.when("past").then(pl.lit("past")).when("entitled").then(pl.lit("entitled"))
        .when("within").then(pl.lit("within horizon")).when("later").then(pl.lit("later"))
    )  # fmt: skip
    return _derived(worst, framework, "L1", why)


def _years_on(day: date, years: int) -> str:
    # The last of February has no counterpart in most years; the first of March is the day after it.
    try:
        return day.replace(year=day.year + years).isoformat()
    except ValueError:
        return date(day.year + years, 3, 1).isoformat()


def _contracts(on: EstateOn, framework: Litraf) -> pl.DataFrame:
    """L2: only that a contract ended; how likely one is to end is for people to say."""
    import polars as pl

    day = on.as_of.isoformat()
    ends = on.things("contract").select(pl.col("id").alias("to"), "ends")
    covered = on.links("COVERED_BY").select("from", "to").collect().join(ends, on="to")
    latest = covered.group_by("from").agg(pl.col("ends").max().alias("registered"))
    systems = on.things("system").select(
        pl.col("id").alias("system"), "contract_end", "annually_renewed", "replacement_planned"
    )
    found = systems.join(latest, left_on="system", right_on="from", how="left").with_columns(
        pl.max_horizontal("contract_end", "registered").alias("end")
    )
    # An imprecise end is over when the whole of it is: a mark that sorts behind every digit stands for its last moment.
    over = pl.col("end") + "~" <= day
    kept = (pl.col("annually_renewed").fill_null("") != "yes") & (pl.col("replacement_planned").fill_null("") != "yes")
    return _derived(found, framework, "L2", pl.when(over & kept).then(pl.lit("contract ended")))


def _reported(framework: Litraf, support: pl.DataFrame, affected: pl.Series) -> pl.DataFrame:
    """L6: only what a scanner reported on a component, or a version inside a published range. No report says nothing."""
    import polars as pl

    hit = support.filter(pl.col("id").is_in(affected.implode())).select("system").drop_nulls().unique()
    return _derived(hit, framework, "L6", pl.lit("reported"))


def _needed(on: EstateOn, framework: Litraf) -> pl.DataFrame:
    """C6: by how many other systems need it directly; the bands are the project's own."""
    import polars as pl

    systems = on.things("system").select(pl.col("id").alias("system"))
    counted = systems.join(dependents(on), on="system", how="left").with_columns(pl.col("systems").fill_null(0))
    told = framework.derivations.filter(pl.col("criterion") == "C6").select(
        pl.col("at_least").cast(pl.Int64), pl.col("score").cast(pl.Int64).alias("derived"), pl.col("says").alias("why")
    )
    found = counted.sort("systems").join_asof(
        told.sort("at_least"), left_on="systems", right_on="at_least", strategy="backward"
    )
    return found.select("system", pl.lit("C6").alias("criterion"), "derived", "why")


def totalled(answers: pl.DataFrame, framework: Litraf) -> pl.DataFrame:
    """Returns one row a system: its scores by criterion, ``scored``, the totals, their bounds, ``legacy`` and ``red``.

    Totals are rounded to two places. ``legacy`` and ``red`` are yes, no, or unknown while an answer can still decide.
    """
    import polars as pl

    wide = answers.pivot("criterion", index="system", values="score").sort("system")
    keys = [each.key for each in framework.criteria]
    sides = {side: [each for each in framework.criteria if each.side == side] for side in _SIDES}
    found = wide.with_columns(
        pl.sum_horizontal(pl.col(key).is_not_null().cast(pl.Int64) for key in keys).alias("scored"),
        *(_total(each, "").alias(f"{side}_total") for side, each in sides.items()),
        *(way.alias(f"{side}_{name}") for side, each in sides.items() for name, way in _ways(each)),
        *(_total(each, bound).alias(f"{side}_{bound}") for side, each in sides.items() for bound in ("least", "most")),
    )
    found = found.with_columns(
        (pl.col(f"likelihood_{part}") * pl.col(f"impact_{part}")).alias(
            "overall" if part == "total" else f"overall_{part}"
        )
        for part in ("total", "least", "most")
    )
    figures = [name for name in found.columns if name.endswith(("_total", "_mean", "_least", "_most"))]
    told = [f"{side}_{name}" for side in _SIDES for name in ("mean", "max", "total")]
    judged = found.with_columns(_legacy(sides["likelihood"], framework), _red(framework))
    return judged.with_columns(pl.col(*figures, "overall").round(2)).select(
        "system", *keys, "scored", *told, "overall", "overall_least", "overall_most", "legacy", "red"
    )


def _total(criteria: list[Criterion], bound: str) -> pl.Expr:
    """(mean + max) / 2 of one side; nothing while a score is missing, unless a bound stands in for it."""
    import polars as pl

    stand_ins = {each.key: {"least": each.least, "most": each.most}.get(bound) for each in criteria}
    scores = [pl.col(key) if fill is None else pl.col(key).fill_null(fill) for key, fill in stand_ins.items()]
    whole = pl.all_horizontal(each.is_not_null() for each in scores)
    return pl.when(whole).then((pl.mean_horizontal(*scores) + pl.max_horizontal(*scores)) / 2)


def _ways(criteria: list[Criterion]) -> tuple[tuple[str, pl.Expr], tuple[str, pl.Expr]]:
    """The mean and the highest of one side, only where every score is there."""
    import polars as pl

    scores = [pl.col(each.key) for each in criteria]
    whole = pl.all_horizontal(each.is_not_null() for each in scores)
    both = (("mean", pl.mean_horizontal(*scores)), ("max", pl.max_horizontal(*scores)))
    return tuple((name, pl.when(whole).then(way)) for name, way in both)  # type: ignore[return-value]


def _legacy(criteria: list[Criterion], framework: Litraf) -> pl.Expr:
    import polars as pl

    scores = [pl.col(each.key) for each in criteria]
    so = pl.any_horizontal((each >= framework.thresholds["legacy"]).fill_null(False) for each in scores)
    whole = pl.all_horizontal(each.is_not_null() for each in scores)
    return pl.when(so).then(pl.lit("yes")).when(whole).then(pl.lit("no")).otherwise(pl.lit("unknown")).alias("legacy")


def _red(framework: Litraf) -> pl.Expr:
    import polars as pl

    # Bounds that leave no choice decide before every answer is there.
    line = framework.thresholds["red_rated"]
    sure, never = pl.col("overall_least") >= line, pl.col("overall_most") < line
    return pl.when(sure).then(pl.lit("yes")).when(never).then(pl.lit("no")).otherwise(pl.lit("unknown")).alias("red")


def no_answers() -> pl.DataFrame:
    """Returns an empty table of answers."""
    import polars as pl

    return pl.DataFrame(schema={"system": pl.String, "criterion": pl.String, "score": pl.Int64, "answer": pl.String})


def stated_answers(on: EstateOn) -> pl.DataFrame:
    """Returns the answers that inventories hold: system, criterion, score, answer (the id of the record)."""
    import polars as pl

    held = on.things("assessment").filter(pl.col("framework") == FRAMEWORK)
    return held.select("system", "criterion", "score", pl.col("id").alias("answer")).drop_nulls("score")
