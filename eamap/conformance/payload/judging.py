"""Judges a payload whole: by FHIR, then by UK Core and the rules of the NHS, one answer a resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eamap.conformance.payload import findings
from eamap.conformance.payload.extensions import judge_extensions
from eamap.conformance.payload.findings import policy
from eamap.conformance.payload.identifiers import judge_identifiers
from eamap.conformance.payload.must_support import Coverage, coverage
from eamap.conformance.payload.places import Node
from eamap.conformance.payload.prescriptions import judge_prescription
from eamap.conformance.payload.profile_rules import INVARIANT_WORDS, broken_at, judge_profile
from eamap.fhir.payload.judging import Judged, judge_fhir
from eamap.fhir.payload.reading import read_payload
from eamap.fhir.payload.resources import Resource
from eamap.fhir.problems import Level, Problem, pointer
from eamap.fhir.release import Release
from eamap.reference.ukcore import Profile, UKCore

_R4 = (Release.R4, Release.R4B)
_UK_CORE = "https://fhir.hl7.org.uk/StructureDefinition/UKCore-"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one resource. ``profile`` is the one of UK Core it was judged by, and ``basis`` why that one.

    ``basis`` is ``meta.profile``, ``--profile``, ``type`` or empty. ``resource_type`` is empty where the file could not be read.
    """

    pointer: str
    resource_type: str
    release: Release
    profile: Profile | None
    basis: str
    must_support: Coverage | None
    problems: tuple[Problem, ...]


def judge_payload(
    content: bytes, core: UKCore, *, release: Release | None = None, profile: Profile | None = None
) -> list[Answer]:
    """Judges the bytes of a file; ``release`` and ``profile`` are what the user says they are to be judged by."""
    payload = read_payload(content, release)
    judged = judge_fhir(payload)
    listed = [each.resource for each in judged if each.resource is not None]
    mixed = [(id(resource), problem) for resource, problem in judge_prescription(listed)]
    unmatched = profile is not None and all(each.type != profile.type for each in listed)
    answers = []
    for place, each in enumerate(judged):
        own = tuple(problem for resource, problem in mixed if resource == id(each.resource))
        wrong = (_wrong_type(profile, each),) if profile is not None and unmatched and place == 0 and listed else ()
        answers.append(_answer(each, core, payload.chosen.release, profile, (*own, *wrong)))
    return answers


def _answer(judged: Judged, core: UKCore, release: Release, asked: Profile | None, more: tuple[Problem, ...]) -> Answer:
    resource = judged.resource
    if resource is None or not resource.type:
        where = "" if resource is None else resource.pointer
        return Answer(where, "", release, None, "", None, (*judged.problems, *more))
    found = [*judged.problems, *more, *_nhs(resource)]
    if release not in _R4:
        found += _other_release(resource, core, release, asked)
        return Answer(resource.pointer, resource.type, release, None, "", None, tuple(found))
    profiles, basis = _profiles(resource, core, asked)
    found += [*_claims(resource, core), *_uk_core(resource, core, profiles)]
    if not profiles:
        told = f"not assessed: UK Core {core.version} has no profile on {resource.type}"
        found.append(
            policy(f"ukcore-{core.version}:profile", findings.NOT_ASSESSED, told, resource.pointer, Level.INFO)
        )
        return Answer(resource.pointer, resource.type, release, None, "", None, tuple(found))
    root = Node(resource.path, resource.content)
    return Answer(
        resource.pointer, resource.type, release, profiles[0], basis, coverage(root, profiles[0]), tuple(found)
    )


def _profiles(resource: Resource, core: UKCore, asked: Profile | None) -> tuple[list[Profile], str]:
    """Returns the profiles of UK Core a resource is judged by, and why."""
    if asked is not None and asked.type == resource.type:
        return [asked], "--profile"
    claimed = [core.profile(each) for each in resource.profiles]
    known = list(dict.fromkeys(each for each in claimed if each is not None and each.type == resource.type))
    if known:
        return known, "meta.profile"
    meant = core.profile_of_type(resource.type)
    return ([meant], "type") if meant is not None else ([], "")


def _uk_core(resource: Resource, core: UKCore, profiles: list[Profile]) -> Iterator[Problem]:
    root = Node(resource.path, resource.content)
    for profile in profiles:
        yield from judge_profile(root, profile, core.version)
        for key, severity in profile.invariants:
            yield from _invariant(resource, key, severity, core)
    for problem in judge_extensions(resource.content, core):
        yield _moved(problem, resource)


def _nhs(resource: Resource) -> Iterator[Problem]:
    for problem in judge_identifiers(resource.content):
        yield _moved(problem, resource)


def _moved(problem: Problem, resource: Resource) -> Problem:
    """Returns a problem whose pointer counts from the document, not from the resource."""
    from dataclasses import replace

    return replace(problem, pointer=resource.pointer + problem.pointer)


def _invariant(resource: Resource, key: str, severity: str, core: UKCore) -> Iterator[Problem]:
    at = broken_at(key, resource.content)
    if key not in INVARIANT_WORDS:
        told = f"not assessed: the invariant {key} is not known here"
        yield policy(f"ukcore-{core.version}:{key}", findings.NOT_ASSESSED, told, resource.pointer, Level.INFO)
    elif at is not None:
        words, fix = INVARIANT_WORDS[key]
        rule = f"ukcore-{core.version}:{key}"
        yield policy(rule, findings.INVARIANT, f"broken: {words}", resource.pointer + at, Level(severity), fix)


def _claims(resource: Resource, core: UKCore) -> Iterator[Problem]:
    """Judges the profiles a resource claims: known, of its type, of this version."""
    for place, claim in enumerate(resource.profiles):
        at = pointer(*resource.path, "meta", "profile", place)
        url, _, version = claim.partition("|")
        known = core.profile(url)
        if known is None:
            if url.startswith(_UK_CORE):
                told = (
                    f"{url.rpartition('/')[2]} is not among the {len(core.profiles)} profiles of UK Core {core.version}"
                )
                fix = "Claim a profile of the release you use; one that is only in the development copy is not for use."
                yield policy(f"ukcore-{core.version}:profile", findings.PROFILE_UNKNOWN, told, at, Level.WARNING, fix)
            continue
        if known.type != resource.type:
            told = f"{known.name} is a profile on {known.type}, and this is a {resource.type}"
            yield policy(f"ukcore-{core.version}:profile-type", findings.PROFILE_TYPE, told, at)
        if version and version != known.version:
            told = f"it claims version {version} of {known.name}; UK Core {core.version}, by which it was judged, has {known.version}"
            yield policy(f"ukcore-{core.version}:profile-version", findings.PROFILE_VERSION, told, at, Level.INFO)


def _other_release(resource: Resource, core: UKCore, release: Release, asked: Profile | None) -> Iterator[Problem]:
    claims = [(place, core.profile(each)) for place, each in enumerate(resource.profiles)]
    rule = f"ukcore-{core.version}:release"
    for place, known in claims:
        if known is not None:
            told = f"{known.name} is a profile of R4, and this is {release}"
            yield policy(rule, findings.PROFILE_RELEASE, told, pointer(*resource.path, "meta", "profile", place))
    if asked is not None and asked.type == resource.type:
        told = f"--profile {asked.name} is a profile of R4, and this is {release}"
        yield policy(rule, findings.PROFILE_RELEASE, told, resource.pointer)
    told = f"not assessed: UK Core {core.version} is built on R4, and this is {release}"
    yield policy(rule, findings.NOT_ASSESSED, told, resource.pointer, Level.INFO)


def _wrong_type(asked: Profile, judged: Judged) -> Problem:
    held = (
        judged.resource.type if judged.resource is not None and judged.resource.type else "no resource that can be read"
    )
    told = f"--profile {asked.name} is a profile on {asked.type}, and the file holds none: it is {held}"
    return policy("profile-type", findings.PROFILE_TYPE, told, "")
