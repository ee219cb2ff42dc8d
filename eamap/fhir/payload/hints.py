"""Which FHIR release a payload is of: what it says about itself, since a resource has no field for it.

In order: what the user says, ``fhirVersion`` of the root (a StructureDefinition has one), the profiles it claims, a resource
type that only some releases have. Where nothing speaks, R4 is meant, which every NHS interface in development uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eamap.fhir.payload.elements import PACKAGES, knows_type
from eamap.fhir.release import Release, release_of_version

# "UKCore-Patient" is R4 whatever the sequence of UK Core calls itself; Care Connect is STU3 also where its URL is silent.
_PROFILES = (
    (re.compile(r"/DSTU2/", re.IGNORECASE), Release.DSTU2),
    (re.compile(r"/STU3/|/CareConnect-", re.IGNORECASE), Release.STU3),
    (re.compile(r"/UKCore-|/R4/", re.IGNORECASE), Release.R4),
    (re.compile(r"/R5/", re.IGNORECASE), Release.R5),
)
_HL7 = re.compile(r"^http://hl7\.org/fhir/(\d\.\d)/StructureDefinition/")


@dataclass(frozen=True, slots=True)
class Hints:
    """What a document says about its release: the root's ``fhirVersion``, the profiles claimed in it (those of the root first), and its resource types."""

    version: str | None
    profiles: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The release a document is judged by, why, and the others that it speaks of as well."""

    release: Release
    why: str
    others: tuple[Release, ...] = ()


def choose(hints: Hints, said: Release | None = None) -> Chosen:
    """Returns the release to judge by."""
    claimed = list(dict.fromkeys(filter(None, map(release_of_profile, hints.profiles))))
    stated = release_of_version(hints.version)
    shown = next((release for release in map(_of_type, hints.types) if release), None)
    for release, why in (
        (said, "--release says so"),
        (stated, f"fhirVersion is {hints.version}"),
        (claimed[0] if claimed else None, "a profile it claims is of that release"),
        (shown, "a resource type in it is of that release only"),
    ):
        if release is not None:
            others = [each for each in claimed if each is not release]
            return Chosen(release, why, () if release is said else tuple(others))
    return Chosen(Release.R4, "nothing in it says otherwise")


def release_of_profile(url: str) -> Release | None:
    """Returns the release a profile is made for, where its URL shows it."""
    hl7 = _HL7.match(url)
    if hl7:
        return release_of_version(hl7[1])
    return next((release for pattern, release in _PROFILES if pattern.search(url)), None)


def _of_type(name: str) -> Release | None:
    """Returns the release of a resource type that R4 does not have."""
    if not name or knows_type(Release.R4, name):
        return None
    return next((release for release in PACKAGES if knows_type(release, name)), None)


def hints_of(version: object, profiles: Iterable[object], types: Iterable[object]) -> Hints:
    """Returns hints of what may be anything."""
    texts = [[each for each in listed if isinstance(each, str)] for listed in (profiles, types)]
    return Hints(
        version if isinstance(version, str) else None, tuple(dict.fromkeys(texts[0])), tuple(dict.fromkeys(texts[1]))
    )
