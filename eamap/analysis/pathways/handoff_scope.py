"""What hand-offs a question is about, and the text that means the same: it stands in refs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked about; codes are plain, and None is everything. ``least`` is the smallest flow that counts.

    ``touching``, ``within`` and ``beyond`` are several codes joined by ``|``: an end among them, both ends, not both.
    """

    ics: str | None = None
    pathway: str | None = None
    origin: str | None = None
    destination: str | None = None
    least: int = 1
    geography: str | None = None
    touching: str | None = None
    within: str | None = None
    beyond: str | None = None

    def __str__(self) -> str:
        told = {"ics": self.ics, "pathway": self.pathway, "from": self.origin, "to": self.destination,
                "min-flow": self.least if self.least != 1 else None, "geography": self.geography,
                "touching": self.touching, "within": self.within, "beyond": self.beyond}  # fmt: skip
        return ", ".join(f"{name}={value}" for name, value in told.items() if value is not None) or "all"


EVERYTHING = Scope()
"""All hand-offs, for the boundaries of the day."""


def read_scope(text: str) -> Scope:
    """Returns the scope that a text means; UsageError if it means none."""
    from eamap.errors import UsageError

    names = {"ics": "ics", "pathway": "pathway", "from": "origin", "to": "destination", "geography": "geography", "touching": "touching",
             "within": "within", "beyond": "beyond"}  # fmt: skip
    given: dict[str, str] = {}
    least = 1
    for part in [] if text == "all" else text.split(", "):
        name, _, value = part.partition("=")
        if name == "min-flow" and value.isdigit():
            least = int(value)
        elif name in names and value:
            given[names[name]] = value
        else:
            raise UsageError(
                f"{part!r} says nothing about hand-offs", hint="write all, or ics=CODE, pathway=P1, from=CODE, to=CODE"
            )
    return Scope(**given, least=least)
