"""Reference data for checks out of the sets that come with eamap, or of a folder that replaces them."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.checks.reference import StandardOn, Supports

if TYPE_CHECKING:
    from eamap.interpret.support import Knowledge
    from eamap.model.estate import Estate
    from eamap.reference.lifecycle import Lifecycle
    from eamap.reference.organisations import Organisations
    from eamap.reference.standards import Standards


class PackagedReference:
    """Answers checks from the reference sets; each set is read when it is first asked.

    ``cache`` is a folder in which what texts mean is kept from one run to the next.
    """

    def __init__(self, folder: Path | None = None, cache: Path | None = None) -> None:
        self.folder = folder
        self._cache = cache
        self._supports: dict[tuple[int, date], tuple[Supports, Estate]] = {}

    def supports(self, estate: Estate, on: date) -> Supports:
        """Returns how each component of an estate stands with its vendor's support on a day; worked out once for an estate."""
        key = (id(estate), on)
        if key not in self._supports:
            from eamap.checks.supports import supports_by

            # The estate is kept as well, so that its number stays its own.
            self._supports[key] = (
                supports_by(estate, on, self._knowledge, f"snapshot {self._lifecycle.snapshot}"),
                estate,
            )
        return self._supports[key][0]

    def days(self, threshold: str) -> int:
        """Returns from how many days on something is worth saying."""
        from eamap.reference import support

        return support.load(self.folder).days(threshold)

    @cached_property
    def _knowledge(self) -> Knowledge:
        from eamap.interpret.support import knowledge

        return knowledge(self.folder, self._cache)

    def standard(self, identifier: str, on: date) -> StandardOn | None:
        """Returns what is known about a standard on a day."""
        standard, status = self._standards.get(identifier), self._standards.status_on(identifier, on)
        if standard is None or status is None:
            return None
        told = (
            f"status {status.status}",
            status.since and f"since {status.since}",
            status.as_of and f"as of {status.as_of}",
            standard.url,
        )
        row = f"standards: {identifier}; " + "; ".join(each for each in told if each)
        return StandardOn(
            standard.title, status.status, status.wording, standard.superseded_by, row, standard.confidence
        )

    def knows_organisation(self, code: str) -> bool:
        """Says whether the reference organisations hold a code."""
        return self._organisations.get(code) is not None

    @cached_property
    def _lifecycle(self) -> Lifecycle:
        from eamap.reference import lifecycle

        return lifecycle.load(self.folder)

    @cached_property
    def _standards(self) -> Standards:
        from eamap.reference import standards

        return standards.load(self.folder)

    @cached_property
    def _organisations(self) -> Organisations:
        from eamap.reference import organisations

        return organisations.load(self.folder)
