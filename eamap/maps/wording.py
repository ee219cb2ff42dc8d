"""How maps say things: names with their refs, counts, the words of protocols, titles and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.model.diagram import Count, Source, Span, Tally, Text, as_of_text
from eamap.model.refs import count_ref
from eamap.model.results import age_in_words

if TYPE_CHECKING:
    import polars as pl

    from eamap.maps.scope import Scope

PROTOCOLS = {
    "fhir": "FHIR", "hl7v2": "HL7 v2", "hl7v3": "HL7 v3", "cda": "CDA", "edifact": "EDIFACT", "dicom": "DICOM", "mesh": "MESH",
    "soap": "SOAP", "rest": "REST",
}  # fmt: skip
"""Protocols as people write them; the others are written as the estate holds them."""


def counted(n: int, ref: str) -> Span:
    """Returns a number as it is drawn."""
    return Count(n, ref).span


def plural(n: int, one: str, several: str = "") -> str:
    """Returns the noun that fits a number: "1 system", "2 systems"."""
    return one if n == 1 else several or f"{one}s"


def names(things: pl.DataFrame, column: str = "name") -> dict[str, str]:
    """Returns the name of each thing by id; a thing without one goes by its key."""
    rows = things.select("id", column).rows()
    return {identifier: name or identifier.partition(":")[2] for identifier, name in rows}


def short(name: str) -> str:
    """Returns the name of an organisation without the words that nearly all of them have."""
    for words in (" NHS Foundation Trust", " NHS Trust", " Integrated Care Board"):
        name = name.removesuffix(words)
    return name.removeprefix("NHS ")


def tally(kind: str, noun: str, drawn: tuple[int, str], omitted: tuple[int, str], total: tuple[int, str]) -> Tally:
    """Returns how many of a kind are drawn, left out and there in all, from pairs of number and ref."""
    return Tally(kind, noun, Count(*drawn), Count(*omitted), Count(*total))


def listed(ids: Iterable[str]) -> str:
    """Returns the selector that selects exactly some things, none of them a capability or another word of attachment."""
    return " or ".join(sorted(ids))


def title(what: str, scope: Scope) -> Text:
    """Returns the title of a map: what it shows and whose."""
    return Text.of(f"{what}: ").plus(scope.title)


def subtitle(says: str, scope: Scope, as_of: date) -> Text:
    """Returns what the picture says in a line, its scope, the day judged and the version."""
    version = scope.on.estate.version
    line = Text.of(f"{says} Scope: ").plus(scope.asked).plus(Text.of(", ")).plus(as_of_text(as_of))
    return line.plus(Text.of(", version ", (version, f"version({version})")))


def uncounted(scope: Scope) -> tuple[Text, ...]:
    """Returns the footnote on systems that may be in use, or may not: nobody says; none where all are told."""
    n = scope.untold_ids.len()
    if not n:
        return ()
    return (
        Text.of(
            "Not counted, status or environment unknown: ", counted(n, many(scope.untold)), f" {plural(n, 'system')}."
        ),
    )


def sources(
    scope: Scope, tables: Iterable[pl.DataFrame], reference: Mapping[str, Mapping[str, Any]]
) -> tuple[Source, ...]:
    """Returns the files that attest what is drawn, and the sets of reference data used, each with its age."""
    used = sorted({name for table in tables for name in table["source"].drop_nulls().unique().to_list()})
    parts = [scope.on.estate.parts[name] for name in used if name in scope.on.estate.parts]
    found = [Source(of_part(part), _rows(part.name)) for part in parts]
    return (*found, *of_reference(reference))


def of_reference(reference: Mapping[str, Mapping[str, Any]]) -> tuple[Source, ...]:
    """Returns the sets of reference data used, each with its age."""
    return tuple(_set(name, facts) for name, facts in sorted(reference.items()))


def _rows(part: str) -> str:
    from eamap.model.refs import Ref

    return str(Ref("rows", (part,)))


def of_part(part: Any) -> Text:
    """Returns which file, and how many rows it had."""
    ref = _rows(part.name)
    place = f"{part.file}, sheet {part.sheet}" if part.sheet else part.file
    return Text.of((place, ref), ", ", (f"{part.rows:,}", ref), " rows")


def _set(name: str, facts: Mapping[str, Any]) -> Source:
    version, age = (f"reference({name}; {aspect})" for aspect in ("version", "age"))
    days = facts["age_days"]
    aged = ((days, age), " days old") if days >= 0 else (age_in_words(days),)
    return Source(Text.of(f"reference data {name}, version ", (facts["version"], version), ", ", *aged), version)


def many(selector: str) -> str:
    """Returns the ref of how many things a selector selects."""
    return count_ref(selector)
