"""What the primitive types of FHIR may hold, by the regular expressions of the specification (R4, 2.24.0.1).

They hardly differ between releases; where they do, the wider form stands here. JSON carries booleans and numbers as
such and everything else as text; ``integer64`` of R5 is text too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

_YEAR = r"(?!0000)\d{4}"
_DATE = _YEAR + r"(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
_TEXTS: dict[str, tuple[str, str]] = {
    "code": (r"[^\s]+( [^\s]+)*", "a code has no blank at its ends, no two in a row, and no other white space"),
    "id": (r"[A-Za-z0-9\-.]{1,64}", "an id has up to 64 letters, digits, - and ."),
    "uri": (r"\S*", "a uri holds no blank"),
    "url": (r"\S*", "a url holds no blank"),
    "canonical": (r"\S*", "a canonical holds no blank"),
    "oid": (r"urn:oid:[0-2](\.(0|[1-9]\d*))+", "an oid is written urn:oid:1.2.3"),
    "uuid": (r"urn:uuid:[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a uuid is written urn:uuid:…"),
    "date": (_DATE, "a date is YYYY, YYYY-MM or YYYY-MM-DD"),
    "dateTime": (rf"{_DATE}|{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{_TIME}{_ZONE}",
                 "a dateTime is YYYY, YYYY-MM, YYYY-MM-DD, or YYYY-MM-DDThh:mm:ss with a zone (Z or +01:00)"),
    "instant": (rf"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{_TIME}{_ZONE}",
                "an instant is YYYY-MM-DDThh:mm:ss with a zone (Z or +01:00)"),
    "time": (_TIME, "a time is hh:mm:ss"),
    "base64Binary": (r"(\s*([0-9a-zA-Z+/=]){4}\s*)+", "it is not base64"),
    "integer64": (r"0|[+-]?[1-9]\d*", "it is not a whole number"),
}  # fmt: skip
_QUICK = {
    "string": r"(?s:.+)", "markdown": r"(?s:.+)", "uri": r"(?!urn:)\S+", "url": r"(?!urn:)\S+",
    "canonical": r"(?!urn:)[A-Za-z][A-Za-z0-9+.\-]*:\S+",
    "code": r"\S+", "id": _TEXTS["id"][0],
}  # fmt: skip
_URLS = ("uri", "url", "canonical")
_NUMBERS = {"integer": -(2**31), "unsignedInt": 0, "positiveInt": 1}
_BOUND = 2**31
_PATTERNS = {name: (re.compile(pattern).fullmatch, words) for name, (pattern, words) in _TEXTS.items()}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def surely_right(kind: str, codes: frozenset[str] | None) -> Callable[[Any], bool]:
    """Returns a quick test that is true only of right values; what fails it is looked at again, with words."""
    if codes is not None:
        return lambda value: type(value) is str and value in codes
    if kind == "boolean":
        return lambda value: type(value) is bool
    pattern = _QUICK.get(kind)
    if pattern is None:
        return lambda _: False
    fits = re.compile(pattern).fullmatch
    return lambda value: type(value) is str and fits(value) is not None


def complaint(kind: str, value: Any) -> str:
    """Returns what is wrong with a value of a primitive type; empty if nothing is."""
    if isinstance(value, str):
        return _text_complaint(kind, value)
    if kind in _NUMBERS:
        return _number_complaint(kind, value)
    if kind == "boolean":
        return "" if isinstance(value, bool) else f"a boolean is true or false, not {_shape(value)}"
    if kind == "decimal":
        right = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if right else f"a decimal is a number, not {_shape(value)}"
    return f"it is {_shape(value)} where a text ({kind}) is right"


def _text_complaint(kind: str, value: str) -> str:
    if kind in ("boolean", "decimal") or kind in _NUMBERS:
        return f"it is the text {value[:40]!r} where a {kind} without quotes is right"
    known = _PATTERNS.get(kind)
    if known is None:
        return ""
    fits, words = known
    if not fits(value):
        return f"{words}: {value[:80]!r}"
    if value.startswith("urn:oid:") and kind in _URLS:
        return _text_complaint("oid", value)
    return _calendar_complaint(value) if kind in ("date", "dateTime", "instant") else ""


def _calendar_complaint(value: str) -> str:
    """Says of a day that the calendar does not have (2024-02-30) that there is none."""
    if found := _DAY.match(value):
        try:
            date.fromisoformat(found[0])
        except ValueError:
            return f"there is no such day: {value[:10]!r}"
    return ""


def _number_complaint(kind: str, value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return f"it is {_shape(value)} where a whole number ({kind}) is right"
    return "" if _NUMBERS[kind] <= value < _BOUND else f"{value} is outside what {kind} may hold"


def _shape(value: Any) -> str:
    words: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"), (dict, "an object"), (list, "a list"), ((int, float), "a number"),
    )  # fmt: skip
    return next((said for kind, said in words if isinstance(value, kind)), "null")
