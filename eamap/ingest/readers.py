"""What people write in cells, read into the values of records: one scalar reader a kind of value.

A reader takes trimmed text and returns the canonical value, or raises ValueError with words a person understands. Each is
called once for every distinct text of a column, so clarity wins over speed here.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

BLANKS = " \t\r\n\v\f\u00a0\u2007\u202f\ufeff\u200b"
"""What is trimmed from both ends of a cell; named, because two libraries differ on what a blank is."""

_MONTHS = {name: number for number, names in enumerate(
    ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
     "sep sept september", "oct october", "nov november", "dec december"), start=1)
    for name in names.split()}  # fmt: skip
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[t ]\d{1,2}:\d{2}.*)?")
_BRITISH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?: \d{1,2}:\d{2}.*)?")
_MONTH_YEAR_DIGITS = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_WORDS = re.compile(r"(?:[a-z]+,? )?(?:(\d{1,2})(?:st|nd|rd|th)?[ \-/]*)?([a-z]+)\.?[ \-/,']*(\d{4}|\d{2})")
_AMERICAN_WORDS = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:,? \d{1,2}:\d{2}.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"[2-7][0-9]{4}")
"""The numbers by which spreadsheets count days, from 1954 to 2119: what other five digits mean nobody can tell."""
_EXCEL_EPOCH = date(1899, 12, 30)
_MONEY = re.compile(r"(?:£|gbp)?\s*(-)?\s*(?:£|gbp)?\s*([0-9][0-9, ]*(?:\.[0-9]+)?)\s*(k|thousand|m|mn|mil|million|bn|billion)?\s*"
                    r"(?:gbp|\+ ?vat|(?:ex|exc|excl|inc|incl)\.? ?vat|p\.?a\.?|per annum|per year)*")  # fmt: skip
_SCORE = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:[ /(].*)?$", re.DOTALL)
_LETTERED = re.compile(r"^\s*[a-z]\)\s*")
_NOT_WORDS = re.compile(r"[\W_]+")
_SCALE = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mil": 6, "million": 6, "bn": 9, "billion": 9}


def read_date(text: str, *, month_first: bool = False) -> str:
    """Reads a date as precisely as it is written: YYYY, YYYY-MM or YYYY-MM-DD.

    Day comes before month, as in Britain, unless the layout is known to be written ``month_first``.
    """
    lower = " ".join(text.lower().split())
    if match := _ISO.fullmatch(lower):
        return _dated(*match.groups())
    if match := _COMPACT.fullmatch(lower):
        return _dated(*match.groups())
    if match := _BRITISH.fullmatch(lower):
        day, month, year = match.groups()
        if month_first:
            day, month = month, day
        return _dated(_century(year), month, day)
    if match := _MONTH_YEAR_DIGITS.fullmatch(lower):
        return _dated(match[2], match[1])
    if match := _AMERICAN_WORDS.fullmatch(lower):
        return _dated(match[3], _month(match[1]), match[2])
    if match := _WORDS.fullmatch(lower):
        return _dated(_century(match[3]), _month(match[2]), match[1])
    if _SERIAL.fullmatch(lower):
        return (_EXCEL_EPOCH + timedelta(days=int(lower))).isoformat()
    raise ValueError("is not a date eamap can read")


def _month(name: str) -> str:
    if name not in _MONTHS:
        raise ValueError("is not a date eamap can read")
    return str(_MONTHS[name])


def _century(year: str) -> str:
    # Inventories hold systems installed since the 1970s and contracts that end before 2070.
    return year if len(year) == 4 else ("20" if int(year) < 70 else "19") + year


def _dated(year: str, month: str | None = None, day: str | None = None) -> str:
    try:
        found = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError("is not a day that exists") from None
    if not 1800 <= found.year < 2200:
        raise ValueError("is not a year eamap expects (1800 to 2199)")
    return found.isoformat()[: 10 if day else 7 if month else 4]


def read_money(text: str) -> int:
    """Reads an amount in pounds and returns whole pence: "£1,234.56", "1.2m", "250k"."""
    match = _MONEY.fullmatch(text.lower().strip())
    if not match:
        raise ValueError("is not an amount of money eamap can read")
    sign, digits, scale = match.groups()
    if sign:
        raise ValueError("is a negative amount; write what is paid as a positive one")
    try:
        pounds = Decimal(re.sub("[ ,]", "", digits)).scaleb(_SCALE.get(scale or "", 0))
    except InvalidOperation:
        raise ValueError("is not an amount of money eamap can read") from None
    return int((pounds * 100).to_integral_value())


def read_count(text: str) -> int:
    """Reads a whole number that is not negative: "1,250", "12.0"."""
    plain = re.sub(r"[ ,]", "", text)
    plain = plain.removesuffix(".0")
    if plain.startswith("-"):
        raise ValueError("is a negative number where a count is expected")
    if not (plain.isascii() and plain.isdigit()):
        raise ValueError("is not a whole number")
    return int(plain)


def read_many(text: str, times: int) -> int:
    """Reads a count that is stated in units of ``times``: "1.5" in millions; it must come to a whole number."""
    plain = re.sub(r"[ ,]", "", text)
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", plain):
        raise ValueError("is not a number that is not negative")
    found = Decimal(plain) * times
    if found != found.to_integral_value():
        raise ValueError("does not come to a whole number")
    return int(found)


def read_score(text: str) -> float:
    """Reads a CVSS base score, 0 to 10; what some scanners write after it (a vector in brackets) is left out."""
    match = _SCORE.match(text.strip(BLANKS))
    if not match:
        raise ValueError("is not a CVSS score")
    return float(match[1])


def read_share(text: str) -> float:
    """Reads a share from 0 to 1, also written as a percentage."""
    try:
        share = float(text.rstrip("% ")) / (100 if text.rstrip().endswith("%") else 1)
    except ValueError:
        raise ValueError("is not a share between 0 and 1 or a percentage") from None
    if not 0 <= share <= 1:
        raise ValueError("is not a share between 0 and 1 or a percentage")
    return share


def fold(text: str) -> str:
    """Folds a header or a word for comparison: case, punctuation, lettering such as "a)" and blanks do not count."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    return " ".join(_NOT_WORDS.sub(" ", _LETTERED.sub("", plain)).split())
