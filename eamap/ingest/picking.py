"""Which rows a rule is for, and the cells that hold several things taken apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eamap.ingest.frames import split_values
from eamap.ingest.mapping import RuleSpec
from eamap.ingest.reading import Reading
from eamap.ingest.selected import Selected

if TYPE_CHECKING:
    import polars as pl

_JOINED = r" & | \+ | / | and "
_CVE = r"\bCVE-[0-9]{4}-[0-9]{4,19}\b"
_LIKE_A_CVE = r"(?i)\b(?:CVE|CAN)[- _]?[0-9]"
"""What is left of a cell once its CVE ids are taken out and still speaks of one: CVE-2024, CAN-2003-0001."""


def picked(reading: Reading, rule: RuleSpec) -> Selected:
    """Picks the rows a rule is for, and takes cells that hold several things apart."""
    import polars as pl

    mask = reading.holds(rule.when)
    selected = Selected(reading, None if mask.all() else mask.arg_true().cast(pl.UInt32), {})
    if rule.pairs:
        return _paired(reading, rule, selected)
    for column, way in rule.explode.items():
        if way == "cves":
            selected = _cves(reading, column, selected)
            continue
        texts = selected.values(column)
        lists = _products(reading, texts) if way == "products" else split_values(texts, commas=way == "commas")
        if (lists.list.len() > 1).any():
            selected = _apart(selected, column, pl.DataFrame({"at": _counted(selected), "item": lists}))
    return selected


def _apart(selected: Selected, column: str, lists: pl.DataFrame) -> Selected:
    """Returns a row for each item of the lists (``at``, ``item``) of a column."""
    frame = lists.explode("item")
    others = {name: item.gather(frame["at"]) for name, item in selected.items.items()}
    return Selected(selected.reading, selected.every.gather(frame["at"]), {**others, column: frame["item"]})


def _cves(reading: Reading, column: str, selected: Selected) -> Selected:
    """Takes cells apart into the CVE ids in them, however they are parted; says where something looks like one and is none.

    A row without any stays among the raw rows, and whatever else is made of it is made.
    """
    import polars as pl

    texts = selected.values(column)
    ids = texts.str.to_uppercase().str.extract_all(_CVE).list.unique(maintain_order=True)
    odd = texts.str.replace_all("(?i)" + _CVE, "").str.contains(_LIKE_A_CVE).fill_null(False)
    reading.complain_rows(
        selected.rows.filter(odd), "holds something that looks like a CVE id and is none", column=column, code="bad-cve",
        hint="write it as CVE-2024-12345; the other ids of the cell were read", values=texts.filter(odd), blocks=False,
    )  # fmt: skip
    lists = pl.DataFrame({"at": _counted(selected), "item": ids})
    return _apart(selected, column, lists.filter(pl.col("item").list.len() > 0))


def _counted(selected: Selected) -> pl.Series:
    import polars as pl

    return pl.int_range(len(selected), dtype=pl.UInt32, eager=True)


def _products(reading: Reading, texts: pl.Series) -> pl.Series:
    """Takes "Oracle Millennium & ICE Desktop" apart, but only where every part is the name of a product."""
    import polars as pl

    plain = split_values(texts)
    joined = texts.str.contains(_JOINED).fill_null(False)
    if not joined.any():
        return plain
    parts = {text: re.split(_JOINED, text) for text in texts.filter(joined).unique().to_list()}
    apart = {text: names for text, names in parts.items() if all(reading.is_product(name) for name in names)}
    lists = [apart.get(text, found) for text, found in zip(texts.to_list(), plain.to_list(), strict=True)]
    return pl.Series(lists, dtype=pl.List(pl.String))


def _paired(reading: Reading, rule: RuleSpec, selected: Selected) -> Selected:
    """Stacks numbered pairs of columns (Tag Category 1, Tag 1, ...) and keeps the categories the rule is for."""
    import polars as pl

    assert rule.pairs is not None
    stacks, only = [], rule.pairs.only
    for number in range(1, 100):
        category, value = rule.pairs.category.format(n=number), rule.pairs.value.format(n=number)
        if value not in reading.match.columns or category not in reading.match.columns:
            continue
        kinds, _ = reading.cells(category).mapped("pair", lambda text: only.get(text.casefold()), pl.String())
        stacks.append(
            pl.DataFrame({"at": selected.every, "kind": selected.take(kinds), "text": selected.values(value)})
        )
    if not stacks:
        return selected.none()
    frame = pl.concat(stacks).drop_nulls()
    return Selected(reading, frame["at"], {"#category": frame["kind"], "#value": frame["text"]})
