"""What-ifs of the sample: nothing changes where nothing is changed, the store stays, and every number is had again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from functools import cache
from html import unescape
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from eamap.cli.resolvers import context
from tests.golden.conftest import AS_OF
from tests.golden.pieces import Piece, of_csv, of_json, of_svg, of_table
from tests.golden.proof import Prover
from tests.golden.test_every_number import proved, tabled

pytestmark = pytest.mark.slow
CHANGES = """\
title: ICE 2 goes and the engine speaks to e-RS
changes:
  - retire-system: {systems: "system:ZN02/ice"}
  - replace-product: {systems: "system:ZN01/northmoor-epr", product: Epic, supplier: Epic}
  - connect: {what: system:ZN01/integration-engine, to: system:ZX00/ers, for: ers-fhir}
  - conform-product: {product: product:winpath, standard: toc}
  - move-boundary: {codes: [ZN05], to: ZE00}
"""


@pytest.fixture(scope="module")
def store(northmoor_ingested) -> Path:
    return northmoor_ingested[0]


@pytest.fixture(scope="module")
def changes(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("changes") / "changes.yaml"
    path.write_text(CHANGES, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def prover(store, northmoor, changes) -> Prover:
    """A prover that has the file of changes, as ``eamap explain --changes`` has."""
    found = Prover(store, AS_OF, northmoor / "sources")
    found.context = replace(context(found.opened, changes), limit=None)
    return found


def run(store: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        program,
        [*arguments, "--store", str(store), "--as-of", AS_OF.isoformat()],
        prog_name="eamap",
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.stderr
    return done.stdout


@cache
def whatif(store: Path, path: Path, *more: str) -> dict:
    """Returns what a what-if says; several tests look at the same."""
    return json.loads(run(store, "whatif", str(path), "--format", "json", *more))


def bytes_of(store: Path) -> dict[str, str]:
    """Returns a checksum of every file of a store but those of its cache, which can be worked out again at any time."""
    files = (path for path in store.rglob("*") if path.is_file() and "cache" not in path.relative_to(store).parts)
    return {str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def test_a_what_if_of_nothing_changes_nothing(store, tmp_path):
    path = tmp_path / "nothing.yaml"
    path.write_text("changes: []\n")
    told = whatif(store, path)
    assert told["rows"] == []
    assert told["counts"]["figures that differ"]["n"] == 0 < told["counts"]["figures that differ"]["of"]
    assert [told["counts"][name]["n"] for name in ("gaps closed", "gaps opened")] == [0, 0]
    every = whatif(store, path, "--all")["rows"]
    assert len(every) == told["omitted"]["n"]
    assert all((row["before"], row["before_of"]) == (row["after"], row["after_of"]) for row in every)
    assert {row["difference"] for row in every} <= {0, "same"}


def test_the_store_is_as_it_was(store, changes, tmp_path):
    before = bytes_of(store)
    whatif(store, changes)
    run(store, "whatif", str(changes), "-o", str(tmp_path / "change.svg"))
    run(store, "map", "change", "--changes", str(changes), "-o", str(tmp_path / "change2.svg"))
    assert bytes_of(store) == before
    assert (tmp_path / "change.svg").read_text() == (tmp_path / "change2.svg").read_text()


def test_the_figures_before_are_those_of_the_answers_themselves(store, changes):
    rows = whatif(store, changes, "--all")["rows"]
    for question, arguments in (("gaps", ("gaps",)), ("debt", ("debt",)), ("interop", ("interop",))):
        counts = json.loads(run(store, *arguments, "--format", "json", "--limit", "1"))["counts"]
        mine = {row["refs"]["before"]: (row["before"], row["before_of"]) for row in rows if row["question"] == question}
        theirs = {tally["ref"]: (tally["n"], tally["of"]) for tally in counts.values()}
        both = mine.keys() & theirs.keys()
        assert both
        assert {ref: mine[ref] for ref in both} == {ref: theirs[ref] for ref in both}


def test_the_figures_of_the_sample(store, changes):
    """A few figures worked out by hand from the files: see the changes above."""
    rows = {
        (row["question"], row["what"]): row
        for row in whatif(store, changes)["rows"]
        if row["question"] in ("interop", "debt")
    }
    stated = rows["interop", "interfaces that state a standard"]
    # One connection is made, and the interfaces of WinPath that stated none state one now.
    assert stated["difference"] == stated["after"] - stated["before"] > 0
    components = csv.reader(
        io.StringIO(run(store, "query", "kind:component and +1(system:ZN02/ice) via:RUNS_ON", "--format", "csv"))
    )
    assert rows["debt", "items past or near the end of their support"]["after_of"] == (
        rows["debt", "items past or near the end of their support"]["before_of"] - len(list(components)) + 1
    )


@pytest.mark.parametrize("more", [(), ("--ics", "ZN00", "--pathway", "P1")], ids=" ".join)
def test_every_number_of_a_what_if_is_explained(store, changes, prover, more):
    command = ("whatif", str(changes), *more)
    told = whatif(store, changes, *more)
    assert {row["question"] for row in told["rows"]} >= {"gaps", "suppliers", "doonce", "hand-off"}
    pieces = [
        *of_json("whatif", told),
        *of_csv("whatif", run(store, *command, "--format", "csv")),
        *of_table("whatif", *tabled(store, command)),
    ]
    proved(prover, pieces)


def test_every_number_of_the_change_map_is_explained(store, changes, prover, tmp_path):
    run(store, "whatif", str(changes), "-o", str(tmp_path / "change.svg"))
    proved(prover, of_svg(tmp_path / "change.svg"))


def test_a_ref_of_a_what_if_asks_for_its_file_and_refuses_another(store, changes, tmp_path):
    ref = whatif(store, changes)["rows"][0]["refs"]["after"]
    where = ["--store", str(store), "--as-of", AS_OF.isoformat()]
    bare = CliRunner().invoke(program, ["explain", ref, *where], prog_name="eamap")
    assert bare.exit_code == 2
    assert "--changes FILE" in bare.stderr
    other = tmp_path / "other.yaml"
    other.write_text("changes: []\n")
    wrong = CliRunner().invoke(program, ["explain", ref, "--changes", str(other), *where], prog_name="eamap")
    assert wrong.exit_code == 2
    assert "other changes" in wrong.stderr
    right = json.loads(run(store, "explain", ref, "--changes", str(changes), "--format", "json"))["rows"][0]
    assert right["value"] == whatif(store, changes)["rows"][0]["after"]


def test_what_is_changed_cites_the_line_that_changes_it(store, changes, prover):
    short = hashlib.sha256(changes.read_bytes()).hexdigest()[:12]
    explained = prover.explain(f'whatif({short}; "field(system:ZN01/northmoor-epr; product)")')
    cells = [(row.citation.source, row.citation.row) for row in explained.rows]
    assert explained.value == "Epic"
    assert cells[0] == ("changes.yaml", 4)
    assert len(cells) > 1, "what the inventory states stands beside it"


def test_the_levers_close_in_a_what_if_what_they_promise(store, tmp_path):
    """The actions of a plan, written out as a file of changes, close exactly the gaps that the plan lists."""
    from eamap.analysis.changes import Conform
    from eamap.analysis.pathways.gaps import Scope
    from eamap.cli.opening import Opened
    from eamap.cli.options import Reading
    from eamap.cli.pathways.levering import levers_of

    levers = levers_of(Opened(Reading(store, None, AS_OF)), Scope(ics="ZN00"))
    plan = levers.best(4)
    entries = []
    for each in levers.changes(tuple(plan.actions)):
        if isinstance(each, Conform):
            entries.append(
                {
                    "conform-interface": {
                        "interfaces": each.interface,
                        "standard": each.standard,
                        "instead": each.replaces,
                    }
                }
            )
        else:
            told = {"what": each.consumer, "to": each.exposer} | ({"for": each.standard} if each.standard else {})
            entries.append({"connect": told})
    path = tmp_path / "plan.yaml"
    path.write_text(json.dumps({"changes": entries}), encoding="utf-8")  # JSON is YAML
    told = whatif(store, path, "--ics", "ZN00")
    keys = ("step", "from_organisation", "to_organisation")
    promised = levers.rows.filter(pl.col("gap").is_in(sorted(plan.closed))).select(keys).rows()
    assert promised
    named = {
        (row["subject"], *row["name"].rpartition(": ")[2].split(" to "))
        for row in told["rows"]
        if row["difference"] == "closed"
    }
    assert named == set(promised)
    assert told["counts"]["gaps closed"]["n"] == len(promised)
    assert told["counts"]["gaps opened"]["n"] == 0


# The sheet of an ICS ------------------------------------------------------------------------------------------------


def test_every_number_of_the_sheet_is_explained(store, prover):
    command = ("ics", "ZN00")
    told = json.loads(run(store, *command, "--format", "json"))
    pieces = [
        *of_json("ics", told),
        *of_csv("ics", run(store, *command, "--format", "csv")),
        *of_table("ics", *tabled(store, command)),
    ]
    proved(prover, pieces)


def test_the_page_says_what_the_answer_says_and_each_number_has_its_ref(store, prover, tmp_path):
    run(store, "ics", "ZN00", "-o", str(tmp_path / "sheet.html"))
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    body = re.sub(r"(?s)<style>.*?</style>", "", page)
    spans = re.findall(r'<span data-ref="([^"]*)"[^>]*>([^<]*)</span>', body)
    left = re.sub(r'<span data-ref="[^"]*"[^>]*>[^<]*</span>', "", body)
    told = unescape(re.sub(r"<[^>]*>", " ", left)).replace("0: no more alike than chance, 1: one product; below 0", "")
    assert not re.findall(r"\d", told), "a number without a ref"
    proved(
        prover,
        [
            Piece("html", "page", "cell", unescape(said), (unescape(ref),))
            for ref, said in spans
            if re.search(r"\d", said)
        ],
    )
    rows = json.loads(run(store, "ics", "ZN00", "--format", "json"))["rows"]
    wanted = {(row["refs"]["value"], str(row["value"])) for row in rows if "value" in row["refs"]}
    shown = {(unescape(ref), unescape(said)) for ref, said in spans}
    missing = {pair for pair in wanted if pair not in shown and not re.fullmatch(r"-?\d+\.\d+", pair[1])}
    assert not missing
    assert "<script" not in page
    assert not re.search(r"https?://|src=|@import|url\(", re.sub(r"(?s)<span.*?</span>", "", page)), (
        "the page needs something from outside"
    )


def test_the_sheet_under_other_boundaries_is_about_other_organisations(store):
    here = json.loads(run(store, "ics", "ZN00", "--format", "json"))
    there = json.loads(run(store, "ics", "ZN00", "--geography", "ZN05:ZE00", "--format", "json"))
    name = "organisations in ZN00 with a live system"
    assert there["counts"][name]["n"] == here["counts"][name]["n"] - 1


def test_every_section_of_the_sheet_has_rows_and_no_position_is_made_up(store):
    from eamap.cli.ics.rows import NO_POSITION, ONCE, SECTIONS

    rows = json.loads(run(store, "ics", "ZN00", "--format", "json"))["rows"]
    assert [section for section in SECTIONS if any(row["section"] == section for row in rows)] == list(SECTIONS)
    assert {row["says"] for row in rows if row["section"] == ONCE} == {NO_POSITION}
