"""What may be the same: suggestions for a person, ranked by likeness. Likeness never decides anything by itself."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.model.estate import Estate

if TYPE_CHECKING:
    import polars as pl

MOST = 3
"""Suggestions for one name."""


def suggestions(estate: Estate, systems: pl.Series, reference: Path | None, least: float) -> list[dict[str, Any]]:
    """Returns suggestions as rows: what, subject, subject_name, object, object_name, likeness (0 to 100), command.

    ``systems`` are the ids to look at; pairs that a decision names already are left out.
    """
    chosen = estate.things("system").join(systems.to_frame("id"), on="id", how="semi").sort("id")
    rows = [
        *_twins(chosen, least),
        *_names(chosen, "product", reference, least),
        *_names(chosen, "supplier", reference, least),
        *_component_texts(estate, chosen["id"], reference, least),
    ]
    decided = _decided(estate)
    kept = [row for row in rows if not {(row["subject"], row["object"]), (row["object"], row["subject"])} & decided]
    return sorted(kept, key=lambda row: (row["what"], -row["likeness"], row["subject"], row["object"]))


def _decided(estate: Estate) -> set[tuple[str, str]]:
    import polars as pl

    kinds = ("same-as", "not-same", "match")
    return set(estate.decisions.filter(pl.col("kind").is_in(kinds)).select("subject", "object").rows())


def _twins(systems: pl.DataFrame, least: float) -> Iterable[dict[str, Any]]:
    """Pairs of systems of one organisation, each from another source, whose names or products are alike."""
    from rapidfuzz import fuzz

    from eamap.matching.normalise import key

    for _, group in systems.filter(systems["operator"].is_not_null()).group_by("operator", maintain_order=True):
        told = [
            (row["id"], row["name"] or row["product"] or "", row["source"], row["environment"])
            for row in group.iter_rows(named=True)
        ]
        for place, (first, name, source, environment) in enumerate(told):
            for second, other, elsewhere, where in told[place + 1 :]:
                # One source does not list a thing twice under two ids; a test instance is a system of its own.
                if source == elsewhere or not name or not other or (environment and where and environment != where):
                    continue
                likeness = 100.0 if key(name) == key(other) else fuzz.token_set_ratio(name.casefold(), other.casefold())
                if likeness >= least:
                    yield _row(
                        "systems that may be one",
                        first,
                        name,
                        second,
                        other,
                        likeness,
                        f"eamap decide same-as {second} {first}",
                    )


def _names(systems: pl.DataFrame, field: str, reference: Path | None, least: float) -> Iterable[dict[str, Any]]:
    """Names as reported that are no known name but are like one."""
    from eamap.matching.products import product_names, supplier_names
    from eamap.reference import crosswalks, products

    make = product_names if field == "product" else supplier_names
    names = make(products.load(reference), crosswalks.load(reference).not_names)
    for text in sorted(set(systems[field].drop_nulls().to_list())):
        if names.match(text).outcome != "none":
            continue
        for suggestion in names.suggest(text, MOST):
            if suggestion.score >= least:
                command = f'eamap decide match "{text}" "{suggestion.name}"'
                yield _row(
                    f"{field} names that may be known",
                    text,
                    text,
                    suggestion.name,
                    suggestion.name,
                    suggestion.score,
                    command,
                )


def _component_texts(
    estate: Estate, systems: pl.Series, reference: Path | None, least: float
) -> Iterable[dict[str, Any]]:
    """Component texts that the rules leave open, and the releases whose names are most like them."""
    import polars as pl

    from eamap.interpret.lifecycle import matches
    from eamap.matching.likeness import ReleaseNames
    from eamap.reference import lifecycle

    components = estate.things("component")
    texts = components.filter(components["system"].is_in(systems.implode()))["raw"].drop_nulls()
    tables = lifecycle.load(reference)
    # What the stop-list knows is no product, so no release is suggested for it.
    left = (pl.col("outcome") == "unmatched") & ~pl.col("rule").str.starts_with("stop/")
    settled = estate.decisions.filter(pl.col("kind") == "match")["subject"]
    found = matches(texts, tables).filter(left & ~pl.col("text").is_in(settled.implode())).sort("text")
    named = tables.cycles.join(tables.products.filter(pl.col("category") != "device"), on="product")
    names = ReleaseNames(named.select("product", "cycle", "title", "label").iter_rows()) if found.height else None
    for text in found["text"].to_list() if names is not None else []:
        for name, thing, likeness in names.suggest(text, least, MOST) if names is not None else []:
            # The text is somebody's cell: what a shell would run in it is quoted.
            command = f"eamap decide match {shlex.quote(text)} {thing}"
            yield _row("component texts that may be a known release", text, text, thing, name, likeness, command)


def _row(
    what: str, subject: str, name: str, other: str, other_name: str, likeness: float, command: str
) -> dict[str, Any]:
    values = (what, subject, name, other, other_name, round(likeness, 1), f"{command} --who ROLE --reason WHY")
    return dict(
        zip(("what", "subject", "subject_name", "object", "object_name", "likeness", "command"), values, strict=True)
    )
