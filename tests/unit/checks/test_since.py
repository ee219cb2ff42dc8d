from datetime import date

from eamap.checks.cases import CaseReference, small_estate
from eamap.checks.engine import run
from eamap.checks.since import compare
from tests.unit.checks.builtin import BUILT_IN


def table(*systems, reasons=()):
    things = [{"id": f"system:T/{name}", "supplier": supplier} for name, supplier in systems]
    estate = small_estate({"things": {"system": things}, "reasons": list(reasons)})
    return run(estate, CaseReference({}), date(2026, 11, 22), [BUILT_IN["INV003"]]).table


def subjects(frame):
    return [subject.removeprefix("system:T/") for subject in frame["subject"].to_list()]


def test_each_change_is_told_apart():
    before = table(("same", None), ("mended", None), ("gone", None), ("hushed", None), ("fine", "TPP"))
    hushed = [{"id": "system:T/hushed", "field": "supplier", "reason": "withheld"}]
    after = table(
        ("same", None), ("mended", "EMIS"), ("hushed", None), ("fine", "TPP"), ("fresh", None), reasons=hushed
    )
    found = compare(before, after)
    assert subjects(found.new) == ["fresh"]
    assert subjects(found.unchanged) == ["same"]
    assert subjects(found.fixed) == ["mended"]
    assert subjects(found.gone) == ["gone"]
    assert subjects(found.no_longer_known) == ["hushed"]


def test_nothing_changes_between_a_run_and_itself():
    one = table(("a", None), ("b", "TPP"))
    found = compare(one, one)
    assert found.unchanged.height == 1
    assert not any(frame.height for frame in (found.new, found.fixed, found.gone, found.no_longer_known))
