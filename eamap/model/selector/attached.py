"""What is attached to a thing: each attachment word as joins on the tables of links.

docs/selectors.md says in words what each word selects; the two must agree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from eamap.model.ids import key_part, organisation_code, thing_id
from eamap.model.selector.compare import matches
from eamap.model.selector.fields import naming
from eamap.model.selector.grammar import Text
from eamap.model.selector.onday import EstateOn, joined

if TYPE_CHECKING:
    import polars as pl

NAMES = ("name", "code", "legal_name", "title", "alias", "aliases")
"""Fields in which a thing of the kinds that have attachments may hold a name; an organisation goes by its code only."""
_SURE = ("stated", "inferred")


def attached(on: EstateOn, kind: str, text: Text) -> pl.Series:
    """Returns the ids of the things named, and of everything attached to them; some may be ids of nothing."""
    import polars as pl

    meant = pl.Series("id", ids_meant(kind, text), dtype=pl.String)
    things = joined([named(on, kind, text), meant]).unique()
    return joined([things, _FOLLOWED[kind](on, things)])


def ids_meant(kind: str, text: Text) -> list[str]:
    """Returns the ids that a name would make, so that links to a thing nobody describes are found as well.

    An organisation's id is its code as :func:`organisation_code` writes it, so it goes by these and no others.
    """
    plain = text.plain or ""
    key = plain[len(kind) + 1 :] if plain.lower().startswith(f"{kind}:") else plain
    made = [organisation_code(key), key.upper()] if kind == "organisation" else [key_part(key)]
    return sorted({thing_id(kind, each) for each in (key, *made)}) if key else []


def named(on: EstateOn, kind: str, text: Text) -> pl.Series:
    """Returns the ids of the things that go by a name: key, name or alias, without regard to case.

    An organisation goes by its code only: names of organisations recur, and change while the body stays.
    """
    import polars as pl

    table = on.things(kind)
    if kind == "organisation" and text.plain is not None:
        return table.filter(pl.col("id").is_in(ids_meant(kind, text)))["id"]
    names = ("code",) if kind == "organisation" else NAMES
    tests = [matches(pl.col(name), text) for name in names if table.schema.get(name) == pl.String()]
    aliases = [_among(name, text) for name in ("alias", "aliases") if table.schema.get(name) == pl.String()]
    key = matches(pl.col("id").str.slice(len(kind) + 1), text) | matches(pl.col("id"), text)
    return table.filter(pl.any_horizontal(key, *tests, *(aliases if kind != "organisation" else [])))["id"]


def _among(name: str, text: Text) -> pl.Expr:
    import polars as pl

    parts = pl.col(name).str.split("; ")
    return parts.list.eval(matches(pl.element(), text)).list.any()


def descendants(on: EstateOn, ids: pl.Series) -> pl.Series:
    """Returns everything that is PART_OF some of ``ids``, at any depth, and ``ids`` themselves."""
    found, edge = ids.unique(), ids
    while edge.len():
        edge = on.partners("PART_OF", edge, forward=False)
        edge = edge.filter(~edge.is_in(found.implode()))
        found = joined([found, edge])
    return found


def _belongings(on: EstateOn, systems: pl.Series) -> pl.Series:
    """Returns systems with what runs them, where they meet others, and the contracts about them."""
    components = on.partners("RUNS_ON", systems)
    return joined(
        [
            systems,
            components,
            on.partners("AFFECTS", components, forward=False),
            on.partners("PLANNED_FOR", joined([systems, components]), forward=False),
            on.partners("ASSESSES", systems, forward=False),
            on.partners("EXPOSES", systems),
            on.partners("CONSUMES", systems),
            on.partners("COVERED_BY", systems),
        ]
    )


def _of_organisations(on: EstateOn, named_ones: pl.Series) -> pl.Series:
    organisations = descendants(on, named_ones)
    systems = joined([on.partners("OPERATES", organisations), on.partners("USES", organisations)]).unique()
    belongings = _belongings(on, systems)
    return joined(
        [
            organisations,
            belongings,
            *(on.partners(relation, organisations) for relation in ("EXPOSES", "CONSUMES", "PARTY_TO")),
            on.partners("LOCATED_AT", belongings),
            *_about(on, "organisation", organisations),
        ]
    )


def _about(on: EstateOn, kind: str, ids: pl.Series) -> list[pl.Series]:
    """Returns the things that name one of ``ids`` in a field: absences, sites, measures, flows, contracts."""
    import polars as pl

    keys = ids.str.slice(len(kind) + 1)
    either = joined([ids, keys]) if kind != "organisation" else ids
    return [
        on.things(owner).filter(pl.col(name).is_in(either.implode()))["id"]
        for owner, name in naming(kind)
        if name in on.things(owner).columns
    ]


def _of_suppliers(on: EstateOn, suppliers: pl.Series) -> pl.Series:
    supplied = on.partners("SUPPLIED_BY", suppliers, forward=False)
    products = supplied.filter(supplied.str.starts_with("product:"))
    systems = supplied.filter(supplied.str.starts_with("system:"))
    contracts = on.partners("PARTY_TO", suppliers)
    return joined([suppliers, contracts, _belongings(on, systems), _of_products(on, products)])


def _of_products(on: EstateOn, products: pl.Series) -> pl.Series:
    systems = on.partners("INSTANCE_OF", products, forward=False)
    return joined([products, on.partners("COVERED_BY", products), _belongings(on, systems)])


def _realising(on: EstateOn, capabilities: pl.Series) -> pl.Series:
    """Returns the systems that surely do one of some capabilities; "possible" is not enough."""
    import polars as pl

    held = on.links("REALISES").filter(pl.col("to").is_in(capabilities.implode()))
    if "certainty" in held.collect_schema():
        held = held.filter(pl.col("certainty").is_null() | pl.col("certainty").is_in(_SURE))
    return held.select(pl.col("from").alias("id").unique()).collect()["id"]


def _of_capabilities(on: EstateOn, named_ones: pl.Series) -> pl.Series:
    capabilities = descendants(on, named_ones)
    return joined([capabilities, _realising(on, capabilities), *_about(on, "capability", capabilities)])


def _of_pathways(on: EstateOn, pathways: pl.Series) -> pl.Series:
    steps = on.partners("HAS_STEP", pathways)
    required = on.partners("REQUIRES", steps)
    capabilities = required.filter(required.str.starts_with("capability:"))
    return joined([pathways, steps, required, _realising(on, descendants(on, capabilities))])


def _of_standards(on: EstateOn, standards: pl.Series) -> pl.Series:
    interfaces = on.partners("CLAIMS", standards, forward=False)
    exposers = on.partners("EXPOSES", interfaces, forward=False)
    return joined([standards, interfaces, exposers.filter(exposers.str.starts_with("system:"))])


_FOLLOWED: dict[str, Callable[[EstateOn, pl.Series], pl.Series]] = {
    "organisation": _of_organisations,
    "supplier": _of_suppliers,
    "product": _of_products,
    "capability": _of_capabilities,
    "pathway": _of_pathways,
    "standard": _of_standards,
}
