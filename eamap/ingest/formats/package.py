"""Opens the zip file that a workbook is, and refuses one that would unpack without end."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from eamap.errors import SourceError

LARGEST = 1024**3
"""Bytes that all parts together may have once unpacked: a sheet of a million rows needs about half of it."""
STEEPEST = 200
"""Times its packed size that a part may unpack to; sheets of the most repetitive tables reach about 40."""
STEEP_FROM = 16 * 1024**2
"""Unpacked bytes below which the ratio does not matter."""
_LOCAL_HEADER = struct.Struct("<4s22xHH")


@dataclass(frozen=True, slots=True)
class Package:
    """The bytes of a workbook and where its parts stand, with sizes that were checked."""

    path: Path
    data: bytes
    parts: dict[str, zipfile.ZipInfo]

    def read(self, name: str) -> bytes:
        """Returns one part, which holds exactly as many bytes as it declares.

        What a part declares was checked when the package was opened, so a part that goes on beyond it is a bomb that
        lies about its size; it is found out one byte after that.
        """
        part = self.parts.get(name)
        if part is None:
            raise SourceError(f"the part {name} is missing", where=str(self.path), hint=_AGAIN)
        if part.compress_type == zipfile.ZIP_STORED:
            unpacked, whole = self._packed(part), part.compress_size == part.file_size
        elif part.compress_type == zipfile.ZIP_DEFLATED:
            unpacked, whole = self._inflated(part)
        else:
            raise SourceError(f"the part {name} is packed in an unusual way", where=str(self.path), hint=_AGAIN)
        if not whole or len(unpacked) != part.file_size:
            raise SourceError(
                f"the part {name} holds another number of bytes than the {part.file_size:,} it declares",
                where=str(self.path),
                hint=_AGAIN,
            )
        return unpacked

    def _packed(self, part: zipfile.ZipInfo) -> bytes:
        start = part.header_offset
        try:
            mark, name_length, extra_length = _LOCAL_HEADER.unpack_from(self.data, start)
        except struct.error:
            mark, name_length, extra_length = b"", 0, 0
        start += _LOCAL_HEADER.size + name_length + extra_length
        if mark != b"PK\x03\x04" or start + part.compress_size > len(self.data):
            raise SourceError(f"the part {part.filename} is damaged", where=str(self.path), hint=_AGAIN)
        return self.data[start : start + part.compress_size]

    def _inflated(self, part: zipfile.ZipInfo) -> tuple[bytes, bool]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            unpacked = inflater.decompress(self._packed(part), part.file_size + 1)
        except zlib.error as error:
            raise SourceError(
                f"the part {part.filename} is damaged: {error}", where=str(self.path), hint=_AGAIN
            ) from error
        return unpacked, inflater.eof


def opened(path: Path, data: bytes) -> Package:
    """Returns the package when its declared sizes are those of a workbook; raises SourceError for a zip bomb."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError) as error:
        raise SourceError(
            f"the file begins like a workbook but is damaged: {error}", where=str(path), hint=_AGAIN
        ) from error
    if any(part.flag_bits & 1 for part in parts):
        raise SourceError(
            "the file is password protected", where=str(path), hint="save a copy without a password, then read that"
        )
    by_name = {part.filename: part for part in parts}
    if len(by_name) < len(parts):
        # Two programs may pick different ones of two parts with one name: what is checked must be what is read.
        raise SourceError("two parts of the file have the same name", where=str(path), hint=_AGAIN)
    _refuse_bomb(path, parts)
    return Package(path, data, by_name)


def _refuse_bomb(path: Path, parts: list[zipfile.ZipInfo]) -> None:
    total = sum(part.file_size for part in parts)
    steep = [part for part in parts if part.file_size > max(STEEP_FROM, STEEPEST * part.compress_size)]
    if total > LARGEST or steep:
        worst = steep[0] if steep else max(parts, key=lambda part: part.file_size)
        raise SourceError(
            f"the file unpacks to {total:,} bytes ({worst.filename} alone from {worst.compress_size:,} to "
            f"{worst.file_size:,}), which no workbook does",
            where=str(path),
            hint="if it is genuine, save its sheets as CSV and read those",
        )


_AGAIN = "open it in the program it comes from, save it again and retry"
