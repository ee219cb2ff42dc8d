"""Content-addressed files: Parquet tables and documents, each named by the sha256 of its bytes.

How tables are written was chosen by measurement on 1 M components (14 columns, of which two are long and never repeat):
snappy takes 0.48 s of processor time and 29 MB, zstd at level 1 0.75 s and 19 MB, lz4 0.66 s and 28 MB, no compression
0.41 s and 59 MB; column statistics serve nobody, because tables are read whole.
Text whose distinct values are known already is written as codes, with the texts beside them: a quarter of the cost for a few
texts, a third for 200,000 of them (0.013 s instead of 0.054 s, and 0.065 s instead of 0.183 s). It is read back faster, too.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary, ref

from eamap.errors import StoreError
from eamap.model.coded import Coded
from eamap.stores.files import force_all, refusals, rename, settle_names, sweep, write_temporary
from eamap.stores.lending import StandingCodes
from eamap.stores.manifest import Manifest, Piece, Stored, StoredDocument, address, damaged
from eamap.stores.parts import LazyTables

if TYPE_CHECKING:
    import polars as pl

ROW_GROUP = 1_048_576
PAGE = 262_144
"""Bytes; with snappy, larger pages cost a quarter more."""


def encoded(table: pl.DataFrame) -> bytes:
    """Returns a table as Parquet; the same table gives the same bytes."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="snappy", statistics=False, row_group_size=ROW_GROUP, data_page_size=PAGE)
    return buffer.getvalue()


class Blobs:
    """The blobs of one store. New ones are staged under temporary names, then committed together."""

    def __init__(self, folder: Path) -> None:
        self.tables = folder / "tables"
        self.documents = folder / "documents"
        self._staged: dict[Path, Path] = {}
        self._frames: WeakValueDictionary[Stored, pl.DataFrame] = WeakValueDictionary()
        self._known: dict[int, tuple[ref[pl.DataFrame], Stored]] = {}
        self._codes = StandingCodes()

    def prepare(self) -> None:
        """Makes the folders and sweeps what a killed writer left."""
        for folder in (self.tables, self.documents):
            folder.mkdir(exist_ok=True, mode=0o700)
            sweep(folder)

    def path(self, blob: str) -> Path:
        """Returns the file of a table's blob."""
        return self.tables / f"{blob}.parquet"

    # reading

    def load(self, stored: Stored) -> pl.DataFrame:
        """Reads a table; a table that is already in memory is given again."""
        import polars as pl

        known = self._frames.get(stored)
        if known is None:
            pieces = [self._read(piece) for piece in stored.pieces]
            ordered = [piece.select(stored.columns) for piece in pieces] if stored.columns else pieces
            known = ordered[0] if len(ordered) == 1 else pl.concat(ordered)
            self._frames[stored] = known
            self.remember(known, stored)
        return known

    def _read(self, piece: Piece) -> pl.DataFrame:
        import polars as pl

        table = self._parquet(piece.blob, piece.size)
        if piece.borrowed:
            table = table.with_columns(self._borrowed(piece))
        if piece.coded:
            table = table.with_columns(self._spread(piece, table))
        return table if piece.source is None else table.with_columns(source=pl.lit(piece.source))

    def _borrowed(self, piece: Piece) -> list[pl.Series]:
        corrections = self._parquet(piece.corrections, piece.corrections_size) if piece.corrections else None
        columns = []
        for lender in piece.borrowed:
            column = self._parquet(lender.blob, lender.size, lender.theirs)[lender.theirs].alias(lender.column)
            own = None if corrections is None else corrections.filter(column=lender.column)
            columns.append(column if own is None or own.is_empty() else column.scatter(own["position"], own["value"]))
        return columns

    def _spread(self, piece: Piece, table: pl.DataFrame) -> list[pl.Series]:
        kept = self._parquet(piece.texts, piece.texts_size)
        columns = []
        for name in piece.coded:
            texts = kept.filter(column=name)["text"]
            one = texts.new_from_index(0, piece.rows) if texts.len() == 1 else Coded(table[name], texts).spread()
            columns.append(one.alias(name))
        return columns

    def _parquet(self, blob: str, size: int, column: str | None = None) -> pl.DataFrame:
        import polars as pl

        path = self.path(blob)
        check_size(path, size)
        try:
            table = pl.read_parquet(path, glob=False, columns=None if column is None else [column])
        except (pl.exceptions.PolarsError, OSError) as error:
            raise damaged("it cannot be read as a table", str(path)) from error
        # Stores of format 1 hold text of few distinct values as Categorical.
        return table.cast({pl.Categorical: pl.String})

    def document(self, document: StoredDocument) -> bytes:
        """Reads a kept file."""
        path = self.documents / document.sha256
        check_size(path, document.size)
        with refusals(path):
            return path.read_bytes()

    # knowing again

    def remember(self, table: pl.DataFrame, stored: Stored) -> None:
        """Notes how a table in memory is kept, for as long as it is in memory."""
        self._known[id(table)] = (ref(table, self._forgetter(id(table))), stored)

    def _forgetter(self, key: int) -> _Forgetter:
        return _Forgetter(self._known, key)

    def known(self, table: pl.DataFrame) -> Stored | None:
        """Returns how this very table in memory is kept, if it is."""
        seen = self._known.get(id(table))
        return seen[1] if seen and seen[0]() is table else None

    # writing

    def stage(self, table: pl.DataFrame, coded: Mapping[str, Coded] | None = None) -> Piece:
        """Writes a table under a temporary name, unless its blob is there, and returns its piece.

        ``coded`` are columns of it as codes. Codes that were written with another table are borrowed from there, and a
        column of one text needs none.
        """
        if not coded:
            return self._staged_as_it_is(table)
        several = {name: column.codes for name, column in coded.items() if column.texts.len() != 1}
        borrowed = [lender for name, codes in several.items() if (lender := self._codes.lender(name, codes))]
        lent = {lender.column for lender in borrowed}
        own = {name: codes for name, codes in several.items() if name not in lent}
        piece = self._staged_as_it_is(table.drop(coded.keys() - own.keys()).with_columns(**own))
        self._codes.stand_in(piece, own)
        texts = self._staged_as_it_is(_texts(coded))
        return replace(piece, borrowed=tuple(borrowed), coded=tuple(coded), texts=texts.blob, texts_size=texts.size)

    def _staged_as_it_is(self, table: pl.DataFrame) -> Piece:
        content = encoded(table)
        piece = Piece(address(content), table.height, len(content))
        self._stage(self.path(piece.blob), content)
        return piece

    def stage_document(self, sha256: str, name: str, content: bytes) -> StoredDocument:
        """Writes a file to be kept as it is; raises ValueError if its sha256 is not what it is said to be."""
        if address(content) != sha256:
            raise ValueError(f"the document {name!r} does not have the sha256 {sha256}")
        self._stage(self.documents / sha256, content)
        return StoredDocument(sha256, name, len(content))

    def _stage(self, path: Path, content: bytes) -> None:
        if path in self._staged or size_of(path) == len(content):
            return
        with refusals(path):
            self._staged[path] = write_temporary(path, content)

    def commit(self, manifest: Manifest) -> None:
        """Forces what a version needs of the staged files to the disk, and gives them their names."""
        tables = {self.path(blob) for blob in manifest.blobs()}
        documents = {self.documents / document.sha256 for document in manifest.documents}
        wanted = sorted((tables | documents) & self._staged.keys())
        with refusals(self.tables):
            force_all(self._staged[path] for path in wanted)
        for path in wanted:
            with refusals(path):
                rename(self._staged[path], path)
            del self._staged[path]
        with refusals(self.tables):
            settle_names(self.tables)
            settle_names(self.documents)

    def discard(self) -> None:
        """Removes what was staged and is not wanted."""
        self._codes = StandingCodes()
        while self._staged:
            self._staged.popitem()[1].unlink(missing_ok=True)

    def forget(self) -> None:
        """Forgets how tables in memory are kept: a publish that failed may not have kept them."""
        self._known.clear()


def _texts(coded: Mapping[str, Coded]) -> pl.DataFrame:
    """Returns the texts of coded columns, each column's in the order of its codes."""
    import polars as pl

    texts = [pl.DataFrame({"text": column.texts}).with_columns(column=pl.lit(name)) for name, column in coded.items()]
    return pl.concat(texts)


class _Forgetter:
    """Forgets a table when it leaves memory, because its number in memory may be given to another."""

    def __init__(self, known: dict[int, tuple[ref[pl.DataFrame], Stored]], key: int) -> None:
        self._known, self._key = known, key

    def __call__(self, gone: ref[pl.DataFrame]) -> None:
        if self._known.get(self._key, (None,))[0] is gone:
            del self._known[self._key]


class StoredTables(LazyTables):
    """Tables of a version that know how they are kept, so that publishing them again need not read them."""

    def __init__(self, blobs: Blobs, stored: Mapping[str, Stored]) -> None:
        super().__init__(tuple(stored), lambda name: blobs.load(stored[name]))
        self.blobs = blobs
        self.stored = stored


class StoredRows:
    """The raw rows of a part, read when they are asked for."""

    def __init__(self, blobs: Blobs, stored: Stored) -> None:
        self.blobs = blobs
        self.stored = stored

    def __call__(self) -> pl.DataFrame:
        """Reads them."""
        return self.blobs.load(self.stored)


class StoredDocuments(Mapping[str, tuple[str, bytes]]):
    """Kept files by sha256: (name, content), each read when it is asked for."""

    def __init__(self, blobs: Blobs, documents: tuple[StoredDocument, ...]) -> None:
        self.blobs = blobs
        self.stored = {document.sha256: document for document in documents}

    def __getitem__(self, sha256: str) -> tuple[str, bytes]:
        document = self.stored[sha256]
        return document.name, self.blobs.document(document)

    def __contains__(self, sha256: object) -> bool:
        return sha256 in self.stored

    def __iter__(self) -> Iterator[str]:
        return iter(self.stored)

    def __len__(self) -> int:
        return len(self.stored)


class StoredContents(Mapping[str, bytes]):
    """The contents of kept files by sha256, without their names."""

    def __init__(self, documents: Mapping[str, tuple[str, bytes]]) -> None:
        self._documents = documents

    def __getitem__(self, sha256: str) -> bytes:
        return self._documents[sha256][1]

    def __contains__(self, sha256: object) -> bool:
        return sha256 in self._documents

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


def size_of(path: Path) -> int:
    """Returns the size of a file, or -1 if there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def check_size(path: Path, size: int) -> None:
    """Raises StoreError unless a file is there and as long as it was written."""
    if (found := size_of(path)) != size:
        words = "it is not there" if found < 0 else f"it has {found} bytes instead of {size}"
        raise damaged(words, str(path))


def problems(path: Path, size: int, sha256: str) -> list[str]:
    """Returns in words what is wrong with a blob: gone, cut, or changed since it was written."""
    try:
        check_size(path, size)
        with refusals(path):
            changed = address(path.read_bytes()) != sha256
    except StoreError as error:
        return [str(error)]
    return [f"{path}: its content is not what was written"] if changed else []
