"""A row of which nothing is made is said; nothing is lost in silence."""

from __future__ import annotations

HEAD = "Organisation code,System ID,System name,System type,Status,Environment\n"


def codes(done) -> list[tuple[str, int]]:
    return [(issue.code, issue.row) for issue in done.issues]


def test_a_row_that_names_nothing_is_said(world) -> None:
    done = world.say(HEAD + "RXX,1,PAS,PAS,Live,Live\nRXX,2,,,Live,Live\n")
    assert ("row-unused", 3) in codes(done)
    assert done.blocked == 0
    assert world.things("system") == ["system:RXX/1"]


def test_a_row_with_an_organisation_alone_says_nothing(world) -> None:
    assert codes(world.say(HEAD + "RXX,1,PAS,PAS,Live,Live\nRXX,,,,,\n")) == []


def test_a_system_may_be_called_x(world) -> None:
    assert codes(world.say(HEAD + "RXX,x,X,PAS,Live,Live\n")) == []
    assert world.things("system") == ["system:RXX/x"]
