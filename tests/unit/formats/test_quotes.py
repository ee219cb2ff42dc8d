"""Quotes are counted alike in short and in long files, wherever a block of the long one ends."""

from __future__ import annotations

import pytest

from eamap.ingest.formats import quotes
from eamap.ingest.formats.quotes import Quotes, quotes_of

FILLING = b"RXK,s00001,Windows Server 2016\n" * (quotes._LONG // 31 + 1)
EDGE = quotes._BLOCK


@pytest.mark.parametrize("place", [0, 5, EDGE - 1, EDGE, EDGE + 1, 2 * EDGE, len(FILLING)])
@pytest.mark.parametrize(("text", "after_blank"), [(b'"', False), (b' "', True), (b'",""', False), (b'"a" "b"', True)])
def test_a_long_file_is_counted_as_a_short_one(place, text, after_blank):
    whole = FILLING[:place].replace(b" ", b"_") + text + FILLING[place:]
    assert len(whole) > quotes._LONG
    assert quotes_of(whole) == quotes._of_short(whole) == Quotes(text.count(b'"'), after_blank)


def test_no_quotes_are_none():
    assert quotes_of(FILLING) == quotes_of(b"") == Quotes(0, after_blank=False)
