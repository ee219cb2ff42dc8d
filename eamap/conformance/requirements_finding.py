"""Finds a yardstick by its name: a standard that has requirement rows, or a file of rows or a requirements statement."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from eamap.conformance.requirements import Requirements
from eamap.conformance.requirements_statement import of_statement
from eamap.conformance.requirements_yaml import SUFFIXES, read_requirements
from eamap.errors import ReferenceDataError, SourceError, UsageError
from eamap.fhir.statement import read_statement
from eamap.model.shipped import shipped_folder
from eamap.reference.standards import SET

_NOT_ROWS = ("detection",)
"""Files of the folder that hold rules of another kind."""


def lists(folder: Path | None = None) -> dict[str, Path]:
    """Returns the files of requirement rows by id, those beside a store in place of those that ship."""
    roots = [shipped_folder(), *([folder] if folder else [])]
    found = {path.stem: path for root in roots for path in sorted((root / SET).glob("*.yaml"))}
    return {name: path for name, path in sorted(found.items()) if name not in _NOT_ROWS}


def rows_of(name: str, folder: Path | None = None) -> Requirements:
    """Returns the rows of one list; ReferenceDataError where a file that ships is wrong."""
    path = lists(folder)[name]
    if not path.is_relative_to(shipped_folder()):
        return _named(path, name)
    try:
        return _shipped(path, name)
    except SourceError as error:
        raise ReferenceDataError(error.message, hint="install eamap again", where=error.where) from error


def yardstick(text: str, folder: Path | None = None) -> Requirements:
    """Returns the requirements that ``--against`` names: an id of a list, or a file."""
    known = lists(folder)
    if text in known:
        return rows_of(text, folder)
    path = Path(text)
    if path.is_file():
        return _of_file(path)
    parts = [name for name in known if rows_of(name, folder).standard == text]
    if len(parts) == 1:
        return rows_of(parts[0], folder)
    if parts:
        raise UsageError(
            f"{text} has several lists of requirements", hint=f"one of {', '.join(parts)}", where="--against"
        )
    hint = f"a file, or one of {', '.join(known)}"
    raise UsageError(f"there is no file and no list of requirements called {text!r}", hint=hint, where="--against")


def chosen(names: tuple[str, ...], folder: Path | None = None) -> tuple[Requirements, ...]:
    """Returns the lists of these standards or of these names, each once; all of them where none is named."""
    every = [rows_of(name, folder) for name in lists(folder)]
    for name in names:
        if not any(name in (each.id, each.standard) for each in every):
            raise UsageError(
                f"there are no requirement rows of {name!r}", hint=f"there are: {', '.join(each.id for each in every)}"
            )
    return tuple(each for each in every if not names or each.id in names or each.standard in names)


def _of_file(path: Path) -> Requirements:
    if path.suffix.lower() in SUFFIXES:
        return read_requirements(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SourceError("cannot read the file", where=str(path), hint="check the path and its permissions") from error
    reading = read_statement(content)
    if reading.statement is None:
        said = reading.problems[0].message if reading.problems else "it holds no statement"
        raise SourceError(f"is no requirements statement: {said}", where=str(path))
    return of_statement(reading.statement, path.name)


def _named(path: Path, name: str) -> Requirements:
    found = read_requirements(path)
    if found.id != name:
        raise SourceError(
            f"its id is {found.id}, and its name says {name}", where=str(path), hint="the two are the same"
        )
    return found


_shipped = cache(_named)
