"""Proves numbers by their refs: each is counted again, or its digits stand in the cells that its ref cites."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from eamap.cli.judging import judged
from eamap.cli.opening import Opened
from eamap.cli.options import Reading
from eamap.cli.resolvers import context
from eamap.errors import UsageError
from eamap.model.findings import Finding
from eamap.model.refs import THING, Explanation, Ref, parse_ref, resolve
from eamap.model.selector import EstateOn
from tests.golden import statements
from tests.golden.pieces import Piece

FINDING = re.compile(r"([A-Z]{3}[0-9]{3})-[0-9a-f]{16}")
CHECK = re.compile(r"[A-Z]{3}[0-9]{3}")
PLAIN = re.compile(r"-?\d+(\.\d+)?")
FEW = 3
RUNS = re.compile(r"\d+")
COUNTED = frozenset(
    {"count", "distinct", "sum", "percent", "links", "organisations", "certainty", "reach", "impact", "hops", "distance",
     "verdicts", "issues", "columns", "added", "retired", "held", "changes", "differences", "likeness",
     "support", "ending", "ends", "not-ending", "rolled-up", "kpi", "register", "gaps", "levers", "interop", "market"}
)  # fmt: skip
"""Forms whose value is the number itself; a text beside such a ref holds no other number."""


def runs(text: object) -> list[str]:
    """Returns the runs of digits of a text; a comma between thousands is no end of a number."""
    return RUNS.findall(re.sub(r"(?<=\d),(?=\d{3}\b)", "", str(text)))


class Prover:
    """Explains refs on one estate, each once, and says what is wrong with a piece."""

    def __init__(self, store: Path, as_of: date, sources: Path, at: int | None = None) -> None:
        self.sources = sources
        self.opened = Opened(Reading(store, at, as_of))
        # Thousands of explanations read the same raw rows.
        stated = self.opened.stated
        self.opened.__dict__["stated"] = replace(stated, raw_rows=cache(stated.raw_rows))
        self.on = EstateOn(self.opened.estate, as_of)
        self.context = replace(context(self.opened), limit=None)
        self.explained: dict[str, Explanation | str] = {}
        self.digits: dict[str, frozenset[str]] = {}
        self.forms: set[str] = set()
        self.special = cache(self._no_form)

    @cached_property
    def findings(self) -> dict[str, Finding]:
        """Every fail by its fingerprint."""
        return {finding.fingerprint: finding for finding in judged(self.opened).findings()}

    def explain(self, ref: str) -> Explanation | str:
        """Returns the explanation of a ref, or what is wrong with the ref."""
        if ref not in self.explained:
            try:
                form = parse_ref(ref).form
                # A number needs no more than itself here; test_recount follows some to every one of their cells.
                within = replace(self.context, limit=FEW) if _is_counted(ref) else self.context
                self.explained[ref] = resolve(ref, self.on, context=within)
                self.forms.add(form)
            except UsageError as error:
                self.explained[ref] = f"{error.message} ({error.hint})"
        return self.explained[ref]

    def wrong(self, piece: Piece) -> str:
        """Returns why a piece is not proved by its refs; empty if it is."""
        if self._is_a_ref(piece):
            return ""
        if not piece.refs:
            return "has no ref"
        own = [self.special(ref) for ref in piece.refs]
        said = frozenset[str]().union(*own)
        if all(own):
            return "" if set(runs(piece.value)) <= said else f"digits are not in {piece.refs}"
        explained = [self.explain(ref) for ref, digits in zip(piece.refs, own, strict=True) if not digits]
        bad = [each for each in explained if isinstance(each, str)]
        if bad:
            return bad[0]
        return self._differs(piece, [each for each in explained if isinstance(each, Explanation)], said)

    def _is_a_ref(self, piece: Piece) -> bool:
        """Says whether a text is what eamap explain takes as it is: the id of a check, of a finding, of a thing, a source."""
        text = str(piece.value)
        if CHECK.fullmatch(text) or FINDING.fullmatch(text):
            return bool(self.special(text))
        name = (
            str(Ref("rows", (text,))) if piece.key in ("source", "part") else text if re.match("[a-z-]+:", text) else ""
        )
        return bool(name) and isinstance(self.explain(name), Explanation)

    def _differs(self, piece: Piece, told: list[Explanation], said: frozenset[str]) -> str:
        """Returns how a piece differs from what its refs tell; ``said`` are digits that findings among its refs hold."""
        if piece.key == "row" and _row_is_cited(piece, told):
            return ""
        if all(_is_counted(each.ref) for each in told):
            values = {_plain(each.value) for each in told}
            # "the first 200 are listed" is the N of "after N".
            values |= {
                run for each in told for run in runs(parse_ref(each.ref).arguments[-1]) if piece.key == "left out"
            }
            numbers = [_plain(piece.value)] if piece.is_number else self._left(piece, told)
            return "" if set(numbers) <= values else f"is counted again as {sorted(values)}"
        if piece.is_number:
            return (
                "" if self._number_is_cited(piece, told) else f"is neither the value nor a row cited: {told[0].value!r}"
            )
        if PLAIN.fullmatch(text := str(piece.value)) and _plain(float(text)) in {_plain(each.value) for each in told}:
            return ""
        known = said.union(*(self._digits_of(each) for each in told))
        if set(runs(piece.value)) <= known or any(self._is_field(piece, each) for each in told):
            return ""
        return f"digits {sorted(set(runs(piece.value)) - known)} are in no cell cited"

    def _left(self, piece: Piece, told: list[Explanation]) -> list[str]:
        """Returns the numbers of a text that are not the very words of a ref: "things selected by kind:system"."""
        text = str(piece.value).strip()
        if text.isdecimal():
            return [str(int(text))]
        if PLAIN.fullmatch(text):
            return [_plain(float(text))]
        for words in sorted((word for each in told for word in parse_ref(each.ref).arguments), key=len, reverse=True):
            text = text.replace(words, "")
        return runs(text)

    def _number_is_cited(self, piece: Piece, told: list[Explanation]) -> bool:
        return any(_plain(each.value) == _plain(piece.value) for each in told)

    def _is_field(self, piece: Piece, told: Explanation) -> bool:
        """Says whether the piece is a field of the thing whose cell is cited, read by a rule: "Jun-22" as 2022-06."""
        ref = parse_ref(told.ref)
        if ref.form != THING or not any(row.field == piece.key for row in told.rows):
            return False
        thing = self.opened.estate.find(ref.arguments[0]) or {}
        return str(thing.get(piece.key)) == str(piece.value)

    def _digits_of(self, told: Explanation) -> frozenset[str]:
        """Returns the runs of digits in the value, in what the ref is about, and in every cell it cites."""
        if told.ref not in self.digits:
            ref = parse_ref(told.ref)
            found = set(runs(told.value))
            if not _is_counted(told.ref):
                found |= {run for text in ref.arguments for run in runs(text)}
                for row in told.rows:
                    cited = row.citation
                    cell = (row.id, cited.source, cited.sheet, cited.row, cited.column, cited.value)
                    found |= {run for text in cell for run in runs(text)}
            self.digits[told.ref] = frozenset(found)
        return self.digits[told.ref]

    def _no_form(self, ref: str) -> frozenset[str]:
        """Returns the digits that the page of a check or the evidence of a finding holds; nothing for other refs."""
        if CHECK.fullmatch(ref):
            return frozenset(runs(ref))
        if not FINDING.fullmatch(ref):
            return frozenset()
        finding = self.findings[ref]
        texts: list[Any] = [
            ref,
            finding.subject,
            finding.check,
            finding.rule,
            finding.reference,
            finding.pointer,
            finding.identity,
        ]
        for cell in finding.evidence:
            texts += [cell.source, cell.sheet, cell.row, cell.column, cell.value]
        texts += statements.told_by(self.sources, finding)
        return frozenset(run for text in texts for run in runs(text))


def _is_counted(text: str) -> bool:
    """Says whether a ref stands for a number; the changes of one thing stand for its values."""
    ref = parse_ref(text)
    return ref.form in COUNTED and not (ref.form == "changes" and len(ref.arguments) == 5)


def _row_is_cited(piece: Piece, told: list[Explanation]) -> bool:
    return any(str(row.citation.row) == str(piece.value) for each in told for row in each.rows)


def _plain(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
