"""Finds checks by their entry points (``eamap.checks``): ids are unique, and never given to another check.

An entry is named by the check's id and points to its module (or to the check in it), so choosing by id imports one
file. Built-ins come in by the same door as plug-ins.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from types import ModuleType
from typing import Any

from eamap import plugins
from eamap.checks.definition import Check
from eamap.errors import PluginError, UsageError

RETIRED_IDS: frozenset[str] = frozenset()
"""Ids of checks that no longer exist: a finding of an old report must not change its meaning."""


def check_ids() -> tuple[str, ...]:
    """Returns the ids of all installed checks in order, importing none."""
    return plugins.names(plugins.Group.CHECKS)


def load(identifier: str) -> Check:
    """Returns a check by its id; PluginError if there is none, or if what is there is not it."""
    return check_in(plugins.load(plugins.Group.CHECKS, identifier), identifier)


def check_in(loaded: Any, identifier: str) -> Check:
    """Returns the check that an entry point led to: the check itself, or the one in its module with that id."""
    found = list(vars(loaded).values()) if isinstance(loaded, ModuleType) else [loaded]
    for each in found:
        if isinstance(each, Check) and each.id == identifier:
            if identifier in RETIRED_IDS:
                raise PluginError(
                    f"the id {identifier} belonged to another check",
                    hint="ids are never given again: choose the next free one",
                )
            return each
    raise PluginError(f"the entry point {identifier} does not lead to the check {identifier}", where=str(loaded))


def select(wanted: Iterable[str] = (), available: Iterable[Check] | None = None) -> tuple[Check, ...]:
    """Returns checks by id, name, alias, family or a glob over these, in the order of ids; all of them by default.

    UsageError if a word chooses nothing.
    """
    words = tuple(wanted)
    ids = check_ids() if available is None else ()
    if words and all(word in ids for word in words):
        return tuple(load(word) for word in sorted(set(words)))
    checks = sorted((load(each) for each in ids) if available is None else available, key=lambda each: each.id)
    if not words:
        return tuple(checks)
    chosen = {each.id for word in words for each in _matching(word, checks)}
    return tuple(each for each in checks if each.id in chosen)


def _matching(word: str, checks: list[Check]) -> list[Check]:
    found = [
        each for each in checks if any(_fits(word, name) for name in (each.id, each.name, each.family, *each.aliases))
    ]
    if not found:
        families = ", ".join(sorted({each.family for each in checks}))
        ids = ", ".join(each.id for each in checks)
        raise UsageError(f"no check is called {word!r}", hint=f"ids: {ids}; families: {families}")
    return found


def _fits(word: str, name: str) -> bool:
    return fnmatchcase(name.casefold(), word.casefold())
