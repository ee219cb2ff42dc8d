"""Decisions go into the store like any fact: checked, kept with who and why, and the estate reconciled anew."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from eamap.errors import SourceError, UsageError
from eamap.ingest.decide_support import is_about_support, refuse_unknown_release, refuse_unsound_support
from eamap.ingest.known import Known
from eamap.ingest.pipeline import counts, published_from
from eamap.model.decisions import COLUMNS, KINDS, Decision, with_decisions
from eamap.model.records import RECORDS
from eamap.protocols import Store

PAIRS = ("same-as", "not-same", "match", "capability")

NEEDED = {"acceptance": ("expires",), "mitigation": ("evidence", "expires")}
"""What a decision about a risk must say: nobody accepts or mitigates one for ever, or without showing it."""


def decide(store: Store, decisions: Sequence[Decision], known: Known, *, published: str, wait: float) -> int:
    """Publishes a version with these decisions added; UsageError if one of them decides nothing."""
    for decision in decisions:
        refuse_unsound(decision)
        if is_about_support(decision):
            refuse_unknown_release(decision, known.reference)
    with store.writer(wait):
        held = store.publication()
        table = with_decisions(held.decisions, list(decisions))
        publication = published_from(held.parts, table, held.documents, known, date.fromisoformat(published[:10]))
        note = "; ".join(f"{each.kind} {each.subject}" for each in decisions[:5])
        summary = {"command": "decide", "note": note, "counts": counts(publication.tables)}
        return store.publish(replace(publication, summary=summary), published=published)


def refuse_unsound(decision: Decision) -> None:
    """Raises UsageError for a decision that lacks what its kind needs, or that nobody stands for."""
    lacks = [name for name in ("subject", "who", "reason") if not getattr(decision, name).strip()]
    if decision.kind not in KINDS:
        raise UsageError(f"{decision.kind!r} is no kind of decision", hint=f"kinds are {', '.join(KINDS)}")
    if decision.kind in PAIRS and not decision.object:
        lacks.append("object")
    if decision.kind == "override" and not is_about_support(decision):
        lacks += [name for name in ("field", "value") if not getattr(decision, name)]
        _refuse_unknown_field(decision)
    lacks += [name for name in NEEDED.get(decision.kind, ()) if not getattr(decision, name).strip()]
    if decision.kind in NEEDED and decision.expires:
        _refuse_no_day(decision)
    if lacks:
        raise UsageError(
            f"the decision lacks {', '.join(lacks)}",
            hint="a decision says who (a role), why, and what about",
            where=decision.subject,
        )
    if is_about_support(decision):
        refuse_unsound_support(decision)


def _refuse_no_day(decision: Decision) -> None:
    try:
        date.fromisoformat(decision.expires)
    except ValueError as error:
        raise UsageError(
            f"{decision.expires!r} is no day", hint="write it as 2027-03-31", where=decision.subject
        ) from error


def _refuse_unknown_field(decision: Decision) -> None:
    from eamap.model.columns import complaint

    kind = decision.subject.partition(":")[0]
    fields = RECORDS[kind].model_fields if kind in RECORDS else {}
    if decision.field and decision.field not in fields:
        raise UsageError(
            f"{kind or decision.subject!r} has no field {decision.field!r}", hint=f"fields are {', '.join(fields)}"
        )
    if decision.field and (problem := complaint(kind, decision.field, _typed(kind, decision.field, decision.value))):
        raise UsageError(f"{decision.value!r} cannot be the {decision.field}: {problem}", where=decision.subject)


def _typed(kind: str, name: str, value: str) -> str | int | float:
    """Returns a decided value as its field keeps it: text, unless the field holds a number and this is one."""
    from eamap.model.schema import field_schema

    number = {"integer": int, "number": float}.get(field_schema(kind, name).get("type", ""))
    try:
        return number(value) if number else value
    except ValueError:
        return value


def read_decisions(path: Path, today: str) -> list[Decision]:
    """Reads decisions from a YAML list or a CSV with the columns of a decision; the date defaults to ``today``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"cannot be read: {error}", where=str(path), hint="decisions are YAML or CSV in UTF-8"
        ) from error
    rows = (
        _yaml_rows(text, path) if path.suffix.lower() in (".yaml", ".yml") else list(csv.DictReader(io.StringIO(text)))
    )
    return [_decision(row, number, path, today) for number, row in enumerate(rows, start=2)]


def _yaml_rows(text: str, path: Path) -> list[dict[str, object]]:
    import yaml

    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SourceError("is not YAML", where=str(path), hint=str(error).splitlines()[0]) from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceError(
            "is not a list of decisions", where=str(path), hint="each is a mapping with kind, subject, who, reason"
        )
    return rows


def _decision(row: dict[str, object], number: int, path: Path, today: str) -> Decision:
    unknown = sorted(str(name) for name in row if name not in COLUMNS)
    if unknown:
        raise SourceError(
            f"has no use for {', '.join(unknown)}",
            where=f"{path}, row {number}",
            hint=f"columns are {', '.join(COLUMNS[1:])}",
        )
    said = {name: str(row.get(name) or "") for name in COLUMNS[1:]}
    decision = Decision(**{**said, "date": said["date"] or today})
    try:
        refuse_unsound(decision)
    except UsageError as error:
        raise SourceError(error.message, hint=error.hint, where=f"{path}, row {number}") from error
    return decision
