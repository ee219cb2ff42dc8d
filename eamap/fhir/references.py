"""References to other resources: whether they are urls, and whether they lead to a resource of a type that is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eamap.fhir.definitions import Definitions
from eamap.fhir.release import Release

Breach = tuple[str, str, str, str]
"""Finding, rule, message, and the step to what is wrong; empty where it is the reference itself."""
_TARGETS = {
    **dict.fromkeys(("profile", "resource.profile", "document.profile", "event.request", "event.response"),
                    "StructureDefinition"),
    "operation.definition": "OperationDefinition", "supportedMessage.definition": "MessageDefinition",
    "implementation.custodian": "Organization", "Identifier.assigner": "Organization",
}  # fmt: skip
"""The one type of resource an element refers to, as the definitions of all releases that have the element say."""
_TYPED = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?")


def reference_breaches(path: str, item: Mapping[str, Any], tables: Definitions) -> Iterator[Breach]:
    """Returns what is wrong with one reference, which stands at an element of a path ("resource.profile")."""
    link, kind = item.get("reference"), item.get("type")
    if isinstance(link, str) and re.search(r"\s", link):
        yield (
            "FHR022",
            "reference",
            f"reference: a reference is a url, which holds no blank: {link[:80]!r}",
            "reference",
        )
    elif isinstance(link, str) and (wrong := _wrong_type(path, _type_in(link, tables))):
        yield "FHR017", "reference-target", f"{link[:80]!r} leads to {wrong}", "reference"
    if isinstance(kind, str) and tables.release not in (Release.DSTU2, Release.STU3):
        if kind and kind not in tables.resource_types and ":" not in kind:
            yield "FHR024", "binding:Reference.type", f"type: {kind!r} is no resource of {tables.release}", "type"
        elif wrong := _wrong_type(path, kind if kind in tables.resource_types else ""):
            yield "FHR017", "reference-target", f"the type says it leads to {wrong}", "type"
    if tables.release is Release.R5 and not any(item.get(name) for name in _SAID):
        words = "ref-2: a reference has a reference, an identifier or a display, or an extension instead"
        yield "FHR047", "ref-2", words, ""


_SAID = ("reference", "identifier", "display", "extension", "_reference", "_display")


def _type_in(link: str, tables: Definitions) -> str:
    """Returns the type that a url names before the id; empty if it names none of the release."""
    found = _TYPED.fullmatch(link)
    return found[1] if found and found[1] in tables.resource_types else ""


def _wrong_type(path: str, kind: str) -> str:
    wanted = _TARGETS.get(path)
    return f"a resource {kind}, but {path} refers to {wanted}" if wanted and kind and kind != wanted else ""
