"""Compares the fields of nodes as :mod:`eamap.model.selector.compare` compares columns: conditions that are never null."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from eamap.model.selector.fields import SEVERAL, FieldType
from eamap.model.selector.grammar import Compares, Equals, Operator, Text
from eamap.model.selector.parse import is_date, is_number

if TYPE_CHECKING:
    from eamap.stores.neo4j.questions.writing import Writing

NEVER = "false"
NUMERIC = r"(?s)\s*[-+.0-9iInN].*"
"""Text that may be a number or a date: whether it is one, and how it compares, is found out in eamap."""
_SPECIAL = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]")
"""ASCII that is neither letter nor digit: behind a backslash each stands for itself."""
_FIRST = "CASE size({0}) WHEN 4 THEN {0} + '-01-01' WHEN 7 THEN {0} + '-01' ELSE {0} END"
_LAST = "CASE size({0}) WHEN 4 THEN {0} + '-12-31' WHEN 7 THEN {0} + '-31' ELSE {0} END"
_TESTS = {
    Operator.BELOW: "<",
    Operator.AT_MOST: "<=",
    Operator.ABOVE: ">",
    Operator.AT_LEAST: ">=",
}


def wanted(writing: Writing, kind: str, of_type: FieldType, term: Equals | Compares) -> str:
    """Returns the condition that a field of ``n``, a thing of ``kind``, holds what the term wants.

    Comparing text with numbers is not done here but in eamap (:func:`compared_in_eamap`).
    """
    value = f"n.{term.field.name}"
    if isinstance(term, Equals):
        condition = _equals(writing, kind, of_type, value, term)
    elif of_type is FieldType.NUMBER:
        condition = _numbers(writing, value, term)
    elif of_type is FieldType.DATE:
        condition = _dates(writing, value, term)
    else:
        condition = NEVER
    return condition if condition == NEVER else f"coalesce({condition}, false)"


def compared_in_eamap(of_type: FieldType, term: Equals | Compares) -> bool:
    """Whether the texts that a field holds are compared in eamap, and the server gets the list of those that are wanted."""
    return isinstance(term, Compares) and of_type is FieldType.TEXT


def _equals(writing: Writing, kind: str, of_type: FieldType, value: str, term: Equals) -> str:
    text = term.value
    if text.plain is None and not any(text.pieces):
        return f"{value} IS NOT NULL"
    if of_type is FieldType.NUMBER:
        plain = text.plain or ""
        return f"{value} = {writing.value(float(plain))}" if is_number(plain) else NEVER
    if of_type is FieldType.DATE and text.plain is not None:
        return _within(writing, value, text.plain, text.plain) if is_date(text.plain) else NEVER
    condition = matches(writing, value, text)
    if of_type is FieldType.ID:
        key = f"substring({value}, size(split({value}, ':')[0]) + 1)"
        return f"({condition} OR ({value} =~ '(?s)[a-z-]+:.*' AND {matches(writing, key, text)}))"
    if (kind, term.field.name) in SEVERAL:
        one = writing.value(rf"(?s)(?:.*; )?{pattern(text)}(?:; .*)?")
        return f"toLower({value}) =~ {one}"
    return condition


def matches(writing: Writing, value: str, text: Text) -> str:
    """Returns the condition that a text is the wanted one, without regard to case; ``*`` stands for any characters."""
    if text.plain is not None:
        return f"toLower({value}) = {writing.value(text.plain.lower())}"
    return f"toLower({value}) =~ {writing.value(f'(?s){pattern(text)}')}"


def pattern(text: Text) -> str:
    """Returns the regular expression of a wanted text for the server, in lower case."""
    return ".*".join(_SPECIAL.sub(r"\\\g<0>", piece.lower()) for piece in text.pieces)


def _numbers(writing: Writing, value: str, term: Compares) -> str:
    if not all(is_number(part) for part in (term.low, term.high) if part):
        return NEVER
    if term.operator is not Operator.BETWEEN:
        return f"{value} {_TESTS[term.operator]} {writing.value(float(term.low))}"
    low, high = (float(part) if part else None for part in (term.low, term.high))
    return _between(writing, value, low, value, high)


def _between(writing: Writing, first: str, low: float | str | None, last: str, high: float | str | None) -> str:
    tests = [f"{first} >= {writing.value(low)}"] if low is not None else []
    tests += [f"{last} <= {writing.value(high)}"] if high is not None else []
    return " AND ".join(tests)


def _within(writing: Writing, value: str, low: str, high: str) -> str:
    first, last = _FIRST.format(value), _LAST.format(value)
    return _between(writing, first, _first(low) if low else None, last, _last(high) if high else None)


def _dates(writing: Writing, value: str, term: Compares) -> str:
    if not all(is_date(part) for part in (term.low, term.high) if part):
        return NEVER
    first, last = _FIRST.format(value), _LAST.format(value)
    match term.operator:
        case Operator.BELOW:
            return f"{last} < {writing.value(_first(term.low))}"
        case Operator.AT_MOST:
            return f"{last} <= {writing.value(_last(term.low))}"
        case Operator.ABOVE:
            return f"{first} > {writing.value(_last(term.low))}"
        case Operator.AT_LEAST:
            return f"{first} >= {writing.value(_first(term.low))}"
        case _:
            return _within(writing, value, term.low, term.high)


def _first(text: str) -> str:
    return text + {4: "-01-01", 7: "-01"}.get(len(text), "")


def _last(text: str) -> str:
    return text + {4: "-12-31", 7: "-31"}.get(len(text), "")
