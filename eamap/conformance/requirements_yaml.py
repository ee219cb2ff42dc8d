"""Reads requirement rows from YAML: those that ship in ``schemas/standards``, and those of a user.

A file that is wrong is refused as a whole, with the line of everything that is wrong in it: half a yardstick measures
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eamap.conformance.requirements import Requirement, Requirements, Source
from eamap.conformance.requirements_shapes import ListShape, RowShape, asked_by
from eamap.errors import SourceError
from eamap.model.shipped import yaml_loader

SUFFIXES = (".yaml", ".yml")
_MOST = 6
_LARGEST = 4_000_000


def read_requirements(path: Path) -> Requirements:
    """Reads one file; SourceError says what is wrong with it and in which lines."""
    node = _composed(path)
    shape = _shaped(path, node)
    rows = next(key for key in node.value if key[0].value == "requirements")[1].value
    return Requirements(
        id=shape.id, title=shape.title, rows=tuple(_row(shape, row, _line(at)) for row, at in zip(shape.requirements, rows, strict=True)),
        standard=shape.standard, release=str(shape.release) if shape.release else None, url=shape.url,
        modes=(shape.mode,), file=path.name, about=shape.about,
    )  # fmt: skip


def _composed(path: Path) -> Any:
    import yaml

    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            raise SourceError("the file is larger than any list of requirements", where=str(path))
        text = content.decode("utf-8-sig")
        node = yaml.compose(text, Loader=yaml_loader())
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError("cannot read the file", where=str(path), hint="check the path and its permissions") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise SourceError(f"is not YAML{line}: {getattr(error, 'problem', error)}", where=str(path)) from error
    if not isinstance(node, yaml.MappingNode):
        raise SourceError("is not a list of requirements: it has no words at its root", where=str(path), hint=_HINT)
    return node


_HINT = "docs/standards.md walks through such a file"


def _shaped(path: Path, node: Any) -> ListShape:
    try:
        return ListShape.model_validate(_plain(node))
    except _TwiceError as error:
        raise SourceError(f"line {error.line}: {error} stands twice", where=str(path), hint=_HINT) from error
    except ValidationError as error:
        found = sorted((_place(node, problem["loc"]), _said(problem)) for problem in error.errors(include_url=False))
        lines = [f"line {line}: {said}" for line, said in dict.fromkeys(found)]
        more = f" (and {len(lines) - _MOST} more)" if len(lines) > _MOST else ""
        raise SourceError("; ".join(lines[:_MOST]) + more, where=str(path), hint=_HINT) from error


class _TwiceError(Exception):
    """A word that stands twice in one mapping; YAML would silently keep the last."""

    def __init__(self, word: str, line: int) -> None:
        super().__init__(word)
        self.line = line


def _plain(node: Any) -> Any:
    """Returns what a node says, all scalars as text but for true and null: 4.0 is a version, and no number."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for place, (key, _) in enumerate(node.value):
            if key.value in keys[:place]:
                raise _TwiceError(str(key.value), _line(key))
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    known = {"tag:yaml.org,2002:null": None, "tag:yaml.org,2002:bool": node.value.lower() in ("true", "yes", "on")}
    return known.get(node.tag, node.value)


def _place(node: Any, steps: Iterable[str | int]) -> int:
    """Returns the line of the deepest place of an error that the file has."""
    import yaml

    line = _line(node)
    for step in steps:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = _line(node)
            continue
        below = [
            (key, value)
            for key, value in getattr(node, "value", ())
            if isinstance(node, yaml.MappingNode) and key.value == step
        ]
        if not below:
            break
        (key, node), *_ = below
        line = _line(key)
    return line


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _said(problem: Any) -> str:
    where = ".".join(str(step + 1) if isinstance(step, int) else step for step in problem["loc"])
    words = {"extra_forbidden": "is no word of this file", "missing": "is missing"}
    message = words.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    return f"{where} {message}" if problem["type"] in words else f"{where}: {message}"


def _row(shape: ListShape, row: RowShape, line: int) -> Requirement:
    document = shape.documents[row.source.document]
    source = Source(
        document.document, row.source.section, row.source.link or document.link, row.source.date or document.date
    )
    asked = asked_by(row.test, shape.mode) if row.test is not None else None
    return Requirement(row.id, row.strength, row.kind, row.what, asked, row.not_tested, (f"line {line}",), source)
