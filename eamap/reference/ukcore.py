"""Reads what UK Core asks of a resource beyond FHIR: its profiles and extensions, element by element."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from eamap.errors import ReferenceDataError
from eamap.reference import sets
from eamap.reference.memory import remembered

SET = "ukcore"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an element's place: the element, and the slice of it that is meant, if any."""

    name: str
    slice: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked of one element of a profile.

    ``element`` is its id in the definition ("Patient.identifier:nhsNumber.system"), ``steps`` the same without the root.
    ``least`` and ``most`` are ``None`` where nothing is asked. ``types`` are written ``code``, ``Extension(url)`` or
    ``Reference(types)``; ``discriminators`` say by what slices are told apart ("system", "coding.code").
    """

    element: str
    steps: tuple[Step, ...]
    least: int | None
    most: int | None
    must_support: bool
    types: tuple[str, ...]
    fixed: str
    value_set: str
    """The value set whose codes are required; empty where none is."""
    discriminators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile or extension of UK Core."""

    name: str
    url: str
    version: str
    type: str
    """The resource type; Extension for an extension."""
    rules: tuple[Rule, ...]
    invariants: tuple[tuple[str, str], ...]
    """Key and severity (error, warning)."""


@remembered
def load(folder: Path | None = None) -> UKCore:
    """Opens the set."""
    return UKCore(folder)


class UKCore:
    """One release of UK Core."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @cached_property
    def version(self) -> str:
        """The release, for instance 2.0.2."""
        return sets.facts(SET, self._folder).version

    @cached_property
    def profiles(self) -> dict[str, Profile]:
        """The profiles on resources, by URL."""
        return {url: each for url, each in self._everything.items() if each.type != "Extension"}

    @cached_property
    def extensions(self) -> dict[str, Profile]:
        """The extensions, by URL."""
        return {url: each for url, each in self._everything.items() if each.type == "Extension"}

    def profile(self, name: str) -> Profile | None:
        """Returns the profile of a URL or a name; a version behind | is not looked at."""
        plain = name.partition("|")[0].strip()
        return self.profiles.get(plain) or next((each for each in self.profiles.values() if each.name == plain), None)

    def profile_of_type(self, resource_type: str) -> Profile | None:
        """Returns the profile that is meant for every resource of a type."""
        found = self.profile(f"UKCore-{resource_type}")
        return found if found is not None and found.type == resource_type else None

    @cached_property
    def _everything(self) -> dict[str, Profile]:
        rules: defaultdict[str, list[Rule]] = defaultdict(list)
        for row in sets.read(SET, "rules.csv", self._folder).iter_rows(named=True):
            rules[row["profile"]].append(_rule(row))
        invariants: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in sets.read(SET, "invariants.csv", self._folder).iter_rows(named=True):
            invariants[row["profile"]].append((row["key"], row["severity"]))
        return {
            row["url"]: Profile(
                row["name"], row["url"], row["version"], row["type"], tuple(rules[row["name"]]), tuple(invariants[row["name"]])
            )
            for row in sets.read(SET, "profiles.csv", self._folder).iter_rows(named=True)
        }  # fmt: skip


def _rule(row: dict[str, str | None]) -> Rule:
    element = row["element"] or ""
    return Rule(
        element, steps_of(element), _count(row["min"]), _count(row["max"]), row["must_support"] == "yes",
        tuple((row["types"] or "").split()), row["fixed"] or "", row["value_set"] or "",
        tuple(each.partition(":")[2] for each in (row["discriminator"] or "").split()),
    )  # fmt: skip


def steps_of(element: str) -> tuple[Step, ...]:
    """Returns the steps of an element's id behind its root."""
    _, _, rest = element.partition(".")
    return tuple(Step(name, slice_) for name, _, slice_ in (part.partition(":") for part in rest.split(".") if part))


def _count(text: str | None) -> int | None:
    if text is None or text == "*":
        return None
    if not text.isdigit():
        raise ReferenceDataError(f"{text!r} is not a cardinality", where=SET)
    return int(text)
