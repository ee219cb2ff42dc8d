"""The interface gap map: who cannot reach whom, for what, on which step.

A matrix of organisations: who hands over stands in the rows, who takes over in the columns. A cell shows the worst answer
of the hand-offs from the one to the other and names the steps that have it. Where there are more organisations than can
be read, those with most gaps are drawn, and the picture says how many are not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.analysis.pathways.gaps import GAPS, NOT_IN_INVENTORY, Gaps, Scope
from eamap.analysis.pathways.worth import FAILING
from eamap.interpret.geography import geography
from eamap.maps.scope import Scope as Drawn
from eamap.maps.scope import scope_of
from eamap.maps.wording import of_reference, short, subtitle, tally, title
from eamap.model.diagram import NOTHING, Cell, Diagram, Heading, Matrix, Status, Tally, Text
from eamap.model.estate import Estate
from eamap.model.refs import Ref
from eamap.model.selector import EstateOn

if TYPE_CHECKING:
    import polars as pl

LIMIT = 40
_NAMED = 2
"""So many steps are named in a cell; the tooltip names them all."""
_STATUS = {
    "none_known": Status.NO_INTERFACE,
    "other_means": Status.OTHER_MEANS,
    "non_conformant": Status.NON_CONFORMANT,
    "declared_only": Status.DECLARED,
    "conformant": Status.CONFORMANT,
}
"""How each answer is drawn, the worst first."""
_MEANINGS = {
    Status.DECLARED: "claimed or shared, not verified",
    Status.NON_CONFORMANT: "no standard asked for, or past its use, or contradicted",
}
"""What these say of a hand-off, rather than of an interface."""
_WORST = tuple(_STATUS)


class GapMap:
    """Draws which organisations cannot reach which on the hand-offs of the care pathways."""

    name = "gap"
    checks = FAILING

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", verdicts: pl.DataFrame | None = None, marking: str = "",
        reference: Mapping[str, Mapping[str, Any]] | None = None, limit: int = LIMIT, folder: Path | None = None, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the gaps of the organisations that a selector selects (empty: of all), at most ``limit`` of them.

        ``verdicts`` is what the FHIR checks found; without it no connection reads conformant. ``folder`` holds reference
        sets that replace the shipped ones.
        """
        del options  # those of other maps
        on = EstateOn(estate, as_of)
        scope = scope_of(on, selector)
        gaps = Gaps(on, geography(None, as_of, estate, folder), verdicts, folder, Scope())
        drawing = _Drawing(scope, gaps, limit)
        body = Matrix(drawing.headings(drawing.rows), drawing.headings(drawing.columns, "to "), drawing.cells())
        return Diagram(
            title("Interface gaps", scope), self.name, body, drawing.tallies(), marking, as_of, drawing.alt(),
            subtitle("Rows hand over to columns: who cannot reach whom, on which step of a care pathway.", scope, as_of), estate.version,
            of_reference(reference or {}), drawing.footnotes(), _MEANINGS,
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    """The cells of one gap map."""

    scope: Drawn
    gaps: Gaps
    limit: int

    @cached_property
    def _mine(self) -> set[str]:
        """The codes of the organisations in scope."""
        prefix = "organisation:"
        return {each.removeprefix(prefix) for each in self.scope.body_ids.to_list() if each.startswith(prefix)}

    @cached_property
    def _pairs(self) -> list[dict[str, Any]]:
        """The hand-offs with an end in scope, in order of step."""
        rows = self.gaps.rows.sort("pathway", "order", "from_organisation", "to_organisation").to_dicts()
        asked = [row for row in rows if row["answer"] != NOT_IN_INVENTORY]
        return [row for row in asked if row["from_organisation"] in self._mine or row["to_organisation"] in self._mine]

    @cached_property
    def shown(self) -> set[str]:
        """The organisations that are drawn: all, or those with most gaps."""
        met: Counter[str] = Counter()
        for row in self._pairs:
            for end in ("from_organisation", "to_organisation"):
                met[row[end]] += row["answer"] in GAPS
        ordered = sorted(met, key=lambda code: (-met[code], code))
        return set(ordered[: self.limit])

    @cached_property
    def drawn(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """The hand-offs from one organisation that is drawn to another."""
        found = defaultdict(list)
        for row in self._pairs:
            ends = (row["from_organisation"], row["to_organisation"])
            if self.shown.issuperset(ends):
                found[ends].append(row)
        return dict(found)

    @property
    def rows(self) -> list[str]:
        """Who hands over, by code."""
        return sorted({giver for giver, _ in self.drawn})

    @property
    def columns(self) -> list[str]:
        """Who takes over, by code."""
        return sorted({taker for _, taker in self.drawn})

    @cached_property
    def _names(self) -> dict[str, str]:
        table = self.scope.on.things("organisation").select("id", "name")
        return {identifier.partition(":")[2]: name or "" for identifier, name in table.iter_rows()}

    def headings(self, codes: list[str], before: str = "") -> tuple[Heading, ...]:
        """Returns a heading an organisation."""
        return tuple(
            Heading(code, Text.of((f"{code} {short(self._names.get(code, ''))}".strip(), f"organisation:{code}")),
                    note=Text.of(before, (self._names.get(code, "") or code, f"organisation:{code}")), ref=f"organisation:{code}")
            for code in codes
        )  # fmt: skip

    def cells(self) -> tuple[Cell, ...]:
        """Returns a cell for each two organisations that should exchange."""
        return tuple(self._cell(*ends, rows) for ends, rows in sorted(self.drawn.items()))

    def _cell(self, giver: str, taker: str, rows: list[dict[str, Any]]) -> Cell:
        worst = next(answer for answer in _WORST if any(row["answer"] == answer for row in rows))
        bad = [row for row in rows if row["answer"] in GAPS]
        scope = f"from={giver}, to={taker}"
        ref = str(Ref("gaps", ("pairs", scope)))
        text = self._steps(bad) if bad else NOTHING
        return Cell(giver, taker, text, "handoff", _STATUS[worst], self._note(rows), ref, len(rows))

    @staticmethod
    def _steps(rows: list[dict[str, Any]]) -> Text:
        """Returns the first steps by their codes, and how many more."""
        said = NOTHING
        for place, row in enumerate(rows[:_NAMED]):
            said = said.plus(Text.of(" " * bool(place), (row["step"], _ref(row))))
        left = len(rows) - _NAMED
        more = (
            f"+{left}",
            f'gaps(open; "from={rows[0]["from_organisation"]}, to={rows[0]["to_organisation"]}"; after {len(rows) - left})',
        )
        return said.plus(Text.of(" ", more)) if left > 0 else said

    @staticmethod
    def _note(rows: list[dict[str, Any]]) -> Text:
        said = NOTHING
        for place, row in enumerate(rows):
            words = f"{row['step']} {row['step_name']}"
            said = said.plus(Text.of("; " * bool(place), (words, _ref(row)), f": {row['answer'].replace('_', ' ')}"))
        return said

    # Words ------------------------------------------------------------------------------------------------------------

    def tallies(self) -> tuple[Tally, ...]:
        """Returns how many hand-offs are drawn and how many are not."""
        drawn, total = sum(map(len, self.drawn.values())), len(self._pairs)
        mine = "|".join(sorted(self._mine)) if self.scope.text else None
        shown = "|".join(sorted(self.shown))

        def ref(**ends: Any) -> str:
            return str(Ref("gaps", ("pairs", str(Scope(touching=mine, **ends)))))

        return (
            tally(
                "handoff", "hand-offs", (drawn, ref(within=shown)), (total - drawn, ref(beyond=shown)), (total, ref())
            ),
        )

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        (handoffs,) = self.tallies()
        return Text.of(
            "A table of organisations: those that hand over in the rows, those that take over in the columns, for ", handoffs.drawn.span,
            " hand-offs of care pathways. A cell has the worst answer from the one to the other in colour, pattern and letter, and names "
            "the steps without a connection by a standard asked for.",
        )  # fmt: skip

    def footnotes(self) -> tuple[Text, ...]:
        """Returns what the codes of steps mean, a line a pathway, what is not in the inventory, and the rules of drawing."""
        named = {row["step"]: row for rows in self.drawn.values() for row in rows if row["answer"] in GAPS}
        lines: dict[str, Text] = {}
        for step in sorted(named, key=lambda each: (named[each]["pathway"], named[each]["order"])):
            row = named[step]
            before = lines[row["pathway"]].plus(Text.of("; ")) if row["pathway"] in lines else self._pathway(row)
            lines[row["pathway"]] = before.plus(Text.of((f"{step} {row['step_name']}", f"step:{step}")))
        rules = Text.of(
            "A cell names the steps that are gaps and shows the worst answer of all between the two. Blank: nothing is to be handed over. "
        )
        return (*lines.values(), *self._absent(), rules)

    @staticmethod
    def _pathway(row: Mapping[str, Any]) -> Text:
        return Text.of((row["pathway_name"], f"pathway:{row['pathway']}"), ": ")

    def _absent(self) -> tuple[Text, ...]:
        """Returns the roles that nobody of the systems of care in scope fills."""
        import polars as pl

        boards = sorted(set(self.gaps.ends.bodies.filter(pl.col("code").is_in(self._mine))["icb"].drop_nulls()))
        scope = Scope() if not self.scope.text else Scope(ics=boards[0]) if len(boards) == 1 else None
        if scope is None:
            return ()
        missing = pl.concat([part.pairs.missing for part in self.gaps.parts])
        mine = missing if scope.ics is None else missing.filter(pl.col("icb") == scope.ics)
        roles = sorted({role for told in mine["missing"] for role in told.split("; ")})
        said = Text.of(
            "Not in the inventory: ",
            (mine.height, str(Ref("gaps", (NOT_IN_INVENTORY, str(scope))))),
            " steps have a role that nobody fills",
        )
        names = ", ".join(role.replace("_", " ") for role in roles if not any(letter.isdigit() for letter in role))
        return (
            (said.plus(Text.of(f" ({names}, and more)." if len(names.split(", ")) < len(roles) else f" ({names}).")),)
            if mine.height
            else ()
        )


def _ref(row: Mapping[str, Any]) -> str:
    return str(Ref("gap", (row["step"], row["from_organisation"], row["to_organisation"], "all")))
