"""A size of estate in a folder store, and a server for it: made once, for all benchmarks of the shared graph."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from eamap.stores.folder import FolderStore
from tests.benchmarks.neo4j_sizes import SIZES, ingested, serving_for
from tests.neo4j.serving import Served


@pytest.fixture(scope="session", params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """The name of a size."""
    return str(request.param)


@pytest.fixture(scope="session")
def server(size: str) -> Iterator[Served]:
    """A server for a size."""
    with serving_for(size) as made:
        yield made


@pytest.fixture(scope="session")
def folder(size: str, tmp_path_factory: pytest.TempPathFactory) -> FolderStore:
    """The folder store of the generated estate."""
    return ingested(size, tmp_path_factory.mktemp(size))
