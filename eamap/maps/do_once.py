"""The do-once map: for each capability, at which level and in which modes it should be done once, and how sure that is.

A heat map of capabilities against modes, for a page about a whole estate. It draws what the do-once method answers
(``eamap.analysis.doonce``) and decides nothing itself; without those answers every cell says "not assessed".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from eamap.analysis.doonce.assessment import NO, POSSIBLE, YES, Assessment
from eamap.maps.judged import ANSWERS, GATES, METHOD, MODES, Judged
from eamap.maps.products import InCommon
from eamap.maps.scope import scope_of
from eamap.maps.wording import sources, subtitle, title, uncounted
from eamap.model.diagram import NOTHING, Cell, Diagram, Heading, Matrix, Shade, Status, Text
from eamap.model.estate import Estate
from eamap.model.selector import EstateOn

LEVEL, CONFIDENCE = "level", "confidence"
_PALE = {"high": 0.0, "medium": 0.35, "low": 0.85}
_WORDS = {YES: "yes", POSSIBLE: "possible", NO: "no"}
_BARRED = {YES: " ▲", POSSIBLE: " △", NO: ""}
_MEANINGS = {
    Status.UNKNOWN: "the evidence is insufficient to state a level",
    Status.ABSENT: "no level reaches enough of the value yet",
    Status.NOT_ASSESSED: "no answer of the do-once method was at hand",
}


class DoOnceMap:
    """Draws capability by mode, with the level, paler where the answer is less sure."""

    name = "do-once"
    checks = ()

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", marking: str = "",
        reference: Mapping[str, Mapping[str, Any]] | None = None, doonce: Judged | None = None, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the capabilities that a selector's organisations (empty: all) have products for in common.

        They are judged over all organisations of the estate: a selector chooses rows, never who counts.
        """
        del options  # those of other maps
        scope = scope_of(EstateOn(estate, as_of), selector)
        drawing = _Drawing(InCommon(scope), doonce)
        return Diagram(
            title("Do once", scope), self.name, drawing.body(), (drawing.common.capabilities,), marking, as_of, drawing.alt(),
            subtitle("Where to do it once: level and mode by capability.", scope, as_of), estate.version,
            sources(scope, drawing.common.tables(), reference or {}), drawing.footnotes(), _MEANINGS,
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    common: InCommon
    doonce: Judged | None

    @cached_property
    def answers(self) -> Mapping[str, Assessment]:
        """The answers for the rows, by id."""
        return self.doonce.by_id(self.common.shown["id"].to_list()) if self.doonce else {}

    def body(self) -> Matrix:
        """Returns the cells: level, one a mode, confidence."""
        heads = {LEVEL: "Level", **MODES, CONFIDENCE: "Confidence"}
        columns = tuple(Heading(key, Text.of(words)) for key, words in heads.items())
        rows = self.common.rows()
        cells = tuple(cell for row in rows for cell in self._row(row.id))
        sure = {found.confidence.word for found in self.answers.values()}
        shades = tuple(_SHADES[word] for word in _PALE if word in sure) if sure - {"high"} else ()
        return Matrix(rows, columns, cells, shades=shades)

    def _row(self, row: str) -> tuple[Cell, ...]:
        found = self.answers.get(row)
        if found is None or self.doonce is None:
            return tuple(Cell(row, column, status=Status.NOT_ASSESSED) for column in (LEVEL, *MODES, CONFIDENCE))
        pale, ref = _PALE[found.confidence.word], self.doonce.tell(found, "level").ref
        modes = tuple(_mode(self.doonce, row, found, column, pale) for column in MODES)
        sure = Text.of("confidence ", self.doonce.tell(found, "confidence.value"))
        confidence = Cell(row, CONFIDENCE, Text.of(found.confidence.word), note=sure, ref=ref, pale=pale)
        return (_level(self.doonce, row, found, pale), *modes, confidence)

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        known = [each for each in self.answers.values() if each.level is not None]
        drawn = self.common.capabilities.drawn.span
        if self.doonce is None:
            return Text.of(
                "A table of ", drawn, " capabilities against the ways of doing them once; nothing was assessed."
            )
        said = Text.of("A table of ", drawn, " capabilities against the ways of doing them once. With a level: ")
        for place, each in enumerate(known):
            ref = self.doonce.tell(each, "level").ref
            said = said.plus(Text.of("; " * bool(place), (f"{each.name}: {each.level}", ref)))
        return said.plus(Text.of("." if known else "none."))

    def footnotes(self) -> tuple[Text, ...]:
        """Returns the rules of reading, printed on the picture."""
        said = Text.of(
            "Rows: capabilities for which at least two organisations in scope have a known product; judged over all organisations of the "
            "estate. ▲ a gate bars it (run: lock-in; buy: a single supplier of a concentrated market), △ it may. "
            "Scores put a long list in order; they choose nothing."
        )
        if self.doonce is None:
            return said, *uncounted(self.common.scope)
        counts = {"weight_draws": "weightings", "permutations": "random arrangements", "bootstraps": "resamples"}
        told = Text.of("Worked out with ")
        for place, (name, words) in enumerate(counts.items()):
            told = told.plus(Text.of(", " * bool(place), self.doonce.constant(METHOD + name), f" {words}"))
        page = told.plus(Text.of(". One capability on a page: eamap doonce CAPABILITY -o page.pdf"))
        return said, *uncounted(self.common.scope), page


def _level(doonce: Judged, row: str, found: Assessment, pale: float) -> Cell:
    ref, why = doonce.tell(found, "level").ref, Text.of(doonce.tell(found, "level_reason"))
    if found.level is not None:
        told = why.plus(Text.of(f"; over all weightings: {found.standing}"))
        return Cell(row, LEVEL, Text.of(found.level), "", None, told, ref, pale=pale)
    return Cell(row, LEVEL, NOTHING, "", Status.UNKNOWN if found.sufficient else Status.ABSENT, why, ref, pale=pale)


def _mode(doonce: Judged, row: str, found: Assessment, column: str, pale: float) -> Cell:
    place, mode = next((place, each) for place, each in enumerate(found.modes) if each.mode == column)
    gate = found.gates[GATES[column]] if column in GATES else NO
    share = doonce.tell(found, f"modes.{place}.acceptability")
    note = Text.of(f"{mode.because}; share of the weightings that ask for it: ", share)
    ref = doonce.tell(found, f"modes.{place}.answer").ref
    text = Text.of(_WORDS[mode.answer] + _BARRED[gate])
    return Cell(row, column, text, "", ANSWERS[mode.answer], note, ref, pale=pale)


_SHADES = {
    word: Shade(pale, Text.of(f"{word} confidence" + (", greyer" if pale else ", colours as above")))
    for word, pale in _PALE.items()
}
