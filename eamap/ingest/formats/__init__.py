"""The one door through which files come in: ``read`` turns a file into grids or a document.

What a file is, is decided by its content. Every importer scores a sample and the surest one reads; a suffix that says
otherwise is an issue, not an obstacle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eamap import plugins
from eamap.errors import SourceError
from eamap.ingest.formats.cyclonedx import CycloneDx
from eamap.ingest.formats.delimited import Delimited
from eamap.ingest.formats.detect import sample_of
from eamap.ingest.formats.fhir_document import FhirDocument
from eamap.ingest.formats.foi_text import FoiText
from eamap.ingest.formats.foreign import Foreign
from eamap.ingest.formats.opendocument import OpenDocument
from eamap.ingest.formats.records import Records
from eamap.ingest.formats.workbook import Workbook
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Importer, Sample

__all__ = ["IMPORTERS", "Importer", "Sample", "read"]

IMPORTERS: tuple[Importer, ...] = (
    Workbook(), OpenDocument(), FhirDocument(), CycloneDx(), FoiText(), Foreign(), Records(), Delimited()
)  # fmt: skip
"""The built-in importers; of two equal scores the earlier wins."""

_SUFFIXES: dict[str, frozenset[str]] = {
    "csv": frozenset({".csv", ".tsv", ".tab", ".psv", ".txt"}),
    "xlsx": frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"}),
    "ods": frozenset({".ods", ".ots"}),
    "json": frozenset({".json", ".jsonl", ".ndjson"}),
    "foi-text": frozenset({".txt"}),
    "fhir": frozenset({".json", ".xml"}),
    "cyclonedx": frozenset({".json", ".xml", ".cdx"}),
    "other": frozenset({".xls", ".xlsb", ".xml", ".yaml", ".yml", ".html", ".htm"}),
}


def installed() -> tuple[Importer, ...]:
    """Returns the built-in importers, then those of plug-ins by name."""
    built_in = {type(importer) for importer in IMPORTERS}
    found = (
        loaded() if isinstance(loaded, type) else loaded for _, loaded in plugins.load_all(plugins.Group.IMPORTERS)
    )
    return (*IMPORTERS, *(importer for importer in found if type(importer) not in built_in))


def read(
    path: Path | str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    importers: Sequence[Importer] | None = None,
) -> list[Grid | Document]:
    """Returns the sheets of a file as grids, or the file as one document.

    ``encoding`` and ``delimiter`` overrule what would be detected. ``importers`` default to all that are installed.
    Raises SourceError for a file that cannot be read or is no inventory, with the place and what to do.
    """
    path = Path(path)
    sample = sample_of(path, encoding=encoding, delimiter=delimiter)
    importers = installed() if importers is None else importers
    importer = max(importers, key=lambda candidate: candidate.score(sample), default=None)
    if importer is None or importer.score(sample) <= 0:
        raise SourceError("no importer knows this kind of file", where=str(path), hint="save it as .xlsx or .csv")
    found = importer.read(path, sample)
    return _with_suffix_said(found, path, importer.name)


def _with_suffix_said(found: list[Grid | Document], path: Path, form: str) -> list[Grid | Document]:
    suffix = path.suffix.lower()
    known = any(suffix in suffixes for suffixes in _SUFFIXES.values())
    if not found or not known or suffix in _SUFFIXES.get(form, {suffix}):
        return found
    issue = Issue(
        path.name, "", 0, "", "suffix-mismatch", f"the file is named {suffix} but its content is {form}; read as such",
        "rename it, so that other programs open it too", suffix,
    )  # fmt: skip
    first, *others = found
    return [replace(first, issues=(issue, *first.issues)), *others]
