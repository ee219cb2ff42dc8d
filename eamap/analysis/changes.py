"""What somebody may change in an estate, as pure functions from tables to tables.

A change is applied to the estate as its sources state it; what the texts mean is worked out anew after. What a change adds
cites the source ``what-if``, which no file attests.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from eamap.model.estate import LINKS, THINGS, Estate

if TYPE_CHECKING:
    import polars as pl

SOURCE = "what-if"
_INTERFACES, _CONSUMES = f"{THINGS}interface", f"{LINKS}CONSUMES"


@dataclass(frozen=True, slots=True)
class Conform:
    """An interface is made to conform to a standard, beside what it claims; ``replaces``: instead of it, statement and all."""

    interface: str
    standard: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Connect:
    """An organisation, or an engine, is connected to a service or an engine, for a standard (None: without one)."""

    consumer: str
    exposer: str
    standard: str | None


Change: TypeAlias = Conform | Connect


def changed(estate: Estate, changes: Iterable[Change]) -> Estate:
    """Returns a copy of an estate as its sources state it with changes made; interpret it anew before asking it."""
    told = list(changes)
    claiming = estate.with_tables(conformed(estate, [each for each in told if isinstance(each, Conform)]))
    return claiming.with_tables(connected(claiming, [each for each in told if isinstance(each, Connect)]))


def conformed(estate: Estate, changes: list[Conform]) -> dict[str, pl.DataFrame]:
    """Returns the table of interfaces in which some claim standards more; those replaced claim these and name no statement."""
    import polars as pl

    table = estate.things("interface")
    more: dict[str, list[str]] = {}
    for change in changes:
        more.setdefault(change.interface, []).append(change.standard)
    anew = [change.interface for change in changes if change.replaces]
    texts = {identifier: "; ".join(sorted(set(standards))) for identifier, standards in more.items()}
    added = pl.col("id").replace_strict(texts, default=None, return_dtype=pl.String)
    replaced = pl.col("id").is_in(anew)
    beside = pl.concat_str([pl.col("standard"), added], separator="; ", ignore_nulls=True)
    text = pl.when(added.is_null()).then("standard").when(replaced).then(added).otherwise(beside)
    statement = pl.when(~replaced).then("statement")
    return {_INTERFACES: table.with_columns(standard=text, statement=statement)}


def connected(estate: Estate, changes: list[Connect]) -> dict[str, pl.DataFrame]:
    """Returns the tables of interfaces and their consumers with connections more, live from the day on."""
    import polars as pl

    interfaces, links = estate.things("interface"), estate.links("CONSUMES")
    cited = {"source": SOURCE, "row": 0, "rule": SOURCE}
    rows = [
        {"id": f"interface:{each.exposer.partition(':')[2]}/what-if-{_key(each)}", "exposer": each.exposer, "standard": each.standard,
         "status": "live", **cited}
        for each in changes
    ]  # fmt: skip
    ends = [{"from": each.consumer, "to": row["id"], **cited} for each, row in zip(changes, rows, strict=True)]
    made = pl.DataFrame(
        rows, schema={name: interfaces.schema[name] for name in ("id", "exposer", "standard", "status", *cited)}
    )
    taken = pl.DataFrame(ends, schema={name: links.schema[name] for name in ("from", "to", *cited)})
    return {
        _INTERFACES: pl.concat([interfaces, made], how="diagonal"),
        _CONSUMES: pl.concat([links, taken], how="diagonal"),
    }


def _key(change: Connect) -> str:
    from eamap.model.ids import key_part

    return key_part(f"{change.consumer}-{change.standard or 'any'}")
