"""Runs checks: judges each distinct combination of fields once and joins the outcome back.

A million components hold some twenty thousand distinct texts, so a check costs what a join costs, however slow its
function is. A pure function of (estate, reference data, day): no clock, no store, no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.checks.acceptance import acceptances
from eamap.checks.definition import Check, Judgement, not_applicable, unknown
from eamap.checks.fields import FINDING, IDENTITY, READING, SUBJECT, SUPPORT, field_table, stated_field
from eamap.checks.outcome import Outcome, Report
from eamap.checks.reference import Reference
from eamap.checks.words import why_empty
from eamap.model.findings import Verdict

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate

COMBINATION = "combination"


def run(
    estate: Estate,
    reference: Reference,
    as_of: date,
    checks: Iterable[Check],
    decisions: pl.DataFrame | None = None,
    subjects: pl.Series | None = None,
) -> Report:
    """Runs checks over an interpreted estate; ``subjects`` (ids) limits what is judged.

    ``decisions`` are rows with ``kind``, ``fingerprint``, ``owner``, ``reason`` and ``expiry``; those of kind
    ``acceptance`` mark findings as accepted until their expiry.
    """
    accepted = acceptances(decisions, as_of)
    runner = _Runner(estate, reference, as_of)
    return Report(tuple(runner.outcome(each, accepted, subjects) for each in checks), as_of, estate.version)


class _Runner:
    """What one run shares: the estate, the reference data, the day, and the documents read so far."""

    def __init__(self, estate: Estate, reference: Reference, as_of: date) -> None:
        self.estate = estate
        self.reference = reference
        self.as_of = as_of
        self._readings: dict[str, Any] = {}

    def outcome(self, check: Check, accepted: pl.DataFrame, subjects: pl.Series | None) -> Outcome:
        import polars as pl

        table, meanings = self._understood(
            check, field_table(self.estate, check.subject, check.fields, self.as_of).with_row_index("place")
        )
        if subjects is not None:
            table = table.filter(pl.col(SUBJECT).is_in(subjects.implode()))
        lacking = (
            pl.any_horizontal(pl.col(name).is_null() for name in check.depends) if check.depends else pl.lit(False)
        )
        judged, lacks = table.filter(~lacking), table.filter(lacking)
        rows, judgements = self._judged(check, judged, meanings)
        more_rows, more = self._lacking(check, lacks, len(judgements))
        both = pl.concat([rows, more_rows]).sort("place").drop("place") if lacks.height else rows.drop("place")
        return Outcome(check, both, judgement_table([*judgements, *more], check), self.estate, self.as_of, accepted)

    def _understood(self, check: Check, table: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Sequence[Any]]]:
        """Replaces texts by the places of what they mean, so that a combination is one of meanings, not of spellings."""
        meanings: dict[str, Sequence[Any]] = {}
        for name in check.fields:
            if name.startswith(SUPPORT):
                found = self.reference.supports(self.estate, self.as_of)
                table = table.with_columns(_placed(table, found.places).alias(name))
                meanings[name] = found.answers
            elif name.startswith(FINDING):
                table = table.with_columns(self._standing(table[name]))
        return table, meanings

    def _standing(self, fingerprints: pl.Series) -> pl.Series:
        """Replaces fingerprints by whether the finding still stands: open, gone, or null where no check can say so."""
        import polars as pl

        from eamap.checks.registry import check_ids, load

        named = fingerprints.str.extract(r"^([A-Z]{3}[0-9]{3})-[0-9a-f]{16}$")
        checks = [load(each) for each in named.drop_nulls().unique().sort() if each in check_ids()]
        nothing = acceptances(None, self.as_of)
        fails = [self.outcome(each, nothing, None).select((Verdict.FAIL,))["fingerprint"] for each in checks]
        stands = fingerprints.is_in(pl.concat([pl.Series([], dtype=pl.String), *fails]).implode())
        words = (
            pl.when(stands).then(pl.lit("open")).when(named.is_in([each.id for each in checks])).then(pl.lit("gone"))
        )
        return pl.select(words.alias(fingerprints.name)).to_series()

    def _judged(
        self, check: Check, table: pl.DataFrame, meanings: Mapping[str, Sequence[Any]]
    ) -> tuple[pl.DataFrame, list[Judgement]]:
        names = list(check.fields)
        combinations = table.select(names).unique(maintain_order=True).with_row_index(COMBINATION)
        judgements = [self._judge(check, values[1:], meanings) for values in combinations.iter_rows()]
        return _joined(table, combinations, names), judgements

    def _judge(self, check: Check, values: Sequence[Any], meanings: Mapping[str, Sequence[Any]]) -> Judgement:
        try:
            fields = [
                self._read(value)
                if name.startswith(READING)
                else meanings[name][value]
                if name in meanings and value is not None
                else value
                for name, value in zip(check.fields, values, strict=True)
            ]
            return _certainly(check.judge(*fields, on=self.as_of, reference=self.reference))
        except Exception as error:  # noqa: BLE001  a check that breaks is an answer the report shows, never silence
            message = f"the check itself broke: {type(error).__name__}: {error}"
            return Judgement(
                Verdict.ERROR, message, fix="report this to whoever wrote the check, with the values it was given"
            )

    def _read(self, sha256: str | None) -> Any:
        from eamap.fhir.statement import read_statement

        if sha256 is None or (content := self.estate.documents.get(sha256)) is None:
            return None
        if sha256 not in self._readings:
            self._readings[sha256] = read_statement(content)
        return self._readings[sha256]

    def _lacking(self, check: Check, table: pl.DataFrame, start: int) -> tuple[pl.DataFrame, list[Judgement]]:
        import polars as pl

        first = (
            pl.coalesce(pl.when(pl.col(name).is_null()).then(pl.lit(stated_field(name))) for name in check.depends)
            if check.depends
            else pl.lit("")
        )
        lacks = table.select("place", SUBJECT, IDENTITY, first.alias("field"))
        reasons = self.estate.reasons.sort("id", "field", "source", "row").unique(
            ["id", "field"], keep="first", maintain_order=True
        )
        lacks = lacks.join(
            reasons.select("id", "field", "reason", "stated"),
            left_on=[SUBJECT, "field"],
            right_on=["id", "field"],
            how="left",
            maintain_order="left",
        )
        names = ["field", "reason", "stated"]
        combinations = lacks.select(names).unique(maintain_order=True).with_row_index(COMBINATION, offset=start)
        judgements = [_lack(field, reason, stated) for _, field, reason, stated in combinations.iter_rows()]
        return _joined(lacks, combinations, names), judgements


def _placed(table: pl.DataFrame, places: pl.DataFrame) -> pl.Series:
    """Returns the place of each subject's meaning: side by side where the rows are the same, which they nearly always are."""
    if table.height == places.height and (table[SUBJECT] == places[SUBJECT]).all():
        return places["place"]
    return table.select(SUBJECT).join(places, on=SUBJECT, how="left", maintain_order="left")["place"]


def _certainly(found: Any) -> Judgement:
    if not isinstance(found, Judgement):
        raise TypeError(f"it returned {found!r} instead of a Judgement")
    return found


def _joined(table: pl.DataFrame, combinations: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    found = table.join(combinations, on=names, how="left", nulls_equal=True, maintain_order="left")
    return found.select("place", SUBJECT, IDENTITY, COMBINATION)


def _lack(field: str, reason: str | None, stated: str | None) -> Judgement:
    said = why_empty(field, reason, stated)
    return (
        not_applicable(said)
        if reason in ("absent", "not-applicable")
        else unknown(said, fix=f"state {field} in the source")
    )


def judgement_table(judgements: list[Judgement], check: Check) -> pl.DataFrame:
    """Returns the judgements of a check as a table, one row a combination, overrides filled in."""
    import polars as pl

    columns = ("verdict", "severity", "confidence", "message", "fix", "rule", "layer", "pointer", "reference")
    rows = [
        (number, each.verdict.value, (each.severity or check.severity).value, (each.confidence or check.confidence).value,
         each.message, each.fix, each.rule, each.layer, each.pointer, each.reference, each.identity)
        for number, each in enumerate(judgements)
    ]  # fmt: skip
    schema = {COMBINATION: pl.UInt32, **dict.fromkeys(columns, pl.String), "judged_identity": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
