"""The architecture is what the imports say."""

from __future__ import annotations

import tomllib

import grimp
import networkx as nx
import pytest
from importlinter.cli import lint_imports

FOLDERS = (
    "analysis",
    "checks",
    "cli",
    "fhir",
    "ingest",
    "interpret",
    "conformance",
    "maps",
    "matching",
    "model",
    "reference",
    "stores",
)
MISSING: dict[str, str] = {}
FILES = ("__init__.py", "errors.py", "plugins.py", "protocols.py", "py.typed")
EXEMPT_LAYERS = {"cli", "errors", "model", "plugins", "protocols"}


@pytest.fixture(scope="module")
def imports():
    return grimp.build_graph("eamap", "eamap_exporters", cache_dir=None)


def test_import_contracts_hold(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    assert lint_imports(no_cache=True) == 0, capsys.readouterr().out


def test_no_module_imports_itself_by_a_detour(imports):
    graph = nx.DiGraph(
        (module, imported)
        for module in imports.modules
        for imported in imports.find_modules_directly_imported_by(module)
    )
    knots = [sorted(knot) for knot in nx.strongly_connected_components(graph) if len(knot) > 1]
    assert knots == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_of_the_architecture_exists_or_says_why_not(folder, root):
    there = any((root / "eamap" / folder).glob("*.py"))
    assert there != (folder in MISSING), MISSING.get(folder, f"eamap/{folder} is missing and gives no reason")


@pytest.mark.parametrize("name", FILES)
def test_every_file_of_the_architecture_exists(name, root):
    assert (root / "eamap" / name).is_file()


def test_only_a_missing_layer_may_be_optional(root):
    config = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    layers = next(c["layers"] for c in config["tool"]["importlinter"]["contracts"] if c["id"] == "layers")
    named = [part.strip() for layer in layers for part in layer.split("|")]
    optional = {part.strip("()") for part in named if part.startswith("(")}
    assert {part.strip("()") for part in named} == set(FOLDERS) | EXEMPT_LAYERS
    assert optional == set(MISSING), "a layer that exists is not put in brackets in pyproject.toml"
