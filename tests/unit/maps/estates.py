"""A small estate of three organisations, built by hand, with what checks found in it; and the spans of a diagram."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from eamap.model.citations import SourcePart
from eamap.model.diagram import Block, Diagram, Edge, Heading, Span, Text
from eamap.model.estate import LINKS, THINGS, Estate
from eamap.model.schema import link_schema, thing_schema

DAY = date(2026, 11, 22)
PART = SourcePart("apps", "apps", "apps.csv", "", "00", "m", "", "foi", "2026", {}, {}, 40)
LEVELS = {"capability": {"level": pl.String()}, "standard": {"status": pl.String()}}


def estate(**content: list[dict]) -> Estate:
    """Returns an estate: lower-case names are kinds of thing, upper-case ones relations."""
    tables = {}
    for name, rows in content.items():
        cited = [{"source": "apps", "row": number, "rule": "r", **row} for number, row in enumerate(rows, 2)]
        schema = link_schema(name) if name.isupper() else {**thing_schema(name), **LEVELS.get(name, {})}
        tables[(LINKS if name.isupper() else THINGS) + name] = pl.DataFrame(cited, schema=schema)
    return Estate(tables, (PART,), version=1)


def system(key: str, **fields: str) -> dict:
    """Returns a live production system, operated by the organisation its key begins with."""
    told = {"status": "live", "environment": "production", "name": key.partition("/")[2].upper()}
    return {"id": f"system:{key}", "operator": f"organisation:{key.partition('/')[0]}", **told, **fields}


def links(*pairs: str, **more: str) -> list[dict]:
    """Returns links written "from > to", or "from > to: certainty"."""
    found = []
    for pair in pairs:
        near, _, rest = pair.partition(" > ")
        far, _, certainty = rest.partition(": ")
        found.append({"from": near, "to": far, **({"certainty": certainty} if certainty else {}), **more})
    return found


def capability(code: str, level: int) -> dict:
    return {"id": f"capability:{code}", "name": f"Doing {code.lower()}", "level": str(level)}


def component(system_key: str, number: int) -> dict:
    return {"id": f"component:{system_key}/{number}", "system": f"system:{system_key}", "raw": "Thing 1"}


def small() -> Estate:
    """A: pas (two capabilities), lab shared with B, an old test instance; B: an epr; C: says it has no lab."""
    return estate(
        organisation=[{"id": f"organisation:{code}", "code": code, "name": f"Trust {code} NHS Trust"} for code in ("RA1", "RB2", "RC3", "RD4")],
        capability=[capability("X", 1), capability("X-1", 2), *(capability(f"X-1.{n}", 3) for n in range(1, 6))],
        PART_OF=links("capability:X-1 > capability:X", *(f"capability:X-1.{n} > capability:X-1" for n in range(1, 6))),
        system=[
            system("RA1/pas", product="Pas 9"), system("RA1/lab", product="Lab"), system("RA1/pas-test", environment="test", product="Pas 9"),
            system("RB2/epr", product="Epr"), system("RB2/old", status="retired", product="Old"), system("RB2/odd", status=None),
            system("RB2/notes", product=None), system("RA1/notes", product="Notes"),
        ],
        USES=links("organisation:RB2 > system:RA1/lab"),
        absence=[
            {"id": "absence:RC3/lab", "organisation": "organisation:RC3", "capability": "capability:X-1.2", "reason": "absent"},
            {"id": "absence:RC3/w", "organisation": "organisation:RC3", "capability": "capability:X-1.4", "reason": "withheld"},
        ],
        REALISES=links(
            "system:RA1/pas > capability:X-1.1: stated", "system:RA1/pas-test > capability:X-1.1: stated",
            "system:RB2/epr > capability:X-1.1: inferred", "system:RA1/lab > capability:X-1.2: stated", "system:RB2/epr > capability:X-1.2: stated",
            "system:RB2/epr > capability:X-1.3: possible", "system:RB2/old > capability:X-1.3: stated",
            "system:RB2/notes > capability:X-1.5: stated", "system:RA1/notes > capability:X-1.5: stated",
        ),
        component=[component("RA1/pas", 1), component("RA1/pas", 2), component("RB2/epr", 1), component("RA1/pas-test", 1), component("RA1/lab", 1)],
        product=[{"id": f"product:{name}", "name": name} for name in ("pas-9", "lab", "epr")],
        INSTANCE_OF=links("system:RA1/pas > product:pas-9", "system:RA1/pas-test > product:pas-9", "system:RA1/lab > product:lab",
                          "system:RB2/epr > product:epr", "system:RA1/notes > product:notes"),
        interface=[
            {"id": "interface:RA1/pas/1", "exposer": "system:RA1/pas", "name": "ADT 1", "protocol": "hl7v2", "via": "engine; lab"},
            {"id": "interface:RA1/pas/2", "exposer": "system:RA1/pas", "name": "Patients", "protocol": "fhir", "standard": "Core 1"},
            {"id": "interface:RB2/epr/1", "exposer": "system:RB2/epr", "name": "Letters", "protocol": "mesh", "standard": "Old 2"},
            {"id": "interface:RB2/epr/2", "exposer": "system:RB2/epr", "name": "Orders", "protocol": "fhir", "standard": "Core 1"},
            {"id": "interface:RB2/epr/3", "exposer": "system:RB2/epr", "name": "Nobody takes it", "protocol": "file"},
            {"id": "interface:RA1/pas/9", "exposer": "system:RA1/pas", "name": "Gone", "protocol": "file", "status": "retired"},
        ],
        CONSUMES=links("system:RB2/epr > interface:RA1/pas/1", "system:RA1/lab > interface:RA1/pas/1", "system:RB2/epr > interface:RA1/pas/2",
                       "organisation:RC3 > interface:RB2/epr/1", "system:RA1/lab > interface:RB2/epr/2", "system:RB2/epr > interface:RA1/pas/9"),
        standard=[{"id": "standard:core", "name": "Core 1 (FHIR R4)", "status": "active"}, {"id": "standard:old", "name": "Old 2", "status": "retired"}],
        CLAIMS=links("interface:RA1/pas/2 > standard:core", "interface:RB2/epr/1 > standard:old", "interface:RB2/epr/2 > standard:core"),
    )  # fmt: skip


def verdicts(*rows: str) -> pl.DataFrame:
    """Returns verdicts written "CHECK subject verdict", or with an identity behind."""
    told = [(*row.split(), "", "")[:4] for row in rows]
    table = pl.DataFrame(told, schema=["check", "subject", "verdict", "identity"], orient="row")
    return table.with_columns(fingerprint=pl.col("check") + "-" + pl.col("subject").hash().cast(pl.String))


FOUND = verdicts(
    "LIF001 component:RA1/pas/1 fail", "LIF001 component:RA1/pas/2 pass", "LIF001 component:RB2/epr/1 unknown",
    "LIF001 component:RA1/lab/1 pass", "LIF001 component:RA1/pas-test/1 fail",
    "INT001 interface:RA1/pas/2 pass standard:core", "INT001 interface:RB2/epr/1 fail standard:old",
    "INT001 interface:RB2/epr/2 pass standard:core", "INT001 interface:RA1/pas/1 unknown", "FHR003 interface:RB2/epr/2 fail",
)  # fmt: skip


def spans(diagram: Diagram) -> Iterator[Span]:
    """Yields every piece of text of a diagram that holds a digit."""
    for text in texts(diagram):
        yield from (span for span in text.spans if any(character.isdigit() for character in span.text))


def texts(diagram: Diagram) -> Iterator[Text]:
    """Yields every text of a diagram, drawn, spoken or printed."""
    yield from (
        diagram.title,
        diagram.subtitle,
        diagram.alt,
        *diagram.footnotes,
        *(source.text for source in diagram.sources),
    )
    for tally in diagram.counts:
        yield Text((tally.drawn.span, tally.omitted.span, tally.total.span))
    for mark in diagram.body.marks():
        match mark:
            case Block():
                yield from (mark.label, mark.note, *mark.lines)
            case Heading():
                yield from (mark.label, mark.note, mark.group)
            case Edge():
                yield from (mark.label, mark.note)
            case _:
                yield from (getattr(mark, "text", Text()), getattr(mark, "label", Text()), mark.note)
