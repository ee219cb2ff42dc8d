"""What changes in the tables of an estate, one thing at a time; each remembers the line of the file that asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from eamap.analysis.changes import Conform, Connect


@dataclass(frozen=True, slots=True)
class Retire:
    """A system is retired."""

    system: str


@dataclass(frozen=True, slots=True)
class Replace:
    """A system becomes an instance of another product; ``gone``: what it runs on is taken out."""

    system: str
    product: str
    supplier: str | None
    version: str | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Use:
    """An organisation works with a system of another."""

    organisation: str
    system: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The interfaces of one system become those of another."""

    old: str
    new: str


Step: TypeAlias = Retire | Replace | Use | TakeOver | Conform | Connect


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and the line of the file that asked for it."""

    line: int
    step: Step


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a file of changes comes to on one estate.

    ``moves`` says where codes lie from now on, in the words of ``--geography`` (``QKK:X1,RJ1:QMF``); ``notes`` say what is
    left as it is and why; ``systems`` are those that the changes touch.
    """

    steps: tuple[Placed, ...]
    moves: str
    notes: tuple[str, ...]
    systems: frozenset[str]
    capabilities: tuple[str, ...] = ()
    """Codes of capabilities that a change names."""
