"""Inventories of devices and software as the vendors' tools export them, on files shaped by their documentation."""

from __future__ import annotations

import pytest

from eamap.errors import SourceError
from eamap.ingest.known import Known, mappings_folder
from eamap.ingest.pipeline import BlockedError
from eamap.ingest.readers import fold
from tests.unit.ingest.vendor_files import HEADERS, OS, PROGRAM, cells, text

SCANNERS = ("nessus-csv", "qualys-csv", "defender-vulnerabilities")
COUNTED = ("intune-apps-counted", "servicenow-packages")
INVENTORIES = sorted(set(HEADERS) - set(SCANNERS))


def said(world, name: str, rows: int = 3, *, confirm_retire: bool = False, **how):
    return world.say(text(name, rows, **how), f"{name}.csv", organisation="RXR", confirm_retire=confirm_retire)


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_each_export_is_known_for_what_it_is(world, name):
    done = said(world, name)
    assert [change.part.meta["mapping"] for change in done.changes] == [name]
    assert {issue.code for issue in done.issues} <= {"rows-above-header"}
    assert len(world.things("component")) == 3


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_the_order_and_the_case_of_the_headers_do_not_matter(world, name):
    body = [line.split(",") for line in text(name, 1).splitlines()][-2:]
    mixed = "\n".join(",".join(reversed(line)) for line in ([header.upper() for header in body[0]], body[1]))
    if name != "qualys-csv":  # a cell of its row holds a comma
        done = world.say(mixed + "\n", "mixed.csv", organisation="RXR")
        assert [change.part.meta["mapping"] for change in done.changes] == [name]


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_the_same_file_twice_is_the_file_once(world, name):
    said(world, name)
    assert said(world, name).version == 0
    assert world.versions() == 1


@pytest.mark.parametrize("name", INVENTORIES)
def test_a_later_export_retires_what_is_gone(world, name):
    said(world, name, 20)
    said(world, name, 18)
    assert len(world.things("component")) == 18


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_file_without_a_column_it_needs_is_not_read_as_it(world, name):
    layout = world.known.layouts[name]
    for column in sorted(layout.required):
        without = [header for header in HEADERS[name] if fold(header) in layout.columns[column].folded]
        try:
            done = said(world, name, without=without, confirm_retire=True)
        except SourceError as refused:
            assert "missing column" in refused.message or refused.hint, column
        else:  # what is left may be a whole file of another kind: hosts without their software
            assert name not in [change.part.meta["mapping"] for change in done.changes], column


@pytest.mark.parametrize("name", ["intune-devices", "nessus-csv", "servicenow-servers", "sccm-software"])
def test_what_is_missing_is_named(world, name):
    column = {
        "intune-devices": "OS version",
        "nessus-csv": "Plugin ID",
        "servicenow-servers": "os_version",
        "sccm-software": "Netbios_Name0",
    }[name]
    with pytest.raises(SourceError, match=r"missing column|only a little like"):
        said(world, name, without=[column])


@pytest.mark.parametrize("name", sorted(HEADERS))
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_any_delimiter_is_found(world, name, delimiter):
    done = world.say(text(name, delimiter=delimiter), "export.csv", organisation="RXR")
    assert [change.part.meta["mapping"] for change in done.changes] == [name]


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_the_wrong_delimiter_is_refused_in_words(world, name):
    with pytest.raises(SourceError, match=r"no mapping yet|only a little like|missing column"):
        world.say(text(name), "export.csv", organisation="RXR", delimiter=";")


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_an_export_of_nobody_is_refused(world, name):
    with pytest.raises(BlockedError, match="names no organisation"):
        world.say(text(name), "export.csv")


@pytest.mark.parametrize("name", sorted(set(HEADERS) - set(COUNTED) - {"servicenow-databases"}))
def test_hostile_names_stay_text_and_ids_stay_safe(world, name):
    hostile = "=cmd|' /C calc'!A0<script>\u202e"
    columns = {header: hostile for header in HEADERS[name] if cells(name, 0).get(header) == "SRV000000"}
    said(world, name, 1, changed=columns)
    ((identifier, host),) = world.things("component", "id", "host")
    assert host == hostile
    assert not set(identifier) & set("<>'|!= \u202e")


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_a_host_or_program_is_told_apart_from_the_next(world, name):
    assert len(world_ids(world, name, 30)) == 30


def world_ids(world, name: str, rows: int) -> set[str]:
    said(world, name, rows)
    return set(world.things("component"))


HOSTS = [
    name
    for name in INVENTORIES
    if name
    in ("sccm-operating-systems", "intune-devices", "defender-devices", "lansweeper-assets", "servicenow-servers")
]


@pytest.mark.parametrize("name", HOSTS)
def test_one_device_of_two_tools_is_one_component(world, name):
    said(world, name)
    said(world, "sccm-operating-systems")
    assert world.things("component") == [f"component:RXR/srv00000{n}" for n in range(3)]


@pytest.mark.parametrize("name", HOSTS)
def test_a_device_listed_twice_is_one_and_that_is_said(world, name):
    seen = next(header for header in HEADERS[name] if cells(name, 0).get(header, "").startswith("2026-01-17"))
    twice = text(name, 1) + text(name, 1, changed={seen: "2026-11-02 08:00:00"}).splitlines()[-1] + "\n"
    done = world.say(twice, "twice.csv", organisation="RXR")
    (issue,) = done.issues
    assert (issue.code, issue.row, issue.blocks) == ("same-host", 3, False)
    assert world.things("component", "id", "last_seen") == [("component:RXR/srv000000", "2026-11-02")]


def test_host_class_count_exposure_and_last_seen_are_kept(world):
    said(world, "servicenow-servers")
    assert world.things("component", "host", "raw", "host_class", "count", "internet_exposed", "last_seen", "environment", "layer")[0] == (
        "SRV000000", f"{OS[0]} 6.3.9600", "server", 1, "yes", "2026-01-17", "production", "os"
    )  # fmt: skip


def test_software_keeps_its_host_and_what_it_is_called(world):
    said(world, "defender-software", changed={"ProductCodeCpe": "cpe:2.3:a:microsoft:sql_server:2012:*:*:*:*:*:*:*"})
    host, raw, identifier, classed = world.things("component", "host", "raw", "identifier", "host_class")[0]
    assert (host, raw) == ("SRV000000", " ".join(PROGRAM[0]))
    assert identifier == "cpe:2.3:a:microsoft:sql_server:2012:*:*:*:*:*:*:*"
    assert classed == "server"


def test_what_defender_has_no_cpe_for_has_none(world):
    said(world, "defender-software", changed={"ProductCodeCpe": "Not Available"})
    assert world.things("component", "identifier") == [None] * 3


def test_counts_of_a_whole_tenant_are_kept(world):
    said(world, "intune-apps-counted")
    assert [count for _, count in world.things("component", "id", "count")] == [2, 0, 1] or sorted(
        count for _, count in world.things("component", "id", "count")
    ) == [0, 1, 2]


def test_a_device_belongs_to_the_system_that_a_column_names(world):
    said(world, "servicenow-servers", changed={"business_service": "pas"})
    assert set(world.things("component", "system")) == {"system:RXR/pas"}


def test_plain_linux_says_nothing_about_what_the_host_is(world):
    done = said(world, "sccm-operating-systems", changed={"Caption0": "Ubuntu 22.04"})
    assert world.things("component", "host_class") == [None] * 3
    assert done.issues == ()


def test_an_asset_without_operating_system_is_a_device(world):
    said(
        world,
        "lansweeper-assets",
        1,
        changed={
            "Caption": "",
            "OSname": "",
            "AssetTypename": "Printer",
            "Manufacturer": "HP",
            "Model": "LaserJet 4250",
        },
    )
    assert world.things("component", "raw", "layer", "host_class") == [("HP LaserJet 4250", "device", "other")]


def test_a_date_that_cannot_be_read_is_said_and_the_host_kept(world):
    done = said(world, "intune-devices", 1, changed={"Last check-in": "a while ago"})
    assert [(issue.row, issue.column, issue.code) for issue in done.issues] == [(2, "Last check-in", "bad-date")]
    assert world.things("component", "last_seen") == [None]


def test_no_vendor_file_is_confused_with_an_older_layout():
    layouts = Known(mappings_folder()).layouts
    for name in HEADERS:
        assert "no real export seen" in layouts[name].origin or "public" in layouts[name].origin, name
