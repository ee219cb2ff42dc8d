"""What an inventory says about an interface, against what the statement attached to it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from eamap.conformance.canonical import host_of
from eamap.conformance.subject import Subject
from eamap.fhir.problems import Level, Problem
from eamap.fhir.release import Release, releases_in_text
from eamap.fhir.signs import shown_releases
from eamap.matching.standards import StandardNames
from eamap.reference import crosswalks, standards
from eamap.reference.memory import remembered

_BETWEEN = re.compile(r";(?![^()]*\))")


def findings(subject: Subject) -> Iterator[Problem]:
    """Gives the findings that need an inventory; none without one."""
    if subject.inventory is None:
        return
    yield from _protocol(subject)
    yield from _release(subject)
    yield from _standards(subject)
    yield from _address(subject)


@remembered
def names(reference: Path | None) -> StandardNames:
    """Returns the names of the registry's standards; they are made once."""
    words = crosswalks.load(reference)
    return StandardNames(standards.load(reference).registry, words.standard_aliases, words.pathway_standards)


def _protocol(subject: Subject) -> Iterator[Problem]:
    said = subject.inventory.protocol if subject.inventory else None
    if said and "fhir" not in said.lower() and said.lower() not in ("rest", "http", "https", "api"):
        message = f"the inventory says the interface speaks {said}, but a FHIR statement is attached to it"
        fix = "correct the inventory, or attach the statement to the interface it belongs to"
        yield subject.problem("FHR083", "protocol-differs", Level.WARNING, message, "/resourceType", fix)


def _release(subject: Subject) -> Iterator[Problem]:
    inventory, statement = subject.inventory, subject.statement
    assert inventory is not None, "findings has looked"
    text = next((each for each in (inventory.fhir_version, inventory.standard) if releases_in_text(each)), None)
    stated = releases_in_text(text)
    shown = frozenset({statement.release}) if statement.release else shown_releases(statement.signs)
    if not stated or not shown or stated & shown:
        return
    listed = " or ".join(release for release in Release if release in shown)
    does = f"declares {statement.declared} ({listed})" if statement.release else f"shows {listed}"
    message = f"the inventory says {text!r}, but the statement {does}"
    fix = "correct the inventory, or ask the supplier which it is"
    at = "/fhirVersion" if statement.release else ""
    yield subject.problem("FHR002", "inventory-release", Level.ERROR, message, at, fix)


def _standards(subject: Subject) -> Iterator[Problem]:
    said = (subject.inventory.standard if subject.inventory else None) or ""
    claimed = {claim.standard for claim in subject.claims}
    table = standards.load(subject.reference)
    for text in filter(None, (part.strip() for part in _BETWEEN.split(said))):
        found = names(subject.reference).match(text)
        meant = {found.standard} if found.standard else set(found.candidates)
        if not meant or meant & claimed:
            continue
        standard = table.get(found.standard) if found.standard else None
        title = standard.title if standard else text
        message = (
            f"the inventory claims {title} ({text!r}); the statement does not show it: declared only, not observed"
        )
        fix = "ask the supplier for what shows it, or correct the inventory"
        yield subject.problem("FHR081", "standard-declared-only", Level.INFO, message, "", fix)


def _address(subject: Subject) -> Iterator[Problem]:
    ours = host_of(subject.inventory.url if subject.inventory else None)
    theirs = host_of(subject.statement.implementation_url)
    if ours and theirs and ours != theirs:
        message = f"the inventory has the interface at {ours}, the statement says it is of {theirs}"
        fix = "correct the inventory, or fetch the statement of the right system"
        yield subject.problem("FHR082", "address-differs", Level.WARNING, message, "/implementation/url", fix)
