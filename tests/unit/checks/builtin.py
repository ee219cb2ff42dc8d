"""The checks that come with eamap, found by their files rather than by the metadata of an installation."""

from importlib import import_module
from pathlib import Path

import eamap.checks
from eamap.checks.definition import Check

_HOME = Path(eamap.checks.__file__).parent
FILES = {path.stem[:6].upper(): path for path in sorted(_HOME.glob("*/[a-z][a-z][a-z][0-9][0-9][0-9]_*.py"))}


def _check(path: Path) -> Check:
    module = import_module(f"eamap.checks.{path.parent.name}.{path.stem}")
    (found,) = (each for each in vars(module).values() if isinstance(each, Check))
    return found


BUILT_IN = {identifier: _check(path) for identifier, path in FILES.items()}
