"""The law of two paths: whole columns and single rows accept the same texts with the same values.

The scalar path reads each cell with the field's reader and gives the row to pydantic. The fast path is what ingest does:
distinct texts, readers, and checks compiled from the JSON Schema. Both start from raw text.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from eamap.ingest import fields
from eamap.ingest.cells import Cells
from eamap.ingest.fields import Reader, judge, reader_of
from eamap.ingest.known import mappings_folder
from eamap.ingest.words import read_words
from eamap.model.columns import complaint, rejected
from eamap.model.records import RECORDS
from eamap.model.schema import field_schema

WORDS = read_words(mappings_folder())
CASES = 30
WORKED_OUT = {("absence", "reason")}
"""Fields that no reader reads: an absence gives the strongest reason that any of its cells gives."""
FIELDS = [
    (kind, name) for kind, record in RECORDS.items() for name in record.model_fields if (kind, name) not in WORKED_OUT
]

_ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
_GOOD = {
    "date": st.dates().filter(lambda day: 1800 <= day.year < 2200).flatmap(lambda day: st.sampled_from(
        [day.isoformat(), day.strftime("%d/%m/%Y"), day.isoformat()[:7], str(day.year), day.strftime("%d %B %Y")])),
    "money": st.integers(0, 10**12).flatmap(lambda n: st.sampled_from([str(n), f"£{n:,}", f"{n}.50"])),
    "count": st.integers(0, 10**9).flatmap(lambda n: st.sampled_from([str(n), f"{n:,}", f"{n}.0"])),
    "share": st.floats(0, 1).map(str) | st.integers(0, 100).map(lambda n: f"{n}%"),
}  # fmt: skip
_BAD = {
    "date": st.sampled_from(["31/02/2024", "soon", "2024-13", "1700", "0000", "2024-02-30"]),
    "money": st.sampled_from(["-3", "ten", "10000bn", "1000001bn"]),
    "count": st.sampled_from(["-1", "1.5", "lots", "1000000001", "²"]),
    "share": st.sampled_from(["101%", "-0.1", "half", "nan", "2"]),
}


def good_and_bad(kind: str, name: str, reader: Reader) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str]]:
    """Returns texts that a field most likely accepts and texts that it rejects."""
    schema = field_schema(kind, name)
    if reader.name in _GOOD:
        return _GOOD[reader.name], _BAD[reader.name]
    if reader.name.startswith("word:"):
        forms = WORDS.content.get(reader.name[5:], {})
        return st.sampled_from([str(form) for value, more in forms.items() for form in (value, *more)]), _ANY
    if pattern := schema.get("pattern"):
        good = st.from_regex(pattern, fullmatch=True).filter(lambda text: len(text) <= schema.get("maxLength", 10**6))
        return good, _ANY | good.map(lambda text: text + "\n") | good.map(lambda text: text + "é")
    longest = schema.get("maxLength", 60)
    bad = st.sampled_from(["x" * (longest + 1), "é" * (longest + 1)])
    if "x-predicate" in schema:
        bad |= st.tuples(_ANY, st.sampled_from("\x00\x01\x08\x0b\x1f"), _ANY).map("".join)
    return _ANY | st.sampled_from(["x" * longest, "é" * longest]), bad


def scalar(kind: str, name: str, reader: Reader, text: str) -> tuple[bool, Any]:
    """Reads one cell and gives the value to pydantic: whether it is accepted, and as what."""
    model = RECORDS[kind]
    try:
        value = reader.read(text) if reader.read else text
        model.__pydantic_validator__.validate_assignment(model.model_construct(), name, value)
    except ValidationError as error:
        return not any(item["loc"][:1] == (name,) for item in error.errors()), value
    except ValueError:
        return False, None
    return True, value


def cells_of(texts: list[str], *, coded: bool) -> Cells:
    """Returns texts as ingest holds them: each where it stands, or as codes into the distinct ones."""
    column = pl.Series(texts, dtype=pl.String)
    none = pl.Series([None], dtype=pl.String)
    if not coded:
        return Cells(column, None, column, none.new_from_index(0, len(texts)))
    distinct = column.unique(maintain_order=True)
    codes = pl.Series([distinct.to_list().index(text) for text in texts], dtype=pl.UInt32)
    return Cells(column, codes, distinct, none.new_from_index(0, distinct.len()))


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_both_paths_agree(kind, name):
    reader = reader_of(kind, name, WORDS)
    good, bad = good_and_bad(kind, name, reader)
    tally = {"cases": 0, "rejected": 0}

    @settings(max_examples=CASES)
    @given(texts=st.lists(good | bad, min_size=1, max_size=6), coded=st.booleans())
    def agree(texts, coded):
        few = judge(cells_of(texts, coded=coded), kind, name, reader)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fields, "FEW", 0)  # few texts are given to pydantic at once: these go the way of many
            cells = cells_of(texts, coded=coded)
            judged = judge(cells, kind, name, reader)
        assert few.problems == judged.problems
        assert few.values.equals(judged.values)
        values = cells.spread(judged.values).to_list()
        for text, value in zip(texts, values, strict=True):
            accepted, expected = scalar(kind, name, reader, text)
            assert (text not in judged.problems) == accepted, (text, judged.problems.get(text))
            assert value == (expected if accepted else None), text
            tally["cases"] += 1
            tally["rejected"] += not accepted

    agree()
    assert tally["cases"] >= CASES
    assert tally["rejected"] * 10 >= tally["cases"], f"only {tally['rejected']} of {tally['cases']} texts were rejected"


VALUES = {
    "string": _ANY | st.just("") | st.just("x" * 40_001),
    "integer": st.integers(-(10**15), 10**15),
    "number": st.floats(-1, 2),
}


@pytest.mark.parametrize("kind", RECORDS)
@given(data=st.data())
@settings(max_examples=30)
def test_whole_rows_are_accepted_alike(kind, data):
    """A row fits the record if and only if every one of its values passes the check of its column."""
    row = {}
    for name in RECORDS[kind].model_fields:
        schema = field_schema(kind, name)
        reader = reader_of(kind, name, WORDS)
        plain = VALUES[schema.get("type", "string")]
        if "enum" in schema:
            plain = st.sampled_from(schema["enum"]) | _ANY
        elif "pattern" in schema and reader.name == "text":
            plain = st.from_regex(schema["pattern"], fullmatch=True) | _ANY
        row[name] = data.draw(plain, label=name)
    frame = pl.DataFrame([row])
    bad = set(rejected(kind, frame))
    try:
        RECORDS[kind].model_validate(row)
        told = set()
    except ValidationError as error:
        told = {item["loc"][0] for item in error.errors()}
    assert bad == told
    assert {name for name in row if complaint(kind, name, row[name])} == told
