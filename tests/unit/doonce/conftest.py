from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from eamap.cli.main import program

ORGANISATIONS = "code,name,type,ics,region\n" + "".join(
    f"T{n:02},Trust {n},{'acute' if n < 7 else 'community'},I{n % 3},R{n % 2}\n" for n in range(1, 11)
)
SYSTEMS = "organisation,answer,product,supplier,in_house,capability_ids\n" + "".join(
    f"T{n:02},live,{'WinPath' if n < 6 else 'APEX'},{'Clinisys' if n < 6 else 'Dedalus'},no,DIA-2.1\n"
    for n in range(1, 10)
)


class Small:
    """An estate of a few files, and what the command says of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"

    def run(self, *words: object, fails: int = 0) -> str:
        where = [] if "--store" in words else ["--store", str(self.store)]
        done = CliRunner().invoke(program, [*map(str, words), *where], prog_name="eamap", catch_exceptions=False)
        assert done.exit_code == fails, done.stderr
        return done.stderr if fails else done.stdout

    def ingest(self, **files: str) -> None:
        for name, text in files.items():
            self.run("ingest", self.file(f"{name}.csv", text), "--source", name, "--confirm-retire")

    def file(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def asked(self, *words: object) -> dict:
        return json.loads(self.run("doonce", *words, "--as-of", "2026-11-01", "--format", "json"))

    def row(self, *words: object) -> dict:
        (row,) = self.asked("DIA-2.1", *words)["rows"]
        return row


@pytest.fixture
def small(tmp_path) -> Small:
    found = Small(tmp_path)
    found.ingest(organisations=ORGANISATIONS, systems=SYSTEMS)
    return found
