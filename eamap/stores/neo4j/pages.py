"""Compressed pages: the tables that pull and federation need, beside the graph and without relationships to it.

A table is Parquet, a document its own bytes, both named by the sha256 of what is kept and cut into ``:EamapPage`` nodes
of at most :data:`PIECE` bytes, which no query of the graph ever meets. Pages are never changed: a version names the pages
it is made of (:mod:`eamap.stores.neo4j.contents`), and those that neither it nor the version before names are swept.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, TYPE_CHECKING
from weakref import WeakValueDictionary, ref

from eamap.errors import StoreError
from eamap.stores.manifest import address
from eamap.stores.neo4j.contents import Held
from eamap.stores.parts import LazyTables, PassingTables
from eamap.stores.sameness import same_rows

if TYPE_CHECKING:
    import polars as pl

    from eamap.stores.neo4j.server import Server

PIECE = 1 << 19
"""Bytes of one property: a few hundred of them make a transaction, and one makes no message that a server would refuse."""

IN_MEMORY = 32 << 20
"""Bytes to be written that are held in memory; beyond, they go to a temporary file."""

AT_ONCE = 32
"""Pages that one question brings over; 16 MB at most."""

_READ = "MATCH (p:EamapPage) WHERE p.key IN $keys RETURN p.key, p.content"
WRITE = """UNWIND $rows AS r MERGE (p:EamapPage {key: r[0]})
SET p.digest = r[1], p.number = r[2], p.content = r[3], p.store = $store"""
SWEEP = "MATCH (p:EamapPage) WHERE NOT p.digest IN $named DELETE p"


def packed(table: pl.DataFrame) -> bytes:
    """Returns a table as Parquet; it is compressed for the wire, so more than a folder's would be."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd", compression_level=1, statistics=False)
    return buffer.getvalue()


class Pages:
    """The pages of one server: read when they are asked for, staged to be written with the next version."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._staged = Staged()
        self._fetched: dict[str, bytes] = {}
        self._frames: WeakValueDictionary[str, pl.DataFrame] = WeakValueDictionary()
        self._known: dict[int, tuple[ref[pl.DataFrame], Held]] = {}

    # reading

    def content(self, held: Held) -> bytes:
        """Returns the bytes of a table or document; StoreError if the server no longer has them all."""
        if held.digest in self._staged:
            return self._staged.read(held.digest)
        keys = _keys(held)
        found = self._fetched if keys[0] in self._fetched else dict(self._server.read(_READ, keys=keys))
        content = b"".join(bytes(found[key]) for key in keys if key in found)
        if address(content) != held.digest:
            raise StoreError(
                "the pages of this version are no longer what was published",
                hint="somebody published since, or changed pages: ask again; if it stays, eamap store push once more",
                where=self._server.address.shown,
            )
        return content

    def fetch(self, every: Iterable[Held]) -> None:
        """Brings over the pages of many tables, which takes far fewer questions than one for each; they are kept until told to forget."""
        keys = iter(dict.fromkeys(key for held in every for key in _keys(held)))
        while some := list(islice(keys, AT_ONCE)):
            self._fetched.update(self._server.read(_READ, keys=some))

    def load(self, held: Held) -> pl.DataFrame:
        """Returns a table; one that is in memory still is given again."""
        import polars as pl

        table = self._frames.get(held.digest)
        if table is None:
            table = pl.read_parquet(io.BytesIO(self.content(held)))
            self._remember(table, held)
        return table

    def passing(self, held: Mapping[str, Held]) -> PassingTables:
        """Returns tables for somebody who needs each for a moment."""
        return PassingTables(tuple(held), lambda name: self.load(held[name]))

    def _remember(self, table: pl.DataFrame, held: Held) -> None:
        self._frames[held.digest] = table
        self._known[id(table)] = (ref(table), held)

    def known(self, table: pl.DataFrame) -> Held | None:
        """Returns how a table is kept, if it is the very one that came from here."""
        known = self._known.get(id(table))
        return known[1] if known and known[0]() is table else None

    # staging

    def stage(self, table: pl.DataFrame, before: Held | None) -> Held:
        """Returns how a table is kept, staging it if it has other rows, in whatever order, than the one before."""
        if known := self.known(table):
            return known
        content = packed(table)
        held = Held(address(content), len(content), table.height)
        if before is not None and before != held and before.height == held.height and _same(self.load(before), table):
            return before
        if before != held:
            self._staged.put(held.digest, content)
        self._remember(table, held)
        return held

    def stage_bytes(self, content: bytes) -> Held:
        """Returns how bytes are kept, staging them; those that are there already are written once more at no harm."""
        held = Held(address(content), len(content), 0)
        self._staged.put(held.digest, content)
        return held

    def rows(self, there: Iterable[str]) -> Iterator[list[object]]:
        """Yields what :data:`WRITE` writes: all that is staged and not ``there``, piece by piece."""
        there = set(there)
        for digest, size in self._staged.sizes().items():
            for number in range(pieces(size)) if digest not in there else ():
                yield [f"{digest}/{number}", digest, number, self._staged.read(digest, number * PIECE, PIECE)]

    def staged_bytes(self) -> int:
        """Returns how many bytes are staged."""
        return sum(self._staged.sizes().values())

    def forget(self) -> None:
        """Forgets what was staged: it was written, or is not wanted; and what was fetched."""
        self._staged.clear()
        self._fetched.clear()


def _keys(held: Held) -> list[str]:
    return [f"{held.digest}/{number}" for number in range(pieces(held.size))]


def pieces(size: int) -> int:
    """Returns how many pages hold so many bytes; nothing at all is one empty page."""
    return max(1, -(-size // PIECE))


def _same(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    return same_rows(one, other)


class Staged:
    """Bytes by their sha256 that are to be written; many of them lie in a temporary file that nobody else sees."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._places: dict[str, tuple[int, int]] = {}

    def __contains__(self, digest: str) -> bool:
        return digest in self._places

    def sizes(self) -> dict[str, int]:
        """Returns how long each is, in the order in which they came."""
        return {digest: size for digest, (_, size) in self._places.items()}

    def put(self, digest: str, content: bytes) -> None:
        """Keeps bytes."""
        if self._file is None:
            self._file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by `clear`
        if digest not in self._places:
            self._places[digest] = (self._file.seek(0, io.SEEK_END), len(content))
            self._file.write(content)

    def read(self, digest: str, start: int = 0, most: int | None = None) -> bytes:
        """Returns bytes, or ``most`` of them from a start on."""
        place, size = self._places[digest]
        assert self._file is not None, "what has a place is in the file"
        self._file.seek(place + start)
        return self._file.read(min(size - start, size if most is None else most))

    def clear(self) -> None:
        """Forgets all, and the file with it."""
        self._places.clear()
        if self._file is not None:
            self._file.close()
            self._file = None


class PagedTables(LazyTables):
    """Tables by name, read from the server when they are asked for; ``held`` says how each is kept."""

    def __init__(self, pages: Pages, held: Mapping[str, Held]) -> None:
        super().__init__(tuple(held), lambda name: pages.load(held[name]))
        self.pages = pages
        self.held = held


class PagedRows:
    """The raw rows of a source part, read when they are called for."""

    def __init__(self, pages: Pages, held: Held) -> None:
        self.pages = pages
        self.held = held

    def __call__(self) -> pl.DataFrame:
        """Returns the rows."""
        return self.pages.load(self.held)


class PagedDocuments(Mapping[str, "tuple[str, bytes]"]):
    """Documents by sha256: name and content, the content read when it is asked for."""

    def __init__(self, pages: Pages, held: Mapping[str, tuple[str, Held]]) -> None:
        self.pages = pages
        self.held = held

    def __getitem__(self, sha256: str) -> tuple[str, bytes]:
        name, held = self.held[sha256]
        return name, self.pages.content(held)

    def __contains__(self, sha256: object) -> bool:
        return sha256 in self.held

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


class Lazily(Mapping[str, bytes]):
    """The contents alone of documents by sha256."""

    def __init__(self, documents: Mapping[str, tuple[str, bytes]]) -> None:
        self._documents = documents

    def __getitem__(self, sha256: str) -> bytes:
        return self._documents[sha256][1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._documents)

    def __len__(self) -> int:
        return len(self._documents)


Load = Callable[[Held], "pl.DataFrame"]
