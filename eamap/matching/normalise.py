"""Writes a text in the one form in which texts are compared.

``clean`` keeps the words and their punctuation (versions need their dots), ``words`` keeps only words, ``key`` drops the
spaces too. Two texts are the same name if their keys are equal: ``E-Prescribing (TM)`` and ``e prescribing``.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# The marks go first: NFKC would turn the sign into the letters TM and glue them to the name.
_MARKS = re.compile(r"[®™©℠]|\((?:r|tm|c|sm)\)", re.IGNORECASE)
_NOT_A_WORD = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """Returns the text without trade marks, accents and case, with single spaces; punctuation stays."""
    if text.isascii():
        # The usual case: nothing to compose, fold or strip.
        return " ".join((_MARKS.sub(" ", text) if "(" in text else text).lower().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", _MARKS.sub(" ", text)).casefold())
    unaccented = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(unaccented.split())


def words(text: str) -> str:
    """Returns the words of the text with single spaces; ``&`` reads "and", ``+`` reads "plus"."""
    spelled = clean(text).replace("&", " and ").replace("+", " plus ")
    return _NOT_A_WORD.sub(" ", spelled).strip()


def key(text: str) -> str:
    """Returns the words of the text without spaces: what two spellings of one name have in common."""
    return words(text).replace(" ", "")


def keys(texts: pl.Series) -> pl.Series:
    """Returns the key of every text of a column, judging each distinct text once."""
    import polars as pl

    distinct = texts.drop_nulls().unique()
    found = pl.Series([key(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace_strict(distinct, found, default=None, return_dtype=pl.String)
