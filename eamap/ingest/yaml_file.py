"""YAML files, read fast where the C parser is there and the same where it is not.

A folder may carry what its files say as JSON, which is read thirty times as fast. What stands there for a file holds only as
long as the file's bytes are those it was made from, so whoever edits the YAML needs to know nothing of it.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.model.shipped import yaml_loader

COMPILED = "compiled.json"
"""File beside YAML files: for each by name, the SHA-256 of its bytes and what it says (scripts/make_schemas.py)."""


def read_yaml(path: Path) -> Any:
    """Returns what a YAML file says; SourceError, with the place, where it cannot be read."""
    try:
        content = path.read_bytes()
        known = _compiled(path.parent).get(path.name)
        if known and known["sha256"] == hashlib.sha256(content).hexdigest():
            return known["says"]
        return parsed_yaml(content.decode("utf-8"), path)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot read the file", where=str(path), hint="check the path and its permissions") from error


def parsed_yaml(text: str, path: Path) -> Any:
    """Returns what YAML says; SourceError, placed in the file it came from, for what is none."""
    import yaml

    try:
        return yaml.load(text, Loader=yaml_loader())  # noqa: S506 (it is the safe one)
    except yaml.YAMLError as error:
        raise SourceError(f"is not YAML: {str(error).splitlines()[0]}", where=str(path)) from error


@cache
def _compiled(folder: Path) -> dict[str, dict[str, Any]]:
    path = folder / COMPILED
    return json.loads(path.read_bytes()) if path.is_file() else {}
