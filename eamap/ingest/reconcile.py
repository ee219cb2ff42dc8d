"""What many sources say becomes one estate: the better attested value is used, every other is kept.

Two rows speak of the same thing when they give the same id, or when a decision says so. For each field the winner is the
first value in the order: a person's decision; provenance (signed-off inventory, contract register, FOI, inferred, assumed);
the later date of the fact; the source's name. Nothing here depends on the order in which files came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from eamap.ingest.frames import all_differ
from eamap.ingest.redirect import redirected
from eamap.model.estate import ATTESTATIONS, DECISIONS, ISSUES, LINKS, REASONS, THINGS
from eamap.model.records import RECORDS
from eamap.model.schema import table_schema
from eamap.protocols import SourceTables

if TYPE_CHECKING:
    import polars as pl

WEIGHT = {"decision": 1.1, "signed-off": 1.0, "contract-register": 0.8, "foi": 0.6, "inferred": 0.4, "assumed": 0.2}
"""How well attested a value is, by the provenance of its source; also used where confidence is computed."""
GATHERED = frozenset({"system_type"})
"""Fields in which one source may list several values over several rows, all of them true: they are joined."""
LATEST = frozenset({"last_seen"})
"""Fields in which the latest of all statements holds, because a later one does not make an earlier one wrong."""
_CITATION = ("source", "row", "rule")


def reconcile(parts: Sequence[SourceTables], decisions: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], dict[str, str]]:
    """Returns the tables of the estate that these source parts and decisions make.

    Beside them come the names of the tables that are one part's as it stands, each with that part's name.
    """
    import polars as pl

    parts = sorted(parts, key=lambda part: part.part)
    same = _same_as(decisions)
    first = _stacked(parts)
    stacks = {name: _renamed(frame, name, same) for name, frame in first.items()}
    decided = decisions.with_columns(pl.col("subject").replace(same)) if same else decisions
    stacks = redirected(stacks)
    alone = _alone(parts)
    told: dict[str, str] = {}
    ranks = _ranks(parts)
    attested = [_no_rows(ATTESTATIONS)]
    tables: dict[str, pl.DataFrame] = {}
    for name, frame in stacks.items():
        if name.startswith(THINGS):
            kind = name.removeprefix(THINGS)
            stated = _overridden(frame, decided)
            part = alone.get(name) if stated is first[name] else None
            distinct = part is not None and name in part.distinct
            tables[name], losers = _merged(kind, stated, ranks, distinct=distinct)
            attested.append(losers)
            if part and tables[name] is stated:
                told[name] = part.part
        elif name.startswith(LINKS):
            tables[name] = _distinct_links(frame, ranks)
        else:
            tables[name] = frame
    tables[ATTESTATIONS] = _concat(attested)
    tables[DECISIONS] = decisions
    return tables, told


def _alone(parts: Iterable[SourceTables]) -> dict[str, SourceTables]:
    """Returns the tables that one part alone has, with the part."""
    having: dict[str, list[SourceTables]] = {}
    for part in parts:
        for name in part.tables:
            having.setdefault(name, []).append(part)
    return {name: those[0] for name, those in having.items() if len(those) == 1}


def _no_rows(name: str) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(schema=table_schema(name))


def _concat(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    import polars as pl

    kept = [frame for frame in frames if frame.height]
    return pl.concat(kept) if kept else next(iter(frames))


def _stacked(parts: Sequence[SourceTables]) -> dict[str, pl.DataFrame]:
    """Puts the tables of the same name under one another, each row naming its source part."""
    import polars as pl

    stacks: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        for name, frame in part.tables.items():
            stacks.setdefault(name, []).append(frame.with_columns(pl.lit(part.part).alias("source")))
    ordered = {REASONS: table_schema(REASONS), ISSUES: table_schema(ISSUES)}
    found = {name: pl.concat(frames) for name, frames in sorted(stacks.items())}
    return {name: frame.select(*ordered[name]) if name in ordered else frame for name, frame in found.items()}


def _same_as(decisions: pl.DataFrame) -> dict[str, str]:
    """Returns, for each id that a decision says is another thing's, that other id, followed to its end."""
    import polars as pl

    pairs = dict(decisions.filter(pl.col("kind") == "same-as").select("subject", "object").rows())
    final: dict[str, str] = {}
    for start, following in pairs.items():
        path, end = [start], following
        while end in pairs and end not in path:
            path.append(end)
            end = pairs[end]
        # In a circle of decisions all are one thing, and the first id stands for it.
        final[start] = min(path[path.index(end) :]) if end in path else end
    return final


def _renamed(frame: pl.DataFrame, name: str, same: Mapping[str, str]) -> pl.DataFrame:
    import polars as pl

    if not same:
        return frame
    ids = [
        column
        for column in ("id", "from", "to", "system", "exposer", "component")
        if column in frame.columns and name != ISSUES
    ]
    return frame.with_columns(pl.col(column).replace(dict(same)) for column in ids)


def _ranks(parts: Sequence[SourceTables]) -> pl.DataFrame:
    """Returns how the source parts rank against one another: 0 is the best attested."""
    import polars as pl

    order = sorted(
        parts,
        key=lambda part: (
            -WEIGHT[part.meta["provenance"]],
            _later_first(str(part.meta["fact_date"])),
            part.meta["source"],
            part.part,
        ),
    )
    names = [part.part for part in order]
    return pl.DataFrame(
        {"source": names, "rank": range(1, len(names) + 1)}, schema={"source": pl.String, "rank": pl.Int64}
    )


def _later_first(day: str) -> int:
    """Orders dates, the latest first; a year or month counts as its first day, and no date comes last."""
    return -int((day.replace("-", "") + "0101")[:8]) if day else 0


def _overridden(frame: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Adds the rows that people decided about things that are stated: one for each override, the latest first."""
    import polars as pl

    mine = decisions.filter((pl.col("kind") == "override") & pl.col("field").is_in(frame.columns))
    if mine.is_empty():
        return frame
    mine = mine.join(frame.select("id"), left_on="subject", right_on="id", how="semi").sort(
        "date", "hash", descending=True
    )
    citation = {"source": "decision/" + pl.col("hash"), "row": pl.lit(0, pl.UInt32), "rule": pl.lit("override")}
    rows = [
        mine.filter(pl.col("field") == name).select(
            pl.col("subject").alias("id"),
            pl.col("value").cast(frame.schema[name], strict=False).alias(name),
            **citation,
        )
        for name in mine["field"].unique().sort().to_list()
    ]
    return pl.concat([frame, *rows], how="diagonal")


def _merged(
    kind: str, frame: pl.DataFrame, ranks: pl.DataFrame, *, distinct: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Returns one row a thing, and every value of the things that more than one row speaks of."""
    import polars as pl

    if distinct or all_differ(frame["id"]):
        return frame, _no_rows(ATTESTATIONS)
    several = frame.filter(pl.col("id").is_duplicated())
    ranked = several.join(ranks, on="source", how="left", maintain_order="left").with_columns(
        pl.col("rank").fill_null(0)
    )
    ranked = ranked.sort("id", "rank", "row", maintain_order=True)
    fields = [name for name in RECORDS[kind].model_fields if name != "id" and name in frame.columns]
    picks = [_pick(name) for name in fields]
    merged = ranked.group_by("id", maintain_order=True).agg(*picks, *(pl.first(name) for name in _CITATION))
    one = frame.filter(~pl.col("id").is_duplicated())
    return pl.concat([one, merged.select(*one.columns)]), _attested(kind, ranked, fields)


def _pick(name: str) -> pl.Expr:
    import polars as pl

    stated = pl.col(name).drop_nulls()
    if name in LATEST:
        decided = pl.col(name).filter(pl.col("rank") == 0).drop_nulls().first()
        return pl.coalesce(decided, stated.max()).alias(name)
    if name not in GATHERED:
        return stated.first()
    best = pl.col(name).filter(pl.col("rank") == pl.col("rank").filter(pl.col(name).is_not_null()).min())
    return best.drop_nulls().unique(maintain_order=True).str.join("; ").replace("", None).alias(name)


def _attested(kind: str, ranked: pl.DataFrame, fields: Sequence[str]) -> pl.DataFrame:
    """Returns every stated value, and whether it is the one in use."""
    import polars as pl

    parts = []
    for name in fields:
        stated = ranked.filter(pl.col(name).is_not_null()).select(
            "id", pl.col(name).cast(pl.String).alias("value"), "rank", *_CITATION
        )
        if stated.is_empty():
            continue
        said = (pl.lit(kind).alias("kind"), pl.lit(name).alias("field"), _won(name).alias("won"))
        parts.append(stated.with_columns(*said))
    frames = [part.select(*table_schema(ATTESTATIONS)) for part in parts]
    return pl.concat(frames) if frames else _no_rows(ATTESTATIONS)


def _won(name: str) -> pl.Expr:
    """Returns whether a stated value (``value``, ``rank``) of a field is the one in use."""
    import polars as pl

    best = pl.col("rank") == pl.col("rank").min().over("id")
    if name in GATHERED:
        return best
    if name in LATEST:
        decided = pl.col("rank").min().over("id") == 0
        return pl.when(decided).then(best).otherwise(pl.col("value") == pl.col("value").max().over("id"))
    return best & (pl.col("value") == pl.col("value").first().over("id"))


def _distinct_links(frame: pl.DataFrame, ranks: pl.DataFrame) -> pl.DataFrame:
    """Returns each link once; where several sources state the same one, the best attested is cited."""
    import polars as pl

    said = [name for name in frame.columns if name not in _CITATION]
    if frame["source"].n_unique() > 1:
        frame = (
            frame.join(ranks, on="source", how="left", maintain_order="left")
            .sort("rank", maintain_order=True)
            .drop("rank")
        )
    # A company that is said to own itself has no owner above it; nothing else is joined to itself.
    own = pl.col("from").str.starts_with("supplier:")
    return frame.unique(subset=said, keep="first", maintain_order=True).filter((pl.col("from") != pl.col("to")) | own)
