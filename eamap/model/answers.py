"""What stands in the rows of each command's answer: the published shape of the ``rows`` of the envelope.

``schemas/results/`` is made from these types by ``scripts/make_schemas.py``. A test holds every command's answer
over the sample against its schema; a key that is not listed here fails it.
"""

from __future__ import annotations

from typing import Any, Generic, Literal, TypeVar

from pydantic import ConfigDict, Field

from eamap.model.answer_shapes import CitationRow, Explained, Scalar, Shape
from eamap.model.answers_of_changes import IcsRow, WhatIfRow
from eamap.model.answers_of_cyber import DataUpdateRow, WhereRow
from eamap.model.answers_of_doonce import DoOnceRow
from eamap.model.answers_of_flows import FlowRow, FlowShareRow, GeographyRow
from eamap.model.answers_of_handoffs import GapRow, InteropRow, LeverRow
from eamap.model.answers_of_market import (
    ConcentrationRow,
    ConvergeRow,
    ExpiryRow,
    MaturityRow,
    PeerRow,
    SpendRow,
    SupplierContractsRow,
)
from eamap.model.answers_of_registers import CafRow, DebtGroupRow, DebtItemRow, DsptRow, LegacyAssetRow
from eamap.model.answers_of_standards import (
    CompareRow,
    CoverageRow,
    FhirInspectRow,
    InterfaceRow,
    PayloadRow,
    StandardFactRow,
    StandardRow,
    StandardStatusRow,
)
from eamap.model.answers_of_support import EolFigureRow, EolGroupRow, EolRow, ForecastRow

Outcome = Literal["exact", "family", "ambiguous", "uncovered_cycle", "uncovered_product", "not_software", "unmatched"]
Verdict = Literal["pass", "fail", "unknown", "not-applicable", "error"]


class SummaryRow(Explained):
    """One figure and what it is a share of; words where nothing has been judged. ``relation`` is "over" where ``n`` is no part of ``of``."""

    topic: str
    n: int | str
    of: int | str
    says: str
    relation: str = "of"


class LifecycleMatchRow(Explained):
    """What one text means. ``product`` and ``cycle`` are ids of the snapshot; ends are a date, ``undated_past`` or ``none_published``."""

    raw: str
    outcome: Outcome
    product: str | None
    cycle: str | None
    candidates: str | None
    eol_best: str | None
    eol_worst: str | None
    extended_end: str | None
    rule: str
    confidence: Literal["high", "medium", "low"]
    supplement_product: str | None
    supplement_cycle: str | None
    supplement_end: str | None
    missing: str | None
    inferred: Literal["before-records", "not-in-data"] | None
    tokens: str
    snapshot: str


class CheckRow(Explained):
    """One verdict about one subject, with its evidence."""

    fingerprint: str
    id: str
    name: str
    rule: str
    layer: str
    subject: str
    verdict: Verdict
    severity: Literal["critical", "high", "medium", "low", "info"]
    confidence: Literal["high", "medium", "low"]
    message: str
    pointer: str
    fix: str
    reference: str
    citations: list[CitationRow]
    check: str
    where: str
    value: str
    state: str
    acceptance: str | None


class QueryRow(Explained):
    """One thing: its kind, its id and every field of its record (schemas/records)."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Scalar]
    kind: str
    id: str


class CypherRow(Shape):
    """One row of what a person's own Cypher returned: its columns are those of the query, its values any JSON."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, Any]


class ImpactRow(Explained):
    """One thing that a failure touches, and the last hop to it."""

    distance: int
    kind: str
    id: str
    relation: str
    previous: str
    through: str | None
    source: str | None
    row: int | None


class PathRow(Explained):
    """One link of a path."""

    step: int
    origin: str
    target: str
    relation: str
    direction: Literal["forward", "backward"]
    citations: list[str]


class SourceRow(Explained):
    """One sheet of one file of a source."""

    source: str
    file: str
    sheet: str
    organisation: str
    mapping: str
    provenance: str
    fact_date: str | None
    rows: int
    issues: int
    sha256: str


class StoreStatusRow(Explained):
    """One part of a source on a shared graph: whose it is, when that owner last pushed, and where others say otherwise."""

    owner: str
    source: str
    part: str
    pushed: str | None
    profile: str | None
    rows: int
    conflicts: int


class SourceFieldRow(Explained):
    """Which columns of a source fed one field."""

    part: str
    makes: str
    field: str
    columns: str
    headers: str


class LogRow(Explained):
    """One version."""

    version: int
    published: str
    command: str
    what: str


class DiffRow(Explained):
    """One field of one thing or link that differs."""

    kind: str
    id: str
    change: Literal["added", "removed", "changed"]
    field: str
    before: str | None
    after: str | None
    source: str | None
    row: int | None


class DataRow(Explained):
    """One set of reference data."""

    name: str
    title: str
    version: str
    date: str
    age_days: int
    licence: str
    origin: str
    files: int
    rows: int
    bytes: int
    checksum: str
    note: str
    left_out: str
    script: str


class ResolveRow(Explained):
    """One suggestion for a person to decide."""

    what: str
    subject: str
    subject_name: str
    object: str
    object_name: str
    likeness: float
    command: str


class MappingRow(Explained):
    """One mapping that ships."""

    name: str
    title: str
    provenance: str
    origin: str


class IngestRow(Explained):
    """What one sheet did to its source."""

    source: str
    file: str
    sheet: str
    mapping: str
    rows: int
    added: int
    retired: int
    cells: int


class RefRow(Explained):
    """The number a ref stands for (first row), or one cell behind it."""

    value: Scalar
    meaning: str
    id: str
    field: str
    cell: str
    citation: CitationRow | None = None


class FindingRow(Explained):
    """One fact about a finding, or one cell of its evidence."""

    what: str
    says: str
    source: str | None = None
    sha256: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None


class PageRow(Explained):
    """The page of a check."""

    id: str
    page: str


ROWS: dict[str, Any] = {
    "debt": DebtItemRow | DebtGroupRow,
    "doonce": DoOnceRow,
    "evidence": CafRow | DsptRow | LegacyAssetRow,
    "fhir inspect": FhirInspectRow,
    "fhir compare": CompareRow,
    "standards coverage": CoverageRow,
    "summary": SummaryRow,
    "lifecycle match": LifecycleMatchRow,
    "check": CheckRow,
    "query": QueryRow,
    "query cypher": CypherRow,
    "impact": ImpactRow,
    "path": PathRow,
    "source list": SourceRow,
    "store status": StoreStatusRow,
    "source show": SourceFieldRow,
    "fhir validate-payload": PayloadRow,
    "interfaces": InterfaceRow,
    "log": LogRow,
    "diff": DiffRow,
    "data": DataRow,
    "data update": DataUpdateRow,
    "where": WhereRow,
    "resolve": ResolveRow,
    "mapping list": MappingRow,
    "standards list": StandardRow,
    "standards show": StandardFactRow,
    "standards status": StandardStatusRow,
    "ingest": IngestRow,
    "eol": EolRow | EolGroupRow | EolFigureRow,
    "geography": GeographyRow,
    "flows": FlowShareRow | FlowRow,
    "forecast": ForecastRow,
    "gaps": GapRow,
    "suppliers": ConcentrationRow | SupplierContractsRow | ExpiryRow,
    "converge": ConvergeRow,
    "maturity": MaturityRow,
    "spend": SpendRow,
    "peers": PeerRow,
    "levers": LeverRow,
    "interop": InteropRow,
    "whatif": WhatIfRow,
    "ics": IcsRow,
    "explain": RefRow | FindingRow | PageRow,
}
"""The type of the rows by command."""


class TallyShape(Shape):
    """A count with its denominator, and the refs that explain both."""

    n: int
    of: int
    ref: str
    of_ref: str


class UsedShape(Shape):
    """The version and age of a set of reference data."""

    version: str
    age_days: int


class OmittedShape(Shape):
    """How many rows were left out, why, and the ref that explains the number."""

    n: int
    why: str
    ref: str


class IssueShape(Shape):
    """A place in a source that does not say what it should, and what to do about it."""

    file: str
    sheet: str
    row: int
    column: str
    code: str
    message: str
    hint: str
    value: str
    blocks: bool


Row = TypeVar("Row")


class Answer(Shape, Generic[Row]):
    """The envelope in which every command answers."""

    schema_version: Literal["1.0"]
    command: str
    as_of: str = Field(json_schema_extra={"format": "date"})
    version: int = Field(ge=0, description="the version of the estate; 0 where no estate was asked")
    reference: dict[str, UsedShape]
    counts: dict[str, TallyShape]
    rows: list[Row]
    omitted: OmittedShape
    issues: list[IssueShape]


def answer_schema(command: str) -> dict[str, Any]:
    """Returns the JSON Schema of the whole answer of one command."""
    shape: Any = Answer
    schema: dict[str, Any] = shape[ROWS[command]].model_json_schema()
    schema["properties"]["command"] = {"const": command}
    return {**schema, "title": f"The answer of eamap {command}"}
