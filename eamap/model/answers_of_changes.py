"""The rows of answers about what if, and of the sheet of an ICS."""

from __future__ import annotations

from typing import Literal

from eamap.model.answer_shapes import Explained


class WhatIfRow(Explained):
    """One figure before and after the changes, or one hand-off whose answer changes."""

    question: Literal["gaps", "interop", "debt", "eol", "suppliers", "converge", "doonce", "flows", "hand-off"]
    subject: str
    name: str
    what: str
    before: int | float | str
    before_of: int | Literal["no share"]
    after: int | float | str
    after_of: int | Literal["no share"]
    difference: int | float | str


class IcsRow(Explained):
    """One line of the sheet of an ICS."""

    section: Literal[
        "offered nationally", "to comply with", "free to choose", "gaps", "legacy", "convergence", "do once"
    ]
    key: str
    name: str
    what: str
    value: int | float | str
    of: int | Literal["no share"]
    says: str
