"""Issues that many cells or rows share, without drowning the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eamap.model.issues import Issue

SHOWN = 100
"""Issues of one code and sheet that are listed one by one; the rest are counted in one more."""


def limited(issues: Sequence[Issue], what: str) -> list[Issue]:
    """Returns the first issues and one that counts the rest, so that a million faults do not make a million lines."""
    if len(issues) <= SHOWN:
        return list(issues)
    rest = issues[SHOWN:]
    summary = replace(
        rest[0],
        column="",
        value="",
        message=f"{len(rest)} more {what} of the same kind, from row {rest[0].row} to row {rest[-1].row} "
        f"({len(issues)} in all)",
    )
    return [*issues[:SHOWN], summary]
