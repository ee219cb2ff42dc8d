"""The profiles a statement names: known, of the right type and release, of one UK Core release, still in use, and ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eamap.conformance.canonical import Canonical, is_page, listed, parsed
from eamap.conformance.policy_claims import ENDED, SAME, successors
from eamap.conformance.subject import Subject
from eamap.conformance.ukcore import Pair
from eamap.fhir.declared import Fact, Message, Operation, ResourceEntry
from eamap.fhir.definitions import definitions
from eamap.fhir.problems import Level, Problem
from eamap.fhir.release import Release
from eamap.reference import standards
from eamap.reference.profiles import CoreRelease, Family

_ASK = "ask the supplier where the profile is published"
_ANY_TYPE = frozenset({"Resource", "DomainResource"})
_Placed = dict[Canonical, str]


def findings(subject: Subject) -> Iterator[Problem]:
    """Gives the findings about profiles and other canonicals."""
    placed: _Placed = {}
    for fact in subject.statement.every_profile:
        placed.setdefault(parsed(fact.value), fact.pointer)
    by_family: dict[Family, _Placed] = {}
    for each, at in placed.items():
        if family := subject.profiles.family(each.url):
            by_family.setdefault(family, {})[each] = at
    yield from _pages(subject)
    yield from _unknown(subject, placed)
    yield from _wrong_types(subject)
    for family, mine in by_family.items():
        yield from _of_family(subject, family, mine)
    yield from _core_versions(subject)
    yield from _own_status(subject, placed)
    yield from _nothing_of_ours(subject, placed)


def _pages(subject: Subject) -> Iterator[Problem]:
    statement = subject.statement
    acts: list[Operation | Message] = [*statement.operations, *statement.messages]
    facts = [*statement.instantiates, *statement.imports, *statement.implementation_guides, *statement.every_profile]
    facts += [Fact(each.definition, each.pointer + "/definition") for each in acts if each.definition]
    for text, at in _first(facts).items():
        if is_page(text):
            message = f"{text} is the address of a web page, where the canonical of a definition belongs"
            fix = "write the url that stands in the definition itself"
            yield subject.problem("FHR067", "web-page", Level.WARNING, message, at, fix)


def _first(facts: Iterable[Fact]) -> dict[str, str]:
    placed: dict[str, str] = {}
    for fact in facts:
        placed.setdefault(fact.value, fact.pointer)
    return placed


def _unknown(subject: Subject, placed: _Placed) -> Iterator[Problem]:
    partly: dict[Family, _Placed] = {}
    for each, at in placed.items():
        if subject.profiles.get(each.url) is not None or is_page(each.text):
            continue
        family, near = subject.profiles.family(each.url), subject.profiles.near(each.url)
        if near is not None:
            message = f"{each.text} is not known; it differs in case, scheme or a slash from {near}"
            yield subject.problem("FHR056", "profile-not-known", Level.WARNING, message, at, f"write {near}")
        elif family is not None and family.listed == "all":
            message = f"{each.text} is not among the {family.title} of any release"
            yield subject.problem("FHR056", "profile-not-known", Level.WARNING, message, at, _ASK)
        elif family is not None and family.listed == "some":
            partly.setdefault(family, {})[each] = at
    for family, mine in partly.items():
        names, at = listed([each.short for each in mine]), next(iter(mine.values()))
        message = f"{names}: not among the {family.title} that are known; the list of them is not whole"
        yield subject.problem("FHR056", "profile-not-known", Level.INFO, message, at, _ASK)


def _wrong_types(subject: Subject) -> Iterator[Problem]:
    seen = set()
    for entry in subject.statement.resources:
        for fact in entry.profiles:
            found = parsed(fact.value)
            wanted = _type_of(subject, found)
            if wanted in (None, entry.type) or entry.type is None or (found.url, entry.type) in seen:
                continue
            seen.add((found.url, entry.type))
            message = f"{found.short} is a profile of {wanted}, but it is named for {entry.type}"
            fix = f"name it for {wanted}, or name a profile of {entry.type}"
            yield subject.problem("FHR057", "profile-of-another-type", Level.ERROR, message, fact.pointer, fix)


def _type_of(subject: Subject, canonical: Canonical) -> str | None:
    """Returns the type a profile constrains; ``None`` where it is not known or any type goes."""
    if known := subject.profiles.get(canonical.url):
        return known.type
    family = subject.profiles.family(canonical.url)
    name = canonical.url.rpartition("/")[2]
    if family is None or family.standing != "base" or name in _ANY_TYPE:
        return None
    types = definitions(subject.statement.release or Release.R4).resource_types
    return name if name in types else None


def _of_family(subject: Subject, family: Family, placed: _Placed) -> Iterator[Problem]:
    at, names = next(iter(placed.values())), listed([each.short for each in placed])
    declared = subject.statement.release
    if family.fhir and declared and SAME.get(declared, declared) != family.fhir:
        message = f"{names}: {family.title} are of FHIR {family.fhir}, but the statement declares {subject.statement.declared} ({declared})"
        fix = f"name profiles of {declared}, or declare the release that is served"
        yield subject.problem("FHR058", "profile-of-another-release", Level.ERROR, message, at, fix)
    if family.standing == "foreign" and subject.english:
        message = f"{names}: {family.title} are made for another country"
        fix = "name the UK Core profile of the resource"
        yield subject.problem("FHR064", "profile-family-foreign", Level.WARNING, message, at, fix)
    table = standards.load(subject.reference)
    standard = table.get(family.standard) if family.standard else None
    status = table.status_on(family.standard, subject.as_of) if family.standard else None
    if standard and status and (status.status == "deprecated" or status.status in ENDED):
        message = f"{names}: {standard.title} is {status.wording}"
        yield subject.problem("FHR063", "profile-family-past-use", Level.WARNING, message, at, successors(standard))


def _core_versions(subject: Subject) -> Iterator[Problem]:
    core = subject.core
    for pair in core.pairs:
        versions = subject.profiles.core_versions(pair.canonical.url)
        if pair.canonical.version and versions and not pair.releases:
            known = ", ".join(dict.fromkeys(versions.values()))
            message = f"{pair.canonical.short}: no release of UK Core holds this version; there are {known}"
            fix = "write the version that stands in the profile"
            yield subject.problem("FHR059", "profile-version-not-known", Level.WARNING, message, pair.pointer, fix)
    if core.mixed:
        versioned = any(pair.canonical.version for pair in core.known)
        last = core.known[-1]
        held = listed([f"{pair.canonical.short} is in {_span(pair.releases)}" for pair in _extremes(subject)])
        message = f"no one release of UK Core holds all of its {len(core.known)} profiles: {held}"
        level = Level.WARNING if versioned else Level.INFO
        fix = "name all profiles in the versions of one release"
        yield subject.problem("FHR060", "ukcore-releases-mixed", level, message, last.pointer, fix)


def _extremes(subject: Subject) -> list[Pair]:
    """The pair whose releases end first and the one whose releases begin last: between them is the contradiction."""
    order = {each.name: place for place, each in enumerate(subject.profiles.core_releases)}
    ends = min(subject.core.known, key=lambda pair: order[pair.releases[-1].name])
    begins = max(subject.core.known, key=lambda pair: order[pair.releases[0].name])
    return [ends, begins]


def _span(releases: tuple[CoreRelease, ...]) -> str:
    return releases[0].name if len(releases) == 1 else f"{releases[0].name} to {releases[-1].name}"


def _own_status(subject: Subject, placed: _Placed) -> Iterator[Problem]:
    known = [(each, at, profile) for each, at in placed.items() if (profile := subject.profiles.get(each.url))]
    past = {"retired": "retired", "dropped": "no longer in UK Core"}
    for each, at, profile in known:
        if profile.status in past:
            dated = f" (as of {profile.date})" if profile.date else ""
            fix = "name the profile that replaced it"
            message = f"{each.short} is {past[profile.status]}{dated}"
            yield subject.problem("FHR061", "profile-past-use", Level.WARNING, message, at, fix)
    drafts = [(each, at) for each, at, profile in known if profile.status == "draft"]
    if drafts:
        names = listed([each.short for each, _ in drafts])
        message = f"profiles that say themselves they are drafts ({len(drafts)} of {len(placed)}): {names}"
        fix = "expect changes; ask the owner of the profiles when they are final"
        yield subject.problem("FHR062", "profile-draft", Level.INFO, message, drafts[0][1], fix)


def _nothing_of_ours(subject: Subject, placed: _Placed) -> Iterator[Problem]:
    resources: tuple[ResourceEntry, ...] = subject.statement.resources
    if not placed and resources:
        message = f"no resource names a profile (0 of {len(resources)}), so nothing is promised about their content"
        fix = "name the profiles to which resources conform"
        yield subject.problem("FHR066", "no-profile", Level.INFO, message, resources[0].pointer, fix)
    families = [subject.profiles.family(each.url) for each in placed]
    if placed and all(family is not None and family.standing == "base" for family in families):
        message = f"it names base definitions of HL7 only ({len(placed)}), which promise no more than FHIR itself"
        fix = "name the UK Core profiles to which resources conform"
        yield subject.problem("FHR065", "base-profiles-only", Level.INFO, message, next(iter(placed.values())), fix)
