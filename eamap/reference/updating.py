"""Puts a newer edition of a set beside a store, keeps the one before, and says what differs between the two.

The folder of the set is made whole beside its place and put there in one step: until then the old one is in use, and a
failure changes nothing. Files of the set that the newer edition does not bring are carried over with their certificates.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import ReferenceDataError
from eamap.reference import sets
from eamap.reference.incoming import Incoming
from eamap.reference.memory import forget

if TYPE_CHECKING:
    import polars as pl

KEPT = "reference-kept"
"""Folder beside the updated sets in which the editions before are kept."""
CHANGES = ("added", "changed", "removed")
KEYS = {
    "lifecycle/cycles.parquet": ("product", "cycle"),
    "lifecycle/products.parquet": ("product",),
    "exploited/entries.parquet": ("cve",),
    "epss/scores.parquet": ("cve",),
}
"""What tells the rows of each table apart that can be updated."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one table differs from the edition before: the keys of the rows of each change, and how many rows there were."""

    file: str
    before: int
    after: int
    rows: dict[str, list[str]]


def update(incoming: Incoming, folder: Path, *, older: bool = False) -> tuple[Difference, ...]:
    """Puts a set into ``folder`` (the reference folder of a store) and returns what differs from the set in use.

    ReferenceDataError if what comes is older than what is in use and ``older`` is not said, or if it cannot be written.
    """
    held = sets.facts(incoming.name, folder) if incoming.name in sets.names(folder) else None
    if held is not None and not older and incoming.date < held.date:
        raise ReferenceDataError(
            f"it is of {incoming.date}, and what is in use is of {held.date}",
            hint="say --older to go back",
            where=incoming.name,
        )
    found = tuple(_differences(incoming, held, folder))
    try:
        _put(incoming, held, folder)
    except OSError as error:
        raise ReferenceDataError(
            f"the set cannot be written: {error}", hint="nothing was changed", where=str(folder)
        ) from error
    forget()
    return found


def last_difference(name: str, folder: Path | None) -> tuple[Difference, ...]:
    """Returns how the updated set in use differs from the edition before it; nothing for a set that was never updated."""
    if folder is None or not (folder / name / sets.PROVENANCE).is_file():
        return ()
    before = sets.facts(name, folder.parent / KEPT) if (folder.parent / KEPT / name).is_dir() else _shipped(name)
    files = [file.name for file in sets.facts(name, folder).files if f"{name}/{file.name}" in KEYS]
    return tuple(_difference(f"{name}/{file}", _table(before, file), sets.read(name, file, folder)) for file in files)


def _shipped(name: str) -> sets.SetFacts | None:
    return sets.facts(name) if name in sets.names() else None


def _differences(incoming: Incoming, held: sets.SetFacts | None, folder: Path) -> Iterator[Difference]:
    del folder
    for file, table in incoming.tables.items():
        yield _difference(f"{incoming.name}/{file}", _table(held, file), table)


def _table(held: sets.SetFacts | None, file: str) -> pl.DataFrame | None:
    if held is None or file not in {each.name for each in held.files}:
        return None
    return sets.read(held.name, file, held.folder.parent)


def _difference(file: str, before: pl.DataFrame | None, after: pl.DataFrame) -> Difference:
    import polars as pl

    keys = KEYS[file]
    old = after.clear() if before is None else before
    said = pl.concat_str(keys, separator=" ").alias("key")
    shared = [name for name in after.columns if name in old.columns]
    added = after.join(old, on=keys, how="anti").select(said)
    removed = old.join(after, on=keys, how="anti").select(said)
    both = after.select(shared).join(old, on=keys, how="semi")
    changed = both.join(old.select(shared), on=shared, how="anti", nulls_equal=True).select(said)
    found = zip(CHANGES, (added, changed, removed), strict=True)
    return Difference(file, old.height, after.height, {change: rows["key"].sort().to_list() for change, rows in found})


# Writing ----------------------------------------------------------------------------------------------------------


def _put(incoming: Incoming, held: sets.SetFacts | None, folder: Path) -> None:
    for each in (folder.parent, folder):
        # Of what is made with its parents only the last gets the mode.
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch, place = folder / f".{incoming.name}.{os.getpid()}", folder / incoming.name
    try:
        scratch.mkdir()
        files = [_written(incoming, file, scratch) for file in incoming.tables] + list(
            _carried(incoming, held, scratch)
        )
        (scratch / sets.PROVENANCE).write_text(_certificate(incoming, held, files), encoding="utf-8", newline="\n")
        _swap(scratch, place, folder.parent / KEPT / incoming.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _swap(scratch: Path, place: Path, kept: Path) -> None:
    """Puts the new folder in place and the old one aside; the one kept before that goes."""
    if not place.exists():
        shutil.rmtree(kept, ignore_errors=True)
        os.replace(scratch, place)
        return
    kept.parent.mkdir(exist_ok=True, mode=0o700)
    shutil.rmtree(kept, ignore_errors=True)
    os.replace(place, kept)
    try:
        os.replace(scratch, place)
    except OSError:
        os.replace(kept, place)
        raise


def _written(incoming: Incoming, file: str, scratch: Path) -> dict[str, Any]:
    table = incoming.tables[file]
    table.write_parquet(scratch / file, compression="zstd")
    content = (scratch / file).read_bytes()
    return {
        "name": file, "sha256": hashlib.sha256(content).hexdigest(), "rows": table.height, "bytes": len(content),
        "date": incoming.date, "origin": incoming.origin, "licence": incoming.licence,
    }  # fmt: skip


def _carried(incoming: Incoming, held: sets.SetFacts | None, scratch: Path) -> Iterator[dict[str, Any]]:
    for file in held.files if held is not None else ():
        if file.name not in incoming.tables:
            assert held is not None
            shutil.copyfile(held.folder / file.name, scratch / file.name)
            yield {
                "name": file.name, "sha256": file.sha256, "rows": file.rows, "bytes": file.size,
                "date": file.date, "origin": file.origin, "licence": file.licence,
            }  # fmt: skip


def _certificate(incoming: Incoming, held: sets.SetFacts | None, files: list[dict[str, Any]]) -> str:
    head = {
        "title": incoming.title, "version": incoming.version, "date": incoming.date, "origin": incoming.origin,
        "licence": incoming.licence, "script": "eamap data update", "note": held.note if held else "",
        "left_out": list(incoming.notes),
    }  # fmt: skip
    return "\n".join([_toml(head), *("[[file]]\n" + _toml(facts) for facts in files)])


def _toml(facts: dict[str, Any]) -> str:
    # A JSON string, number or list of strings is also a TOML one, as long as it stays on one line.
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in facts.items())
