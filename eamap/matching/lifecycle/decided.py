"""The row of a text whose meaning a person decided."""

from __future__ import annotations

from typing import Protocol

from eamap.matching.lifecycle.answer import LifecycleMatch
from eamap.matching.lifecycle.ends import told


class Decided(Protocol):
    """What is needed of a decision."""

    @property
    def product(self) -> str:
        """A product of the snapshot."""
        ...

    @property
    def cycle(self) -> str:
        """A cycle of it."""
        ...

    @property
    def hash(self) -> str:
        """The decision's key."""
        ...


def decided_match(
    text: str, decided: Decided, ends: tuple[str | None, str | None] | None, snapshot: str
) -> LifecycleMatch:
    """Returns the row of a decided text; ``ends`` is eol and extended end, None where the snapshot no longer has the cycle."""
    rule, tokens = f"decision/{decided.hash}", f"decided={decided.product}:{decided.cycle}"
    if ends is None:
        return LifecycleMatch(
            text, "uncovered_cycle", rule, snapshot, decided.product, tokens=tokens, confidence="high"
        )
    end = told(ends[0])
    return LifecycleMatch(
        text, "exact", rule, snapshot, decided.product, decided.cycle, eol_best=end, eol_worst=end,
        extended_end=ends[1], tokens=tokens, confidence="high",
    )  # fmt: skip
