"""YAML files, read fast where the C parser is there and the same where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.model.shipped import yaml_loader


def read_yaml(path: Path) -> Any:
    """Returns what a YAML file says; SourceError, with the place, where it cannot be read."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        return yaml.load(text, Loader=yaml_loader())  # noqa: S506 (it is the safe one)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot read the file", where=str(path), hint="check the path and its permissions") from error
    except yaml.YAMLError as error:
        raise SourceError(f"is not YAML: {str(error).splitlines()[0]}", where=str(path)) from error
