import types

import pytest

from eamap import plugins
from eamap.checks import registry
from eamap.errors import PluginError, UsageError
from tests.unit.checks.builtin import BUILT_IN


def chosen(*words):
    return [found.id for found in registry.select(words, BUILT_IN.values())]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (("LIF001",), ["LIF001"]),
        (("lif001", "INT001"), ["INT001", "LIF001"]),
        (("sources-disagree",), ["INV004"]),
        (("fhir",), ["FHR001", "FHR002", "FHR003", "FHR004", "FHR012", "FHR013"]),
        (("INV00[12]", "inv003"), ["INV001", "INV002", "INV003"]),
        (("system-without-*",), ["INV001", "INV002", "INV003"]),
        ((), sorted(BUILT_IN)),
    ],
)
def test_checks_are_chosen_by_id_name_family_or_glob(words, ids):
    assert chosen(*words) == ids


def test_a_word_that_chooses_nothing_is_an_error_that_lists_what_there_is():
    with pytest.raises(UsageError, match="no check is called 'LIF9'") as raised:
        chosen("LIF001", "LIF9")
    assert "INV005" in raised.value.hint


def test_an_entry_may_name_the_module_or_the_check():
    found = BUILT_IN["LIF001"]
    module = types.ModuleType("a_module")
    module.component_past_support = found
    assert registry.check_in(found, "LIF001") is found
    assert registry.check_in(module, "LIF001") is found
    with pytest.raises(PluginError, match="does not lead to the check LIF002"):
        registry.check_in(module, "LIF002")


def test_an_id_is_never_given_again(monkeypatch):
    monkeypatch.setattr(registry, "RETIRED_IDS", frozenset({"LIF001"}))
    with pytest.raises(PluginError, match="belonged to another check"):
        registry.check_in(BUILT_IN["LIF001"], "LIF001")


def test_choosing_by_id_imports_only_that_check(monkeypatch):
    loaded = []
    monkeypatch.setattr(plugins, "names", lambda group: tuple(sorted(BUILT_IN)))
    monkeypatch.setattr(plugins, "load", lambda group, name: loaded.append(name) or BUILT_IN[name])
    assert [found.id for found in registry.select(["INV002"])] == ["INV002"]
    assert loaded == ["INV002"]
    assert len(registry.select(["inventory"])) == 6
