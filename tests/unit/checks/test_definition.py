import pytest

from eamap.checks.definition import check, passes
from eamap.checks.page import HEADINGS, page_of
from eamap.errors import PluginError
from tests.unit.checks.builtin import BUILT_IN, FILES

GOOD = {"id": "TST001", "name": "a-test", "subject": "system", "family": "test", "depends": ("name",)}


def judge(name, *, on, reference):
    """Judges."""
    return passes("fine")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": "tst1"}, "three capitals and three digits"),
        ({"name": "A Test"}, "lower case"),
        ({"depends": ()}, "depends on no field"),
        ({"depends": ("name", "name")}, "names a field twice"),
        ({"depends": ("name", "status")}, "takes 1 fields, but it declares 2"),
    ],
)
def test_a_malformed_check_says_what_is_wrong(change, complaint):
    with pytest.raises(PluginError, match=complaint):
        check(**{**GOOD, **change})(judge)


def test_a_judge_takes_the_day_and_the_reference_data():
    with pytest.raises(PluginError, match="keywords 'on' and 'reference'"):
        check(**GOOD)(lambda name, *, on: passes("fine"))


def test_a_check_keeps_its_function():
    assert check(**GOOD)(judge).judge is judge


@pytest.mark.parametrize("identifier", sorted(BUILT_IN))
def test_a_docstring_is_a_page(identifier):
    page = page_of(BUILT_IN[identifier].judge)
    assert tuple(page.sections) == HEADINGS
    assert page.summary.startswith("Fails ")
    assert page.summary.endswith(".")


@pytest.mark.parametrize("identifier", sorted(BUILT_IN))
def test_a_file_is_named_by_its_check_and_lies_in_its_family(identifier):
    path, found = FILES[identifier], BUILT_IN[identifier]
    assert found.id == identifier
    assert path.parent.name == found.family


def test_names_are_unique():
    names = [name for found in BUILT_IN.values() for name in (found.name, *found.aliases)]
    assert len(set(names)) == len(names)


def page(doc):
    def function():
        pass

    function.__doc__ = doc
    return page_of(function)


def test_a_page_without_a_heading_is_refused():
    whole = "Says.\n\n" + "\n".join(f"{heading}\n    Text." for heading in HEADINGS)
    assert page(whole).sections["Known limits"] == "Text."
    assert str(page(whole)).startswith("Says.\n\nWhat it checks\nText.\n\nWhy it matters")
    for broken in (
        whole.replace("Known limits", "Limits"),
        whole.replace("Known limits\n    Text.", "Known limits"),
        whole.replace("References", "What it checks"),
        "",
        None,
    ):
        with pytest.raises(PluginError, match="is not a page"):
            page(broken)
