"""Finds the standard of the registry that an inventory's words name: by id, title, or an alias of the tables.

A text that names a service with several interfaces ("GP Connect") is ambiguous: its candidates are listed and none is
chosen. The release of FHIR is read apart, where the text states one; "STU3" behind UK Core is the name of a sequence and
not a release of FHIR.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from eamap.matching.normalise import clean, key, words

if TYPE_CHECKING:
    import polars as pl

Rule = Literal["id", "title", "alias", "pathway-text", "hl7v2-version", "none"]
# Kinds of pathway text that name the standard itself; content headings and services only point to one.
_NAMES_A_STANDARD = ["wire", "terminology", "information_standard"]
# "HL7 v2.4", "HL7 2.3.1 ADT", "HL7v2.5.1 ORM/ORU": one row of the registry stands for all versions and messages.
_HL7V2 = re.compile(
    r"^hl7[ -]?(?:v|version )?[ .]?2(?:\.[0-9x](?:\.[0-9x])?)?"
    r"(?:[ :,/-]+(?:adt|orm|oru|siu|mdm|dft|mfn|bar|ack|messages?|messaging))*$"
)
_FHIR = re.compile(r"\bfhir\b")
_NAMED_RELEASE = re.compile(r"\b(dstu[ -]?2|stu[ -]?3|r2|r3|r4b|r4|r5)\b")
_NUMBERED_RELEASE = re.compile(r"\b([1-5]\.[0-9])(?:\.[0-9])?\b")
_RELEASES = {
    "dstu2": "DSTU2",
    "r2": "DSTU2",
    "1.0": "DSTU2",
    "stu3": "STU3",
    "r3": "STU3",
    "3.0": "STU3",
    "r4": "R4",
    "4.0": "R4",
    "r4b": "R4B",
    "4.3": "R4B",
    "r5": "R5",
    "5.0": "R5",
}


@dataclass(frozen=True, slots=True)
class StandardMatch:
    """Which standard a text names; ``standard`` is set only where it is one."""

    text: str
    outcome: Literal["exact", "ambiguous", "none"]
    standard: str | None
    candidates: tuple[str, ...]
    fhir_release: str | None
    """DSTU2, STU3, R4, R4B or R5 where the text states one."""
    confidence: str | None
    rule: Rule


class StandardNames:
    """The names of the registry's standards, by key."""

    def __init__(
        self, registry: pl.DataFrame, aliases: pl.DataFrame, pathway_texts: pl.DataFrame | None = None
    ) -> None:
        """``registry`` has id, title; ``aliases`` alias, registry_id, confidence; ``pathway_texts`` text, registry_id, kind, confidence."""
        self._ids: set[str] = set(registry["id"].to_list())
        self._names: list[tuple[Rule, dict[str, tuple[tuple[str, ...], str]]]] = [
            ("id", {key(one): ((one,), "high") for one in registry["id"].to_list()}),
            ("title", _grouped((title, one, "high") for one, title in registry.select("id", "title").iter_rows())),
            ("alias", _grouped(aliases.select("alias", "registry_id", "confidence").iter_rows())),
        ]
        if pathway_texts is not None:
            wires = pathway_texts.filter(
                pathway_texts["kind"].is_in(_NAMES_A_STANDARD) & pathway_texts["registry_id"].is_not_null()
            )
            self._names.append(
                ("pathway-text", _grouped(wires.select("text", "registry_id", "confidence").iter_rows()))
            )

    def match(self, text: str) -> StandardMatch:
        """Says which standard a text names."""
        wanted, release = key(text), fhir_release(text)
        for rule, names in self._names:
            if wanted and wanted in names:
                found, confidence = names[wanted]
                if len(found) == 1:
                    return StandardMatch(text, "exact", found[0], (), release, confidence, rule)
                return StandardMatch(text, "ambiguous", None, found, release, confidence, rule)
        if "hl7v2" in self._ids and _HL7V2.match(clean(text)):
            return StandardMatch(text, "exact", "hl7v2", (), release, "high", "hl7v2-version")
        return StandardMatch(text, "none", None, (), release, None, "none")

    def match_all(self, texts: pl.Series) -> pl.DataFrame:
        """Matches each distinct text of a column: text, outcome, standard, candidates (;), fhir_release, confidence, rule."""
        import polars as pl

        found = [self.match(text) for text in texts.drop_nulls().unique().sort().to_list()]
        rows = [
            (
                each.text,
                each.outcome,
                each.standard,
                ";".join(each.candidates),
                each.fhir_release,
                each.confidence,
                each.rule,
            )
            for each in found
        ]
        columns = ("text", "outcome", "standard", "candidates", "fhir_release", "confidence", "rule")
        return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def fhir_release(text: str) -> str | None:
    """Reads the release of FHIR that a text states, or None; two different releases in one text are none."""
    plain = clean(text)
    if not _FHIR.search(plain):
        return None
    # The sequences of UK Core are numbered STU1 to STU3 and are all FHIR R4: their name is not a release of FHIR.
    ours = "uk core" in words(text) or "ukcore" in plain
    named = [
        re.sub(r"[ -]", "", each) for each in _NAMED_RELEASE.findall(plain) if not (ours and each.startswith("stu"))
    ]
    numbered = [] if ours else _NUMBERED_RELEASE.findall(plain)
    found = {_RELEASES[each] for each in [*named, *numbered] if each in _RELEASES}
    return found.pop() if len(found) == 1 else None


def _grouped(rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[tuple[str, ...], str]]:
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for text, identifier, confidence in rows:
        found[key(text)].append((identifier, confidence))
    return {name: (tuple(dict.fromkeys(one for one, _ in each)), each[0][1]) for name, each in found.items()}
