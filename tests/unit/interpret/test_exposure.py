"""Four levels of exposure, never mixed; and a mirror of NVD and OSV, packed or not."""

import gzip
import json
import zipfile
from datetime import date

import polars as pl
import pytest

from eamap.checks.cases import small_estate
from eamap.errors import ReferenceDataError
from eamap.interpret.affected import affected
from eamap.interpret.exposure import WORDING, exposures
from eamap.model.selector import EstateOn
from eamap.reference import epss
from eamap.reference.kev import read_list
from eamap.reference.mirror import Mirror, purl_key, purl_version
from eamap.reference.updating import update

DAY = date(2026, 11, 22)
LOG4J = {
    "id": "CVE-2021-44228", "vulnStatus": "Analyzed",
    "configurations": [{"nodes": [{"operator": "OR", "negate": False, "cpeMatch": [
        {"vulnerable": True, "criteria": "cpe:2.3:a:apache:log4j:*:*:*:*:*:*:*:*", "versionStartIncluding": "2.0.1", "versionEndExcluding": "2.12.2"},
        {"vulnerable": True, "criteria": "cpe:2.3:a:apache:log4j:2.0:rc1:*:*:*:*:*:*"},
    ]}]}],
}  # fmt: skip
FLASH = {
    "id": "CVE-2011-2110",
    "configurations": [{"operator": "AND", "nodes": [
        {"operator": "OR", "negate": False, "cpeMatch": [{"vulnerable": True, "criteria": "cpe:2.3:a:adobe:flash_player:*:*:*:*:*:*:*:*", "versionEndExcluding": "10.3.181.26"}]},
        {"operator": "OR", "negate": False, "cpeMatch": [{"vulnerable": False, "criteria": "cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*"}, {"vulnerable": False, "criteria": "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"}]},
    ]}],
}  # fmt: skip
REJECTED = {**LOG4J, "id": "CVE-2021-0000", "vulnStatus": "Rejected"}
DJANGO = {
    "id": "GHSA-xxxx", "aliases": ["CVE-2024-0001"],
    "affected": [{"package": {"ecosystem": "PyPI", "name": "Django_Thing", "purl": "pkg:pypi/django-thing"},
                  "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.2.1"}, {"introduced": "4.0"}, {"last_affected": "4.1"}]}],
                  "versions": ["3.0rc9"]}],
}  # fmt: skip


def nvd(*entries):
    return json.dumps(
        {"format": "NVD_CVE", "version": "2.0", "vulnerabilities": [{"cve": each} for each in entries]}
    ).encode()


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(gzip.compress(nvd(LOG4J, REJECTED)))
    with zipfile.ZipFile(folder / "nvdcve-2.0-2011.json.zip", "w") as packed:
        packed.writestr("nvdcve-2.0-2011.json", nvd(FLASH))
    (folder / "GHSA-xxxx.json").write_text(json.dumps(DJANGO))
    (folder / "GHSA-gone.json").write_text(json.dumps({**DJANGO, "id": "GHSA-gone", "withdrawn": "2024-01-01"}))
    (folder / "known_exploited_vulnerabilities.json").write_text('{"vulnerabilities": [{"cveID": "CVE-1"}]}')
    return folder


def estate(*components, **things):
    rows = [{"system": "system:T/1", "raw": each} if isinstance(each, str) else each for each in components]
    return EstateOn(small_estate({"things": {"component": rows, **things}}), DAY)


def judged(mirror, *components, cve=""):
    rows = affected(estate(*components).things("component"), Mirror(mirror), cve)
    return rows.select("component", "cve", "holds").rows()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("cpe:2.3:a:apache:log4j:2.9.1:*:*:*:*:*:*:*", [("CVE-2021-44228", True)]),
        ("cpe:2.3:a:apache:log4j:2.12.2:*:*:*:*:*:*:*", []),
        ("cpe:/a:apache:log4j:2.0:rc1", [("CVE-2021-44228", True)]),
        ("cpe:/a:apache:log4j", [("CVE-2021-44228", None)]),
        ("cpe:/a:nextcloud:log4j:2.9.1", []),
        ("pkg:pypi/Django_Thing@3.2.0", [("CVE-2024-0001", True)]),
        ("pkg:pypi/django-thing@3.2.1", []),
        ("pkg:pypi/django-thing@4.1", [("CVE-2024-0001", True)]),
        ("pkg:pypi/django-thing@4.2", []),
        ("pkg:pypi/django-thing@3.0rc9", [("CVE-2024-0001", True)]),
        ("pkg:pypi/django-thing", [("CVE-2024-0001", None)]),
        ("pkg:npm/django-thing@3.2.0", []),
        ("Apache Log4j 2.9.1", []),
        ("cpe:2.3:z:broken", []),
    ],
)
def test_a_mirror_says_what_is_affected(mirror, raw, expected):
    assert judged(mirror, raw) == [("component:T/1", *each) for each in expected]


def test_running_on_is_what_stands_on_the_same_system(mirror):
    flash = "cpe:2.3:a:adobe:flash_player:10.0:*:*:*:*:*:*:*"
    windows = "cpe:2.3:o:microsoft:windows:*:*:*:*:*:*:*:*"
    solaris = "cpe:2.3:o:oracle:solaris:11:*:*:*:*:*:*:*"
    told = {
        beside: [
            holds
            for component, _, holds in judged(mirror, flash, *(beside,) * bool(beside))
            if component == "component:T/1"
        ]
        for beside in ("", windows, solaris)
    }
    # Windows is not known to be of a build, so that is undecided as well; Solaris is another system.
    assert told == {"": [None], windows: [None], solaris: []}


def test_a_mirror_keeps_an_index_and_makes_it_anew_when_a_file_changes(mirror, tmp_path):
    cache = tmp_path / "cache"
    first = Mirror(mirror, cache)
    assert (first.entries, first.publishers) == (3, ("nvd", "osv"))
    kept = {path.name: path.stat().st_mtime_ns for path in cache.iterdir()}
    assert Mirror(mirror, cache).by_cve("CVE-2011-2110")[0].file == "nvdcve-2.0-2011.json.zip!nvdcve-2.0-2011.json"
    assert {path.name: path.stat().st_mtime_ns for path in cache.iterdir()} == kept
    for path in cache.iterdir():
        path.write_bytes(b"damaged")
    assert Mirror(mirror, cache).entries == 3
    (mirror / "b.json").write_bytes(nvd({**LOG4J, "id": "CVE-2021-45046"}))
    assert Mirror(mirror, cache).entries == 4
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize(("content", "says"), [(b"{", "no JSON"), (b"\x1f\x8b\x08broken", "cannot be read")])
def test_a_damaged_file_of_a_mirror_is_named(mirror, content, says):
    (mirror / "c.json.gz").write_bytes(gzip.compress(content) if content == b"{" else content)
    with pytest.raises(ReferenceDataError, match=says) as error:
        _ = Mirror(mirror).entries
    assert "c.json.gz" in error.value.where


def test_a_mirror_that_is_not_there_or_empty_is_refused(tmp_path):
    with pytest.raises(ReferenceDataError, match="no such folder"):
        Mirror(tmp_path / "none")
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(ReferenceDataError, match="of NVD"):
        _ = Mirror(tmp_path).entries


@pytest.mark.parametrize(
    ("text", "key", "stated"),
    [
        ("pkg:npm/%40angular/core@12.0.0?x=1#y", "pkg:npm/@angular/core", "12.0.0"),
        ("pkg:npm/@angular/core", "pkg:npm/@angular/core", ""),
        ("pkg:maven/org.apache/log4j-core@2.14.1", "pkg:maven/org.apache/log4j-core", "2.14.1"),
        ("log4j", "", ""),
    ],
)
def test_a_purl_is_looked_up_without_its_version(text, key, stated):
    assert (purl_key(text), purl_version(text)) == (key, stated)


# Levels -----------------------------------------------------------------------------------------------------------


def levels(on, **asked):
    return {(row["component"], row["level"]): row for row in exposures(on, **asked).iter_rows(named=True)}


def test_each_level_has_its_own_row_and_wording(mirror):
    on = estate(
        "cpe:2.3:a:apache:log4j:2.9.1:*:*:*:*:*:*:*", "Windows Server 2012 R2", "Windows Server 2022", "Bedboard",
        vulnerability=[{"component": "component:T/1", "cve": "CVE-1999-0001", "scanner": "Nessus", "reported": "2026-11-01"},
                       {"component": "component:T/1", "cve": "CVE-2017-0144"}],
    )  # fmt: skip
    found = levels(on, mirror=Mirror(mirror))
    assert sorted(found) == [
        ("component:T/1", 0),
        ("component:T/1", 2),
        ("component:T/1", 3),
        ("component:T/2", 0),
        ("component:T/2", 1),
        ("component:T/3", 0),
    ]
    scanned = found["component:T/1", 3]
    assert (scanned["cves"], scanned["n"], scanned["known_exploited"], scanned["ransomware"]) == (
        "CVE-1999-0001; CVE-2017-0144",
        2,
        "CVE-2017-0144",
        1,
    )
    assert found["component:T/1", 2]["known_exploited"] == "CVE-2021-44228"
    assert all(row["wording"] == WORDING[level] for (_, level), row in found.items())
    assert all(row["epss"] is None for row in found.values())


def test_a_patched_windows_host_is_never_more_than_history():
    on = estate("Windows Server 2022", "Windows 11 24H2 Enterprise")
    found = exposures(on)
    assert found["level"].unique().to_list() == [0]
    assert found["n"].min() > 20


def test_what_was_listed_before_the_end_of_support_is_history():
    on = estate("Windows Server 2012 R2")
    found = levels(on)
    both = found["component:T/1", 1]["n"] + found["component:T/1", 0]["n"]
    before = levels(EstateOn(on.estate, date(2023, 10, 10)))
    assert list(before) == [("component:T/1", 0)]
    assert before["component:T/1", 0]["n"] == both


def test_scores_and_a_newer_list_are_joined_where_they_were_given(tmp_path):
    scores = b"#model_version:v4,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\nCVE-1999-0001,0.5,0.9\n"
    update(epss.read_scores(scores, "epss"), tmp_path)
    entry = {
        "cveID": "CVE-1999-0001",
        "vendorProject": "OpenBSD",
        "product": "OpenBSD",
        "vulnerabilityName": "x",
        "dateAdded": "2026-11-20",
    }
    update(read_list(json.dumps({"dateReleased": "2026-11-20", "vulnerabilities": [entry]}).encode(), "kev"), tmp_path)
    on = estate("OpenBSD 2.4", vulnerability=[{"component": "component:T/1", "cve": "CVE-1999-0001"}])
    (row,) = exposures(on, tmp_path).filter(pl.col("level") == 3).to_dicts()
    assert (row["epss"], row["known_exploited"]) == (0.5, "CVE-1999-0001")


def test_an_estate_without_components_has_no_exposures():
    assert exposures(EstateOn(small_estate({"things": {}}), DAY)).height == 0
