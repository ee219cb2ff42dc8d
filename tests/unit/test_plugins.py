from __future__ import annotations

from importlib.metadata import EntryPoint
from types import SimpleNamespace

import pytest

from eamap import plugins
from eamap.errors import PluginError
from eamap.plugins import Group


def entry(name: str, value: str = "json:loads", package: str = "guest") -> EntryPoint:
    made = EntryPoint(name, value, "eamap.importers")
    vars(made)["dist"] = SimpleNamespace(name=package)
    return made


@pytest.fixture
def installed(monkeypatch):
    """Makes some entry points the installed ones."""
    monkeypatch.delenv(plugins.SWITCH)

    def install(*entries: EntryPoint) -> None:
        monkeypatch.setattr(plugins, "entry_points", lambda group: entries)
        plugins.forget()

    yield install
    plugins.forget()


def test_names_are_in_order_and_nothing_is_imported(installed):
    installed(entry("xlsx", "no.such.module:x"), entry("csv", "no.such.module:y"))
    assert plugins.names(Group.IMPORTERS) == ("csv", "xlsx")


def test_a_plugin_is_the_object_that_its_entry_point_names(installed):
    installed(entry("json"))
    assert plugins.load(Group.IMPORTERS, "json").__name__ == "loads"
    assert [name for name, _ in plugins.load_all(Group.IMPORTERS)] == ["json"]
    assert plugins.package(Group.IMPORTERS, "json") == "guest"


def test_a_name_offered_twice_is_fatal_and_names_both(installed):
    installed(entry("csv", package="one"), entry("csv", package="another"))
    with pytest.raises(PluginError, match="two packages offer the importer 'csv': another and one"):
        plugins.names(Group.IMPORTERS)


def test_an_unknown_name_says_which_there_are(installed):
    installed(entry("csv"), entry("ods"))
    with pytest.raises(PluginError, match="there is no importer 'doc'") as caught:
        plugins.load(Group.IMPORTERS, "doc")
    assert caught.value.hint == "there are: csv, ods"


def test_without_any_the_hint_is_to_install(installed):
    installed()
    with pytest.raises(PluginError) as caught:
        plugins.load(Group.IMPORTERS, "csv")
    assert "make install" in caught.value.hint


@pytest.mark.parametrize("value", ["no.such.module:x", "json:no_such_name"])
def test_a_guest_that_cannot_be_loaded_is_named_with_what_to_do(installed, value):
    installed(entry("csv", value, "guest-package"))
    with pytest.raises(
        PluginError, match="the importer 'csv' of the package 'guest-package' cannot be loaded"
    ) as caught:
        plugins.load(Group.IMPORTERS, "csv")
    assert "pip uninstall guest-package" in caught.value.hint
    assert caught.value.where == value


def test_a_missing_extra_is_named_with_the_line_to_type(installed, monkeypatch):
    def load(self):
        raise ModuleNotFoundError("no", name="pptx")

    installed(entry("pptx", package="eamap"))
    monkeypatch.setattr(EntryPoint, "load", load)
    with pytest.raises(PluginError) as caught:
        plugins.load(Group.IMPORTERS, "pptx")
    assert caught.value.hint.startswith("pip install 'eamap[slides]'")


def test_guests_can_be_kept_out(installed, monkeypatch):
    monkeypatch.setenv(plugins.SWITCH, "built-in")
    installed(entry("csv", package="eamap"), entry("ods", package="guest"))
    assert plugins.names(Group.IMPORTERS) == ("csv",)


def test_a_group_names_one_of_its_plugins():
    assert [group.one for group in Group] == ["importer", "store", "check", "map", "exporter"]
