"""Every hand-off of the sample and its answer, from the files alone: plain Python, nothing of eamap.

It follows docs/gaps.md. What a file says is read by csv, json and openpyxl; what a text means is looked up in the tables
under schemas/. Which statements meet or contradict what they claim was read by hand and stands in STATEMENTS.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from tests.golden.files import lines, sheet

DAY = "2026-11-22"
BEST = ("none_known", "other_means", "non_conformant", "declared_only", "conformant")
STATEMENTS: dict[str, tuple[str, ...]] = {
    "statement-carrow-vale-letters.json": ("contradicts",),  # stops in the middle of the JSON
    "statement-westholme-metadata.xml": ("contradicts",),  # an element is never closed
    "statement-carrow-vale-results.json": ("contradicts", "ukcore-stu2"),  # declares R4, the row says STU3
    "statement-pathology-results.xml": ("contradicts",),  # declares STU3, the row says R4
    "statement-saltmarsh-virtual-ward.json": ("contradicts",),  # declares R4 in the shape of STU3, names Care Connect
    "statement-gp-record-view.json": ("contradicts",),  # lacks most of what GP Connect structured asks for
    "statement-upland-conveyance.json": ("contradicts", "ukcore-stu2"),  # names UK Core, and breaks the rules of FHIR
    "statement-shared-care-record.json": ("ukcore-stu2",),
    "statement-northmoor-epr.json": ("ukcore-stu2",),
    "statement-northmoor-engine.xml": ("ukcore-stu2",),
    "statement-community-caseload.json": ("ukcore-stu2",),
}
"""File of a statement > the standards of the registry it was compared with and met; or that it contradicts."""
HEADINGS = {
    "Trust code": "Organisation code", "App ID": "System ID", "Application": "System name", "Application type": "System type",
    "Vendor": "Supplier", "Lifecycle status": "Status", "Env": "Environment", "Capability": "Capabilities", "Shared with": "Used by",
    "Interface ref": "Interface ID", "Source system": "Exposed by", "Target system": "Consumed by",
    "Target organisation": "Consumer organisation", "Capability statement": "Statement",
}  # fmt: skip


def plain(text: str) -> str:
    """Returns the letters and digits of a text, in lower case."""
    return re.sub(r"[^a-z0-9]", "", text.lower().replace("&", "and").replace("+", "plus"))


def parts(text: Any) -> list[str]:
    return [each.strip() for each in str(text or "").split(";") if each.strip()]


def dictionaries(rows: list[list[Any]], first: str) -> list[dict[str, str]]:
    """Returns the rows of a table below its header, which has a cell with this text, by the headings of the plain layout."""
    at = next(number for number, row in enumerate(rows) if first in row)
    heads = [HEADINGS.get(str(cell), str(cell or "")) for cell in rows[at]]
    found = [{head: str(cell or "").strip() for head, cell in zip(heads, row, strict=False)} for row in rows[at + 1 :]]
    return [row for row in found if any(row.values())]


@dataclass
class Sample:
    """The tables of the sample."""

    folder: Path
    schemas: Path
    systems: dict[str, dict[str, Any]] = field(default_factory=dict)
    interfaces: list[dict[str, Any]] = field(default_factory=list)
    bodies: dict[str, dict[str, str]] = field(default_factory=dict)

    def table(self, name: str) -> list[dict[str, str]]:
        with (self.schemas / name).open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def read(self) -> Sample:
        for row in dictionaries(lines(self.folder / "organisations.csv"), "code"):
            self.bodies[row["code"]] = row
        for path in sorted(self.folder.glob("*_systems.csv")):
            self._systems(dictionaries(lines(path), "System ID"))
        for path in sorted(self.folder.glob("*_interfaces.csv")):
            self._interfaces(dictionaries(lines(path), "Interface ID"))
        book = self.folder / "northmoor_university_inventory.xlsx"
        self._systems(dictionaries(sheet(book, "Applications"), "App ID"))
        self._interfaces(dictionaries(sheet(book, "Interfaces"), "Interface ref"))
        for name, file in (("Eastmere", "eastmere_ics_return.xlsx"), ("Primary care", "northmoor_primary_care.xlsx")):
            self._systems(dictionaries(sheet(self.folder / file, f"{name} systems"), "System ID"))
            self._interfaces(dictionaries(sheet(self.folder / file, f"{name} interfaces"), "Interface ID"))
        self._export(json.loads((self.folder / "northmoor_community_export.json").read_text(encoding="utf-8")))
        return self

    def _export(self, export: dict[str, Any]) -> None:
        for app in export["applications"]:
            supplier = (app.get("supplier") or {}).get("name")
            self._systems([{"Organisation code": app["organisationCode"], "System ID": app["id"], "System name": app["name"], "System type": app["type"],
                            "Supplier": supplier, "Product": app["product"], "Status": app["status"], "Environment": app["environment"],
                            "Capabilities": ";".join(app["capabilities"] or []), "Used by": ";".join(app["usedBy"] or [])}])  # fmt: skip
            for each in app["interfaces"] or []:
                self._interfaces([{"Organisation code": each["organisationCode"], "Interface ID": each["id"],
                                   "Exposed by": each.get("exposedBy") or app["id"], "Consumed by": each["consumedBy"] or "",
                                   "Consumer organisation": each["consumerOrganisation"] or "", "Protocol": each["protocol"] or "",
                                   "Standard": each["standard"] or "", "Statement": each["statement"] or "", "Status": each["status"] or ""}])  # fmt: skip

    def _systems(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self.systems[f"{row['Organisation code']}/{row['System ID']}".lower()] = row

    def _interfaces(self, rows: list[dict[str, Any]]) -> None:
        self.interfaces += rows

    # What counts ----------------------------------------------------------------------------------------------------

    def now(self, code: str) -> str | None:
        """Returns who stands for a code on the day."""
        row = self.bodies.get(code)
        while row and row["closed"] and row["closed"] < DAY:
            row = self.bodies.get(row["succeeded_by"])
        return row["code"] if row and row["opened"] <= DAY else None

    def used(self) -> dict[str, dict[str, Any]]:
        """Returns the production systems in use."""
        return {
            key: row for key, row in self.systems.items()
            if (row["Status"] or "Live") in ("Live", "Retiring") and (row["Environment"] or "Production") == "Production"
        }  # fmt: skip

    def holders(self, key: str, row: dict[str, Any]) -> set[str]:
        """Returns who operates or uses a system; of a national service the operator only."""
        codes = {row["Organisation code"]}
        if "national" not in parts(self.bodies.get(row["Organisation code"], {}).get("pathway_roles", "")):
            codes |= set(parts(row["Used by"]))
        return {body for code in codes if (body := self.now(code))}

    def does(self) -> dict[str, set[str]]:
        """Returns what each system does by its own row, else surely by its product, else surely by its type."""
        products = {}
        for row in self.table("products/products.csv"):
            for alias in (row["product"], *parts(row["aliases"])):
                products[plain(alias)] = parts(row["capability_ids"])
        types: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in self.table("crosswalks/system_types.csv"):
            types[plain(row["text"])].append(row)
        return {key: self._does(row, products, types) for key, row in self.used().items()}

    @staticmethod
    def _does(row: dict[str, Any], products: dict[str, list[str]], types: dict[str, list[dict[str, str]]]) -> set[str]:
        stated = set(parts(row["Capabilities"]))
        if stated:
            return stated
        sure = {
            each
            for text in parts(row["System type"])
            for line in types[plain(text)]
            if line["relation"] == "is"
            for each in parts(line["capability_ids"])
        }
        own = products.get(plain(row["Product"] or row["System name"] or ""))
        if own is None:
            return sure
        return set(own) if len(own) == 1 else set(own) & sure


@dataclass(frozen=True)
class Step:
    """One hand-off and what it asks for."""

    id: str
    giver: str
    taker: str
    capabilities: frozenset[str]
    standards: frozenset[str]
    services: frozenset[str]


def steps(sample: Sample) -> list[Step]:
    """Returns the hand-offs; texts that name no wire standard ask for none."""
    wires = {
        row["text"]: row["registry_id"].split("|")
        for row in sample.table("crosswalks/pathway_standards.csv")
        if row["kind"] == "wire"
    }
    services = {}
    for row in sample.table("crosswalks/pathway_services.csv"):
        names = [*row["product"].split("|"), *row["name"].split("|")]
        services[row["text"]] = {plain(each) for each in names if each.strip()}
    found = []
    for row in sample.table("pathways/steps.csv"):
        if row["handoff"] == "Y":
            asked = frozenset(each for text in parts(row["standards"]) for each in wires.get(text, ()) if each)
            named = frozenset(each for text in parts(row["national_services"]) for each in services.get(text, ()))
            found.append(Step(f"{row['pathway_id']}/{row['step']}", row["from_org_type"], row["to_org_type"], frozenset(parts(row["capability_ids"])), asked, named))  # fmt: skip
    return found


def meanings(sample: Sample) -> tuple[dict[str, str], dict[str, str]]:
    """Returns what the words for a standard mean, and the status of each standard."""
    said, status = {}, {}
    for row in sample.table("standards/registry.csv"):
        status[row["id"]] = row["status"]
        for text in (row["id"], row["title"]):
            said[plain(text)] = row["id"]
    for row in sample.table("crosswalks/standard_aliases.csv"):
        said.setdefault(plain(row["alias"]), row["registry_id"])
    return said, status


@dataclass
class Joined:
    """One interface with one of its consumers: the systems at its ends (None: an organisation's), who holds them, its claims."""

    id: str
    ends: tuple[str | None, str | None]
    bodies: tuple[set[str], set[str]]
    protocol: str
    claims: set[str]
    met: set[str]
    contradicted: bool


def joined(sample: Sample) -> list[Joined]:
    """Returns the interfaces in use whose two ends are in the inventory."""
    said, _ = meanings(sample)
    used, found = sample.used(), []
    held = {key: sample.holders(key, row) for key, row in used.items()}

    def end(text: str, own: str) -> tuple[str | None, set[str]] | None:
        key = (text if "/" in text else f"{own}/{text}").lower()
        return (key, held[key]) if key in held else None

    for row in sample.interfaces:
        if (row["Status"] or "Live") not in ("Live", "Retiring"):
            continue
        own = row["Organisation code"]
        giver = end(row["Exposed by"], own)
        far = row["Consumer organisation"]
        takers = [end(each, far or own) for each in parts(row["Consumed by"])]
        if not row["Consumed by"] and far:
            takers = [(None, {body}) for code in parts(far) if (body := sample.now(code))]
        known = STATEMENTS.get(row["Statement"], ())
        met = {each for each in known if each != "contradicts"}
        texts = re.split(r";(?![^()]*\))", row["Standard"])
        claims = {said[plain(text)] for text in texts if plain(text) in said} | met
        found += [
            Joined(row["Interface ID"], (giver[0], taker[0]), (giver[1], taker[1]), row["Protocol"], claims, met, "contradicts" in known)
            for taker in takers if giver and taker
        ]  # fmt: skip
    return found


class Recount:
    """The answer of every pair."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample
        self.joined = joined(sample)
        self.does = sample.does()
        self.status = meanings(sample)[1]
        self.national = {code for code, row in sample.bodies.items() if "national" in parts(row["pathway_roles"])}
        used = sample.used()
        self.names = {
            key: {plain(row["Product"] or ""), plain(row["System name"] or "")} - {""} for key, row in used.items()
        }
        self.services = {key for key, row in used.items() if row["Organisation code"] in self.national}
        self.engines = {key for key in used if "TEC-1.1" in self.does[key]}
        self.held = {key: sample.holders(key, row) for key, row in used.items()}

    def worth(self, each: Joined, step: Step) -> int:
        """Returns what an interface is worth to a step: 0 nothing, 1 by other means, 2 not conformant, 3 declared, 4 conformant."""
        told = [end for end in each.ends if end and (self.does[end] or self._named(end))]
        concerned = bool(each.claims & step.standards) or any(self._concerns(end, step) for end in each.ends if end)
        if not concerned and (told or self._asked(each)):
            return 0
        if each.protocol in ("Paper", "Email", "Phone", "Fax"):
            return 1
        if each.contradicted:
            return 2
        if not step.standards:
            return 4 if each.met else 3
        usable = {
            claim
            for claim in each.claims & step.standards
            if self.status[claim] not in ("deprecated", "retired", "withdrawn")
        }
        if any(claim in each.met and self.status[claim] == "active" for claim in usable):
            return 4
        return 3 if usable else 2

    def _asked(self, each: Joined) -> bool:
        return any(each.claims & step.standards for step in self.steps)

    def _named(self, end: str) -> bool:
        return end in self.services and any(self.names[end] & step.services for step in self.steps)

    def _concerns(self, end: str, step: Step) -> bool:
        return bool(self.does[end] & step.capabilities) or (
            end in self.services and bool(self.names[end] & step.services)
        )

    @property
    def steps(self) -> list[Step]:
        if not hasattr(self, "_steps"):
            self._steps = steps(self.sample)
        return self._steps

    def answers(self) -> dict[tuple[str, str, str], str]:
        """Returns the answer of each (step, from, to)."""
        found = {}
        for step in self.steps:
            worths = [(each, worth) for each in self.joined if (worth := self.worth(each, step))]
            for giver, taker in self.pairs(step, worths):
                found[step.id, giver, taker] = BEST[self.best(giver, taker, step, worths)]
        return found

    def icb(self, code: str) -> str | None:
        row = self.sample.bodies[code]
        return code if row["role"] == "ICB" else None if code in self.national else row["part_of"] or None

    def pairs(self, step: Step, worths: list[tuple[Joined, int]]) -> list[tuple[str, str]]:
        """Returns who should exchange on a step."""
        acting = {
            code: parts(row["pathway_roles"])
            for code, row in self.sample.bodies.items()
            if self.sample.now(code) == code
        }
        met = {frozenset(ends) for each, _ in worths for ends in product(*each.bodies)}
        return [
            (giver, taker) for giver, taker in product(acting, acting)
            if giver != taker and step.giver in acting[giver] and step.taker in acting[taker]
            and (self.icb(giver) == self.icb(taker) or len({giver, taker} & self.national) == 1 or {giver, taker} in met)
        ]  # fmt: skip

    def best(self, giver: str, taker: str, step: Step, worths: list[tuple[Joined, int]]) -> int:
        """Returns the worth of the best connection of two organisations."""
        direct = [worth for each, worth in worths if (giver in each.bodies[0] and taker in each.bodies[1]) or (taker in each.bodies[0] and giver in each.bodies[1])]  # fmt: skip
        shared = [3 for key, bodies in self.held.items() if {giver, taker} <= bodies and self._concerns(key, step)]
        legs: dict[tuple[str, str], int] = defaultdict(int)
        for each, worth in worths:
            for near, far in ((0, 1), (1, 0)):
                hub = each.ends[near]
                if hub in self.engines or hub in self.services:
                    for body in each.bodies[far]:
                        legs[hub, body] = max(legs[hub, body], worth)
        via = [min(legs.get((hub, giver), 0), legs.get((hub, taker), 0)) for hub in self.engines | self.services]
        return max([0, *direct, *shared, *via])

    def missing(self) -> set[tuple[str, str]]:
        """Returns the (step, system of care) with a role that nobody there fills."""
        roles = {(self.icb(code), role) for code, row in self.sample.bodies.items() if self.sample.now(code) == code for role in parts(row["pathway_roles"])}  # fmt: skip
        boards = [code for code, row in self.sample.bodies.items() if row["role"] == "ICB"]
        anywhere = {role for _, role in roles}
        return {
            (step.id, board) for step in self.steps for board in boards
            if any((role not in anywhere) if role == "national" else (board, role) not in roles for role in (step.giver, step.taker))
        }  # fmt: skip
