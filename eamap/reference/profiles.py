"""Reads which FHIR profiles there are: their families, what each constrains, and which came with which UK Core release.

The list of a family is whole, partial or missing, and it says which: a profile that is not on a partial list is not known,
which is not the same as wrong. Everything is a dictionary, because one statement asks some hundred times.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from eamap.reference import sets
from eamap.reference.memory import remembered

SET = "profiles"
Standing = Literal["english", "foreign", "international", "base"]
Listed = Literal["all", "some", "no"]


@dataclass(frozen=True, slots=True)
class Family:
    """Profiles that share a beginning of their canonical."""

    name: str
    title: str
    fhir: str | None
    """DSTU2, STU3 or R4; ``None`` where the canonical does not tell."""
    standing: Standing
    listed: Listed
    """How much of it the list of profiles holds."""
    standard: str | None
    """The standard of the registry that the whole family belongs to, if it is one."""
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known about one profile."""

    url: str
    type: str | None
    version: str | None
    """The newest that was seen."""
    status: str | None
    """draft, active or retired as the profile says; dropped where UK Core left it out again."""
    date: str | None


@dataclass(frozen=True, slots=True)
class CoreRelease:
    """A tag of UK Core; ``standard`` is the registry's row for it, ``None`` for a ballot or sprint review."""

    name: str
    date: str
    standard: str | None


@remembered
def load(folder: Path | None = None) -> Profiles:
    """Opens the set."""
    return Profiles(folder)


class Profiles:
    """Families and profiles, and UK Core by release."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._families_met: dict[str, Family | None] = {}
        self._holding: dict[tuple[str, str | None], tuple[CoreRelease, ...]] = {}

    def get(self, canonical: str) -> Profile | None:
        """Returns the profile of a canonical without its version."""
        return self._by_url.get(canonical)

    def family(self, canonical: str) -> Family | None:
        """Returns the family of a canonical; None where none is known."""
        if canonical not in self._families_met:
            self._families_met[canonical] = next(
                (each for each in self.families if each.pattern.match(canonical)), None
            )
        return self._families_met[canonical]

    def near(self, canonical: str) -> str | None:
        """Returns the known canonical that differs from this one only in case, scheme or a slash; None where none does."""
        found = self._by_key.get(_key(canonical))
        return found if found != canonical else None

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Every family; where two fit, the first one counts."""
        return tuple(
            Family(row["family"], row["title"], row["fhir"], row["standing"], row["listed"], row["standard"],
                   re.compile(row["pattern"]))
            for row in sets.read(SET, "families.csv", self._folder).iter_rows(named=True)
        )  # fmt: skip

    @cached_property
    def core_releases(self) -> tuple[CoreRelease, ...]:
        """The tags of UK Core, oldest first; HEAD is the development copy."""
        rows = sets.read(SET, "releases.csv", self._folder).iter_rows(named=True)
        return tuple(CoreRelease(row["release"], row["date"], row["standard"]) for row in rows)

    def core_versions(self, canonical: str) -> Mapping[str, str]:
        """Returns the version of a UK Core profile by release; empty for one that no release holds."""
        return self._versions.get(canonical, {})

    def core_releases_with(self, canonical: str, version: str | None) -> tuple[CoreRelease, ...]:
        """Returns the releases that hold a UK Core profile in a version, or in any where none is given; oldest first."""
        key = (canonical, version)
        if key not in self._holding:
            held = self.core_versions(canonical)
            self._holding[key] = tuple(
                each for each in self.core_releases if each.name in held and version in (None, held[each.name])
            )
        return self._holding[key]

    @cached_property
    def _by_url(self) -> dict[str, Profile]:
        rows = sets.read(SET, "profiles.csv", self._folder).iter_rows(named=True)
        return {
            row["url"]: Profile(row["url"], row["type"], row["version"], row["status"], row["date"]) for row in rows
        }

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {_key(url): url for url in self._by_url}

    @cached_property
    def _versions(self) -> dict[str, dict[str, str]]:
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for row in sets.read(SET, "versions.csv", self._folder).iter_rows(named=True):
            found[row["url"]][row["release"]] = row["version"]
        return dict(found)


def _key(canonical: str) -> str:
    return re.sub(r"^https?://", "", canonical.casefold()).rstrip("/'")
