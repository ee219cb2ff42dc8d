"""What the user asks of an ingest, and what it did."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from eamap.ingest.sources import Change
from eamap.model.issues import Issue


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for."""

    organisation: str = ""
    mapping: str = ""
    source: str = ""
    system: str = ""
    partial: bool = False
    keep_going: bool = False
    confirm_retire: bool = False
    dry_run: bool = False
    encoding: str | None = None
    delimiter: str | None = None

    def mark(self, fingerprint: str) -> str:
        """Returns how files are read, in one word: the same bytes read the same way say the same."""
        options = (self.organisation, self.mapping, self.source, self.system, str(self.partial))
        how = (fingerprint, *options, self.encoding or "", self.delimiter or "")
        return hashlib.sha256("\x1f".join(how).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Ingested:
    """What an ingest did, or would do: the version it published (0: nothing), changes by source, and every problem."""

    version: int
    changes: tuple[Change, ...]
    unchanged: tuple[str, ...]
    documents: tuple[str, ...]
    issues: tuple[Issue, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def blocked(self) -> int:
        """Number of rows of which no record could be made."""
        return len({(issue.file, issue.sheet, issue.row) for issue in self.issues if issue.blocks})
