"""The findings about statements and payloads: one id, one meaning, for ever, with a page each.

They stand in ``schemas/checks/*.yaml``. A document command (``eamap fhir inspect``) names them; ``eamap explain FHR021``
prints the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from eamap.fhir.problems import Layer, Level
from eamap.model.shipped import shipped_folder, yaml_loader


@dataclass(frozen=True, slots=True)
class Finding:
    """What one id means; ``level`` is its usual severity, which a rule may lower."""

    id: str
    name: str
    layer: Layer
    level: Level
    what: str
    why: str
    fix: str
    limits: str
    references: str


@cache
def findings() -> dict[str, Finding]:
    """Returns every finding by its id."""
    import yaml

    listed = [
        each
        for path in sorted((shipped_folder() / "checks").glob("*.yaml"))
        for each in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml_loader())["findings"]  # noqa: S506 (it is the safe one)
    ]
    return {
        each["id"]: Finding(**{**each, "layer": Layer(each["layer"]), "level": Level(each["level"])}) for each in listed
    }
