from __future__ import annotations

import shutil

import pytest

from tests.unit.analysis.registers import PLANS, STACK, SYSTEMS, Small


@pytest.fixture(scope="session")
def kept(tmp_path_factory):
    """The estate, made once."""
    small = Small(tmp_path_factory.mktemp("registers"))
    small.ingest(systems=SYSTEMS, stack=STACK, plans=PLANS)
    return small


@pytest.fixture
def small(kept, tmp_path):
    """A copy that a test may change."""
    shutil.copytree(kept.folder, tmp_path / "copy")
    return Small(tmp_path / "copy")
