"""Reads the words with which a body says that it made a thing itself."""

from __future__ import annotations

from functools import cache

from eamap.errors import ReferenceDataError
from eamap.matching.normalise import key
from eamap.model.shipped import shipped_folder, yaml_loader


@cache
def in_house_keys() -> frozenset[str]:
    """Returns the keys of the words listed as ``in_house`` in the word list of the mappings."""
    import yaml

    path = shipped_folder() / "mappings" / "words.yaml"
    try:
        listed = yaml.load(_section(path.read_text(encoding="utf-8"), "in_house"), Loader=yaml_loader())["in_house"]  # noqa: S506
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ReferenceDataError("the words for in-house cannot be read", where=str(path)) from error
    return frozenset(key(str(word)) for word in listed)


def _section(text: str, name: str) -> str:
    """Returns one top-level entry of a YAML text: the whole list takes 20 times as long to read."""
    lines = text.splitlines()
    start = next((place for place, line in enumerate(lines) if line.startswith(f"{name}:")), len(lines))
    end = start + 1
    while end < len(lines) and (not lines[end] or lines[end][0] in " \t"):
        end += 1
    return "\n".join(lines[start:end])
