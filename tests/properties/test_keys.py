"""A column of keys is the keys of its texts, whichever way it is made."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eamap.model.ids import key_part, key_parts, organisation_code

SAFE = st.text("abcXYZ019._~-", min_size=1, max_size=8)
TEXTS = st.lists(
    SAFE | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8), min_size=1, max_size=5
)


@given(TEXTS | st.lists(SAFE, min_size=1, max_size=5))
def test_columns_and_single_texts(texts):
    stripped = [text for text in texts if text.strip()] or ["a"]
    assert key_parts(pl.Series(stripped)).to_list() == [key_part(text) for text in stripped]
    assert key_parts(pl.Series(stripped), organisation=True).to_list() == [organisation_code(text) for text in stripped]


@given(TEXTS)
def test_a_key_is_safe_everywhere(texts):
    for text in texts:
        assert key_part(text).isascii()
        assert not set(key_part(text)) & set("/\\\"'`<>&;:{}[]()|$ \n\t\0")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_two_texts_share_a_key_only_if_they_differ_in_case_and_blanks(one, other):
    import unicodedata

    def folded(text: str) -> str:
        return "-".join(unicodedata.normalize("NFKC", text).strip().split()).casefold()

    if key_part(one) == key_part(other) and folded(one) != folded(other):
        pytest.fail(f"{one!r} and {other!r} share {key_part(one)!r}")
