"""Extracts the facts eamap needs of five FHIR releases from HL7's own definitions, as the validator's jars carry them.

The definitions are HL7's, published under CC0; the jars are those `make hl7` fetches. What comes out are plain facts:
resource types, search parameters, the codes of required value sets, the elements of the datatypes, the patterns of the
primitive types. Nothing here runs when eamap runs.

The jars of DSTU2 and STU3 carry no search parameters; those come from the statements HL7 published with these releases,
which list every parameter with its definition and type.

    python scripts/hl7_facts.py .cache/hl7/lib ../shared/data/fhir/capability OUT
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

Node = dict[str, list[Any]]

RELEASES = {"DSTU2": "dstu2", "STU3": "dstu3", "R4": "r4", "R4B": "r4b", "R5": "r5"}
VERSION = {"DSTU2": "1.0.2", "STU3": "3.0.1", "R4": "4.0.1", "R4B": "4.3.0", "R5": "5.0.0"}
KINDS = frozenset({"StructureDefinition", "ValueSet", "CodeSystem", "SearchParameter"})
STATEMENT = {"DSTU2": "Conformance"}
BASE_STATEMENTS = {
    "DSTU2": "hl7-fhir-core-1.0.2__Conformance-base.json",
    "STU3": "hl7-fhir-core-3.0.1__CapabilityStatement-base.json",
}
WANTED = re.compile(r"model/(profile|valueset|sp)/.*\.(xml|json)$|packages/hl7\.fhir\.r5\.core.*\.tgz$")


def from_xml(node: Any) -> Node:
    """Gives an element as name -> list of values, a scalar being its text and an object a node again."""
    out: Node = {}
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        value: Any = child.get("value")
        if name == "extension":
            value = {"url": [child.get("url")]} | from_xml(child)
        elif value is None:
            value = from_xml(child)
        elif len(child):
            out.setdefault("_" + name, []).append(from_xml(child))
        out.setdefault(name, []).append(value)
    return out


def from_json(value: Any) -> Any:
    """Gives a JSON object in the same shape as from_xml gives an XML element."""
    if not isinstance(value, dict):
        return json.dumps(value) if isinstance(value, bool) else value
    return {k: [from_json(v) for v in (x if isinstance(x, list) else [x])] for k, x in value.items()}


def xml_resources(data: bytes) -> Iterator[tuple[str, Node]]:
    """Gives each definition of a Bundle or of a single resource in XML."""
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    found = root.iterfind("{*}entry/{*}resource/*") if root.tag.endswith("}Bundle") else iter([root])
    for node in found:
        name = node.tag.rpartition("}")[2]
        if name in KINDS:
            yield name, from_xml(node)


def json_resources(data: bytes) -> Iterator[tuple[str, Node]]:
    """Gives each definition of a Bundle or of a single resource in JSON."""
    root = json.loads(data)
    for item in [e["resource"] for e in root.get("entry", [])] or [root]:
        if item.get("resourceType") in KINDS:
            yield item["resourceType"], from_json(item)


def jar_resources(jar: Path) -> Iterator[tuple[str, Node]]:
    """Gives every definition a jar of definitions holds."""
    with zipfile.ZipFile(jar) as archive:
        for name in sorted(archive.namelist()):
            if not WANTED.search(name):
                continue
            data = archive.read(name)
            if name.endswith(".tgz"):
                yield from package_resources(data)
            else:
                yield from (xml_resources if name.endswith(".xml") else json_resources)(data)


def package_resources(data: bytes) -> Iterator[tuple[str, Node]]:
    """Gives every definition of an npm package of definitions."""
    pattern = re.compile(rf"package/({'|'.join(sorted(KINDS))})-[^/]*\.json$")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            handle = archive.extractfile(member) if pattern.match(member.name) else None
            if handle:
                yield from json_resources(handle.read())


def first(node: Node, *path: str) -> Any:
    """Gives the first value at a path, or None."""
    here: Any = node
    for name in path:
        values = here.get(name) if isinstance(here, dict) else None
        if not values:
            return None
        here = values[0]
    return here


class Definitions:
    """The definitions of one release, by kind and canonical url."""

    def __init__(self, release: str, folder: Path) -> None:
        self.release = release
        self.by_kind: dict[str, dict[str, Node]] = {kind: {} for kind in KINDS}
        self.inline: dict[str, Node] = {}
        (jar,) = folder.glob(f"hapi-fhir-validation-resources-{RELEASES[release]}-[0-9]*.jar")
        for kind, node in jar_resources(jar):
            url = first(node, "url")
            self.by_kind[kind].setdefault(url, node)
            if kind == "ValueSet" and first(node, "codeSystem", "system"):
                self.inline.setdefault(first(node, "codeSystem", "system"), node["codeSystem"][0])

    def structures(self) -> dict[str, Node]:
        """Gives the structures that are types of their own, by name; profiles on them are left out."""
        out: dict[str, Node] = {}
        for url, node in self.by_kind["StructureDefinition"].items():
            name = url.rpartition("/")[2]
            own = first(node, "snapshot", "element", "path") == name or (
                name[0].islower() and first(node, "kind") == "datatype"
            )
            if own or name in QUANTITIES:
                out[name] = node
        return out

    def resource_types(self) -> list[str]:
        """Gives the names of the resource types, the abstract ones left out."""
        codes = set(self.codes("http://hl7.org/fhir/ValueSet/resource-types") or [])
        names = {
            name
            for name, node in self.structures().items()
            if first(node, "kind") == "resource" and first(node, "abstract") != "true"
        }
        return sorted(names & codes if self.release == "DSTU2" else names)

    def codes(self, url: str) -> list[str] | None:
        """Gives the codes of a value set in order, or None where a system is not defined by HL7's files."""
        node = self.by_kind["ValueSet"].get(url.partition("|")[0])
        if node is None:
            return None
        out = [c for s in node.get("codeSystem", []) for c in concepts(s)] if self.release == "DSTU2" else []
        for include in (first(node, "compose") and node["compose"][0].get("include", [])) or []:
            part = self.included(include)
            if part is None:
                return None
            out += part
        for imported in (first(node, "compose") and node["compose"][0].get("import", [])) or []:
            out += self.codes(imported) or []
        dropped = {
            c for x in (first(node, "compose") and node["compose"][0].get("exclude", [])) or [] for c in concepts(x)
        }
        return [code for code in dict.fromkeys(out) if code not in dropped]

    def included(self, include: Node) -> list[str] | None:
        """Gives the codes one include of a value set takes in."""
        if include.get("concept"):
            return list(concepts(include))
        if include.get("valueSet") and not include.get("system"):
            parts = [self.codes(url) for url in include["valueSet"]]
            return None if any(p is None for p in parts) else [c for p in parts for c in p or []]
        system = first(include, "system")
        found = self.by_kind["CodeSystem"].get(system) or self.inline.get(system)
        if found is None or first(found, "content") in ("not-present", "fragment", "example"):
            return None
        if include.get("filter"):
            return filtered(found, include)
        return list(concepts(found))


QUANTITIES = frozenset({"Age", "Count", "Distance", "Duration", "Money", "SimpleQuantity", "MoneyQuantity"})


def concepts(node: Node) -> Iterator[str]:
    """Gives the codes of concepts, children after their parent."""
    for concept in node.get("concept", []):
        yield first(concept, "code")
        yield from concepts(concept)


def filtered(system: Node, include: Node) -> list[str] | None:
    """Gives the codes an include with an is-a or descendent-of filter takes in; other filters are not followed."""
    out: list[str] = []
    for item in include["filter"]:
        op, value = first(item, "op"), first(item, "value")
        if op not in ("is-a", "descendent-of"):
            return None
        out += [c for c in below(system, value) if op == "is-a" or c != value]
    return out


def below(node: Node, code: str) -> list[str]:
    """Gives a code and the codes under it."""
    for concept in node.get("concept", []):
        if first(concept, "code") == code:
            return [code, *concepts(concept)]
        found = below(concept, code)
        if found:
            return found
    return []


def element_row(element: Node) -> dict[str, Any]:
    """Gives the facts of one element definition."""
    binding = first(element, "binding")
    row: dict[str, Any] = {
        "path": first(element, "path"),
        "min": int(first(element, "min") or 0),
        "max": str(first(element, "max")),
        "types": types_of(element),
        "binding": None,
    }
    reference = first(element, "contentReference") or first(element, "nameReference")
    if reference:
        row["content_reference"] = reference
    if binding:
        value_set = first(binding, "valueSet") or first(binding, "valueSetReference", "reference")
        row["binding"] = {
            "strength": first(binding, "strength"),
            "valueSet": value_set or first(binding, "valueSetUri"),
        }
    rules = [
        {k: first(c, k) for k in ("key", "severity", "human", "expression", "xpath") if first(c, k)}
        for c in element.get("constraint", [])
    ]
    if rules:
        row["constraints"] = rules
    return row


def types_of(element: Node) -> list[str]:
    """Gives the types of an element, each once, FHIRPath system types as the FHIR type they stand for."""
    out: list[str] = []
    for item in element.get("type", []):
        code = first(item, "code")
        if isinstance(code, dict):
            code = None
        for extension in item.get("extension", []):
            if str(first(extension, "url")).endswith("structuredefinition-fhir-type"):
                code = first(extension, "valueUrl") or first(extension, "valueUri") or code
        if code:
            out.append(code)
    return list(dict.fromkeys(out))


def regex_of(node: Node) -> str | None:
    """Gives the pattern of a primitive type's value, wherever the release keeps it."""
    for element in first(node, "snapshot").get("element", []):
        if not str(first(element, "path")).endswith(".value"):
            continue
        for holder in [
            element,
            *element.get("type", []),
            *[c for t in element.get("type", []) for c in t.get("_code", [])],
        ]:
            for extension in holder.get("extension", []):
                if str(first(extension, "url")).endswith(("/regex", "structuredefinition-regex")):
                    return str(first(extension, "valueString"))
    return None


def datatypes(definitions: Definitions) -> tuple[dict[str, Any], dict[str, Any]]:
    """Gives the elements of each datatype and of the statement itself, and the patterns of the primitive types."""
    complex_types: dict[str, Any] = {}
    primitives: dict[str, Any] = {}
    statement = STATEMENT.get(definitions.release, "CapabilityStatement")
    for name, node in sorted(definitions.structures().items()):
        kind = first(node, "kind")
        if kind == "resource" and name not in (statement, "Resource", "DomainResource"):
            continue
        if kind == "logical":
            continue
        if name[0].islower():
            primitives[name] = {"regex": regex_of(node), "base": first(node, "baseDefinition") or first(node, "base")}
        else:
            rows = [element_row(e) for e in first(node, "snapshot")["element"]]
            complex_types[name] = rows
    return complex_types, primitives


def search_parameters(definitions: Definitions) -> list[dict[str, Any]]:
    """Gives the search parameters the jar defines (R4 on; the two older jars carry none)."""
    return [
        {
            "url": url,
            "name": first(node, "name"),
            "code": first(node, "code"),
            "base": node.get("base", []),
            "type": first(node, "type"),
        }
        for url, node in sorted(definitions.by_kind["SearchParameter"].items())
    ]


def stated_parameters(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """Gives the search parameters a release's own base statement lists, each once with the types it applies to."""
    out: dict[str, dict[str, Any]] = {}
    for rest in statement["rest"]:
        rows = [("Resource", p) for p in rest.get("searchParam", [])]
        rows += [(r["type"], p) for r in rest["resource"] for p in r.get("searchParam", [])]
        for stated, row in rows:
            base = "DomainResource" if "/DomainResource-" in row["definition"] else stated
            fact = {"url": row["definition"], "name": row["name"], "code": row["name"], "base": [], "type": row["type"]}
            found = out.setdefault(row["definition"], fact)
            found["base"] = sorted({*found["base"], base})
    return [out[url] for url in sorted(out)]


def required_codes(definitions: Definitions, types: dict[str, Any]) -> dict[str, Any]:
    """Gives the codes of every value set that a required binding of a datatype or of the statement names."""
    urls = {
        row["binding"]["valueSet"]
        for rows in types.values()
        for row in rows
        if row["binding"] and row["binding"]["strength"] == "required" and row["binding"]["valueSet"]
    }
    urls.add("http://hl7.org/fhir/ValueSet/restful-security-service")
    return {url: definitions.codes(url) for url in sorted(urls)}


def main(lib: str, statements: str, out: str) -> None:
    """Writes the tables of the five releases."""
    tables: dict[str, dict[str, Any]] = {
        name: {} for name in ("resource_types", "search_parameters", "codes", "datatypes", "primitives")
    }
    for release in RELEASES:
        definitions = Definitions(release, Path(lib))
        types, primitives = datatypes(definitions)
        tables["resource_types"][release] = definitions.resource_types()
        if release in BASE_STATEMENTS:
            statement = json.loads(Path(statements, BASE_STATEMENTS[release]).read_text(encoding="utf-8-sig"))
            tables["search_parameters"][release] = stated_parameters(statement)
        else:
            tables["search_parameters"][release] = search_parameters(definitions)
        tables["codes"][release] = required_codes(definitions, types)
        tables["datatypes"][release] = types
        tables["primitives"][release] = primitives
    for name, table in tables.items():
        Path(out, f"{name}.json").write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:4])
