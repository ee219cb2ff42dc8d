"""The rule in tests/conftest.py itself: what is required and skipped has failed."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

ONE = """
import pytest

def test_required(): pytest.skip("needs shared: not there")
def test_other(): pytest.skip("needs neo4j: no server")
def test_here(): pytest.skip("only on another system")
@pytest.mark.xfail(reason="known")
def test_known(): assert False
"""
WHOLE = 'import pytest\npytest.skip("needs shared: not there", allow_module_level=True)\n'


@pytest.mark.parametrize(
    ("reason", "required", "passes"),
    [
        ("needs shared: not there", "", True),
        ("needs shared: not there", "shared", False),
        ("needs neo4j: no server", "shared", True),
        ("needs neo4j: no server", "shared,neo4j", False),
        ("only on POSIX: signals", "shared", True),
        ("not now", "", True),
        ("not now", "shared", False),
    ],
)
def test_a_skip_of_what_is_required_is_objected_to(root, reason, required, passes):
    spec = spec_from_file_location("rule", root / "tests" / "conftest.py")
    rule = module_from_spec(spec)
    spec.loader.exec_module(rule)
    said = rule.objection(reason, frozenset(filter(None, required.split(","))))
    assert (said == "") == passes
    assert passes or reason in said


def test_the_objection_fails_the_test_and_the_module(root, tmp_path):
    (tmp_path / "conftest.py").write_text((root / "tests" / "conftest.py").read_text("utf-8"), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (tmp_path / "test_one.py").write_text(ONE, "utf-8")
    (tmp_path / "test_whole.py").write_text(WHOLE, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--continue-on-collection-errors", tmp_path],
        env={**os.environ, "EAMAP_REQUIRE": "shared"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    assert "1 failed, 2 skipped, 1 xfailed, 1 error" in done.stdout
