"""The relations between things: their ends, what they may carry, and where each is kept.

All may carry ``since``, ``until``, ``share`` and a citation. A relation whose "many" end can have only one partner is
kept as a column of that end (a component runs one system's business, a system has one operator), so that a million of
them cost nothing extra; the estate still presents each as a table of links. The others are tables. *Interpreted* ones
are worked out on opening from text and reference data, and never stored: new reference data changes answers, not history.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kept(Enum):
    """Where a relation's facts are kept."""

    LINKS = "a table of links"
    COLUMN = "a column of the thing at one end"
    INTERPRETED = "worked out on opening"


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation. ``column`` is (kind, field, end): the field of ``kind`` names the thing at the other end."""

    name: str
    origins: tuple[str, ...]
    targets: tuple[str, ...]
    meaning: str
    kept: Kept = Kept.LINKS
    column: tuple[str, str, str] | None = None
    attributes: tuple[str, ...] = ()


RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (
        Relation("PART_OF", ("organisation", "site", "capability"), ("organisation", "site", "capability"),
                 "belongs to", attributes=("role",)),
        Relation("SUCCEEDED_BY", ("organisation", "product", "standard"), ("organisation", "product", "standard"),
                 "is replaced by", attributes=("extent",)),
        Relation("OPERATES", ("organisation",), ("system",), "runs, exactly one at a time",
                 Kept.COLUMN, ("system", "operator", "from")),
        Relation("USES", ("organisation",), ("system",), "works with"),
        Relation("LOCATED_AT", ("system", "component"), ("site",), "stands at"),
        Relation("INSTANCE_OF", ("system",), ("product",), "is an instance of", Kept.INTERPRETED,
                 attributes=("version", "match")),
        Relation("SUPPLIED_BY", ("product", "system"), ("supplier",),
                 "comes from; a system points here itself where its product is not named", Kept.INTERPRETED,
                 attributes=("match",)),
        Relation("OWNED_BY", ("supplier",), ("supplier",), "belongs to"),
        Relation("REALISES", ("system",), ("capability",), "does", attributes=("route", "certainty")),
        Relation("OFFERS", ("product",), ("capability",), "is assessed or said to do",
                 attributes=("assessment", "service", "epic")),
        Relation("RUNS_ON", ("system",), ("component",), "runs on", Kept.COLUMN, ("component", "system", "from")),
        Relation("DEPENDS_ON", ("system", "component"), ("system", "component"), "needs",
                 attributes=("protocol", "stated")),
        Relation("EXPOSES", ("system", "organisation"), ("interface",), "offers", Kept.COLUMN,
                 ("interface", "exposer", "from")),
        Relation("CONSUMES", ("system", "organisation"), ("interface",), "uses"),
        Relation("CLAIMS", ("interface",), ("standard",), "says it follows", Kept.INTERPRETED,
                 attributes=("strength", "evidence", "match")),
        Relation("CARRIES", ("interface",), ("data-object",), "carries"),
        Relation("MASTERS", ("system",), ("data-object",), "is the master of"),
        Relation("COVERED_BY", ("system", "product"), ("contract",), "is covered by"),
        Relation("PARTY_TO", ("organisation", "supplier"), ("contract",), "is party to", attributes=("role",)),
        Relation("HAS_STEP", ("pathway",), ("step",), "has the step", Kept.INTERPRETED, attributes=("order",)),
        Relation("REQUIRES", ("step",), ("capability", "standard"), "asks for", Kept.INTERPRETED),
        Relation("AFFECTS", ("vulnerability",), ("component",), "was reported on", Kept.COLUMN,
                 ("vulnerability", "component", "to")),
        Relation("PLANNED_FOR", ("work-package",), ("system", "component"), "is planned for", Kept.COLUMN,
                 ("work-package", "subject", "to")),
        Relation("ASSESSES", ("assessment",), ("system",), "is an answer about", Kept.COLUMN,
                 ("assessment", "system", "to")),
    )
}  # fmt: skip
"""Every relation by name."""

LINK_COLUMNS = ("from", "to", "since", "until", "share")
"""Columns every table of links begins with; ``source``, ``row`` and ``rule`` end it."""
