"""Every number of the sample's pictures, slides, tables and answers has a ref, and each ref gives the number again."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.golden.conftest import AS_OF
from tests.golden.pieces import Piece, of_csv, of_json, of_page, of_slides, of_svg, of_table
from tests.golden.proof import Prover

pytestmark = pytest.mark.slow

ENGINE = "system:ZN01/integration-engine"
ANSWERS = (
    ("summary",),
    ("check",),
    ("check", "org:ZN02", "--only", "lifecycle", "--unknown"),
    ("query", "kind:*"),
    ("query", "kind:contract", "--limit", "7"),
    ("where", "windows server < 2016"),
    ("where", "windows server < 2016", "--limit", "7"),
    ("where", "mirth connect < 4.4.1", "--reach"),
    ("where", "--cve", "CVE-2021-44228", "--reach"),
    ("where", "--cve", "CVE-2020-1472"),
    ("impact", ENGINE),
    ("impact", "supplier:nhs-england", "--limit", "9"),
    ("impact", ENGINE, "--limit", "9"),
    ("interfaces",),
    ("standards", "status", "nrl-v2"),
    ("path", "organisation:ZN05", "organisation:ZE01"),
    ("path", "organisation:ZN01", "component:ZN01/antenatal-forms/zn01-c-040", "--directed"),
    ("source", "list"),
    ("source", "show", "ZN03/nhs-foi-template"),
    ("source", "show", "ZN01/generic-components/Servers & software"),
    ("log",),
    ("data",),
    ("resolve",),
    ("mapping", "list"),
    ("eol",),
    ("eol", "org:ZN02", "--by", "2029-01-09"),
    *(("eol", "--group-by", by) for by in ("org", "capability", "supplier", "product", "system")),
    ("eol", "org:ZN01", "--kpis"),
    ("forecast",),
    ("flows",),
    ("geography",),
    ("geography", "RDU", "RVJ", "RNK", "D4U1Y", "ZN09", "ZZZ"),
    ("geography", "RDU", "QNQ", "--geography", "2022"),
    ("flows", "--by", "specialty", "--geography", "2022"),
    ("flows", "--by", "ics", "--ics", "QNQ", "--geography", "2022", "--limit", "30"),
    ("doonce", "REC-1.1"),
    ("doonce", "DIA", "--weights", "equal", "--seed", "3"),
    ("debt", "org:ZN02"),
    *(("debt", "org:ZN01", "--group-by", by) for by in ("org", "capability", "supplier", "product", "system")),
    *(("evidence", "org:ZN03", "--pack", pack) for pack in ("caf", "dspt", "litraf")),
    ("gaps",),
    ("gaps", "--ics", "ZN00", "--pathway", "P4", "--limit", "7"),
    ("interop", "--by", "ics"),
    ("interop", "--limit", "30"),
    ("levers",),
    ("levers", "--ics", "ZE00", "--top", "3"),
    ("explain", "LIF001"),
    ("explain", "count(kind:system and org:ZN02)"),
    ("explain", "count(kind:system and org:ZN02 and status:planned and supplier:nobody)"),
    ("explain", "system:ZN02/evolve"),
    ("explain", "issues(ZN02/generic-components)"),
)


def run(store: Path, *arguments: str) -> str:
    """Runs a command and returns what it prints."""
    where = [] if arguments[0] in ("mapping", "ingest") else ["--store", str(store)]
    day = [] if arguments[0] == "ingest" else ["--as-of", AS_OF.isoformat()]
    done = CliRunner().invoke(program, [*arguments, *where, *day], prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def tabled(store: Path, command: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Returns the table that a command prints, and its headings by key from the result that was given to be printed."""
    import eamap.cli.output

    caught = []
    original = eamap.cli.output.emit

    def emit(result, *rest, **named) -> None:
        caught.append(result)
        original(result, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eamap.cli.output, "emit", emit)
        text = run(store, *command, "--format", "table")
    return text, {column.key: column.heading for result in caught[:1] for column in result.columns}


@pytest.fixture(scope="module")
def store(northmoor_ingested) -> Path:
    return northmoor_ingested[0]


@pytest.fixture(scope="module")
def prover(store: Path, northmoor: Path) -> Prover:
    return Prover(store, AS_OF, northmoor / "sources")


def proved(prover: Prover, pieces: Iterable[Piece]) -> None:
    """Asserts that every piece is proved by its refs, and that there are some."""
    every = list(pieces)
    assert every, "nothing with a number was found, so nothing was tried"
    wrong = [
        f"{piece.place}, {piece.key} {piece.value!r} {piece.refs}: {why}"
        for piece in every
        if (why := prover.wrong(piece))
    ]
    assert not wrong, f"{len(wrong)} of {len(every)}:\n" + "\n".join(wrong[:25])


@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_every_number_of_an_answer_is_explained(command, store, prover) -> None:
    envelope = json.loads(run(store, *command, "--format", "json"))
    named = command[0] if command[0] not in ("source", "mapping") else " ".join(command[:2])
    assert envelope["command"] == named or envelope["command"].startswith(f"{named} ")
    table, headings = tabled(store, command)
    pieces = [
        *of_json(named, envelope),
        *of_csv(named, run(store, *command, "--format", "csv")),
        *(of_table(named, table, headings) if command != ("explain", "LIF001") else ()),
    ]
    proved(prover, pieces)


def test_every_number_of_the_page_is_explained(store, prover) -> None:
    page = run(store, "summary")
    pieces = list(of_page(page))
    below = page.partition("eamap explain REF")[0]
    assert len(pieces) == len(re.findall(r"\d+", re.sub(r"(?m)^as of .*|^[a-z]+: .*", "", below)))
    proved(prover, pieces)


# Pictures ---------------------------------------------------------------------------------------------------------

MAPS = (
    ("gap",),
    ("gap", "org:ZN00"),
    ("capability",),
    ("interface", "org:ZN01"),
    ("products",),
    ("products", "org:ZE00"),
    ("do-once", "org:ZE00"),
    ("suppliers",),
    ("suppliers", "org:ZN00"),
)


@pytest.mark.parametrize("drawn", MAPS, ids=" ".join)
def test_every_number_of_a_picture_is_explained(drawn, store, prover, tmp_path) -> None:
    run(store, "map", *drawn, "-o", str(tmp_path / "map.svg"))
    proved(prover, of_svg(tmp_path / "map.svg"))


def test_every_number_of_the_forecast_is_explained(store, prover, tmp_path) -> None:
    run(store, "forecast", "org:ZN01", "-o", str(tmp_path / "forecast.svg"))
    proved(prover, of_svg(tmp_path / "forecast.svg"))


@pytest.mark.parametrize("asked", [(), ("--geography", "2022"), ("QUY",)], ids=" ".join)
def test_every_number_of_the_flow_map_is_explained(asked, store, prover, tmp_path) -> None:
    run(store, "map", "flows", *asked, "-o", str(tmp_path / "flows.svg"))
    proved(prover, of_svg(tmp_path / "flows.svg"))


def test_every_number_of_the_expiries_is_explained(store, prover, tmp_path) -> None:
    run(store, "suppliers", "--expiries", "-o", str(tmp_path / "expiries.svg"))
    proved(prover, of_svg(tmp_path / "expiries.svg"))


@pytest.mark.parametrize("asked", [("CRD-2.1",), ("ACC-1.1", "--weights", "equal")], ids=" ".join)
def test_every_number_of_a_do_once_page_is_explained(asked, store, prover, tmp_path) -> None:
    run(store, "doonce", *asked, "-o", str(tmp_path / "page.svg"))
    proved(prover, of_svg(tmp_path / "page.svg"))


def test_every_number_of_do_once_slides_is_explained(store, prover, tmp_path) -> None:
    run(store, "doonce", "CRD-2.1", "DIA-2.1", "-o", str(tmp_path / "pages.pptx"))
    proved(prover, of_slides(tmp_path / "pages.pptx"))


def test_every_number_of_the_slides_is_explained(store, prover, tmp_path) -> None:
    run(store, "map", "all", "-o", str(tmp_path / "all.pptx"))
    proved(prover, of_slides(tmp_path / "all.pptx"))


# History ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def next_year(store: Path, northmoor: Path, tmp_path_factory) -> tuple[Path, dict]:
    """The sample's store with next year's edition of one file, and what ingest said about it."""
    folder = tmp_path_factory.mktemp("next")
    later = folder / "store"
    shutil.copytree(store, later)
    lines = (northmoor / "sources" / "carrow_vale_systems.csv").read_text(encoding="utf-8").splitlines()
    edition = folder / "carrow_vale_2027.csv"
    edition.write_text("\n".join([*lines[:5], *lines[7:], _renamed(lines[5])]) + "\n", encoding="utf-8")
    return later, json.loads(run(later, "ingest", str(edition), "--store", str(later), "--format", "json"))


def _renamed(line: str) -> str:
    """Returns the row of a system under a key of its own."""
    organisation, key, rest = line.split(",", 2)
    return f"{organisation},{key}-2,{rest}"


def test_every_number_of_an_ingest_is_explained(next_year, northmoor) -> None:
    later, envelope = next_year
    assert [(row["added"], row["retired"]) for row in envelope["rows"]] == [(1, 2)]
    prover = Prover(later, date.fromisoformat(envelope["as_of"]), northmoor / "sources")
    proved(prover, of_json("ingest", envelope))


@pytest.mark.parametrize("command", [("diff", "1", "2"), ("log",), ("source", "list")], ids=" ".join)
def test_every_number_about_two_versions_is_explained(command, next_year, northmoor) -> None:
    later, _ = next_year
    prover = Prover(later, AS_OF, northmoor / "sources")
    named = command[0] if command[0] != "source" else "source list"
    pieces = [
        *of_json(named, json.loads(run(later, *command, "--format", "json"))),
        *of_csv(named, run(later, *command, "--format", "csv")),
        *of_table(named, *tabled(later, command)),
    ]
    proved(prover, pieces)


def test_the_program_explains_as_the_test_does(store, prover) -> None:
    for ref in (
        "count(kind:system)",
        "sum(count; kind:component)",
        "marking",
        "rows(ZN02/generic-systems)",
        "reference(lifecycle; rows)",
    ):
        row = json.loads(run(store, "explain", ref, "--format", "json"))["rows"][0]
        assert (row["value"], row["ref"]) == (prover.explain(ref).value, ref)


@pytest.mark.parametrize(
    ("value", "ref"),
    [
        (423, "count(kind:system)"),
        ("423", "count(kind:system)"),
        ("12 of 422", "count(kind:system)"),
        (7, "system:ZN02/ice"),
        ("ICE 99.9", "system:ZN02/ice"),
        ("2 days", "issues(ZN02/generic-components; 2)"),
        (1, "count(kind:systems)"),
        ("as of 2026-11-23", "as-of(2026-11-22)"),
        ("3 versions", "marking"),
        (5, ""),
    ],
)
def test_a_number_that_its_ref_does_not_give_is_noticed(value, ref, prover) -> None:
    assert prover.wrong(Piece("json", "here", "n", value, (ref,) if ref else ()))
