"""Makes statements with known defects, for eamap and HL7's validator to judge: the same seed gives the same files.

    python -m tests.hl7.generate OUT [--count 2400] [--seed 4] [--shared ../shared/data/fhir]

Each release gets the same number: first every operator alone on a made statement, then one to three operators on a made
or published one. OUT/files.tsv says of each file its release, its base, the operators and the form.
"""

from __future__ import annotations

import argparse
import copy
import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tests.hl7 import mutations_rules, mutations_values
from tests.hl7.forms import TEXT_DEFECTS, XML_DEFECTS, Order, order_of, to_xml
from tests.hl7.mutations import OPERATORS
from tests.hl7.statements import RELEASES, VERSIONS, bases

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir"
LARGEST = 60_000
"""Larger published statements say no more and take their time."""
ALONE = 2
"""How often each operator stands alone."""
assert mutations_rules, mutations_values  # each registers its operators when it is imported

Case = tuple[str, tuple[str, ...], str, bytes]
"""Base, operators, form and content of a file."""


def release_of(statement: dict[str, Any]) -> str | None:
    """Gives the release a statement declares, by its first two numbers."""
    version = str(statement.get("fhirVersion"))
    return next((r for r, v in VERSIONS.items() if version.split(".")[:2] == v.split(".")[:2]), None)


def published(folder: Path, release: str) -> dict[str, dict[str, Any]]:
    """Gives the published statements of a release that are JSON; R4's serve R4B as well, of which few are published."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            statement = json.loads(path.read_text("utf-8-sig")) if path.stat().st_size <= LARGEST else None
        except ValueError:
            continue
        if not isinstance(statement, dict):
            continue
        declared = release_of(statement)
        if declared == "R4" and release == "R4B":
            statement["fhirVersion"], declared = VERSIONS["R4B"], "R4B"
        if declared == release:
            found[path.stem] = statement
    return found


class Maker:
    """Makes the cases of one release."""

    def __init__(self, release: str, shared: Path, seed: int) -> None:
        self.release = release
        self.rng = random.Random(f"{seed}-{release}")
        self.made = bases(release)
        self.published = published(shared / "capability", release)
        name = "Conformance" if release == "DSTU2" else "CapabilityStatement"
        definition = shared / "spec" / f"StructureDefinition-{name}-{VERSIONS[release]}.json"
        self.order: Order = order_of(json.loads(definition.read_text("utf-8")))

    def cases(self, count: int) -> Iterator[Case]:
        """Gives a number of cases: each operator alone first, then mixtures."""
        alone = [name for name in (*sorted(OPERATORS), *TEXT_DEFECTS, *XML_DEFECTS) for _ in range(ALONE)]
        for number in range(count):
            yield self.alone(alone[number]) if number < len(alone) else self.mixed()

    def alone(self, name: str) -> Case:
        return self.case("full", self.made["full"], [name], "xml" if name in XML_DEFECTS else "json")

    def mixed(self) -> Case:
        rng = self.rng
        names = rng.choices(sorted(OPERATORS), k=rng.choices((1, 2, 3), (5, 3, 2))[0])
        form = rng.choices(("json", "xml"), (5, 1))[0]
        if form == "xml":
            names.append(rng.choice(list(XML_DEFECTS)))
        elif rng.random() < 0.04:
            names.append(rng.choice(list(TEXT_DEFECTS)))
        source = self.published if self.published and rng.random() < 0.5 else self.made
        base = rng.choice(list(source))
        return self.case(base, source[base], names, form)

    def case(self, base: str, statement: dict[str, Any], names: list[str], form: str) -> Case:
        """Applies operators to a copy of a base; those that find nothing to change are not named."""
        changed = copy.deepcopy(statement)
        done: list[str] = []
        mutations = [name for name in names if name in OPERATORS]
        done.extend(name for name in mutations if OPERATORS[name](self.rng, changed, self.release))
        done += [name for name in names if name not in OPERATORS]
        if form == "json":
            content = json.dumps(changed, ensure_ascii=False, indent=1).encode()
            for name in filter(TEXT_DEFECTS.__contains__, names):
                content = TEXT_DEFECTS[name](self.rng, content.decode())
            return base, tuple(done), form, content
        root = to_xml(changed, self.order)
        for name in filter(XML_DEFECTS.__contains__, names):
            XML_DEFECTS[name](self.rng, root)
        return base, tuple(done), form, etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def write(out: Path, shared: Path, count: int, seed: int) -> int:
    """Writes the files and the table of them; returns how many there are."""
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.json"), *out.glob("*.xml")):
        old.unlink()
    rows = []
    for release in RELEASES:
        maker = Maker(release, shared, seed)
        for number, (base, names, form, content) in enumerate(maker.cases(-(-count // len(RELEASES)))):
            name = f"{release}-{number:04d}.{form}"
            (out / name).write_bytes(content)
            rows.append((name, release, base, "+".join(names) or "none", form))
    with (out / "files.tsv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(
            [("file", "release", "base", "operators", "form"), *rows]
        )
    return len(rows)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=2400)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--shared", type=Path, default=SHARED)
    given = parser.parse_args()
    print(f"{write(given.out, given.shared, given.count, given.seed)} statements in {given.out}")


if __name__ == "__main__":
    main()
