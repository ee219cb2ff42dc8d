"""When two ways of writing the same thing mean the same: canonicals, formats, operations, includes, search parameters."""

from __future__ import annotations

import re

_HISTORY = re.compile(r"/_history/([^/|#]*)$")
_HL7_BASE = re.compile(r"https?://hl7\.org/fhir/(?:\d\.\d/)?StructureDefinition/([A-Z][A-Za-z]+)")
_FORMATS = {
    "json": "json", "application/json": "json", "application/fhir+json": "json", "application/json+fhir": "json",
    "text/json": "json", "xml": "xml", "application/xml": "xml", "application/fhir+xml": "xml",
    "application/xml+fhir": "xml", "text/xml": "xml", "ttl": "turtle", "turtle": "turtle",
    "application/fhir+turtle": "turtle", "text/turtle": "turtle",
}  # fmt: skip


def canonical(url: str) -> str:
    """Returns a canonical without its version, whether that stands behind ``|`` or in ``/_history/``."""
    return _HISTORY.sub("", url.partition("|")[0].strip()).rstrip("/")


def version(url: str) -> str:
    """Returns the version a canonical names, if any."""
    before, _, behind = url.partition("|")
    found = _HISTORY.search(before.strip())
    return behind.strip() or (found[1] if found else "")


def tail(url: str) -> str:
    """Returns the type and name at the end of a canonical: ``MessageDefinition/x``."""
    return "/".join(canonical(url).split("/")[-2:])


def is_relative(url: str) -> bool:
    """Whether a canonical names no place at all."""
    return "://" not in url and not url.startswith("urn:")


def base_resource(profile: str) -> str:
    """Returns the resource type whose base definition of HL7 a profile is; empty for any other."""
    found = _HL7_BASE.fullmatch(canonical(profile))
    return found[1] if found else ""


def media(code: str) -> str:
    """Returns a format by its short name (json, xml, turtle), or as it is written."""
    plain = code.partition(";")[0].strip().lower()
    return _FORMATS.get(plain, plain)


def operation(name: str) -> str:
    """Returns an operation's name without the dollar sign that stands before it in an address."""
    return name.strip().removeprefix("$")


def unmodified(parameter: str) -> str:
    """Returns a search parameter without its modifier: ``patient:identifier`` is ``patient``."""
    return parameter.partition(":")[0]


def include(path: str) -> str:
    """Returns an include with colons for the full stops that some statements write."""
    return path.strip().replace(".", ":")
