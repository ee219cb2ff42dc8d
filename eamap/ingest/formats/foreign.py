"""Names the formats that eamap knows but has no mapping for, and files that are no inventory at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.ingest.formats.decode import decoded
from eamap.ingest.formats.markup import fault_of, refuse_declarations, root_of
from eamap.model.grid import Document, Grid
from eamap.protocols import Sample

_EXPORT = "export its elements as a table (.xlsx or .csv) and ingest that"

_XML_NAMES: tuple[tuple[str, str], ...] = (
    ("http://www.opengroup.org/xsd/archimate", "ArchiMate Open Exchange"),
    ("http://www.archimatetool.com", "ArchiMate (Archi's own format)"),
    ("http://cyclonedx.org/schema/bom", "CycloneDX"),
    ("urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 XML"),
    ("urn:oasis:names:tc:opendocument", "flat OpenDocument"),
    ("http://hl7.org/fhir", "FHIR resources other than a CapabilityStatement"),
)
_XML_ROOTS = {"mxfile": "draw.io", "mxGraphModel": "draw.io", "bom": "CycloneDX", "graphml": "GraphML"}

_TEXT_SIGNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"#\s*(?:label|connect|style|namespace):.*\n", re.IGNORECASE), "draw.io CSV text"),
    (re.compile(r"@start(?:uml|json|yaml)\b"), "PlantUML"),
    (re.compile(r"(?:flowchart|graph)\s+(?:TB|TD|BT|LR|RL)\b"), "Mermaid"),
    (re.compile(r"workspace\b[^\n]*\{"), "Structurizr DSL"),
    (re.compile(r"(?:strict\s+)?(?:di)?graph\b[^\n]*\{"), "Graphviz DOT"),
)


def no_mapping(what: str, path: Path) -> SourceError:
    """Returns the refusal of a format that is known but not read yet."""
    return SourceError(f"no mapping yet for {what}", where=str(path), hint=_EXPORT)


def no_inventory(what: str, path: Path) -> SourceError:
    """Returns the refusal of a file that describes something else than what a body has."""
    return SourceError(
        f"this is not an inventory: it is {what}", where=str(path), hint="ingest the data it describes instead"
    )


class Foreign:
    """Recognises XML, YAML and diagram text by name and refuses each of them with that name."""

    name = "foreign"

    def score(self, sample: Sample) -> float:
        """Returns a high score for what is recognised; XML and YAML of any other kind score low but not nothing."""
        if sample.kind in {"xml", "yaml"}:
            return 0.6
        return 0.9 if sample.kind == "text" and _text_name(sample.text) else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Raises SourceError: "no mapping yet for ..." and the format's name."""
        if sample.kind == "xml":
            raise no_mapping(_xml_name(path, sample), path)
        if sample.kind == "yaml":
            raise no_mapping(_yaml_name(sample.text), path)
        raise no_mapping(_text_name(sample.text) or "this text", path)


def _xml_name(path: Path, sample: Sample) -> str:
    data = sample.content()
    text = decoded(data, sample.encoding)
    root, attributes = root_of(sample.text)
    refuse_declarations(text[: text.find(root)] if root else text, str(path))
    fault = fault_of(data, path)
    if fault:
        raise SourceError(f"the XML is broken: {fault}", where=str(path), hint="export the file again")
    known = next((name for sign, name in _XML_NAMES if sign in attributes), _XML_ROOTS.get(root))
    return known or f"XML of the kind <{root}>"


def _yaml_name(text: str) -> str:
    if re.search(r"^apiVersion:\s*[\"']?backstage\.io/", text, re.MULTILINE):
        return "a Backstage catalogue (YAML)"
    return "YAML"


def _text_name(text: str) -> str | None:
    start = text.lstrip("\ufeff \t\r\n")[:4096]
    return next((name for sign, name in _TEXT_SIGNS if sign.match(start)), None)


def refuse_json(value: Any, path: Path) -> None:
    """Raises SourceError for JSON that is a known foreign format, or settings, a schema or a query."""
    if not isinstance(value, Mapping):
        return
    foreign = _foreign_json(value)
    if foreign:
        raise no_mapping(foreign, path)
    other = _other_json(value)
    if other:
        raise no_inventory(other, path)


def _foreign_json(value: Mapping[str, Any]) -> str | None:
    if value.get("bomFormat") == "CycloneDX":
        return "CycloneDX"
    if "connectorType" in value and isinstance(value.get("content"), list):
        return "LeanIX LDIF"
    if isinstance(value.get("resourceType"), str):
        return f"FHIR {value['resourceType']}"
    if "spdxVersion" in value:
        return "SPDX"
    if "apiVersion" in value and "kind" in value:
        return "a Backstage catalogue (JSON)"
    return None


def _other_json(value: Mapping[str, Any]) -> str | None:
    if "json-schema.org" in str(value.get("$schema", "")):
        return "a JSON Schema, which says how data should look"
    if "openapi" in value or "swagger" in value:
        return "the description of an API (OpenAPI)"
    if isinstance(value.get("processors"), list):
        return "a set of processor settings"
    if "connectorType" in value or "processingDirection" in value:
        return "a query or connector setting without content"
    return None
