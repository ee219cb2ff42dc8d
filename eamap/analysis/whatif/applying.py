"""The estate as it would be if the changes of a file were made: pure, from tables to tables, cited to the file.

What a change says is one more attestation that wins: what the sources state stays beside it, so that every figure of the
changed estate can be traced either to a cell of somebody's file or to a line of the file of changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eamap.analysis.changes import SOURCE, Conform, Connect, changed
from eamap.analysis.whatif.reading import ChangesFile
from eamap.analysis.whatif.steps import Placed, Replace, Resolved, Retire, TakeOver, Use
from eamap.model.citations import SourcePart
from eamap.model.estate import ATTESTATIONS, LINKS, REASONS, THINGS, Estate

if TYPE_CHECKING:
    import polars as pl

    Tables = dict[str, pl.DataFrame]
    Fields = dict[str, dict[str, tuple[str | None, int]]]

_FIELDS = ("status", "product", "product_version", "supplier")
RETIRED = "retired"


def supposed(stated: Estate, found: Resolved, file: ChangesFile) -> Estate:
    """Returns an estate as its sources state it with the changes of a file made; interpret it anew before asking it."""
    if not found.steps:
        return stated
    estate = replace(stated, sources=(*stated.sources, _part(file)))
    for change in (_systems, _uses, _taken_over, _claimed, _connected):
        estate = change(estate, found.steps)
    return estate


def _part(file: ChangesFile) -> SourcePart:
    """The file of changes as a source: what it says is cited by its name, its checksum and the line."""
    rows = len(file.asked)
    return SourcePart(SOURCE, SOURCE, file.name, "", file.sha256, SOURCE, "", "assumed", "", {}, {}, rows)


# Systems ------------------------------------------------------------------------------------------------------------


def _systems(estate: Estate, steps: Iterable[Placed]) -> Estate:
    fields: Fields = {}
    gone: set[str] = set()
    for placed in steps:
        step, line = placed.step, placed.line
        if isinstance(step, Retire):
            fields[step.system] = {"status": (RETIRED, line)}
        elif isinstance(step, Replace):
            told = {"product": step.product, "supplier": step.supplier, "product_version": step.version}
            fields[step.system] = {name: (value, line) for name, value in told.items()}
            gone |= {step.system} if step.gone else set()
    if not fields:
        return estate
    return _without(_said(estate, "system", fields), gone)


def _said(estate: Estate, kind: str, fields: Fields) -> Estate:
    """Returns an estate in which things of a kind say something else, attested by the file."""
    import polars as pl

    table = estate.things(kind)
    names = [name for name in table.columns if any(name in said for said in fields.values())]
    new = {}
    for name in names:
        values = {identifier: said[name][0] for identifier, said in fields.items() if name in said}
        told = pl.col("id").replace_strict(values, default=None, return_dtype=pl.String)
        new[name] = pl.when(pl.col("id").is_in(list(values))).then(told).otherwise(name)
    after = table.with_columns(**new)
    return estate.with_tables(
        {THINGS + kind: after, ATTESTATIONS: _attested(estate, kind, table, fields), REASONS: _reasons(estate, fields)}
    )


def _attested(estate: Estate, kind: str, table: pl.DataFrame, fields: Fields) -> pl.DataFrame:
    """Returns the attestations with those of the file, which win; what only one row stated so far is attested by it too."""
    import polars as pl

    before = estate.attestations
    said = [
        (kind, identifier, name, value, SOURCE, line, SOURCE, True)
        for identifier, told in fields.items()
        for name, (value, line) in told.items()
    ]
    mine = pl.DataFrame(said, schema=before.schema, orient="row")
    keys = mine.select("id", "field")
    stated = table.filter(pl.col("id").is_in(list(fields)))
    rows = [
        (
            kind,
            row["id"],
            name,
            None if row[name] is None else str(row[name]),
            row["source"],
            row["row"],
            row["rule"],
            False,
        )
        for row in stated.iter_rows(named=True)
        for name in fields[row["id"]]
    ]
    own = pl.DataFrame(rows, schema=before.schema, orient="row").join(
        before.select("id", "field"), on=["id", "field"], how="anti"
    )
    lost = pl.struct("id", "field").is_in(keys.select(pl.struct("id", "field")).to_series().implode())
    kept = before.with_columns(won=pl.when(lost).then(pl.lit(value=False)).otherwise("won"))
    return pl.concat([kept, own, mine])


def _reasons(estate: Estate, fields: Fields) -> pl.DataFrame:
    """Returns the reasons without those why a field is empty that is not empty any more."""
    import polars as pl

    filled = [(identifier, name) for identifier, told in fields.items() for name in told]
    gone = pl.DataFrame(filled, schema={"id": pl.String, "field": pl.String}, orient="row")
    return estate.reasons.join(gone, on=["id", "field"], how="anti")


def _without(estate: Estate, systems: set[str]) -> Estate:
    """Takes out what systems run on, and what is said of that."""
    import polars as pl

    if not systems:
        return estate
    components = estate.things("component")
    left = components.filter(~pl.col("system").is_in(list(systems)).fill_null(value=False))
    lost = components.join(left.select("id"), on="id", how="anti")["id"]
    tables: Tables = {f"{THINGS}component": left}
    for kind, name in (("vulnerability", "component"), ("work-package", "subject")):
        table = estate.things(kind)
        if table.height:
            tables[THINGS + kind] = table.filter(~pl.col(name).is_in(lost.implode()).fill_null(value=False))
    for relation in ("DEPENDS_ON", "LOCATED_AT"):
        table = estate.links(relation)
        if table.height:
            tables[LINKS + relation] = table.filter(
                ~(pl.col("from").is_in(lost.implode()) | pl.col("to").is_in(lost.implode()))
            )
    return estate.with_tables(tables)


# Links and interfaces -----------------------------------------------------------------------------------------------


def _uses(estate: Estate, steps: Iterable[Placed]) -> Estate:
    rows = [
        {"from": each.step.organisation, "to": each.step.system, **_cited(each.line)}
        for each in steps
        if isinstance(each.step, Use)
    ]
    return _with_links(estate, "USES", rows) if rows else estate


def _cited(line: int) -> dict[str, Any]:
    return {"source": SOURCE, "row": line, "rule": SOURCE}


def _with_links(estate: Estate, relation: str, rows: list[dict[str, Any]]) -> Estate:
    import polars as pl

    links = estate.links(relation)
    more = pl.DataFrame(rows, schema={name: links.schema[name] for name in rows[0]})
    both = pl.concat([links, more.join(links.select("from", "to"), on=["from", "to"], how="anti")], how="diagonal")
    return estate.with_tables({LINKS + relation: both})


def _taken_over(estate: Estate, steps: Iterable[Placed]) -> Estate:
    """Gives the interfaces of one system to another; what would join that to itself joins nobody any more."""
    import polars as pl

    heirs = {each.step.old: (each.step.new, each.line) for each in steps if isinstance(each.step, TakeOver)}
    if not heirs:
        return estate
    table = estate.things("interface")
    moved = table.filter(pl.col("exposer").is_in(list(heirs))).select("id", "exposer")
    fields: Fields = {identifier: {"exposer": heirs[exposer]} for identifier, exposer in moved.iter_rows()}
    estate = _said(estate, "interface", fields) if fields else estate
    links = estate.links("CONSUMES")
    heir = {old: new for old, (new, _) in heirs.items()}
    line = {old: at for old, (_, at) in heirs.items()}
    taken = pl.col("from").is_in(list(heirs))
    after = links.with_columns(
        pl.when(taken).then(pl.lit(SOURCE)).otherwise("source").alias("source"),
        pl.when(taken)
        .then(pl.col("from").replace_strict(line, default=None, return_dtype=pl.UInt32))
        .otherwise("row")
        .alias("row"),
        pl.when(taken).then(pl.lit(SOURCE)).otherwise("rule").alias("rule"),
        pl.col("from").replace(heir),
    )
    exposers = estate.things("interface").select(to="id", exposer="exposer")
    own = after.join(exposers, on="to", how="left", maintain_order="left").filter(
        pl.col("from").ne_missing(pl.col("exposer"))
    )
    distinct = own.drop("exposer").unique(["from", "to", "since", "until"], keep="first", maintain_order=True)
    return estate.with_tables({f"{LINKS}CONSUMES": distinct})


def _claimed(estate: Estate, steps: Iterable[Placed]) -> Estate:
    """Lets interfaces claim standards, and cites the lines that say so."""
    asked = [(each.step, each.line) for each in steps if isinstance(each.step, Conform)]
    if not asked:
        return estate
    after = changed(estate, [step for step, _ in asked]).things("interface")
    lines = {step.interface: line for step, line in asked}
    texts = dict(after.select("id", "standard").iter_rows())
    cleared = {step.interface for step, _ in asked if step.replaces}
    fields: Fields = {
        each: {"standard": (texts[each], line), **({"statement": (None, line)} if each in cleared else {})}
        for each, line in lines.items()
    }
    return _said(estate, "interface", fields)


def _connected(estate: Estate, steps: Iterable[Placed]) -> Estate:
    """Makes the connections, and gives what is made the lines that ask for it."""
    import polars as pl

    asked = [(each.step, each.line) for each in steps if isinstance(each.step, Connect)]
    if not asked:
        return estate
    known = set(estate.things("interface")["id"])
    after = changed(estate, [step for step, _ in asked])
    made = [identifier for identifier in after.things("interface")["id"] if identifier not in known]
    lines = dict(zip(made, (line for _, line in asked), strict=True))
    tables: Tables = {}
    for name, key in ((f"{THINGS}interface", "id"), (f"{LINKS}CONSUMES", "to")):
        table = after.tables[name]
        mine = pl.col(key).is_in(made)
        row = pl.col(key).replace_strict(lines, default=None, return_dtype=pl.UInt32)
        tables[name] = table.with_columns(row=pl.when(mine).then(row).otherwise("row"))
    return estate.with_tables(tables)
