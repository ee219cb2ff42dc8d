"""Small made-up facts for the laws of the do-once method: tables as the method sees them, without an estate behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import SimpleNamespace

import polars as pl
from hypothesis import strategies as st

from eamap.analysis.doonce.assess import Run
from eamap.analysis.doonce.assessment import Assessment
from eamap.analysis.doonce.contracts import Agreed
from eamap.analysis.doonce.facts import Facts
from eamap.reference import doonce

CAPABILITY = "DIA-2.1"
OWN = "in-house"
ABSENT, UNKNOWN = "absent", "unknown"
REGION = {"I0": "R0", "I1": "R0", "I2": "R1", "I3": "R1"}
DRAWS = {"permutations": 40.0, "weight_draws": 300.0, "bootstraps": 40.0}


@dataclass(frozen=True)
class World:
    """What a handful of organisations have: one entry an organisation in each list; None is not known."""

    has: tuple[str, ...]
    """A product, in-house, absent or unknown"""
    ics: tuple[str, ...]
    costs: tuple[int | None, ...]
    staff: tuple[float | None, ...]
    scores: tuple[float | None, ...]
    flows: tuple[tuple[int, int, int], ...]
    tested: tuple[bool, ...]
    handoffs: tuple[bool, ...]
    regions: dict[str, str] = field(default_factory=lambda: dict(REGION))
    contracted: tuple[str, ...] | None = None
    """What each has a contract for by the register, where its answer is unknown; None: no register tells"""

    def told(self, **other: object) -> World:
        """Returns the world with something else in it."""
        return replace(self, **other)  # type: ignore[arg-type]


def worlds(least: int = 2) -> st.SearchStrategy[World]:
    """Worlds of two to twelve organisations."""

    def of(n: int) -> st.SearchStrategy[World]:
        def each(values: st.SearchStrategy) -> st.SearchStrategy:
            return st.lists(values, min_size=n, max_size=n).map(tuple)

        place = st.integers(0, n - 1)
        return st.builds(
            World,
            has=each(st.sampled_from(["a", "b", "c", "d", OWN, ABSENT, UNKNOWN])),
            ics=each(st.sampled_from(sorted(REGION))),
            costs=each(st.none() | st.integers(0, 10**6)),
            staff=each(st.none() | st.floats(0, 9)),
            scores=each(st.none() | st.floats(1, 5)),
            flows=st.lists(st.tuples(place, place, st.integers(0, 10**5)), max_size=8).map(tuple),
            tested=st.lists(st.booleans(), max_size=5).map(tuple),
            handoffs=st.lists(st.booleans(), max_size=5).map(tuple),
        )

    return st.integers(least, 12).flatmap(of)


def assessed(
    world: World, omega: float | None = None, weights: Mapping[str, float] | None = None, **numbers: float
) -> Assessment:
    """Returns what the method makes of a world, with few draws; ``weights`` are those of the conditions."""
    method = doonce.load().replaced({**DRAWS, **numbers}, {})
    method = method.weighted("made up", weights) if weights else method
    on = SimpleNamespace(as_of=date(2026, 11, 1), estate=SimpleNamespace(parts={}))
    facts = Facts(on, SimpleNamespace(name="made up"), method)  # type: ignore[arg-type]
    facts.__dict__.update(_tables(world))
    run = Run(facts, 7, omega)
    run.__dict__["dissents"] = {}
    (found,) = run.assess([CAPABILITY])
    return found


def _tables(world: World) -> dict[str, object]:
    text, n = pl.String(), len(world.has)
    names = [f"organisation:O{place:02}" for place in range(n)]
    bodies = pl.DataFrame({
        "body": names, "code": [name[13:] for name in names], "type": ["one" if place % 3 else "other" for place in range(n)],
        "settings": [["acute"]] * n, "icb": world.ics, "region": [world.regions[each] for each in world.ics],
        "by_headquarters": [False] * n,
    })  # fmt: skip
    having = [place for place, has in enumerate(world.has) if has not in (ABSENT, UNKNOWN)]
    product = [
        f"product:in-house/{place}" if world.has[place] == OWN else f"product:{world.has[place]}" for place in having
    ]
    own = [world.has[place] == OWN for place in having]
    live = pl.DataFrame(
        {"capability": [CAPABILITY] * len(having), "body": [names[place] for place in having], "system": [f"system:s{place}" for place in having],
         "product": product, "supplier": [None if mine else f"supplier:{each[8:]}" for each, mine in zip(product, own, strict=True)],
         "suppliers": [[each if mine else f"supplier:{each[8:]}"] for each, mine in zip(product, own, strict=True)],
         "in_house": own, "stands_in": [False] * len(having), "stated": [True] * len(having), "source": ["made up"] * len(having)},
        schema={"capability": text, "body": text, "system": text, "product": text, "supplier": text, "suppliers": pl.List(text), "in_house": pl.Boolean(),
                "stands_in": pl.Boolean(), "stated": pl.Boolean(), "source": text},
    )  # fmt: skip
    silent = [place for place, has in enumerate(world.has) if has in (ABSENT, UNKNOWN)]
    told = pl.DataFrame(
        {"capability": [CAPABILITY] * len(silent), "source": ["made up"] * len(silent), "body": [names[place] for place in silent],
         "answer": [world.has[place] for place in silent], "absence": [f"absence:{place}" for place in silent]},
        schema=dict.fromkeys(("capability", "source", "body", "answer", "absence"), text),
    )  # fmt: skip
    return {
        "bodies": bodies, "units": bodies.select("body", "icb", "region"), "live": live, "told": told,
        "suites": live.select("system").with_columns(leaves=pl.lit(2), most=pl.lit(3)), "agreed": _agreed(world, bodies),
        "steps": _steps(world), "flows": _flows(world), "interfaces": _interfaces(world), "_measures": _measures(world, names),
    }  # fmt: skip


def _agreed(world: World, bodies: pl.DataFrame) -> Agreed:
    """Returns a contract for each organisation that bought something, and for each that the register knows of."""
    known = world.contracted or world.has
    named = [known[place] if has == UNKNOWN else has for place, has in enumerate(world.has)]
    bought = [place for place, has in enumerate(named) if has not in (OWN, ABSENT, UNKNOWN)]
    of = [named[place] for place in bought]
    cost = pl.Series("cost", [world.costs[place] for place in bought], dtype=pl.Float64)
    table = bodies[bought].select(
        "body", "icb", "region", cost, capability=pl.lit(CAPABILITY), contract="contract:" + pl.col("code"),
        supplier=pl.Series([f"supplier:{each}" for each in of], dtype=pl.String),
        product=pl.Series([f"product:{each}" for each in of], dtype=pl.String),
        unanswered=pl.Series([world.has[place] == UNKNOWN for place in bought], dtype=pl.Boolean), driver=pl.lit("beds"), volume=pl.lit(100.0), long=pl.Series([place % 2 == 0 for place in bought], dtype=pl.Boolean),
    )  # fmt: skip
    return Agreed(table.drop("body"), table.select("capability", "body", "product", "cost"))


def _steps(world: World) -> pl.DataFrame:
    rows = [
        (CAPABILITY, f"step:x/{place}", each, "M", "acute", "citizen" if place % 2 else "acute")
        for place, each in enumerate(world.handoffs)
    ]
    text = pl.String()
    schema = {
        "capability": text,
        "step": text,
        "handoff": pl.Boolean(),
        "crossing": text,
        "from_role": text,
        "to_role": text,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _flows(world: World) -> pl.DataFrame:
    rows = [
        (
            None,
            None,
            None,
            volume,
            f"flow:{place}",
            world.ics[a] == world.ics[b],
            world.regions[world.ics[a]] == world.regions[world.ics[b]],
        )
        for place, (a, b, volume) in enumerate(world.flows)
    ]
    text = pl.String()
    schema = {
        "capability": text,
        "step": text,
        "specialty": text,
        "volume": pl.Int64(),
        "flow": text,
        "ICS": pl.Boolean(),
        "region": pl.Boolean(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _interfaces(world: World) -> pl.DataFrame:
    rows = [(f"interface:{place}", None, each) for place, each in enumerate(world.tested)]
    return pl.DataFrame(
        rows, schema={"interface": pl.String(), "capability": pl.String(), "conformant": pl.Boolean()}, orient="row"
    )


def _measures(world: World, names: list[str]) -> dict[str, pl.DataFrame]:
    schema = {"capability": pl.String(), "value": pl.Float64(), "body": pl.String(), "measure": pl.String()}

    def table(values: tuple[float | None, ...]) -> pl.DataFrame:
        rows = [
            (None, value, name, f"measure:{name}")
            for name, value in zip(names, values, strict=True)
            if value is not None
        ]
        return pl.DataFrame(rows, schema=schema, orient="row")

    none = pl.DataFrame(schema={**schema, "value": pl.String()})
    pillars = pl.DataFrame(schema={**schema, "name": pl.String()})
    return {"staff": table(world.staff), "maturity": table(world.scores), "pillar": pillars, "variant": none}
