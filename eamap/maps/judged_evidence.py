"""What each figure of a do-once answer rests on: how many rows, of which file, and of which date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eamap.analysis.doonce.assessment import Assessment
from eamap.analysis.doonce.evidence import BEHIND, behind
from eamap.maps.judged import Judged
from eamap.maps.wording import of_part
from eamap.model.diagram import NOTHING, Source, Span, Text
from eamap.model.panels import Entry, Words
from eamap.model.refs import Ref
from eamap.model.selector import EstateOn

if TYPE_CHECKING:
    from eamap.model.citations import SourcePart

_FIGURES = {
    **{name: name for name in ("A1", "A2", "A3", "B1", "B2", "B3", "N1", "N2", "N3", "V1", "V2")},
    **{name: f"K.{name}" for name in ("K1", "K2", "K3", "K4", "K5", "K6")},
    "omega": "omega", "n_eff": "n_eff", "HHI": "HHI", "convergence": "convergence_index",
}  # fmt: skip
_FEW = 2
"""How many files a line names."""
_HEADS = ("Figures", "Rows", "Source", "Date of the facts")
_SHARES = (4.6, 0.9, 3.4, 1.6)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The table, and the files it names for the list of sources."""

    words: Words
    sources: tuple[Source, ...]


def evidence(found: Assessment, judged: Judged, on: EstateOn) -> Evidence:
    """Returns a line for each set of facts, with the figures that rest on it; figures that are missing stand last."""
    groups: dict[tuple[str, ...], list[str]] = {}
    missing = []
    for name, path in _FIGURES.items():
        if found.figure(path) is None:
            missing.append(name)
        else:
            groups.setdefault(tuple(behind(found, path)), []).append(name)
    parts = {ids: _parts(on, ids) for ids in groups}
    lines = [_line(found, judged, ids, names, parts[ids]) for ids, names in groups.items()]
    if missing:
        lines.append((_figures(found, judged, missing), Text.of("none"), Text.of("nothing in the estate"), NOTHING))
    entries = tuple(Entry(f"evidence {number}", texts) for number, texts in enumerate(lines))
    used = {part.name: part for each in parts.values() for part in each}
    told = tuple(Source(of_part(used[name]), _rows(used[name])) for name in sorted(used))
    return Evidence(Words(entries, tuple(map(Text.of, _HEADS)), _SHARES), told)


def _line(
    found: Assessment, judged: Judged, ids: tuple[str, ...], names: list[str], parts: list[SourcePart]
) -> tuple[Text, ...]:
    count = judged.count(found, BEHIND + _FIGURES[names[0]])
    figures = _figures(found, judged, names)
    if not ids:
        return figures, Text.of(count.span), Text.of("the capability model, or parameters of this run"), NOTHING
    return figures, Text.of(count.span), _files(parts), _dates(parts)


def _figures(found: Assessment, judged: Judged, names: Iterable[str]) -> Text:
    told = NOTHING
    for name in names:
        span = judged.tell(found, _FIGURES[name])
        told = told.plus(Text.of(", " if told else "", (f"{name.replace('_', ' ')} {span.text}", span.ref)))
    return told


def _parts(on: EstateOn, ids: Iterable[str]) -> list[SourcePart]:
    """Returns the parts of sources that attest things, by name."""
    import polars as pl

    wanted = pl.Series(ids, dtype=pl.String)
    used: set[str] = set()
    for kind in wanted.str.extract(r"^([a-z-]+):").drop_nulls().unique().sort():
        table = on.things(kind)
        used |= set(table.filter(pl.col("id").is_in(wanted.implode()))["source"].drop_nulls())
    return [on.estate.parts[name] for name in sorted(used) if name in on.estate.parts]


def _files(parts: list[SourcePart]) -> Text:
    if not parts:
        return Text.of("reference data")
    told = NOTHING
    for part in parts[:_FEW]:
        told = told.plus(Text.of(", " if told else "", (part.file, _rows(part))))
    more = parts[_FEW:]
    # All of them stand in the list of sources.
    return told.plus(Text.of(" and further files")) if more else told


def _dates(parts: list[SourcePart]) -> Text:
    dated = [part for part in parts if part.fact_date]
    if not dated:
        return Text.of("not stated") if parts else NOTHING
    first, last = min(dated, key=lambda part: part.fact_date), max(dated, key=lambda part: part.fact_date)
    spans: list[str | Span] = [Span(first.fact_date, _rows(first))]
    if last.fact_date != first.fact_date:
        spans += [" to ", Span(last.fact_date, _rows(last))]
    return Text.of(*spans)


def _rows(part: SourcePart) -> str:
    return str(Ref("rows", (part.name,)))
