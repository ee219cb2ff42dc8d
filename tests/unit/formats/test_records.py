"""JSON records: every list of objects a grid, nothing lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eamap.errors import SourceError
from eamap.ingest.formats import read
from eamap.model.grid import Grid


def grids(folder: Path, content: str | bytes, name: str = "a.json") -> list[Grid]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [found for found in read(path) if isinstance(found, Grid)]


def test_list_of_objects(tmp_path: Path) -> None:
    (found,) = grids(tmp_path, '[{"id": 1, "name": "PAS"}, {"id": 2, "live": true, "cost": 1.10}]')
    assert found.header == ("id", "name", "live", "cost")
    assert found.cells.rows() == [(1, "1", "PAS", None, None), (2, "2", None, "true", "1.10")]
    assert (found.sheet, found.format) == ("", "json")


def test_several_lists_in_an_object(tmp_path: Path) -> None:
    content = {"exported": "2024", "data": {"applications": [{"id": "a"}], "interfaces": [{"id": "i"}]}, "none": None}
    found = grids(tmp_path, json.dumps(content))
    assert [grid.sheet for grid in found] == ["data/applications", "data/interfaces"]
    assert [(issue.code, issue.column) for issue in found[0].issues] == [("outside-records", "exported")]


def test_nested_values(tmp_path: Path) -> None:
    content = [
        {
            "id": "a",
            "owner": {"name": "x", "at": {"site": "s"}},
            "tags": ["p", 2, None],
            "parts": [{"os": "L"}, {"os": "W"}],
        },
        {"id": "b", "parts": [{"os": "M", "ports": [{"n": 80}]}]},
    ]
    top, parts, ports = grids(tmp_path, json.dumps(content))
    assert top.header == ("id", "owner.name", "owner.at.site", "tags")
    assert top.cells.rows() == [(1, "a", "x", "s", "p;2;"), (2, "b", None, None, None)]
    assert (parts.sheet, parts.header) == ("parts", ("_parent", "os", "_parent.id", "_parent.owner.name"))
    assert parts.cells.rows() == [(1, "1", "L", "a", "x"), (2, "1", "W", "a", "x"), (3, "2", "M", "b", None)]
    assert (ports.sheet, ports.cells.rows()) == ("parts/ports", [(1, "3", "80")])


def test_lines(tmp_path: Path) -> None:
    (found,) = grids(tmp_path, '{"id": "a"}\n\n{"id": "b"}\r\n', "a.jsonl")
    assert found.cells.rows() == [(1, "a"), (3, "b")]
    assert not found.issues


def test_entry_that_is_no_object_is_said(tmp_path: Path) -> None:
    (found,) = grids(tmp_path, '[{"id": "a"}, "stray", {"id": "b"}]')
    assert found.cells.rows() == [(1, "a"), (3, "b")]
    assert [(issue.code, issue.row, issue.value) for issue in found.issues] == [("not-a-record", 2, "stray")]


def test_name_that_occurs_twice_is_said(tmp_path: Path) -> None:
    (found,) = grids(tmp_path, '[{"id": "a", "id": "b"}]')
    assert [(issue.code, issue.row, issue.column) for issue in found.issues] == [("repeated-name", 1, "id")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    (found,) = grids(tmp_path, '[{"name": "Café"}]'.encode(encoding))
    assert found.cells.rows() == [(1, "Café")]


@pytest.mark.parametrize(
    ("content", "place"),
    [('[{"id": 1},\n {"id": }]', "line 2, column 9"), ('{"id": "a"}\n{"id": \n', "line 2, column 8")],
)
def test_broken_json_is_refused_with_its_place(tmp_path: Path, content: str, place: str) -> None:
    with pytest.raises(SourceError, match="JSON is broken") as caught:
        grids(tmp_path, content)
    assert place in caught.value.where


@pytest.mark.parametrize("content", ["[]", '{"applications": []}', '{"name": "PAS"}', "[1, 2]"])
def test_no_records_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceError, match="no list of records"):
        grids(tmp_path, content)


@pytest.mark.parametrize("depth", [80, 100_000])
def test_endless_depth_is_refused(tmp_path: Path, depth: int) -> None:
    with pytest.raises(SourceError, match="deep"):
        grids(tmp_path, '[{"a":' * 1 + '{"a":' * depth + "1" + "}" * depth + "}]")
