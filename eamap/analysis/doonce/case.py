"""One capability cut out of the facts: who it applies to, what each answered, and who has which product with what weight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from eamap.analysis.doonce.facts import Facts
from eamap.analysis.doonce.measured import MATURITY, PILLAR, of_capability, of_pillar
from eamap.analysis.market.arrangements import Arrangements, coded
from eamap.analysis.market.holdings import weighed
from eamap.analysis.market.live import ABSENT, LIVE, NOT_APPLICABLE, UNKNOWN, strength

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Capability:
    """What the model says of a capability."""

    id: str
    name: str
    settings: tuple[str, ...]
    pace_layer: str
    national_component: str
    pillar: str = ""
    """The pillar of What Good Looks Like that it belongs to"""


@dataclass(frozen=True)
class Tables:
    """The facts of one capability as they were cut; each may be empty."""

    live: pl.DataFrame
    told: pl.DataFrame
    contracts: pl.DataFrame
    paid: pl.DataFrame
    steps: pl.DataFrame


@dataclass(frozen=True)
class Case:
    """One capability. Arrays are in step: ``owner`` (a place in ``having``), ``product`` (a place in ``products``), ``weight``.

    Each organisation that has something live weighs 1, shared among its products by yearly cost where all are known, else
    equally.
    """

    capability: Capability
    facts: Facts
    tables: Tables

    @cached_property
    def answers(self) -> pl.DataFrame:
        """What each organisation the capability applies to answered: the columns of the bodies and ``answer``."""
        import polars as pl

        named = self.tables.live.filter(pl.col("product").is_not_null()).select("body", answer=pl.lit(LIVE))
        nameless = self.tables.live.filter(pl.col("product").is_null()).select("body", answer=pl.lit(UNKNOWN))
        said = pl.concat([named, nameless, self.tables.told.select("body", "answer")])
        best = said.sort(strength(), maintain_order=True).unique("body", keep="first")
        settings = list(self.capability.settings)
        fits = pl.col("settings").list.set_intersection(settings).list.len() > 0
        every = self.facts.bodies.join(best, on="body", how="left", maintain_order="left")
        asked = pl.col("answer").is_not_null() | fits
        return every.filter(asked & (pl.col("answer").fill_null("") != NOT_APPLICABLE))

    @cached_property
    def having(self) -> pl.DataFrame:
        """The organisations with at least one live product, by code."""
        import polars as pl

        return self.answers.filter(pl.col("answer") == LIVE)

    @property
    def n(self) -> int:
        """How many organisations have at least one live product."""
        return self.having.height

    @cached_property
    def known(self) -> int:
        """How many organisations gave an answer: a live product, or that there is none."""
        import polars as pl

        return self.answers.filter(pl.col("answer").is_in([LIVE, ABSENT])).height

    @property
    def unknown(self) -> int:
        """How many organisations it applies to gave no answer."""
        return self.answers.height - self.known

    @cached_property
    def shares(self) -> pl.DataFrame:
        """What each organisation has: owner, body, product, weight, suppliers, in_house, stands_in, cost."""
        mine = self.having.select("body").with_row_index("owner")
        return weighed(self.tables.live, self.tables.paid).join(mine, on="body").sort("owner", "product")

    @cached_property
    def products(self) -> list[str]:
        """The distinct products, in order."""
        names: list[str] = self.shares["product"].unique().sort().to_list()
        return names

    @cached_property
    def owner(self) -> np.ndarray:
        """For each share, the place of its organisation."""
        return self.shares["owner"].to_numpy().astype(np.int64)

    @cached_property
    def product(self) -> np.ndarray:
        """For each share, the place of its product."""
        return coded(self.shares["product"])

    @cached_property
    def weight(self) -> np.ndarray:
        """For each share, its weight."""
        return self.shares["weight"].to_numpy().astype(float)

    @cached_property
    def arranged(self) -> Arrangements:
        """What each organisation has, to be dealt into groups."""
        return Arrangements(self.owner, self.product, self.weight, self.n)

    @cached_property
    def totals(self) -> np.ndarray:
        """The weight of each product."""
        return np.bincount(self.product, self.weight, minlength=len(self.products))

    def units(self, level: str) -> np.ndarray:
        """Returns for each organisation that has something, the place of its ICS or region; NO_UNIT where it is not known."""
        return coded(self.having["icb" if level == "ICS" else "region"])

    @cached_property
    def strata(self) -> np.ndarray:
        """For each organisation that has something, its stratum; all in one where none are declared."""
        name = {"type": "type", "region": "region", "ics": "icb"}.get(self.facts.method.words["strata"] or "none")
        return coded(self.having[name]) if name else np.zeros(self.n, dtype=np.int64)

    @property
    def handoffs(self) -> pl.DataFrame:
        """The steps that hand over from one organisation to another."""
        import polars as pl

        return self.tables.steps.filter(pl.col("handoff"))

    @cached_property
    def flows(self) -> pl.DataFrame:
        """The flows over its hand-offs; one without step, capability or specialty counts for every hand-off."""
        import polars as pl

        steps = self.handoffs["step"].implode()
        of_step = ("step:" + pl.col("step").str.strip_prefix("step:").str.to_lowercase()).is_in(steps)
        free = pl.all_horizontal(pl.col(name).is_null() for name in ("step", "capability", "specialty"))
        return self.facts.flows.filter(
            free | of_step.fill_null(value=False) | (pl.col("capability") == self.capability.id).fill_null(value=False)
        )

    @cached_property
    def interfaces(self) -> pl.DataFrame:
        """The tested interfaces on its hand-offs, each once."""
        import polars as pl

        mine = pl.col("capability").is_null() | (pl.col("capability") == self.capability.id)
        return self.facts.interfaces.filter(mine).unique("interface", keep="first", maintain_order=True)

    def measured(self, figure: str) -> pl.DataFrame:
        """Returns a measured figure of the organisations it applies to: body, value, measure."""
        return self._measured[figure]

    @cached_property
    def _measured(self) -> dict[str, pl.DataFrame]:
        tables = {name: self.facts.measures(name) for name in self.facts.method.measures}
        # Scores of different pillars are no scores of one thing: those of its own pillar, else those that name none.
        own = of_pillar(tables.pop(PILLAR), self.capability.pillar)
        tables[MATURITY] = own if own.height else tables[MATURITY]
        mine = self.answers.select("body")
        return {
            name: of_capability(table, self.capability.id).join(mine, on="body", how="semi")
            for name, table in tables.items()
        }


def cases(facts: Facts, wanted: list[Capability]) -> Iterator[Case]:
    """Yields the case of each capability; the facts are cut once for all."""
    cut = {
        name: _by_capability(table)
        for name, table in (
            ("live", facts.live), ("told", facts.told), ("contracts", facts.agreed.contracts), ("paid", facts.agreed.paid),
            ("steps", facts.steps),
        )
    }  # fmt: skip
    empty = {
        "live": facts.live,
        "told": facts.told,
        "contracts": facts.agreed.contracts,
        "paid": facts.agreed.paid,
        "steps": facts.steps,
    }
    for capability in wanted:
        mine = {name: tables.get(capability.id, empty[name].clear()) for name, tables in cut.items()}
        yield Case(capability, facts, Tables(**mine))


def _by_capability(table: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    return {
        str(key[0]): part for key, part in table.partition_by("capability", as_dict=True, maintain_order=True).items()
    }


def described(facts: Facts, wanted: list[str]) -> list[Capability]:
    """Returns what the model, and for this run the user, says of capabilities; those without a name are not in the model."""
    from eamap.reference import capabilities

    words = facts.method.words
    rows = {row["id"]: row for row in capabilities.load(facts.reference).frame.iter_rows(named=True)}
    return [
        Capability(
            each, rows[each]["name"] if each in rows else "", tuple((rows.get(each, {}).get("care_settings") or "").split(";")),
            words["pace_layer"] or (rows.get(each, {}).get("pace_layer") or "").removeprefix("system_of_"),
            words["national_component"] or rows.get(each, {}).get("national_component_kind") or "",
            (rows.get(each, {}).get("wgll_measure") or "").partition(":")[2],
        )
        for each in wanted
    ]  # fmt: skip
