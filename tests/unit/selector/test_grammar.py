from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from eamap.errors import UsageError
from eamap.model.selector import parse_expression
from eamap.model.selector.fields import ATTACHMENTS, KINDS
from eamap.model.selector.grammar import (
    And,
    Attached,
    Attested,
    Compares,
    Equals,
    FieldName,
    Identity,
    Kind,
    Knowledge,
    Knows,
    Not,
    Operator,
    Or,
    Reach,
    Text,
    Towards,
    every,
    some,
)

IDS = [kind for kind in KINDS if kind not in ATTACHMENTS]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
patterns = (
    st.lists(texts, min_size=1, max_size=3)
    .filter(lambda pieces: pieces != [""])
    .map(lambda pieces: Text(tuple(pieces)))
)
fields = st.builds(
    FieldName, st.sampled_from(["name", "contract_end", "count"]), st.sampled_from(["", "system", "data-object"])
)
identities = st.builds(Identity, st.sampled_from(IDS), texts.filter(bool).map(lambda text: Text((text,))))
comparisons = st.builds(
    Compares, fields, st.sampled_from([one for one in Operator if one not in (Operator.EQUAL, Operator.BETWEEN)]),
    st.sampled_from(["5", "-2.5", "2024", "2024-02", "2024-02-29"]),
)  # fmt: skip
ranges = st.builds(Compares, fields, st.just(Operator.BETWEEN), st.just("2024"), st.sampled_from(["", "2025-01", "7"]))
terms = st.one_of(
    st.builds(Kind, st.sampled_from([*KINDS, "*"])),
    identities,
    st.builds(Attached, st.sampled_from(sorted(set(ATTACHMENTS.values()))), patterns),
    st.builds(Equals, fields, patterns),
    comparisons,
    ranges,
    st.builds(Knows, st.sampled_from(Knowledge), fields),
    st.builds(Attested, patterns),
)


def larger(part):
    several = st.lists(part, min_size=2, max_size=3)
    reaches = st.builds(
        Reach, identities | part, st.sampled_from(Towards), st.none() | st.integers(1, 9),
        st.sampled_from([(), ("USES",), ("RUNS_ON", "DEPENDS_ON")]),
    )  # fmt: skip
    return several.map(lambda parts: every(*parts)) | several.map(lambda parts: some(*parts)) | part.map(Not) | reaches


@given(st.recursive(terms, larger, max_leaves=8))
def test_what_is_printed_is_read_as_the_same_tree(tree):
    assert parse_expression(str(tree)) == tree


@given(st.text(st.sampled_from('abkind:system+*.()"\\ <>=2-4,notorvia\x00\n'), max_size=40))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        tree = parse_expression(text)
    except UsageError as error:
        assert "\n" in error.message
        assert error.message.endswith("^")
    else:
        assert parse_expression(str(tree)) == tree


def test_not_binds_closest_and_or_loosest():
    a, b, c = (Kind(kind) for kind in ("system", "site", "flow"))
    assert parse_expression("not kind:system and kind:site or kind:flow") == Or((And((Not(a), b)), c))
    assert parse_expression("kind:system and (kind:site or kind:flow)") == And((a, Or((b, c))))


def test_nested_groups_of_one_sort_are_flat():
    assert parse_expression("(kind:system or (kind:site or kind:flow))") == parse_expression(
        "kind:system or kind:site or kind:flow"
    )


def test_a_term_between_pluses_reaches_both_ways():
    start = Identity("system", Text(("RXA/epr",)))
    assert parse_expression("+2system:RXA/epr+3 via:USES") == Or(
        (Reach(start, Towards.NEEDED, 2, ("USES",)), Reach(start, Towards.NEEDING, 3, ("USES",)))
    )


def test_quotes_take_the_grammar_out_of_a_text():
    assert parse_expression('name:"a b:(c)+"') == Equals(FieldName("name"), Text(("a b:(c)+",)))
    assert parse_expression(r'name:"a\"\\\*b"') == Equals(FieldName("name"), Text(('a"\\*b',)))
    assert parse_expression('name:"2019..2021"') == Equals(FieldName("name"), Text(("2019..2021",)))


def test_an_apostrophe_is_a_letter():
    assert parse_expression("name:O'Brien") == Equals(FieldName("name"), Text(("O'Brien",)))


def test_the_caret_stands_under_the_place():
    with pytest.raises(UsageError) as error:
        parse_expression("kind:system and kind:sytem")
    _, text, caret = error.value.message.split("\n")
    assert text[caret.index("^") :] == "sytem"
    assert "system" in error.value.hint


def test_the_caret_is_found_in_a_long_text_with_controls():
    with pytest.raises(UsageError) as error:
        parse_expression("kind:system or " * 40 + "name:\x1b[31m or kind:sytem")
    message, text, caret = error.value.message.split("\n")
    assert text[caret.index("^") :].startswith("sytem")
    assert len(text) < 140
    assert "\x1b" not in message + text


@pytest.mark.parametrize(
    "text", ["(" * 200 + "kind:system" + ")" * 200, "not " * 200 + "kind:system", "kind:*" + " " * 200_000]
)
def test_a_text_made_to_exhaust_the_reader_is_refused(text):
    with pytest.raises(UsageError):
        parse_expression(text)


def test_a_long_flat_selector_is_read():
    tree = parse_expression(" or ".join(f"system:RXA/{number}" for number in range(3000)))
    assert len(tree.parts) == 3000
