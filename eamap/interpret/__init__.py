"""Works out what stated text means, by rules and reference data, when an estate is opened.

What a store keeps is what sources said. Which product a text names, which company sells it, what a system does, under
which board a trust is on a day: these answers change with the reference data, so they are worked out on opening and
never stored. Each derived row cites the row whose text it interprets, or the reference set it comes from
(``reference/SET``), and names its rule. Nothing here guesses: a text that is no exact match stays as it was stated.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from eamap.interpret.absences import absences
from eamap.interpret.capabilities import Capabilities
from eamap.interpret.data_objects import data_objects
from eamap.interpret.documents import with_documents
from eamap.interpret.ground import Ground
from eamap.interpret.organisations import Organisations
from eamap.interpret.pathways import pathway_tables
from eamap.interpret.products import Products
from eamap.interpret.records_of_people import decisions, reference_sets
from eamap.interpret.shapes import under
from eamap.interpret.standards import Standards
from eamap.interpret.suppliers import Suppliers
from eamap.interpret.tables import InterpretedTables, Maker
from eamap.model.estate import Estate
from eamap.model.graph import graph

__all__ = ["interpret"]


def interpret(estate: Estate, as_of: date, reference: Path | None = None) -> Estate:
    """Returns the estate with what its texts mean on a day; each added table is worked out when it is first asked for.

    ``reference`` is a folder of reference sets that replace the shipped ones. An estate that is interpreted already is
    interpreted anew from what its store said.
    """
    stored = estate.tables.stored if isinstance(estate.tables, InterpretedTables) else estate.tables
    stated = replace(estate, tables=stored)
    return replace(
        estate, as_of=as_of, grapher=graph, tables=InterpretedTables(stored, _makers(Ground(stated, as_of, reference)))
    )


def _makers(ground: Ground) -> dict[str, Maker]:
    organisations, standards = Organisations(ground), Standards(ground)
    products = Products(ground)
    suppliers, capabilities = Suppliers(ground, products), Capabilities(ground, products)
    links = ground.estate.links
    return {
        "things/organisation": lambda: organisations.things,
        "things/product": lambda: products.things,
        "things/supplier": lambda: suppliers.things,
        "things/capability": lambda: capabilities.things,
        "things/standard": lambda: standards.things,
        "things/absence": lambda: absences(ground),
        "things/interface": lambda: with_documents(ground.estate),
        "things/data-object": lambda: data_objects(ground.estate),
        "things/decision": lambda: decisions(ground),
        "things/reference-set": lambda: reference_sets(ground),
        "links/PART_OF": lambda: under(links("PART_OF"), organisations.part_of, capabilities.part_of),
        "links/SUCCEEDED_BY": lambda: under(links("SUCCEEDED_BY"), organisations.succeeded_by, standards.succeeded_by),
        "links/INSTANCE_OF": lambda: products.instance_of,
        "links/SUPPLIED_BY": lambda: suppliers.supplied_by,
        "links/OWNED_BY": lambda: suppliers.owned_by,
        "links/PARTY_TO": lambda: under(links("PARTY_TO"), suppliers.party_to),
        "links/REALISES": lambda: capabilities.realises,
        "links/CLAIMS": lambda: standards.claims,
        **pathway_tables(ground),
    }
