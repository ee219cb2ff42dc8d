"""What a do-once answer holds for one capability. Money is pounds a year, entropy nats; null is missing, never 0."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from eamap.model.answer_shapes import Explained, Shape

Unit = Annotated[float, Field(ge=0, le=1)]
Known = Unit | None
Number = float | None
Pounds = float | Literal["not estimated"]
Answer = Literal["yes", "no", "possible"]
Standing = Literal["robust", "leaning", "open"]
LevelName = Literal["trust", "ICS", "region", "nation"]
Ends = Annotated[list[Unit], Field(min_length=2, max_length=2)]
Range = Annotated[list[float], Field(min_length=2, max_length=2)]


class IntervalShape(Shape):
    """A figure in [0, 1] between what it is at least and at most; no point where nothing of it is known."""

    lo: Unit
    point: Known
    hi: Unit


class ConditionsShape(Shape):
    """Purchasing power, interoperability across ICSs, niche expertise, unwarranted variation."""

    A: IntervalShape
    B: IntervalShape
    N: IntervalShape
    V: IntervalShape


class WeightsShape(Shape):
    """The weights of the conditions, adding up to 1."""

    A: Unit
    B: Unit
    N: Unit
    V: Unit


class ObjectionsShape(Shape):
    """The counter-conditions, from 0 (no objection) to 1."""

    K1: Known
    K2: Known
    K3: Known
    K4: Known
    K5: Known
    K6: Known


class GatesShape(Shape):
    """Objections that no score makes good."""

    run_once_barred: Answer
    single_supplier_barred: Answer


class ReachShape(Shape):
    """The share of each condition's value that acting at one level reaches."""

    A: Known
    B: Known
    N: Known
    V: Known


class PhiShape(Shape):
    """The reach by level."""

    trust: ReachShape
    ICS: ReachShape
    region: ReachShape
    nation: ReachShape


class CaptureShape(Shape):
    """The share of the do-once value that each level captures."""

    trust: Known
    ICS: Known
    region: Known
    nation: Known


class LevelShares(Shape):
    """The share of the weightings that gives each level, or none."""

    trust: Unit
    ICS: Unit
    region: Unit
    nation: Unit
    none: Unit


class ModelShares(Shape):
    """The share of the draws in each operating model."""

    Unification: Unit
    Coordination: Unit
    Replication: Unit
    Diversification: Unit


class TopProduct(Shape):
    """A product, and how many organisations have it; one that has several counts in parts."""

    product: str
    organisations: float


class ModeShape(Shape):
    """One way of doing it once."""

    mode: Literal["standardise", "blueprint", "run", "buy", "expert", "local"]
    answer: Answer
    because: str
    acceptability: Unit
    standing: Standing


class FlipShape(Shape):
    """The smallest change of one weight that gives another level."""

    condition: Literal["A", "B", "N", "V"]
    weight: Unit
    to: Unit
    level: LevelName | Literal["none"]


class ConfidenceShape(Shape):
    """How far the figures can be trusted."""

    value: Unit
    word: Literal["high", "medium", "low"]
    coverage: Known
    completeness: Known
    freshness: Known
    provenance: Known


class BootstrapShape(Shape):
    """Intervals by resampling the organisations; none for fewer than two."""

    entropy: Range | None = None
    n_eff: Range | None = None
    HHI: Range | None = None


class BenefitShape(Shape):
    """One line of the benefit in pounds; a cost is negative, what nobody can say is not estimated."""

    line: str
    low: Pounds
    central: Pounds
    high: Pounds
    cash: Literal["cash", "non-cash"]
    budget: Literal["capital", "revenue"]
    payer: str
    beneficiary: str
    missing: list[str]


class DissentShape(Shape):
    """An ICS that disagrees."""

    organisation: str
    who: str
    reason: str
    date: str


class CautionShape(Shape):
    """A caution that applies."""

    number: int
    text: str


class ChangeShape(Shape):
    """What would change the answer."""

    what: str
    moves: str
    width: Unit
    organisations: list[str]


class DoOnceRow(Explained):
    """One capability under the do-once method."""

    capability: str
    name: str
    setting: str
    geography: str
    weights: WeightsShape
    applicable: int
    known: int
    coverage: Known
    n: int
    entropy: Number
    products: int
    n_eff: Number
    HHI: Known
    top: list[TopProduct]
    overpay: Number
    x_cross: Known
    A1: Known
    A2: Known
    A3: Known
    B1: Known
    B2: Known
    B3: Known
    N1: Known
    N2: Known
    N3: Known
    V1: Known
    V2: Known
    omega: Known
    I_observed: Number
    I_permuted: Number
    conditions: ConditionsShape
    K: ObjectionsShape
    K3_interval: Ends
    K4_interval: Ends
    R: Known
    gates: GatesShape
    D: IntervalShape
    phi: PhiShape
    capture: CaptureShape
    capture_conditions: list[Literal["A", "B", "N", "V"]]
    level: LevelName | None
    level_reason: str
    within_ics: Known
    between_region: Known
    between_ics_in_region: Known
    H_ics_permuted: Number
    convergence_index: Number
    acceptability_level: LevelShares
    standing: Standing
    flip: FlipShape | None
    operating_model: str
    operating_model_acceptability: ModelShares
    modes: list[ModeShape]
    confidence: ConfidenceShape
    sufficient: str
    bootstrap: BootstrapShape
    benefits: list[BenefitShape]
    net_present_value: Range | None
    dissent: list[DissentShape]
    cautions: list[CautionShape]
    notes: list[str]
    what_would_change: list[ChangeShape]
