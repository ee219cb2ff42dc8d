from __future__ import annotations

from stated_rows import decided, meant, pairs, system


def supplied(**content):
    return pairs(meant(**content).links("SUPPLIED_BY"), "match")


def test_a_known_product_comes_from_the_supplier_of_the_table():
    estate = meant(system=[system("RXX/a", product="Epic", supplier="A reseller")])
    assert pairs(estate.links("SUPPLIED_BY"), "match", "source") == [
        ("product:epic", "supplier:epic-systems", "product-table", "reference/products")
    ]
    assert estate.things("supplier")["name"].to_list() == ["Epic Systems"]


def test_another_product_comes_from_the_supplier_its_systems_state():
    systems = [
        system("RXX/a", product="Bedboard", supplier="Oracle Cerner"),
        system("RXX/b", product="Bedboard", supplier="Brindle Ltd"),
    ]
    assert supplied(system=systems) == [
        ("product:bedboard", "supplier:brindle-ltd", "as-stated"),
        ("product:bedboard", "supplier:oracle-health", "alias"),
    ]


def test_a_system_without_product_points_to_its_supplier_itself():
    estate = meant(system=[system("RXX/a", supplier="Brindle Ltd")])
    (link,) = estate.links("SUPPLIED_BY").to_dicts()
    assert (link["from"], link["to"], link["row"], link["rule"]) == ("system:RXX/a", "supplier:brindle-ltd", 1, "r")
    assert estate.find("supplier:brindle-ltd")["name"] == "Brindle Ltd"


def test_a_name_that_two_suppliers_had_is_neither():
    # Both System C and Graphnet were sold under the one name; the name itself is that of a company of today.
    ((_, to, _),) = supplied(system=[system("RXX/a", supplier="Civica")])
    assert to == "supplier:civica"


def test_a_decision_names_the_supplier():
    decisions = [decided("match", "Brindle Ltd", "supplier:tpp")]
    assert supplied(system=[system("RXX/a", supplier="BRINDLE LTD")], decisions=decisions) == [
        ("system:RXX/a", "supplier:tpp", "decision")
    ]


def test_a_product_of_a_catalogue_comes_from_the_supplier_stated_there():
    told = [{"id": "product:10000-001", "name": "Web GP", "supplier": "10000"}]
    makers = [{"id": "supplier:10000", "name": "Brindle Health", "code": "10000"}]
    estate = meant(product=told, supplier=makers, system=[])
    assert pairs(estate.links("SUPPLIED_BY")) == [("product:10000-001", "supplier:10000")]
    assert estate.things("supplier").select("id", "name").rows() == [("supplier:10000", "Brindle Health")]


def test_the_supplier_of_a_contract_is_party_to_it():
    contracts = [
        {"id": "contract:1", "supplier": "Cerner Ltd"},
        {"id": "contract:2", "supplier": "In-house"},
        {"id": "contract:3"},
    ]
    stated = [{"from": "organisation:RXX", "to": "contract:1", "role": "buyer"}]
    estate = meant(contract=contracts, PARTY_TO=stated)
    assert pairs(estate.links("PARTY_TO"), "role") == [
        ("organisation:RXX", "contract:1", "buyer"), ("supplier:oracle-health", "contract:1", "supplier"),
    ]  # fmt: skip
    assert estate.things("supplier")["id"].to_list() == ["supplier:oracle-health"]


def test_a_party_that_a_source_states_is_not_said_twice():
    told = [{"from": "supplier:oracle-health", "to": "contract:1", "role": "supplier"}]
    links = meant(contract=[{"id": "contract:1", "supplier": "Cerner"}], PARTY_TO=told).links("PARTY_TO")
    assert pairs(links, "role") == [("supplier:oracle-health", "contract:1", "supplier")]


def test_an_alias_that_belongs_to_two_suppliers_is_listed_for_none():
    estate = meant(system=[system("RXX/a", product="Epic"), system("RXX/b", supplier="Oracle Health")])
    aliases = dict(estate.things("supplier").select("id", "aliases").rows())
    assert "Cerner Ltd" in aliases["supplier:oracle-health"].split("; ")
    assert all("Microsoft" not in (each or "").split("; ") for each in aliases.values())
