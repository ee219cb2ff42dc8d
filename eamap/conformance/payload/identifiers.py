"""NHS numbers and ODS codes: their form, and whether their system is written as it must be.

An NHS number has ten digits, the last of which is a check digit by modulus 11. That says that a number can be one, never
that it belongs to the person. Source: NHS Data Model and Dictionary, NHS NUMBER and ORGANISATION IDENTIFIER.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eamap.conformance.payload import findings
from eamap.conformance.payload.findings import policy
from eamap.conformance.payload.places import Path
from eamap.fhir.problems import Level, Problem, pointer

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS_ORGANISATION = "https://fhir.nhs.uk/Id/ods-organization-code"
ODS_SITE = "https://fhir.nhs.uk/Id/ods-site-code"

# What people write where one of the three is meant: the letters of the address, without its host, signs and capitals.
_MEANT = {
    "idnhsnumber": NHS_NUMBER, "nhsnumber": NHS_NUMBER, "idnhsnumbers": NHS_NUMBER,
    "idodsorganizationcode": ODS_ORGANISATION, "idodsorganisationcode": ODS_ORGANISATION,
    "idodssitecode": ODS_SITE, "odsorganizationcode": ODS_ORGANISATION, "odsorganisationcode": ODS_ORGANISATION,
    "odssitecode": ODS_SITE,
}  # fmt: skip
_ADDRESS = re.compile(
    r"^\s*(?:https?://)?(?:www\.)?(?:fhir\.nhs\.uk|fhir\.nhs\.net|fhir\.hl7\.org\.uk)/(?P<rest>.*)$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{10}")
_ODS = re.compile(r"[A-Z0-9]{3,10}")


def judge_identifiers(content: Any) -> Iterator[Problem]:
    """Yields what is wrong with the NHS numbers and ODS codes of a resource."""
    for path, identifier in _identifiers(content, ()):
        system, value = identifier.get("system"), identifier.get("value")
        meant = meant_system(system) if isinstance(system, str) else None
        if meant is not None and meant != system:
            told = f"the system is {system!r}; {meant} is meant, and systems are compared letter by letter"
            at = pointer(*path, "system")
            yield policy(
                "nhs:identifier-system", findings.IDENTIFIER_SYSTEM, told, at, Level.WARNING, f"Write {meant}."
            )
        if meant is not None and isinstance(value, str) and value.strip():
            yield from _value(meant, value, pointer(*path, "value"))


def meant_system(system: str) -> str | None:
    """Returns the system that a text means, however it is written; ``None`` where it means none of the three."""
    found = _ADDRESS.match(system)
    return _MEANT.get(re.sub(r"[^a-z]", "", found["rest"].lower())) if found else None


def is_nhs_number(text: str) -> bool:
    """Tells whether ten digits can be an NHS number: the check digit fits."""
    if not _DIGITS.fullmatch(text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:9], range(10, 1, -1), strict=True))
    check = (11 - total % 11) % 11
    return check == int(text[9])


def _value(meant: str, value: str, at: str) -> Iterator[Problem]:
    if meant != NHS_NUMBER:
        if not _ODS.fullmatch(value):
            told = f"{value[:40]!r} does not look like an ODS code: three or more capitals and digits"
            yield policy("nhs:ods-code", findings.ODS_CODE_SHAPE, told, at, Level.WARNING)
    elif not (value.isascii() and _DIGITS.fullmatch(value)):
        told = f"an NHS number is ten digits and nothing else; this has {len(value)} characters"
        yield policy("nhs:nhs-number", findings.NHS_NUMBER_SHAPE, told, at)
    elif not is_nhs_number(value):
        told = "the check digit of the NHS number does not fit, so it is nobody's"
        yield policy("nhs:nhs-number-check-digit", findings.NHS_NUMBER_DIGIT, told, at, Level.WARNING)


def _identifiers(value: Any, path: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if "system" in value and "code" not in value:
            yield path, value
        for key, part in value.items():
            yield from _identifiers(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _identifiers(part, (*path, place))
