"""One form in which texts are compared."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from eamap.matching.normalise import clean, key, keys, words


def test_marks_case_punctuation_spaces_and_ampersand_do_not_tell_names_apart():
    for text in ("A & E", "a&e", "A  and E", "A-and-E", "(A) AND E™", "A & E(R)"):
        assert key(text) == "aande"
    assert key("Soliton Radiology+") == key("soliton radiology plus") != key("Soliton Radiology")


def test_compatibility_forms_and_accents_are_folded():
    assert clean("Ｃａｃｈé®  ﬁle") == "cache file"
    assert words("InterSystems Caché™ 2010.2") == "intersystems cache 2010 2"


def test_clean_keeps_what_versions_need():
    assert clean("Windows  Server 2012(R2) v6.3.9600") == "windows server 2012(r2) v6.3.9600"


@given(st.text())
def test_normalising_twice_is_normalising_once(text):
    assert clean(clean(text)) == clean(text)
    assert words(words(text)) == words(text)
    assert key(key(text)) == key(text)


@given(st.lists(st.none() | st.text()))
def test_the_column_form_agrees_with_the_scalar_one(texts):
    assert keys(pl.Series(texts, dtype=pl.String)).to_list() == [None if text is None else key(text) for text in texts]
