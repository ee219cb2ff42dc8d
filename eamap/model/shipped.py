"""Where the tables that come with eamap lie (``eamap/_schemas`` in a wheel, ``schemas/`` in a checkout), and how YAML is read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from eamap.errors import ReferenceDataError

REINSTALL = "install eamap again, or make the set again with scripts/make_reference.py"


@cache
def shipped_folder() -> Path:
    """Returns the folder of the sets that came with this installation."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_schemas", package.parent / "schemas"):
        if folder.is_dir():
            return folder
    raise ReferenceDataError(
        "the reference data of eamap is not there", hint=REINSTALL, where=str(package / "_schemas")
    )


def yaml_loader() -> Any:
    """Returns the safe loader of YAML: that of the C parser where it is there, ten times as fast and the same otherwise."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)
