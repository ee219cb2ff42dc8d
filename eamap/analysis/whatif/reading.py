"""Reads a file of changes: strict YAML, each problem told with its line and what to write instead.

What the file says is data and stays data: only the safe loader reads it, aliases (which can make a small file huge) and
keys said twice are refused, and a file larger than any list of changes is not read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eamap.analysis.whatif.spec import KINDS, Kind
from eamap.errors import SourceError

MOST = 1_000_000
"""Bytes of the largest file that is read."""
_HINT = "see: eamap whatif --template"
_SHORT = 12
_GEOGRAPHY = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One change as the file asks for it, and the line it begins in."""

    line: int
    kind: str
    spec: Kind


@dataclass(frozen=True, slots=True)
class ChangesFile:
    """A file of changes that was read."""

    name: str
    sha256: str
    title: str
    asked: tuple[Asked, ...]
    geography: str | None = None
    """The boundaries in which both sides are told; None: those of the day."""

    @property
    def short(self) -> str:
        """The beginning of the checksum, which stands in refs."""
        return self.sha256[:_SHORT]


def read_changes(path: Path) -> ChangesFile:
    """Reads a file of changes; SourceError says in which line what is wrong."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError("cannot read the changes", where=str(path), hint=_HINT) from error
    return parsed(content, path.name, str(path))


def parsed(content: bytes, name: str, where: str) -> ChangesFile:
    """Reads the bytes of a file of changes; ``where`` is what problems are located in."""
    if len(content) > MOST:
        raise SourceError(f"is larger than {MOST:,} bytes", where=where, hint="split it; each file is one what-if")
    node = _composed(content, where)
    top = _mapping(node, where, "a list of changes", ("title", "geography", "changes"))
    listed = top.get("changes")
    if listed is None or not hasattr(listed[1], "value") or not isinstance(listed[1].value, list):
        raise SourceError("has no list of changes", where=where, hint=f"write changes: and a list below it; {_HINT}")
    said = _title(top.get("title"), where)
    asked = tuple(_one(each, where) for each in listed[1].value)
    place = _place(top.get("geography"), asked, where)
    return ChangesFile(name, hashlib.sha256(content).hexdigest(), said, asked, place)


def _composed(content: bytes, where: str) -> Any:
    """Returns the nodes of the only document; nothing is made of them yet."""
    import yaml

    try:
        text = content.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line if event.start_mark is not None else 0
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _wrong(where, line, "uses an anchor or an alias", "write the value out")
            if (tag := getattr(event, "tag", None)) and not isinstance(event, yaml.DocumentStartEvent):
                raise _wrong(where, line, f"uses the tag {tag[:60]!r}", "write the value without a tag")
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise SourceError("is not UTF-8 text", where=where, hint=_HINT) from error
    except RecursionError as error:
        raise SourceError("is nested too deeply", where=where, hint=_HINT) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}" if mark else where
        raise SourceError(f"is not YAML: {getattr(error, 'problem', '') or error}", where=place, hint=_HINT) from error


def _mapping(node: Any, where: str, what: str, known: Sequence[str]) -> dict[str, tuple[int, Any]]:
    """Returns the lines and nodes of a mapping by key; a key said twice, or that nobody knows, is refused."""
    import yaml

    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line if node is not None else 0
        raise _wrong(where, line, f"is no mapping where {what} is expected", _HINT)
    found: dict[str, tuple[int, Any]] = {}
    for key, value in node.value:
        word = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if word not in known:
            raise _wrong(where, key.start_mark.line, f"has no use for {word[:60]!r}", f"{what} has {', '.join(known)}")
        if word in found:
            raise _wrong(where, key.start_mark.line, f"says {word!r} twice", "leave one of them out")
        found[word] = (key.start_mark.line, value)
    return found


def _title(said: tuple[int, Any] | None, where: str) -> str:
    if said is None:
        return ""
    line, node = said
    if not isinstance(node.value, str) or not node.value.isprintable() or len(node.value) > 200:
        raise _wrong(
            where, line, "has a title that is not one line of plain text", "a title has at most 200 characters"
        )
    return node.value


def _place(said: tuple[int, Any] | None, asked: Sequence[Asked], where: str) -> str | None:
    """Returns the name of the boundaries, where the file gives one; a path is not read from a file of changes."""
    if said is None:
        return None
    line, node = said
    if not isinstance(node.value, str) or not _GEOGRAPHY.fullmatch(node.value):
        raise _wrong(where, line, "names no boundaries", "write a day's set, such as 2022 or 2026-04")
    if any(each.kind == "move-boundary" for each in asked):
        raise _wrong(
            where,
            line,
            "names boundaries and moves them",
            "boundaries are moved from the newest there are; leave geography out",
        )
    return node.value


def _one(node: Any, where: str) -> Asked:
    """Reads one entry of the list: one kind of change and what it says."""
    found = _mapping(node, where, "a change", tuple(KINDS))
    if len(found) != 1:
        raise _wrong(
            where, node.start_mark.line, f"says {len(found)} changes in one entry", "begin each with a dash of its own"
        )
    ((kind, (line, inner)),) = found.items()
    model = KINDS[kind]
    names = tuple(field.alias or name for name, field in model.model_fields.items())
    told = _mapping(inner, where, kind, names)
    try:
        return Asked(line + 1, kind, model.model_validate({name: _plain(value) for name, (_, value) in told.items()}))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else kind
        at = told[name][0] if name in told else line
        raise _wrong(where, at, f"{kind}: {name}: {_said(first['msg'])}", _hint(model, name)) from error


def _plain(node: Any) -> Any:
    """Returns a scalar, or a list of scalars, as the safe loader reads it."""
    import yaml

    class _Flat(yaml.SafeLoader):
        pass

    loader = _Flat("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError):
        return None
    finally:
        loader.dispose()


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")[:300]


def _hint(model: type[Kind], name: str) -> str:
    field = next((each for key, each in model.model_fields.items() if name in (key, each.alias)), None)
    about = f"{name}: {field.description}; " if field is not None and field.description else ""
    return f"{about}{_HINT}"


def _wrong(where: str, line: int, message: str, hint: str) -> SourceError:
    return SourceError(message, where=f"{where}, line {line + 1}", hint=hint)
