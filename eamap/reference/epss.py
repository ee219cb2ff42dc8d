"""Reads EPSS, FIRST's daily estimate of how likely a vulnerability is to be exploited within thirty days.

The scores are not shipped: they change every day. ``eamap data update epss`` puts them beside the store. FIRST asks to be
named where they are shown.
"""

from __future__ import annotations

import io
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.reference import sets
from eamap.reference.incoming import Incoming, unpacked, wrong
from eamap.reference.memory import remembered

if TYPE_CHECKING:
    import polars as pl

SET = "epss"
SCORES = "scores.parquet"
ATTRIBUTION = "EPSS scores: FIRST.org, Exploit Prediction Scoring System"
_COMMENT = re.compile(r"#\s*model_version:(?P<model>[^,\s]+),\s*score_date:(?P<day>\d{4}-\d{2}-\d{2})\S*")
_SCHEMA = ("cve", "epss", "percentile")


@remembered
def load(folder: Path | None = None) -> Scores:
    """Opens the set; it may be there or not."""
    return Scores(folder)


class Scores:
    """The scores of one day by CVE."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    @property
    def there(self) -> bool:
        """Whether scores were ever given."""
        return SET in sets.names(self._folder)

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row a vulnerability: cve, epss and percentile, both from 0 to 1; no row if no scores were given."""
        import polars as pl

        if not self.there:
            return pl.DataFrame(schema={"cve": pl.String, "epss": pl.Float64, "percentile": pl.Float64})
        return sets.read(SET, SCORES, self._folder)


def read_scores(content: bytes, where: str) -> Incoming:
    """Returns the scores of a file as FIRST publishes it, packed or not; ReferenceDataError says what is wrong with it."""
    text = unpacked(content, where)
    first, _, rest = text.partition(b"\n")
    comment = _COMMENT.match(first.decode("utf-8", "replace").strip())
    if comment is None:
        raise wrong(where, "its first line does not give model_version and score_date", "give epss_scores-DATE.csv.gz")
    frame = _table(rest, where)
    _judge(frame, where)
    version = f"{comment['day']} model {comment['model']}"
    origin = f"FIRST.org EPSS, model {comment['model']}, scores of {comment['day']}"
    return Incoming(
        SET, "How likely each vulnerability is to be exploited within thirty days", version, comment["day"], origin,
        "free to use with attribution to FIRST.org", {SCORES: frame.sort("cve")}, {SCORES: ("cve",)},
    )  # fmt: skip


def _table(content: bytes, where: str) -> pl.DataFrame:
    import polars as pl

    try:
        frame = pl.read_csv(io.BytesIO(content), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise wrong(where, f"its rows cannot be read: {error}") from error
    if lacking := [name for name in _SCHEMA if name not in frame.columns]:
        raise wrong(where, f"line 2: it has no column {', '.join(lacking)}")
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in _SCHEMA[1:]]
    return frame.select(pl.col("cve").str.strip_chars(), *numbers)


def _judge(frame: pl.DataFrame, where: str) -> None:
    import polars as pl

    if not frame.height:
        raise wrong(where, "it holds no score")
    sound = pl.col("cve").str.contains(r"^CVE-[0-9]{4}-[0-9]{4,19}$")
    within = pl.all_horizontal(pl.col(name).is_between(0, 1) for name in _SCHEMA[1:])
    bad = frame.with_row_index("line", offset=3).filter(~(sound & within).fill_null(value=False)).head(1)
    for row in bad.iter_rows(named=True):
        raise wrong(where, f"line {row['line']}: {row['cve']!r} has no CVE id, or no score from 0 to 1")
    if (double := frame.filter(frame["cve"].is_duplicated())).height:
        raise wrong(where, f"{double['cve'][0]} has two scores")
