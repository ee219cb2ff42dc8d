"""From messy system inventories to a trusted map of an estate, each fact citing the cell it came from.

The names in ``__all__`` are the public API; nothing else is. They load when they are first used, so that
``import eamap`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eamap.errors import EamapError as EamapError
    from eamap.model.citations import Citation as Citation
    from eamap.model.diagram import Diagram as Diagram
    from eamap.model.estate import Estate as Estate
    from eamap.model.findings import Finding as Finding
    from eamap.model.findings import Verdict as Verdict
    from eamap.model.issues import Issue as Issue
    from eamap.model.results import Result as Result
    from eamap.protocols import Exporter as Exporter
    from eamap.protocols import Importer as Importer
    from eamap.protocols import Map as Map
    from eamap.protocols import Store as Store

__version__ = "0.1.0"

_HOMES = {
    "Citation": "eamap.model.citations",
    "Diagram": "eamap.model.diagram",
    "EamapError": "eamap.errors",
    "Estate": "eamap.model.estate",
    "Exporter": "eamap.protocols",
    "Finding": "eamap.model.findings",
    "Importer": "eamap.protocols",
    "Issue": "eamap.model.issues",
    "Map": "eamap.protocols",
    "Result": "eamap.model.results",
    "Store": "eamap.protocols",
    "Verdict": "eamap.model.findings",
}
__all__ = [  # noqa: PLE0604  (the names are the keys above; a test pins them)
    *_HOMES,
]


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'eamap' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
