"""Finds out what a file is from its content, and refuses what no importer could read."""

from __future__ import annotations

import re
from pathlib import Path

from eamap.errors import SourceError
from eamap.ingest.formats.decode import decoded
from eamap.ingest.formats.package import opened
from eamap.protocols import Sample

HEAD = 1024 * 1024
"""Bytes of a file that are looked at to recognise it."""

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AS_WORKBOOK = "open it in a spreadsheet program and save it as .xlsx, .ods or .csv"
_FOREIGN_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "export the table behind it as .xlsx or .csv"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and read what is inside"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and read what is inside"),
    (b"Rar!", "a RAR archive", "unpack it and read what is inside"),
    (b"PAR1", "a Parquet file", "export it as .csv"),
    (b"SQLite format 3", "an SQLite database", "export its tables as .csv"),
    (b"\x89PNG", "a picture", "eamap reads tables, not pictures of them"),
    (b"\xff\xd8\xff", "a picture", "eamap reads tables, not pictures of them"),
    (b"{\\rtf", "a rich text document", _AS_WORKBOOK),
)
_ZIP_KINDS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint file"),
    ("visio/document.xml", "a Visio drawing"),
)
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|style)\b",
    re.IGNORECASE | re.DOTALL,
)
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1e]")
_YAML_LINE = re.compile(r"(?:- )?[A-Za-z_][\w.-]*:(?: \S.*)?$|---|- ")


def sample_of(path: Path, *, encoding: str | None = None, delimiter: str | None = None) -> Sample:
    """Returns the beginning of a file and what kind it is; raises SourceError where nothing can be read."""
    size, head = _beginning(path)
    if head.startswith(_OLE2):
        _refuse_ole2(path)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_sample(path, size, head)
    for magic, what, hint in _FOREIGN_MAGIC:
        if head.startswith(magic):
            raise SourceError(f"the file is {what}, not an inventory", where=str(path), hint=hint)
    text = decoded(_cut_between_characters(head, size), encoding)
    kind = _kind_of(text, path)
    return Sample(path, kind, size, head, text, size <= len(head), encoding, delimiter)


def _beginning(path: Path) -> tuple[int, bytes]:
    where = str(path)
    try:
        if path.is_dir():
            raise SourceError("this is a folder, not a file", where=where, hint="name the files in it, or use FOLDER/*")
        if path.exists() and not path.is_file():
            raise SourceError("this is no ordinary file", where=where, hint="save what it gives to a file first")
        with path.open("rb") as opened_file:
            head = opened_file.read(HEAD)
        size = path.stat().st_size
    except FileNotFoundError:
        raise SourceError("there is no such file", where=where, hint="check the name and the folder") from None
    except PermissionError:
        raise SourceError(
            "the file may not be read", where=where, hint="ask its owner for leave to read it, or copy it"
        ) from None
    except (OSError, ValueError) as error:
        raise SourceError(f"the file cannot be opened: {error}", where=where, hint="check the name") from error
    if not head:
        raise SourceError("the file is empty", where=where, hint="it has no bytes at all: export or copy it again")
    return size, head


def _cut_between_characters(head: bytes, size: int) -> bytes:
    """Drops a character that the end of the sample cut in two, so that clean UTF-8 is not taken for something else."""
    if size <= len(head):
        return head
    end = len(head)
    while end > len(head) - 4 and head[end - 1] & 0xC0 == 0x80:
        end -= 1
    return head[: end - 1] if head[end - 1] >= 0xC0 else head


def _refuse_ole2(path: Path) -> None:
    """Tells an encrypted workbook, which is wrapped in the old container, from an old workbook."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise SourceError(
            "the workbook is password protected",
            where=str(path),
            hint="open it with its password, save a copy without one, and read that",
        )
    raise SourceError(
        "the file is in the old Office format (.xls, .doc), which is not read", where=str(path), hint=_AS_WORKBOOK
    )


def _zip_sample(path: Path, size: int, head: bytes) -> Sample:
    package = opened(path, head if size <= len(head) else path.read_bytes())
    members = frozenset(package.parts)
    stated = package.read("mimetype")[:100] if "mimetype" in members else b""
    if "xl/workbook.xml" in members:
        return Sample(path, "xlsx", size, head, complete=size <= len(head), members=members)
    if b"opendocument.spreadsheet" in stated and "content.xml" in members:
        return Sample(path, "ods", size, head, complete=size <= len(head), members=members)
    what = next((name for part, name in _ZIP_KINDS if part in members), "a zip archive")
    if "model.xml" in members:
        raise SourceError("no mapping yet for an ArchiMate model (Archi archive)", where=str(path), hint=_AS_WORKBOOK)
    raise SourceError(f"the file is {what}, not an inventory", where=str(path), hint=_AS_WORKBOOK)


def _kind_of(text: str, path: Path) -> str:
    start = text.lstrip("\ufeff \t\r\n")
    if not start:
        raise SourceError("the file holds no text", where=str(path), hint="it has only blanks")
    if _HTML.match(start[:4096]):
        raise SourceError(f"the file is a web page (HTML){_whatever(path)}", where=str(path), hint=_AS_WORKBOOK)
    if start.startswith("<"):
        return "xml"
    if _is_json(start):
        return "json"
    _refuse_binary(text, path)
    return "yaml" if _is_yaml(start, path) else "text"


def _whatever(path: Path) -> str:
    return f", whatever the name says ({path.suffix})" if path.suffix.lower() not in {".html", ".htm", ""} else ""


def _is_json(start: str) -> bool:
    if start.startswith("{"):
        return True
    # A lettered or bracketed line of prose may begin with "[" too.
    return bool(re.match(r"\[\s*(?:[\[{\]\"]|-?\d|true|false|null)", start))


def _refuse_binary(text: str, path: Path) -> None:
    looked_at = text[:65536]
    strange = len(_CONTROLS.findall(looked_at))
    if strange > 0.02 * len(looked_at) or looked_at.count("\0") > 0.2 * len(looked_at):
        raise SourceError("the file is neither text nor a workbook", where=str(path), hint=_AS_WORKBOOK)


def _is_yaml(start: str, path: Path) -> bool:
    lines = [line for line in start[:8192].splitlines() if line.strip() and not line.lstrip().startswith("#")][:6]
    top = [line for line in lines if not line.startswith((" ", "\t"))]
    if path.suffix.lower() in {".yaml", ".yml"}:
        return all(_YAML_LINE.match(line) for line in top[:1])
    return start.startswith("---\n") or (len(top) > 2 and all(_YAML_LINE.match(line) for line in top))
