"""The do-once pictures of the golden estate, the sample and the real list: what they say in words, and how they are written."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.golden.pieces import of_svg
from tests.golden.proof import Prover


def run(*arguments: object, fails: int = 0) -> str:
    """Runs a command and returns what it prints."""
    done = CliRunner().invoke(program, [*map(str, arguments)], prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == fails, done.stderr
    return done.stderr if fails else done.stdout


@pytest.fixture(scope="module")
def golden(shared, tmp_path_factory) -> Path:
    """A store with the golden estate."""
    store = tmp_path_factory.mktemp("golden") / "store"
    run("ingest", *sorted((shared / "doonce" / "golden").glob("*.csv")), "--store", store)
    return store


def words(path: Path) -> str:
    """Returns the text of a Mermaid file, its character codes read."""
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(golden, shared, tmp_path_factory) -> str:
    file = tmp_path_factory.mktemp("page") / "page.mmd"
    parameters = shared / "doonce" / "golden" / "parameters.json"
    assert run("doonce", "DIA-2.1", "--parameters", parameters, "--store", golden, "-o", file) == f"{file}\n"
    return words(file)


@pytest.mark.parametrize("said", [
    "Do it once? DIA-2.1 Laboratory information management",
    "Level: region (the lowest level that captures 80% of the value of A, B, N, V). Asked for: make one blueprint.",
    "A purchasing power<br/>0.425 (0.425 to 0.425)",
    "K4 concentrated market<br/>0.386 (0.307 to 0.432)",
    "No gate bars anything.",
    "ICS<br/>0.596", "region<br/>0.85", "line: line 0.8",
    "where it may lie<br/>B 0.472 (0.472 to 0.472), V 0.539",
    "Price: nobody pays above the median<br/>0, 43,200, 100,800<br/>cash, revenue<br/>region<br/>organisations",
    "Contracts: fewer procurements<br/>not estimated, for want of what a procurement costs; the years between two",
    "A2 0.053, A3 0.663<br/>10<br/>contracts.csv",
    "V2 missing<br/>none<br/>nothing in the estate",
    "what these organisations have: T13<br/>V1, coverage and confidence<br/>0.02",
    "No ICS has recorded that it disagrees.",
    "10. Maturity scores are what organisations say of themselves.",
])  # fmt: skip
def test_the_page_of_the_golden_estate_says(said, page) -> None:
    assert said in page


def test_all_parts_of_a_page_are_there(page) -> None:
    headings = re.findall(r'subgraph n\d+\["([^"<]+)', page)
    assert [heading.partition(":")[0] for heading in headings] == [
        "In words", "The case for doing it once", "Levels", "Counter-conditions", "Modes", "How much of the value each level reaches",
        "Operating model", "What it may be worth, in pounds", "Evidence", "What would change the answer", "Position of ICSs", "Cautions that apply",
    ]  # fmt: skip


def test_a_board_that_disagrees_stands_on_the_page(golden, tmp_path) -> None:
    store = shutil.copytree(golden, tmp_path / "store")
    words_of_ics = ("--who", "Digital lead", "--reason", "We have just renewed ours", "--store", store)
    run("decide", "dissent", "organisation:I1", "capability:DIA-2.1", *words_of_ics)
    run("doonce", "DIA-2.1", "--store", store, "-o", tmp_path / "page.mmd", "--as-of", "2026-11-22")
    assert "We have just renewed ours (Digital lead)" in words(tmp_path / "page.mmd")


def test_every_number_of_the_golden_page_and_map_is_explained(golden, shared, tmp_path) -> None:
    sources = shared / "doonce" / "golden"
    prover = Prover(golden, date(2026, 11, 1), sources)
    run(
        "doonce", "DIA-2.1", "--parameters", sources / "parameters.json", "--store", golden, "-o", tmp_path / "page.svg"
    )
    run("map", "do-once", "--as-of", "2026-11-01", "--store", golden, "-o", tmp_path / "map.svg")
    every = [piece for name in ("page", "map") for piece in of_svg(tmp_path / f"{name}.svg")]
    assert len(every) > 100
    assert [(piece, why) for piece in every if (why := prover.wrong(piece))] == []


@pytest.mark.parametrize("suffix", [".svg", ".pdf", ".png", ".html", ".pptx", ".dot"])
def test_a_page_is_written_by_its_suffix(suffix, golden, tmp_path) -> None:
    file = tmp_path / f"page{suffix}"
    assert run("doonce", "DIA-2.1", "--store", golden, "-o", file, "--marking", "BOARD ONLY") == f"{file}\n"
    assert file.stat().st_size > 1000
    if suffix in (".svg", ".html", ".dot"):
        assert "BOARD ONLY" in file.read_text(encoding="utf-8")


def test_only_slides_hold_several_pages(golden, tmp_path) -> None:
    said = run("doonce", "DIA", "--store", golden, "-o", tmp_path / "pages.svg", fails=2)
    assert "only a slide deck" in said
    run("doonce", "DIA-2.1", "DIA-2.2", "--store", golden, "-o", tmp_path / "pages.pptx")
    from pptx import Presentation

    titles = [slide.shapes.title.text_frame.text for slide in Presentation(str(tmp_path / "pages.pptx")).slides]
    assert {title.split()[3] for title in titles} == {"DIA-2.1", "DIA-2.2"}


def test_a_page_of_the_real_list_says_why_it_is_wide(root, tmp_path) -> None:
    store = tmp_path / "store"
    run("ingest", *(root / "sample_estates" / "england_epr_2024" / "sources").iterdir(), "--store", store)
    asked = ("REC-1.1", "--setting", "acute", "--as-of", "2024-10-01", "--geography", "2026-04", "--store", store)
    run("doonce", *asked, "-o", tmp_path / "page.mmd")
    said = words(tmp_path / "page.mmd")
    for each in (
        "B interoperability across ICSs<br/>no point (0 to 1)",
        "The supplier stands for the product of 100 of 115 organisations",
        "No step of a care pathway needs this capability",
        "Lock-in may bar running it once.",
    ):
        assert each in said


@pytest.mark.parametrize("row, cells", [
    ("CRD-2.1", ("Level<br/>region", "Buy<br/>no", "Standardise<br/>yes", "Run<br/>yes", "Confidence<br/>high")),
    ("ACC-1.1", ("Level<br/>unknown", "Run<br/>possible", "Confidence<br/>medium")),
])  # fmt: skip
def test_the_map_of_the_sample_has_levels_and_modes(row, cells, northmoor_ingested, tmp_path) -> None:
    file = tmp_path / "map.mmd"
    files = run("map", "do-once", "--store", northmoor_ingested[0], "--as-of", "2026-11-22", "-o", file).split()
    said = "".join(map(words, map(Path, files)))
    found = re.search(rf'subgraph r\d+\["{row} .*?\n  end', said, re.DOTALL)
    assert found
    assert [cell for cell in cells if cell not in found[0]] == []
    assert "10,000 weightings, 500 random arrangements" in said
