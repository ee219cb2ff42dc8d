"""The flow map: integrated care boards as boxes by region, and a line as wide as what flows from one to another.

Only the widest lines can be read, so only those are drawn; the picture says how many are not, and what part of all that
crosses they carry. What stays inside a board is a number in its box. A flow that the boundaries leave undecided is drawn
as unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from eamap.analysis.geography.flow_figures import percent
from eamap.analysis.geography.flows import (
    CROSSES,
    ESTATE,
    OR,
    STAYS,
    UNKNOWN,
    Placed,
    pair_of,
    placed,
    published,
    stated,
)
from eamap.errors import UsageError
from eamap.interpret.geography import geography
from eamap.maps.wording import counted, of_reference, plural, short
from eamap.model.diagram import Block, Count, Diagram, Edge, Network, Scale, Status, Tally, Text, as_of_text
from eamap.model.estate import Estate

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.geography import Geography

LIMIT = 24
_WORDS, _BOLD, _MOST_LINES = 18, 16, 3
"""How many characters of a name stand in one line of a box, and in how many lines as its heading, so that none is cut."""


class FlowMap:
    """Draws what flows from one integrated care board to another."""

    name = "flows"
    checks = ()

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", within: str | None = None, marking: str = "",
        folder: Any = None, reference: Mapping[str, Mapping[str, Any]] | None = None, limit: int = LIMIT, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the flows that the estate states, else the published ones, with at most ``limit`` lines.

        ``selector`` is the code of one board whose flows are meant, or empty for all; ``within`` names the boundaries or
        their file, None those of the day; ``folder`` holds reference sets that replace the shipped ones.
        """
        del options  # those of other maps
        known = geography(within, as_of, estate, folder)
        own = stated(estate)
        flows = own if own.table.height else published(known.reference)
        drawing = _Drawing(placed(flows, known, _board(selector, known)), limit)
        used = {name: facts for name, facts in (reference or {}).items() if name == "organisations"}
        return Diagram(
            Text.of("Flows between integrated care systems").plus(drawing.of_whom()), self.name, drawing.network(), drawing.tallies(),
            marking, as_of, drawing.alt(), drawing.subtitle(as_of, estate.version), estate.version or None, of_reference(used),
            drawing.footnotes(), meanings={Status.UNKNOWN: "these boundaries do not say whether it crosses one, or an end is not known"},
        )  # fmt: skip


def _board(selector: str, known: Geography) -> str | None:
    """Returns the board that is asked for; UsageError for one that these boundaries do not have."""
    code = selector.strip().upper().removeprefix("ORGANISATION:").removeprefix("ORG:")
    if code and code not in (boards := known.boards["icb"].to_list()):
        raise UsageError(f"{known.name} has no board {code!r}", hint=f"it has: {', '.join(boards)}")
    return code or None


@dataclass(frozen=True, eq=False)
class _Drawing:
    """The boxes and lines of one flow map."""

    placed: Placed
    limit: int

    @cached_property
    def _across(self) -> pl.DataFrame:
        """The pairs of different boards between which something flows, the largest first."""
        return self.placed.apart

    @cached_property
    def _drawn(self) -> pl.DataFrame:
        return self._across.head(self.limit)

    def network(self) -> Network:
        """Returns the boards that a drawn line touches, by region, and the lines."""
        ends = sorted({*self._drawn["from"], *self._drawn["to"]})
        inside: dict[str, list[Block]] = {}
        for label in ends:
            inside.setdefault(self._region(label), []).append(self._box(label))
        blocks = tuple(self._group(region, inside[region]) for region in sorted(inside))
        return Network(blocks, tuple(map(self._edge, self._drawn.iter_rows(named=True))), self._scale())

    def _group(self, region: str, blocks: list[Block]) -> Block:
        return Block(
            f"region {region}", Text.of((self._regions.get(region, region), self._place(region))), blocks=tuple(blocks)
        )

    @cached_property
    def _boards(self) -> dict[str, tuple[str, str]]:
        """Name and region of each board."""
        rows = self.placed.geography.boards.select("icb", "name", "region").iter_rows()
        return {icb: (short(name or icb), region or UNKNOWN) for icb, name, region in rows}

    @cached_property
    def _regions(self) -> dict[str, str]:
        known = self.placed.geography
        listed = dict(known.reference.boards.select("region_code", "region").iter_rows())
        things = known.followed.things.select("code", "name").drop_nulls()
        return {**listed, **dict(things.iter_rows()), UNKNOWN: "region not known"}

    def _region(self, label: str) -> str:
        """Returns the region in which all boards of a label lie."""
        found = {self._boards.get(each, ("", UNKNOWN))[1] for each in label.split(OR)}
        return found.pop() if len(found) == 1 else UNKNOWN

    def _box(self, label: str) -> Block:
        """Returns the box of a board by its name, or of several that may be meant by their codes, and what stays there."""
        ref = self._place(label)
        names = [self._boards[each][0] for each in label.split(OR) if each in self._boards]
        if not names:
            head, lines = "board not known", []
        elif len(names) == 1 and len(wrap(names[0], _BOLD)) <= _MOST_LINES:
            head, lines = names[0], [label]
        else:
            head, lines = label, [line for name in names for line in wrap(name, _WORDS)]
        told = tuple(Text.of((line, ref)) for line in lines)
        return Block(f"board {label}", Text.of((head, ref)), "board", None, (*told, *self._inside(label)), ref=ref)

    def _inside(self, label: str) -> list[Text]:
        """Returns what stays of all that begins in a board, or what may."""
        import polars as pl

        begins = self.placed.between.filter(pl.col("from") == label)
        own = begins.filter(pl.col("to") == label)
        if not begins.height or not own.height:
            return []
        volume, standing, of = own.select("volume", "ics", "of").row(0)
        says = "stays: " if standing == STAYS else "may stay: "
        ref = self.placed.ref("volume", pair_of(label, label))
        return [Text.of(says, counted(volume, ref), " of ", counted(of, self.placed.ref("volume", f"from {label}")))]

    def _place(self, label: str) -> str:
        """Returns the ref of a board or region: what begins there."""
        level = "ics" if label in self._boards or OR in label else "region"
        return self.placed.ref("volume", f"from {label}") if level == "ics" else self.placed.ref("total", level=level)

    def _edge(self, row: Mapping[str, Any]) -> Edge:
        origin, target, volume = row["from"], row["to"], row["volume"]
        ref = self.placed.ref("volume", pair_of(origin, target))
        status = None if row["ics"] == CROSSES else Status.UNKNOWN
        note = Text.of("from ", (origin, ref), " to ", (target, ref))
        width = max(volume / self._largest, 0.001)
        return Edge(
            f"{origin} > {target}", f"board {origin}", f"board {target}", Text.of(counted(volume, ref)), "flow", status, note, ref,
            volume, width,
        )  # fmt: skip

    @property
    def _largest(self) -> int:
        return int(self._drawn["volume"].max() or 1)  # type: ignore[arg-type]

    def _scale(self) -> tuple[Scale, ...]:
        """Returns the widest, a middle and the narrowest of the drawn lines with what they carry."""
        if not self._drawn.height:
            return ()
        places = sorted({0, self._drawn.height // 2, self._drawn.height - 1})
        rows = [self._drawn.row(place, named=True) for place in places]
        words = dict(zip(places, ("widest line: ", "middle: ", "narrowest: "), strict=False))
        found = []
        for place, row in zip(places, rows, strict=True):
            ref = self.placed.ref("volume", pair_of(row["from"], row["to"]))
            text = Text.of(words[place], counted(row["volume"], ref), f" {self._unit}")
            found.append(Scale(max(row["volume"] / self._largest, 0.001), text))
        return tuple(found)

    # Words ------------------------------------------------------------------------------------------------------------

    @property
    def _unit(self) -> str:
        return "in volume" if self.placed.flows.name == ESTATE else "pathways"

    def of_whom(self) -> Text:
        """Returns the end of the title: whose flows are meant."""
        code = self.placed.ics
        if code is None:
            return Text.of("")
        ref = self._place(code)
        return Text.of(": ", (f"{self._boards[code][0]} ({code})", ref))

    def tallies(self) -> tuple[Tally, ...]:
        """Returns what part of the volume that crosses or may cross is drawn."""
        drawn, every = int(self._drawn["volume"].sum()), int(self._across["volume"].sum())
        ref = self.placed.ref
        noun = f"{self._unit if self._unit == 'pathways' else 'in volume'} from one board to another"
        return (
            Tally("flow", noun, Count(drawn, ref("apart", f"first {self.limit}")), Count(every - drawn, ref("apart", f"after {self.limit}")),
                  Count(every, ref("apart"))),
        )  # fmt: skip

    def subtitle(self, as_of: date, version: int) -> Text:
        """Returns what flows, under which boundaries, on which day."""
        name, total = self.placed.geography.name, self.placed.ref("total")
        says = self.placed.flows.says
        line = Text.of(
            "A line is as wide as what it carries: ", (says, total), ". Boundaries: ", (name, total), ", "
        ).plus(as_of_text(as_of))
        return line.plus(Text.of(", version ", (version, f"version({version})"))) if version else line

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        tally = self.tallies()[0]
        return Text.of(
            "Boxes for integrated care boards, grouped by region, joined by arrows from the board of the patient to that of the provider. "
            "The wider an arrow, the more flows: the arrows carry ", tally.drawn.span, " of ", tally.total.span, f" {tally.noun}.",
        )  # fmt: skip

    def footnotes(self) -> tuple[Text, ...]:
        """Returns how many lines are left out and what they carry, what cannot be told, and what a provider's board is."""
        return (self._left_out(), *self._undecided(), self._caution())

    def _left_out(self) -> Text:
        ref, tally = self.placed.ref, self.tallies()[0]
        shown, every = self._drawn.height, self._across.height
        line = Text.of(
            "Drawn are the ",
            counted(shown, ref("lines", f"first {self.limit}")),
            " widest of ",
            counted(every, ref("lines")),
            f" {plural(every, 'line')}",
        )
        if every > shown:
            part = percent(tally.omitted.n, tally.total.n)
            line = line.plus(
                Text.of(
                    "; the others carry ",
                    (f"{part} %", ref("left-percent", f"after {self.limit}")),
                    " of what goes from one board to another",
                )
            )
        missing = len(self._boards.keys() - self.placed.drawn(self.limit))
        boards = (
            Text.of(". Boards without a line drawn: ", counted(missing, ref("boards-left", f"after {self.limit}")))
            if missing and self.placed.ics is None
            else Text.of("")
        )
        return line.plus(boards).plus(Text.of("."))

    def _undecided(self) -> tuple[Text, ...]:
        overall = self.placed.shares().row(0, named=True)
        ref = self.placed.ref
        if not overall["undecided"]:
            share = percent(overall["crosses"], overall["total"])
            return (
                Text.of(
                    "Of all that flows, ", (f"{share} %", ref("lower-percent")), " crosses a boundary between boards."
                ),
            )
        may = overall["crosses"] + overall["undecided"]
        ends = [
            (f"{percent(n, overall['total'])} %", ref(f"{name}-percent"))
            for name, n in (("lower", overall["crosses"]), ("upper", may))
        ]
        return (
            Text.of(
                "Of all that flows, between ",
                ends[0],
                " and ",
                ends[1],
                " crosses a boundary: these boundaries are not those of the day of counting, and what merged, was divided or gained land cannot be told apart. A line marked unknown is such a flow.",
            ),
        )

    def _caution(self) -> Text:
        if self.placed.flows.name == ESTATE:
            return Text.of("Flows are those that the estate states.")
        return Text.of(
            "A flow goes from the board that pays for the patient to the board in which the provider has its headquarters, which is not always where it treats."
        )
