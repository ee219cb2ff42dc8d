"""Small estates with suppliers, contracts, boards and figures, made of a few lines each."""

from __future__ import annotations

from datetime import date
from typing import Any

from eamap.checks.cases import small_estate
from eamap.model.selector import EstateOn

DAY = date(2026, 11, 22)
CAPABILITY = "capability:X-1.1"
LEAF = {"id": CAPABILITY, "name": "A leaf"}


def estate(live: dict[str, list[str]], *, day: date = DAY, links: dict[str, list[dict]] | None = None, things: dict[str, list[dict]] | None = None,
           trusts: dict[str, dict[str, Any]] | None = None) -> EstateOn:  # fmt: skip
    """Returns an estate where each organisation has one live system a text: "product@supplier", "@supplier", "=" (in-house) or "" (unknown)."""
    systems, made, sold, done = [], [], [], []
    for code, texts in live.items():
        for n, text in enumerate(texts):
            system = f"system:{code}/{n}"
            product, _, supplier = text.partition("@")
            systems.append(
                {"id": system, "operator": f"organisation:{code}", "status": "live", "environment": "production"}
            )
            done.append({"from": system, "to": CAPABILITY, "certainty": "stated"})
            own = f"in-house/{code}" if text == "=" else product
            made += [{"from": system, "to": f"product:{own}"}] if own else []
            sold += (
                [{"from": f"product:{product}" if product else system, "to": f"supplier:{supplier}"}]
                if supplier
                else []
            )
    more = links or {}
    bodies = [
        {
            "id": f"organisation:{code}",
            "code": code,
            "role": "nhs-trust",
            "trust_type": "Acute",
            **(trusts or {}).get(code, {}),
        }
        for code in live
    ]
    held = {
        "REALISES": done,
        "INSTANCE_OF": made,
        "SUPPLIED_BY": [dict(pair) for pair in {tuple(each.items()) for each in sold}],
    }
    rest = {name: rows for name, rows in (things or {}).items() if name != "organisation"}
    content = {
        "things": {"organisation": [*bodies, *(things or {}).get("organisation", [])], "system": systems, **rest},
        "links": {**held, **more},
    }
    return EstateOn(small_estate(content), day)


def units(boards: dict[str, str | None]) -> Any:
    """Returns the board of each organisation as a table of units."""
    import polars as pl

    rows = [(f"organisation:{code}", board and f"organisation:{board}", None) for code, board in boards.items()]
    return pl.DataFrame(rows, schema=dict.fromkeys(("organisation", "icb", "region"), pl.String), orient="row")
