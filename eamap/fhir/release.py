"""FHIR releases: which one a declared version, or the words of an inventory, mean.

Only published versions have a family; a ballot or build of a later release has none, and its raw text is kept beside.
Source of the version numbers: the publication history of hl7.org/fhir.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Release(StrEnum):
    """A family of FHIR versions that are compatible with one another."""

    DSTU2 = "DSTU2"
    STU3 = "STU3"
    R4 = "R4"
    R4B = "R4B"
    R5 = "R5"


_VERSIONS = (
    (re.compile(r"(0\.5\.\d+|1\.0(\.\d+)?)"), Release.DSTU2),
    (re.compile(r"3\.0(\.\d+)?"), Release.STU3),
    (re.compile(r"4\.0(\.\d+)?"), Release.R4),
    (re.compile(r"4\.[13](\.\d+)?"), Release.R4B),
    (re.compile(r"5\.0(\.\d+)?"), Release.R5),
)

# A sequence of UK Core or a version of a guide built on FHIR is not a release of FHIR: "UK Core STU3" is FHIR R4.
_UK_CORE = re.compile(r"\buk[\s-]*core(\s*(sequence\s*)?(stu\s*\d|v?\d+(\.\d+)+))?(\s*sequence)?", re.IGNORECASE)
_CARE_CONNECT = re.compile(r"\bcare\s*connect\b", re.IGNORECASE)
_WORDS = (
    (re.compile(r"\bdstu[\s-]*2\b|\bb(fhir|release)[\s-]*2\b|\br ?2\b", re.IGNORECASE), Release.DSTU2),
    (re.compile(r"\bd?stu[\s-]*3\b|\b(fhir|release)[\s-]*v?3\b|\br ?3\b", re.IGNORECASE), Release.STU3),
    (re.compile(r"\b(fhir|release)[\s-]*v?4\b(?!\.)|\br ?4\b", re.IGNORECASE), Release.R4),
    (re.compile(r"\b(fhir|release)?[\s-]*r?4b\b", re.IGNORECASE), Release.R4B),
    (re.compile(r"\b(fhir|release)[\s-]*v?5\b(?!\.)|\br ?5\b", re.IGNORECASE), Release.R5),
)
_BESIDE = re.compile(r"\b(hl7|fhir|version|release|mixed|and|or|v|r[2-5]b?|d?stu\s*[23])(?![a-z])|(?<=\d)-[0-9a-z.-]+")
_NUMBER = re.compile(r"(?<![\d.])\d+\.\d+(?:\.\d+)?(?![\d.])")


def release_of_version(version: str | None) -> Release | None:
    """Returns the family of a version number as ``fhirVersion`` holds it: "4.0.1" is R4; ``None`` if it is none."""
    text = (version or "").strip()
    return next((release for pattern, release in _VERSIONS if pattern.fullmatch(text)), None)


def releases_in_text(text: str | None) -> frozenset[Release]:
    """Returns every release that the words of an inventory name.

    "FHIR R4", "STU3", "4.0.1" and "UK Core STU2" name one; "R4 and STU3" names two; "FHIR" names none.
    """
    rest, found = text or "", set()
    if _UK_CORE.search(rest):
        found.add(Release.R4)
        rest = _UK_CORE.sub(" ", rest)
    if _CARE_CONNECT.search(rest):
        found.add(Release.STU3)
    found |= {release for pattern, release in _WORDS if pattern.search(rest)}
    numbers = _NUMBER.findall(rest)
    return frozenset(found | {release for number in numbers if (release := _certain(number, rest))})


def _certain(number: str, text: str) -> Release | None:
    # A number beside other words may be the version of anything ("GP Connect 1.0.1"): it is FHIR's after that word, or alone.
    after_fhir = re.search(rf"fhir\s*(version\s*|release\s*)?v?{re.escape(number)}", text, re.IGNORECASE)
    alone = not re.search("[a-z]", _BESIDE.sub(" ", text.lower()))
    return release_of_version(number) if after_fhir or alone else None
