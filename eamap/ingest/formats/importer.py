"""What an importer is: a name, a score for a sample of a file, and a reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eamap.model.grid import Document, Grid


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a file and what it shows itself to be, whatever its suffix says.

    ``kind`` is one of xlsx, ods, json, xml, yaml, text. ``text`` is the decoded ``head`` (empty for zip files) and
    ``complete`` is true when the head is the whole file. ``encoding`` and ``delimiter`` are what the user insisted on.
    ``members`` are the names inside a zip file.
    """

    path: Path
    kind: str
    size: int
    head: bytes
    text: str = ""
    complete: bool = True
    encoding: str | None = None
    delimiter: str | None = None
    members: frozenset[str] = frozenset()

    @property
    def suffix(self) -> str:
        """The suffix of the file's name, in lower case, with its dot."""
        return self.path.suffix.lower()

    def content(self) -> bytes:
        """Returns the bytes of the whole file; it is opened again only where the head is not all of it."""
        return self.head if self.complete else self.path.read_bytes()


class Importer(Protocol):
    """Reads one format; the importer with the highest score for a sample is asked to read the file.

    A score of 0 means "not mine", 1 means "certainly mine". ``read`` raises SourceError for a file it must refuse and
    puts everything that is merely imperfect into the issues of what it returns.
    """

    @property
    def name(self) -> str:
        """The format in one word, as it stands in ``Grid.format``."""
        ...

    def score(self, sample: Sample) -> float:
        """Returns how surely this importer can read the file, from 0 to 1."""
        ...

    def read(self, path: Path, sample: Sample) -> list[Grid | Document]:
        """Returns every sheet of the file, or the file as one document."""
        ...
