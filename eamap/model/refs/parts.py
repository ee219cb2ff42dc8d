"""Explains what is said about sources, versions and the run itself: rows, problems, columns, the day, the marking."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

from eamap.errors import UsageError
from eamap.model.citations import Citation, SourcePart
from eamap.model.conflicts import conflicts
from eamap.model.refs.evidence import Context, Evidence, Explanation
from eamap.model.refs.forms import Ref
from eamap.model.selector import EstateOn
from eamap.model.selector.fields import did_you_mean


def _parts(ref: Ref, on: EstateOn) -> list[SourcePart]:
    name = ref.arguments[0]
    parts = [part for part in on.estate.sources if name in (part.name, part.source)]
    if not parts:
        names = {part.source for part in on.estate.sources}
        raise UsageError(f"there is no source {name!r}", hint=did_you_mean(name, names))
    return parts


def _rows(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # one source is never cut
    parts = _parts(ref, on)
    meaning = f"rows of the source {ref.arguments[0]}"
    return Explanation(str(ref), sum(part.rows for part in parts), meaning, tuple(_files(parts)))


def _files(parts: Sequence[SourcePart]) -> Iterator[Evidence]:
    """Yields what is known about the files of a source; the rows themselves are counted, not listed."""
    for part in parts:
        facts = {
            "": f"{part.rows} rows", "organisation": part.organisation, "fact_date": part.fact_date, "mapping": part.mapping,
        }  # fmt: skip
        for name, value in facts.items():
            if value:
                yield Evidence("", name, Citation(part.file, part.sha256, part.sheet, 0, "", value))


def _issues(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    parts = {part.name: part for part in on.estate.sources if ref.arguments[0] in (part.name, part.source)}
    table = on.estate.issues
    found = table.filter(table["source"].is_in([ref.arguments[0], *parts])).sort(
        "file", "sheet", "row", "column", "code"
    )
    evidence = (Evidence("", row["code"], _place(row, parts.get(row["source"]))) for row in found.iter_rows(named=True))
    cited = tuple(islice(evidence, context.limit)) or _rows(ref, on, context).rows
    meaning = f"problems found in the source {ref.arguments[0]}"
    return Explanation(str(ref), found.height, meaning, cited, max(0, found.height - len(cited)) if found.height else 0)


def _conflicts(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    parts = _parts(ref, on)
    found = conflicts(on.estate)
    found = found.filter(found["source"].is_in([part.name for part in parts]))
    shown = found if context.limit is None else found.head(context.limit)
    cited = [
        Evidence(row["id"], row["field"], citation)
        for row in shown.iter_rows(named=True)
        for citation in on.estate.cells(row["source"], row["row"], row["rule"], row["field"])
    ]
    meaning = f"fields of things of which the source {ref.arguments[0]} says something else than the value in use"
    rows = tuple(cited) or tuple(_files(parts))
    return Explanation(str(ref), found.height, meaning, rows, found.height - shown.height)


def _place(row: dict[str, Any], part: SourcePart | None) -> Citation:
    file, sheet = (row["file"], row["sheet"]) if row["file"] or part is None else (part.file, part.sheet)
    cell = (str(row[name] or "") for name in ("column", "value"))
    return Citation(file, part.sha256 if part else "", sheet or "", row["row"] or 0, *cell)


def _columns(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # a file has few columns
    cited, used = [], set()
    for part in _parts(ref, on):
        for rule, fields in sorted(part.fields.items()):
            for name, columns in sorted(fields.items()):
                used |= {(part.name, column) for column in columns}
                places = ((part.places.get(column) or column, column) for column in columns)
                cited += [
                    Evidence("", f"{rule}.{name}", Citation(part.file, part.sha256, part.sheet, 0, place, header))
                    for place, header in places
                ]
    return Explanation(str(ref), len(used), f"columns of the source {ref.arguments[0]} that feed a field", tuple(cited))


def _version(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del context  # a version has few files
    number = int(ref.arguments[0])
    if number != on.estate.version:
        raise UsageError(
            f"the estate at hand is version {on.estate.version}, not {number}", hint=f"ask with --at {number}"
        )
    files = (Evidence("", "", Citation(p.file, p.sha256, p.sheet, 0, "", "")) for p in on.estate.sources)
    return Explanation(str(ref), number, f"version {number} of the estate", tuple(files))


def _as_of(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del on, context  # a day is what was asked for, not what was found
    return Explanation(str(ref), ref.arguments[0], "the day that was judged, as it was asked for")


def _marking(ref: Ref, on: EstateOn, context: Context) -> Explanation:
    del on, context  # a marking is what was asked for, not what was found
    meaning = "what --marking said; else OFFICIAL-SENSITIVE where weaknesses of named bodies are told"
    return Explanation(str(ref), "marking", meaning)


ANSWERS: dict[str, Callable[[Ref, EstateOn, Context], Explanation]] = {
    "rows": _rows,
    "issues": _issues,
    "conflicts": _conflicts,
    "columns": _columns,
    "version": _version,
    "as-of": _as_of,
    "marking": _marking,
}
"""The forms answered here."""
