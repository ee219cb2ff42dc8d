"""Runs the YAML cases of a check: small estates, and what the check must say about them. Plug-in authors use it too.

::

    check: LIF001
    as_of: 2026-11-22
    reference:
      support: {Windows Server 2012 R2: {product: windows-server, cycle: 2012-r2, label: ..., ends: 2023-10-10}}
      standards: {pds-smsp: {title: ..., status: retired, wording: retired since 2024-01-31}}
      organisations: [RXX]
    cases:
      - name: fails the day after its end
        as_of: 2023-10-11
        things: {component: [{raw: Windows Server 2012 R2}]}
        expect: fail
        says: ended on 2023-10-10

``things`` are rows of fields by kind; a row without an id is ``KIND:T/N``. ``links`` are rows by relation, ``reasons`` and
``attestations`` rows of those tables, ``sources`` names with provenance and date, ``documents`` texts by the name that a
column holds. ``expect`` is one verdict for every row, or verdicts by subject ("subject identity" where a check has
several rows a subject). ``says`` are words that the messages must hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.checks.definition import Check
from eamap.checks.engine import run
from eamap.checks.outcome import Outcome
from eamap.checks.reference import StandardOn, Support, Supports, Unmatched, supports_by_text
from eamap.model.citations import SourcePart
from eamap.model.estate import ATTESTATIONS, LINKS, REASONS, THINGS, Estate
from eamap.model.findings import Verdict
from eamap.model.schema import link_schema, table_schema, thing_schema

if TYPE_CHECKING:
    import polars as pl

SOURCE = "case"
ADDED = {"interface": ("document",)}
"""Columns that interpretation adds to a kind."""


@dataclass(frozen=True)
class Case:
    """One small estate and what a check must say about it."""

    check: str
    name: str
    content: Mapping[str, Any] = field(repr=False)

    @property
    def expected(self) -> set[Verdict]:
        """The verdicts this case is about."""
        wanted = self.content["expect"]
        return {Verdict(each) for each in (wanted.values() if isinstance(wanted, Mapping) else [wanted])}


def load_cases(path: Path) -> list[Case]:
    """Reads the cases of one YAML file; what stands at the top holds for each case that does not say otherwise."""
    import yaml

    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    top = {key: value for key, value in content.items() if key != "cases"}
    return [Case(content["check"], each["name"], {**top, **each}) for each in content["cases"]]


def small_estate(content: Mapping[str, Any]) -> Estate:
    """Builds an estate from rows of fields, each row citing one row of a source called ``case``."""
    tables = {THINGS + kind: _things(kind, rows) for kind, rows in content.get("things", {}).items()}
    tables |= {LINKS + name: _table(link_schema(name), rows) for name, rows in content.get("links", {}).items()}
    for name in (REASONS, ATTESTATIONS):
        tables[name] = _table(table_schema(name), content.get(name, []))
    documents = {name: str(text).encode() for name, text in content.get("documents", {}).items()}
    sources = tuple(_source(each) for each in content.get("sources", [{"name": SOURCE}]))
    return Estate(tables=tables, sources=sources, documents=documents)


def _things(kind: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    import polars as pl

    schema = thing_schema(kind) | dict.fromkeys(ADDED.get(kind, ()), pl.String())
    return _table(schema, [{"id": f"{kind}:T/{number}", **row} for number, row in enumerate(rows, 1)])


def _table(schema: Mapping[str, Any], rows: list[dict[str, Any]]) -> pl.DataFrame:
    import polars as pl

    if odd := sorted({name for row in rows for name in row} - set(schema)):
        raise KeyError(f"no such columns: {', '.join(odd)}; there are {', '.join(schema)}")
    cited = [{"source": SOURCE, "row": number + 1, "rule": SOURCE, **row} for number, row in enumerate(rows, 1)]
    return pl.DataFrame([{name: _cell(row.get(name)) for name in schema} for row in cited], schema=dict(schema))


def _cell(value: Any) -> Any:
    # YAML reads an unquoted day as a date; tables hold text.
    return value.isoformat() if isinstance(value, date) else value


def _source(given: Mapping[str, Any]) -> SourcePart:
    name = str(given["name"])
    fields = {
        SOURCE: {
            column: (column,)
            for columns in (thing_schema(kind) for kind in ("system", "component", "interface"))
            for column in columns
        }
    }
    return SourcePart(
        name=name, source=name, file=f"{name}.csv", sheet="", sha256="0" * 64, mapping="generic", organisation="",
        provenance=str(given.get("provenance", "")), fact_date=str(given.get("fact_date", "")), fields=fields, places={}, rows=0,
    )  # fmt: skip


class CaseReference:
    """Reference data made of the few rows that a case states."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self.folder: Path | None = None

    def support(self, text: str) -> Support | Unmatched:
        """Returns the cycle that the case states for a text."""
        row = self._content.get("support", {}).get(text)
        if row is None:
            return Unmatched("the case knows no such text")
        given = {
            key: None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            for key, value in row.items()
        }
        defaults = {
            "ends": None,
            "extended_ends": None,
            "ends_means": "security support",
            "rule": "case",
            "row": "case",
        }
        filled: dict[str, Any] = {**defaults, **given}
        return Support(**filled)

    def supports(self, texts: pl.Series) -> Supports:
        """Returns the same for each distinct text of a column."""
        return supports_by_text(texts, self.support)

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns the status that the case states for a standard."""
        del on
        row = self._content.get("standards", {}).get(identifier)
        defaults = {"title": identifier, "superseded_by": [], "row": "case", "confidence": "high"}
        given = {**defaults, **row} if row else None
        return None if given is None else StandardOn(**{**given, "superseded_by": tuple(given["superseded_by"])})

    def knows_organisation(self, code: str) -> bool:
        """Says whether the case lists an organisation."""
        return code in self._content.get("organisations", [])


def judge(case: Case, check: Check) -> Outcome:
    """Runs a check over the estate of a case."""
    content = case.content
    return run(small_estate(content), CaseReference(content.get("reference", {})), content["as_of"], [check]).outcomes[
        0
    ]


def complaints(case: Case, check: Check) -> list[str]:
    """Returns what is wrong with what a check says about a case; empty if it says what it must."""
    outcome = judge(case, check)
    rows = [
        (row["subject"], row["identity"], row["verdict"], row["message"]) for row in outcome.table.iter_rows(named=True)
    ]
    found = _verdict_complaints(case.content["expect"], rows)
    messages = " | ".join(row[3] for row in rows)
    says = case.content.get("says", [])
    found += [
        f"no message says {words!r}: {messages}"
        for words in ([says] if isinstance(says, str) else says)
        if words not in messages
    ]
    found += [f"the fail of {each.subject} cites nothing" for each in outcome.findings() if not each.evidence]
    return found


def _verdict_complaints(expect: Any, rows: list[tuple[str, str, str, str]]) -> list[str]:
    if not rows:
        return ["nothing was judged"]
    if not isinstance(expect, Mapping):
        return [
            f"{subject} is {verdict}, not {expect}: {said}" for subject, _, verdict, said in rows if verdict != expect
        ]
    given = {f"{subject} {identity}".strip(): (verdict, said) for subject, identity, verdict, said in rows}
    given |= {subject: (verdict, said) for subject, _, verdict, said in rows if subject in expect}
    found = [f"{subject} was not judged; judged: {', '.join(given)}" for subject in expect if subject not in given]
    return found + [
        f"{key} is {given[key][0]}, not {wanted}: {given[key][1]}"
        for key, wanted in expect.items()
        if key in given and given[key][0] != wanted
    ]
