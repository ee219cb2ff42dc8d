"""Finds the elements of a resource that a rule of a profile speaks of.

A rule names its element as a definition does: ``Patient.identifier:nhsNumber.system``, ``Procedure.performed[x]``. A slice
is told apart by the URL of its extension, or by what the definition fixes in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from eamap.fhir.problems import pointer
from eamap.reference.ukcore import Profile, Rule, Step

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One value in a resource and what stands beside it if it is a primitive."""

    path: Path
    value: Any
    beside: Any = None

    @property
    def pointer(self) -> str:
        """Where it lies, as a JSON pointer."""
        return pointer(*self.path)

    @property
    def filled(self) -> bool:
        """Whether there is a value; an extension that says why there is none does not fill it."""
        return self.value not in (None, "", [], {}) and not (isinstance(self.value, str) and not self.value.strip())


@dataclass(frozen=True)
class Places:
    """The elements of one profile or extension, and how its slices are told apart."""

    profile: Profile

    def parents(self, root: Node, rule: Rule) -> list[Node]:
        """Returns the nodes whose children a rule speaks of."""
        return self._walk(root, rule.steps[:-1], rule)

    def children(self, parent: Node, rule: Rule) -> list[Node]:
        """Returns the children of one parent that a rule speaks of."""
        return [node for node in _children(parent, rule.steps[-1].name) if self._in_slice(node, rule.steps)]

    def nodes(self, root: Node, rule: Rule) -> list[Node]:
        """Returns every node a rule speaks of."""
        return [node for parent in self.parents(root, rule) for node in self.children(parent, rule)]

    def _walk(self, root: Node, steps: tuple[Step, ...], rule: Rule) -> list[Node]:
        found = [root]
        for depth, step in enumerate(steps):
            so_far = rule.steps[: depth + 1]
            found = [child for node in found for child in _children(node, step.name) if self._in_slice(child, so_far)]
        return found

    def _in_slice(self, node: Node, steps: tuple[Step, ...]) -> bool:
        if not steps[-1].slice:
            return True
        if steps[-1].name.endswith("xtension"):
            wanted = self._extension_url(steps)
            return isinstance(node.value, Mapping) and node.value.get("url") == wanted
        return all(_has(node, path, fixed) for path, fixed in self._fixed(steps))

    def _extension_url(self, steps: tuple[Step, ...]) -> str:
        for rule in self.profile.rules:
            if rule.steps == steps:
                for kind in rule.types:
                    if kind.startswith("Extension("):
                        return kind.removeprefix("Extension(").removesuffix(")")
            if rule.steps == (*steps, Step("url", "")):
                return rule.fixed
        # A slice of an extension that another definition describes is named by the part of it that is meant.
        return steps[-1].slice

    def _fixed(self, steps: tuple[Step, ...]) -> list[tuple[tuple[str, ...], str]]:
        """Returns what the definition fixes at the discriminators of a slice."""
        whole = (*steps[:-1], Step(steps[-1].name, ""))
        paths = {
            tuple(path.split(".")) for rule in self.profile.rules if rule.steps == whole for path in rule.discriminators
        }
        return [
            (path, rule.fixed)
            for path in sorted(paths)
            for rule in self.profile.rules
            if rule.fixed and rule.steps == (*steps, *(Step(name, "") for name in path))
        ]


def types_allowed(rule: Rule) -> tuple[str, ...]:
    """Returns the names a value may have by the types of its rule: valueCodeableConcept; none where any will do."""
    if not rule.steps[-1].name.endswith("[x]"):
        return ()
    stem = rule.steps[-1].name.removesuffix("[x]")
    codes = (kind.partition("(")[0] for kind in rule.types)
    return tuple(f"{stem}{code[:1].upper()}{code[1:]}" for code in codes)


def has_type(node: Node, rule: Rule) -> bool:
    """Tells whether a value has one of the types that its rule allows."""
    name = next((step for step in reversed(node.path) if isinstance(step, str)), "")
    allowed = types_allowed(rule)
    return not allowed or name in allowed


def _has(node: Node, path: tuple[str, ...], fixed: str) -> bool:
    found = [node]
    for name in path:
        found = [child for each in found for child in _children(each, name)]
    return any(each.value == fixed for each in found)


def _children(node: Node, name: str) -> list[Node]:
    if name == "extension" and not isinstance(node.value, Mapping):
        return list(_items((*node.path[:-1], f"_{node.path[-1]}") if node.path else (), "extension", node.beside))
    if not isinstance(node.value, Mapping):
        return []
    if not name.endswith("[x]"):
        return list(_items(node.path, name, node.value))
    stem = name.removesuffix("[x]")
    keys = {key.removeprefix("_") for key in node.value if _is_choice(key.removeprefix("_"), stem)}
    return [child for key in sorted(keys) for child in _items(node.path, key, node.value)]


def _is_choice(key: str, stem: str) -> bool:
    return key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper()


def _items(path: Path, name: str, value: Any) -> Iterator[Node]:
    if not isinstance(value, Mapping):
        return
    found, beside = value.get(name), value.get(f"_{name}")
    if isinstance(found, list) or isinstance(beside, list):
        values = found if isinstance(found, list) else []
        others = beside if isinstance(beside, list) else []
        for place in range(max(len(values), len(others))):
            yield Node(
                (*path, name, place),
                values[place] if place < len(values) else None,
                others[place] if place < len(others) else None,
            )
    elif found is not None or beside is not None:
        yield Node((*path, name), found, beside)
