"""Which standards of the registry a statement claims, how strongly, and where it does so.

What a statement names counts in the order of its weight: what it says it instantiates, the profiles of its resources, its
operations and messages, its address, and last the names it gives itself. Prose is not a claim: no description is read.
A claim by name is hearsay; profiles and operations are what the interface says it really does. The rules are data
(``schemas/standards/detection.csv``); only the release of UK Core is worked out, from pairs of profile and version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from eamap.conformance.canonical import listed, parsed
from eamap.conformance.ukcore import Core, Pair, core_of
from eamap.fhir.declared import Statement
from eamap.reference import detection as rules
from eamap.reference import profiles
from eamap.reference.detection import Where
from eamap.reference.profiles import Profiles

CORE_RULE = "profile-ukcore-release"
_LONGEST = 500
"""A name longer than this is not a name; patterns do not look further."""


class Strength(StrEnum):
    """How much a claim is worth, strongest first."""

    STATED = "stated"
    """instantiates, imports or implementationGuide names it."""
    PROFILED = "profiled"
    """A resource or document has a profile of it."""
    OPERATION = "operation"
    """An operation or message is one of it."""
    ADDRESS = "address"
    """The base address is its."""
    NAMED = "named"
    """Its own canonical, its software, its name or its title says so."""


ORDER: tuple[Strength, ...] = tuple(Strength)
OBSERVED = frozenset({Strength.PROFILED, Strength.OPERATION})
"""What is declared as something the interface does, against what it is only called."""
BY_PLACE: dict[Where, Strength] = {
    "instantiates": Strength.STATED,
    "implementation-guide": Strength.STATED,
    "profile": Strength.PROFILED,
    "operation": Strength.OPERATION,
    "message": Strength.OPERATION,
    "address": Strength.ADDRESS,
    "own-url": Strength.NAMED,
    "software": Strength.NAMED,
    "name": Strength.NAMED,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement claims a standard.

    ``evidence`` is what it says, ``pointer`` where it says so first, ``rule`` the row of the rules by which it counts.
    """

    standard: str
    strength: Strength
    evidence: str
    pointer: str
    rule: str

    @property
    def observed(self) -> bool:
        """Whether profiles, operations or messages show it, so that more than a name stands behind it."""
        return self.strength in OBSERVED


@dataclass(frozen=True, slots=True)
class _Said:
    where: Where
    text: str
    shown: str
    pointer: str


def claims(statement: Statement, reference: Path | None = None) -> tuple[Claim, ...]:
    """Returns what a statement claims, strongest first: one claim a standard and strength, in the order of the document."""
    known = profiles.load(reference)
    core = core_of(statement.every_profile, known)
    found = [*_core_claims(core), *_by_rules(statement, reference)]
    if core.standards:
        # The profiles show which release of UK Core it is; the bare name does not.
        ours = {release.standard for release in known.core_releases}
        found = [each for each in found if each.strength is not Strength.NAMED or each.standard not in ours]
    based = (
        Claim(each.standard, each.strength, each.evidence, statement.base + each.pointer, each.rule) for each in found
    )
    return tuple(sorted(based, key=lambda claim: ORDER.index(claim.strength)))


def strongest(found: Iterable[Claim]) -> tuple[Claim, ...]:
    """Returns one claim a standard, the strongest; ``found`` is in the order of :func:`claims`."""
    best: dict[str, Claim] = {}
    for claim in found:
        best.setdefault(claim.standard, claim)
    return tuple(best.values())


def core_release(statement: Statement, reference: Path | None = None) -> Core:
    """Returns what the UK Core profiles of a statement show about the release of UK Core."""
    known: Profiles = profiles.load(reference)
    return core_of(statement.every_profile, known)


def _core_claims(core: Core) -> Iterator[Claim]:
    for standard in core.standards:
        mine = [pair for pair in core.known if not core.mixed or _shows(pair, standard)]
        names = listed([pair.canonical.short for pair in mine])
        yield Claim(standard, Strength.PROFILED, f"{names}: {_where_from(core)}", mine[0].pointer, CORE_RULE)


def _shows(pair: Pair, standard: str) -> bool:
    return pair.release is not None and pair.release.standard == standard


def _where_from(core: Core) -> str:
    if core.mixed:
        return "no one release of UK Core holds all of the profiles"
    names = [each.name for each in core.releases]
    held = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    if any(pair.canonical.version for pair in core.known):
        return f"these versions are in UK Core {held}"
    return f"no version is stated; the profiles are in UK Core {held}"


def _by_rules(statement: Statement, reference: Path | None) -> Iterator[Claim]:
    table = rules.load(reference)
    said: dict[tuple[str, Strength], list[tuple[_Said, str]]] = {}
    for each in _said(statement):
        for rule in table.of(each.where, each.text):
            said.setdefault((rule.standard, BY_PLACE[rule.where]), []).append((each, rule.id))
    for (standard, strength), places in said.items():
        first, rule_id = places[0]
        evidence = listed(list(dict.fromkeys(each.shown for each, _ in places)), 2)
        yield Claim(standard, strength, evidence, first.pointer, rule_id)


def _said(statement: Statement) -> Iterator[_Said]:
    """Gives every text that may be a claim, in the order of its weight."""
    for fact in (*statement.instantiates, *statement.imports):
        yield _Said("instantiates", parsed(fact.value).url, fact.value, fact.pointer)
    for fact in statement.implementation_guides:
        yield _Said("implementation-guide", fact.value[:_LONGEST], fact.value, fact.pointer)
    for fact in statement.every_profile:
        found = parsed(fact.value)
        yield _Said("profile", found.url, found.short, fact.pointer)
    for entry in statement.documents:
        if entry.profile:
            yield _Said("profile", parsed(entry.profile).url, parsed(entry.profile).short, entry.pointer)
    yield from _acts(statement)
    yield from _names(statement)


def _acts(statement: Statement) -> Iterator[_Said]:
    for operation in statement.operations:
        name = (operation.name or "").removeprefix("$")
        for text in (parsed(operation.definition or "").url, name):
            if text:
                yield _Said("operation", text, f"${name}" if name else text, operation.pointer)
    for message in statement.messages:
        text = parsed(message.definition or message.code or "").url
        yield _Said("message", text, text, message.pointer)


def _names(statement: Statement) -> Iterator[_Said]:
    addresses = [(statement.implementation_url, "/implementation/url")]
    addresses += [(fact.value, fact.pointer) for fact in statement.endpoints]
    for address, place in addresses:
        if address:
            yield _Said("address", address[:_LONGEST], address, place)
    named: tuple[tuple[Where, str | None, str], ...] = (
        ("own-url", statement.url, "/url"),
        ("software", statement.software, "/software/name"),
        ("name", statement.name, "/name"),
        ("name", statement.title, "/title"),
    )
    for where, text, place in named:
        if text:
            yield _Said(where, text[:_LONGEST], text[:_LONGEST], place)
