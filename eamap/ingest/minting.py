"""The ids of things: minted from what each row says, by the rule that makes them or by one that speaks of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from eamap.ingest.ends import parent_keys
from eamap.ingest.mapping import RuleSpec
from eamap.ingest.reading import Reading
from eamap.ingest.selected import Selected
from eamap.ingest.systems import first_stated
from eamap.model.ids import key_part

if TYPE_CHECKING:
    import polars as pl


def thing_ids(reading: Reading, rule: RuleSpec, selected: Selected) -> pl.Series:
    """Returns the id of the thing that a rule makes of each row; null where the row does not tell it apart."""
    import polars as pl

    key = _key(reading, rule.key, selected)
    if rule.fallback_key and key.null_count():
        key = first_stated(key, _key(reading, rule.fallback_key, selected))
    parts = {"parent": parent_keys(selected, rule.parent), "key": key} if rule.parent else {"key": key}
    form = f"{rule.make}:" + "/".join("{}" for _ in parts)
    return pl.DataFrame(parts).select(pl.format(form, *parts).alias("id")).to_series()


def _key(reading: Reading, columns: Iterable[str], selected: Selected) -> pl.Series:
    """Joins the parts of a key. Without one of them there is no key, but for those that end in "?": they may be empty."""
    import polars as pl

    parts: list[pl.Series | pl.Expr] = []
    for column in columns:
        part = _part(reading, column.removesuffix("?"), selected)
        if column.endswith("?"):
            part = pl.select(pl.lit(part).fill_null("")).to_series()
        parts += [pl.lit("/"), part] if parts else [part]
    if len(parts) == 1 and isinstance(parts[0], pl.Series):
        return parts[0]
    joined = pl.DataFrame({"row": selected.rows}).select(pl.col("row"), pl.concat_str(*parts).alias("key"))
    return joined["key"]


def _part(reading: Reading, column: str, selected: Selected) -> pl.Series | pl.Expr:
    """Returns one part of a key; of columns parted by "|" the first that holds a value."""
    import polars as pl

    if column == "#row":
        return selected.rows.cast(pl.String)
    if column.startswith("="):
        return pl.lit(key_part(column[1:]))
    if reading.is_own(column):
        return selected.organisation
    if column in reading.match.mapping.stating:
        return selected.take(reading.stated_codes(column))
    first, *others = (selected.keys(name) for name in column.split("|"))
    for other in others:
        first = first_stated(first, other)
    return first
