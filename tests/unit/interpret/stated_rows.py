"""Small estates: rows of fields, each citing a row of its own in the source ``apps``."""

from __future__ import annotations

from datetime import date

import polars as pl

from eamap.interpret import interpret
from eamap.model.citations import SourcePart
from eamap.model.decisions import Decision, no_decisions, with_decisions
from eamap.model.estate import DECISIONS, LINKS, THINGS, Estate
from eamap.model.schema import link_schema, thing_schema

DAY = date(2026, 11, 22)
PART = SourcePart(
    name="apps", source="apps", file="apps.csv", sheet="", sha256="00", mapping="m", organisation="", rows=9,
    provenance="signed-off", fact_date="2026", places={},
    fields={"r": {"product": ("Product",), "supplier": ("Supplier",), "standard": ("Std",)}},
)  # fmt: skip


def table(schema, rows):
    cited = [{"source": "apps", "row": number, "rule": "r", **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame(cited, schema=schema)


def stated(decisions=(), raw=None, documents=None, **kinds):
    """Builds what a store gives: ``system=[...]`` are things, ``REALISES=[...]`` are links."""
    tables = {}
    for name, rows in kinds.items():
        kind = name.replace("_", "-")
        if name.isupper():
            tables[LINKS + name] = table(link_schema(name), rows)
        else:
            tables[THINGS + kind] = table(thing_schema(kind), rows)
    tables[DECISIONS] = with_decisions(no_decisions(), list(decisions))
    files = documents or {}
    return Estate(
        tables, (PART,), raw_rows=lambda part: raw, document_names={key: name for key, (name, _) in files.items()},
        documents={key: content for key, (_, content) in files.items()},
    )  # fmt: skip


def meant(*, on=DAY, **content):
    """Builds and interprets a small estate."""
    return interpret(stated(**content), on)


def system(key, **fields):
    """Returns a row of a system, operated by the organisation its key begins with."""
    return {"id": f"system:{key}", "operator": f"organisation:{key.partition('/')[0]}", **fields}


def decided(kind, subject, thing, **more):
    """Returns a decision."""
    return Decision(kind, subject, "architect", "seen it", more.pop("date", "2026-01-01"), object=thing, **more)


def pairs(links, *columns):
    """Returns the ends of links and some of their columns, sorted."""
    return sorted(links.select("from", "to", *columns).rows())
