"""Runs the YAML cases of a check: small estates, and what the check must say about them. Plug-in authors use it too.

::

    check: LIF001
    as_of: 2026-11-22
    reference:
      support: {Windows Server 2012 R2: {product: windows-server, cycle: 2012-r2, label: ..., ends: 2023-10-10}}
      cycles: [{product: windows, cycle: "10", label: "10", ends: 2025-10-14}]
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
column holds, ``decisions`` what people decided. Under ``support`` stand matches by text: what is exact carries its ends
with it, for the others ``cycles`` has the releases. ``expect`` is one verdict for every row, or verdicts by subject ("subject identity" where a check has
several rows a subject). ``says`` are words that the messages must hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.checks.case_supports import stated_knowledge
from eamap.checks.definition import Check
from eamap.checks.engine import run
from eamap.checks.outcome import Outcome
from eamap.checks.reference import StandardOn, Supports
from eamap.interpret.records_of_people import DECISION, REFERENCE_SET
from eamap.model.citations import SourcePart
from eamap.model.decisions import Decision, no_decisions, with_decisions
from eamap.model.estate import ATTESTATIONS, DECISIONS, LINKS, REASONS, THINGS, Estate
from eamap.model.findings import Verdict
from eamap.model.schema import link_schema, table_schema, thing_schema

if TYPE_CHECKING:
    import polars as pl

SOURCE = "case"
ADDED = {"interface": ("document",), "decision": DECISION, "reference-set": REFERENCE_SET}
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
    if "decisions" in content:
        tables[DECISIONS] = _decisions(content["decisions"])
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


def _decisions(rows: list[dict[str, Any]]) -> pl.DataFrame:
    said = {"who": "SIRO", "reason": "case", "date": "2026-01-01"}
    given = [Decision(**{name: str(_cell(value)) for name, value in {**said, **row}.items()}) for row in rows]
    return with_decisions(no_decisions(), given)


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

    def supports(self, estate: Estate, on: date) -> Supports:
        """Returns how components stand by the matches and releases that the case states, judged as any other."""
        from eamap.checks.supports import supports_by

        return supports_by(estate, on, stated_knowledge(self._content, self.days("support-ending")), "case")

    def days(self, threshold: str) -> int:
        """Returns the threshold that the case states, or the one that comes with eamap."""
        from eamap.reference import support

        return int(self._content.get("days", {}).get(threshold) or support.load().days(threshold))

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
