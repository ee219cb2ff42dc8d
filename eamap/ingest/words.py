"""What the words of inventories mean: why a cell is empty, and which word of a closed list it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from eamap.errors import ReferenceDataError, SourceError
from eamap.ingest.readers import fold
from eamap.ingest.yaml_file import read_yaml

REASONS = ("absent", "withheld", "not-applicable", "unknown")
"""Why a value is not there, strongest first. ``nothing`` (an empty cell, a dash) is no reason at all."""


@dataclass(frozen=True)
class Words:
    """The word list of ``schemas/mappings/words.yaml``."""

    content: Mapping[str, Any]

    @cached_property
    def _exact(self) -> dict[str, str]:
        return {fold(str(word)): reason for reason, forms in self.content["reasons"].items() for word in forms["exact"]}

    @cached_property
    def _contained(self) -> list[tuple[str, re.Pattern[str]]]:
        return [
            (
                reason,
                re.compile(
                    "|".join(
                        rf"\b{re.escape(fold(str(word)))}\b" for word in self.content["reasons"][reason]["contains"]
                    )
                ),
            )
            for reason in REASONS
        ]

    @cached_property
    def hint(self) -> str:
        """A cheap pattern that every text with a reason in it matches, so that a long column is not read word by word."""
        return r"(?i)(\bno\b|\bnot\b|n\W*a|with ?held|exempt|unknown|nil|null|none|tb[cd]|to be|paper|redact|confid|sensitive|refus|nk|n\W?k|unsure|unavail|s ?\d\d|section|relevant|apply|blank|see notes|ref|^\W*$|hold|held|have)"

    @cached_property
    def _suspect(self) -> re.Pattern[str]:
        return re.compile(self.hint)

    def reason(self, text: str, *, loosely: bool = True) -> str | None:
        """Returns why a text holds no value: one of :data:`REASONS`, "nothing", or ``None`` if it is a value.

        ``loosely`` also finds the words inside a longer sentence ("N/A - No System Installed. Only trials."), which is right
        for short answers and wrong for notes.
        """
        if not self._suspect.search(text):
            return None
        folded = fold(text)
        if not folded and "?" in text:
            return "unknown"
        found = self._exact.get(folded)
        if found == "unknown" or found is None:
            head = fold(re.split(r"\s[-\u2013]\s|[.;(]", text, maxsplit=1)[0])
            if loosely and (
                inside := next((reason for reason, pattern in self._contained if pattern.search(folded)), None)
            ):
                return inside
            if loosely and found is None and self._exact.get(head) in REASONS:
                return self._exact[head]
        return found

    def word(self, field: str, text: str) -> str:
        """Returns the word of a closed list that a text stands for; ValueError if it is none of them."""
        folded = fold(text)
        if (value := self._forms.get(field, {}).get(folded) or self._by_pattern(field, folded)) is None:
            allowed = ", ".join(self.content[field])
            raise ValueError(f"is none of the words eamap knows for {field.replace('_', ' ')} ({allowed})")
        return value

    def _by_pattern(self, field: str, folded: str) -> str | None:
        """Returns the first word of a list one of whose patterns (forms between slashes) the whole folded text fits."""
        return next((value for value, pattern in self._patterns.get(field, ()) if pattern.fullmatch(folded)), None)

    @cached_property
    def _patterns(self) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
        return {
            name: [
                (value, re.compile(str(form)[1:-1]))
                for value, forms in words.items()
                for form in forms
                if _is_pattern(form)
            ]
            for name, words in self.content.items()
            if name not in ("reasons", "in_house")
        }

    @cached_property
    def _forms(self) -> dict[str, dict[str, str]]:
        lists = {name: forms for name, forms in self.content.items() if name not in ("reasons", "in_house")}
        forms: dict[str, dict[str, str]] = {name: {} for name in lists}
        for name, words in lists.items():
            for value, synonyms in words.items():
                for form in (value, *(form for form in synonyms if not _is_pattern(form))):
                    if forms[name].setdefault(fold(str(form)), value) != value:
                        raise ReferenceDataError(f"{form!r} stands for two words of {name}", where="words.yaml")
        return forms

    @cached_property
    def in_house(self) -> frozenset[str]:
        """Folded texts that say a body made the thing itself."""
        return frozenset(fold(word) for word in self.content["in_house"])


def _is_pattern(form: object) -> bool:
    text = str(form)
    return len(text) > 2 and text[0] == text[-1] == "/"


def read_words(folder: Path) -> Words:
    """Reads the word list of a folder of mappings."""
    path = folder / "words.yaml"
    try:
        return Words(read_yaml(path))
    except SourceError as error:
        raise ReferenceDataError(f"the word list {error.message}", where=str(path)) from error
