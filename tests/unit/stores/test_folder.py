"""What is particular to the store that is a folder: files, damage, refusals of the disk, sharing, laziness."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from eamap.errors import StoreError
from eamap.protocols import Publication, SourceTables
from eamap.stores import blobs, files, place
from eamap.stores.folder import FolderStore
from eamap.stores.manifest import Piece, Stored, address

META = {"source": "s", "file": "f.csv", "sheet": "", "sha256": "", "mapping": "m", "organisation": "NM1",
        "provenance": "inventory", "fact_date": "2026", "fields": {}, "places": {}}  # fmt: skip
LONG = 5000


def publication(name: str = "PAS", rows: int = 3) -> Publication:
    row = pl.int_range(2, rows + 2, dtype=pl.UInt32, eager=True).alias("row")
    raw = pl.DataFrame(
        {"row": row, "Name": [f"{name} {n}" for n in range(rows)], "Kind": ["App", "junk", None][:rows] * 1}
    )
    return whole(raw)


def long_publication(junk: int = 10) -> Publication:
    row = pl.int_range(2, LONG + 2, dtype=pl.UInt32, eager=True).alias("row")
    kind = pl.Series("Kind", ["junk" if n < junk else f"kind {n % 7}" for n in range(LONG)])
    return whole(pl.DataFrame({"row": row, "Name": [f"app {n}" for n in range(LONG)], "Kind": kind, "Own": kind + "!"}))


def whole(raw: pl.DataFrame) -> Publication:
    kind = pl.when(pl.col("Kind") != "junk").then("Kind").alias("system_type")
    table = raw.select(pl.format("system:X/{}", "row").alias("id"), pl.col("Name").alias("name"), kind, "row")
    part = SourceTables("apps", META, raw, {"things/system": table})
    return Publication(
        [part], pl.DataFrame({"id": []}), {}, {"things/system": table.with_columns(source=pl.lit("apps"))}
    )


def publish(store: FolderStore, given: Publication) -> int:
    with store.writer(0):
        return store.publish(given, published="today")


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """Returns a store with one version."""
    made = FolderStore(tmp_path / "store")
    publish(made, publication())
    return made


def tables(store: FolderStore) -> list[Path]:
    return sorted((store.folder / "tables").iterdir())


# the folder


def test_the_layout_is_what_the_docstring_draws(store: FolderStore) -> None:
    assert sorted(path.name for path in store.folder.iterdir() if path.name != "writer.lock") == [
        "HEAD", "documents", "tables", "versions",
    ]  # fmt: skip
    assert json.loads((store.folder / "HEAD").read_text())["version"] == 1
    manifest = json.loads((store.folder / "versions" / "1.json").read_text())
    assert (manifest["format"], manifest["version"], manifest["parent"], manifest["published"]) == (2, 1, 0, "today")


def test_a_folder_with_no_more_than_updated_reference_data_becomes_a_store(tmp_path: Path) -> None:
    (tmp_path / "reference" / "exploited").mkdir(parents=True)
    with FolderStore(tmp_path).writer(0):
        pass
    assert (tmp_path / "versions").is_dir()


@pytest.mark.skipif(os.name == "nt", reason="only on systems with modes")
def test_only_its_owner_may_look_into_a_new_store(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "new" / "store")
    with store.writer(0):
        pass
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700


def test_the_name_of_a_table_is_the_sha256_of_its_bytes(store: FolderStore) -> None:
    for path in tables(store):
        assert path.name == f"{blobs.address(path.read_bytes())}.parquet"


def test_reading_makes_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "not there")
    assert store.versions() == []
    assert store.publication().parts == ()
    with pytest.raises(StoreError, match="there is no store here") as caught:
        store.estate()
    assert "eamap ingest" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear all")
    with pytest.raises(StoreError, match="not a store"):
        publish(FolderStore(tmp_path), publication())
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_a_file_in_the_place_of_the_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    for use in (lambda store: publish(store, publication()), lambda store: store.versions()):
        with pytest.raises(StoreError) as caught:
            use(FolderStore(tmp_path / "store"))
        assert "Name a folder" in caught.value.hint


def test_a_copied_store_without_its_lock_is_a_store(store: FolderStore, tmp_path: Path) -> None:
    shutil.copytree(store.folder, tmp_path / "copy")
    (tmp_path / "copy" / "writer.lock").unlink(missing_ok=True)
    assert publish(FolderStore(tmp_path / "copy"), publication("RIS")) == 2


# sharing


def test_an_unchanged_table_is_shared_between_versions(store: FolderStore) -> None:
    before = tables(store)
    given = publication()
    publish(FolderStore(store.folder), Publication(given.parts, pl.DataFrame({"id": ["new"]}), {}, given.tables))
    assert len(set(tables(store)) - set(before)) == 1, "only the decisions are new"


def test_long_tables_are_written_once_and_come_back(tmp_path: Path) -> None:
    store, given = FolderStore(tmp_path / "store"), long_publication()
    publish(store, given)
    manifest = json.loads((store.folder / "versions" / "1.json").read_text())
    part = manifest["parts"][0]
    kept = part["tables"]["things/system"]["pieces"][0]["blob"]
    assert [(piece["blob"], piece["source"]) for piece in manifest["tables"]["things/system"]["pieces"]] == [
        (kept, "apps")
    ]
    (rows,) = part["rows"]["pieces"]
    assert {(lent["column"], lent["theirs"], lent["blob"]) for lent in rows["borrowed"]} == {
        ("Name", "name", kept), ("Kind", "system_type", kept),
    }  # fmt: skip
    back = FolderStore(store.folder).publication()
    assert_frame_equal(back.parts[0].rows, given.parts[0].rows)
    assert_frame_equal(back.tables["things/system"], given.tables["things/system"])
    assert store.verify() == []


def test_text_that_format_1_kept_as_categorical_is_read_as_text(tmp_path: Path) -> None:
    kinds = pl.DataFrame({"kind": ["app", None, "app"]})
    content = blobs.encoded(kinds.cast(pl.Categorical))
    kept = blobs.Blobs(tmp_path)
    kept.tables.mkdir()
    kept.path(address(content)).write_bytes(content)
    assert_frame_equal(kept.load(Stored((Piece(address(content), 3, len(content)),))), kinds)


def test_a_column_that_often_differs_is_not_borrowed(tmp_path: Path) -> None:
    store, given = FolderStore(tmp_path / "store"), long_publication(junk=LONG // 4)
    publish(store, given)
    rows = json.loads((store.folder / "versions" / "1.json").read_text())["parts"][0]["rows"]["pieces"][0]
    assert [lent["column"] for lent in rows["borrowed"]] == ["Name"]
    assert_frame_equal(FolderStore(store.folder).estate().raw_rows("apps"), given.parts[0].rows)


def test_rows_are_never_borrowed_from_a_table_that_is_kept_in_another_order(tmp_path: Path) -> None:
    """A shuffled table is kept as the version before has it: its rows then stand elsewhere than in memory."""
    store, given = FolderStore(tmp_path / "store"), long_publication()
    publish(store, given)
    old = given.parts[0]
    table = old.tables["things/system"].reverse()
    rows = old.rows.reverse().with_columns(Own=pl.lit("changed"))
    part = SourceTables("apps", META, rows, {"things/system": table})
    for again in (store, FolderStore(store.folder)):
        new = Publication([part], given.decisions, {}, {"things/system": table.with_columns(source=pl.lit("apps"))})
        assert publish(again, new) == 2
        back = FolderStore(store.folder).publication()
        assert_frame_equal(back.parts[0].rows, rows)
        assert_frame_equal(back.parts[0].tables["things/system"], table, check_row_order=False)
        assert_frame_equal(back.tables["things/system"], new.tables["things/system"], check_row_order=False)


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        publish(FolderStore(tmp_path / name), long_publication())
    one, other = (sorted((tmp_path / name).rglob("*")) for name in ("one", "other"))
    assert [path.read_bytes() for path in one if path.is_file()] == [
        path.read_bytes() for path in other if path.is_file()
    ]


# laziness


def test_opening_reads_no_table(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []
    monkeypatch.setattr(pl, "read_parquet", lambda path, **_: read.append(path) or pl.DataFrame({"id": ["x"]}))
    estate = FolderStore(store.folder).estate()
    assert (list(estate.tables), estate.sources[0].rows, read) == (["things/system"], 3, [])
    estate.things("system")
    estate.things("system")
    estate.things("organisation")
    assert len(read) == 1


def test_publishing_what_came_out_reads_no_table(store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    again = FolderStore(store.folder)
    before = again.publication()
    monkeypatch.setattr(pl, "read_parquet", lambda *_, **__: pytest.fail("a table was read"))
    new = Publication(before.parts, pl.DataFrame({"id": ["new"]}), before.documents, before.tables)
    with pytest.raises(pytest.fail.Exception):
        before.parts[0].rows  # noqa: B018  # to show that the trap works
    again._blobs.load = lambda stored: pl.DataFrame()  # the decisions before are compared with the new
    assert publish(again, new) == 2


# damage


def test_a_cut_table_is_named(store: FolderStore) -> None:
    path = max(tables(store), key=lambda path: path.stat().st_size)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StoreError, match="damaged") as caught:
        [FolderStore(store.folder).publication().parts[0].rows, FolderStore(store.folder).estate().things("system"),
         FolderStore(store.folder).publication().parts[0].tables["things/system"]]  # fmt: skip
    assert caught.value.where.endswith(".parquet")
    assert "copy" in caught.value.hint
    assert len(store.verify()) == 1


def test_a_table_that_is_gone_is_named(store: FolderStore) -> None:
    for path in tables(store):
        path.unlink()
    with pytest.raises(StoreError, match="not there"):
        FolderStore(store.folder).estate().things("system")
    assert len(store.verify()) == 4


def test_a_changed_byte_is_found_by_verify_and_a_table_of_nonsense_at_once(store: FolderStore) -> None:
    for path in tables(store):
        path.write_bytes(b"?" * path.stat().st_size)
    assert len(store.verify()) == 4
    with pytest.raises(StoreError, match="cannot be read as a table"):
        FolderStore(store.folder).estate().things("system")


def test_a_damaged_blob_is_written_again_when_its_table_is(store: FolderStore) -> None:
    (store.folder / "HEAD").unlink()
    for path in tables(store):
        path.write_bytes(b"cut")
    again = FolderStore(store.folder)
    assert publish(again, publication()) == 1
    assert again.verify() == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"7", b'{"format": 1}', b'{"format": 1, "version": "x"}',
                                     b'{"format": 1, "version": 0}', b'{"format": null}'])  # fmt: skip
def test_an_unreadable_head_is_an_error_with_a_hint(store: FolderStore, content: bytes) -> None:
    (store.folder / "HEAD").write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as caught:
        store.versions()
    assert caught.value.hint
    assert caught.value.where.endswith("HEAD")


def test_a_head_that_forgets_versions_does_not_let_them_be_overwritten(store: FolderStore) -> None:
    head = (store.folder / "HEAD").read_bytes()
    publish(store, publication("RIS"))
    publish(store, publication("LIMS"))
    for act in ((store.folder / "HEAD").unlink, lambda: (store.folder / "HEAD").write_bytes(head)):
        act()
        with pytest.raises(StoreError, match="does not name the latest"):
            publish(store, publication("EPR"))


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"format": 1}'])
def test_an_unreadable_manifest_is_an_error_with_a_hint(store: FolderStore, content: bytes | None) -> None:
    path = store.folder / "versions" / "1.json"
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        store.estate()


def test_a_manifest_changed_by_hand_is_found(store: FolderStore) -> None:
    publish(store, publication("RIS"))
    for number, found in ((1, store.verify), (2, store.versions)):
        path = store.folder / "versions" / f"{number}.json"
        path.write_text(path.read_text().replace("NM1", "NM2"))
        if number == 1:
            assert "1.json" in found()[0]
    with pytest.raises(StoreError, match="not what was written"):
        store.versions()


def test_a_manifest_that_lacks_a_part_is_named(store: FolderStore) -> None:
    publish(store, publication("RIS"))
    (store.folder / "versions" / "1.json").write_text('{"format": 1, "version": 1}')
    with pytest.raises(StoreError, match="lacks a part"):
        store.estate(1)
    assert store.estate().version == 2


@pytest.mark.parametrize("name", ["HEAD", "versions/1.json"])
def test_a_store_from_the_future_names_both_formats(store: FolderStore, name: str) -> None:
    publish(store, publication("RIS"))
    path = store.folder / name
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 12}))
    with pytest.raises(StoreError, match=r"format 12.*up to 2") as caught:
        store.estate(1)
    assert "Upgrade" in caught.value.hint


# refusals of the disk


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_disk_that_refuses_loses_nothing(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        if step == "write":
            patched.setattr(blobs, "write_temporary", refuse)
        else:
            patched.setattr(files.os, step, refuse)
        with pytest.raises(StoreError) as caught:
            publish(store, publication("RIS"))
    assert caught.value.hint
    assert caught.value.exit_code == 5
    assert not list(store.folder.rglob(".writing-*"))
    assert FolderStore(store.folder).estate().version == 1
    assert publish(store, publication("RIS")) == 2, "the same objects can be published when the disk is well again"
    assert FolderStore(store.folder).verify() == []


def test_a_failed_publish_does_not_think_its_tables_are_kept(
    store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = long_publication()
    with monkeypatch.context() as patched:
        patched.setattr(files.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
        with pytest.raises(StoreError, match="no room"):
            publish(store, given)
    assert publish(store, given) == 2
    assert FolderStore(store.folder).verify() == []
    assert_frame_equal(FolderStore(store.folder).estate().things("system"), given.tables["things/system"])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mounts a disk of half a megabyte, where that is allowed."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only on systems where a test may mount a disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_the_last_version(small_disk: Path) -> None:
    store = FolderStore(small_disk / "store")
    publish(store, publication())
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as handle:
        while True:
            assert handle.write(b"x" * 4096)
    with pytest.raises(StoreError, match="no room left") as caught:
        publish(store, long_publication())
    assert "Free some room" in caught.value.hint
    assert not list(store.folder.rglob(".writing-*"))
    assert FolderStore(store.folder).estate().version == 1
    filler.unlink()
    assert publish(store, long_publication()) == 2
    assert FolderStore(store.folder).verify() == []


def test_left_overs_of_a_kill_are_swept_by_the_next_writer(store: FolderStore) -> None:
    for folder in ("", "tables", "documents", "versions"):
        (store.folder / folder / ".writing-99-x").write_bytes(b"half")
    assert FolderStore(store.folder).estate().version == 1
    with store.writer(0):
        pass
    assert not list(store.folder.rglob(".writing-*"))


def test_a_version_that_head_does_not_name_is_not_there(store: FolderStore) -> None:
    path = store.folder / "versions" / "2.json"
    path.write_text("whatever a kill left")
    assert [info.number for info in store.versions()] == [1]
    assert publish(store, publication("RIS")) == 2


# the lock

HOLD = "import sys; from eamap.stores.folder import FolderStore\nwith FolderStore(sys.argv[1]).writer(5): print('held', flush=True); input()"


def test_the_writer_of_another_process_is_named(store: FolderStore, root: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-c", HOLD, str(store.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreError) as caught, store.writer(0.1):
            pass
        assert f"process {holder.pid} on {socket.gethostname()} since 20" in caught.value.message
        assert "--wait" in caught.value.hint
        assert store.estate().version == 1, "readers need no lock"
        holder.kill()
    assert publish(store, publication("RIS")) == 2, "a lock dies with its holder"


WRITE = """
import sys, polars as pl
from eamap.protocols import Publication
from eamap.stores.folder import FolderStore
for number in range(8):
    store = FolderStore(sys.argv[1])
    with store.writer(30):
        before = store.publication()
        decisions = pl.concat([before.decisions, pl.DataFrame({"id": [sys.argv[2] + str(number)]})])
        store.publish(Publication(before.parts, decisions, before.documents, before.tables), published="now")
"""


def test_two_writing_processes_lose_nothing(store: FolderStore, root: Path) -> None:
    given = publication()
    publish(store, Publication(given.parts, pl.DataFrame({"id": ["first"]}), {}, given.tables))
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-c", WRITE, str(store.folder)]
    writers = [subprocess.Popen([*command, name], env=environment) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    decided = FolderStore(store.folder).publication().decisions["id"].to_list()
    assert sorted(decided) == sorted(["first", *(f"{name}{number}" for name in "ab" for number in range(8))])
    assert len(store.versions()) == 18


def test_a_lock_without_a_holders_note_is_still_told(store: FolderStore) -> None:
    with store.writer(0):
        (store.folder / "writer.json").write_text("{")
        with pytest.raises(StoreError, match="by another process"), FolderStore(store.folder).writer(0):
            pass


# the place


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/homes/a/OneDrive - NHS/.eamap", "OneDrive"),
        ("/Volumes/a/Library/Mobile Documents/com~apple~CloudDocs/x", "iCloud"),
        ("/homes/a/Dropbox/x", "Dropbox"),
        ("/homes/a/Dropbox (Trust)/x", "Dropbox"),
        ("/Volumes/a/Google Drive/x", "Google Drive"),
        ("/homes/a/boxes/onedriver/x", ""),
    ],
)
def test_a_synced_folder_is_warned_of(path: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "_MOUNTS", Path("/nowhere"))
    warnings = place.place_warnings(Path(path))
    assert [word in line for line in warnings] == ([True] if word else [])


@pytest.mark.skipif(os.name == "nt", reason="only on systems with mount points")
@pytest.mark.parametrize(
    ("path", "warned"),
    [("/mnt/team share/x", True), ("/mnt/team share/local/x", False), ("/mnt/other", False), ("/mnt/win", True)],
)
def test_a_network_disk_is_warned_of(path: str, warned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda1 / ext4 rw 0 0\nfs:/team /mnt/team\\040share nfs4 rw 0 0\n/dev/sdb /mnt/team\\040share/local ext4 rw 0 0\n"
        "//fs/win /mnt/win cifs rw 0 0\nbroken\n"
    )
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    assert bool(FolderStore(path).warnings()) is warned


def test_a_local_disk_is_not_warned_of(store: FolderStore) -> None:
    assert store.warnings() == []
