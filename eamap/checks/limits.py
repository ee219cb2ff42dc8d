"""The limits that checks judge by, out of ``schemas/limits/checks.yaml``: data, so that they can be read and argued about."""

from __future__ import annotations

from functools import cache

from eamap.errors import ReferenceDataError
from eamap.model.shipped import REINSTALL, shipped_folder, yaml_loader


@cache
def limit(name: str) -> int:
    """Returns a limit as a whole number; ReferenceDataError if the file does not hold it."""
    import yaml

    path = shipped_folder() / "limits" / "checks.yaml"
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml_loader())  # noqa: S506  (a safe loader)
    value = content.get(name) if isinstance(content, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ReferenceDataError(f"the limit {name!r} is no number of days", where=str(path), hint=REINSTALL)
    return value
