"""Every resource in a document: the root, what a Bundle or a Parameters carries, what is contained in another.

Each is judged by itself. ``fhir.resources`` would judge all at once, and ends in a KeyError where a resource of another
release lies inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from eamap.fhir.problems import pointer

Path = tuple[str | int, ...]
_HOLDERS = ("entry", "parameter", "part")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource: where it lies, and its content without the resources inside it.

    ``holders`` are the places in it that held a resource, so that an entry which held nothing else is not called empty.
    """

    path: Path
    content: Mapping[str, Any] = field(repr=False, hash=False)
    holders: frozenset[Path] = frozenset()

    @property
    def pointer(self) -> str:
        """Where it lies in the document, as a JSON pointer."""
        return pointer(*self.path)

    @property
    def type(self) -> str:
        """Its resource type; empty where it says none."""
        named = self.content.get("resourceType")
        return named.strip() if isinstance(named, str) else ""

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles it claims, as written."""
        meta = self.content.get("meta")
        listed = meta.get("profile") if isinstance(meta, Mapping) else None
        return tuple(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ()


def resources(root: Mapping[str, Any]) -> Iterator[Resource]:
    """Yields every resource of a document in its order, a holder before what it holds."""
    pending: list[tuple[Path, Mapping[str, Any]]] = [((), root)]
    while pending:
        path, content = pending.pop()
        inside: list[tuple[Path, Mapping[str, Any]]] = []
        bare = _without(content, path, inside)
        yield Resource(path, bare, frozenset(where[len(path) : -1] for where, _ in inside))
        pending.extend(reversed(inside))


def _without(value: Any, path: Path, inside: list[tuple[Path, Mapping[str, Any]]]) -> Any:
    """Returns a copy without the resources inside, which are added to ``inside``."""
    if isinstance(value, Mapping):
        return {
            key: _without(part, (*path, key), inside)
            for key, part in value.items()
            if not _lifted(key, part, (*path, key), inside)
        }
    if isinstance(value, list):
        return [_without(part, (*path, place), inside) for place, part in enumerate(value)]
    return value


def _lifted(key: str, part: Any, path: Path, inside: list[tuple[Path, Mapping[str, Any]]]) -> bool:
    """Tells whether a part is one or many resources, and notes them."""
    if key == "contained" and isinstance(part, list) and all(isinstance(each, Mapping) for each in part):
        inside.extend(((*path, place), each) for place, each in enumerate(part))
        return bool(part)
    holder = path[-3] if len(path) >= 3 else ""
    named = isinstance(part, Mapping) and "resourceType" in part
    if (key == "resource" and isinstance(part, Mapping) and (holder in _HOLDERS or named)) or (
        key == "outcome" and named
    ):
        inside.append((path, part))
        return True
    return False
