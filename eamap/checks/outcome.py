"""What checks found: tables of verdicts, with findings made for the rows that are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.checks.acceptance import with_acceptances
from eamap.checks.definition import Check
from eamap.checks.evidence import evidence_of_rows
from eamap.errors import UsageError
from eamap.model.findings import Confidence, Finding, Severity, Verdict, fingerprint
from eamap.model.results import Tally

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.estate import Estate

FAILS = (Verdict.FAIL,)
COLUMNS = ("check", "subject", "identity", "verdict", "severity", "confidence", "message", "fix", "rule", "layer", "pointer",
           "reference", "fingerprint", "state", "acceptance")  # fmt: skip
"""Columns of every table of outcomes, in order."""


@dataclass(frozen=True)
class Outcome:
    """What one check says about each of its subjects.

    ``rows`` has ``subject``, ``identity`` and ``combination``; ``judgements`` one row a combination. They are joined
    only when somebody looks: counts need no join, and fingerprints are made for fails alone.
    """

    check: Check
    rows: pl.DataFrame = field(repr=False)
    judgements: pl.DataFrame = field(repr=False)
    estate: Estate = field(repr=False)
    as_of: date
    accepted: pl.DataFrame = field(repr=False)

    @property
    def total(self) -> int:
        """How many subjects were judged: the denominator of every count."""
        return self.rows.height

    @cached_property
    def counts(self) -> dict[Verdict, int]:
        """How many subjects got each verdict; the five add up to ``total``."""
        found = dict(self._verdicts.group_by("verdict").len().rows())
        return {verdict: found.get(verdict.value, 0) for verdict in Verdict}

    @cached_property
    def _verdicts(self) -> pl.DataFrame:
        return self.rows.select("combination").join(self.judgements.select("combination", "verdict"), on="combination")

    def tally(self, *verdicts: Verdict, selector: str) -> Tally:
        """Returns how many subjects got one of these verdicts, of how many, with the refs that explain both."""
        wanted = "|".join(verdict.value for verdict in verdicts)
        every = "|".join(verdict.value for verdict in Verdict)
        return Tally(
            sum(self.counts[verdict] for verdict in verdicts),
            self.total,
            f"verdicts({self.check.id}; {wanted}; {selector})",
            f"verdicts({self.check.id}; {every}; {selector})",
        )

    @cached_property
    def table(self) -> pl.DataFrame:
        """One row a subject (and identity), with every column of ``COLUMNS``."""
        return self.select(tuple(Verdict))

    def select(self, verdicts: Collection[Verdict]) -> pl.DataFrame:
        """Returns the rows with these verdicts; fails carry their fingerprint and whether they are accepted."""
        import polars as pl

        wanted = self.judgements.filter(pl.col("verdict").is_in([verdict.value for verdict in verdicts]))
        rows = self.rows.join(wanted, on="combination", maintain_order="left")
        identity = pl.when(pl.col("identity") == "").then(pl.col("judged_identity")).otherwise("identity")
        rows = rows.with_columns(pl.lit(self.check.id).alias("check"), identity.alias("identity"))
        return with_acceptances(_fingerprinted(rows, self.check.id), self.accepted).select(COLUMNS)

    def findings(self, verdicts: Collection[Verdict] = FAILS, limit: int | None = None) -> list[Finding]:
        """Makes the findings of these verdicts, with their evidence, in the order of the table."""
        rows = self.select(verdicts)
        return self.findings_of(rows if limit is None else rows.head(limit))

    def findings_of(self, rows: pl.DataFrame) -> list[Finding]:
        """Makes the findings of some rows of this check's table."""
        cells = evidence_of_rows(self.estate, self.check, rows)
        return [self._finding(row, cited) for row, cited in zip(rows.iter_rows(named=True), cells, strict=True)]

    def _finding(self, row: dict[str, Any], cited: tuple[Citation, ...]) -> Finding:
        return Finding(
            check=self.check.id, name=self.check.name, subject=row["subject"], verdict=Verdict(row["verdict"]),
            severity=Severity(row["severity"]), confidence=Confidence(row["confidence"]), message=row["message"],
            rule=row["rule"], layer=row["layer"], fix=row["fix"], identity=row["identity"], pointer=row["pointer"],
            evidence=cited, reference=row["reference"],
        )  # fmt: skip


def _fingerprinted(rows: pl.DataFrame, check: str) -> pl.DataFrame:
    import polars as pl

    # A digest is the one thing here that is paid by the row, so passes do without.
    fails = rows["verdict"] == Verdict.FAIL.value
    made = [fingerprint(check, subject, identity) if fail else None
            for fail, subject, identity in zip(fails, rows["subject"], rows["identity"], strict=True)]  # fmt: skip
    return rows.with_columns(pl.Series("fingerprint", made, dtype=pl.String))


@dataclass(frozen=True)
class Report:
    """What all checks of a run found."""

    outcomes: tuple[Outcome, ...]
    as_of: date
    version: int

    def outcome(self, check: str) -> Outcome:
        """Returns the outcome of a check by its id; UsageError if it was not run."""
        for each in self.outcomes:
            if each.check.id == check:
                return each
        raise UsageError(f"{check} was not run", hint="run it with --only")

    @cached_property
    def table(self) -> pl.DataFrame:
        """The tables of all outcomes, one under the other."""
        return self._stacked([each.table for each in self.outcomes])

    def select(self, verdicts: Collection[Verdict] = FAILS) -> pl.DataFrame:
        """Returns the rows with these verdicts of all checks."""
        return self._stacked([each.select(verdicts) for each in self.outcomes])

    def _stacked(self, tables: list[pl.DataFrame]) -> pl.DataFrame:
        import polars as pl

        return pl.concat(tables) if tables else pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))

    def findings(self, verdicts: Collection[Verdict] = FAILS) -> Iterator[Finding]:
        """Makes the findings of these verdicts of all checks, in the order in which the checks were run."""
        for each in self.outcomes:
            yield from each.findings(verdicts)

    def by_fingerprint(self, wanted: str) -> Finding | None:
        """Returns the fail of a fingerprint; ``None`` if there is none in this run."""
        import polars as pl

        for each in self.outcomes:
            if wanted.startswith(each.check.id + "-"):
                rows = each.select(FAILS).filter(pl.col("fingerprint") == wanted)
                return each.findings_of(rows)[0] if rows.height else None
        return None
