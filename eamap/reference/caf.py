"""Reads what the Cyber Assessment Framework and related duties ask of what is no longer supported."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "caf"


@remembered
def load(folder: Path | None = None) -> Caf:
    """Opens the set."""
    return Caf(folder)


class Caf:
    """Statements as transcribed, the classes of evidence, and the duties beside them."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def statements(self) -> pl.DataFrame:
        """Columns outcome, level, needs (all or any), number, statement, cut (yes where the transcription was cut)."""
        return sets.read(SET, "statements.csv", self._folder)

    @cached_property
    def classes(self) -> pl.DataFrame:
        """How evidence about one unsupported item is classed: class, mitigation, plan (yes or no), says, statement, source."""
        return sets.read(SET, "classes.csv", self._folder)

    @cached_property
    def replacing(self) -> tuple[str, ...]:
        """The treatments of work packages that put something supported in its place, or switch it off."""
        held = sets.read(SET, "treatments.csv", self._folder)
        return tuple(held.filter(held["replaces"] == "yes")["treatment"].sort())

    @cached_property
    def duties(self) -> pl.DataFrame:
        """Duties of other schemes: duty, question, layers (joined by |), figure, says, source."""
        return sets.read(SET, "duties.csv", self._folder)

    def questions(self, duty: str) -> dict[str, str]:
        """Returns the question of a duty by the layer, or class of host, that it is about."""
        rows = self._of(duty).select("layers", "question").rows()
        return {layer: question for layers, question in rows for layer in layers.split("|")}

    def figure(self, duty: str, question: str) -> int:
        """Returns the number that a question names: days, or per cent."""
        found = self._of(duty)
        return int(found.filter(found["question"] == question)["figure"][0])

    def _of(self, duty: str) -> pl.DataFrame:
        return self.duties.filter(self.duties["duty"] == duty)
