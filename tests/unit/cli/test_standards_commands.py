"""eamap standards: the registry, one standard, and the status on a day."""

import json

import pytest
from click.testing import CliRunner

from eamap.cli.commands.standards_list import STATUSES, WIRES
from eamap.cli.main import program
from eamap.reference import standards


def run(*arguments, code=0):
    done = CliRunner().invoke(program, ["standards", *arguments], prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def rows(*arguments) -> list[dict]:
    return json.loads(run(*arguments, "--format", "json").stdout)["rows"]


def test_the_words_of_the_options_are_those_of_the_registry():
    assert STATUSES == standards.STATUSES
    assert set(standards.load().registry["wire"].to_list()) <= set(WIRES)


def test_list_has_every_standard_once_with_a_status_and_a_certainty():
    found = rows("list", "--as-of", "2026-11-22")
    assert [row["id"] for row in found] == sorted(standards.load().registry["id"].to_list())
    assert len(found) == 90
    assert {row["certainty"] for row in found} == {"known", "last-known", "unknown"} - {"known"}
    assert all(row["status"] in row["says"].replace(" ", "_") for row in found)


def test_list_selects_by_status_and_wire_and_counts_of_all():
    told = json.loads(
        run("list", "--status", "retired", "--wire", "fhir", "--as-of", "2026-11-22", "--format", "json").stdout
    )
    assert [row["id"] for row in told["rows"]] == ["nrl-v2", "ods-stu3"]
    assert (told["counts"]["standards"]["n"], told["counts"]["standards"]["of"]) == (2, 90)
    assert told["counts"]["standards"]["ref"] == "count(kind:standard and status:retired and wire:fhir)"


@pytest.mark.parametrize(
    ("day", "status", "certainty"),
    [
        ("2021-01-01", "unknown", "unknown"),
        ("2022-03-25", "trial", "known"),
        ("2025-04-15", "deprecated", "last-known"),
        ("2026-11-22", "retired", "last-known"),
    ],
)
def test_status_is_that_of_the_day(day, status, certainty):
    (row,) = rows("status", "nrl-v2", "--as-of", day)
    assert (row["status"], row["certainty"]) == (status, certainty)


def test_status_without_an_id_is_of_all_and_keeps_the_order_that_was_asked():
    assert len(rows("status")) == 90
    assert [row["id"] for row in rows("status", "pds-smsp", "bars")] == ["pds-smsp", "bars"]


def test_show_tells_periods_successors_and_how_a_statement_shows_it():
    told = {(row["what"], row["says"]) for row in rows("show", "nrl-v2", "--as-of", "2026-11-22")}
    assert ("superseded by", "nrl-v3") in told
    assert len([says for what, says in told if what == "period"]) == 3
    assert any(what == "shown by profile" for what, _ in told)


def test_every_cell_with_a_digit_has_a_ref():
    for row in [*rows("list"), *rows("status"), *rows("show", "ukcore-stu2")]:
        assert row["ref"].startswith("standard:")
        for key, value in row.items():
            if key not in ("ref", "refs") and any(letter.isdigit() for letter in str(value)):
                assert key in row["refs"], (row["ref"], key)


def test_an_unknown_id_is_refused_with_a_hint():
    done = run("show", "fhir-r99", code=2)
    assert "no standard 'fhir-r99'" in done.stderr and "eamap standards list" in done.stderr


def test_the_group_finds_its_commands_by_name():
    printed = run("--help").stdout
    assert all(name in printed for name in ("list", "show", "status"))
