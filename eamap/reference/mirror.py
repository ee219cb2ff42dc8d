"""Reads a mirror of NVD or OSV that the user keeps: a folder of JSON files, packed (.gz, .zip) or not.

NVD's feeds and API pages (JSON 2.0) are looked up by part, vendor and product of a CPE name, OSV's entries by the purl
without its version. A whole mirror is gigabytes, so the files are read one after the other, and what lookups need is kept
in an index (two Parquet files in a cache folder), named by the files it was made of: a changed file makes it anew.

An entry that is rejected or withdrawn is left out. NVD asks for a sentence wherever its data is used: ``ATTRIBUTION``.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.errors import ReferenceDataError

if TYPE_CHECKING:
    import polars as pl

ATTRIBUTION = {
    "nvd": "This product uses the NVD API but is not endorsed or certified by the NVD.",
    "osv": "Vulnerabilities of packages: OSV (osv.dev), each under the licence of its own database.",
}
"""What is shown where the data of a publisher is used."""
LARGEST = 4 * 1024 * 1024 * 1024
"""Bytes that one file may unpack to; a year of NVD has a twentieth of that."""
_SUFFIXES = (".json", ".json.gz", ".zip")


@dataclass(frozen=True, slots=True)
class Entry:
    """One vulnerability as its publisher gives it: ``cves`` are its CVE ids, ``body`` what it is said of."""

    publisher: str
    id: str
    cves: tuple[str, ...]
    file: str
    body: Any


class Mirror:
    """A folder of files; they are read when something is first looked up."""

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        if not folder.is_dir():
            raise ReferenceDataError(
                "there is no such folder", hint="give the folder that holds the mirror", where=str(folder)
            )
        self.folder = folder
        self._cache = cache

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """The files it is made of, in order; ReferenceDataError if there is none."""
        found = sorted(path for path in self.folder.rglob("*") if path.is_file() and path.name.endswith(_SUFFIXES))
        if not found:
            raise ReferenceDataError(
                "there is no .json, .json.gz or .zip in it",
                hint="copy NVD's feeds or OSV's all.zip there",
                where=str(self.folder),
            )
        return tuple(found)

    @cached_property
    def state(self) -> str:
        """What the index is named by: names, sizes and times of the files."""
        told = "".join(f"{path}\0{path.stat().st_size}\0{path.stat().st_mtime_ns}\n" for path in self.files)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def publishers(self) -> tuple[str, ...]:
        """Whose data it holds: nvd, osv."""
        told = self._index[0].select("publisher").unique().collect()
        return tuple(sorted(told["publisher"].to_list()))

    @property
    def entries(self) -> int:
        """How many vulnerabilities it holds."""
        import polars as pl

        count: int = self._index[0].select(pl.len()).collect().item()
        return count

    def by_key(self, keys: Iterable[str]) -> dict[str, list[Entry]]:
        """Returns the entries of each key: ``part:vendor:product`` of a CPE name, or a purl without version."""
        import polars as pl

        entries, places = self._index
        wanted = places.filter(pl.col("key").is_in(sorted(set(keys))))
        told = wanted.join(entries, on="ordinal").sort("key", "ordinal").collect()
        found: dict[str, list[Entry]] = {}
        for row in told.iter_rows(named=True):
            found.setdefault(row["key"], []).append(_entry(row))
        return found

    def by_cve(self, cve: str) -> list[Entry]:
        """Returns the entries that are about a CVE."""
        import polars as pl

        entries, places = self._index
        ordinals = places.filter(pl.col("key") == f"cve:{cve.upper()}")
        told = ordinals.join(entries, on="ordinal").sort("ordinal").collect()
        return [_entry(row) for row in told.iter_rows(named=True)]

    @cached_property
    def _index(self) -> tuple[pl.LazyFrame, pl.LazyFrame]:
        """The entries, and the keys they are found by; read from the files of the index as far as a question needs."""
        import polars as pl

        stem = None if self._cache is None else self._cache / f"mirror-{self.state}"
        paths = [stem.with_name(f"{stem.name}-{what}.parquet") for what in ("entries", "keys")] if stem else []
        if not (paths and _sound(paths)):
            made = _indexed(self)
            if not (paths and _keep(made, paths)):
                return made[0].lazy(), made[1].lazy()
        return pl.scan_parquet(paths[0], glob=False), pl.scan_parquet(paths[1], glob=False)


def _sound(paths: list[Path]) -> bool:
    """Says whether the files of an index are there and can be read; damaged ones are made anew."""
    import polars as pl

    try:
        return all(path.is_file() and len(pl.scan_parquet(path, glob=False).collect_schema()) > 0 for path in paths)
    except (OSError, pl.exceptions.PolarsError):
        return False


def _entry(row: Mapping[str, Any]) -> Entry:
    import orjson

    return Entry(
        row["publisher"], row["id"], tuple((row["cves"] or "").split()), row["file"], orjson.loads(row["body"])
    )


def _keep(made: tuple[pl.DataFrame, pl.DataFrame], paths: list[Path]) -> bool:
    """Writes an index and says whether that could be done; the files of other states of the mirror go."""
    try:
        paths[0].parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for other in paths[0].parent.glob("mirror-*.parquet"):
            if other not in paths:
                other.unlink(missing_ok=True)
        for frame, path in zip(made, paths, strict=True):
            scratch = path.with_name(f".{path.name}.{os.getpid()}")
            frame.write_parquet(scratch, compression="zstd")
            os.replace(scratch, path)
    except OSError:
        # The store cannot be written: the answer is the same, only slower next time.
        return False
    return True


# Reading files ----------------------------------------------------------------------------------------------------


def _indexed(mirror: Mirror) -> tuple[pl.DataFrame, pl.DataFrame]:
    import polars as pl

    entries: list[pl.DataFrame] = []
    keys: list[tuple[str, int]] = []
    ordinal = 0
    for path in mirror.files:
        rows = []
        for file, document in _documents(path, mirror.folder):
            for publisher, identifier, cves, body, own in _of_document(document, file):
                rows.append((ordinal, publisher, identifier, " ".join(cves), file, body))
                keys += [(key, ordinal) for key in dict.fromkeys([*own, *(f"cve:{cve}" for cve in cves)])]
                ordinal += 1
        entries.append(pl.DataFrame(rows, schema=_SCHEMA, orient="row"))
    if not ordinal:
        raise ReferenceDataError(
            "no file of it is of NVD (JSON 2.0) or OSV", hint="old feeds (1.1) are not read", where=str(mirror.folder)
        )
    return pl.concat(entries), pl.DataFrame(keys, schema=_KEYS, orient="row")


_SCHEMA: Any = {"ordinal": int, "publisher": str, "id": str, "cves": str, "file": str, "body": bytes}
_KEYS: Any = {"key": str, "ordinal": int}


def _documents(path: Path, folder: Path) -> Iterator[tuple[str, Any]]:
    """Gives the JSON documents of a file with the name each is told by."""
    import orjson

    told = path.relative_to(folder).as_posix()
    try:
        for member, content in _contents(path):
            name = f"{told}!{member}" if member else told
            try:
                yield name, orjson.loads(content)
            except orjson.JSONDecodeError as error:
                raise ReferenceDataError(f"it is no JSON: {error}", hint="copy it again", where=name) from error
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ReferenceDataError(f"it cannot be read: {error}", hint="copy it again", where=told) from error


def _contents(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as packed:
            for member in sorted(packed.infolist(), key=lambda each: each.filename):
                if member.filename.endswith(".json"):
                    with packed.open(member) as stream:
                        yield member.filename, _limited(stream, path)
    elif path.suffix == ".gz":
        with gzip.open(path) as stream:
            yield "", _limited(stream, path)
    else:
        with path.open("rb") as stream:
            yield "", _limited(stream, path)


def _limited(stream: Any, path: Path) -> bytes:
    content: bytes = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ReferenceDataError(
            f"it unpacks to more than {LARGEST:,} bytes", hint="no such file does", where=str(path)
        )
    return content


Found = tuple[str, str, list[str], bytes, list[str]]
"""Publisher, id, CVEs, what is kept, and the keys it is found by."""


def _of_document(document: Any, file: str) -> Iterator[Found]:
    if isinstance(document, dict) and isinstance(document.get("vulnerabilities"), list):
        for each in document["vulnerabilities"]:
            if isinstance(each, dict) and isinstance(each.get("cve"), dict):
                yield from _nvd(each["cve"], file)
    elif isinstance(document, list):
        for each in document:
            yield from _of_document(each, file)
    elif isinstance(document, dict) and "affected" in document and isinstance(document.get("id"), str):
        yield from _osv(document)


def _nvd(stated: Mapping[str, Any], file: str) -> Iterator[Found]:
    import orjson

    identifier = str(stated.get("id", ""))
    if not identifier.startswith("CVE-"):
        raise ReferenceDataError(f"an entry has the id {identifier!r}", hint="copy it again", where=file)
    if stated.get("vulnStatus") == "Rejected":
        return
    configurations = stated.get("configurations") or []
    keys = [":".join(each.split(":")[2:5]).lower() for each in _criteria(configurations)]
    yield "nvd", identifier, [identifier], orjson.dumps(configurations), keys


def _criteria(stated: Any) -> Iterator[str]:
    """Gives every CPE criterion, at any depth, that is vulnerable."""
    if isinstance(stated, list):
        for each in stated:
            yield from _criteria(each)
    elif isinstance(stated, dict):
        if isinstance(stated.get("criteria"), str) and stated.get("vulnerable", True):
            yield stated["criteria"].replace("\\:", "%3a")
        for name in ("nodes", "children", "cpeMatch"):
            yield from _criteria(stated.get(name) or [])


def _osv(stated: Mapping[str, Any]) -> Iterator[Found]:
    import orjson

    if stated.get("withdrawn"):
        return
    names = [stated["id"], *(stated.get("aliases") or ()), *(stated.get("upstream") or ())]
    cves = sorted({str(each) for each in names if str(each).startswith("CVE-")})
    affected = [each for each in stated["affected"] or () if isinstance(each, dict)]
    keys = [purl_key(str((each.get("package") or {}).get("purl") or "")) for each in affected]
    kept = [
        {"package": each.get("package"), "ranges": each.get("ranges"), "versions": each.get("versions")}
        for each in affected
    ]
    yield "osv", stated["id"], cves, orjson.dumps(kept), [key for key in keys if key]


def purl_key(text: str) -> str:
    """Returns a purl without version, qualifiers and subpath, as it is looked up: lower case, and for PyPI with dashes."""
    if not text.lower().startswith("pkg:"):
        return ""
    plain = text.partition("?")[0].partition("#")[0]
    head, at, _ = plain.rpartition("@")
    # An @ before the last slash begins a namespace of npm (pkg:npm/@scope/name), not a version.
    kept = (head if at and "/" not in plain[len(head) :] else plain).replace("%40", "@").lower()
    return kept.replace("_", "-") if kept.startswith("pkg:pypi/") else kept


def purl_version(text: str) -> str:
    """Returns the version that a purl states; empty if it states none."""
    from urllib.parse import unquote

    plain = text.partition("?")[0].partition("#")[0]
    head, at, found = plain.rpartition("@")
    return unquote(found) if at and head and "/" not in found else ""
