"""The store that is a folder: content-addressed tables, a manifest a version, and HEAD, which names the latest.

::

    .eamap/
      HEAD                     {"format", "version", "manifest": sha256 of the manifest}
      versions/7.json          the manifest of version 7: what it holds, and the version before
      tables/<sha256>.parquet  tables, each shared by every version that has it
      documents/<sha256>       files kept as they were given
      cache/                   what questions worked out; no part of any version, and may be deleted at any time
      writer.lock              held by the one writer
      writer.json              who that is, while it holds the lock

A version is there from the moment HEAD names it. Until then nothing that a reader looks at has changed, so a kill at any
moment leaves the last version whole; what was written before it is found again by its address, or swept away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from eamap.errors import StoreError
from eamap.model.estate import Estate
from eamap.protocols import Publication, VersionInfo
from eamap.stores.blobs import Blobs, StoredContents, StoredDocuments, StoredRows, StoredTables, problems
from eamap.stores.draft import drafted
from eamap.stores.files import refusals, sweep, write_whole
from eamap.stores.lock import LOCK, writers_lock
from eamap.stores.manifest import FORMAT, Manifest, PartEntry, address, as_json, damaged, read_json, read_manifest
from eamap.stores.parts import LazyPart, source_part
from eamap.stores.place import place_warnings
from eamap.stores.versions import no_version, nothing_published

HEAD = "HEAD"
VERSIONS = "versions"

_RAW_AT_ONCE = 4
"""Parts whose raw rows stay in memory: an explanation goes to and fro between a few, and each may be a million rows."""
BESIDE = frozenset({"reference", "reference-kept", "cache"})
"""What may lie in a folder before the first version does: reference data that was updated, what can be worked out again."""


class FolderStore:
    """Keeps versions in a folder. The folder is made by the first writer; reading never makes or changes anything."""

    def __init__(self, path: Path | str) -> None:
        self.folder = Path(path)
        self.location = str(path)
        self._blobs = Blobs(self.folder)
        self._writing = False

    # reading

    def versions(self) -> list[VersionInfo]:
        """Returns all versions, oldest first; empty where nothing has been published."""
        return [
            VersionInfo(manifest.version, manifest.published, manifest.summary)
            for manifest in (self._manifest(number) for number in range(1, self._latest() + 1))
        ]

    def estate(self, at: int | None = None) -> Estate:
        """Returns the estate of a version; its tables, raw rows and documents are read when they are asked for."""
        manifest = self._version(at)
        documents = StoredDocuments(self._blobs, manifest.documents)
        rows = {part.name: part.rows for part in manifest.parts}
        return Estate(
            tables=StoredTables(self._blobs, manifest.tables),
            sources=tuple(source_part(part.name, part.meta, part.rows.height) for part in manifest.parts),
            version=manifest.version,
            raw_rows=lru_cache(_RAW_AT_ONCE)(lambda part: self._blobs.load(rows[part])),
            documents=StoredContents(documents),
            document_names={document.sha256: document.name for document in manifest.documents},
        )

    def publication(self, at: int | None = None) -> Publication:
        """Returns everything a version was made of, read when asked for; an empty one where nothing was published."""
        import polars as pl

        if at is None and not self._latest():
            return Publication((), pl.DataFrame(), {}, {})
        manifest = self._version(at)
        return Publication(
            parts=tuple(self._part(part) for part in manifest.parts),
            decisions=self._blobs.load(manifest.decisions),
            documents=StoredDocuments(self._blobs, manifest.documents),
            tables=StoredTables(self._blobs, manifest.tables),
            summary=manifest.summary,
        )

    def _part(self, part: PartEntry) -> LazyPart:
        tables = StoredTables(self._blobs, part.tables)
        return LazyPart(part.name, part.meta, StoredRows(self._blobs, part.rows), tables)

    def warnings(self) -> list[str]:
        """Returns why the folder is no good place for a store, a sentence a reason; usually nothing."""
        return place_warnings(self.folder.absolute())

    def verify(self) -> list[str]:
        """Reads every file of every version and returns in words what is damaged; empty if the store is whole."""
        found: list[str] = []
        checked: set[Path] = set()
        following = ""
        for number in range(self._latest(), 0, -1):
            content = self._manifest_bytes(number)
            if following and address(content) != following:
                found.append(f"{self._manifest_path(number)}: its content is not what was written")
            manifest = read_manifest(content, str(self._manifest_path(number)))
            following = manifest.parent_sha256
            blobs = {self._blobs.path(blob): (size, blob) for blob, size in manifest.blobs().items()}
            blobs |= {self._blobs.documents / kept.sha256: (kept.size, kept.sha256) for kept in manifest.documents}
            found += [line for path in sorted(blobs.keys() - checked) for line in problems(path, *blobs[path])]
            checked |= blobs.keys()
        return found

    # writing

    @contextmanager
    def writer(self, wait: float) -> Iterator[None]:
        """Holds the writer's lock, making the folder if need be; StoreError after ``wait`` seconds, naming the holder."""
        self._make()
        with writers_lock(self.folder, wait):
            with refusals(self.folder):
                for folder in (self.folder, self.folder / VERSIONS):
                    folder.mkdir(exist_ok=True, mode=0o700)
                    sweep(folder)
                self._blobs.prepare()
            self._writing = True
            try:
                yield
            finally:
                self._writing = False

    def _make(self) -> None:
        with refusals(self.folder):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.folder.mkdir(exist_ok=True, mode=0o700)
            names = {path.name for path in self.folder.iterdir()} - BESIDE
        if names and not (LOCK in names or {HEAD, VERSIONS} <= names):
            hint = "Name a new or an empty folder with --store."
            raise StoreError("the folder holds something that is not a store", hint=hint, where=self.location)

    def publish(self, publication: Publication, *, published: str) -> int:
        """Publishes a new version and returns its number; content that is already the latest publishes nothing."""
        if not self._writing:
            raise RuntimeError("publish is called inside writer()")
        latest = self._latest()
        previous = self._manifest(latest) if latest else None
        parent = address(self._manifest_bytes(latest)) if latest else ""
        try:
            manifest = drafted(self._blobs, publication, previous, parent, published)
            if previous and manifest.holds_the_same(previous):
                return previous.version
            self._commit(manifest)
        except BaseException:
            self._blobs.forget()
            raise
        finally:
            self._blobs.discard()
        return manifest.version

    def _commit(self, manifest: Manifest) -> None:
        self._blobs.commit(manifest)
        content = manifest.to_bytes()
        path = self._manifest_path(manifest.version)
        with refusals(path):
            write_whole(path, content)
        head = self.folder / HEAD
        with refusals(head):
            write_whole(head, as_json({"format": FORMAT, "version": manifest.version, "manifest": address(content)}))

    # HEAD and manifests

    def _latest(self) -> int:
        """Returns the number of the latest version; 0 if there is none."""
        number = self._named_by_head()
        if self._manifest_path(number + 2).exists():
            # A kill may leave one manifest that HEAD does not name. More than one is history that a new version would erase.
            raise damaged("it does not name the latest of the versions that are there", str(self.folder / HEAD))
        return number

    def _named_by_head(self) -> int:
        head = self.folder / HEAD
        with refusals(head):
            try:
                value = read_json(head.read_bytes(), str(head))
            except FileNotFoundError:
                return 0
        number = value.get("version")
        if not isinstance(number, int) or number < 1:
            raise damaged("it names no version", str(head))
        if address(self._manifest_bytes(number)) != value.get("manifest"):
            raise damaged("its content is not what was written", str(self._manifest_path(number)))
        return number

    def _version(self, at: int | None) -> Manifest:
        latest = self._latest()
        if not latest:
            raise nothing_published(self.location, there=self.folder.is_dir())
        number = latest if at is None else at
        if not 1 <= number <= latest:
            raise no_version(number, latest, self.location)
        return self._manifest(number)

    def _manifest_path(self, number: int) -> Path:
        return self.folder / VERSIONS / f"{number}.json"

    def _manifest_bytes(self, number: int) -> bytes:
        path = self._manifest_path(number)
        try:
            with refusals(path):
                return path.read_bytes()
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise damaged("it is not there", str(path)) from error
            raise

    def _manifest(self, number: int) -> Manifest:
        return read_manifest(self._manifest_bytes(number), str(self._manifest_path(number)))
