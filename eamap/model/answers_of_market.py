"""What stands in the rows of answers about the market: concentration, contracts, convergence, maturity, spend, peers."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained


class ConcentrationRow(Explained):
    """One capability, or group, or capability and care setting: who supplies it; measures are null where no supplier is known."""

    capability: str
    name: str
    setting: str
    n: int
    live: int
    absent: int
    untold: int
    of: int
    suppliers: int
    n_eff: float | None
    hhi: float | None
    top: str | None
    top_share: float | None
    owners: Literal["known", "ultimate owner unknown"]
    owners_known: int
    owner_hhi_low: float | None
    owner_hhi_high: float | None
    owner_n_eff_low: float | None
    owner_n_eff_high: float | None
    owner_top_share_low: float | None
    owner_top_share_high: float | None
    supplier_for_product: int


class SupplierContractsRow(Explained):
    """One supplier: its contracts that run on the day; ``value`` is pence a year, words where not every contract states one."""

    supplier: str
    name: str
    contracts: int
    stated: int
    assumed: int
    organisations: int
    icbs: int
    regions: int
    unplaced: int
    valued: int
    value: int | str


class ExpiryRow(Explained):
    """One year in which contracts end, or "has ended", or "no end stated"."""

    year: str
    contracts: int
    stated: int
    assumed: int
    organisations: int
    suppliers: int
    valued: int
    value: int | str


class ConvergeRow(Explained):
    """One capability over all ICSs, or in one: instances beyond what is expected, and entropy against that of chance."""

    capability: str
    name: str
    instances: str
    organisations: int
    icbs: int | None = None
    unplaced: int | None = None
    unnamed: int
    systems: int
    products: int
    extra: int | str
    h: float | None
    h_within: float | None
    h_chance: float | None
    convergence: float | None


class MaturityRow(Explained):
    """One measure over the trusts of a unit, or one word of it; percentiles are null for words."""

    unit: str
    measure: str
    value: str
    n: int
    of: int
    outside: int
    p10: float | None
    median: float | None
    p90: float | None
    spread: float | None


class SpendRow(Explained):
    """One trust, ICS or all: money in pence; words where nothing is stated."""

    organisation: str
    name: str
    year: str | None = None
    age: float | str | None = None
    n: int | None = None
    of: int | None = None
    whole: int | None = None
    coverage: int | None = None
    total: int | str
    capital: int | str
    revenue: int | str
    known: int | str
    basis: str
    share: float | str
    reading: str
    technology: int | str
    adoption: int | str
    adoption_share: float | str
    unread: int


class PeerRow(Explained):
    """One organisation with a live system for the capability asked about, and what speaks for asking it."""

    organisation: str
    name: str
    setting: str
    why: str
    products: str
    systems: int
    installed: str
    support: Literal["supported", "past support", "not wholly known", "not listed"]
    components: int
    supported: int
    past: int
    conformance: Literal["conformant", "not conformant", "declared only", "not assessed", "no interface listed"]
    interfaces: int
    met: int
    broken: int
    ahead: str
