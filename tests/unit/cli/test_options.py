from __future__ import annotations

from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from eamap.cli import options
from eamap.cli.options import Answering, Reading


def given(*arguments: str, **environment: str):
    """Returns what a command that reads and answers is given for some arguments."""
    seen = []

    @click.command()
    @click.argument("selector", default="")
    @options.reading
    @options.answering("sarif")
    def command(selector: str, reading: Reading, answer: Answering) -> None:
        seen.append((selector, reading, answer))

    result = CliRunner().invoke(command, arguments, env=environment)
    return seen[0] if seen else result


def test_the_defaults():
    _, reading, answer = given()
    assert reading == Reading(Path(".eamap"), None, date.today())  # noqa: DTZ011
    assert answer == Answering(None, None, None, "full")


def test_all_that_can_be_said():
    selector, reading, answer = given(
        "kind:system", "--store", "s", "--at", "3", "--as-of", "2026-03-31", "--format", "sarif", "-o", "f.sarif",
        "--marking", "OFFICIAL", "--profile", "public",
    )  # fmt: skip
    assert selector == "kind:system"
    assert reading == Reading(Path("s"), 3, date(2026, 3, 31))
    assert answer == Answering("sarif", Path("f.sarif"), "OFFICIAL", "public")


def test_the_store_can_be_named_by_the_environment():
    assert given(EAMAP_STORE="elsewhere")[1].store == Path("elsewhere")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as-of", "31/03/2026"), "write it as 2026-03-31"),
        (("--as-of", "2026-02-30"), "is not a day"),
        (("--at", "0"), "x>=1"),
        (("--format", "xml"), "'xml' is not one of 'table', 'json', 'csv', 'sarif'"),
        (("--marking", "a\nb"), "one line"),
        (("--profile", "press"), "not one of"),
    ],
)
def test_what_cannot_be_said_is_a_usage_error(arguments, said):
    result = given(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("marking", "weaknesses", "marked"),
    [(None, True, "OFFICIAL-SENSITIVE"), (None, False, ""), ("OFFICIAL", True, "OFFICIAL"), ("", True, "")],
)
def test_the_marking_is_the_users_else_sensitive_where_weaknesses_are_told(marking, weaknesses, marked):
    assert Answering(marking=marking).marked(weaknesses) == marked
