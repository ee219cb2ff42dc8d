"""The gap report: it says what came out, each number has its ref, and nothing in it comes alive."""

from __future__ import annotations

import io
import re
from datetime import date

import openpyxl
import pytest
from lxml import html
from small_statements import expects, resource, statement

from eamap.conformance.comparing import compare
from eamap.conformance.comparison_html import as_html
from eamap.conformance.comparison_markdown import as_markdown, plain
from eamap.conformance.comparison_page import page
from eamap.conformance.comparison_workbook import as_workbook
from eamap.conformance.requirements_statement import of_statement

HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    "https://evil.example/a",
    "www.evil.example",
    "mailto:a@evil.example",
    "a | b\n# c",
    "`code` *b* __c__ ~~d~~",
    "\x1b[31mred\u202egpj",
    "{=1+1}",
)


def report(has, asked):
    """Returns the report on a comparison, with refs that say what they are of."""
    comparison = compare(has, "instance.json", of_statement(asked, "asked.json"))
    return page(
        comparison, date(2026, 11, 22), "OFFICIAL-SENSITIVE", "not in the registry", lambda *of: f"n({'; '.join(of)})"
    )


@pytest.fixture(scope="module")
def hostile():
    """A report in which every text that a statement can hold is hostile."""
    entries = [
        resource("Patient", text, profile=text, searchInclude=[text], searchParam=[{"name": text, "type": text}],
                 operation=[{"name": text, "definition": text}])
        for text in HOSTILE
    ]  # fmt: skip
    software = {"name": HOSTILE[0], "version": HOSTILE[3]}
    has = statement(
        *entries, software=software, format=list(HOSTILE), implementation={"description": HOSTILE[5], "url": HOSTILE[6]}
    )
    asked = statement(
        *entries[::2], resource(HOSTILE[4], "read"), format=list(HOSTILE[::-1]), title=HOSTILE[1], url=HOSTILE[6]
    )
    return report(has, asked)


def test_no_cell_of_the_workbook_calculates_or_links(hostile):
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(hostile)))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells), "the text is there, as text"
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell for cell in cells if cell.hyperlink] == []


def test_no_element_of_the_page_runs_or_leads_anywhere(hostile):
    content = as_html(hostile)
    tree = html.fromstring(content)
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "table", "colgroup", "col", "thead",
               "tbody", "tr", "th", "td", "span", "footer"}  # fmt: skip
    assert {element.tag for element in tree.iter()} <= allowed
    names = {name for element in tree.iter() for name in element.attrib}
    assert names <= {"lang", "charset", "http-equiv", "content", "name", "class", "scope", "style", "data-ref", "title"}
    classes = {element.get("class") for element in tree.iter("td")} - {None}
    assert classes <= {"place", *(f"result {word}" for word in ("missing", "partly", "satisfied", "not-observed"))}
    assert b"default-src 'none'" in content
    assert "<script>alert(1)</script>" in tree.text_content(), "the text is there, as text"
    assert not re.search(r"[\x00-\x08\x1b\u202e]", content.decode())


def test_no_text_of_the_markdown_is_markup(hostile):
    lines = as_markdown(hostile).decode().splitlines()
    assert {line.count(" | ") for line in lines if line.startswith("| whole system")} <= {5, 3}
    text = "\n".join(lines)
    assert not re.search(r"(?<!\\)<(?!!--)", text)
    assert not re.search(r"(?<!\\)\]\(", text)
    assert not re.search(r"https?://", text)
    assert not re.search(r"www\.", text.replace("www\\.", ""))
    assert not re.search(r"[\x00-\x09\x1b\u202e]", text)
    assert len([line for line in lines if line.startswith("#")]) == len(hostile.sections) + 4


def test_plain_text_stays_readable():
    assert plain("fhirVersion is 4.0.1 (R4), of 39") == "fhirVersion is 4.0.1 (R4), of 39"
    assert plain("  a\r\nb ") == "a  b"


@pytest.fixture(scope="module")
def small():
    """A report with a result of each kind."""
    asked = statement(
        resource("Patient", "read", "search-type", searchParam=[{"name": "identifier", "type": "token"}]),
        {"type": "Flag", **expects("SHOULD"), "interaction": [{"code": "read"}]},
        title="Beds",
    )
    has = statement(
        resource("Patient", "read", "delete", searchParam=[{"name": "identifier", "type": "string"}]),
        software={"name": "Ward"},
    )
    return report(has, asked)


def test_the_summary_adds_up_and_every_number_has_a_ref(small):
    for _, (*parts, whole) in small.matrix:
        assert sum(figure.number for figure in parts) == whole.number
    tree = html.fromstring(as_html(small))
    numbers = tree.xpath("//table[@class='matrix']//td | //p[@class='said']")
    assert all(element.xpath(".//span[@data-ref]") for element in numbers)
    markdown = as_markdown(small).decode()
    book = openpyxl.load_workbook(io.BytesIO(as_workbook(small)))
    told = {str(cell.value) for row in book["Numbers"] for cell in row}
    for _, figures in small.matrix:
        assert all(plain(figure.ref) in markdown and figure.ref in told for figure in figures)


def test_what_has_to_be_put_right_comes_first_with_clause_and_place(small):
    assert [section.title for section in small.sections] == [
        "To be put right", "Should be put right", "Not observed", "In order", "Beyond what is asked",
    ]  # fmt: skip
    first = small.sections[0]
    assert [row[:4] for row in first.rows] == [
        ("Patient", "interaction search-type", "missing", "declares read, delete"),
        ("Patient", "search parameter identifier (token)", "partly", "its type is string, and token is asked"),
    ]
    assert first.rows[0][4] == "/rest/0/resource/0/interaction/1/code of Beds"
    assert first.rows[1][5] == "/rest/0/resource/0/searchParam/0"
    assert (first.n.number, first.of.number) == (2, 6)
    assert small.title == "Gap report: Beds"


def test_the_same_comparison_gives_the_same_bytes(small):
    assert as_workbook(small) == as_workbook(small)
    assert as_html(small) == as_html(small)
    assert b"OFFICIAL-SENSITIVE" in as_html(small)
    assert as_markdown(small).startswith(b"**OFFICIAL-SENSITIVE**")
