"""Files that cannot be read: each is refused in words, with the place and what to do, and none with a traceback."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from eamap.errors import SourceError
from eamap.ingest.formats import package, read
from eamap.model.grid import Grid


def refused(path: Path, match: str) -> SourceError:
    with pytest.raises(SourceError, match=match) as caught:
        read(path)
    assert str(path) in caught.value.where
    assert caught.value.hint
    return caught.value


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(path: Path, rows: list[list[str]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Apps")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def test_empty_file(tmp_path: Path) -> None:
    refused(written(tmp_path, "list.csv", b""), "the file is empty")


@pytest.mark.parametrize("content", [b" \n\t\n", b"\xef\xbb\xbf", b",,\n,,\n"])
def test_file_of_blanks(tmp_path: Path, content: bytes) -> None:
    refused(written(tmp_path, "list.csv", content), "holds no text")


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    refused(tmp_path, "a folder")


def test_missing_file(tmp_path: Path) -> None:
    refused(tmp_path / "gone.csv", "no such file")


def test_name_that_no_file_can_have(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        read(tmp_path / "a\0b.csv")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "list.csv", "a,b\n1,2\n")
    whole = Path.open

    def closed(self: Path, *args: object, **options: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return whole(self, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", closed)
    refused(path, "may not be read")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only on POSIX: pipes have names there")
def test_pipe_does_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    refused(path, "no ordinary file")


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_web_page_renamed_to_a_workbook(tmp_path: Path, suffix: str) -> None:
    page = b"\xef\xbb\xbf<html><body><table><tr><td>PAS</td></tr></table></body></html>"
    refused(written(tmp_path, f"list{suffix}", page), "web page")


def test_csv_renamed_to_a_workbook_is_read_and_said(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path, "list.xlsx", "Code,Name\nNM1,PAS\n"))
    assert isinstance(found, Grid)
    assert found.cells.rows() == [(1, "Code", "Name"), (2, "NM1", "PAS")]
    assert [issue.code for issue in found.issues] == ["suffix-mismatch"]


def test_workbook_renamed_to_csv_is_read_and_said(tmp_path: Path) -> None:
    (found,) = read(workbook(tmp_path / "book.csv", [["Code"], ["NM1"]]))
    assert (found.format, [issue.code for issue in found.issues]) == ("xlsx", ["suffix-mismatch"])


def test_unknown_suffix_needs_no_word(tmp_path: Path) -> None:
    (found,) = read(written(tmp_path, "list.export", "Code,Name\nNM1,PAS\n"))
    assert not found.issues


def test_encrypted_workbook(tmp_path: Path) -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto.format.ooxml")
    plain = workbook(tmp_path / "plain.xlsx", [["Code"], ["NM1"]])
    path = tmp_path / "closed.xlsx"
    with plain.open("rb") as source, path.open("wb") as target:
        msoffcrypto.OOXMLFile(source).encrypt("secret", target)
    assert "without one" in refused(path, "password protected").hint


def test_encrypted_workbook_by_its_stream_name(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    refused(written(tmp_path, "closed.xlsx", content), "password protected")


def test_old_workbook(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")
    refused(written(tmp_path, "old.xls", content), "old Office format")


def bomb(path: Path, size: int) -> Path:
    workbook(path, [["Code"]])
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, before.read(name))
        with after.open("xl/media/large.bin", "w") as part:
            for _ in range(size // 2**20):
                part.write(bytes(2**20))
    path.write_bytes(out.getvalue())
    return path


def test_zip_bomb_by_its_ratio(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.xlsx", 2 * package.STEEP_FROM)
    assert path.stat().st_size < 100_000
    assert "33,554,432" in refused(path, "no workbook does").message


def test_zip_bomb_by_its_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bomb(tmp_path / "bomb.xlsx", 8 * 2**20)
    assert read(path)
    monkeypatch.setattr(package, "LARGEST", 4 * 2**20)
    refused(path, "no workbook does")


def test_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    workbook(path, [["Code", "x" * 50] for _ in range(2000)])
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    told = path.read_bytes()
    honest, liar = struct.pack("<II", part.compress_size, part.file_size), struct.pack("<II", part.compress_size, 100)
    assert told.count(honest) == 2
    path.write_bytes(told.replace(honest, liar))
    refused(path, "another number of bytes than the 100")


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "double.xlsx", [["Code"]])
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    refused(path, "the same name")


BILLION = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<CapabilityStatement xmlns="http://hl7.org/fhir"><name value="&c;"/></CapabilityStatement>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("root", ["CapabilityStatement", "model"])
def test_entity_bomb(tmp_path: Path, encoding: str, root: str) -> None:
    text = BILLION.replace("CapabilityStatement", root).replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    refused(written(tmp_path, "bomb.xml", text.encode(encoding)), "entities")


def test_entity_bomb_inside_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "bomb.xlsx", [["Code"]])
    out = io.BytesIO()
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            text = before.read(name).decode()
            if name == "xl/workbook.xml":
                text = text.replace("<workbook", '<!DOCTYPE w [<!ENTITY a "lol">]><workbook', 1)
            after.writestr(name, text)
    path.write_bytes(out.getvalue())
    refused(path, "entities")


def test_entity_naming_a_local_file_is_not_opened(tmp_path: Path) -> None:
    text = '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY f SYSTEM "file:///etc/passwd">]><model>&f;</model>'
    refused(written(tmp_path, "outside.xml", text), "entities")


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("a.csv", b"%PDF-1.7\n", "a PDF"),
        ("a.csv", b"\x1f\x8b\x08\x00", "gzip"),
        ("a.csv", b"\x01\x02\x03\x04" * 100, "neither text nor a workbook"),
        ("a.xlsx", b"PK\x03\x04 cut short", "damaged"),
        ("a.xml", b"<model><open></model>", "XML is broken"),
    ],
)
def test_other_content(tmp_path: Path, name: str, content: bytes, match: str) -> None:
    refused(written(tmp_path, name, content), match)


@pytest.mark.parametrize(
    ("members", "match"), [(["word/document.xml"], "Word"), (["xl/workbook.bin"], "xlsb"), (["a.csv"], "zip archive")]
)
def test_other_zip_files(tmp_path: Path, members: list[str], match: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    refused(path, match)


@pytest.mark.parametrize("keep", [30, 200, 1000, 3000])
def test_workbook_cut_short(tmp_path: Path, keep: int) -> None:
    path = workbook(tmp_path / "cut.xlsx", [["Code"]])
    path.write_bytes(path.read_bytes()[:keep])
    refused(path, "damaged")


@pytest.mark.parametrize("seed", range(40))
def test_workbook_with_flipped_bytes_never_tumbles(tmp_path: Path, seed: int) -> None:
    path = workbook(tmp_path / "flipped.xlsx", [["Code", "Name"], ["NM1", "PAS"]])
    data = bytearray(path.read_bytes())
    for step in range(5):
        data[(seed * 7919 + step * 1543) % len(data)] ^= 0x55
    path.write_bytes(data)
    try:
        assert read(path)
    except SourceError as error:
        assert error.where
        assert error.hint


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("m.xml", '<model xmlns="http://www.opengroup.org/xsd/archimate/3.0/"/>', "ArchiMate Open Exchange"),
        ("m.archimate", '<archimate:model xmlns:archimate="http://www.archimatetool.com/archimate"/>', "Archi's"),
        ("m.drawio", '<mxfile host="x"><diagram/></mxfile>', "draw.io"),
        ("m.xml", "<Set><Server/></Set>", "XML of the kind <Set>"),
        ("c.yaml", "apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata:\n  name: x\n", "Backstage"),
        ("c.yml", "- repo_name: a\n  type: b\n", "YAML"),
        ("l.json", '{"connectorType": "x", "content": [{"type": "a"}]}', "LeanIX LDIF"),
        ("p.json", '{"resourceType": "Patient"}', "FHIR Patient"),
        ("s.txt", "@startuml\nA -> B\n@enduml\n", "PlantUML"),
        ("s.txt", "flowchart LR\n A --> B\n", "Mermaid"),
    ],
)
def test_known_format_without_a_mapping(tmp_path: Path, name: str, content: str, match: str) -> None:
    assert refused(written(tmp_path, name, content), match).message.startswith("no mapping yet for ")


@pytest.mark.parametrize(
    ("content", "match"),
    [
        ('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "array"}', "JSON Schema"),
        ('{"processors": [{"type": "x"}]}', "processor settings"),
        ('{"connectorType": "x", "processingDirection": "outbound"}', "query"),
        ('{"openapi": "3.0.0", "servers": [{"url": "x"}]}', "OpenAPI"),
    ],
)
def test_what_is_no_inventory(tmp_path: Path, content: str, match: str) -> None:
    assert "not an inventory" in refused(written(tmp_path, "a.json", content), match).message
