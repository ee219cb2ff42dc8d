"""FHIR JSON as a dictionary, and what hinders reading it."""

from __future__ import annotations

import json
import re
from typing import Any

from eamap.fhir.problems import Level, Problem, unreadable

_STRING = r'(?P<string>"(?:[^"\\]|\\.)*")'
_COMMENT = re.compile(_STRING + r"|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/", re.DOTALL)
_TRAILING_COMMA = re.compile(_STRING + r"|,(?=\s*[}\]])", re.DOTALL)
_LONGEST_MENDED = 10_000_000


def read_json(text: str) -> tuple[Any, tuple[Problem, ...]]:
    """Returns what a JSON text holds (``None`` if it cannot be read), and the problems of reading it."""
    import orjson

    text = text.lstrip("\ufeff")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        problem = unreadable("syntax", f"the JSON breaks off at line {error.lineno}, column {error.colno}: {error.msg}")
        return _mended(text), (problem,)
    return found, _duplicates(text)


def _mended(text: str) -> Any:
    # Comments and trailing commas are what people leave in JSON they wrote by hand; beyond them nothing is guessed.
    import orjson

    if len(text) > _LONGEST_MENDED:
        return None
    for extra in (_COMMENT, _TRAILING_COMMA):
        text = extra.sub(lambda found: found["string"] or " ", text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _duplicates(text: str) -> tuple[Problem, ...]:
    # Of a name that stands twice most readers keep the last value in silence; two readers may keep different ones.
    twice: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names):
            twice.extend(sorted({name for name in names if names.count(name) > 1}))

    try:
        json.loads(text, object_pairs_hook=note)
    except RecursionError:
        return (
            unreadable(
                "nesting",
                "the JSON is nested too deep to look for repeated names",
                level=Level.WARNING,
                finding="FHR010",
            ),
        )
    listed = ", ".join(repr(name) for name in sorted(set(twice))[:5])
    return (
        (unreadable("duplicate-name", f"a name stands twice in one object: {listed}", finding="FHR010"),)
        if twice
        else ()
    )
