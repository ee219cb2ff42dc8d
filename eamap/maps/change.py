"""The change map: what a file of changes adds, removes and changes, as boxes and lines.

Boxes are the systems that differ and what stands at the ends of the connections that differ, grouped by the organisation
that operates them. A status says in colour, pattern, letter and word what becomes of each; what stays has none. Where there
is more than can be read, the first by id are drawn, and the picture says how many are not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap.maps.wording import PROTOCOLS, of_reference, short, tally
from eamap.model.diagram import NOTHING, Block, Count, Diagram, Edge, Network, Status, Tally, Text, as_of_text
from eamap.model.estate import Estate
from eamap.model.refs import Ref

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.whatif.differing import Difference
    from eamap.analysis.whatif.reading import ChangesFile

LIMIT = 40
_BODY, _GROUP = "organisation:", "group "
_STATUS = {"added": Status.ADDED, "removed": Status.REMOVED, "changed": Status.CHANGED}
_NAMED = 3


class ChangeMap:
    """Draws what is added, removed and changed."""

    name = "change"
    checks = ()

    def draw(
        self, estate: Estate, as_of: date, *, difference: Difference | None = None, changes: ChangesFile | None = None,
        told: tuple[tuple[str, Count, Count], ...] = (), marking: str = "", reference: Mapping[str, Mapping[str, Any]] | None = None,
        limit: int = LIMIT, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws what differs, at most about ``limit`` boxes; UsageError without changes.

        ``told`` are counts of what becomes of the answers, each in words with its number and denominator, for the foot of
        the picture.
        """
        del options  # those of other maps
        if difference is None or changes is None:
            raise UsageError(
                "a change map needs changes", hint="for example: eamap map change --changes FILE -o change.svg"
            )
        drawing = _Drawing(difference, changes, limit)
        title = (
            Text.of("What if: ", (changes.title, str(Ref("whatif", (changes.short, "title")))))
            if changes.title
            else Text.of("What if")
        )
        body = Network(drawing.groups(), drawing.edges())
        return Diagram(
            title, self.name, body, drawing.tallies(), marking, as_of, drawing.alt(), drawing.subtitle(as_of), estate.version,
            of_reference(reference or {}), drawing.footnotes(told),
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    """The boxes and lines of one change map."""

    difference: Difference
    changes: ChangesFile
    limit: int

    # What is drawn: of each table the first rows, so that a ref can count them again ---------------------------------------

    @cached_property
    def systems(self) -> pl.DataFrame:
        """The systems drawn because they differ."""
        return self.difference.systems.head(self.limit)

    @cached_property
    def places(self) -> pl.DataFrame:
        """The organisations drawn because they lie elsewhere."""
        return self.difference.places.head(max(0, self.limit - self.systems.height))

    @cached_property
    def _first(self) -> set[str]:
        return {*self.systems["id"], *(_BODY + self.places["organisation"])}

    @cached_property
    def connections(self) -> pl.DataFrame:
        """The connections drawn: the first, as long as there is room for the boxes at their ends."""
        found = self.difference.connections
        return found.head(self._room(found.select("giver", "taker").iter_rows(), set(self._first)))

    @cached_property
    def users(self) -> pl.DataFrame:
        """The users drawn, likewise."""
        found = self.difference.users
        taken = {*self._first, *self.connections["giver"], *self.connections["taker"]}
        return found.head(self._room(found.select("organisation", "system").iter_rows(), taken))

    def _room(self, pairs: Iterable[tuple[str, ...]], boxes: set[str]) -> int:
        """Returns how many of the first pairs there is room for."""
        n = 0
        for pair in pairs:
            boxes |= set(pair)
            if len(boxes) > self.limit or n >= 2 * self.limit:
                break
            n += 1
        return n

    @cached_property
    def boxes(self) -> list[str]:
        """The ids of all boxes, in order."""
        ends = (self.connections["giver"], self.connections["taker"], self.users["organisation"], self.users["system"])
        return sorted(self._first.union(*(each.to_list() for each in ends)))

    # Boxes ------------------------------------------------------------------------------------------------------------

    def _ref(self, *arguments: str) -> str:
        """Returns a ref on the changed estate, or a count of the changes."""
        return str(Ref("whatif", (self.changes.short, *arguments)))

    def groups(self) -> tuple[Block, ...]:
        """Returns a box an organisation with what is drawn of it, in order of code."""
        owners = self._owners
        inside: dict[str, list[Block]] = defaultdict(list)
        differing = {row["id"]: row for row in self.systems.iter_rows(named=True)}
        moved = {_BODY + row["organisation"]: row for row in self.places.iter_rows(named=True)}
        for identifier in self.boxes:
            block = (
                self._body(identifier, moved.get(identifier))
                if identifier.startswith(_BODY)
                else self._system(identifier, differing.get(identifier))
            )
            inside[owners.get(identifier) or ""].append(block)
        return tuple(self._group(owner, inside[owner]) for owner in sorted(inside))

    @cached_property
    def _owners(self) -> dict[str, str]:
        """Who operates each box that is a system; an organisation is its own."""
        import polars as pl

        table = (
            self.difference.after[0].things("system").filter(pl.col("id").is_in(self.boxes)).select("id", "operator")
        )
        own = {each: each for each in self.boxes if each.startswith(_BODY)}
        return own | {identifier: operator or "" for identifier, operator in table.iter_rows()}

    @cached_property
    def _names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for kind in ("organisation", "system"):
            found |= {
                key: name
                for key, name in self.difference.before[0].things(kind).select("id", "name").iter_rows()
                if name
            }
        return found

    def _group(self, owner: str, blocks: list[Block]) -> Block:
        if not owner:
            return Block("no operator", Text.of("operator not stated"), blocks=tuple(blocks))
        known = owner in self._names
        code, name = owner.partition(":")[2], short(self._names.get(owner, ""))
        ref = owner if known else f"count(operator:{owner} or {blocks[0].id})"
        return Block(_GROUP + owner, Text.of((f"{code} {name}".strip(), ref)), ref=ref, blocks=tuple(blocks))

    def _system(self, identifier: str, row: Mapping[str, Any] | None) -> Block:
        label = Text.of((self._names.get(identifier) or identifier.partition("/")[2], identifier))
        if row is None:
            return Block(identifier, label, "", None, ref=identifier)
        lines: list[Text] = []
        if row["change"] == "changed":
            field = f"field({identifier}; product)"
            for words, value, ref in (("was ", row["was"], field), ("now ", row["now"], self._ref(field))):
                lines.append(Text.of(words, (value or "not stated", ref)))
        status = _STATUS[row["change"]]
        lines.append(Text.of("retired" if status is Status.REMOVED else status.word))
        return Block(identifier, label, "system", status, tuple(lines), ref=identifier)

    def _body(self, identifier: str, row: Mapping[str, Any] | None) -> Block:
        code = identifier.partition(":")[2]
        if row is None:
            return Block(identifier, Text.of("the organisation"), "", None, ref=identifier)
        lines = tuple(
            Text.of(words, (value or "not known", ref))
            for words, value, ref in (
                ("ICS was ", row["was"], str(Ref("located", (code, self.difference.before[1].name, "icb")))),
                ("now ", row["now"], str(Ref("located", (code, self.difference.after[1].name, "icb")))),
            )
        )
        return Block(
            identifier, Text.of((f"{code} lies elsewhere", identifier)), "place", Status.CHANGED, lines, ref=identifier
        )

    # Lines ------------------------------------------------------------------------------------------------------------

    def edges(self) -> tuple[Edge, ...]:
        """Returns a line for each two ends and kind of change, and one for each organisation that comes to use a system."""
        joined: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
        for row in self.connections.iter_rows(named=True):
            joined[row["giver"], row["taker"], row["change"]].append(row)
        lines = [self._connection(*key, rows) for key, rows in sorted(joined.items())]
        return (*lines, *(self._use(row) for row in self.users.iter_rows(named=True)))

    def _connection(self, giver: str, taker: str, change: str, rows: list[dict[str, Any]]) -> Edge:
        """Returns the line of one or several connections between two ends."""
        status = _STATUS[change]
        ref = rows[0]["interface"] if change != "added" else self._ref(rows[0]["interface"])
        label = self._spoken(rows[0], change)
        if len(rows) > 1:
            label = Text.of((len(rows), self._ref("connections", "all")), " × connections")
        note = NOTHING
        for place, row in enumerate(rows):
            note = note.plus(
                Text.of(
                    "; " * bool(place),
                    (row["interface"], row["interface"] if change != "added" else self._ref(row["interface"])),
                    f" {status.word}",
                )
            )
        return Edge(f"{giver} > {taker} {change}", giver, taker, label, "connection", status, note, ref, len(rows))

    def _spoken(self, row: Mapping[str, Any], change: str) -> Text:
        """Returns protocol and standard, before and after where they differ."""
        field = f"field({row['interface']}; standard)"
        protocol = PROTOCOLS.get(row["protocol"] or "", row["protocol"] or "")
        said = Text.of((protocol, f"field({row['interface']}; protocol)"), ": ") if protocol else NOTHING
        if change == "changed":
            was, now = (row["was"] or "no standard", field), (row["now"] or "no standard", self._ref(field))
            return said.plus(Text.of(now, ", was ", was))
        value, ref = (row["now"], self._ref(field)) if change == "added" else (row["was"], field)
        return said.plus(Text.of((value, ref))) if value else said.plus(Text.of("no standard"))

    def _use(self, row: Mapping[str, Any]) -> Edge:
        status = _STATUS[row["change"]]
        words = "comes to use" if status is Status.ADDED else "no longer uses"
        identifier = f"{row['organisation']} uses {row['system']}"
        return Edge(
            identifier, row["organisation"], row["system"], Text.of(words), "use", status, NOTHING, row["system"]
        )

    # Words ------------------------------------------------------------------------------------------------------------

    def tallies(self) -> tuple[Tally, ...]:
        """Returns how many of each table are drawn, and how many are not."""
        drawn = {"systems": ("system", "systems that differ", self.systems), "connections": ("connection", "connections that differ", self.connections),
                 "users": ("use", "uses that differ", self.users), "places": ("place", "organisations that lie elsewhere", self.places)}  # fmt: skip
        return tuple(
            self._tally(name, kind, noun, shown.height, whole.height)
            for name, whole in self.difference.parts()
            for kind, noun, shown in (drawn[name],)
            if whole.height or name in ("systems", "connections")
        )

    def _tally(self, name: str, kind: str, noun: str, shown: int, total: int) -> Tally:
        every = self._ref(name, "all")
        # The first none of them is no part that can be cut, and "after all of them" is none.
        first = self._ref(name, f"first {shown}") if shown else self._ref(name, f"after {total}")
        return tally(kind, noun, (shown, first), (total - shown, self._ref(name, f"after {shown}")), (total, every))

    def subtitle(self, as_of: date) -> Text:
        """Returns what the picture says in a line."""
        file = (f"{self.changes.name}, sha256 {self.changes.short}", self._ref("file"))
        version = self.difference.before[0].estate.version
        said = Text.of("What the changes of ", file, " add, remove and change, ")
        return said.plus(as_of_text(as_of)).plus(Text.of(", on version ", (version, f"version({version})")))

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        counts = [Text.of(each.total.span, f" {each.noun}") for each in self.tallies()]
        said = Text.of(
            "Systems grouped by the organisation that operates them, joined by the connections that differ after some changes: "
        )
        for place, each in enumerate(counts):
            said = said.plus(Text.of(", " * bool(place))).plus(each)
        return said.plus(Text.of(". Colour, pattern, letter and a word say what is added, removed and changed."))

    def footnotes(self, told: tuple[tuple[str, Count, Count], ...]) -> tuple[Text, ...]:
        """Returns what becomes of the answers, what is said nowhere else, and that nothing of it is on record."""
        lines = [Text.of(f"{words}: ", n.span, " of ", of.span, ". ") for words, n, of in told]
        said = NOTHING
        for line in lines:
            said = said.plus(line)
        nothing = not any(whole.height for _, whole in self.difference.parts())
        empty = Text.of("Nothing differs. ") if nothing else NOTHING
        rule = Text.of("A what-if: none of it is on record. A line runs from the system that offers data to the one that takes it, "
                       "or from an organisation to a system it uses. A box or line without a status stays as it is.")  # fmt: skip
        return tuple(each for each in (said, empty.plus(rule)) if each)
