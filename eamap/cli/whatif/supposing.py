"""The estate as it would be after a file of changes: opened like any other, in memory, and never published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.cli.opening import Opened

if TYPE_CHECKING:
    from eamap.analysis.pathways.gaps import Scope
    from eamap.analysis.whatif.differing import Difference
    from eamap.analysis.whatif.reading import ChangesFile
    from eamap.analysis.whatif.steps import Resolved
    from eamap.interpret.geography import Geography
    from eamap.model.estate import Estate


@dataclass(frozen=True)
class Supposed(Opened):
    """What a command would open after the changes; what is not changed is shared with what is open already."""

    before: Opened
    file: ChangesFile
    found: Resolved

    @cached_property
    def stated(self) -> Estate:
        """The estate as the sources and the file state it."""
        from eamap.analysis.whatif.applying import supposed

        return supposed(self.before.stated, self.found, self.file)


@dataclass(frozen=True)
class WhatIf:
    """Both sides of a what-if: ``before`` is the estate as it is recorded."""

    before: Opened
    file: ChangesFile

    @cached_property
    def found(self) -> Resolved:
        """What the file comes to on this estate."""
        from eamap.analysis.whatif.resolving import resolved

        return resolved(self.file, self.before.on, self.places(self.before, self.file.geography))

    @cached_property
    def after(self) -> Supposed:
        """The estate after the changes."""
        return Supposed(self.before.reading, self.before, self.file, self.found)

    @property
    def geography(self) -> str | None:
        """The boundaries after the changes, as ``--geography`` takes them."""
        return self.found.moves or self.file.geography

    @cached_property
    def moved(self) -> dict[str, str]:
        """Where each code that moves lies from now on."""
        pairs = (pair.partition(":") for pair in self.found.moves.split(",") if pair)
        return {code: to for code, _, to in pairs}

    @staticmethod
    def places(opened: Opened, name: str | None) -> Geography:
        """Returns where organisations lie."""
        from eamap.interpret.geography import geography

        return geography(name, opened.reading.as_of, opened.estate, opened.reference)

    def scopes(self, ics: str | None, pathway: str | None) -> tuple[Scope, Scope]:
        """Returns which hand-offs are asked about before and after; an ICS that moves as a whole is asked about where it went."""
        from eamap.analysis.pathways.gaps import Scope

        one = Scope(ics=ics, pathway=pathway, geography=self.file.geography)
        return one, replace(one, ics=self.moved.get(ics or "", ics), geography=self.geography)

    @cached_property
    def difference(self) -> Difference:
        """What differs in systems, connections and places."""
        from eamap.analysis.whatif.differing import Difference

        before = (self.before.on, self.places(self.before, self.file.geography))
        after = (self.after.on, self.places(self.after, self.geography))
        return Difference(before, after, tuple(self.moved))
