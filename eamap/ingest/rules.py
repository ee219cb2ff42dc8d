"""One rule of a mapping, carried out on a whole sheet: things, links and the reasons why values are missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from eamap.ingest.coded import coded_fields
from eamap.ingest.ends import end_ids, parent_keys
from eamap.ingest.fields import date_reader
from eamap.ingest.mapping import LinkSpec, RuleSpec
from eamap.ingest.minting import thing_ids
from eamap.ingest.picking import picked
from eamap.ingest.reading import Reading
from eamap.ingest.selected import Selected
from eamap.ingest.systems import system_keys
from eamap.ingest.things import field_values, key_column, make_things, read_column
from eamap.model.coded import Coded
from eamap.model.schema import link_schema

if TYPE_CHECKING:
    import polars as pl

OWNED_BY = "OWNED_BY"
_LEAVE_OUT = "or leave the row out with --keep-going"


@dataclass
class Made:
    """What a rule made: the things, the links by relation, the reasons for missing values, and what fed what.

    ``coded`` are columns of the things as codes.
    """

    things: pl.DataFrame | None = None
    links: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    reasons: list[pl.DataFrame] = field(default_factory=list)
    fed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    coded: dict[str, Coded] = field(default_factory=dict)


def carry_out(reading: Reading, rule: RuleSpec, known: frozenset[str] | set[str]) -> Made:
    """Carries out one rule; ``known`` holds the ids that earlier rules of the file made."""
    made = Made()
    selected = _needed(reading, rule, picked(reading, rule))
    selected = _consistent(reading, rule, selected, known)
    ids, selected = _identified(reading, rule, selected)
    if rule.make != "links":
        made.things, kept, reasons = make_things(reading, rule, selected, ids)
        made.reasons.append(reasons)
        made.fed |= {name: reading.fed_by(spec) for name, spec in rule.fields.items()}
        ids, selected = ids.filter(kept), selected.keep(kept)
        made.coded = coded_fields(reading, rule, selected)
    for link in rule.links:
        _link(reading, rule, link, selected, ids, made)
    return made


def _needed(reading: Reading, rule: RuleSpec, selected: Selected) -> Selected:
    """Blocks the rows that lack what the rule cannot do without, and those the rule exists to refuse."""
    for column in rule.needs:
        missing = selected.values(column).is_null()
        if missing.any():
            name = next(iter(reading.match.mapping.columns[column].headers), column)
            reading.complain_rows(
                selected.rows.filter(missing), f"has no {name.lower()}", column=column,
                code=f"no-{column.replace('_', '-')}", hint=f"fill the cell in, {_LEAVE_OUT}",
            )  # fmt: skip
            selected = selected.keep(~missing)
    if rule.refuse:
        column = next(iter(rule.when.not_matches), "")
        values = selected.values(column).fill_null("") if column else None
        hint = f"correct the row, {_LEAVE_OUT}"
        reading.complain_rows(selected.rows, rule.refuse, column=column, code="no-rule", hint=hint, values=values)
        return selected.none()
    return selected


def _consistent(reading: Reading, rule: RuleSpec, selected: Selected, known: frozenset[str] | set[str]) -> Selected:
    """Blocks rows that point at themselves or at a key the file does not hold."""
    if rule.differ:
        first, second = (selected.keys(column) for column in rule.differ)
        same = (first == second).fill_null(False)
        reading.complain_rows(
            selected.rows.filter(same), "depends on itself", column=rule.differ[1], code="points-at-itself",
            hint=f"name another system, {_LEAVE_OUT}", values=selected.values(rule.differ[1]).filter(same),
        )  # fmt: skip
        selected = selected.keep(~same)
    for column in rule.within_file:
        ids = "system:" + system_keys(selected, column)
        strange = ~ids.is_in(list(known)).fill_null(False)
        reading.complain_rows(
            selected.rows.filter(strange), "names an application that is not in the file", column=column,
            code="not-in-file", hint=f"add the application's row, {_LEAVE_OUT}",
            values=selected.values(column).filter(strange),
        )  # fmt: skip
        selected = selected.keep(~strange)
    return selected


def _identified(reading: Reading, rule: RuleSpec, selected: Selected) -> tuple[pl.Series, Selected]:
    """Mints the ids; a row of which no id can be made is blocked."""
    import polars as pl

    if rule.make == "links":
        return pl.Series("id", [None], dtype=pl.String).new_from_index(0, len(selected)), selected
    ids = thing_ids(reading, rule, selected)
    if not ids.null_count():
        return ids, selected
    nameless = ids.is_null()
    parents = parent_keys(selected, rule.parent) if rule.parent else ids.fill_null("")
    _complain_of_the_nameless(reading, rule, selected, nameless, parents)
    return ids.filter(~nameless), selected.keep(~nameless)


def _complain_of_the_nameless(
    reading: Reading, rule: RuleSpec, selected: Selected, nameless: pl.Series, parents: pl.Series
) -> None:
    """Says of each row without an id which half of it is missing: whose the thing is, or what tells it apart."""
    orphans, mapping = parents.is_null(), reading.match.mapping
    owner = mapping.organisation or mapping.organisation_name or (rule.parent.column if rule.parent else "")
    reading.complain_rows(
        selected.rows.filter(orphans), "names no organisation", column=owner, code="no-organisation",
        hint="say whose inventory this is with --org CODE",
    )  # fmt: skip
    reading.complain_rows(
        selected.rows.filter(nameless & ~orphans), "has nothing to tell it apart by", column=key_column(reading, rule),
        code="no-identity", hint=f"give the row an id or a name, {_LEAVE_OUT}",
    )  # fmt: skip


def _link(reading: Reading, rule: RuleSpec, link: LinkSpec, selected: Selected, ids: pl.Series, made: Made) -> None:
    """Adds the links of one relation."""
    import polars as pl

    mask = selected.take(reading.holds(link.when))
    selected, ids = selected.keep(mask), ids.filter(mask)
    origins = end_ids(selected, link.from_, ids).rename({"id": "from"})
    targets = end_ids(selected, link.to, ids).rename({"id": "to"})
    pairs = origins.join(targets, on="at", how="inner", maintain_order="left_right")
    if link.relation != OWNED_BY:  # a company that is said to own itself has no owner above it, which is worth saying
        pairs = pairs.filter(pl.col("from") != pl.col("to"))
    if pairs.is_empty():
        return
    carried = {name: field_values(reading, spec, selected) for name, spec in link.attributes.items()}
    for bound in ("since", "until"):
        if column := getattr(link, bound):
            carried[bound] = read_column(reading, column, date_reader(month_first=reading.month_first), selected)
    carried |= {"row": selected.rows.cast(pl.UInt32)}
    pairs = pairs.with_columns(*(series.gather(pairs["at"]).alias(name) for name, series in carried.items()))
    pairs = pairs.with_columns(pl.lit(rule.rule).alias("rule"))
    schema = {name: dtype for name, dtype in link_schema(link.relation).items() if name != "source"}
    none = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in pairs.columns]
    typed = [pl.col(name).cast(dtype, strict=False) for name, dtype in schema.items()]
    made.links.setdefault(link.relation, []).append(pairs.with_columns(none).select(*typed))
    _feed(reading, link, made)


def _feed(reading: Reading, link: LinkSpec, made: Made) -> None:
    """Notes which columns of the file the ends of a link came from."""
    columns = [column for end in (link.from_, link.to) for column in (end.column, end.organisation) if column]
    names = [name for column in columns if (name := reading.raw_name(column))]
    made.fed[link.relation] = tuple(dict.fromkeys((*made.fed.get(link.relation, ()), *names)))
