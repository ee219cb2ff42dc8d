"""No file under version control names a registry or a folder of somebody's machine."""

from __future__ import annotations

import re

import pytest

LARGE = 3_000_000
# A letter in brackets keeps each pattern from finding itself.
HOSTS = (r"[p]ypi\.org", r"[p]ythonhosted\.org", r"[r]egistry\.npmjs", r"repo1?\.[m]aven\.", r"[c]rates\.io/api")
PLACES = (r"/[w]ork/", r"/[r]oot/", r"/[h]ome/[a-z]+/", r"/[U]sers/[a-z]+/", r"/opt/[w]heels")
OPTIONS = (r"--[i]ndex-url", r"--extra-[i]ndex-url", r"--[f]ind-links", r"--trusted-[h]ost")
ADDRESS = re.compile("|".join((*HOSTS, *PLACES, *OPTIONS)).encode())


def test_no_file_holds_an_address_or_a_place(tracked, root):
    found = {
        f"{path.relative_to(root)}: {match[0].decode()}"
        for path in tracked
        if path.stat().st_size < LARGE
        for match in ADDRESS.finditer(path.read_bytes())
    }
    assert sorted(found) == []


def test_the_lock_file_that_records_addresses_is_not_there(tracked):
    assert [path for path in tracked if path.name == "uv.lock"] == []


@pytest.mark.parametrize("parts", [("https://py", "pi.org/simple"), ("/ho", "me/ann/eamap"), ("--index", "-url x")])
def test_the_pattern_knows_an_address(parts):
    assert ADDRESS.search("".join(parts).encode())
