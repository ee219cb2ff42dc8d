"""What the parts of a CycloneDX file say, as texts: what a thing is known by, how bad a vulnerability is, what it affects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eamap.ingest.formats.records import plain_text

QUANTITY = "cdx:device:quantity"
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_METHODS = ("CVSSv4", "CVSSv31", "CVSSv3", "CVSSv2")
"""Ratings that are CVSS base scores, the newest version first."""


def texts_of(item: Mapping[str, Any]) -> dict[str, str]:
    """Returns what a component, service or subject says of itself; ``identifier`` is its purl or else its CPE."""
    name, group = plain_text(item.get("name")).strip(), plain_text(item.get("group")).strip()
    maker = next((each for each in (item.get("supplier"), item.get("provider")) if isinstance(each, Mapping)), {})
    return {
        "type": plain_text(item.get("type")),
        "group": group,
        "name": name,
        "version": plain_text(item.get("version")),
        "description": plain_text(item.get("description")),
        "supplier": plain_text(maker.get("name")) or plain_text(item.get("publisher")),
        "identifier": plain_text(item.get("purl")) or plain_text(item.get("cpe")),
        "quantity": _property(item, QUANTITY),
    }


def key_of(texts: Mapping[str, str]) -> str:
    """Returns by what a thing is known from one export to the next; empty where nothing says it."""
    if texts["identifier"]:
        return texts["identifier"]
    parts = [part for part in (texts["group"], texts["name"]) if part]
    return "/".join(parts) + (f"@{texts['version']}" if texts["version"] else "") if texts["name"] else ""


def refs_of(value: Any) -> list[str]:
    """Returns references as texts, each once."""
    return list(dict.fromkeys(plain_text(ref) for ref in value)) if isinstance(value, list) else []


def score_of(item: Mapping[str, Any]) -> dict[str, str]:
    """Returns what a vulnerability is called, who says so and when, and whether an analysis found that it does not matter."""
    identifier = plain_text(item.get("id"))
    others = [plain_text(each.get("id")) for each in _objects(item.get("references"))]
    cves = [text for text in (identifier, *others) if _CVE.fullmatch(text)]
    analysis = item.get("analysis")
    return {
        "id": identifier,
        "cve": " ".join(dict.fromkeys(cves)) if not _CVE.fullmatch(identifier) else identifier,
        "found by": _found_by(item),
        "first issued": plain_text(analysis.get("firstIssued")) if isinstance(analysis, Mapping) else "",
        "published": plain_text(item.get("published")),
        "state": plain_text(analysis.get("state")).replace("_", " ") if isinstance(analysis, Mapping) else "",
        "description": plain_text(item.get("description")),
    }


def _found_by(item: Mapping[str, Any]) -> str:
    """Returns the tools that found a vulnerability, or else whose list it is of."""
    tools = item.get("tools")
    listed = tools.get("components") if isinstance(tools, Mapping) else tools
    names = [plain_text(tool.get("name")) for tool in _objects(listed)]
    source = item.get("source")
    return "; ".join(filter(None, names)) or (plain_text(source.get("name")) if isinstance(source, Mapping) else "")


def scores(item: Mapping[str, Any]) -> dict[str, str]:
    """Returns the rating of the newest CVSS version, or of whatever method there is: severity, and a score if it is CVSS."""
    ratings = sorted(_objects(item.get("ratings")), key=lambda each: _rank(plain_text(each.get("method"))))
    best = next((each for each in ratings if each.get("score") or each.get("severity")), {})
    is_cvss = plain_text(best.get("method")) in _METHODS
    severity = next((text for each in ratings if (text := plain_text(each.get("severity"))) not in ("", "none")), "")
    return {"severity": severity, "score": plain_text(best.get("score")) if is_cvss else ""}


def affected(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Gives each reference that a vulnerability affects, and "unaffected" where every version named is said to be so."""
    for each in _objects(item.get("affects")):
        # A link into another file is urn:cdx:SERIAL/VERSION#REF; here only what this file lists can be found.
        ref = (
            plain_text(each.get("ref")).rpartition("#")[2]
            if "urn:cdx:" in plain_text(each.get("ref"))
            else plain_text(each.get("ref"))
        )
        states = {plain_text(version.get("status")) for version in _objects(each.get("versions"))}
        yield ref, "unaffected" if states == {"unaffected"} else ""


def _rank(method: str) -> int:
    return _METHODS.index(method) if method in _METHODS else len(_METHODS)


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _property(item: Mapping[str, Any], name: str) -> str:
    found = (each for each in _objects(item.get("properties")) if each.get("name") == name)
    return next((plain_text(each.get("value")) for each in found), "")
