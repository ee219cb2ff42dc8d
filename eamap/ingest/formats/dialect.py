"""Finds out how a delimited file is cut into cells, from its first records."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from eamap.errors import UsageError

CANDIDATES = (",", ";", "\t", "|", "^", "~", "\x1f")
_LOOKED_AT = 128 * 1024
_RECORDS = 300
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the sampled records are cut.

    ``usual`` is the number of cells of the header or else of most records, ``widest`` that of the widest, ``first``
    that of the first line. ``agreement`` is the share of the records that have the commonest width. ``skip`` counts the characters
    of a ``sep=;`` line at the top, which spreadsheet programs do not show as a row.
    """

    delimiter: str
    usual: int
    widest: int
    first: int
    agreement: float
    skip: int = 0


@contextmanager
def any_cell_length() -> Iterator[None]:
    """Lets the csv module read cells of any length for a moment; its limit is the setting of the whole process."""
    before = csv.field_size_limit(sys.maxsize if sys.maxsize < 2**31 else 2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def dialect_of(text: str, wanted: str | None = None) -> Dialect:
    """Returns the delimiter that cuts the records most evenly, or the one the user wants."""
    stated = _SEPARATOR_LINE.match(text)
    body = text[stated.end() :] if stated else text
    delimiter = _checked(wanted) if wanted is not None else (stated[1] if stated else None)
    sample = _whole_lines(body)
    choices = [delimiter] if delimiter else list(CANDIDATES)
    found = [_measured(sample, choice, stated.end() if stated else 0) for choice in choices]
    return max(found, key=_merit)


def _checked(wanted: str) -> str:
    names = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    delimiter = names.get(wanted.lower(), wanted)
    if len(delimiter) != 1 or ord(delimiter) > 127 or delimiter in '"\r\n':
        raise UsageError(
            f"the delimiter {wanted!r} is not one plain character", hint="give one character such as , ; | or tab"
        )
    return delimiter


def _whole_lines(text: str) -> str:
    """Cuts the sample at the end of a line, so that a record broken by the sampling does not look ragged."""
    if len(text) <= _LOOKED_AT:
        return text
    cut = text[:_LOOKED_AT]
    end = max(cut.rfind("\n"), cut.rfind("\r"))
    return cut[: end + 1] if end > 0 else cut


def _measured(sample: str, delimiter: str, skip: int) -> Dialect:
    widths: list[int] = []
    first: int | None = None
    with any_cell_length():
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=True):
            first = len(record) if first is None else first
            if any(cell.strip() for cell in record):
                widths.append(len(record))
            if len(widths) >= _RECORDS:
                break
    if not widths:
        return Dialect(delimiter, 1, 1, 1, 0.0, skip)
    commonest, times = commonest_width(widths)
    return Dialect(delimiter, table_width(widths, commonest), max(widths), first or 0, times / len(widths), skip)


def commonest_width(widths: Sequence[int]) -> tuple[int, int]:
    """Returns the commonest width and how often it occurs; of two equally common ones the wider."""
    return max(Counter(widths).items(), key=lambda item: (item[1], item[0]), default=(1, 0))


def table_width(widths: Sequence[int], commonest: int) -> int:
    """Returns the width of the first record that is at least as wide as most: nearly always the header.

    Rows often end early, so the commonest width may be less than that of the header; a title above the header is
    narrower than most rows.
    """
    return next((width for width in widths if width >= commonest), commonest)


def _merit(dialect: Dialect) -> tuple[float, int]:
    # One cell a record is what every wrong delimiter gives, so it wins only where nothing else cuts anything.
    if dialect.usual == 1:
        return (0.0 if dialect.widest == 1 else 0.1, dialect.widest)
    return (1.0 + dialect.agreement, dialect.usual)
