"""The same files give the same estate and the same answers, however many cores the machine has and however Python hashes.

The other tests leave Polars one thread each, for they share the cores; what users run takes all there are.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ASKED = """
import sys
from eamap.cli.main import program
for line in sys.stdin: program.main(line.split(), standalone_mode=False)
"""
COMMANDS = """\
ingest {sources} --store {folder}/store -o {folder}/ingest.txt
check --as-of 2026-11-22 --store {folder}/store --format csv -o {folder}/check.csv
gaps --as-of 2026-11-22 --store {folder}/store --format csv -o {folder}/gaps.csv
suppliers --as-of 2026-11-22 --store {folder}/store --format csv -o {folder}/suppliers.csv
query kind:* --as-of 2026-11-22 --store {folder}/store --format csv -o {folder}/query.csv
impact system:ZN01/integration-engine --as-of 2026-11-22 --store {folder}/store --format csv -o {folder}/impact.csv
map interface org:ZN07 --as-of 2026-11-22 --store {folder}/store -o {folder}/interfaces.svg
"""


def answers(northmoor: Path, folder: Path, threads: int) -> dict[str, bytes]:
    """Returns what the commands write, by the name of the file, and which tables lie in the store, by their sums."""
    sources = " ".join(str(file.relative_to(northmoor.parent)) for file in sorted((northmoor / "sources").iterdir()))
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", ASKED],
        input=COMMANDS.format(sources=sources, folder=folder),
        env={**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(threads)},
        cwd=northmoor.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    tables = sorted(table.name for table in (folder / "store" / "tables").iterdir())
    written = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    return {**written, "tables": "\n".join(tables).encode()}


def test_one_core_and_four_give_the_same(northmoor, tmp_path):
    one, four = answers(northmoor, tmp_path / "one", 1), answers(northmoor, tmp_path / "four", 4)
    assert set(one) == set(four)
    assert len(one) == 1 + COMMANDS.count("\n")
    assert [name for name in one if one[name] != four[name]] == []
