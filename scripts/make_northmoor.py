"""Writes the bulk sources of the Northmoor sample from its recipe: seeded, so that the same recipe gives the same files.

The recipe (``sample_estates/northmoor/recipe``) says which kinds of system each setting has, which products they come
from, how they connect, and what they run on; its ``curated_*`` tables hold the rows written by hand: the shared systems,
the do-once case and every planted fault. Curated rows come first in each file, so a planted cell keeps its place when
the bulk changes. ``organisations.csv``, the FOI replies and the statements are written by hand and only read here.

Usage: ``python scripts/make_northmoor.py [FOLDER]`` (default: ``sample_estates/northmoor/sources``).
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from northmoor_files import Row, write_all

SAMPLE = Path(__file__).resolve().parents[1] / "sample_estates" / "northmoor"
SEED = 20261122
CLINICAL = ("ADM-", "REC-", "DIA-", "MED-", "SPC-")


def recipe(name: str) -> list[Row]:
    """Returns the rows of one table of the recipe."""
    with (SAMPLE / "recipe" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def dice(code: str, purpose: str) -> random.Random:
    """Returns the dice of one organisation for one purpose, so that a change in one place moves nothing elsewhere."""
    return random.Random(f"{SEED}:{code}:{purpose}")


def slug(text: str) -> str:
    """Returns a system id as a service desk would type it."""
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")


@dataclass(slots=True)
class Inventory:
    """What one organisation reports: its rows, and which system fills which slot."""

    plan: Row
    systems: list[Row] = field(default_factory=list)
    interfaces: list[Row] = field(default_factory=list)
    components: list[Row] = field(default_factory=list)
    slots: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The organisation's code."""
        return self.plan["code"]

    def add(self, slot: str, row: Row) -> None:
        """Takes in a system and remembers the slot it fills."""
        self.systems.append(row)
        if slot not in ("", "-"):
            self.slots[slot] = row["System ID"]


def inventories() -> dict[str, Inventory]:
    """Builds every organisation's rows, organisations in the order of the plan."""
    found = {plan["code"]: Inventory(plan) for plan in recipe("plans")}
    for row in recipe("curated_systems"):
        code = row["Organisation code"]
        found.setdefault(code, Inventory({"code": code, "settings": ""})).add(row.pop("slot"), row)
    for inventory in found.values():
        add_systems(inventory)
        add_test_instances(inventory)
    for table, kind in (("curated_interfaces", "interfaces"), ("curated_components", "components")):
        for row in recipe(table):
            getattr(found[row["Organisation code"]], kind).append(row)
    national = {slot: f"ZX00/{key}" for slot, key in found["ZX00"].slots.items()} | {"scr": "ZX00/scr"}
    for inventory in found.values():
        if inventory.plan["settings"]:
            add_interfaces(inventory, national)
            add_components(inventory)
    return found


def add_systems(inventory: Inventory) -> None:
    """Fills the slots of the organisation's settings, each with one product drawn from those of the slot."""
    throw = dice(inventory.code, "systems")
    settings = set(inventory.plan["settings"].split(";"))
    for slot in recipe("slots"):
        if slot["slot"] in inventory.slots or not settings & set(slot["settings"].split(";")):
            continue
        likely = float(slot["chance"]) * float(inventory.plan["richness"])
        if throw.random() < likely and not (slot["slot"] == "pas" and inventory.plan["record"]):
            choices = [row for row in recipe("products") if row["slot"] == slot["slot"]]
            inventory.add(slot["slot"], system_row(inventory, slot, throw.choice(choices), throw))


def system_row(inventory: Inventory, slot: Row, product: Row, throw: random.Random) -> Row:
    """Returns one system as an inventory states it."""
    taken = {row["System ID"] for row in inventory.systems}
    name = product["product"]
    if slug(name) in taken:
        name = f"{name} ({slot['system_type']})"
    hosting = throw.choices(("On premises", "Supplier hosted", "Cloud"), (11, 5, 4))[0]
    retiring = throw.random() < 0.04
    return {
        "Organisation code": inventory.code,
        "System ID": slug(name),
        "System name": name,
        "System type": slot["system_type"],
        "Supplier": spelling(product["supplier"], throw),
        "Product": product["product"],
        "Version": "" if hosting == "Cloud" else f"{throw.randint(2, 12)}.{throw.randint(0, 9)}",
        "Status": "Retiring" if retiring else "Live",
        "Environment": "Production",
        "Criticality": slot["criticality"].capitalize(),
        "Owner role": slot["owner_role"],
        "Capabilities": slot["capabilities"] if throw.random() < 0.75 else "",
        "Used by": "",
        "Installed": partial_date(throw),
        "Planned retirement": f"2027-{throw.randint(1, 12):02d}" if retiring else "",
        "Hosting": hosting,
    }


def spelling(supplier: str, throw: random.Random) -> str:
    """Returns the supplier's name, now and then in one of its other spellings."""
    others = [row["spelling"] for row in recipe("supplier_spellings") if row["supplier"] == supplier]
    return throw.choice(others) if others and throw.random() < 0.2 else supplier


def partial_date(throw: random.Random) -> str:
    """Returns an installation date as precise as people remember it: mostly the month, at times the year or the day."""
    year, month, day = throw.randint(2008, 2025), throw.randint(1, 12), throw.randint(1, 28)
    return throw.choices((f"{year}", f"{year}-{month:02d}", f"{year}-{month:02d}-{day:02d}"), (3, 5, 2))[0]


def add_test_instances(inventory: Inventory) -> None:
    """Adds the test instances that a careful inventory also lists; they are the same product, never a second one."""
    throw = dice(inventory.code, "test instances")
    for row in list(inventory.systems):
        critical = row["Criticality"] == "Critical" and row["Environment"] == "Production" and row["Status"] == "Live"
        careful = row["Organisation code"] in ("ZN01", "ZN02", "ZN05", "ZN06")
        has_one = f"{row['System ID']}-test" in {other["System ID"] for other in inventory.systems}
        if critical and careful and throw.random() < 0.3 and not has_one:
            twin = row | {"System ID": f"{row['System ID']}-test", "System name": f"{row['System name']} (test)"}
            inventory.add("-", twin | {"Environment": "Test", "Criticality": "Low", "Used by": ""})


def places(inventory: Inventory, national: dict[str, str]) -> dict[str, str]:
    """Returns the system that stands in each slot an interface may name, its own or another organisation's."""
    plan, here = inventory.plan, dict(inventory.slots)
    record = plan["record"] if "/" in plan["record"] else here.get(plan["record"], "")
    shared = {"record": record, "engine": plan["engine"], "lims": plan["lims"], "scr": plan["shared_record"]}
    own = f"{inventory.code}/"
    here.update({slot: place.removeprefix(own) for slot, place in shared.items() if place})
    return here | {f"nat:{slot}": place for slot, place in national.items()}


def add_interfaces(inventory: Inventory, national: dict[str, str]) -> None:
    """Adds the interfaces of the recipe whose two ends the organisation has."""
    throw = dice(inventory.code, "interfaces")
    where = places(inventory, national)
    number = 0
    for link in recipe("links"):
        for exposer, consumer in pairs(inventory, link, where):
            if throw.random() < min(1.0, float(link["chance"]) * float(inventory.plan["feeds"])):
                number += 1
                inventory.interfaces.append(interface_row(inventory, link, (exposer, consumer), where, number))


def pairs(inventory: Inventory, link: Row, where: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yields the ends of a link; ``*clinical`` stands for each of the organisation's own clinical systems."""
    exposers, consumers = (
        clinical(inventory) if text == "*clinical" else [where[text]] if text in where else []
        for text in (link["exposer"], link["consumers"])
    )
    for exposer in exposers:
        yield from ((exposer, consumer) for consumer in consumers if consumer != exposer)


def clinical(inventory: Inventory) -> list[str]:
    """Returns the organisation's own clinical production systems, apart from its record, engine and do-once case."""
    apart = {inventory.slots.get(slot) for slot in ("epr", "engine", "toc", "lims")}
    named = {row["slot"]: row["capabilities"] for row in recipe("slots")}
    filled = {key: named.get(slot, "") for slot, key in inventory.slots.items()}
    return [key for key, leaves in filled.items() if leaves.startswith(CLINICAL) and key not in apart]


def interface_row(inventory: Inventory, link: Row, ends: tuple[str, str], where: dict[str, str], number: int) -> Row:
    """Returns one interface as an inventory states it; another organisation's system is named CODE/ID."""
    exposer, consumer = ends
    organisation, slash, key = consumer.partition("/")
    engine = where.get("engine", "") if link["via"] == "yes" else ""
    return {
        "Organisation code": inventory.code,
        "Interface ID": f"{inventory.code}-IF-{number:03d}",
        "Interface name": link["name"],
        "Exposed by": exposer,
        "Consumed by": key if slash else consumer,
        "Consumer organisation": organisation if slash else "",
        "Direction": link["direction"].capitalize(),
        "Protocol": link["protocol"],
        "Standard": link["standard"],
        "FHIR version": link["fhir_version"],
        "Via": engine if engine not in ends else "",
        "Statement": "",
        "Data objects": link["objects"],
        "Status": "Live",
    }


def add_components(inventory: Inventory) -> None:
    """Adds what the systems run on: more where the organisation hosts them itself, nothing known for most cloud."""
    throw = dice(inventory.code, "components")
    settings = set(inventory.plan["settings"].split(";")) | {"any"}
    usual = [row for row in recipe("platforms") if settings & set(row["settings"].split(";"))]
    number = 0
    for system in inventory.systems:
        for layers in shapes(system["Hosting"], throw):
            number += 1
            fitting = [row for row in usual if row["layer"] in layers]
            chosen = throw.choices(fitting, [float(row["weight"]) for row in fitting])[0]
            inventory.components.append(component_row(inventory, system, chosen, throw, number))


def shapes(hosting: str, throw: random.Random) -> list[tuple[str, ...]]:
    """Returns the layers of the components of one system."""
    server, database, rest = ("os",), ("database",), ("runtime", "middleware", "application", "device", "firmware")
    if hosting == "Cloud":
        return [rest] if throw.random() < 0.4 else []
    if hosting == "Supplier hosted":
        return [server, rest][: throw.randint(1, 2)]
    return [server, database, rest, server, rest, rest, server][: throw.randint(4, 7)]


def component_row(inventory: Inventory, system: Row, chosen: Row, throw: random.Random, number: int) -> Row:
    """Returns one component as a scan or a server list states it."""
    many = throw.randint(5, 400) if chosen["host_class"] == "desktop" else throw.randint(1, 4)
    return {
        "Organisation code": inventory.code,
        "System ID": system["System ID"],
        "Component ID": f"{inventory.code}-C-{number:03d}",
        "Component": chosen["text"],
        "Layer": "OS" if chosen["layer"] == "os" else chosen["layer"].capitalize(),
        "Host class": chosen["host_class"].capitalize(),
        "Count": str(many),
        "Internet exposed": "Yes" if throw.random() < 0.08 else "No",
        "Last seen": f"2026-{throw.randint(8, 11):02d}-{throw.randint(1, 20):02d}",
        "Environment": system["Environment"],
    }


def contracts(found: dict[str, Inventory]) -> list[Row]:
    """Returns the contract register: the curated rows, then a few contracts of each large organisation."""
    rows = recipe("curated_contracts")
    # An FOI reply may name a curated system too: its contract is written by hand, so that the two agree where they should.
    covered = {(row["Organisation code"], row["System ID"]) for row in recipe("curated_systems")}
    throw = dice("", "contracts")
    for code in ("ZN01", "ZN02", "ZN03", "ZN05", "ZE01", "ZW01"):
        for system in found[code].systems:
            bought = system["Product"] and system["Environment"] == "Production" and system["Status"] == "Live"
            if bought and system["Supplier"] and (code, system["System ID"]) not in covered and throw.random() < 0.25:
                rows.append(contract_row(code, system, throw, len(rows) + 1))
    return rows


def contract_row(code: str, system: Row, throw: random.Random, number: int) -> Row:
    """Returns one contract, from the day it began for whole years."""
    year = throw.randint(2020, 2025)
    return {
        "Contract reference": f"C-{number:04d}",
        "Buyer code": code,
        "Supplier": system["Supplier"],
        "Product / service": system["Product"],
        "System ID": system["System ID"],
        "Start date": f"{year}-04-01",
        "End date": f"{year + throw.choice((3, 5, 7))}-03-31",
        "Annual revenue value (GBP)": str(throw.randint(12, 380) * 1000),
        "Capital value (GBP)": str(throw.randint(5, 200) * 1000) if throw.random() < 0.3 else "",
        "Driver": "users",
        "Volume": str(throw.randint(4, 400) * 10),
        "Framework": throw.choice(("G-Cloud", "Clinical Digital Solutions", "Direct award")),
        "Notes": "",
    }


def main(arguments: list[str]) -> None:
    """Writes the sources into the folder named, or into the sample."""
    folder = Path(arguments[0]) if arguments else SAMPLE / "sources"
    found = inventories()
    reports = {code: (each.systems, each.interfaces, each.components) for code, each in found.items()}
    write_all(folder, reports, contracts(found), recipe("curated_work_packages"))


if __name__ == "__main__":
    main(sys.argv[1:])
