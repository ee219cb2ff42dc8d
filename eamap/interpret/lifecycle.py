"""Which release cycle each component text names: worked out once for a text, then kept beside the store.

Twenty thousand texts take a second or two to match, a command should not. What is kept is never part of a version: the
file is named by the version of the rules and the checksum of the reference data, so either change makes it useless, and
it may be deleted at any time. What a person decided is not kept there: it is looked up each time, and goes before the rules.
"""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eamap.matching.normalise import clean

if TYPE_CHECKING:
    import polars as pl

    from eamap.reference.lifecycle import Lifecycle


class Settled(NamedTuple):
    """What a person decided that a text means."""

    product: str
    cycle: str
    hash: str
    """The decision's own key, cited as ``decision/HASH``."""


def settled(decisions: pl.DataFrame, as_of: date, lifecycle: Lifecycle) -> dict[str, Settled]:
    """Returns the decisions of kind ``match`` about component texts that hold on a day, by the plain text.

    Their object is ``product:cycle`` of the snapshot; a match decision about anything else (a supplier's name, a product's)
    is not about a lifecycle. Texts are compared without case and spaces, never without their dots: 7.1 is not 71.
    """
    import polars as pl

    if not decisions.height:
        return {}
    products = set(lifecycle.products["product"].to_list())
    expires = pl.col("expires").fill_null("")
    held = decisions.filter((pl.col("kind") == "match") & ((expires == "") | (expires > as_of.isoformat())))
    found = {}
    for subject, thing, key in held.sort("date", "hash").select("subject", "object", "hash").iter_rows():
        product, _, cycle = thing.partition(":")
        if product in products and cycle:
            found[clean(subject)] = Settled(product, cycle, key)
    return found


def matches(
    texts: pl.Series, lifecycle: Lifecycle, cache: Path | None = None, decided: Mapping[str, Settled] | None = None
) -> pl.DataFrame:
    """Returns what each distinct text of a column means, as the columns of the match table.

    ``cache`` is a folder to keep it in; ``decided`` is what people decided, see :func:`settled`.
    """
    import polars as pl

    from eamap.matching.lifecycle import RULES

    wanted = texts.drop_nulls().unique().alias("text").to_frame()
    path = None if cache is None else cache / f"lifecycle-{RULES}-{lifecycle.checksum}.parquet"
    known = _kept(path)
    new = wanted.join(known, on="text", how="anti")
    if new.height:
        from eamap.matching.lifecycle import match_all

        known = pl.concat([known, match_all(new["text"], lifecycle)]).sort("text")
        if path is not None:
            _keep(known, path)
    found = known.join(wanted, on="text", how="semi")
    return _with_decisions(found, lifecycle, decided) if decided else found


def _with_decisions(found: pl.DataFrame, lifecycle: Lifecycle, decided: Mapping[str, Settled]) -> pl.DataFrame:
    import polars as pl

    from eamap.matching.lifecycle import COLUMNS
    from eamap.matching.lifecycle.decided import decided_match

    rows = []
    for text in found["text"].to_list():
        said = decided.get(clean(text))
        if said is not None:
            cycle = lifecycle.get(said.product, said.cycle)
            ends = None if cycle is None else (cycle.eol, cycle.extended_end)
            rows.append(decided_match(text, said, ends, lifecycle.snapshot).as_row())
    if not rows:
        return found
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return pl.concat([found.join(table, on="text", how="anti"), table]).sort("text")


def _kept(path: Path | None) -> pl.DataFrame:
    import polars as pl

    from eamap.matching.lifecycle import COLUMNS

    nothing = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
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
