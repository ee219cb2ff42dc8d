"""Finds plug-ins by their entry points: lazily, without duplicates, and says what failed and how to install it.

A plug-in is named in the metadata of an installed package, under one of the :class:`Group` names. Reading the names
imports nothing; a plug-in is imported when it is loaded. Built-ins use the same door as guests. With
``EAMAP_PLUGINS=built-in`` in the environment only eamap's own are seen: to find out whether a guest is to blame, and so
that what a developer has installed cannot change a test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from eamap.errors import PluginError

OURS = "eamap"
SWITCH = "EAMAP_PLUGINS"
EXTRAS = {
    "fontTools": "pictures",
    "graphviz": "pictures",
    "matplotlib": "pictures",
    "neo4j": "neo4j",
    "numpy": "optimise",
    "pptx": "slides",
    "pygraphviz": "pictures",
    "scipy": "optimise",
    "typst": "pdf",
}
"""Module of each optional library > the extra that installs it (a test compares this with pyproject.toml)."""


class Group(StrEnum):
    """The five kinds of plug-in, by the name of their entry-point group."""

    IMPORTERS = "eamap.importers"
    STORES = "eamap.stores"
    CHECKS = "eamap.checks"
    MAPS = "eamap.maps"
    EXPORTERS = "eamap.exporters"

    @property
    def one(self) -> str:
        """One plug-in of the group, as a word: "importer"."""
        return self.value.removeprefix("eamap.").removesuffix("s")


def names(group: Group) -> tuple[str, ...]:
    """Returns the names of the plug-ins of a group in order, without importing any."""
    return tuple(_registry(group))


def load(group: Group, name: str) -> Any:
    """Imports a plug-in and returns its object; PluginError if there is none or it cannot be imported."""
    registry = _registry(group)
    if name not in registry:
        raise PluginError(
            f"there is no {group.one} {name!r}",
            hint=f"there are: {', '.join(registry)}" if registry else _not_installed(),
        )
    return _imported(group, registry[name])


def load_all(group: Group) -> Iterator[tuple[str, Any]]:
    """Imports the plug-ins of a group in the order of their names and yields each name with its object."""
    for name, entry in _registry(group).items():
        yield name, _imported(group, entry)


def package(group: Group, name: str) -> str:
    """Returns the package that a plug-in comes from."""
    return _package(_registry(group)[name])


def missing_library(error: ModuleNotFoundError) -> PluginError | None:
    """Returns the error that names the line to type, if what is missing is a library of one of our extras."""
    library = (error.name or "").partition(".")[0]
    if library not in EXTRAS:
        return None
    return PluginError(f"this needs the library {library!r}, which is not installed", hint=_install(EXTRAS[library]))


def forget() -> None:
    """Forgets what was found, so that the next question looks again."""
    _registry.cache_clear()


@cache
def _registry(group: Group) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    only_ours = os.environ.get(SWITCH) == "built-in"
    for entry in entry_points(group=group.value):
        if only_ours and _package(entry) != OURS:
            continue
        if entry.name in found:
            both = " and ".join(sorted((_package(found[entry.name]), _package(entry))))
            raise PluginError(
                f"two packages offer the {group.one} {entry.name!r}: {both}", hint="uninstall one of them with pip"
            )
        found[entry.name] = entry
    return dict(sorted(found.items()))


def _imported(group: Group, entry: EntryPoint) -> Any:
    try:
        return entry.load()
    except Exception as error:  # whatever a guest's module raises, the user has to hear whose it is
        missing = missing_library(error) if isinstance(error, ModuleNotFoundError) else None
        owner = _package(entry)
        reinstall = _not_installed() if owner == OURS else f"pip install --upgrade {owner}, or pip uninstall {owner}"
        raise PluginError(
            f"the {group.one} {entry.name!r} of the package {owner!r} cannot be loaded: {error}",
            hint=missing.hint if missing else reinstall,
            where=entry.value,
        ) from error


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else "unknown"


def _install(extra: str) -> str:
    return f"pip install 'eamap[{extra}]'; in a checkout: make install"


def _not_installed() -> str:
    return "install eamap again; in a checkout: make install"
