"""Where the commands of the pages are run: a newcomer's folder, with the sample ingested once for all of them."""

from __future__ import annotations

import shutil

import pages
import pytest
from newcomer import Desk, furnished


@pytest.fixture(scope="session")
def ingested(root, tmp_path_factory):
    """A store with the sample in it, made by the command that the README gives."""
    folder = furnished(tmp_path_factory.mktemp("ingested"), root)
    Desk(folder).run(pages.Command("README.md", "eamap ingest sample_estates/northmoor/sources/*"))
    return folder / ".eamap"


@pytest.fixture(scope="module")
def make_desk(root, ingested, tmp_path_factory):
    """Makes a desk with an estate of its own."""

    def make(name: str) -> Desk:
        folder = furnished(tmp_path_factory.mktemp(name), root)
        shutil.copytree(ingested, folder / ".eamap")
        return Desk(folder)

    return make
