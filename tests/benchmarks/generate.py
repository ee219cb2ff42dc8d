"""Generates made-up inventories of fixed sizes on the real organisation codes of England: seeded and vectorised.

    python tests/benchmarks/generate.py SIZE OUTDIR [--seed N]

Sizes: ``trust`` (300 systems) and ``board`` (120, of all bodies of one board) for tests, ``ics`` (10,000), ``england``
(200,000 systems, 1 M components, 600 k interfaces, about 4 M links), ``components-1m`` (one file of 12 columns, 20,000
distinct component texts, one bad cell in 1 % of the rows), ``tables-30k`` (30,000 systems, 50,000 interfaces, 60,000
components) and ``xlsx-100k`` (one sheet of components).

Every system is invented and says so in its name: nothing here is a statement about a real organisation.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent))

from vocabulary import (  # the folder of this script is on the path
    CAPABILITIES,
    CRITICALITY,
    DATA_OBJECTS,
    HOSTING,
    LINKS,
    OWNERS,
    PRODUCTS,
    component_kinds,
)

ORGANISATIONS = Path(__file__).resolve().parents[2] / "schemas" / "organisations"
DISTINCT = 20_000


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each thing, and over which organisations: ``scope`` is one trust, one ICB, all trusts, or England."""

    systems: int
    interfaces: int
    components: int
    scope: str


SIZES = {
    "trust": Size(300, 900, 1_500, "trust"),
    "board": Size(120, 200, 350, "icb"),
    "ics": Size(10_000, 30_000, 50_000, "icb"),
    "england": Size(200_000, 600_000, 1_000_000, "england"),
    "tables-30k": Size(30_000, 50_000, 60_000, "trusts"),
    "components-1m": Size(200_000, 0, 1_000_000, "england"),
    "xlsx-100k": Size(20_000, 0, 100_000, "trusts"),
}


@dataclass(frozen=True, slots=True)
class Spine:
    """The organisations of a run and where each one's systems begin: ``first[i]`` to ``first[i] + many[i]``."""

    codes: pl.Series
    many: np.ndarray
    first: np.ndarray

    @property
    def owner(self) -> np.ndarray:
        """For each system, the position of its organisation."""
        return np.repeat(np.arange(len(self.many)), self.many)


def spine(size: Size) -> Spine:
    """Returns the organisations in scope, each with its share of the systems: a trust has forty times a practice's."""
    trusts = pl.read_csv(ORGANISATIONS / "trusts.csv", infer_schema=False).filter(pl.col("status") == "active")
    practices = pl.read_parquet(ORGANISATIONS / "gp_practices.parquet")
    boards = pl.read_csv(ORGANISATIONS / "icbs.csv", infer_schema=False).filter(pl.col("valid_until").is_null())
    bodies = trusts.select("code", "icb", weight=pl.lit(40))
    if size.scope == "trust":
        bodies = bodies.head(1)
    if size.scope in ("icb", "england"):
        others = [
            boards.select("code", icb="code", weight=pl.lit(10)),
            practices.select("code", "icb", weight=pl.lit(1)),
        ]
        bodies = pl.concat([bodies, *others], how="vertical_relaxed")
    if size.scope == "icb":
        bodies = bodies.filter(pl.col("icb") == trusts.group_by("icb").len().sort("len", "icb")["icb"][-1])
    bodies = bodies.unique("code").sort("code")
    many = shares(bodies["weight"].to_numpy(), size.systems)
    return Spine(bodies["code"], many, np.concatenate([[0], np.cumsum(many)[:-1]]))


def shares(weights: np.ndarray, total: int) -> np.ndarray:
    """Returns whole numbers in proportion to weights, at least one each, that add up to the total."""
    exact = weights / weights.sum() * (total - len(weights))
    whole: np.ndarray = np.floor(exact).astype(np.int64) + 1
    whole[np.argsort(whole - exact, kind="stable")[: total - whole.sum()]] += 1
    return whole


def picked(texts: list[str] | pl.Series, positions: np.ndarray) -> pl.Series:
    """Returns the texts at positions."""
    return pl.Series(texts).gather(positions)


def numbered(prefix: str, numbers: np.ndarray) -> pl.Series:
    """Returns ids such as ``s00042``."""
    return prefix + pl.Series(numbers).cast(pl.String).str.zfill(5)


def keys(where: Spine) -> pl.Series:
    """Returns the id of every system, numbered from 1 within its organisation."""
    return numbered("s", np.arange(where.many.sum()) - where.first[where.owner] + 1)


def systems(where: Spine, dice: np.random.Generator) -> pl.DataFrame:
    """Returns the table of systems; the first of each organisation is its integration engine."""
    total = int(where.many.sum())
    kind = dice.integers(1, len(PRODUCTS), total)
    kind[where.first] = 0
    product = pl.DataFrame(PRODUCTS, schema=["name", "supplier", "type", "capability"], orient="row")[kind]
    key, more = keys(where), picked(CAPABILITIES, dice.integers(0, len(CAPABILITIES), total))
    year, month = dice.integers(2005, 2026, total), dice.integers(1, 13, total)
    code = picked(where.codes, where.owner)
    step = dice.integers(1, max(2, len(where.codes)), total)  # never the organisation itself, where there is another
    neighbour = picked(where.codes, (where.owner + step) % len(where.codes))
    return pl.DataFrame({
        "Organisation code": code,
        "System ID": key,
        "System name": "Synthetic " + product["name"] + " " + key,
        "System type": product["type"],
        "Supplier": product["supplier"],
        "Product": product["name"],
        "Version": pl.Series(dice.integers(1, 30, total)).cast(pl.String),
        "Status": picked(["Live", "Live", "Live", "Live", "Retiring", "Planned", "Retired"], dice.integers(0, 7, total)),
        "Environment": picked(["Production"] * 8 + ["Test", "Training"], dice.integers(0, 10, total)),
        "Criticality": picked(CRITICALITY, dice.integers(0, len(CRITICALITY), total)),
        "Owner role": picked(OWNERS, dice.integers(0, len(OWNERS), total)),
        "Capabilities": either(dice.random(total) < 0.5, product["capability"] + ";" + more, product["capability"]),
        "Used by": either((dice.random(total) < 0.25) & (len(where.codes) > 1), code + ";" + neighbour, blank(total)),
        "Installed": pl.Series(year).cast(pl.String) + "-" + pl.Series(month).cast(pl.String).str.zfill(2),
        "Planned retirement": either(dice.random(total) < 0.1, picked(["2027", "2028", "2029-03"], month % 3), blank(total)),
        "Hosting": picked(HOSTING, dice.integers(0, len(HOSTING), total)),
    })  # fmt: skip


def blank(total: int) -> pl.Series:
    """Returns a column of empty cells."""
    return pl.Series([""]).new_from_index(0, total)


def either(mask: np.ndarray, yes: pl.Series, no: pl.Series) -> pl.Series:
    """Returns the one column where a mask holds and the other elsewhere."""
    return yes.zip_with(pl.Series(mask), no)


def ends(where: Spine, dice: np.random.Generator, total: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns for each row a system and the organisation that reports it; large organisations have more rows."""
    system = dice.integers(0, where.many.sum(), total)
    return system, where.owner[system]


def interfaces(where: Spine, dice: np.random.Generator, total: int) -> pl.DataFrame:
    """Returns the table of interfaces: two consumers each on average, one in eight of them in another organisation."""
    exposer, body = ends(where, dice, total)
    key, code = keys(where), picked(where.codes, body)
    links = pl.DataFrame(LINKS, schema=["name", "protocol", "standard", "fhir"], orient="row")[
        dice.integers(0, len(LINKS), total)
    ]
    far = dice.integers(0, where.many.sum(), total)
    away = picked(where.codes, where.owner[far]) + "/" + key.gather(far)
    return pl.DataFrame({
        "Organisation code": code,
        "Interface ID": numbered("i", np.arange(total)),
        "Interface name": links["name"],
        "Exposed by": key.gather(exposer),
        "Consumed by": consumers(where, dice, body, either(dice.random(total) < 0.25, away, pl.Series([None], dtype=pl.String).new_from_index(0, total))),
        "Consumer organisation": blank(total),
        "Direction": picked(["In", "Out", "Both"], dice.integers(0, 3, total)),
        "Protocol": links["protocol"],
        "Standard": links["standard"],
        "FHIR version": links["fhir"],
        "Via": either(dice.random(total) < 0.3, pl.Series(["s00001"]).new_from_index(0, total), blank(total)),
        "Statement": blank(total),
        "Data objects": picked(DATA_OBJECTS, dice.integers(0, len(DATA_OBJECTS), total)),
        "Status": picked(["Live"] * 9 + ["Retiring"], dice.integers(0, 10, total)),
    })  # fmt: skip


def consumers(where: Spine, dice: np.random.Generator, body: np.ndarray, away: pl.Series) -> pl.Series:
    """Returns the cell of consumers: one to three of the organisation's own systems, and the one elsewhere if any."""
    none = pl.Series([None], dtype=pl.String).new_from_index(0, len(body))
    cells, many = [], where.many[body]
    start = (dice.random(len(body)) * many).astype(np.int64)
    for place, likely in enumerate((1.0, 0.55, 0.2)):
        number = (start + place) % many + 1  # neighbours in the list, so that none is named twice
        cells.append(either(dice.random(len(body)) < likely, numbered("s", number), none).alias(str(place)))
    return (
        pl.DataFrame([*cells, away.alias("away")])
        .select(pl.concat_str(pl.all(), separator=";", ignore_nulls=True))
        .to_series()
    )


def components(where: Spine, dice: np.random.Generator, total: int) -> pl.DataFrame:
    """Returns the table of components: few texts are very common, most are rare, as in a scan."""
    system, body = ends(where, dice, total)
    text = np.minimum(DISTINCT * dice.random(total) ** 3, DISTINCT - 1).astype(np.int64)
    text[: min(total, DISTINCT)] = np.arange(min(total, DISTINCT))
    kind = pl.DataFrame(component_kinds(DISTINCT), schema=["text", "layer", "host"], orient="row")[text]
    day = pl.Series(dice.integers(0, 320, total)).cast(pl.Int32) + 20_454  # days since 1970: from 1 January 2026
    return pl.DataFrame({
        "Organisation code": picked(where.codes, body),
        "System ID": keys(where).gather(system),
        "Component ID": numbered("c", np.arange(total)),
        "Component": kind["text"],
        "Layer": kind["layer"],
        "Host class": kind["host"],
        "Count": pl.Series(dice.integers(1, 60, total)).cast(pl.String),
        "Internet exposed": picked(["No"] * 19 + ["Yes"], dice.integers(0, 20, total)),
        "Last seen": day.cast(pl.Date).cast(pl.String),
        "Environment": picked(["Production"] * 8 + ["Test", "Recovery"], dice.integers(0, 10, total)),
    })  # fmt: skip


def spoiled(table: pl.DataFrame, dice: np.random.Generator) -> pl.DataFrame:
    """Returns the table with two more columns and with one bad cell in one row of a hundred."""
    total = table.height
    table = table.with_columns(
        picked(["Main site", "North wing", "Data centre 1", "Data centre 2"], dice.integers(0, 4, total)).alias("Site"),
        either(dice.random(total) < 0.05, picked(["Replace in 2027", "Owner asked"], dice.integers(0, 2, total)),
               blank(total)).alias("Notes"),
    )  # fmt: skip
    bad = np.sort(dice.choice(total, total // 100, replace=False))
    kind = dice.integers(0, 4, len(bad))
    spoil = (("Last seen", "31/02/2024"), ("Layer", "cloud layer"), ("Count", "lots"), ("Internet exposed", "perhaps"))
    for number, (column, value) in enumerate(spoil):
        table = table.with_columns(table[column].scatter(bad[kind == number], value))
    return table


def write_workbook(path: Path, table: pl.DataFrame) -> None:
    """Writes one sheet of text cells, row by row, so that memory stays small."""
    from xlsxwriter import Workbook

    with Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Components")
        for row, cells in enumerate((table.columns, *table.iter_rows())):
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell)


def generate(name: str, folder: Path, seed: int = 1) -> dict[str, int]:
    """Writes the files of a size into a folder and returns how many rows each has."""
    size, dice = SIZES[name], np.random.default_rng(seed)
    where = spine(size)
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, pl.DataFrame] = {}
    if size.interfaces:
        tables["systems"] = systems(where, dice)
        tables["interfaces"] = interfaces(where, dice, size.interfaces)
    tables["components"] = components(where, dice, size.components)
    if name == "components-1m":
        tables["components"] = spoiled(tables["components"], dice)
    for kind, table in tables.items():
        if name == "xlsx-100k":
            write_workbook(folder / f"{kind}.xlsx", table)
        else:
            table.write_csv(folder / f"{kind}.csv")
    return {kind: table.height for kind, table in tables.items()}


def main() -> None:
    """Reads the command line and says what was written."""
    parser = argparse.ArgumentParser(description="Generates made-up inventories of fixed sizes.")
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for kind, rows in generate(asked.size, asked.outdir, asked.seed).items():
        print(f"{kind}: {rows:,} rows")


if __name__ == "__main__":
    main()
