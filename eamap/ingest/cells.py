"""One column of a sheet, judged once for each distinct text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from eamap.ingest.readers import BLANKS
from eamap.ingest.words import Words
from eamap.model.coded import Coded
from eamap.model.ids import are_key_parts, key_parts

if TYPE_CHECKING:
    import polars as pl

    AtOnce = Callable[[pl.Series], pl.Series]

_SAMPLE = 40_000
FEW = 300
"""Below this many rows, finding the distinct texts costs more than judging each text where it stands."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reader made of the distinct texts of a column: a value for each, and why some have none."""

    values: pl.Series
    problems: Mapping[str, str]


@dataclass(slots=True)
class Cells:
    """A column of trimmed texts; where texts repeat, ``codes`` point into ``distinct``, and every judgement is a gather.

    A column of which nearly every text is different (ids, notes) has no codes: each text is judged where it stands.
    Codes are never null: empty cells have one of their own, whose text is null.
    """

    texts: pl.Series
    codes: pl.Series | None
    distinct: pl.Series
    reasons: pl.Series
    """For each distinct text, why it is no value; null where it is one."""
    raw: pl.Series | None = None
    """The distinct texts as the file has them, where there are codes."""
    safe: bool = False
    """Whether every text is known to be part of a key as it stands: then it holds neither blanks nor control characters."""
    read: dict[str, Judged] = field(default_factory=dict)
    """What readers made of the texts, by the name of the reading: each is asked once."""

    @classmethod
    def of(cls, column: pl.Series, words: Words | None, *, loosely: bool = False) -> Cells:
        """Trims a column and finds its distinct texts; ``words`` = ``None`` where no word can be a reason."""
        import polars as pl

        codes = raw = None
        safe = False
        if column.len() < FEW:
            # Each call of polars costs as much as judging dozens of texts, and most sheets are short.
            plain = [(text or "").strip(BLANKS) or None for text in column.to_list()]
            reasons = [words.reason(text, loosely=loosely) if words and text else None for text in plain]
            short = pl.Series(column.name, plain, dtype=pl.String)
            return cls(short, None, short, pl.Series(reasons, dtype=pl.String))
        if _all_differ(column.gather_every(max(column.len() // _SAMPLE, 1)).drop_nulls()):
            safe = are_key_parts(column)
            texts = distinct = column if safe else _trimmed(column)
        else:
            codes, raw = _distinct(column)
            distinct = _trimmed(raw)
            texts = column if distinct.equals(raw) else distinct.gather(codes)
        return cls(texts, codes, distinct, _reasons(distinct, words, loosely=loosely), raw, safe)

    def coded(self, judged: pl.Series | None) -> Coded | None:
        """Returns a judgement that is text as a column of codes; ``None`` where the texts hardly repeat."""
        import polars as pl

        if self.codes is None or judged is None or judged.dtype != pl.String or judged.len() * 8 > self.codes.len():
            return None
        return Coded(self.codes, judged)

    def spread(self, judged: pl.Series) -> pl.Series:
        """Carries a judgement of the distinct texts to every row; what takes them as they stand is the column itself."""
        if judged is self.distinct:
            return self.texts
        return judged if self.codes is None else judged.gather(self.codes)

    @property
    def has_reasons(self) -> bool:
        """Whether any cell says why it holds no value."""
        return self.reasons.null_count() < self.reasons.len()

    @property
    def reason(self) -> pl.Series:
        """For each row, why it holds no value; null where it holds one, and where the cell is empty."""
        return self.spread(self.reasons)

    @property
    def stated(self) -> pl.Series:
        """For each row, whether it holds a value."""
        return self.values.is_not_null()

    @property
    def values(self) -> pl.Series:
        """The texts, null where there is no value."""
        return self.spread(self._stated) if self.has_reasons else self.texts

    @property
    def _stated(self) -> pl.Series:
        import polars as pl

        return (
            pl.select(pl.when(self.reasons.is_null()).then(self.distinct)).to_series()
            if self.has_reasons
            else self.distinct
        )

    def judged(
        self, name: str, reader: Callable[[str], Any] | None, dtype: pl.DataType, *, at_once: AtOnce | None = None
    ) -> Judged:
        """Reads every distinct text once; a reader of ``None`` takes each as it stands.

        What ``at_once`` makes of all texts together stands, and the reader is asked of those it makes nothing of.
        """
        if name not in self.read:
            self.read[name] = Judged(self._stated, {}) if reader is None else self._each(reader, dtype, at_once)
        return self.read[name]

    def _each(self, reader: Callable[[str], Any], dtype: pl.DataType, at_once: AtOnce | None) -> Judged:
        texts = self._stated
        if at_once is None or texts.len() < FEW:
            return Judged(*_read_each(texts, reader, dtype))
        values = at_once(texts)
        left = (values.is_null() & texts.is_not_null()).arg_true()
        others, problems = _read_each(texts.gather(left), reader, dtype)
        return Judged(values.scatter(left, others) if left.len() else values, problems)

    def mapped(
        self, name: str, reader: Callable[[str], Any], dtype: pl.DataType
    ) -> tuple[pl.Series, Mapping[str, str]]:
        """Returns what a reader makes of every row and, for the texts that it cannot read, why."""
        judged = self.judged(name, reader, dtype)
        return self.spread(judged.values), judged.problems

    @property
    def key(self) -> pl.Series:
        """Every distinct text that is a value as part of a key."""
        if "key" not in self.read:
            self.read["key"] = Judged(self._stated if self.safe else key_parts(self._stated), {})
        return self.read["key"].values

    @property
    def keys(self) -> pl.Series:
        """Every value as part of a key."""
        return self.spread(self.key)

    def among(self, texts: Mapping[str, str]) -> pl.Series:
        """For each row, whether its text is one of some texts."""
        return self.spread(self.distinct.is_in(list(texts))).fill_null(False)


def _read_each(texts: pl.Series, reader: Callable[[str], Any], dtype: pl.DataType) -> tuple[pl.Series, dict[str, str]]:
    import polars as pl

    problems: dict[str, str] = {}
    values: list[Any] = []
    for text in texts.to_list():
        try:
            values.append(None if text is None else reader(text))
        except ValueError as error:
            problems[text] = str(error)
            values.append(None)
    return pl.Series(values, dtype=dtype), problems


def _distinct(column: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Returns the codes of a column's texts and the texts, in the order in which they first come; null comes last."""
    import polars as pl

    categories = column.cast(pl.Categorical(pl.Categories.random()))
    codes = categories.to_physical()
    last = codes.max()
    count = last + 1 if isinstance(last, int) else 0
    texts = pl.int_range(count, dtype=pl.UInt32, eager=True).cat.to(categories.dtype).cast(pl.String)
    if not codes.null_count():
        return codes, texts
    return codes.fill_null(count), texts.append(pl.Series([None], dtype=pl.String))


def _all_differ(sample: pl.Series) -> bool:
    return sample.len() > 100 and sample.n_unique() > sample.len() * 0.8


def _trimmed(column: pl.Series) -> pl.Series:
    """Trims texts at both ends; what is then empty is null."""
    import polars as pl

    texts = column.str.strip_chars(BLANKS)
    return (
        texts.to_frame().select(pl.when(pl.first() != "").then(pl.first())).to_series()
        if (texts == "").any()
        else texts
    )


def _reasons(distinct: pl.Series, words: Words | None, *, loosely: bool) -> pl.Series:
    import polars as pl

    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, distinct.len())
    if words is None:
        return nothing
    suspects = distinct.str.contains(words.hint).fill_null(False).arg_true()
    if suspects.is_empty():
        return nothing
    found = pl.Series(
        [words.reason(text, loosely=loosely) for text in distinct.gather(suspects).to_list()], dtype=pl.String
    )
    return nothing.scatter(suspects, found)
