"""What an interpretation stands on: what the sources said, the day, the reference data and what people decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from eamap.interpret.decided import Decided
from eamap.model.estate import Estate


@dataclass(frozen=True)
class Ground:
    """An estate as its store gives it, the day that is judged, and the folder of reference sets (None: the shipped)."""

    estate: Estate
    as_of: date
    reference: Path | None = None

    @cached_property
    def decided(self) -> Decided:
        """The decisions in force on the day."""
        return Decided(self.estate.decisions, self.as_of)
