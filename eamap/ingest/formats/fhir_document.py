"""Recognises a FHIR CapabilityStatement (or a Conformance of DSTU2) and hands it over whole.

What it says, and whether it is sound, is for the FHIR checks: a broken statement is a fact about the system it
belongs to, so it is handed over too, with an issue.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from eamap.ingest.formats.decode import decoded
from eamap.ingest.formats.markup import fault_of, refuse_declarations, root_of
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Sample

_KINDS = "CapabilityStatement|Conformance"
_TYPE = re.compile(rf'"resourceType"\s*:\s*"(?:{_KINDS})"')
_FIRST = re.compile(rf'\s*\ufeff?\s*\{{\s*"resourceType"\s*:\s*"(?:{_KINDS})"')
_NAMESPACE = "http://hl7.org/fhir"


class FhirDocument:
    """Recognises a statement by its content, in JSON or XML."""

    name = "fhir"

    def score(self, sample: Sample) -> float:
        """Returns a high score where the outermost object or element is a statement."""
        if sample.kind == "xml":
            return 1.0 if _is_statement_xml(sample.text) else 0.0
        if sample.kind != "json":
            return 0.0
        return 1.0 if _FIRST.match(sample.text) or _is_statement_json(sample) else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns the bytes of the file as one document; raises SourceError for XML with entities."""
        data = sample.content()
        fault = _xml_fault(data, path, sample) if sample.kind == "xml" else _json_fault(data, sample)
        row = int(line[1]) if (line := re.search(r"line (\d+)", fault)) else 0
        broken = Issue(
            path.name, "", row, "", "broken-statement", f"the statement cannot be parsed: {fault}", _HINT
        )  # fmt: skip
        issues = (broken,) if fault else ()
        return [Document(path.name, hashlib.sha256(data).hexdigest(), self.name, data, issues)]


def _is_statement_xml(text: str) -> bool:
    root, attributes = root_of(text)
    return root in _KINDS.split("|") and (_NAMESPACE in attributes or "xmlns" not in attributes)


def _is_statement_json(sample: Sample) -> bool:
    """Looks at the whole file where the type does not stand first: a record may hold a statement inside it."""
    text = sample.text if sample.complete else decoded(sample.content(), sample.encoding)
    if not _TYPE.search(text):
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # Broken, so only its look can tell: a statement has a fhirVersion or a rest part beside its type.
        return re.search(r'"(?:fhirVersion|rest)"\s*:', text) is not None
    return isinstance(value, dict) and value.get("resourceType") in _KINDS.split("|")


def _xml_fault(data: bytes, path: Path, sample: Sample) -> str:
    text = decoded(data, sample.encoding)
    refuse_declarations(text[: text.find("<" + root_of(text)[0])], str(path))
    return fault_of(data, path)


def _json_fault(data: bytes, sample: Sample) -> str:
    try:
        json.loads(decoded(data, sample.encoding).lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        return str(error)
    except RecursionError:
        return "objects nested too deeply"
    return ""


_HINT = "the checks will say it cannot be read; ask the supplier for the statement as the server gives it"
