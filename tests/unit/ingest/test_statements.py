from __future__ import annotations

import hashlib

import pytest

from eamap.errors import SourceError

STATEMENT = '{"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1"}'
HEAD = "Organisation code,Interface ID,Interface name,Exposed by,Protocol,Statement\n"
DIGEST = hashlib.sha256(STATEMENT.encode()).hexdigest()


def test_a_statement_beside_the_inventory_is_kept(world):
    world.write("in/statements/pas.json", STATEMENT)
    done = world.ingest(world.write("in/i.csv", HEAD + "RXX,1,Patients,pas,FHIR,statements/pas.json\n"))
    assert done.documents == ("pas.json",)
    assert world.estate.documents[DIGEST].decode() == STATEMENT
    assert done.issues == ()


@pytest.mark.parametrize(
    "text", ["../secret.json", "/etc/hostname", "statements/../../secret.json", "link.json", "nothing.json", "a\tb/x"]
)
def test_a_path_that_leaves_the_folder_or_leads_nowhere_is_not_read(world, text):
    world.write("secret.json", STATEMENT)
    path = world.write("in/i.csv", HEAD + f'RXX,1,Patients,pas,FHIR,"{text}"\n')
    (world.folder / "in" / "link.json").symlink_to(world.folder / "secret.json")
    done = world.ingest(path)
    assert world.estate.documents == {}
    said = [(i.row, i.column, i.code) for i in done.issues if i.code == "statement-not-found"]
    assert said == [(2, "Statement", "statement-not-found")]


def test_the_folder_is_that_of_the_file_that_names_it(world):
    world.write("b/pas.json", STATEMENT)
    one = world.write("a/i.csv", HEAD + "RXX,1,Patients,pas,FHIR,\n")
    two = world.write("b/i.csv", HEAD + "RYJ,1,Patients,pas,FHIR,pas.json\n")
    assert world.ingest(one, two).documents == ("pas.json",)


def test_an_address_or_a_hash_or_a_file_that_was_given_is_no_path(world):
    given = world.write("pas.json", STATEMENT)
    inventory = world.write(
        "in/i.csv",
        HEAD + f"RXX,1,A,pas,FHIR,https://x.example/metadata\nRXX,2,B,pas,FHIR,{DIGEST}\nRXX,3,C,pas,FHIR,pas.json\n",
    )
    done = world.ingest(given, inventory)
    assert [i for i in done.issues if i.code == "statement-not-found"] == []


def test_a_statement_given_earlier_is_known_later(world):
    world.ingest(world.write("pas.json", STATEMENT))
    done = world.ingest(world.write("in/i.csv", HEAD + f"RXX,1,A,pas,FHIR,{DIGEST}\nRXX,2,B,pas,FHIR,pas.json\n"))
    assert done.issues == ()


def test_a_statement_is_attached_to_a_system(world):
    world.say("Organisation code,System ID,System name,Supplier\nRXX,pas,PAS,Us\nRXX,epr,EPR,Us\n")
    done = world.ingest(world.write("one.json", STATEMENT), system="system:RXX/pas")
    assert done.changes[0].source == "RXX/pas/statement-attachment"
    assert world.things("interface", "id", "exposer", "statement") == [
        ("interface:RXX/pas/capability-statement", "system:RXX/pas", DIGEST),
    ]  # fmt: skip
    other = STATEMENT.replace("4.0.1", "3.0.2")
    world.ingest(world.write("two.json", other), system="RXX/epr")
    world.ingest(world.write("three.json", other + "\n"), system="RXX/pas")
    assert len(world.things("interface")) == 2
    assert world.things("interface", "statement")[1] == hashlib.sha256((other + "\n").encode()).hexdigest()


def test_a_system_without_an_organisation_is_refused(world):
    with pytest.raises(SourceError, match="names no organisation"):
        world.ingest(world.write("one.json", STATEMENT), system="pas")
