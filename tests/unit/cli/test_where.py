"""eamap where: an alert's day, from a product, a CVE or a file, each count explained to its cells."""

import json

import pytest
from click.testing import CliRunner

from eamap.cli.main import program

SYSTEMS = (
    "Organisation code,System ID,System name,Supplier,Product,Version,Status,Owner\n"
    "ZN02,tie,Interface Hub,NextGen,Mirth Connect,4.4.0,Live,Head of Integration\n"
    "ZN02,tie2,Second Hub,NextGen,Mirth Connect,,Live,\n"
    "ZN01,hub,Hub,NextGen,Mirth Connect,4.4.1,Live,\n"
    "ZN01,pas,PAS,Epic,Epic,,Live,\n"
)
STACK = (
    "Organisation code,System ID,Component ID,Component,Layer,Count,Internet exposed\n"
    "ZN02,tie,c1,Mirth Connect 4.3,middleware,2,yes\n"
    "ZN01,hub,c2,Mirth Connect 4.4.1,middleware,1,no\n"
    "ZN01,pas,c3,cpe:2.3:a:nextgen:mirth_connect:4.4.0:*:*:*:*:*:*:*,application,1,\n"
    "ZN01,pas,c4,Mirth Connect Administrator 4,application,1,\n"
)


def run(*arguments, exits=0):
    done = CliRunner().invoke(program, list(map(str, arguments)), prog_name="eamap", catch_exceptions=False)
    assert done.exit_code == exits, done.output
    return done


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("where")
    for name, text in (("systems", SYSTEMS), ("stack", STACK)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        run("ingest", folder / f"{name}.csv", "--source", name, "--store", folder / "store")
    return folder / "store"


def asked(store, *arguments):
    done = run("where", *arguments, "--store", store, "--as-of", "2026-11-22", "--format", "json")
    return json.loads(done.stdout), done.stderr


def test_a_product_and_a_version_find_what_is_affected_and_what_cannot_be_told(store):
    told, _ = asked(store, "mirth connect < 4.4.1")
    rows = {row["id"].rpartition("/")[2]: (row["answer"], row["sure"], row["version"]) for row in told["rows"]}
    assert rows == {
        "c1": ("affected", "certain", "4.3"),
        "tie": ("affected", "certain", "4.4.0"),
        "c3": ("affected", "certain", "4.4.0"),
        "c4": ("undecided", "not told", "4"),
        "tie2": ("undecided", "not told", ""),
    }
    counts = {name: (tally["n"], tally["of"]) for name, tally in told["counts"].items()}
    assert counts == {
        "affected component": (2, 4), "affected system": (2, 4), "affected organisation": (2, 2),
        "undecided component": (1, 4), "undecided system": (2, 4), "undecided organisation": (2, 2),
        "affected component exposed to the internet": (1, 2), "affected component, exposure not stated": (1, 2),
    }  # fmt: skip
    assert told["rows"][0]["owner"] in ("Head of Integration", "not stated")


def test_every_number_and_row_is_explained_again(store):
    told, _ = asked(store, "mirth connect < 4.4.1", "--reach")
    refs = [(tally["ref"], tally["n"]) for tally in told["counts"].values()]
    refs += [(row["refs"][name], row[name]) for row in told["rows"] for name in row if name.endswith("_in_reach")]
    refs += [(row["ref"], row["answer"]) for row in told["rows"]]
    for ref, value in refs:
        explained = json.loads(
            run("explain", ref, "--store", store, "--as-of", "2026-11-22", "--format", "json").stdout
        )
        assert explained["rows"][0]["value"] == value, ref
        assert len(explained["rows"]) > 1, ref


def test_what_all_that_is_affected_would_touch_is_counted_once(store):
    told, _ = asked(store, "mirth connect < 4.4.1", "--reach")
    counts = {name: (tally["n"], tally["of"]) for name, tally in told["counts"].items() if "reached" in name}
    # The interface hub is itself affected, and the patient administration system runs on an affected component.
    assert counts["system reached by failure"] == (2, 4)
    assert counts["pathway reached by failure"][1] == 8


def test_a_system_is_exposed_if_one_of_its_components_is(store):
    told, _ = asked(store, "mirth connect < 4.4.1")
    exposed = {row["id"].rpartition("/")[2]: row["exposed"] for row in told["rows"]}
    assert exposed == {"c1": "yes", "tie": "yes", "c3": "not stated", "c4": "not stated", "tie2": "not stated"}


def test_a_listed_vulnerability_is_context_for_the_components_of_its_product(store):
    told, said = asked(store, "--cve", "CVE-2017-0144")
    counts = {name: (tally["n"], tally["of"]) for name, tally in told["counts"].items()}
    assert counts["vulnerability listed as exploited"] == (1, 1)
    assert counts["component, listed product (context only)"] == (0, 4)
    assert counts["component that a scanner reported on"] == (0, 4)
    assert told["rows"] == []
    assert "CVE-2017-0144 is exploited" in said


def test_what_is_left_out_is_counted(store):
    told, _ = asked(store, "mirth connect < 4.4.1", "--limit", "2")
    assert (len(told["rows"]), told["omitted"]["n"]) == (2, 3)
    explained = json.loads(run("explain", told["omitted"]["ref"], "--store", store, "--format", "json").stdout)
    assert explained["rows"][0]["value"] == 3


def test_a_list_in_yaml_or_csv_is_an_alert(store, tmp_path):
    (tmp_path / "alert.yaml").write_text(
        "title: CC-4400\nproducts: ['mirth connect < 4.4.1']\ncves: [CVE-2023-43208]\n"
    )
    (tmp_path / "alert.csv").write_text("Product,Versions,CVE\nmirth connect,< 4.4.1,CVE-2023-43208\n")
    for name in ("alert.yaml", "alert.csv"):
        told, said = asked(store, "--alert", tmp_path / name)
        assert told["counts"]["affected component"]["n"] == 2
        assert "CVE-2023-43208 is exploited" in said
        explained = run("explain", told["counts"]["affected component"]["ref"], "--store", store)
        assert "2" in explained.stdout


def test_an_nhs_alert_in_prose_is_never_more_than_undecided(store, tmp_path):
    alert = {
        "items": [
            {
                "threatId": "CC-4400",
                "title": "Mirth Connect remote code execution",
                "publishedDate": 1,
                "summary": "<p>CVE-2023-43208 affects versions before 4.4.1</p>",
            }
        ]
    }
    (tmp_path / "alert.json").write_text(json.dumps(alert))
    told, said = asked(store, "--alert", tmp_path / "alert.json")
    assert {row["answer"] for row in told["rows"]} <= {"undecided"}
    assert "CVE-2023-43208" in said


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.yaml", "products: mirth", "no list of texts"), ("a.yaml", "product: [x]", "which nothing reads"), ("a.yaml", "[", "no YAML"),
        ("a.yaml", "products: ['mirth <']", "no version stands after"), ("a.yaml", "cves: [CVE-1]", "no CVE id"),
        ("a.csv", "name\nx\n", "neither a column product"), ("a.csv", "product,cve\n,X\n", "line 2: 'X' is no CVE id"),
        ("a.json", "{", "no JSON"), ("a.json", "{}", "no alert with a title"), ("a.json", '{"title": "Hello there"}', "names no product"),
    ],
)  # fmt: skip
def test_an_alert_that_cannot_be_read_is_told_where(store, tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    done = run("where", "--alert", tmp_path / name, "--store", store, exits=3)
    assert says in done.stderr
    assert "Hint: " in done.stderr


@pytest.mark.parametrize(
    "arguments", [(), ("x < 1", "--cve", "CVE-2021-44228"), ("x < latest",), ("--cve", "CVE-x"), ("< 4",)]
)
def test_a_question_that_asks_nothing_or_two_things_is_refused(store, arguments):
    assert "Hint: " in run("where", *arguments, "--store", store, exits=2).stderr


def test_a_mirror_decides_a_cve_and_its_publisher_is_named(store, tmp_path):
    entry = {"id": "CVE-2023-43208", "configurations": [{"nodes": [{"operator": "OR", "cpeMatch": [
        {"vulnerable": True, "criteria": "cpe:2.3:a:nextgen:mirth_connect:*:*:*:*:*:*:*:*", "versionEndExcluding": "4.4.1"}]}]}]}  # fmt: skip
    (tmp_path / "nvd.json").write_text(json.dumps({"vulnerabilities": [{"cve": entry}]}))
    told, said = asked(store, "--cve", "CVE-2023-43208", "--mirror", tmp_path)
    (row,) = told["rows"]
    assert (row["id"].rpartition("/")[2], row["answer"], row["sure"]) == ("c3", "affected", "likely")
    assert row["known_exploited"].startswith("CVE-2023-43208 listed 2024-")
    assert told["counts"]["component with an identifier"]["n"] == 1
    assert "not endorsed or certified by the NVD" in said
    explained = run("explain", row["ref"], "--store", store).stdout
    assert "nvd.json" in explained


def test_a_mirror_without_a_cve_is_refused(store, tmp_path):
    assert "none is given" in run("where", "mirth connect", "--mirror", tmp_path, "--store", store, exits=2).stderr


def test_weaknesses_are_marked_and_not_for_the_public(store):
    assert run("where", "mirth connect", "--store", store).stdout.startswith("OFFICIAL-SENSITIVE")
    run("where", "mirth connect", "--store", store, "--profile", "public", exits=2)
