"""A small estate with every state that the registers tell apart, made through the front door."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from click.testing import CliRunner

from eamap.cli.main import program
from eamap.cli.opening import Opened
from eamap.cli.options import Reading
from eamap.cli.resolvers import context
from eamap.model.refs import resolve

SYSTEMS = (
    "Organisation code,System ID,System name,System type,Supplier,Status,Criticality,Owner role,Capabilities,Integrates with,Contract end\n"
    "RAA,pas,Patient admin,PAS,Acme,Live,Critical,Head of Records,REC-1.1,,2025-03-31\n"
    "RAA,ris,Radiology,RIS,Acme,Live,High,,DIA-2.1,pas,\n"
    "RAA,old,Old letters,Letters,Acme,Retired,Low,,,,\n"
    "RBB,pas,Widget counter,Widgets of Bcme,Bcme,Live,Critical,Head of Records,,,\n"
)
STACK = (
    "Organisation code,System ID,Component ID,Component,Layer,Host class,Count,Internet exposed,Last seen\n"
    "RAA,pas,c1,Windows Server 2012 R2,OS,Server,2,Yes,2026-11-01\n"
    "RAA,pas,c2,SQL Server 2016 SP3,Database,Server,1,No,2026-11-01\n"
    "RAA,ris,c3,Windows Server 2019,OS,Server,1,No,2026-11-01\n"
    "RAA,ris,c4,Bespoke Thing 3,Application,Server,1,,2026-11-01\n"
    "RAA,old,c5,Windows Server 2008 R2 SP1,OS,Server,1,No,2025-01-01\n"
    "RAA,ris,c6,Windows 7 Professional SP1,OS,Desktop,5,,2026-11-01\n"
    "RBB,pas,c1,Windows Server 2012 R2,OS,Server,1,No,2026-11-01\n"
    "RBB,pas,c2,PostgreSQL 14.9,Database,Server,1,No,2026-11-01\n"
    "RBB,pas,c3,Windows Server 2016 Standard,OS,Server,1,No,2026-11-01\n"
)
PLANS = (
    "Organisation code,System ID,Component,Treatment,Target date,Funded,Capital low,Capital central,Capital high,Revenue low,"
    "Revenue central,Revenue high,Cost source,Reference,Owner role,Notes\n"
    "RAA,pas,,Replace,2027-03-31,No,900000,1400000,2600000,,,,Business case,P1,Programme Director,\n"
    "RAA,ris,c6,Isolate,2026-10-01,Yes,,,,,0,,Network team,P2,Head of IT,\n"
    "RBB,pas,Windows Server 2012 R2,Upgrade,2026-12-31,Yes,,,,,,,,P3,Head of IT,\n"
)
DAY = "2026-11-22"


class Small:
    """The estate's folder, and what its commands answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = folder / "store"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def ingest(self, **files: str) -> None:
        """Ingests files by name, each a source of its own; what went is meant to have gone."""
        for name, text in files.items():
            self.run("ingest", str(self.write(f"{name}.csv", text)), "--source", name, "--confirm-retire", day="")

    def decide(self, text: str) -> None:
        """Takes in decisions written as CSV."""
        head = "kind,subject,object,field,value,who,reason,date,expires,evidence\n"
        self.run("decide", "--from", str(self.write("decisions.csv", head + text)), day="")

    def run(self, *arguments: str, day: str = DAY) -> str:
        """Runs a command and returns what it prints."""
        judged = ["--as-of", day] if day else []
        done = CliRunner().invoke(
            program, [*arguments, "--store", str(self.store), *judged], prog_name="eamap", catch_exceptions=False
        )
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def ask(self, *arguments: str, day: str = DAY) -> dict:
        """Runs a command and returns its envelope."""
        return json.loads(self.run(*arguments, "--format", "json", day=day))

    def rows(self, *arguments: str, day: str = DAY) -> dict[str, dict]:
        """Returns the rows of an answer by the end of their id."""
        return {row.get("id", row.get("key")): row for row in self.ask(*arguments, day=day)["rows"]}

    def explainer(self, day: str = DAY) -> Callable[[str], object]:
        """Returns what gives the value of a ref again, as ``eamap explain`` does, with the estate opened once."""
        opened = Opened(Reading(self.store, None, date.fromisoformat(day)))
        within = context(opened)
        return lambda ref: resolve(ref, opened.on, context=within).value
