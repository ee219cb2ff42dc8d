"""Which release of UK Core a set of profiles belongs to.

UK Core gives every profile a version of its own, so a release shows only in pairs: Patient 2.2.0 is of 1.0.x, Patient
2.5.0 of 2.0.x. A canonical without a version fits every release that has the profile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from eamap.conformance.canonical import Canonical, parsed
from eamap.fhir.declared import Fact
from eamap.reference.profiles import CoreRelease, Profiles

FAMILY = "ukcore"
DEVELOPMENT = "HEAD"
CURRENT = "ukcore-stu2"
"""The newest release that was published, by its row of the registry."""


@dataclass(frozen=True)
class Pair:
    """A profile as a statement names it, and the releases that hold it in that version."""

    canonical: Canonical
    pointer: str
    releases: tuple[CoreRelease, ...]

    @cached_property
    def release(self) -> CoreRelease | None:
        """The release it shows on its own."""
        return preferred(self.releases, stated=self.canonical.version is not None)


@dataclass(frozen=True)
class Core:
    """What the UK Core profiles of a statement show together."""

    pairs: tuple[Pair, ...]
    releases: tuple[CoreRelease, ...]
    """Those that hold every profile, oldest first; none where no single one does."""

    @cached_property
    def known(self) -> tuple[Pair, ...]:
        """The pairs that some release holds."""
        return tuple(pair for pair in self.pairs if pair.releases)

    @property
    def mixed(self) -> bool:
        """Whether no one release holds all of the profiles that are known."""
        return bool(self.known) and not self.releases

    @property
    def vague(self) -> bool:
        """Whether the profiles are named without any version, so that the release they show is a guess."""
        return not any(pair.canonical.version for pair in self.known)

    @cached_property
    def standards(self) -> tuple[str, ...]:
        """The standards of the registry they show: one, or several where releases are mixed."""
        one = (preferred(self.releases, stated=not self.vague),)
        shown = [pair.release for pair in self.known] if self.mixed else one
        return tuple(dict.fromkeys(release.standard for release in shown if release and release.standard))


def core_of(profiles: Iterable[Fact], reference: Profiles) -> Core:
    """Works out the releases from the profiles of a statement."""
    pairs: dict[tuple[str, str | None], Pair] = {}
    for fact in profiles:
        found = parsed(fact.value)
        family = reference.family(found.url)
        if family is not None and family.name == FAMILY and (found.url, found.version) not in pairs:
            held = reference.core_releases_with(found.url, found.version)
            pairs[found.url, found.version] = Pair(found, fact.pointer, held)
    known = [{each.name for each in pair.releases} for pair in pairs.values() if pair.releases]
    common = set.intersection(*known) if known else set()
    return Core(tuple(pairs.values()), tuple(each for each in reference.core_releases if each.name in common))


def preferred(releases: tuple[CoreRelease, ...], *, stated: bool) -> CoreRelease | None:
    """Returns the newest published release, else the development copy.

    A canonical without a version (not ``stated``) means what is current: if no current release has the profile but the
    development copy does, it is that.
    """
    ours = [each for each in releases if each.standard is not None]
    published = [each for each in ours if each.name != DEVELOPMENT]
    development = [each for each in ours if each.name == DEVELOPMENT]
    if published and (stated or not development or published[-1].standard == CURRENT):
        return published[-1]
    return development[0] if development else None
