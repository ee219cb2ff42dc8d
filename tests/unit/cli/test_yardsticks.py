"""eamap fhir compare and eamap standards coverage: formats, counts, refs that give each number again, and errors."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest
from click.testing import CliRunner

from eamap.cli.commands.fhir_compare import command as compare
from eamap.cli.commands.standards_coverage import command as coverage
from eamap.cli.fhir import yardsticks
from eamap.cli.opening import Opened
from eamap.cli.options import Reading
from eamap.model.answers import answer_schema
from eamap.model.refs import Context, Ref

STATEMENT = {
    "resourceType": "CapabilityStatement", "kind": "instance", "fhirVersion": "4.0.1", "format": ["json"],
    "rest": [{"mode": "server", "resource": [{"type": "DocumentReference", "interaction": [{"code": "read"}]}]}],
}  # fmt: skip


@pytest.fixture
def instance(tmp_path):
    """The file of a small statement."""
    path = tmp_path / "a (1).json"
    path.write_text(json.dumps(STATEMENT), encoding="utf-8")
    return path


def run(command, *arguments):
    return CliRunner().invoke(command, [*map(str, arguments), "--as-of", "2026-11-22"], catch_exceptions=True)


def answer(command, *arguments):
    done = run(command, *arguments, "--format", "json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_the_answers_are_as_their_schemas_say(instance):
    for name, told in (
        ("fhir compare", answer(compare, instance, "--against", "nrl-v3-consumer")),
        ("standards coverage", answer(coverage)),
    ):
        jsonschema.validate(told, answer_schema(name))
        assert told["rows"]
        assert all(row["ref"] for row in told["rows"])


def test_counts_have_the_denominator_of_their_strength(instance):
    told = answer(compare, instance, "--against", "nrl-v3-consumer")
    shall = [row for row in told["rows"] if row["strength"] == "SHALL"]
    for outcome in ("satisfied", "missing"):
        tally = told["counts"][f"SHALL {outcome}"]
        assert (tally["n"], tally["of"]) == (sum(row["result"] == outcome for row in shall), len(shall))


def explained(ref):
    """Answers a ref as explain does, by the resolver of its form."""
    form, _, rest = ref.partition("(")
    arguments = tuple(part.strip().strip('"') for part in rest.removesuffix(")").split(";"))
    opened = Opened(Reading(__import__("pathlib").Path("nowhere"), None, date(2026, 11, 22)))
    found = yardsticks.resolvers(opened)[form](_Called(form, arguments, ref), None, Context())
    assert found.ref == ref
    return found


class _Called(Ref):
    """A ref of a form, printed as it was written."""

    __slots__ = ("written",)

    def __init__(self, form, arguments, written):
        super().__init__(form, arguments)
        object.__setattr__(self, "written", written)

    def __str__(self):
        return self.written


def test_every_count_is_given_again_by_its_ref(instance):
    for told in (answer(compare, instance, "--against", "nrl-v3-consumer"), answer(coverage, "bars", "gpc-structured")):
        for name, tally in told["counts"].items():
            assert explained(tally["ref"]).value == tally["n"], name
            assert explained(tally["of_ref"]).value == tally["of"], name


def test_every_row_is_given_again_by_its_ref(instance):
    for row in answer(compare, instance, "--against", "nrl-v3-consumer")["rows"]:
        assert explained(row["ref"]).value == row["result"]
    for row in answer(coverage, "bars")["rows"]:
        assert explained(row["ref"]).value == row["strength"]


@pytest.mark.parametrize(("form", "start"), [("md", b"**OFFICIAL"), ("html", b"<!DOCTYPE html>"), ("xlsx", b"PK")])
def test_reports_by_suffix_and_by_name(form, start, instance, tmp_path):
    out = tmp_path / f"gaps.{form}"
    assert run(compare, instance, "--against", "nrl-v3-consumer", "-o", out).exit_code == 0
    assert out.read_bytes().startswith(start)
    named = run(compare, instance, "--against", "nrl-v3-consumer", "--format", form)
    assert named.stdout_bytes.startswith(start)


def test_the_marking_is_of_a_weakness_and_the_public_gets_none(instance):
    assert run(compare, instance, "--against", "bars").stdout.startswith("OFFICIAL-SENSITIVE")
    assert run(compare, instance, "--against", "bars", "--marking", "OFFICIAL").stdout.startswith("OFFICIAL\n")
    assert "public" in str(run(compare, instance, "--against", "bars", "--profile", "public").exception)


def test_coverage_of_a_standard_is_that_of_its_lists():
    told = answer(coverage, "nrl-v3")
    assert list(told["counts"]) == ["nrl-v3-consumer tested", "nrl-v3-producer tested"]
    assert {row["standard"] for row in told["rows"]} == {"nrl-v3"}
    whole = answer(coverage)
    assert sum(tally["of"] for tally in whole["counts"].values()) == len(whole["rows"])
    assert all((row["checked_by"] == "nothing") != (row["not_tested"] == "tested") for row in whole["rows"])


@pytest.mark.parametrize(
    ("content", "against", "said"),
    [
        (b"<html><body>Sign in</body></html>", "bars", "there is no statement to compare"),
        (None, "bars", "cannot read the file"),
        (b"{}", "no-such-list", "no file and no list"),
    ],
)
def test_what_cannot_be_compared_is_told(content, against, said, tmp_path):
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    assert said in str(run(compare, path, "--against", against).exception)


def test_a_file_that_could_not_be_read_whole_says_so(tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(STATEMENT).replace('"rest"', '"x": 1, ,"rest"'), encoding="utf-8")
    done = run(compare, path, "--against", "nrl-v3-consumer", "--format", "json")
    if done.exit_code == 0:
        assert json.loads(done.stdout)["issues"]
    else:
        assert "there is no statement to compare" in str(done.exception)


def test_coverage_of_nothing_known_is_an_error():
    assert "no requirement rows of 'x'" in str(run(coverage, "x").exception)
