from __future__ import annotations

import pytest

from eamap.checks import limits
from eamap.errors import ReferenceDataError


@pytest.fixture(autouse=True)
def forgotten():
    limits.limit.cache_clear()
    yield
    limits.limit.cache_clear()


def test_a_host_may_be_out_of_sight_for_ninety_days():
    assert limits.limit("not_seen_days") == 90


@pytest.mark.parametrize("text", ["", "not_seen_days: soon", "not_seen_days: -1", "not_seen_days: true", "- 90"])
def test_a_limit_that_is_no_number_of_days_is_said_with_its_place(text, tmp_path, monkeypatch):
    (tmp_path / "limits").mkdir()
    (tmp_path / "limits" / "checks.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(limits, "shipped_folder", lambda: tmp_path)
    with pytest.raises(ReferenceDataError, match="is no number of days") as caught:
        limits.limit("not_seen_days")
    assert caught.value.where.endswith("checks.yaml")
