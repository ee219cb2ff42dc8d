"""The public API is these names and no others."""

from __future__ import annotations

import eamap

PUBLIC = {
    "Citation",
    "Diagram",
    "EamapError",
    "Estate",
    "Exporter",
    "Finding",
    "Importer",
    "Issue",
    "Map",
    "Result",
    "Store",
    "Verdict",
}


def test_the_public_names_are_pinned():
    assert set(eamap.__all__) == PUBLIC, "a new public name is a promise: say so in the CHANGELOG and here"


def test_every_public_name_is_there_and_documented():
    for name in eamap.__all__:
        assert getattr(eamap, name).__doc__, name
        assert name in dir(eamap)


def test_a_name_that_is_not_public_is_not_there():
    assert not hasattr(eamap, "nothing_of_this_name")
