"""What is wrong with a document: where it is, and which rule says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Layer(StrEnum):
    """How far a reader gets before the problem shows."""

    READABLE = "readable"
    FHIR = "fhir"
    POLICY = "policy"


class Level(StrEnum):
    """How bad a problem of a document is, in the words document tools use."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    ``rule`` is ``readable:NAME``, ``fhir-RELEASE:NAME`` or ``policy:NAME``, because the same key means different rules in
    different releases. ``pointer`` is a JSON pointer into the document as it is in JSON ("" is the whole). ``finding`` is
    the id (FHR021) under which :mod:`eamap.fhir.catalogue` has its page: one meaning, for ever. ``fix`` says what to do
    where that is more than the page says.
    """

    layer: Layer
    rule: str
    message: str
    pointer: str = ""
    level: Level = Level.ERROR
    finding: str = ""
    fix: str = ""


def unreadable(
    rule: str, message: str, pointer: str = "", level: Level = Level.ERROR, finding: str = "FHR001"
) -> Problem:
    """Returns a problem of the layer ``readable``."""
    return Problem(Layer.READABLE, f"readable:{rule}", message, pointer, level, finding)


def pointer(*steps: str | int) -> str:
    """Returns the JSON pointer (RFC 6901) that takes these steps from the root."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
