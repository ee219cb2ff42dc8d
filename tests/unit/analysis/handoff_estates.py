"""Small estates for hand-offs, built by hand: one system of care, a practice, two trusts, a national body and an engine."""

from __future__ import annotations

from datetime import date

import polars as pl

from eamap.analysis.pathways.gaps import Gaps, Scope
from eamap.interpret import interpret
from eamap.interpret.geography import geography
from eamap.model.citations import SourcePart
from eamap.model.estate import LINKS, THINGS, Estate
from eamap.model.schema import link_schema, thing_schema
from eamap.model.selector import EstateOn

DAY = date(2026, 11, 22)
PART = SourcePart("made", "made", "made.csv", "", "00", "m", "", "foi", "2026", {}, {}, 40)


def stated(**content: list[dict]) -> Estate:
    """Returns an estate as sources state it: lower-case names are kinds of thing, upper-case ones relations."""
    tables = {}
    for name, rows in content.items():
        cited = [{"source": "made", "row": number, "rule": "r", **row} for number, row in enumerate(rows, 2)]
        schema = link_schema(name) if name.isupper() else thing_schema(name)
        tables[(LINKS if name.isupper() else THINGS) + name] = pl.DataFrame(cited, schema=schema)
    return Estate(tables, (PART,), version=1)


def gaps(estate: Estate, scope: Scope | None = None, verdicts: pl.DataFrame | None = None) -> Gaps:
    """Returns the hand-offs of an estate as sources state it."""
    meant = interpret(estate, DAY)
    place = geography(scope.geography if scope else None, DAY, meant)
    return Gaps(EstateOn(meant, DAY), place, verdicts, None, scope or Scope())


def body(code: str, roles: str, role: str = "nhs-trust", **fields: str) -> dict:
    return {
        "id": f"organisation:{code}",
        "code": code,
        "name": code,
        "role": role,
        "pathway_roles": roles or None,
        **fields,
    }


def system(key: str, **fields: str) -> dict:
    """Returns a live production system of the organisation its key begins with."""
    told = {"status": "live", "environment": "production", "name": key.partition("/")[2]}
    return {"id": f"system:{key}", "operator": f"organisation:{key.partition('/')[0]}", **told, **fields}


def interface(key: str, exposer: str, standard: str | None = None, **fields: str | None) -> dict:
    return {
        "id": f"interface:{key}",
        "exposer": exposer,
        "standard": standard,
        "status": "live",
        "protocol": "fhir",
        **fields,
    }


def under(*codes: str, board: str = "Q01") -> list[dict]:
    return [{"from": f"organisation:{code}", "to": f"organisation:{board}", "role": "icb"} for code in codes]


def does(*pairs: str) -> list[dict]:
    """Returns what systems do, written "A/pas CRD-2.1"."""
    return [{"from": f"system:{pair.split()[0]}", "to": f"capability:{pair.split()[1]}"} for pair in pairs]


def consumes(*pairs: str) -> list[dict]:
    """Returns who takes an interface, written "system:B/epr A/pas/i1"."""
    return [{"from": pair.split()[0], "to": f"interface:{pair.split()[1]}"} for pair in pairs]


BODIES = [
    body("Q01", "system_icb", "icb"),
    body("A01", "acute"),
    body("B01", "primary", "gp-practice"),
    body("X01", "national", "national-body"),
]


def small(**more: list[dict]) -> Estate:
    """Returns a trust A01 with letters, a practice B01 with a record, and what a test adds."""
    content = {
        "organisation": BODIES, "PART_OF": under("A01", "B01"),
        "system": [system("A01/letters"), system("B01/record")], "REALISES": does("A01/letters CRD-2.1", "B01/record REC-1.1"),
    }  # fmt: skip
    return stated(**{name: content.get(name, []) + more.get(name, []) for name in (*content, *more)})


def answer(found: Gaps, step: str = "P4/6", giver: str = "A01", taker: str = "B01") -> dict:
    """Returns the row of one hand-off."""
    ends = (pl.col("step") == step) & (pl.col("from_organisation") == giver) & (pl.col("to_organisation") == taker)
    rows = found.rows.filter(ends).to_dicts()
    assert len(rows) == 1, rows
    return rows[0]
