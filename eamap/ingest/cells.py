"""One column of a sheet, judged once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eamap.ingest.readers import BLANKS
from eamap.ingest.words import Words

if TYPE_CHECKING:
    import polars as pl

_SAMPLE = 5_000


@dataclass(slots=True)
class Cells:
    """A column of trimmed texts; where texts repeat, ``codes`` point into ``distinct``, and every judgement is a gather.

    A column of which nearly every text is different (ids, notes) has no codes: each text is judged where it stands.
    """

    texts: pl.Series
    codes: pl.Series | None
    distinct: pl.Series
    reasons: pl.Series
    """For each distinct text, why it is no value; null where it is one."""
    read: dict[str, tuple[pl.Series, dict[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, column: pl.Series, words: Words | None, *, loosely: bool = False) -> Cells:
        """Trims a column and finds its distinct texts; ``words`` = ``None`` where no word can be a reason."""
        import polars as pl

        texts = column.str.strip_chars(BLANKS)
        if (texts == "").any():
            texts = texts.to_frame().select(pl.when(pl.first() != "").then(pl.first())).to_series()
        sample = texts.head(_SAMPLE).drop_nulls()
        if sample.len() > 100 and sample.n_unique() > sample.len() * 0.8:
            codes, distinct = None, texts
        else:
            categories = texts.cast(pl.Categorical(pl.Categories.random()))
            found = categories.unique().drop_nulls()
            codes = categories.to_physical()
            distinct = found.cast(pl.String).gather(found.to_physical().arg_sort())
        return cls(texts, codes, distinct, _reasons(distinct, words, loosely=loosely))

    def spread(self, judged: pl.Series) -> pl.Series:
        """Carries a judgement of the distinct texts to every row; null where the cell is empty."""
        return judged if self.codes is None else judged.gather(self.codes)

    @property
    def reason(self) -> pl.Series:
        """For each row, why it holds no value; null where it holds one, and where the cell is empty."""
        return self.spread(self.reasons)

    @property
    def stated(self) -> pl.Series:
        """For each row, whether it holds a value."""
        return self.texts.is_not_null() & self.reason.is_null()

    @property
    def values(self) -> pl.Series:
        """The texts, null where there is no value."""
        import polars as pl

        if self.reasons.null_count() == self.reasons.len():
            return self.texts
        kept = pl.select(pl.when(self.reasons.is_null()).then(self.distinct)).to_series()
        return self.spread(kept)

    def mapped(self, name: str, reader: Callable[[str], Any], dtype: pl.DataType) -> tuple[pl.Series, dict[str, str]]:
        """Reads every distinct text once; returns the values by row and, for the texts that cannot be read, why."""
        import polars as pl

        if name not in self.read:
            problems: dict[str, str] = {}
            values: list[Any] = []
            for text, reason in zip(self.distinct.to_list(), self.reasons.to_list(), strict=True):
                try:
                    values.append(None if text is None or reason is not None else reader(text))
                except ValueError as error:
                    problems[text] = str(error)
                    values.append(None)
            self.read[name] = (self.spread(pl.Series(values, dtype=dtype)), problems)
        return self.read[name]


def _reasons(distinct: pl.Series, words: Words | None, *, loosely: bool) -> pl.Series:
    import polars as pl

    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, distinct.len())
    if words is None:
        return nothing
    suspects = distinct.str.contains(words.hint).fill_null(False).arg_true()
    if suspects.is_empty():
        return nothing
    found = pl.Series([words.reason(text, loosely=loosely) for text in distinct.gather(suspects).to_list()], dtype=pl.String)
    return nothing.scatter(suspects, found)
