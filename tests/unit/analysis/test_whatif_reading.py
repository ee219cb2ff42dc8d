"""A file of changes is read strictly: each problem has its line and a hint, and hostile content stays text or is refused."""

from __future__ import annotations

import pytest

from eamap.analysis.whatif.reading import parsed, read_changes
from eamap.analysis.whatif.spec import KINDS, TEMPLATE
from eamap.errors import SourceError


def read(text: str):
    return parsed(text.encode(), "changes.yaml", "changes.yaml")


def wrong(text: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read(text)
    assert caught.value.hint
    return caught.value


def test_the_template_has_every_kind_and_is_read():
    found = read(TEMPLATE)
    assert [each.kind for each in found.asked] == list(KINDS)
    assert found.title
    lines = TEMPLATE.splitlines()
    assert all(lines[each.line - 1].strip() == f"- {each.kind}:" for each in found.asked)


def test_a_file_says_the_same_by_its_checksum_whatever_it_is_called(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(TEMPLATE)
    one, other = (read_changes(tmp_path / name) for name in ("a.yaml", "b.yaml"))
    assert (one.short, one.asked) == (other.short, other.asked)
    assert one.sha256.startswith(one.short)


ONE = "changes:\n  - retire-system: {systems: 'system:A/b'}\n"


@pytest.mark.parametrize(("text", "line", "said"), [
    ("", 1, "no mapping"),
    ("- retire-system: {systems: a}\n", 1, "no mapping"),
    ("title: x\n", None, "no list of changes"),
    ("changes: retire\n", None, "no list of changes"),
    ("chagnes: []\n", 1, "no use for 'chagnes'"),
    ("changes:\n  - retire: {systems: a}\n", 2, "no use for 'retire'"),
    ("changes:\n  - retire-system: {system: a}\n", 2, "no use for 'system'"),
    ("changes:\n  - retire-system:\n      systems: a\n      systems: b\n", 4, "twice"),
    ("changes:\n  - retire-system: {systems: a}\n    connect: {what: system:A/b, to: system:C/d}\n", 2, "2 changes in one entry"),
    ("changes:\n  - {}\n", 2, "0 changes in one entry"),
    ("changes:\n  - retire-system:\n", 2, "no mapping"),
    ("changes:\n  - retire-system: {systems: 5}\n", 2, "valid string"),
    ("changes:\n  - retire-system: {systems: ''}\n", 2, "at least 1 character"),
    ("changes:\n  - connect:\n      what: organisation:A\n      to: ers\n", 4, "pattern"),
    ("changes:\n  - connect:\n      what: organisation:A\n", 2, "Field required"),
    ("changes:\n  - converge: {ics: Q, capability: DIA-1, on: 'system:A/b', whole: maybe}\n", 2, "valid boolean"),
    ("changes:\n  - converge: {ics: Q, capability: DIA-1, on: 'system:A/b', interfaces: gone}\n", 2, "'stay' or 'move'"),
    ("changes:\n  - move-boundary: {codes: [], to: Q}\n", 2, "at least 1 item"),
    ("changes:\n  - move-boundary: {codes: [2024-01-01], to: Q}\n", 2, "valid string"),
    ("geography: ../boundaries.csv\nchanges: []\n", 1, "names no boundaries"),
    ("geography: '2022'\nchanges:\n  - move-boundary: {codes: [A], to: Q}\n", 1, "names boundaries and moves them"),
    ("title: [a]\nchanges: []\n", 1, "one line of plain text"),
    ("changes: [\n", 2, "not YAML"),
    ("changes: []\n---\nchanges: []\n", 2, "not YAML"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(text, line, said):
    error = wrong(text)
    assert said in error.message, error.message
    assert error.where == ("changes.yaml" if line is None else f"changes.yaml, line {line}")


@pytest.mark.parametrize(("text", "said"), [
    ("a: &a [x]\nchanges: *a\n", "anchor"),
    ("changes:\n  - retire-system: {systems: !!python/object/apply:os.system ['id']}\n", "tag"),
    ("changes: !!binary aGVsbG8=\n", "tag"),
    ('changes:\n  - retire-system: {systems: "a\\nb"}\n', "one line of plain text"),
    ('changes:\n  - retire-system: {systems: "a\\u202eb"}\n', "one line of plain text"),
    ('title: "\\e[31mred"\nchanges: []\n', "one line of plain text"),
    ("changes: " + "[" * 3000 + "]" * 3000 + "\n", "nested too deeply"),
    (ONE + "#" * 1_000_001, "larger than"),
])  # fmt: skip
def test_hostile_files_are_refused(text, said):
    assert said in wrong(text).message


def test_text_that_is_not_utf8_is_refused():
    with pytest.raises(SourceError, match="UTF-8"):
        parsed(b"changes: [\xff]\n", "a", "a")


def test_a_file_that_is_not_there_is_told_by_its_path(tmp_path):
    with pytest.raises(SourceError) as caught:
        read_changes(tmp_path / "none.yaml")
    assert str(tmp_path) in caught.value.where


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "'; DROP TABLE x", "{{7*7}}"])
def test_hostile_words_stay_words(text):
    quoted = text.replace("'", "''")
    found = read(f"title: '{quoted}'\nchanges:\n  - replace-product: {{systems: 'system:A/b', product: '{quoted}'}}\n")
    assert found.title == found.asked[0].spec.product == text
