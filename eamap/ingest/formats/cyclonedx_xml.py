"""CycloneDX in XML as the same objects as in JSON, so that one reader serves both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.ingest.formats.markup import fault_of, root_of

NAMESPACE = "http://cyclonedx.org/schema/bom/"
_LISTS = {"components": "component", "services": "service", "vulnerabilities": "vulnerability", "endpoints": "endpoint",
          "ratings": "rating", "references": "reference", "affects": "target", "versions": "version",
          "properties": "property"}  # fmt: skip
"""Elements that hold a list, and what each item of it is called."""


def is_bom(text: str) -> bool:
    """Whether the root element is a bill of materials of CycloneDX."""
    root, attributes = root_of(text)
    return root == "bom" and NAMESPACE in attributes


def read_xml(data: bytes, path: Path) -> dict[str, Any]:
    """Returns the file as the object that its JSON form would be; SourceError if it is broken or declares entities."""
    from defusedxml.ElementTree import fromstring

    if fault := fault_of(data, path):
        raise SourceError(f"the XML is broken: {fault}", where=str(path), hint="export the file again")
    root = fromstring(data, forbid_dtd=True)
    version = root.tag.partition("}")[0].rpartition("/")[2]
    return {"bomFormat": "CycloneDX", "specVersion": version, **_children(root)}


def _children(element: Any) -> dict[str, Any]:
    found: dict[str, Any] = dict(element.attrib)
    for child in element:
        name = _name(child)
        if name == "dependencies":
            found[name] = [_dependency(each) for each in child]
        elif name in _LISTS:
            found[name] = [_value(each) for each in child if _name(each) == _LISTS[name]]
        else:
            found[name] = _value(child)
    return found


def _value(element: Any) -> Any:
    text = (element.text or "").strip()
    if _name(element) == "property":
        return {"name": element.get("name", ""), "value": text}
    if len(element) or element.attrib:
        return _children(element) | ({"value": text} if text else {})
    return text


def _dependency(element: Any) -> dict[str, Any]:
    return {"ref": element.get("ref", ""), "dependsOn": [each.get("ref", "") for each in element]}


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
