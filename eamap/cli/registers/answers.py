"""Answers to the risk framework that stand in a YAML file: by system, then by criterion.

::

    system:RXX/pas:
      L3: 4
      C1: 5
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import SourceError

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.litraf import Litraf

_HINT = "write for each system its criteria and scores: system:RXX/pas, then L3: 4 below it"


def with_file(stated: pl.DataFrame, file: Path | None, framework: Litraf, on: EstateOn) -> pl.DataFrame:
    """Returns the answers of the estate with those of a file, which go before them; SourceError says what is wrong with it."""
    import polars as pl

    if file is None:
        return stated
    known = set(on.things("system")["id"].to_list())
    rows = [
        {"system": system, "criterion": key, "score": score, "answer": f"{file.name}: {system}, {key}"}
        for system, given in _read(file).items()
        for key, score in _checked(system, given, file, framework, known).items()
    ]
    own = pl.DataFrame(rows, schema=stated.schema)
    return pl.concat([own, stated.join(own, on=["system", "criterion"], how="anti")])


def _read(file: Path) -> dict[str, Any]:
    import yaml

    from eamap.model.shipped import yaml_loader

    try:
        found = yaml.load(file.read_text(encoding="utf-8-sig"), Loader=yaml_loader())  # noqa: S506  (a safe loader)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot read the answers", where=str(file), hint=_HINT) from error
    except yaml.YAMLError as error:
        raise SourceError("is not YAML", where=str(file), hint=str(error).splitlines()[0]) from error
    if not isinstance(found, dict):
        raise SourceError("holds no answers", where=str(file), hint=_HINT)
    return {str(system): given for system, given in found.items()}


def _checked(system: str, given: Any, file: Path, framework: Litraf, known: set[str]) -> dict[str, int]:
    """Returns the answers about one system, each of which the framework asks for and allows."""
    where = f"{file}, {system}"
    if system not in known:
        raise SourceError(
            "is about a system that the estate does not hold", where=where, hint="see: eamap query kind:system"
        )
    if not isinstance(given, dict):
        raise SourceError("holds no answers", where=where, hint=_HINT)
    criteria = {each.key: each for each in framework.criteria}
    for key, score in given.items():
        if key not in criteria:
            raise SourceError(f"has no criterion {key!r}", where=where, hint=f"criteria are {', '.join(criteria)}")
        least, most = criteria[key].least, criteria[key].most
        if isinstance(score, bool) or not isinstance(score, int) or not least <= score <= most:
            raise SourceError(
                f"{score!r} is no score of {key}",
                where=where,
                hint=f"scores are {least} to {most}; leave out what nobody knows",
            )
    return dict(given)
