"""The schemas of the answers are published as the types say, and every command answers as its schema says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from eamap.cli.main import program
from eamap.model.answers import ROWS
from eamap.model.results import SCHEMA_VERSION

INVENTORY = "Organisation code,System ID,System name,Supplier,Product,Status,Environment\nZN02,pas,PAS,Epic,Epic,Live,Production\nZN02,ris,CRIS,Magentus,CRIS,Live,Production\nZX00,ers,e-RS,NHS England,e-RS,Live,Production\n"
STACK = "Organisation code,System ID,Component ID,Component,Layer,Count\nZN02,pas,c1,Windows Server 2012 R2,OS,2\nZN02,ris,c2,Solaris,OS,many\n"
STATEMENT = str(
    Path(__file__).resolve().parents[2] / "sample_estates" / "northmoor" / "sources" / "statement-northmoor-epr.json"
)
MATCHED = str(Path(__file__).resolve().parents[1] / "unit" / "matching" / "lifecycle_strings.csv")
CHANGES = str(Path(__file__).parent / "changes.yaml")
LIST = str(Path(__file__).parent / "known_exploited.json")
FEEDS = "Organisation code,Interface ID,Interface name,System,Consumer system,Protocol,Standard\nZN02,i1,Letters,pas,ris,FHIR,UK Core STU2\n"
BODIES = "code,name,role,trust_type,part_of,pathway_roles\nZN00,Board,ICB,,,system_icb\nZN01,Other,NHS trust,Acute,ZN00,acute\nZN02,Trust,NHS trust,Acute,ZN00,acute\nZN11,Practice,GP practice,,ZN00,primary\nZX00,Nation,National body,,,national\n"
SCORES = "Organisation code,Pillar,Score,Assessed on\nZN02,Well led,3.5,2025-03-31\nZN01,Well led,much,2025-03-31\n"
SPENT = "Organisation code,Year end,Total operating expenditure (GBP),IT capital (GBP)\nZN02,2025-03-31,1000000,20000\n"
ANSWERS = {
    "summary": [["summary"]],
    "check": [["check", "--unknown"]],
    "query": [["query", "kind:*"], ["query", "kind:system", "--limit", "1"], ["query", "kind:vulnerability"]],
    "impact": [["impact", "component:ZN02/pas/c1"]],
    "path": [
        ["path", "system:ZN02/pas", "component:ZN02/pas/c1"],
        ["path", "system:ZN02/pas", "system:ZN02/ris", "--directed"],
    ],
    "source list": [["source", "list"]],
    "source show": [["source", "show", "stack"]],
    "debt": [["debt"], *(["debt", "--group-by", by] for by in ("org", "system", "capability", "supplier", "product"))],
    "evidence": [["evidence", "--pack", pack] for pack in ("caf", "dspt", "litraf")],
    "doonce": [["doonce"], ["doonce", "ADM-3.1", "--weights", "equal", "--seed", "7"]],
    "log": [["log"]],
    "diff": [["diff", "1", "2"]],
    "data": [["data"]],
    "data update": [["data", "update", "exploited", "--older", "--from", LIST]],
    "where": [["where", "windows server < 2016", "--reach"], ["where", "--cve", "CVE-2017-0144"]],
    "resolve": [["resolve", "--least", "0"]],
    "mapping list": [["mapping", "list"]],
    "standards list": [["standards", "list"], ["standards", "list", "--status", "retired", "--wire", "fhir"]],
    "standards show": [["standards", "show", "nrl-v2"]],
    "standards status": [["standards", "status"], ["standards", "status", "bars", "--as-of", "2024-01-01"]],
    "standards coverage": [["standards", "coverage", "ukcore-stu2"]],
    "lifecycle match": [["lifecycle", "match", MATCHED], ["lifecycle", "match", MATCHED, "--column", "raw"]],
    "fhir inspect": [["fhir", "inspect", STATEMENT], ["fhir", "inspect", STATEMENT, "--facts"]],
    "fhir compare": [["fhir", "compare", STATEMENT, "--against", "ukcore-stu2"]],
    "fhir validate-payload": [["fhir", "validate-payload", STATEMENT]],
    "interfaces": [["interfaces"]],
    "gaps": [
        ["gaps"],
        ["gaps", "--ics", "ZN00", "--pathway", "P3"],
        ["gaps", "--from", "ZN11", "--to", "ZN02", "--limit", "1"],
    ],
    "interop": [["interop"], ["interop", "--by", "product"], ["interop", "--by", "ics"]],
    "levers": [["levers", "--top", "2"]],
    "eol": [
        ["eol"],
        *(["eol", "--group-by", by] for by in ("org", "capability", "supplier", "product", "system")),
        ["eol", "--kpis"],
    ],
    "flows": [
        ["flows"],
        ["flows", "--by", "specialty", "--geography", "2022"],
        ["flows", "--by", "ics", "--ics", "QKK", "--limit", "9"],
    ],
    "geography": [["geography"], ["geography", "RDU", "RVY", "QNQ", "ZZZ", "--geography", "2022"]],
    "forecast": [["forecast"], ["forecast", "org:ZN02", "--years", "1"]],
    "suppliers": [
        ["suppliers"],
        *(["suppliers", "--by", by] for by in ("group", "setting")),
        ["suppliers", "--contracts"],
        ["suppliers", "--expiries"],
    ],
    "converge": [["converge"], ["converge", "--ics", "ZN00"], ["converge", "--setting", "acute"]],
    "maturity": [["maturity"], ["maturity", "--by", "ics"]],
    "spend": [["spend"], ["spend", "--by", "ics"], ["spend", "--by", "all"]],
    "peers": [["peers", "DIA-3.1"], ["peers", "DIA-3.1", "--org", "ZN01"]],
    "whatif": [["whatif", CHANGES], ["whatif", CHANGES, "--all", "--ics", "ZN00", "--capability", "DIA-3.1"]],
    "ics": [["ics", "ZN00"], ["ics", "ZN00", "--geography", "2022"]],
    "explain": [
        ["explain", "count(kind:system)"],
        ["explain", "count(kind:site)"],
        ["explain", "LIF001"],
        ["explain", "as-of(2026-01-01)"],
    ],
}


def schema(root, command: str) -> dict:
    return json.loads((root / "schemas" / "results" / f"{command.replace(' ', '-')}.json").read_text(encoding="utf-8"))


def answer(store, arguments: list[str]) -> dict:
    """Runs a command and returns its answer as JSON."""
    where = [] if arguments[0] in ("mapping", "fhir") or arguments[1:2] == ["coverage"] else ["--store", str(store)]
    done = CliRunner().invoke(
        program, [*arguments, *where, "--format", "json"], prog_name="eamap", catch_exceptions=False
    )
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store of several versions, with a problem in a cell and a component past its support."""
    folder = tmp_path_factory.mktemp("answers")
    (folder / "systems.csv").write_text(INVENTORY, encoding="utf-8")
    (folder / "stack.csv").write_text(STACK, encoding="utf-8")
    (folder / "feeds.csv").write_text(FEEDS, encoding="utf-8")
    for source, text in (("bodies", BODIES), ("scores", SCORES), ("spent", SPENT)):
        (folder / f"{source}.csv").write_text(text, encoding="utf-8")
    for source in ("bodies", "systems", "stack", "feeds", "scores", "spent"):
        answer(folder / "store", ["ingest", str(folder / f"{source}.csv"), "--source", source])
    return folder / "store"


def test_the_published_schemas_are_what_the_script_would_write(root):
    spec = importlib.util.spec_from_file_location("make_schemas", root / "scripts" / "make_schemas.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    published = {path.name: path.read_text(encoding="utf-8") for path in (root / "schemas" / "results").iterdir()}
    assert published == module.results(), "run: python scripts/make_schemas.py"


@pytest.mark.parametrize("command", sorted(ROWS))
def test_the_published_schemas_are_schemas_of_this_version(command, root):
    published = schema(root, command)
    jsonschema.Draft202012Validator.check_schema(published)
    assert published["properties"]["schema_version"]["const"] == SCHEMA_VERSION


@pytest.mark.parametrize(("command", "arguments"), [(name, each) for name, every in ANSWERS.items() for each in every])
def test_an_answer_is_as_its_schema_says(command, arguments, store, root):
    told = answer(store, arguments)
    jsonschema.validate(told, schema(root, command))
    assert told["rows"] or "vulnerability" in str(arguments) or {"--directed", "--cve"} & set(arguments)


def test_ingest_answers_as_its_schema_says(store, tmp_path, root):
    (tmp_path / "more.csv").write_text(STACK.replace("c2", "c3").replace("2012 R2", "2019"), encoding="utf-8")
    told = answer(store, ["ingest", str(tmp_path / "more.csv"), "--source", "more", "--dry-run"])
    jsonschema.validate(told, schema(root, "ingest"))
    assert told["rows"]
    assert told["issues"]


def test_every_finding_is_explained_as_the_schema_says(store, root):
    told = answer(store, ["check", "--only", "LIF001"])["rows"]
    assert told
    for row in told:
        jsonschema.validate(answer(store, ["explain", row["fingerprint"]]), schema(root, "explain"))


def test_every_command_that_answers_has_a_schema():
    from eamap.cli.family import COMMANDS, family_of

    answering = {
        family_of(path.stem) or path.stem
        for path in COMMANDS.glob("[!_]*.py")
        if "options.answering(" in path.read_text(encoding="utf-8")
    }
    assert {name.partition(" ")[0] for name in ROWS} == answering
    # What a server says is held against its schema in tests/neo4j.
    assert set(ANSWERS) | {"ingest", "query cypher", "store status"} == set(ROWS)


def test_a_key_that_is_not_published_is_refused(store, root):
    told = answer(store, ["log"])
    told["rows"][0]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(told, schema(root, "log"))
