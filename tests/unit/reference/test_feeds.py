"""KEV of old and new form, EPSS, and the API v1 of endoflife.date with absent keys: read, judged, put in place."""

import gzip
import json
from datetime import date

import polars as pl
import pytest

from eamap.errors import ReferenceDataError
from eamap.reference import epss, exploited, lifecycle, sets
from eamap.reference.endoflife import read_products
from eamap.reference.epss import read_scores
from eamap.reference.kev import read_list
from eamap.reference.updating import KEPT, last_difference, update

ENTRY = {
    "cveID": "CVE-2026-8037", "vendorProject": "Progress", "product": "SimpleHelp ", "vulnerabilityName": "Command Injection",
    "dateAdded": "2026-08-07", "shortDescription": "…", "requiredAction": "Apply", "dueDate": "2026-08-10",
    "knownRansomwareCampaignUse": "Known", "notes": "", "cwes": ["CWE-78"], "forensicTriage": "Yes",
}  # fmt: skip
OLD = {key: ENTRY[key] for key in ("cveID", "vendorProject", "product", "vulnerabilityName", "dateAdded", "shortDescription", "requiredAction", "dueDate")}  # fmt: skip


def kev(*entries, **head):
    document = {
        "title": "KEV",
        "catalogVersion": "2026.10.30",
        "dateReleased": "2026-10-30T16:00:00.0Z",
        "count": len(entries),
        **head,
    }
    return json.dumps({**document, "vulnerabilities": entries}).encode()


def test_kev_of_the_new_form_is_read_and_its_new_field_is_named():
    found = read_list(kev(ENTRY), "kev.json")
    assert (found.version, found.date) == ("2026.10.30", "2026-10-30")
    assert found.tables["entries.parquet"].row(0) == (
        "CVE-2026-8037", "Progress", "SimpleHelp", "Command Injection", "2026-08-07", "2026-08-10", "known",
    )  # fmt: skip
    assert found.notes == ("fields that are not known here were left out: forensicTriage",)


def test_kev_of_the_old_form_says_that_ransomware_is_not_told():
    found = read_list(kev(OLD), "kev.json")
    assert found.tables["entries.parquet"]["ransomware"].to_list() == ["not stated"]
    assert "before ransomware" in found.notes[0]


def test_kev_as_csv_is_the_same_list():
    lines = [",".join(OLD), ",".join(f'"{value}"' for value in OLD.values())]
    found = read_list("\ufeff".encode() + "\r\n".join(lines).encode(), "kev.csv")
    assert found.tables["entries.parquet"].row(0)[:3] == ("CVE-2026-8037", "Progress", "SimpleHelp")
    assert found.version == "2026.08.07"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>", "no column cveID"),
        (b'{"vulnerabilities": 3}', "no list"),
        (kev(ENTRY, count=9), "says count 9, and holds 1"),
        (kev({**ENTRY, "cveID": "CVE-26"}), r"vulnerabilities\[0\]: cveID 'CVE-26'"),
        (kev({**ENTRY, "dateAdded": "7 August"}), r"vulnerabilities\[0\]: dateAdded '7 August' is no date"),
        (kev({key: value for key, value in ENTRY.items() if key != "product"}), "product is empty"),
        (kev(ENTRY, ENTRY), "listed twice"),
        (kev(), "holds no vulnerability"),
        (gzip.compress(kev(ENTRY), mtime=0)[:40], "cannot be unpacked"),
    ],
)
def test_a_kev_that_is_not_sound_is_told_where(content, says):
    with pytest.raises(ReferenceDataError, match=says) as error:
        read_list(content, "kev.json")
    assert error.value.hint


SCORES = b"#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-2021-44228,0.94358,0.99957\n"


@pytest.mark.parametrize("content", [SCORES, gzip.compress(SCORES, mtime=0)])
def test_epss_is_read_with_its_model_and_day(content):
    found = read_scores(content, "epss.csv.gz")
    assert (found.version, found.date) == ("2026-11-20 model v2025.03.14", "2026-11-20")
    assert found.tables["scores.parquet"].rows() == [("CVE-2021-44228", 0.94358, 0.99957)]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (SCORES.partition(b"\n")[2], "its first line"),
        (SCORES.replace(b"0.94358", b"1.5"), "line 3: 'CVE-2021-44228'"),
        (SCORES.replace(b"percentile", b"rank"), "no column percentile"),
        (SCORES + SCORES.rpartition(b"percentile\n")[2], "two scores"),
    ],
)
def test_an_epss_that_is_not_sound_is_told_where(content, says):
    with pytest.raises(ReferenceDataError, match=says):
        read_scores(content, "epss.csv")


def product(name="windows-server", **more):
    return {"name": name, "aliases": [], "label": "Windows Server", "category": "os", "tags": ["microsoft", "windows"],
            "identifiers": [{"type": "cpe", "id": "cpe:2.3:o:m:w"}], "labels": {"eol": "Security Support", "eoes": "ESU"},
            "links": {"html": "https://e", "releasePolicy": None}, "releases": [release()], **more}  # fmt: skip


def release(name="2012-r2", **more):
    return {"name": name, "codename": None, "label": "2012 R2", "releaseDate": "2013-11-25", "isLts": False, "ltsFrom": None,
            "isEol": True, "eolFrom": "2023-10-10", "isMaintained": True, "latest": None, "custom": None, **more}  # fmt: skip


def document(*products, **more):
    return json.dumps(
        {
            "schema_version": "1.2.1",
            "generated_at": "2026-11-20T03:00:00+00:00",
            "total": len(products),
            "result": products,
            **more,
        }
    ).encode()


def test_api_v1_with_absent_keys_and_without_latest_is_read():
    found = read_products(document(product()), "full.json")
    (cycle,) = found.tables["cycles.parquet"].to_dicts()
    assert cycle["eol"] == "2023-10-10"
    assert [
        cycle[name] for name in ("active_support_end", "extended_end", "discontinued", "latest", "latest_date")
    ] == [None] * 5
    assert found.tables["products.parquet"].row(0, named=True)["eol_label"] == "Security Support"
    assert found.date == "2026-11-20"


def test_api_v1_ends_without_a_day_keep_whether_they_passed():
    more = release(
        eolFrom=None,
        isEol=False,
        isEoes=True,
        eoesFrom=None,
        isEoas=False,
        eoasFrom="2027-01-01",
        latest={"name": "1", "date": None, "link": None},
    )
    (cycle,) = read_products(document(product(releases=[more])), "full.json").tables["cycles.parquet"].to_dicts()
    assert (cycle["eol"], cycle["extended_end"], cycle["active_support_end"]) == ("false", "true", "2027-01-01")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (document(product(), total=464), "says total 464, and holds 1"),
        (document(product(), schema_version="2.0"), "schema_version is 2.0"),
        (
            document(product(releases=[release(eolFrom="soon")])),
            r"result\[0\].releases\[0\].eolFrom: 'soon' is no date",
        ),
        (document(product(releases=[{"name": "1"}])), "isEol is not there"),
        (document({"name": "windows-server"}), "no list of releases"),
        (document(product(), product()), "stands in it twice"),
        (document(product(name="../x")), "its name is"),
        (document(), 'no list "result"'),
        (b"{", "no JSON"),
    ],
)
def test_an_api_document_that_is_not_sound_is_told_where(content, says):
    with pytest.raises(ReferenceDataError, match=says):
        read_products(content, "full.json")


# Putting in place -------------------------------------------------------------------------------------------------


def test_an_update_replaces_what_it_brings_and_keeps_the_rest_and_the_edition_before(tmp_path):
    folder = tmp_path / "store" / "reference"
    before = exploited.load().entries
    (found,) = update(read_list(kev(ENTRY), "kev.json"), folder)
    assert (found.before, found.after, len(found.rows["removed"])) == (before.height, 1, before.height - 1)
    assert found.rows["changed"] == ["CVE-2026-8037"]
    assert exploited.load(folder).entries.height == 1
    assert exploited.load(folder).product_map.height == exploited.load().product_map.height
    sets.verify("exploited", folder)
    assert last_difference("exploited", folder) == (found,)
    (again,) = update(read_list(kev(ENTRY, {**OLD, "cveID": "CVE-2026-9999"}), "kev.json"), folder)
    assert again.rows == {"added": ["CVE-2026-9999"], "changed": [], "removed": []}
    kept = sets.read("exploited", "entries.parquet", folder.parent / KEPT)
    assert kept["cve"].to_list() == ["CVE-2026-8037"]
    assert last_difference("exploited", folder) == (again,)


def test_what_is_older_is_refused_unless_it_is_meant(tmp_path):
    old = read_list(kev(ENTRY, dateReleased="2020-01-01", catalogVersion="2020.01.01"), "kev.json")
    with pytest.raises(ReferenceDataError, match="is of 2020-01-01"):
        update(old, tmp_path / "reference")
    assert not (tmp_path / "reference").exists()
    update(old, tmp_path / "reference", older=True)
    assert sets.facts("exploited", tmp_path / "reference").date == "2020-01-01"


def test_scores_that_were_never_given_are_no_scores(tmp_path):
    assert not epss.load(tmp_path).there
    assert epss.load(tmp_path).table.height == 0
    update(read_scores(SCORES, "epss.csv"), tmp_path)
    assert epss.load(tmp_path).table.height == 1
    assert sets.versions(date(2026, 11, 22), ("epss",), tmp_path)["epss"]["age_days"] == 2


def test_a_lifecycle_update_is_what_the_lifecycle_set_reads(tmp_path):
    update(read_products(document(product()), "full.json"), tmp_path)
    held = lifecycle.load(tmp_path)
    assert held.get("windows-server", "2012-r2").eol == "2023-10-10"
    assert held.cycles.schema == lifecycle.load().cycles.schema
    assert held.products.schema == lifecycle.load().products.schema
    assert held.products.schema["cycles"] == pl.Int64
