from __future__ import annotations

import yaml

from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.suggest import draft


def test_a_draft_is_a_mapping_that_reads_the_file(world):
    path = world.write("Sheet ü.csv", "Trusts code,Sys ID,Systems name,Suppliers,Colour\nRXX,a,PAS,Us,red\n")
    text = draft(path, "", mappings_folder())
    assert "# Decide: the column 'Colour' is left over" in text
    content = yaml.safe_load(text)
    own = world.write("own.yaml", text)
    world.known = Known(mappings_folder(), None, own)
    world.ingest(path, mapping=content["name"], organisation="RXX")
    assert world.things("system", "name") == ["PAS"]


def test_a_hostile_header_stays_a_comment(world):
    path = world.write("x.csv", 'System ID,System name,"evil\nrules: []"\na,PAS,1\n')
    text = draft(path, "", mappings_folder())
    assert all(line.startswith("#") for line in text.splitlines() if "Decide" in line)
    assert yaml.safe_load(text)["rules"]
