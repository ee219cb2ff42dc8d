"""The fields a check may depend on, as columns of one table of its subjects.

==================  ==============================================================================================
``raw``             a column of the subject's table
``system.status``   a column of the thing that another column names
``count:PATH``      how many things the relations of PATH lead to from the subject: ``count:INSTANCE_OF/SUPPLIED_BY``
``first:PATH``      the first of them in the order of ids
``reason:FIELD``    why a field is empty, where a source says so: absent, not-applicable, withheld or unknown
``reading:FIELD``   the CapabilityStatement whose sha256 a column holds, read (:class:`eamap.fhir.statement.Reading`)
``support:FIELD``   how the component stands with its vendor's support: :class:`eamap.checks.reference.Support`
``finding:FIELD``   whether the finding whose fingerprint a column holds still stands: open, gone, or nothing
``claim:...``       one row for each standard that an interface claims: ``standard``, ``strength``, ``evidence``
``conflict:...``    one row for each field of the subject that two rows attest: see :mod:`eamap.checks.disagreements`
``mention:...``     one row for each thing that the subject refers to: see :mod:`eamap.checks.mentions`
==================  ==============================================================================================

The last three multiply subjects; what tells the rows of one subject apart is their ``identity``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from eamap.checks.disagreements import disagreements
from eamap.checks.kinds import kinds_named
from eamap.checks.mentions import mentioning, mentions
from eamap.errors import PluginError
from eamap.interpret.records_of_people import DECISION, REFERENCE_SET
from eamap.model.records import RECORDS
from eamap.model.relations import RELATIONS
from eamap.model.schema import thing_schema

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

SUBJECT = "subject"
IDENTITY = "identity"
ANY_THING = "thing"
"""The subject of checks that look at things of every kind that can refer to another."""
READING = "reading:"
SUPPORT = "support:"
FINDING = "finding:"
_ADDED = {
    ("interface", "document"),
    *(("decision", name) for name in DECISION),
    *(("reference-set", name) for name in REFERENCE_SET),
}
"""Columns that interpretation adds; a table without them is as if they were empty."""


def field_table(estate: Estate, kind: str, names: tuple[str, ...], on: date) -> pl.DataFrame:
    """Returns ``subject``, ``identity`` and one column for each field, one row for each thing to judge."""
    import polars as pl

    groups = sorted({name.partition(":")[0] for name in names if name.partition(":")[0] in _ROWS})
    if len(groups) > 1:
        raise PluginError(f"a check cannot multiply its subjects by {' and by '.join(groups)}", where=", ".join(names))
    table = _subjects(estate, kind, tuple(name for name in names if _is_column(name)))
    for name in names:
        if not _is_column(name) and name.partition(":")[0] not in _ROWS:
            table = _with_derived(table, estate, kind, name, on)
    for group in groups:
        rows = _row_columns(_ROWS[group](estate, kind, on), group, names)
        table = table.join(rows, on=SUBJECT, how="left", maintain_order="left")
    if not groups:
        table = table.with_columns(pl.lit("").alias(IDENTITY))
    return table.select(SUBJECT, pl.col(IDENTITY).fill_null(""), *names)


def _row_columns(rows: pl.DataFrame, group: str, names: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    wanted = {name: name.partition(":")[2] for name in names if name.startswith(group + ":")}
    if odd := sorted(set(wanted.values()) - set(rows.columns)):
        raise PluginError(f"{group} has no column {', '.join(odd)}", hint=f"it has {', '.join(rows.columns[2:])}")
    return rows.select(SUBJECT, IDENTITY, *(pl.col(column).alias(name) for name, column in wanted.items()))


def stated_field(name: str) -> str:
    """Returns the field that a source has to state for this one to be there."""
    return name.removeprefix(SUPPORT)


def _is_column(name: str) -> bool:
    return ":" not in name and "." not in name


def _subjects(estate: Estate, kind: str, columns: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    if kind == ANY_THING:
        return mentioning(estate)
    things = estate.things(kind)
    return things.select(pl.col("id").alias(SUBJECT), *(_own_column(things, kind, name) for name in columns))


def _own_column(things: pl.DataFrame, kind: str, name: str) -> pl.Expr:
    import polars as pl

    if name in things.columns:
        return pl.col(name)
    if (kind, name) in _ADDED or name in thing_schema(kind):
        return pl.lit(None, dtype=pl.String).alias(name)
    raise PluginError(f"a {kind} has no field {name!r}", hint="see eamap.checks.fields")


def _with_derived(table: pl.DataFrame, estate: Estate, kind: str, name: str, on: date) -> pl.DataFrame:
    import polars as pl

    prefix, colon, rest = name.partition(":")
    if kind == ANY_THING:
        raise PluginError(f"things of all kinds have no field {name!r} in common", hint="see eamap.checks.fields")
    if not colon:
        return table.with_columns(_through(estate, kind, name))
    if name.startswith((READING, SUPPORT, FINDING)):
        # The column carries a checksum, a text or a fingerprint; the engine finds out what it means when it judges.
        things = estate.things(kind)
        return table.with_columns(things.select("id", _own_column(things, kind, rest).alias(name))[name])
    derive = _DERIVED.get(prefix)
    if derive is None:
        raise PluginError(f"there is no field {name!r}", hint="see eamap.checks.fields")
    found = derive(estate, kind, rest, on).rename({"value": name})
    table = table.join(found, on=SUBJECT, how="left", maintain_order="left")
    return table.with_columns(pl.col(name).fill_null(0)) if prefix == "count" else table


def _through(estate: Estate, kind: str, name: str) -> pl.Series:
    """Returns a field of the thing that a column names, row for row of the subjects."""
    import polars as pl

    column, _, field = name.partition(".")
    things = estate.things(kind)
    near = things.select("id", _own_column(things, kind, column).alias("far"))
    if not any(field in thing_schema(each) for each in RECORDS):
        raise PluginError(f"nothing has a field {field!r}", hint="see eamap.checks.fields", where=name)
    kinds = [each for each in kinds_named(estate, near["far"]) if field in estate.things(each).columns]
    named = [estate.things(each).select(pl.col("id").alias("far"), pl.col(field).alias("value")) for each in kinds]
    if not named:
        return pl.Series(name, [None] * near.height, dtype=pl.String)
    # Ids of one table are unique, and the order is kept, so that the result lines up with the subjects.
    return near.join(pl.concat(named), on="far", how="left", maintain_order="left")["value"].alias(name)


def in_force(links: pl.DataFrame, on: date) -> pl.DataFrame:
    """Returns the links that hold on a day: since <= day < until, an unknown bound being open."""
    import polars as pl

    day = on.isoformat()
    return links.filter(
        pl.col("since").is_null() | (pl.col("since") <= day), pl.col("until").is_null() | (pl.col("until") > day)
    )


def reached(estate: Estate, kind: str, path: str, on: date) -> pl.DataFrame:
    """Returns ``subject`` and ``value`` for each thing that the relations of a path lead to."""
    import polars as pl

    found = estate.things(kind).select(pl.col("id").alias(SUBJECT), pl.col("id").alias("value"))
    kinds: tuple[str, ...] = (kind,)
    for name in path.split("/"):
        relation = RELATIONS.get(name)
        if relation is None:
            raise PluginError(f"there is no relation {name!r}", hint="see eamap.model.relations")
        forward = bool(set(kinds) & set(relation.origins))
        near, far = ("from", "to") if forward else ("to", "from")
        kinds = relation.targets if forward else relation.origins
        links = in_force(estate.links(name), on).select(pl.col(near).alias("value"), pl.col(far).alias("next"))
        found = found.join(links, on="value").select(SUBJECT, pl.col("next").alias("value"))
    return found.unique()


def _count(estate: Estate, kind: str, path: str, on: date) -> pl.DataFrame:
    import polars as pl

    return reached(estate, kind, path, on).group_by(SUBJECT).agg(pl.len().cast(pl.Int64).alias("value"))


def _first(estate: Estate, kind: str, path: str, on: date) -> pl.DataFrame:
    import polars as pl

    return reached(estate, kind, path, on).group_by(SUBJECT).agg(pl.col("value").min())


def _reason(estate: Estate, kind: str, field: str, on: date) -> pl.DataFrame:
    import polars as pl

    del kind, on
    rows = estate.reasons.filter(pl.col("field") == field).sort("id", "source", "row")
    return rows.unique("id", keep="first", maintain_order=True).select(
        pl.col("id").alias(SUBJECT), pl.col("reason").alias("value")
    )


def _claims(estate: Estate, kind: str, on: date) -> pl.DataFrame:
    import polars as pl

    del kind
    key = pl.col("to").str.strip_prefix("standard:")
    return (
        in_force(estate.links("CLAIMS"), on)
        .sort("from", "to")
        .unique(["from", "to"], keep="first", maintain_order=True)
        .select(pl.col("from").alias(SUBJECT), key.alias(IDENTITY), key.alias("standard"), "strength", "evidence")
    )


_DERIVED: dict[str, Callable[[Estate, str, str, date], pl.DataFrame]] = {
    "count": _count,
    "first": _first,
    "reason": _reason,
}
_ROWS: dict[str, Callable[[Estate, str, date], pl.DataFrame]] = {
    "claim": _claims,
    "conflict": disagreements,
    "mention": mentions,
}
