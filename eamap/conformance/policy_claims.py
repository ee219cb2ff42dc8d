"""The standards a statement claims: whether they are in force on the day, of its release, and more than a name."""

from __future__ import annotations

from collections.abc import Iterator

from eamap.conformance.detection import BY_PLACE, OBSERVED, Claim, strongest
from eamap.conformance.subject import Subject
from eamap.fhir.problems import Level, Problem
from eamap.fhir.release import Release, releases_in_text
from eamap.reference import detection as rules
from eamap.reference import standards
from eamap.reference.standards import Standard, StandardStatus

ENDED = frozenset({"retired", "withdrawn"})
NOT_YET = frozenset({"proposed", "in_development", "trial"})
SAME = {Release.R4B: Release.R4}
"""What an interface notices: R4 and R4B differ in a few resources only, so a standard of one is met under the other."""


def findings(subject: Subject) -> Iterator[Problem]:
    """Gives the findings about claims and about the declared release."""
    yield from _release_shown(subject)
    table = standards.load(subject.reference)
    for claim in strongest(subject.claims):
        standard = table.get(claim.standard)
        status = table.status_on(claim.standard, subject.as_of)
        if standard is not None and status is not None:
            yield from _standing(subject, claim, standard, status)
            yield from _other_release(subject, claim, standard)
            yield from _named_only(subject, claim, standard)
    yield from _core_as_claimed(subject)


def successors(standard: Standard) -> str:
    """Returns what to do about a standard that is past use."""
    after = ", ".join(standard.superseded_by)
    return f"move to {after}" if after else "ask the owner of the standard what replaces it"


def _standing(subject: Subject, claim: Claim, standard: Standard, status: StandardStatus) -> Iterator[Problem]:
    at = claim.pointer.removeprefix(subject.statement.base)
    said = f"it claims {standard.title} ({claim.evidence})"
    if status.status in ENDED:
        yield subject.problem("FHR050", "standard-retired", Level.ERROR,
                              f"{said}, which is {status.wording}", at, successors(standard))  # fmt: skip
    elif status.status == "deprecated" and not _told_by_family(subject, claim):
        yield subject.problem("FHR051", "standard-deprecated", Level.WARNING,
                              f"{said}, which is {status.wording}", at, successors(standard))  # fmt: skip
    elif status.status in NOT_YET:
        fix = "ask the owner whether the standard is in force now, and plan for changes until it is"
        yield subject.problem("FHR052", "standard-not-in-force", Level.INFO,
                              f"{said}, which is {status.wording}", at, fix)  # fmt: skip
    elif status.status == "unknown":
        fix = "ask the owner of the standard; the registry knows no status for this day"
        yield subject.problem("FHR053", "standard-status-unknown", Level.INFO,
                              f"{said}; its status is {status.wording}", at, fix)  # fmt: skip


def _told_by_family(subject: Subject, claim: Claim) -> bool:
    """Whether FHR063 says the same of the profiles themselves."""
    families = (subject.profiles.family(each.url) for each in subject.canonicals)
    return any(family is not None and family.standard == claim.standard for family in families)


def _other_release(subject: Subject, claim: Claim, standard: Standard) -> Iterator[Problem]:
    declared, wanted = subject.statement.release, releases_in_text(standard.fhir_release)
    if declared is None or not wanted or SAME.get(declared, declared) in wanted or declared in wanted:
        return
    needs = " or ".join(release for release in Release if release in wanted)
    message = f"it claims {standard.title} ({claim.evidence}), which is of FHIR {needs}, but declares {subject.statement.declared} ({declared})"
    fix = f"serve the standard on FHIR {needs}, or claim the one that is of {declared}"
    at = claim.pointer.removeprefix(subject.statement.base)
    yield subject.problem("FHR054", "standard-of-another-release", Level.WARNING, message, at, fix)


def _named_only(subject: Subject, claim: Claim, standard: Standard) -> Iterator[Problem]:
    """A name alone, where the standard has profiles, operations or messages by which it would show."""
    places = rules.load(subject.reference).places_of.get(claim.standard, frozenset())
    shows_by = sorted(place for place in places if BY_PLACE[place] in OBSERVED)
    observed = any(each.observed for each in subject.claims if each.standard == claim.standard)
    # A statement of requirements is a standard's own words, not the claim of a system.
    if observed or not shows_by or subject.requirements:
        return
    message = (
        f"it claims {standard.title} ({claim.strength}: {claim.evidence}), but no {' or '.join(shows_by)} of it "
        "is declared: the claim is not observed"
    )
    fix = f"declare the {' and '.join(f'{place}s' for place in shows_by)} of the standard, or do not claim it"
    at = claim.pointer.removeprefix(subject.statement.base)
    yield subject.problem("FHR055", "standard-named-not-shown", Level.INFO, message, at, fix)


def _release_shown(subject: Subject) -> Iterator[Problem]:
    statement = subject.statement
    against = [sign for sign in statement.signs if statement.release and statement.release not in sign.releases]
    if against:
        more = f" (and {len(against) - 1} more signs)" if len(against) > 1 else ""
        message = f"it declares {statement.declared} ({statement.release}), but {against[0].words}{more}"
        fix = "ask the supplier for the statement that the server really gives"
        yield subject.problem("FHR002", "release-shown", Level.ERROR, message, against[0].pointer, fix)


def _core_as_claimed(subject: Subject) -> Iterator[Problem]:
    """A release of UK Core is claimed in words, and the profiles are of another."""
    ours = {each.standard for each in subject.profiles.core_releases if each.standard}
    for claim in subject.claims:
        if claim.standard not in ours or claim.observed or not subject.core.known:
            continue
        if not any(each.standard == claim.standard for pair in subject.core.known for each in pair.releases):
            shown = " and ".join(subject.core.standards) or "no release of the registry"
            message = f"it claims {claim.standard} ({claim.evidence}), but its profiles are of {shown}"
            at = claim.pointer.removeprefix(subject.statement.base)
            fix = "name the profiles in the versions of the release that is claimed"
            yield subject.problem("FHR084", "ukcore-not-as-claimed", Level.WARNING, message, at, fix)
