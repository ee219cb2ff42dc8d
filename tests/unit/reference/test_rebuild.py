"""The committed sets are what the script makes of the shared tables."""

import importlib.util
import sys
import tomllib

import polars as pl
import pytest
from polars.testing import assert_frame_equal


@pytest.fixture
def made(shared, root, tmp_path, monkeypatch):
    """A folder with every set made anew."""
    monkeypatch.syspath_prepend(str(root / "scripts"))
    spec = importlib.util.spec_from_file_location("make_reference", root / "scripts" / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.make(shared.parent, tmp_path)
    yield tmp_path
    sys.modules.pop("reference_tables", None)


def test_the_committed_sets_equal_a_rebuild(made, root):
    for folder in sorted(made.iterdir()):
        committed = root / "schemas" / folder.name
        # Requirements of standards are written by hand, in YAML, beside the tables.
        tables = {path.name for path in committed.iterdir() if path.suffix != ".yaml"}
        assert tables == {path.name for path in folder.iterdir()}
        for path in sorted(folder.iterdir()):
            if path.suffix == ".parquet":
                # The bytes carry the version of the library that wrote them; the facts do not.
                assert_frame_equal(pl.read_parquet(path), pl.read_parquet(committed / path.name))
            elif path.suffix == ".csv":
                assert path.read_bytes() == (committed / path.name).read_bytes(), path.name
        assert facts(folder) == facts(committed)


def facts(folder):
    stated = tomllib.loads((folder / "PROVENANCE.toml").read_text(encoding="utf-8"))
    for file in stated["file"]:
        if file["name"].endswith(".parquet"):
            del file["sha256"], file["bytes"]
    return stated


def test_a_table_without_a_licence_cannot_become_part_of_a_set(shared, root, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "scripts"))
    spec = importlib.util.spec_from_file_location("make_reference", root / "scripts" / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    part = {"name": "x.csv", "from": ["standards/ukcore_profiles.tsv"]}
    with pytest.raises(SystemExit, match="no licence is stated"):
        module._make_file(shared, module.manifest(shared), {"date": "2026"}, part, tmp_path)
