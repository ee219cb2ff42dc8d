"""Who owns a supplier in the end, on a day: the chain of OWNED_BY facts followed to its last link.

No fact means "ultimate owner unknown", never the brand. A company that a fact names as an owner, and that no fact says is
owned itself, is an ultimate owner; so is one that is said to own itself. A chain that turns back on itself tells nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn


def ultimate_owners(on: EstateOn) -> pl.DataFrame:
    """Returns ``supplier`` and ``owner``, one row for each company whose ultimate owner is known on the day."""
    import polars as pl

    steps = (
        on.links("OWNED_BY")
        .select("from", "to")
        .sort("from", "to")
        .unique("from", keep="first", maintain_order=True)
        .collect()
    )
    above = dict(steps.rows())
    named = sorted({*above, *above.values()})
    found = [(each, owner) for each in named if (owner := _top(each, above))]
    return pl.DataFrame(found, schema={"supplier": pl.String, "owner": pl.String}, orient="row")


def _top(company: str, above: dict[str, str]) -> str | None:
    """Returns the last company of a chain; ``None`` where it goes round."""
    seen = {company}
    while (owner := above.get(company, company)) != company:
        if owner in seen:
            return None
        seen.add(owner)
        company = owner
    return company
