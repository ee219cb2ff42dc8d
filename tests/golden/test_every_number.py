"""Every number of the sample's pictures, slides, tables and answers has a ref, and each ref gives the number again."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from tests.golden.conftest import AS_OF, ingested
from tests.golden.pieces import Piece, of_csv, of_json, of_slides, of_svg, of_table
from tests.golden.proof import Prover

pytestmark = pytest.mark.slow

ENGINE = "system:ZN01/integration-engine"
COMMANDS = {
    "summary": "Topic How many|Of|What",
}
ANSWERS = (
    ("summary",),
    ("check",),
    ("check", "org:ZN02", "--only", "lifecycle", "--unknown"),
    ("query", "kind:*"),
    ("query", "kind:contract", "--limit", "7"),
    ("impact", ENGINE),
    ("path", "organisation:ZN05", "organisation:ZE01"),
    ("path", "organisation:ZN01", "component:ZN01/ice/1", "--directed"),
    ("source", "list"),
    ("source", "show", "ZN03/nhs-foi-template"),
    ("source", "show", "ZN01/generic-components/Servers & software"),
    ("log",),
    ("data",),
    ("resolve",),
    ("mapping", "list"),
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


def headings(store: Path, command: tuple[str, ...]) -> dict[str, str]:
    """Returns the headings of a table by key, from the result that the command gives to be printed."""
    import eamap.cli.output

    caught = []
    original = eamap.cli.output.emit
    eamap.cli.output.emit = lambda result, *_, **__: caught.append(result)
    try:
        run(store, *command)
    finally:
        eamap.cli.output.emit = original
    return {column.key: column.heading for column in caught[0].columns}


@pytest.fixture(scope="module")
def store(northmoor_ingested) -> Path:
    return northmoor_ingested[0]


@pytest.fixture(scope="module")
def prover(store: Path) -> Prover:
    return Prover(store, AS_OF)


def proved(prover: Prover, pieces: Iterable[Piece], record) -> None:
    """Asserts that every piece is proved by its refs, and that there are some."""
    every = list(pieces)
    assert every, "nothing with a number was found, so nothing was tried"
    wrong = [
        f"{piece.place}, {piece.key} {piece.value!r} {piece.refs}: {why}"
        for piece in every
        if (why := prover.wrong(piece))
    ]
    assert not wrong, f"{len(wrong)} of {len(every)}:\n" + "\n".join(wrong[:25])
    record("numbers", dict(Counter(piece.medium for piece in every)))


@pytest.mark.parametrize("command", ANSWERS, ids=" ".join)
def test_every_number_of_an_answer_is_explained(command, store, prover, record_property) -> None:
    envelope = json.loads(run(store, *command, "--format", "json"))
    named = command[0] if command[0] not in ("source", "mapping") else " ".join(command[:2])
    assert envelope["command"] == named
    table = run(store, *command, "--format", "table")
    pieces = [
        *of_json(named, envelope),
        *of_csv(named, run(store, *command, "--format", "csv")),
        *(of_table(named, table, headings(store, command)) if command != ("explain", "LIF001") else ()),
    ]
    proved(prover, pieces, record_property)
