"""Reads a payload: a resource or a Bundle, in JSON or XML, of any release that has models.

A broken file still gives everything that can be given; what is wrong with it is a list of problems, never an exception.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eamap.fhir.decoding import decode
from eamap.fhir.json_document import read_json
from eamap.fhir.payload.hints import Chosen, Hints, choose, hints_of
from eamap.fhir.payload.xml_payload import convert, xml_hints
from eamap.fhir.problems import Problem, unreadable
from eamap.fhir.release import Release
from eamap.fhir.xml_document import parse


@dataclass(frozen=True, slots=True)
class Payload:
    """What came of reading a file: the document in JSON form if there is one, the release it is judged by, the problems.

    ``partly`` says that the file broke off, so that nothing missing in it may be held against it.
    """

    root: Mapping[str, Any] | None = field(repr=False, hash=False)
    chosen: Chosen
    problems: tuple[Problem, ...]
    format: str
    partly: bool = False


_NOTHING = Hints(None, (), ())
_DEEPEST = 150


def read_payload(content: bytes, release: Release | None = None) -> Payload:
    """Reads the bytes of a file; ``release`` is what the user says it is of."""
    text = decode(content)
    if text.format == "json":
        return _from_json(text.content, text.problems, release)
    if text.format == "xml":
        return _from_xml(text.content, text.problems, release)
    told: tuple[Problem, ...] = ()
    if text.format == "html":
        told = (unreadable("html", "it is a web page, perhaps a sign-in or error page that was saved"),)
    elif text.content:
        told = (unreadable("format", "it is neither JSON nor XML"),)
    return Payload(None, choose(_NOTHING, release), (*text.problems, *told), text.format)


def _from_json(content: str, problems: tuple[Problem, ...], release: Release | None) -> Payload:
    document, found = read_json(content)
    odd = () if document is None else _not_a_resource(document)
    root = document if isinstance(document, Mapping) else None
    if root is not None and _deep(root):
        odd, root = (unreadable("nesting", f"it is nested deeper than {_DEEPEST} levels; it was not judged"),), None
    chosen = choose(_json_hints(root), release)
    return Payload(root, chosen, (*problems, *found, *odd), "json")


def _from_xml(content: str, problems: tuple[Problem, ...], release: Release | None) -> Payload:
    element, found = parse(content)
    if element is None:
        return Payload(None, choose(_NOTHING, release), (*problems, *found), "xml")
    chosen = choose(xml_hints(element), release)
    document, more = convert(element, chosen.release)
    return Payload(document, chosen, (*problems, *found, *more), "xml", partly=bool(found))


def _not_a_resource(document: Any) -> tuple[Problem, ...]:
    if not isinstance(document, Mapping):
        return (unreadable("not-an-object", "the JSON is not an object, so it is no FHIR resource"),)
    kind = document.get("resourceType")
    if isinstance(kind, str) and kind.strip():
        return ()
    return (unreadable("resource-type", "resourceType is missing, so nothing says what this is"),)


def _json_hints(root: Mapping[str, Any] | None) -> Hints:
    if root is None:
        return _NOTHING
    resources = list(_with_type(root))
    profiles = (
        profile
        for each in resources
        if isinstance(meta := each.get("meta"), Mapping) and isinstance(listed := meta.get("profile"), list)
        for profile in listed
    )
    version = root.get("fhirVersion")
    version = version[0] if isinstance(version, list) and version else version
    return hints_of(version, profiles, (each.get("resourceType") for each in resources))


def _deep(value: Any) -> bool:
    """Tells whether a document is nested so deep that no walk through it is safe."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            part
            for each in level
            for part in (each.values() if isinstance(each, Mapping) else each if isinstance(each, list) else ())
        ]
        if not level:
            return False
    return True


def _with_type(value: Any) -> Iterator[Mapping[str, Any]]:
    pending = deque([value])
    while pending:
        here = pending.popleft()
        if isinstance(here, Mapping):
            if "resourceType" in here:
                yield here
            pending.extend(here.values())
        elif isinstance(here, list):
            pending.extend(here)
