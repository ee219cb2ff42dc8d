"""Finds the reference sets, says what they are, and reads their tables only if nobody has changed them.

A set is a folder with a ``PROVENANCE.toml``: title, version, date (as exact as it is known), origin, licence, the script
that made it, what was left out, and for each file its sha256, rows and bytes. In a wheel the sets lie in
``eamap/_schemas``; in a checkout they are read in place from ``schemas/``. A folder given by the user may hold some of
the sets, newer: those replace the ones of the package, the others stay.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import io
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import ReferenceDataError
from eamap.model.shipped import REINSTALL, shipped_folder
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

PROVENANCE = "PROVENANCE.toml"
_TABLES = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the provenance says about one file of a set."""

    name: str
    sha256: str
    rows: int
    size: int
    """Bytes."""
    date: str
    origin: str
    licence: str


@dataclass(frozen=True, slots=True)
class SetFacts:
    """The birth certificate of one set."""

    name: str
    title: str
    version: str
    date: str
    """The day, month or year the facts hold for: YYYY, YYYY-MM or YYYY-MM-DD."""
    origin: str
    licence: str
    script: str
    note: str
    left_out: tuple[str, ...]
    files: tuple[FileFacts, ...]
    folder: Path

    @property
    def rows(self) -> int:
        """Rows of all files together."""
        return sum(file.rows for file in self.files)

    @property
    def checksum(self) -> str:
        """One sha256 for the set: that of the names and checksums of its files."""
        listing = "".join(f"{file.sha256}  {file.name}\n" for file in sorted(self.files, key=lambda file: file.name))
        return hashlib.sha256(listing.encode("utf-8")).hexdigest()

    def age_days(self, as_of: dt.date) -> int:
        """Days from the date of the set to ``as_of``; a month or a year counts from its first day, so age is never understated."""
        return (as_of - earliest_day(self.date)).days

    def file(self, name: str) -> FileFacts:
        """Returns the facts of one file of the set."""
        for file in self.files:
            if file.name == name:
                return file
        raise ReferenceDataError(f"the set has no file {name!r}", hint=REINSTALL, where=self.name)


def earliest_day(text: str) -> dt.date:
    """Returns the first day that a date of any precision can mean."""
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def latest_day(text: str) -> dt.date:
    """Returns the last day that a date of any precision can mean."""
    parts = [int(part) for part in text.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return dt.date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def names(folder: Path | None = None) -> tuple[str, ...]:
    """Returns the names of all sets, those of ``folder`` included, in order of name."""
    roots = [shipped_folder()] if folder is None else [shipped_folder(), folder]
    return tuple(sorted({path.parent.name for root in roots for path in root.glob(f"*/{PROVENANCE}")}))


def facts(name: str, folder: Path | None = None) -> SetFacts:
    """Returns the birth certificate of a set: that of ``folder`` where it has the set, else of the package."""
    return _facts(_home(name, folder))


def everything(folder: Path | None = None) -> tuple[SetFacts, ...]:
    """Returns the birth certificates of all sets, by name."""
    return tuple(facts(name, folder) for name in names(folder))


def versions(
    as_of: dt.date, wanted: tuple[str, ...] | None = None, folder: Path | None = None
) -> dict[str, dict[str, str | int]]:
    """Returns version and age of sets as every result states them: ``{set: {version, age_days}}``."""
    chosen = [facts(name, folder) for name in (names(folder) if wanted is None else wanted)]
    return {each.name: {"version": each.version, "age_days": each.age_days(as_of)} for each in chosen}


def describe(as_of: dt.date, folder: Path | None = None) -> pl.DataFrame:
    """Returns one row a set: name, title, version, date, age_days, licence, origin, files, rows, bytes, checksum, note."""
    import polars as pl

    return pl.DataFrame([described(each, as_of) for each in everything(folder)], orient="row")


def described(each: SetFacts, as_of: dt.date) -> dict[str, str | int]:
    """Returns what :func:`describe` says about one set."""
    return {
        "name": each.name,
        "title": each.title,
        "version": each.version,
        "date": each.date,
        "age_days": each.age_days(as_of),
        "licence": each.licence,
        "origin": each.origin,
        "files": len(each.files),
        "rows": each.rows,
        "bytes": sum(file.size for file in each.files),
        "checksum": each.checksum,
        "note": each.note,
        "left_out": "; ".join(each.left_out),
        "script": each.script,
    }


def read(name: str, file: str, folder: Path | None = None) -> pl.DataFrame:
    """Reads one table of a set; raises ReferenceDataError if the file is missing or is not the one that was certified.

    CSV columns are text with null for an empty cell; Parquet columns are what the file says.
    """
    home = facts(name, folder)
    return _table(home.folder / file, home.file(file))


def verify(name: str, folder: Path | None = None) -> None:
    """Reads every file of a set, so that damage is found now rather than when the table is needed."""
    home = facts(name, folder)
    for file in home.files:
        if Path(file.name).suffix in _TABLES:
            read(name, file.name, folder)
        else:
            _certified(home.folder / file.name, file)


def _home(name: str, folder: Path | None) -> Path:
    if folder is not None and (folder / name / PROVENANCE).is_file():
        return folder / name
    return shipped_folder() / name


@remembered
def _facts(home: Path) -> SetFacts:
    path = home / PROVENANCE
    try:
        stated: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        files = tuple(_file_facts(file) for file in stated["file"])
        return SetFacts(
            name=home.name,
            title=stated["title"],
            version=stated["version"],
            date=stated["date"],
            origin=stated["origin"],
            licence=stated["licence"],
            script=stated["script"],
            note=stated.get("note", ""),
            left_out=tuple(stated.get("left_out", ())),
            files=files,
            folder=home,
        )
    except FileNotFoundError as error:
        raise ReferenceDataError(f"there is no reference set {home.name!r}", hint=REINSTALL, where=str(home)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReferenceDataError(
            f"the provenance cannot be understood: {error}", hint=REINSTALL, where=str(path)
        ) from error


def _file_facts(stated: dict[str, Any]) -> FileFacts:
    return FileFacts(
        stated["name"],
        stated["sha256"],
        stated["rows"],
        stated["bytes"],
        stated["date"],
        stated["origin"],
        stated["licence"],
    )


def _certified(path: Path, certified: FileFacts) -> bytes:
    """Returns the bytes of a file, if they are those that were certified."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReferenceDataError(
            "a file of the reference data cannot be read", hint=REINSTALL, where=str(path)
        ) from error
    if hashlib.sha256(content).hexdigest() != certified.sha256:
        message = "a file of the reference data is not the one its provenance describes (sha256 differs)"
        raise ReferenceDataError(message, hint=REINSTALL, where=str(path))
    return content


@remembered
def _table(path: Path, certified: FileFacts) -> pl.DataFrame:
    import polars as pl

    content = _certified(path, certified)
    frame = (
        pl.read_parquet(io.BytesIO(content)) if path.suffix == ".parquet" else pl.read_csv(content, infer_schema=False)
    )
    if frame.height != certified.rows:
        message = f"the provenance states {certified.rows} rows, the file has {frame.height}"
        raise ReferenceDataError(message, hint=REINSTALL, where=str(path))
    return frame
