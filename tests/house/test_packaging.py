"""The wheel holds its data and works; what is pinned is pinned by hash; what is declared is installed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import entry_points

import pytest

from eamap import plugins

PIN = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?: ; (?P<marker>.+?))? \\\n(?P<hashes>(?:    --hash=\S+(?: \\)?\n)+)",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def wheel(root, tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, root],
        check=True,
        capture_output=True,
    )
    return next(out.glob("*.whl"))


def test_the_wheel_holds_every_file_of_the_schemas_and_nothing_of_the_tests(wheel, root):
    held = set(zipfile.ZipFile(wheel).namelist())
    schemas = {
        f"eamap/_schemas/{path.relative_to(root / 'schemas').as_posix()}"
        for path in (root / "schemas").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert schemas
    assert schemas - held == set()
    tops = {name.partition("/")[0] for name in held}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"eamap", "eamap_exporters"}


def test_the_wheel_runs_away_from_the_checkout(wheel, tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", tmp_path / "lib", wheel], check=True)
    code = (
        "import eamap, eamap_exporters, eamap.cli.main as m; print(eamap.__file__, eamap_exporters.__file__); m.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"],
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "lib"), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    ours, guests = done.stdout.splitlines()[0].split()
    assert ours.startswith(str(tmp_path))
    assert guests.startswith(str(tmp_path))
    assert "completion" in done.stdout


def pins(root, name):
    """Returns package and marker > version; every line of the file has to be a pin with its hashes."""
    text = (root / "requirements" / f"{name}.txt").read_text("utf-8")
    assert PIN.sub("", text) == "", "only pins with hashes: no header, no option, no address"
    return {(pin["name"], pin["marker"]): pin["version"] for pin in PIN.finditer(text)}


def test_the_smaller_lists_pin_what_the_larger_pin(root):
    base, everything, dev = (pins(root, name) for name in ("base", "all", "dev"))
    assert base.items() <= everything.items() <= dev.items()


def bare(requirement):
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower().replace(".", "-").replace("_", "-")


def test_every_declared_library_is_pinned(root, project):
    extras = project["project"]["optional-dependencies"]
    groups = project["dependency-groups"]
    base = {bare(line) for line in project["project"]["dependencies"]}
    drawn = {bare(line) for lines in extras.values() for line in lines} - {"eamap"}
    tools = {bare(line) for lines in groups.values() for line in lines if isinstance(line, str)}
    built = {bare(line) for line in project["build-system"]["requires"]}
    named = {name: {package for package, _ in pins(root, name)} for name in ("base", "all", "dev")}
    assert base <= named["base"]
    assert base | drawn | built <= named["all"]
    assert base | drawn | tools <= named["dev"]


INSIDE = {"neo4j-rust-ext"}
"""Libraries that work inside another one: nothing of ours imports them, and nothing fails without them."""
MODULES = {"fhir-resources": "fhir.resources", "fonttools": "fontTools", "python-pptx": "pptx", "pyyaml": "yaml"}


def test_every_declared_library_is_used(project, python_files):
    extras = project["project"]["optional-dependencies"].values()
    declared = {bare(line) for lines in (project["project"]["dependencies"], *extras) for line in lines} - {"eamap"}
    code = "\n".join(path.read_text("utf-8") for path in python_files)
    modules = {name: re.escape(MODULES.get(name, name)) for name in declared}
    used = {name for name, module in modules.items() if re.search(rf"(import|from) {module}\b|[\"']{module}\b", code)}
    assert declared - used - INSIDE == set(), "a library that nothing imports makes every installation slower"


def test_a_missing_library_names_the_extra_that_has_it(project):
    extras = project["project"]["optional-dependencies"]
    declared = {
        bare(line): name for name, lines in extras.items() for line in lines if bare(line) not in {"eamap", *INSIDE}
    }
    packages = {"pptx": "python-pptx"}
    assert {packages.get(library, library).lower(): extra for library, extra in plugins.EXTRAS.items()} == declared


@pytest.mark.parametrize("group", plugins.Group)
def test_what_is_declared_is_installed(group, project):
    declared = project["project"].get("entry-points", {}).get(group.value, {})
    installed = {e.name: e.value for e in entry_points(group=group.value) if e.dist.name == "eamap"}
    assert installed == declared, "run `make install` after changing entry points"


@pytest.mark.parametrize("group", plugins.Group)
def test_every_plugin_loads(group):
    for name, found in plugins.load_all(group):
        assert found is not None, name


def test_every_target_of_the_makefile_is_a_sentence(root):
    text = (root / "Makefile").read_text("utf-8")
    phony = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    told = dict(re.findall(r"^([a-z0-9-]+):.*## (.*)$", text, re.MULTILINE))
    assert set(told) == phony
    assert all(said[0].isupper() and said.endswith(".") for said in told.values())
    listing = subprocess.run(
        ["make", "--no-print-directory"], check=True, cwd=root, capture_output=True, text=True
    ).stdout
    assert all(said in listing for said in told.values())
