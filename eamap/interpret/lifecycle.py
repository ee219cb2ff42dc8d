"""Which release cycle each component text names: worked out once for a text, then kept beside the store.

Twenty thousand texts take a second or two to match, a command should not. What is kept is never part of a version: the
file is named by the version of the rules and the checksum of the reference data, so either change makes it useless, and
it may be deleted at any time.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from eamap.reference.lifecycle import Lifecycle

KEPT = ("text", "product", "cycle", "eol", "extended_end", "rule")
"""The columns of what is kept; without a match only ``text`` and ``rule`` are filled."""


def matches(texts: pl.Series, lifecycle: Lifecycle, cache: Path | None = None) -> pl.DataFrame:
    """Returns what each distinct text of a column means, as the columns of ``KEPT``; ``cache`` is a folder to keep it in."""
    import polars as pl

    from eamap.matching.lifecycle import RULES

    wanted = texts.drop_nulls().unique().alias("text").to_frame()
    path = None if cache is None else cache / f"lifecycle-{RULES}-{lifecycle.checksum}.parquet"
    known = _kept(path)
    new = wanted.join(known, on="text", how="anti")
    if new.height:
        from eamap.matching.lifecycle import match_all

        known = pl.concat([known, match_all(new["text"], lifecycle).select(KEPT)]).sort("text")
        if path is not None:
            _keep(known, path)
    return known.join(wanted, on="text", how="semi")


def _kept(path: Path | None) -> pl.DataFrame:
    import polars as pl

    nothing = pl.DataFrame(schema=dict.fromkeys(KEPT, pl.String))
    if path is None or not path.is_file():
        return nothing
    try:
        found = pl.read_parquet(path, glob=False)
    except (OSError, pl.exceptions.PolarsError):
        # Removed meanwhile, unreadable or damaged: everything in it can be worked out again, and is then written anew.
        return nothing
    return found if found.schema == nothing.schema else nothing


def _keep(known: pl.DataFrame, path: Path) -> None:
    """Puts the file in place in one step, and removes those of other rules or other reference data."""
    content = io.BytesIO()
    known.write_parquet(content, compression="zstd", compression_level=1, statistics=False)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True, mode=0o700)
        try:
            scratch.write_bytes(content.getvalue())
            os.replace(scratch, path)
        finally:
            scratch.unlink(missing_ok=True)
        for other in sorted(path.parent.glob("lifecycle-*.parquet")):
            if other != path:
                other.unlink(missing_ok=True)
    except OSError:
        # The store cannot be written (read-only, full, another's): the answer is the same, only slower next time.
        return
