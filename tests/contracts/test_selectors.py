"""Every store answers the cases of selector_cases.yaml alike, and docs/selectors.md shows the same cases.

``ESTATES`` says how an estate comes to be asked: as built, or through a store. Another store is one more line there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from eamap.errors import UsageError
from eamap.model.citations import SourcePart
from eamap.model.estate import Estate
from eamap.model.schema import link_schema, table_schema, thing_schema
from eamap.model.selector import parse, select

FOLDER = Path(__file__).resolve().parent
DOCUMENT: dict[str, Any] = yaml.safe_load((FOLDER / "selector_cases.yaml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = DOCUMENT["cases"]
AS_OF: date = DOCUMENT["as_of"]
DOCS = FOLDER.parents[1] / "docs" / "selectors.md"


def small_estate() -> Estate:
    """Returns the estate of the cases."""
    origin = {identifier: name for name, ids in DOCUMENT["attested"].items() for identifier in ids}
    tables = {}
    row = 0
    for kind, things in DOCUMENT["things"].items():
        rows = []
        for thing in things:
            row += 1
            rows.append({**thing, "source": origin.get(thing["id"], "inventory"), "row": row, "rule": "r"})
        extra = {name: pl.String() for thing in things for name in thing}
        tables[f"things/{kind}"] = pl.DataFrame(rows, schema={**extra, **thing_schema(kind)}).sort("id")
    for relation, links in DOCUMENT["links"].items():
        rows = [{**link, "source": "inventory", "row": number, "rule": "r"} for number, link in enumerate(links, 100)]
        tables[f"links/{relation}"] = pl.DataFrame(rows, schema=link_schema(relation))
    reasons = [{**reason, "source": "inventory", "row": 1, "rule": "r"} for reason in DOCUMENT["reasons"]]
    tables["reasons"] = pl.DataFrame(reasons, schema=table_schema("reasons"))
    return Estate(tables, sources=tuple(source_part(name) for name in ("inventory", *DOCUMENT["attested"])))


def source_part(name: str) -> SourcePart:
    fields = {"r": {"name": ("Name",), "count": ("Number",), "contract_end": ("Ends",)}}
    return SourcePart(name, name, f"{name}.csv", "", "0" * 64, "generic", "", "foi", "2025-12", fields, {}, 80)


ESTATES: dict[str, Callable[[Estate], Estate]] = {"as built": lambda estate: estate}


@pytest.fixture(scope="module", params=sorted(ESTATES))
def estate(request) -> Estate:
    return ESTATES[request.param](small_estate())


def answer(estate: Estate, case: dict[str, Any]) -> list[str]:
    return select(estate, case["selector"], case.get("as_of", AS_OF)).ids.to_list()


@pytest.mark.parametrize("case", [case for case in CASES if "selects" in case], ids=lambda case: case["selector"])
def test_selects(estate, case):
    assert answer(estate, case) == sorted(case["selects"])


@pytest.mark.parametrize("case", [case for case in CASES if "error" in case], ids=lambda case: case["selector"])
def test_refuses(estate, case):
    with pytest.raises(UsageError) as error:
        select(estate, case["selector"], AS_OF)
    message, text, caret = error.value.message.split("\n")
    assert message == case["error"]
    assert text.strip() == case["selector"]
    assert caret.index("^") - 2 == case["at"]
    assert case["hint"] in error.value.hint


@pytest.mark.parametrize("case", [case for case in CASES if "warns" in case], ids=lambda case: case["selector"])
def test_warns(estate, case):
    assert parse(case["selector"], estate, AS_OF).warnings == (case["warns"],)


def test_only_the_cases_that_say_so_warn(estate):
    quiet = [case for case in CASES if "selects" in case and "warns" not in case]
    assert [case["selector"] for case in quiet if parse(case["selector"], estate, AS_OF).warnings] == []


def test_printing_a_selector_gives_the_same_selector():
    for case in CASES:
        if "selects" in case:
            read = parse(case["selector"])
            assert parse(str(read)).expression == read.expression


def test_the_documentation_shows_every_case():
    assert DOCS.read_text(encoding="utf-8").split("<!-- cases -->\n")[1] == documented_cases()


def test_there_are_enough_cases():
    assert len(CASES) >= 30


def documented_cases() -> str:
    """Returns the cases as docs/selectors.md shows them."""
    lines = ["| selector | selects |", "|---|---|"]
    for case in CASES:
        said = case.get("selects")
        result = (
            f"error: {case['error']}" if said is None else ", ".join(f"`{one}`" for one in sorted(said)) or "nothing"
        )
        day = f" (on {case['as_of']})" if "as_of" in case else ""
        lines.append(
            f"| `{case['selector']}`{day} | {result}{' (warns)' if 'warns' in case else ''} |".replace("\\|", "|")
        )
    return "\n".join(lines) + "\n"
