"""What every exporter of tables promises: all rows, the same bytes twice, and no text that runs."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from eamap.errors import UsageError
from eamap.plugins import Group, load, names

EXPORTERS = [name for name in names(Group.EXPORTERS) if load(Group.EXPORTERS, name).accepts == "table"]
HOSTILE = [
    "=1+1",
    "+44",
    "-5",
    "@SUM(A1)",
    "\tx",
    "'=quoted",
    "'plain",
    '<b>&"',
    "nul\x00",
    "long " * 9000,
    "http://x/",
]
OPTIONS = {"title": "Northmoor", "marking": "OFFICIAL-SENSITIVE", "as_of": "2026-11-22", "version": 7}


def tables():
    things = pl.DataFrame(
        {
            "id": [f"system:{n}" for n in range(len(HOSTILE))],
            "name": HOSTILE,
            "value": [None, *range(-1, len(HOSTILE) - 2)],
            "uses": [["a", "b"]] * len(HOSTILE),
        }
    )
    links = pl.DataFrame({"from": ["system:0", "system:1"], "to": ["system:1", "system:gone"], "share": [0.5, None]})
    return [("things/system", things, {"name": "=what it is called"}), ("links/uses", links, {})]


def export(name, folder, given=None):
    folder.mkdir(exist_ok=True)
    exporter = load(Group.EXPORTERS, name)
    return exporter.export(tables() if given is None else given, folder / f"estate{exporter.suffixes[0]}", OPTIONS)


def test_there_is_an_exporter_for_every_promised_table():
    assert {"xlsx", "csv", "json", "graphml", "parquet"} <= set(EXPORTERS)


@pytest.mark.parametrize("name", EXPORTERS)
def test_writes_the_same_bytes_twice(name, tmp_path):
    first, second = export(name, tmp_path / "one"), export(name, tmp_path / "two")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert len({path.name for path in first}) == len(first)


@pytest.mark.parametrize("name", EXPORTERS)
def test_no_table_is_refused(name, tmp_path):
    with pytest.raises(UsageError):
        export(name, tmp_path, [])


@pytest.mark.parametrize("name", EXPORTERS)
def test_says_its_marking(name, tmp_path):
    files = export(name, tmp_path)
    if name == "xlsx":
        from openpyxl import load_workbook

        assert load_workbook(files[0]).properties.keywords == "OFFICIAL-SENSITIVE"
    else:
        assert any(b"OFFICIAL-SENSITIVE" in path.read_bytes() for path in files)


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(tmp_path):
    from openpyxl import load_workbook

    book = load_workbook(export("xlsx", tmp_path)[0])
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "b"}
    sheet = book["things system"]
    assert [cell.value for cell in sheet["B"]][1:6] == HOSTILE[:5]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:D{len(HOSTILE) + 1}"
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_a_workbook_says_where_it_cut_a_text(tmp_path):
    from openpyxl import load_workbook

    about = [[cell.value for cell in row] for row in load_workbook(export("xlsx", tmp_path)[0])["About"].iter_rows()]
    assert ["things system", "name, row 11", "The text was longer than a cell holds and is cut."] in about


def test_no_cell_of_a_csv_runs_and_each_can_be_read_back(tmp_path):
    from eamap_exporters.flat_files import unguard

    path = next(path for path in export("csv", tmp_path) if path.name == "things-system.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert not [row["name"] for row in rows if row["name"][:1] in "=+-@\t\r"]
    assert [unguard(row["name"]) for row in rows] == HOSTILE
    assert rows[1]["value"] == "-1", "a negative number is a number"


def test_json_and_parquet_keep_every_value(tmp_path):
    document = json.loads(export("json", tmp_path)[0].read_text("utf-8"))
    assert [row["name"] for row in document["tables"]["things/system"]["rows"]] == HOSTILE
    path = next(path for path in export("parquet", tmp_path) if path.stem == "things-system")
    assert pl.read_parquet(path).equals(tables()[0][1])


def test_graphml_is_whole_and_names_ends_nobody_described(tmp_path):
    import networkx as nx

    path = export("graphml", tmp_path)[0]
    ET.parse(path)
    graph = nx.read_graphml(path)
    assert graph.number_of_nodes() == len(HOSTILE) + 1
    assert graph.has_edge("system:1", "system:gone")
    assert graph.nodes["system:7"]["name"] == HOSTILE[7]
