"""Fixtures for all tests, and the rule that a test skipped for want of a required thing has failed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
REQUIRED = frozenset(filter(None, os.environ.get("EAMAP_REQUIRE", "").split(",")))
NEEDS = re.compile(r"needs (?P<thing>[a-z0-9-]+): \S")
ONLY_ON = re.compile(r"only on \S")
SERVED = {"neo4j_server", "killable", "own_server"}

# What a developer has installed beside eamap must not change a test; programs started by tests inherit this.
os.environ["EAMAP_PLUGINS"] = "built-in"
for name in ("EAMAP_STORE", "FORCE_COLOR", "COLUMNS"):
    os.environ.pop(name, None)

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the shared tables; skips where they are not."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs shared: ../shared/data is not there")
    return folder


@pytest.fixture(scope="session")
def northmoor() -> Path:
    """The folder of the fictional sample."""
    return ROOT / "sample_estates" / "northmoor"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks what asks a Neo4j server, so that ``-m "not neo4j"`` leaves out all of it, wherever it lies."""
    for item in items:
        if SERVED & set(getattr(item, "fixturenames", ())):
            item.add_marker("neo4j")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turns the skip of a required thing into a failure."""
    return fail_required((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    """Does the same for a whole module that skips itself."""
    return fail_required((yield))


def fail_required(report):
    """Fails a skipped report if it names a required thing or, where things are required, does not say what it needs."""
    if report.skipped and not hasattr(report, "wasxfail") and (complaint := objection(reason(report), REQUIRED)):
        report.outcome = "failed"
        report.longrepr = complaint
    return report


def reason(report) -> str:
    """Returns why a test was skipped."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")


def objection(why: str, required: frozenset[str]) -> str:
    """Returns what is wrong with skipping for this reason; empty if nothing is."""
    if not required or ONLY_ON.match(why):
        return ""
    needs = NEEDS.match(why)
    if needs is None:
        return (
            f"a skip must begin with 'needs THING: ' or 'only on ', so that none is skipped for ever; this says: {why}"
        )
    return f"required by EAMAP_REQUIRE, yet skipped: {why}" if needs["thing"] in required else ""
