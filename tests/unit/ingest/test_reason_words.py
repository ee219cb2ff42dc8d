from __future__ import annotations

import pytest

from eamap.errors import ReferenceDataError
from eamap.ingest.known import mappings_folder
from eamap.ingest.readers import fold, read_count, read_date, read_money, read_share
from eamap.ingest.words import Words, read_words


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024", "2024"), ("2024-03", "2024-03"), ("2024-3-5", "2024-03-05"), ("2024-03-05 00:00:00", "2024-03-05"),
        ("2024-03-05T10:20:30Z", "2024-03-05"), ("20240305", "2024-03-05"), ("05/03/2024", "2024-03-05"),
        ("5.3.24", "2024-03-05"), ("5-3-1998", "1998-03-05"), ("03/2024", "2024-03"), ("March 2024", "2024-03"),
        ("Mar-24", "2024-03"), ("5th March 2024", "2024-03-05"), ("Tuesday, 5 March 2024", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"), ("1 Jan 99", "1999-01-01"), ("Sept 2023", "2023-09"), ("45356", "2024-03-05"),
        ("29/02/2024", "2024-02-29"),
    ],
)  # fmt: skip
def test_dates_as_precise_as_written(text, value):
    assert read_date(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2024",
        "2024-13",
        "29/02/2023",
        "00/01/2024",
        "soon",
        "Q3 2024",
        "1799",
        "2200",
        "12345678901",
        "²²²²²",
        "12345",
    ],
)
def test_what_is_no_date(text):
    with pytest.raises(ValueError, match="is not a"):
        read_date(text)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£1,234.56", 123456), ("1.2m", 120_000_000), ("£250k", 25_000_000), ("12 000", 1_200_000), ("0", 0), ("GBP 10", 1000),
        ("£1.5 million + VAT", 150_000_000), ("£10 per annum", 1000), ("0.005", 0), ("0.015", 2), ("£2bn", 200_000_000_000),
    ],
)  # fmt: skip
def test_money_is_pence(text, pence):
    assert read_money(text) == pence


@pytest.mark.parametrize("text", ["-5", "£-3.20", "about £5", "5-10", "ten", "1.2.3", ""])
def test_what_is_no_money(text):
    with pytest.raises(ValueError, match="amount"):
        read_money(text)


@pytest.mark.parametrize(("text", "value"), [("1,250", 1250), ("12.0", 12), ("0", 0), ("1 000", 1000)])
def test_counts(text, value):
    assert read_count(text) == value


@pytest.mark.parametrize("text", ["-1", "1.5", "lots", "", "²", "١٢"])
def test_what_is_no_count(text):
    with pytest.raises(ValueError, match="number"):
        read_count(text)


@pytest.mark.parametrize(("text", "value"), [("25%", 0.25), ("0.5", 0.5), ("1", 1.0), ("0 %", 0.0)])
def test_shares(text, value):
    assert read_share(text) == value


@pytest.mark.parametrize("text", ["101%", "-0.1", "half", "nan", "inf", ""])
def test_what_is_no_share(text):
    with pytest.raises(ValueError, match="share"):
        read_share(text)


def test_headers_are_compared_without_case_lettering_and_punctuation():
    assert fold("  a) System-Type\n(main) ") == fold("system type main") == "system type main"
    assert fold("R&D") == "r and d"


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(mappings_folder())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("No System Installed", "absent"), ("paper based", "absent"), ("Data Withheld", "withheld"), ("Exempt - s43", "withheld"),
        ("N/A", "not-applicable"), ("n.a.", "not-applicable"), ("TBC", "unknown"), ("?", "unknown"), ("Information not held", "unknown"),
        ("-", "nothing"), ("None", "nothing"), ("Millennium", None), ("Nautilus", None),
        ("N/A - No System Installed. Only trials.", "absent"), ("Not known at present", None),
    ],
)  # fmt: skip
def test_why_a_cell_is_no_value(words, text, reason):
    assert words.reason(text) == reason


def test_a_sentence_is_only_searched_where_the_mapping_says_so(words):
    note = "There was no system installed before 2019"
    assert words.reason(note) == "absent"
    assert words.reason(note, loosely=False) is None


def test_the_quick_pattern_misses_no_word(words):
    import polars as pl

    for forms in words.content["reasons"].values():
        for text in [*forms["exact"], *forms.get("contains", ())]:
            assert pl.Series([str(text)]).str.contains(words.hint).all(), text


def test_words_of_closed_lists(words):
    assert words.word("status", "In Use") == "live"
    assert words.word("protocol", "HL7 v2.3") == "hl7v2"
    with pytest.raises(ValueError, match=r"none of the words eamap knows for status \(planned, live"):
        words.word("status", "resting")


def test_every_list_of_a_record_has_its_words(words):
    from eamap.model.records import RECORDS
    from eamap.model.schema import field_schema

    for kind, record in RECORDS.items():
        for name in record.model_fields:
            allowed = field_schema(kind, name).get("enum", ())
            if allowed and set(allowed) != {"yes", "no"} and name != "reason":
                assert set(words.content[name]) == set(allowed), (kind, name)
                assert {words.word(name, word) for word in allowed} == set(allowed)


def test_a_word_may_not_stand_for_two_values():
    with pytest.raises(ReferenceDataError, match="stands for two words"):
        Words({"reasons": {}, "status": {"live": ["on"], "retired": ["On!"]}}).word("status", "on")


def test_a_folder_without_words_is_an_error_of_reference_data(tmp_path):
    with pytest.raises(ReferenceDataError, match="word list"):
        read_words(tmp_path)
