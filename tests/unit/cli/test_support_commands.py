"""eamap eol, forecast, and what people decide about support: from the files to the explained cell."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from click.testing import CliRunner

from eamap.cli.main import program

DAY = "2026-11-22"
SYSTEMS = "Organisation code,System ID,System name,Supplier,Product,Status,Planned retirement,Capabilities\n" + "".join(
    f"{line}\n" for line in (
        "ZN02,pas,=PAS,Epic,Epic,Live,2027-06,CRD-2.1", "ZN02,old,Old PAS,Epic,Epic,Retired,,CRD-2.1",
        "ZN03,ris,RIS,Magentus,CRIS,Live,,", "ZN03,lims,LIMS,Clinisys,WinPath,Live,,",
    )
)  # fmt: skip
STACK = "Organisation code,System ID,Component ID,Component,Layer,Host class,Count,Last seen\n"
ROWS = (
    "ZN02,pas,c1,Windows Server 2012 R2,OS,Server,2,2026-11-01",
    "ZN02,pas,c2,SQL Server 2016 SP3,Database,Server,1,2020-01-01",
    "ZN02,old,c3,Windows Server 2008 R2 SP1,OS,Server,1,",
    "ZN03,ris,c4,Windows Server 2022,OS,Server,1,",
    "ZN03,ris,c5,Our own thing,Application,Server,1,",
    "ZN03,lims,c6,Windows Server 2016,OS,Server,1,",
    "ZN03,lims,c7,SQL Server 2016 SP3,Database,Server,1,",
)
NATIONAL = ("entitlement", "mssqlserver:13.0-sp3", "national", "--payer", "national", "--reference", "Agreement 12",
            "--date", "2026-07-15", "--expires", "2027-01-15")  # fmt: skip
SIGNED = ("--who", "National team", "--reason", "covers all trusts")
PROVEN = ("--evidence", "firewall rule 12", "--expires", "2027-06-30")


def attempt(*arguments: object):
    return CliRunner().invoke(program, [*map(str, arguments)], prog_name="eamap", catch_exceptions=False)


def run(*arguments: object) -> str:
    done = attempt(*arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


@pytest.fixture
def store(tmp_path):
    place = tmp_path / "store"
    (tmp_path / "systems.csv").write_text(SYSTEMS, encoding="utf-8")
    publish(place, ROWS)
    run("ingest", tmp_path / "systems.csv", "--store", place, "--source", "systems")
    return place


def publish(place, rows):
    file = place.parent / "stack.csv"
    file.write_text(STACK + "\n".join(rows) + "\n", encoding="utf-8")
    run("ingest", file, "--store", place, "--source", "stack", "--confirm-retire")


def told(store, *arguments, day=DAY):
    return json.loads(run(*arguments, "--store", store, "--as-of", day, "--format", "json"))


def listed(store, *arguments, day=DAY):
    return {row["component"].rpartition("/")[2]: row for row in told(store, "eol", *arguments, day=day)["rows"]}


def explained(store, ref):
    return told(store, "explain", ref)["rows"]


def test_the_list_has_what_is_past_and_what_ends_within_a_year(store):
    found = listed(store)
    assert {key: (row["status"], row["case"], row["eol_worst"], row["days"]) for key, row in found.items()} == {
        "c1": ("eol", "certain", "2023-10-10", 1139),
        "c2": ("extended_unproven", "certain", "2026-07-14", 131),
        "c6": ("support_ending", "certain", "2027-01-12", -51),
        "c7": ("extended_unproven", "certain", "2026-07-14", 131),
    }
    assert (found["c1"]["own_end"], found["c1"]["own_end_kind"]) == ("2027-06", "planned_retirement")
    assert [found[key]["stale"] for key in ("c1", "c2", "c6")] == ["no", "yes", "unknown"]
    assert found["c1"]["extended_end"] == "2026-10-13"


def test_the_list_goes_as_far_as_it_is_asked(store):
    assert set(listed(store, "--by", "2027-01-11")) == {"c1", "c2", "c7"}
    assert set(listed(store, "--by", "2027-01-12")) == {"c1", "c2", "c6", "c7"}
    assert set(listed(store, "--within", "51d")) == {"c1", "c2", "c6", "c7"}
    assert set(listed(store, "--within", "7w")) == {"c1", "c2", "c7"}
    assert set(listed(store, "--within", "10y")) == {"c1", "c2", "c4", "c6", "c7"}
    assert set(listed(store, "org:ZN02")) == set(listed(store, "kind:system and org:ZN02")) == {"c1", "c2"}


def test_counts_have_denominators_and_leave_out_the_retired(store):
    counts = {name: (tally["n"], tally["of"]) for name, tally in told(store, "eol")["counts"].items()}
    assert counts == {
        "certain by 2027-11-22": (4, 6), "possible by 2027-11-22": (0, 6), "matched to a release": (5, 6),
        "out of support": (3, 6), "extended proven": (0, 6), "ending": (1, 6), "supported": (1, 6), "uncertain": (0, 6),
        "unknown": (1, 6), "not software": (0, 6),
    }  # fmt: skip


def test_a_date_is_explained_down_to_its_cell_and_the_vendors_page(store):
    (head, *cells) = explained(store, listed(store)["c1"]["refs"]["eol_worst"])
    assert head["value"] == "2023-10-10"
    assert any("stack.csv" in cell["cell"] and "Windows Server 2012 R2" in cell["cell"] for cell in cells)
    assert any("https://learn.microsoft.com" in cell["cell"] for cell in cells)


def test_one_national_record_proves_it_for_many_and_is_shown(store):
    run("decide", *NATIONAL, *SIGNED, "--store", store)
    found = listed(store)
    assert {key: found[key]["status"] for key in ("c2", "c7")} == dict.fromkeys(("c2", "c7"), "extended_entitled")
    assert found["c2"]["entitlement"] == "Agreement 12 (national) until 2027-01-15"
    (_, cell) = explained(store, found["c2"]["refs"]["entitlement"])[:2]
    assert cell["id"] == found["c2"]["refs"]["entitlement"]
    assert listed(store, day="2027-01-14")["c2"]["status"] == "extended_entitled"
    assert listed(store, day="2027-01-15")["c2"]["status"] == "extended_unproven"
    assert listed(store, day="2026-07-14")["c2"]["status"] == "support_ending"
    fails = {row["subject"] for row in told(store, "check", "--only", "LIF001")["rows"]}
    assert {subject.rpartition("/")[2] for subject in fails} == {"c1"}
    (ending,) = told(store, "check", "--only", "LIF004")["rows"]
    assert (ending["severity"], ending["subject"]) == ("medium", found["c2"]["refs"]["entitlement"])


def test_a_corrected_end_wins_and_says_who_and_why(store):
    run("decide", "override", "lifecycle:windows-server:2022", "--field", "eol", "--value", "2026-11-21", "--evidence",
        "vendor letter", "--who", "Head of IT", "--reason", "support withdrawn", "--store", store)  # fmt: skip
    row = listed(store)["c4"]
    assert (row["status"], row["override"]) == ("eol", "eol 2026-11-21 by Head of IT: support withdrawn")
    assert explained(store, row["refs"]["override"])[0]["value"] == row["refs"]["override"]


def test_an_end_that_only_people_know_counts(store):
    publish(store, (*ROWS, "ZN03,ris,c8,Adobe Acrobat XI,Application,Desktop,1,"))
    (row,) = [row for row in told(store, "query", "kind:component")["rows"] if row["raw"] == "Adobe Acrobat XI"]
    assert row["id"].rpartition("/")[2] not in listed(store), "its end is in no data"
    run("decide", "override", "lifecycle:adobe-acrobat:11", "--field", "eol", "--value", "2017-10-15", "--evidence",
        "vendor letter", "--who", "Head of IT", "--reason", "the data has no end", "--store", store)  # fmt: skip
    assert (listed(store)["c8"]["status"], listed(store)["c8"]["eol_worst"]) == ("eol", "2017-10-15")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("entitlement", "mssqlserver:13.0-sp3", "national", "--payer", "national", "--reference", "A"), "lacks expires"),
        (("entitlement", "mssqlserver:13.0-sp3", "--payer", "national", "--reference", "A", "--expires", "2027-01-01"), "lacks object"),
        (("entitlement", "mssqlserver:13.0-sp3", "national", "--reference", "A", "--expires", "2099-01-01"), "no payer"),
        (("entitlement", "mssqlserver:13.0-sp3", "national", "--payer", "local", "--expires", "2099-01-01"), "lacks value"),
        (("entitlement", "mssqlserver:13", "national", "--payer", "local", "--reference", "A", "--expires", "2099-01-01"), "did you mean"),
        (("entitlement", "mssqlsrver", "national", "--payer", "local", "--reference", "A", "--expires", "2099-01-01"), "did you mean mssqlserver"),
        (("entitlement", "mssqlserver", "everybody!", "--payer", "local", "--reference", "A", "--expires", "2099-01-01"), "no scope"),
        (("entitlement", "mssqlserver", "ZN02", "--payer", "local", "--reference", "A", "--date", "2027-01-02", "--expires", "2027-01-01"), "before it begins"),
        (("override", "lifecycle:windows-server:2022", "--field", "eol", "--value", "soon", "--evidence", "x"), "no day"),
        (("override", "lifecycle:windows-server:2022", "--field", "eol", "--value", "20270101", "--evidence", "x"), "no day"),
        (("override", "lifecycle:windows-server:2022", "--field", "eol", "--value", "2027-01-01"), "names no source"),
        (("override", "lifecycle:windows-server:2022", "--field", "colour", "--value", "2027-01-01", "--evidence", "x"), "no field 'colour'"),
        (("override", "lifecycle:windows-server", "--field", "eol", "--value", "2027-01-01", "--evidence", "x"), "no release"),
    ],
)  # fmt: skip
def test_a_decision_that_would_come_to_nothing_is_refused_with_a_hint(store, arguments, said):
    done = attempt("decide", *arguments, *SIGNED, "--store", store)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Hint:" in done.stderr


def test_decisions_come_from_yaml_and_csv(store):
    record = {"kind": "entitlement", "subject": "mssqlserver:13.0-sp3", "object": "ZN02", "field": "local", "value": "PO 7",
              "date": "2026-08-01", "expires": "2027-08-01", "who": "Head of IT", "reason": "bought"}  # fmt: skip
    yaml = store.parent / "decisions.yaml"
    yaml.write_text("- {" + ", ".join(f"{name}: {value!r}" for name, value in record.items()) + "}\n")
    table = io.StringIO()
    writer = csv.DictWriter(table, record)
    writer.writeheader()
    writer.writerow({**record, "object": "ZN03", "field": "nobody"})
    (store.parent / "decisions.csv").write_text(table.getvalue())
    run("decide", "--from", yaml, "--store", store)
    assert {key: row["status"] for key, row in listed(store).items() if key in ("c2", "c7")} == {
        "c2": "extended_entitled", "c7": "extended_unproven",
    }  # fmt: skip
    refused = attempt("decide", "--from", store.parent / "decisions.csv", "--store", store)
    assert refused.exit_code == 3
    assert "row 2" in refused.stderr
    assert "no payer" in refused.stderr


def test_a_group_has_its_worst_state_counts_and_coverage(store):
    rows = {row["group"]: row for row in told(store, "eol", "--group-by", "org")["rows"]}
    assert list(rows) == ["organisation:ZN02", "organisation:ZN03"]
    assert [rows["organisation:ZN02"][name] for name in ("worst", "systems", "components", "out_of_support", "coverage")] == [
        "eol", 1, 2, 2, 100,
    ]  # fmt: skip
    assert [rows["organisation:ZN03"][name] for name in ("worst", "systems", "components", "unknown", "coverage")] == [
        "extended_unproven", 2, 4, 1, 75,
    ]  # fmt: skip
    assert explained(store, rows["organisation:ZN03"]["refs"]["coverage"])[0]["value"] == 75
    by = told(store, "eol", "--group-by", "capability")["rows"]
    assert [row["group"] for row in by] == ["capability:CRD-2.1", "capability:DIA-3.1", "not known"]


def test_figures_say_not_assessed_where_nothing_can_be_said(store):
    rows = {row["name"]: row for row in told(store, "eol", "--kpis")["rows"]}
    assert [rows["servers-supported"][name] for name in ("n", "of", "percent", "unknown")] == [2, 3, 67, 0]
    assert rows["desktops-supported"]["percent"] == "none listed"
    assert rows["without-plan"]["n"] == "not assessed"
    assert [rows["without-mitigation"][name] for name in ("n", "of")] == [3, 3]
    c7 = listed(store)["c7"]["component"]
    run("decide", "mitigation", c7, "--value", "isolated", *SIGNED, *PROVEN, "--store", store)
    finding = next(row for row in told(store, "check", "--only", "LIF001")["rows"] if row["subject"].endswith("c1"))
    run("decide", "mitigation", finding["fingerprint"], "--value", "no internet", *SIGNED, *PROVEN, "--store", store)
    rows = {row["name"]: row for row in told(store, "eol", "--kpis")["rows"]}
    assert [rows["without-mitigation"][name] for name in ("n", "of")] == [1, 3]
    assert listed(store)["c7"]["status"] == "extended_unproven", "a mitigation turns nothing green"


def test_the_forecast_counts_each_component_once(store):
    answer = told(store, "forecast")
    assert [row["quarter"] for row in answer["rows"]][:2] == ["2026 Q4", "2027 Q1"]
    assert (len(answer["rows"]), answer["rows"][-1]["quarter"]) == (21, "2031 Q4")
    ends = {row["quarter"]: (row["worst"], row["best"], row["out_worst"]) for row in answer["rows"] if row["worst"]}
    assert ends == {"2027 Q1": (1, 1, 4), "2031 Q4": (1, 1, 5)}
    assert answer["counts"]["out before 2026-11-22, at worst"]["n"] == 3


def test_the_forecast_is_a_chart_by_the_suffix(store):
    chart, table = store.parent / "f.svg", store.parent / "f.csv"
    run("forecast", "-o", chart, "--store", store, "--as-of", DAY)
    run("forecast", "-o", table, "--store", store, "--as-of", DAY)
    svg = chart.read_text(encoding="utf-8")
    assert "OFFICIAL-SENSITIVE" in svg
    assert 'data-ref="ends(2027-01-01; 2027-03-31; worst; kind:component)"' in svg
    assert re.search(r"at worst", svg)
    assert len(list(csv.DictReader(table.open(encoding="utf-8")))) == 21


def test_findings_are_split_since_a_version(store):
    before = len(told(store, "log")["rows"])
    kept = [row for row in ROWS if ",c1," not in row and ",c4," not in row]
    publish(store, [*kept, "ZN02,pas,c1,Windows Server 2022,OS,Server,2,", "ZN03,ris,c4,Windows 7 SP1,OS,Server,1,"])
    done = attempt("check", "--only", "LIF001", "--since", before, "--format", "json", "--store", store, "--as-of", DAY)
    states = {row["subject"].rpartition("/")[2]: row["state"] for row in json.loads(done.stdout)["rows"]}
    assert states == {"c2": "unchanged", "c4": "new", "c7": "unchanged"}
    assert f"Since version {before}: 1 new, 2 unchanged, 1 fixed" in done.stderr
    assert re.search(r"fixed: LIF001 \S+/c1\b", done.stderr)


def test_an_acceptance_survives_the_next_file_and_its_expiry_is_a_finding(store):
    finding = next(row for row in told(store, "check", "--only", "LIF001")["rows"] if row["subject"].endswith("c1"))
    run("decide", "acceptance", finding["fingerprint"], "--expires", "2027-01-01", *SIGNED, "--store", store)
    publish(store, [row.replace("2026-11-01", "2026-11-20") for row in ROWS])
    again = {row["fingerprint"]: row["state"] for row in told(store, "check", "--only", "LIF001")["rows"]}
    assert again[finding["fingerprint"]] == "accepted"
    assert not told(store, "check", "--only", "LIF005")["rows"]
    (expired,) = told(store, "check", "--only", "LIF005", day="2027-01-01")["rows"]
    assert finding["fingerprint"] in expired["message"]
    publish(store, [row for row in ROWS if ",c1," not in row])
    assert not told(store, "check", "--only", "LIF005", day="2027-01-01")["rows"], "what is gone needs no acceptance"


def test_hostile_text_comes_to_nothing(store):
    row = next(csv.DictReader(io.StringIO(run("eol", "org:ZN02", "--store", store, "--as-of", DAY, "--format", "csv"))))
    assert row["system_name"] == "'=PAS"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eol", "--within", "soon"), "no length of time"),
        (("eol", "--within", "12m", "--by", "2027-01-01"), "says two things"),
        (("eol", "--kpis", "--group-by", "org"), "says two things"),
        (("eol", "colour:red"), "field"),
        (("eol", "--profile", "public"), "public"),
        (("forecast", "--profile", "public"), "public"),
        (("forecast", "-o", "x.docx"), "cannot|no table"),
        (("explain", "kpi(without-plan; n; kind:component)"), "not assessed"),
        (("explain", "standing(component:ZZ/1/1; eol_best)"), "nothing is known"),
    ],
)
def test_what_cannot_be_done_is_said(store, arguments, said):
    done = attempt(*arguments, "--store", store)
    assert done.exit_code == 2
    assert re.search(said, done.stderr)
