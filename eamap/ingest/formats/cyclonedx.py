"""Reads CycloneDX: one table, whose rows are the subject, components, services, endpoints, dependencies and vulnerabilities.

A component is known by its purl, its CPE or else its group, name and version, because the references inside a file are
often new with each export. What those references lead to is looked up here, so that the mapping sees only lasting keys.
Rows are counted in the order of the file; ``place`` says where in it each stands.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eamap.errors import SourceError
from eamap.ingest.formats import cells as tables
from eamap.ingest.formats.cyclonedx_parts import affected, key_of, refs_of, score_of, scores, texts_of
from eamap.ingest.formats.cyclonedx_xml import is_bom, read_xml
from eamap.ingest.formats.decode import decoded
from eamap.ingest.formats.placing import limited
from eamap.ingest.formats.records import DEEPEST, Records, loaded, plain_text
from eamap.model.grid import Document, Grid
from eamap.model.issues import Issue
from eamap.protocols import Sample

COLUMNS = ("what", "place", "given system", "subject", "key", "to", "type", "group", "name", "version", "description", "supplier",
           "identifier", "quantity", "url", "id", "cve", "severity", "score", "found by", "first issued", "published", "state",
           "timestamp")  # fmt: skip
SYSTEMS = frozenset({"application", "container", "platform"})
"""Types of subject that are deployed and so are systems; libraries, devices and files are not."""
_SIGN = re.compile(r'"bomFormat"\s*:\s*"CycloneDX"')
_HINT = "export the file again, or have it checked against the schema of CycloneDX"


@dataclass(slots=True)
class _Bom:
    """A file while it is laid out: its rows, its problems, the key that each reference inside it stands for."""

    path: Path
    subject: str = ""
    subject_ref: str = ""
    timestamp: str = ""
    rows: list[dict[str, str]] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, place: str, **cells: str) -> None:
        self.rows.append({"what": what, "place": place, "subject": self.subject, "timestamp": self.timestamp, **cells})

    def say(self, place: str, code: str, message: str, *, hint: str = _HINT, value: Any = "") -> None:
        """Notes a problem of the row that comes next, or of what stands at a place of which no row is made."""
        text = plain_text(value)[:200]
        self.issues.append(Issue(self.path.name, "", len(self.rows) + 1, place, code, message, hint, text))


class CycloneDx:
    """Reads a bill of materials, JSON or XML."""

    name = "cyclonedx"

    def score(self, sample: Sample) -> float:
        """Returns a high score for what says that it is CycloneDX."""
        if sample.kind == "xml":
            return 0.9 if is_bom(sample.text) else 0.0
        return 0.9 if sample.kind == "json" and _SIGN.search(sample.text) else 0.0

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns one grid; SourceError for a file that is broken, or lists nothing."""
        data = sample.content()
        value = read_xml(data, path) if sample.kind == "xml" else loaded(decoded(data, sample.encoding), path)[0]
        if not isinstance(value, Mapping) or value.get("bomFormat") != "CycloneDX":
            # The words stand somewhere inside records of another kind.
            return Records().read(path, sample)
        bom = _laid_out(value, path)
        if not any(row["what"] not in ("subject", "hardware") for row in bom.rows):
            raise SourceError(
                "the CycloneDX file lists no component, no service and no vulnerability", where=str(path), hint=_HINT
            )
        cells = tables.frame([[row.get(name, "") for name in COLUMNS] for row in bom.rows])
        issues = tuple(limited(bom.issues, "places"))
        return [Grid(path.name, "", hashlib.sha256(data).hexdigest(), self.name, cells, header=COLUMNS, issues=issues)]


def _laid_out(value: Mapping[str, Any], path: Path) -> _Bom:
    bom = _Bom(path)
    if not value.get("specVersion"):
        bom.say(
            "specVersion",
            "no-spec-version",
            "the file does not say which version of CycloneDX it is; it was read as 1.6",
        )
    metadata = value.get("metadata")
    _subject(bom, metadata if isinstance(metadata, Mapping) else {})
    for place, item in _objects(bom, value, "components", ""):
        _component(bom, item, place)
    for place, item in _objects(bom, value, "services", ""):
        _service(bom, item, place)
    for place, item in _objects(bom, value, "dependencies", ""):
        _dependency(bom, item, place)
    for place, item in _objects(bom, value, "vulnerabilities", ""):
        _vulnerability(bom, item, place)
    return bom


def _objects(
    bom: _Bom, holder: Mapping[str, Any], name: str, above: str, depth: int = 0
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Gives every object of a list with its place, those of the same name inside it after it."""
    if depth > DEEPEST:
        raise SourceError(f"{name} are nested more than {DEEPEST} deep", where=f"{bom.path}, {above}", hint=_HINT)
    items = holder.get(name) or []
    if not isinstance(items, list):
        raise SourceError(f"{above}{name} is no list", where=str(bom.path), hint=_HINT)
    for number, item in enumerate(items):
        place = f"{above}{name}[{number}]"
        if not isinstance(item, Mapping):
            bom.say(place, "not-a-record", "an entry of the list is no object and was not read", value=item)
            continue
        yield place, item
        yield from _objects(bom, item, name, f"{place}.", depth + 1)


def _subject(bom: _Bom, metadata: Mapping[str, Any]) -> None:
    """Notes what the file is about: a system, or a piece of hardware or a library, which is none."""
    bom.timestamp = plain_text(metadata.get("timestamp"))
    about = metadata.get("component")
    if not isinstance(about, Mapping):
        return
    texts = texts_of(about)
    bom.subject_ref = plain_text(about.get("bom-ref"))
    is_system = texts["type"] in SYSTEMS and bool(texts["name"])
    bom.subject = texts["name"] if is_system else ""
    bom.add("subject" if is_system else "hardware", "metadata.component", **texts)


def _component(bom: _Bom, item: Mapping[str, Any], place: str) -> None:
    texts = texts_of(item)
    key = key_of(texts)
    if not key:
        bom.say(place, "component-without-name", "the component has neither a name nor a purl or CPE")
    _refer(bom, item, key, place)
    bom.add("component", place, key=key, **texts)


def _service(bom: _Bom, item: Mapping[str, Any], place: str) -> None:
    texts = {**texts_of(item), "type": "service"}
    key = "service:" + key_of(texts) if key_of(texts) else ""
    if not key:
        bom.say(place, "component-without-name", "the service has no name")
    _refer(bom, item, key, place)
    bom.add("service", place, key=key, **texts)
    endpoints = item.get("endpoints")
    for number, url in enumerate(endpoints if isinstance(endpoints, list) else []):
        bom.add("endpoint", f"{place}.endpoints[{number}]", key=key, name=texts["name"], url=plain_text(url))


def _refer(bom: _Bom, item: Mapping[str, Any], key: str, place: str) -> None:
    """Remembers what a reference stands for; of two that are the same the first counts, and that is said."""
    ref = plain_text(item.get("bom-ref"))
    if not ref:
        return
    if ref in bom.keys and bom.keys[ref] != key:
        bom.say(
            place, "repeated-ref", "another part has the same bom-ref: what refers to it means the first", value=ref
        )
    bom.keys.setdefault(ref, key)


def _dependency(bom: _Bom, item: Mapping[str, Any], place: str) -> None:
    ref = plain_text(item.get("ref"))
    for target in refs_of(item.get("dependsOn")):
        to = bom.keys.get(target)
        if ref == bom.subject_ref and ref and to:
            bom.add("subject dependency", place, to=to)
        elif to and ref in bom.keys:
            bom.add("dependency", place, key=bom.keys[ref], to=to)
        else:
            lost = ref if ref not in bom.keys and ref != bom.subject_ref else target
            bom.say(place, "unresolved-ref", "the dependency names something that the file does not list", value=lost)


def _vulnerability(bom: _Bom, item: Mapping[str, Any], place: str) -> None:
    """Gives a row for each thing that a vulnerability is said to affect."""
    texts = score_of(item) | scores(item)
    hits = list(affected(item))
    if not hits:
        bom.say(
            place,
            "affects-nothing",
            "the vulnerability does not say what it affects; the row is kept",
            value=texts["id"],
        )
        bom.add("vulnerability", place, **{**texts, "cve": ""})
        return
    for ref, state in hits:
        if (key := bom.keys.get(ref)) is None:
            bom.say(
                place,
                "unresolved-ref",
                "the vulnerability affects something that the file does not list; the row is kept",
                value=ref,
            )
        found = texts | ({"state": state} if state else {})
        bom.add("vulnerability", place, **{**found, "cve": found["cve"] if key else ""}, key=key or "")
