"""What people decide: one record kind for every decision, kept with the estate and versioned with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    import polars as pl

DecisionKind = Literal["same-as", "not-same", "match", "capability", "mapping", "acceptance", "mitigation", "entitlement",
                       "dissent", "override"]  # fmt: skip
KINDS: tuple[str, ...] = get_args(DecisionKind)
COLUMNS = ("hash", "kind", "subject", "object", "field", "value", "who", "reason", "date", "expires", "evidence")


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: who (a role), about what, why, when, until when.

    ``subject`` is an id, a finding's fingerprint, or a text that was matched; ``object`` is the other thing of a pair;
    ``field`` and ``value`` say what an override sets. Dates are ISO days.
    """

    kind: str
    subject: str
    who: str
    reason: str
    date: str
    object: str = ""
    field: str = ""
    value: str = ""
    expires: str = ""
    evidence: str = ""

    @property
    def hash(self) -> str:
        """The decision's key: the hash of what it says."""
        said = (getattr(self, name) for name in COLUMNS[1:])
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]

    def as_row(self) -> dict[str, str]:
        """Returns the decision as a row of the table of decisions."""
        return {name: getattr(self, name) for name in COLUMNS}


def no_decisions() -> pl.DataFrame:
    """Returns an empty table of decisions."""
    import polars as pl

    return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))


def with_decisions(held: pl.DataFrame, new: list[Decision]) -> pl.DataFrame:
    """Returns the table with new decisions added; the same decision twice stands once."""
    import polars as pl

    added = pl.DataFrame([decision.as_row() for decision in new], schema=no_decisions().schema)
    return pl.concat([held if held.width else no_decisions(), added]).unique("hash", keep="first", maintain_order=True)
