"""The sample estate, ingested once for all golden tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from eamap.cli.opening import Opened, known_world
from eamap.cli.options import Reading
from eamap.ingest.pipeline import Asked, Ingested, ingest
from eamap.stores.folder import FolderStore

AS_OF = date(2026, 11, 22)
PUBLISHED = "2026-11-22T09:00:00+00:00"


def ingested(files: list[Path], store: Path, **asked: object) -> Ingested:
    """Ingests files into a store folder."""
    return ingest(FolderStore(store), files, known_world(store), Asked(**asked), published=PUBLISHED)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def northmoor_ingested(northmoor: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ingested]:
    """The folder of a store that holds the sample, and what ingest said."""
    store = tmp_path_factory.mktemp("northmoor") / "store"
    return store, ingested(sorted((northmoor / "sources").iterdir()), store)


@pytest.fixture(scope="session")
def opened(northmoor_ingested: tuple[Path, Ingested]) -> Opened:
    """The sample estate, opened on a fixed day."""
    return Opened(Reading(northmoor_ingested[0], None, AS_OF))
