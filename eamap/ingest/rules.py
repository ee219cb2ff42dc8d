"""One rule of a mapping, carried out on a whole sheet: things, links and the reasons why values are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eamap.ingest.ends import Selected, end_ids
from eamap.ingest.fields import Reader
from eamap.ingest.frames import split_values
from eamap.ingest.mapping import OWN, LinkSpec, RuleSpec
from eamap.ingest.readers import read_date
from eamap.ingest.reading import Reading
from eamap.ingest.things import field_values, make_things, read_column
from eamap.model.ids import key_part, key_parts
from eamap.model.schema import link_schema

if TYPE_CHECKING:
    import polars as pl


@dataclass
class Made:
    """What a rule made: the things, the links by relation, the reasons for missing values, and what fed what."""

    things: pl.DataFrame | None = None
    links: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    reasons: list[pl.DataFrame] = field(default_factory=list)
    fed: dict[str, tuple[str, ...]] = field(default_factory=dict)


def carry_out(reading: Reading, rule: RuleSpec, known: frozenset[str] | set[str]) -> Made:
    """Carries out one rule; ``known`` holds the ids that earlier rules of the file made."""
    made = Made()
    selected = _needed(reading, rule, _select(reading, rule))
    selected = _consistent(reading, rule, selected, known)
    ids, selected = _identified(reading, rule, selected)
    if rule.make != "links":
        made.things, kept, reasons = make_things(reading, rule, selected, ids)
        made.reasons.append(reasons)
        made.fed |= {name: reading.fed_by(spec) for name, spec in rule.fields.items()}
        ids, selected = ids.filter(kept), selected.keep(kept)
    for link in rule.links:
        _link(reading, rule, link, selected, ids, made)
    return made


def _select(reading: Reading, rule: RuleSpec) -> Selected:
    """Picks the rows a rule is for, and takes cells that hold several things apart."""
    import polars as pl

    mask = reading.holds(rule.when)
    positions = None if mask.all() else mask.arg_true().cast(pl.UInt32)
    selected = Selected(reading, positions, {})
    if rule.pairs:
        return _paired(reading, rule, selected)
    for column, way in rule.explode.items():
        texts = selected.values(column)
        lists = _products(reading, texts) if way == "products" else split_values(texts, commas=way == "commas")
        if (lists.list.len() > 1).any():
            every = (
                selected.positions
                if selected.positions is not None
                else pl.int_range(texts.len(), dtype=pl.UInt32, eager=True)
            )
            frame = pl.DataFrame({"position": every, "item": lists}).explode("item")
            selected = Selected(reading, frame["position"], {column: frame["item"]})
    return selected


def _products(reading: Reading, texts: pl.Series) -> pl.Series:
    """Takes "Oracle Millennium & ICE Desktop" apart, but only where every part is the name of a product."""
    import re

    import polars as pl

    plain = split_values(texts)
    joined = texts.str.contains(r" & | \+ | / | and ").fill_null(False)
    if not joined.any():
        return plain
    parts = {text: re.split(r" & | \+ | / | and ", text) for text in texts.filter(joined).unique().to_list()}
    apart = {text: names for text, names in parts.items() if all(reading.is_product(name) for name in names)}
    lists = [apart.get(text, found) for text, found in zip(texts.to_list(), plain.to_list(), strict=True)]
    return pl.Series(lists, dtype=pl.List(pl.String))


def _paired(reading: Reading, rule: RuleSpec, selected: Selected) -> Selected:
    """Stacks numbered pairs of columns (Tag Category 1, Tag 1, ...) and keeps the categories the rule is for."""
    import polars as pl

    assert rule.pairs is not None
    stacks = []
    every = (
        selected.positions
        if selected.positions is not None
        else pl.int_range(reading.rows.len(), dtype=pl.UInt32, eager=True)
    )
    for number in range(1, 100):
        category, value = rule.pairs.category.format(n=number), rule.pairs.value.format(n=number)
        if value not in reading.match.columns or category not in reading.match.columns:
            continue
        only = rule.pairs.only
        kinds, _ = reading.cells(category).mapped("pair", lambda text: only.get(text.casefold().strip()), pl.String())
        stacks.append(pl.DataFrame({"position": every, "kind": selected.take(kinds), "text": selected.values(value)}))
    if not stacks:
        return selected.keep(pl.Series([False]).new_from_index(0, every.len()))
    frame = pl.concat(stacks).drop_nulls()
    return Selected(reading, frame["position"], {"#category": frame["kind"], "#value": frame["text"]})


def _needed(reading: Reading, rule: RuleSpec, selected: Selected) -> Selected:
    """Blocks the rows that lack what the rule cannot do without, and those the rule exists to refuse."""
    import polars as pl

    for column in rule.needs:
        values = selected.values(column)
        if values.null_count():
            missing = values.is_null()
            name = next(iter(reading.match.mapping.columns[column].headers), column)
            reading.complain_rows(
                selected.rows.filter(missing), f"has no {name.lower()}", column=column, code=f"no-{column.replace('_', '-')}",
                hint="fill the cell in, or leave the row out with --keep-going",
            )  # fmt: skip
            selected = selected.keep(~missing)
    if rule.refuse:
        column = next(iter(rule.when.not_matches), "")
        reading.complain_rows(
            selected.rows, rule.refuse, column=column, code="no-rule", hint="correct the row, or leave it out with --keep-going",
            values=selected.values(column).fill_null(""),
        )  # fmt: skip
        selected = selected.keep(pl.Series([False]).new_from_index(0, selected.rows.len()))
    return selected


def _consistent(reading: Reading, rule: RuleSpec, selected: Selected, known: frozenset[str] | set[str]) -> Selected:
    """Blocks rows that point at themselves or at a key the file does not hold."""
    import polars as pl

    if rule.differ:
        first, second = (key_parts(selected.values(column)) for column in rule.differ)
        same = (first == second).fill_null(False)
        reading.complain_rows(
            selected.rows.filter(same), "depends on itself", column=rule.differ[1], code="points-at-itself",
            hint="name another system, or leave the row out with --keep-going", values=selected.values(rule.differ[1]).filter(same),
        )  # fmt: skip
        selected = selected.keep(~same)
    for column in rule.within_file:
        values = selected.values(column)
        ids = pl.select(pl.lit("system:") + selected.organisation + "/" + key_parts(values)).to_series()
        strange = ~ids.is_in(list(known)).fill_null(False)
        reading.complain_rows(
            selected.rows.filter(strange), "names an application that is not in the file", column=column, code="not-in-file",
            hint="add the application's row, or leave this one out with --keep-going", values=values.filter(strange),
        )  # fmt: skip
        selected = selected.keep(~strange)
    return selected


def _identified(reading: Reading, rule: RuleSpec, selected: Selected) -> tuple[pl.Series, Selected]:
    """Mints the ids; a row of which no id can be made is blocked."""
    import polars as pl

    if rule.make == "links":
        return pl.Series("id", [None], dtype=pl.String).new_from_index(0, selected.rows.len()), selected
    key = _key(reading, rule.key, selected)
    if rule.fallback_key:
        key = pl.select(pl.coalesce(key, _key(reading, rule.fallback_key, selected))).to_series()
    parent = _parent(reading, rule, selected)
    ids = pl.select(pl.lit(f"{rule.make}:") + (key if parent is None else parent + "/" + key)).to_series().alias("id")
    nameless = ids.is_null()
    if nameless.any():
        lacks_parent = parent is not None and bool((parent.is_null() & nameless).any())
        column = (
            (rule.parent.column or reading.match.mapping.organisation)
            if lacks_parent and rule.parent
            else (rule.key or ("",))[0]
        )
        reading.complain_rows(
            selected.rows.filter(nameless), "names no organisation" if lacks_parent else "has nothing to tell it apart by",
            column=column.lstrip("=#"), code="no-organisation" if lacks_parent else "no-identity",
            hint="say whose inventory this is with --org CODE" if lacks_parent else "give the row an id or a name, or leave it out with --keep-going",
        )  # fmt: skip
        selected, ids = selected.keep(~nameless), ids.filter(~nameless)
    return ids, selected


def _key(reading: Reading, columns: Iterable[str], selected: Selected) -> pl.Series:
    import polars as pl

    parts: list[pl.Series | pl.Expr] = []
    for column in columns:
        if column == "#row":
            parts.append(selected.rows.cast(pl.String))
        elif column.startswith("#"):
            parts.append(key_parts(selected.items[column]))
        elif column.startswith("="):
            parts.append(pl.lit(key_part(column[1:])))
        elif column in (OWN, reading.match.mapping.organisation):
            parts.append(selected.organisation)
        else:
            parts.append(key_parts(selected.values(column)))
    if len(parts) == 1 and isinstance(parts[0], pl.Series):
        return parts[0]
    height = selected.rows.len()
    return (
        pl.DataFrame({"row": selected.rows})
        .select(pl.concat_str(*parts, separator="/").alias("key"))["key"]
        .head(height)
    )


def _parent(reading: Reading, rule: RuleSpec, selected: Selected) -> pl.Series | None:
    """Returns the key of the thing a row's thing belongs to; ``None`` where the kind has no parent."""
    import polars as pl

    if rule.parent is None:
        return None
    ends = end_ids(selected, rule.parent, selected.rows.cast(pl.String)).unique("at", keep="first", maintain_order=True)
    every = pl.DataFrame({"at": pl.int_range(selected.rows.len(), dtype=pl.UInt32, eager=True)})
    if ends.height == every.height:
        ids = ends.sort("at")["id"]
    else:
        ids = every.join(ends, on="at", how="left", maintain_order="left")["id"]
    if rule.parent.what != "organisation":
        # Something that names no system still belongs to somebody: an asset, an interface of an unknown system.
        ids = pl.select(pl.coalesce(ids, pl.lit("organisation:") + selected.organisation)).to_series()
    return ids.str.replace(r"^[a-z-]+:", "")


def _link(reading: Reading, rule: RuleSpec, link: LinkSpec, selected: Selected, ids: pl.Series, made: Made) -> None:
    """Adds the links of one relation."""
    import polars as pl

    mask = selected.take(reading.holds(link.when))
    selected, ids = selected.keep(mask), ids.filter(mask)
    origins = end_ids(selected, link.from_, ids).rename({"id": "from"})
    targets = end_ids(selected, link.to, ids).rename({"id": "to"})
    pairs = origins.join(targets, on="at", how="inner").filter(pl.col("from") != pl.col("to"))
    if pairs.is_empty():
        return
    attributes = {
        name: field_values(reading, spec, selected).gather(pairs["at"]) for name, spec in link.attributes.items()
    }
    if link.since:
        reader = Reader("date", read_date, pl.String())
        attributes["since"] = read_column(reading, link.since, reader, selected).gather(pairs["at"])
    pairs = pairs.with_columns(*(series.alias(name) for name, series in attributes.items()))
    pairs = pairs.with_columns(
        selected.rows.gather(pairs["at"]).cast(pl.UInt32).alias("row"), pl.lit(rule.rule).alias("rule")
    )
    schema = {name: dtype for name, dtype in link_schema(link.relation).items() if name != "source"}
    none = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in pairs.columns]
    typed = [pl.col(name).cast(dtype, strict=False) for name, dtype in schema.items()]
    made.links.setdefault(link.relation, []).append(pairs.with_columns(none).select(*typed))
    ends = (link.from_, link.to)
    fed = tuple(
        name
        for end in ends
        for column in (end.column, end.organisation)
        if column and (name := reading.raw_name(column))
    )
    made.fed[link.relation] = tuple(dict.fromkeys((*made.fed.get(link.relation, ()), *fed)))
