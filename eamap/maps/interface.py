"""The interface map of a scope: systems grouped by organisation, a line from who gives to who takes.

A line says protocol and standard and, by its style and in a word, how the claim of the standard stands. Interfaces
between the same two systems are one line with their number. Where there are more systems than can be read, those with
most interfaces are drawn, and the picture says how many are not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap.maps.conformance import statuses, worst
from eamap.maps.connections import ENDS, Connections
from eamap.maps.scope import Scope, scope_of
from eamap.maps.wording import PROTOCOLS, counted, many, names, plural, short, sources, subtitle, tally, title
from eamap.model.diagram import NOTHING, Block, Diagram, Edge, Network, Status, Tally, Text
from eamap.model.estate import Estate
from eamap.model.ids import key_part
from eamap.model.selector import EstateOn, select_on

if TYPE_CHECKING:
    import polars as pl

LIMIT = 40
_NAMED = 3
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_STATES = {"planned": Status.PLANNED, "retiring": Status.RETIRING, "retired": Status.RETIRED}


class InterfaceMap:
    """Draws systems and the interfaces between them."""

    name = "interface"
    checks = ("INT001", "FHR001", "FHR002", "FHR003", "FHR004", "FHR013")

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", verdicts: pl.DataFrame | None = None, findings: bool = True,
        marking: str = "", reference: Mapping[str, Mapping[str, Any]] | None = None, limit: int = LIMIT, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the map of a selector, with at most ``limit`` boxes; UsageError without a selector.

        ``verdicts`` is a table of what checks found (INT001 and the FHR checks are read); without it every claim of a
        standard reads "not assessed". Without ``findings`` lines say protocol and standard only, neither how the claim
        stands nor by which hosts it goes.
        """
        del options  # those of other maps
        if not selector.strip():
            raise UsageError(
                "an interface map needs a selector", hint="for example: eamap map interface org:RXX -o map.svg"
            )
        scope = scope_of(EstateOn(estate, as_of), selector)
        met = Connections(scope.on, scope.text, limit)
        standing = statuses(scope.on, met.interface_ids, verdicts) if findings else {}
        drawing = _Drawing(scope, met, standing, findings)
        return Diagram(
            title("Interfaces", scope), self.name, Network(drawing.groups(), drawing.edges()), drawing.tallies(), marking, as_of,
            drawing.alt(), subtitle("Who gives data to whom, by which protocol and standard.", scope, as_of), estate.version,
            sources(scope, drawing.tables(), reference or {}), drawing.footnotes(),
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    """The boxes and lines of one interface map."""

    scope: Scope
    met: Connections
    standing: Mapping[str, Status]
    findings: bool

    # Boxes ------------------------------------------------------------------------------------------------------------

    @cached_property
    def _systems(self) -> dict[str, dict[str, Any]]:
        return _by_id(self.scope.on.things("system"), self.met.boxes)

    @cached_property
    def _bodies(self) -> dict[str, str]:
        return names(self.scope.on.things("organisation"))

    @cached_property
    def _users(self) -> dict[str, int]:
        """How many organisations operate or use each system that is drawn."""
        import polars as pl

        on = self.scope.on
        known = on.things("organisation")["id"].implode()
        links = [on.links(name).select("from", "to") for name in ("OPERATES", "USES")]
        held = pl.concat(links).filter(pl.col("to").is_in(self.met.boxes) & pl.col("from").is_in(known))
        return dict(held.group_by("to").agg(pl.col("from").n_unique()).collect().rows())

    def groups(self) -> tuple[Block, ...]:
        """Returns a box an organisation with its systems in it, in order of code."""
        inside: dict[str, list[Block]] = defaultdict(list)
        for identifier in self.met.boxes:
            system = self._systems.get(identifier)
            owner = (system["operator"] or "") if system else identifier
            inside[owner].append(self._system(system) if system else self._body(identifier))
        return tuple(self._group(owner, inside[owner]) for owner in sorted(inside))

    def _group(self, owner: str, blocks: list[Block]) -> Block:
        code = owner.partition(":")[2]
        if not owner:
            return Block("no operator", Text.of("operator not stated"), blocks=tuple(blocks))
        # An operator that is not in the inventory has no id to explain: the systems that name it do.
        ref = owner if owner in self._bodies else many(f"operator:{owner} or {blocks[0].id}")
        return Block(
            f"group {owner}",
            Text.of((f"{code} {_plain(short(self._bodies.get(owner, '')), code)}", ref)),
            ref=ref,
            blocks=tuple(blocks),
        )

    def _system(self, system: Mapping[str, Any]) -> Block:
        identifier = system["id"]
        name = system["name"] or identifier.partition("/")[2]
        status = _STATES.get(system["status"] or "")
        lines = []
        users = self._users.get(identifier, 0)
        if users > 1:
            ref = f"organisations({identifier}; kind:organisation)"
            lines.append(Text.of("used by ", counted(users, ref), " organisations"))
        if system["environment"] not in (None, "production"):
            lines.append(Text.of(f"{system['environment']} instance"))
        if status is None and users > 1:
            status = Status.SHARED
        return Block(identifier, Text.of((name, identifier)), "system", status, tuple(lines), ref=identifier)

    def _body(self, identifier: str) -> Block:
        label = Text.of("system not stated")
        return Block(
            identifier,
            label,
            "body",
            Status.UNKNOWN,
            note=Text.of((self._bodies[identifier], identifier)),
            ref=identifier,
        )

    # Lines ------------------------------------------------------------------------------------------------------------

    @cached_property
    def _interfaces(self) -> dict[str, dict[str, Any]]:
        return _by_id(self.scope.on.things("interface"), self.met.drawn["interface"].unique().to_list())

    @cached_property
    def _claims(self) -> dict[str, list[tuple[str, str]]]:
        """The standards that each interface claims: id and name."""
        named, found = names(self.scope.on.things("standard")), defaultdict(list)
        for interface, standard in (
            self.scope.on.links("CLAIMS").select("from", "to").unique().sort("from", "to").collect().iter_rows()
        ):
            if standard in named:
                found[interface].append((standard, named[standard]))
        return found

    def edges(self) -> tuple[Edge, ...]:
        """Returns a line for each two ends; an interface with several takers is counted at the first of them."""
        joined: dict[tuple[str, str], list[str]] = defaultdict(list)
        for interface, source, target in self.met.drawn.iter_rows():
            joined[source, target].append(interface)
        told: set[str] = set()
        found = []
        for (source, target), interfaces in sorted(joined.items()):
            new = set(interfaces) - told
            told |= new
            found.append(self._edge(source, target, interfaces, len(new)))
        return tuple(found)

    def _edge(self, source: str, target: str, interfaces: list[str], new: int) -> Edge:
        status = worst([self.standing.get(each) for each in interfaces]) if self.findings else None
        ref = many(self.met.joining(source, target)) if len(interfaces) > 1 else interfaces[0]
        label = self._several(interfaces, ref) if len(interfaces) > 1 else self._one(interfaces[0])
        return Edge(
            f"{source} > {target}",
            source,
            target,
            label,
            "interface" if new else "",
            status,
            self._note(interfaces),
            ref,
            max(new, 1),
        )

    def _one(self, identifier: str) -> Text:
        """Returns what one interface speaks: protocol, standard, intermediary, and whether it is only planned."""
        interface = self._interfaces[identifier]
        parts = [self._spoken(identifier)]
        parts += [self._via(identifier)] if interface["via"] and self.findings else []
        if interface["status"] in ("planned", "retiring"):
            parts.append(Text.of(interface["status"]))
        return _joined(parts)

    def _several(self, interfaces: list[str], ref: str) -> Text:
        """Returns how many interfaces a line stands for, and what they speak."""
        first = Text.of(counted(len(interfaces), ref), " × ")
        vias = _distinct(self._via(each) for each in interfaces if self._interfaces[each]["via"] and self.findings)
        return _joined([first.plus(_few(_distinct(map(self._spoken, interfaces)))), *([_few(vias)] if vias else [])])

    def _spoken(self, identifier: str) -> Text:
        """Returns protocol and standard; the protocol is left out where the standard's name says it."""
        protocol = self._protocol(identifier)
        if not self._claimed(identifier):
            return protocol.plus(Text.of(", no standard"))
        standard = self._standard(identifier)
        return standard if protocol.plain in standard.plain else protocol.plus(Text.of(", ")).plus(standard)

    def _claimed(self, identifier: str) -> bool:
        return bool(self._claims.get(identifier) or self._interfaces[identifier]["standard"])

    def _protocol(self, identifier: str) -> Text:
        protocol = self._interfaces[identifier]["protocol"]
        if not protocol:
            return Text.of("protocol not stated")
        return Text.of((PROTOCOLS.get(protocol, protocol), f"field({identifier}; protocol)"))

    def _standard(self, identifier: str) -> Text:
        claimed = self._claims.get(identifier, [])
        if claimed:
            return _few([Text.of((_brief(name), standard)) for standard, name in claimed])
        return Text.of((_brief(self._interfaces[identifier]["standard"]), f"field({identifier}; standard)"))

    def _via(self, identifier: str) -> Text:
        """Returns the intermediaries by the names of the systems they are, else as reported."""
        interface = self._interfaces[identifier]
        said = Text.of("via ")
        for place, reported in enumerate(interface["via"].split("; ")):
            known = next((each for each in _readings(reported, interface) if each in self._named), None)
            name = (self._named[known], known) if known else (reported, f"field({identifier}; via)")
            said = said.plus(Text.of(", " * bool(place), name))
        return said

    @cached_property
    def _named(self) -> dict[str, str]:
        return names(self.scope.on.things("system"))

    def _note(self, interfaces: list[str]) -> Text:
        """Returns the interfaces of a line by name, each with the whole name of its standard and its own status."""
        said = NOTHING
        for place, identifier in enumerate(interfaces):
            name = self._interfaces[identifier]["name"] or identifier.partition(":")[2]
            claims = _few([Text.of((name, standard)) for standard, name in self._claims.get(identifier, [])])
            status = self.standing.get(identifier)
            said = said.plus(Text.of("; " * bool(place), (name, identifier), ", " * bool(claims))).plus(claims)
            said = said.plus(Text.of(f" ({status.word})")) if status else said
        return said

    # Words ------------------------------------------------------------------------------------------------------------

    def tallies(self) -> tuple[Tally, ...]:
        """Returns how many systems and interfaces are drawn and how many are not."""
        met = self.met
        systems, drawn = met.system_ids.len(), len(self._systems)
        interfaces, shown = met.interface_ids.len(), len(self._interfaces)
        mine = met.drawn_systems()
        return (
            tally("system", "systems", (drawn, many(mine)), (systems - drawn, many(f"{met.systems} and not ({mine})")), (systems, many(met.systems))),
            tally("interface", "interfaces", (shown, many(met.drawn_interfaces())),
                  (interfaces - shown, many(met.drawn_interfaces(but=True))), (interfaces, many(met.interfaces))),
        )  # fmt: skip

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        systems, interfaces = self.tallies()
        return Text.of(
            "Boxes for ", systems.drawn.span, " systems, grouped by the organisation that operates them, joined by arrows for ",
            interfaces.drawn.span, " interfaces from the system that offers data to the one that takes it. "
            "Each arrow names protocol and standard; its style and a word say how the claim of the standard stands.",
        )  # fmt: skip

    def footnotes(self) -> tuple[Text, ...]:
        """Returns the rules of drawing, printed on the picture."""
        met, standing = self.met, Text.of("A number before × says how many interfaces an arrow stands for.")
        if self.findings:
            standing = Text.of(
                "A plain line claims no standard; declared: said, not verified; retiring: the standard is deprecated. "
                "A number before × says how many interfaces an arrow stands for; it shows the worst standing of them."
            )
        left = NOTHING
        if not met.complete:
            left = Text.of(
                "Too many to read: drawn are systems with most interfaces to other organisations, then with most, then by id. "
            )
        loose = f"{met.interfaces} and not (+1({ENDS}) via:EXPOSES and +1({ENDS}) via:CONSUMES)"
        for what, selector in (("Without any interface: ", met.alone), ("An end not in the inventory: ", loose)):
            n = select_on(self.scope.on, selector).ids.len()
            noun = f" {plural(n, 'system' if selector == met.alone else 'interface')}, not drawn. "
            left = left.plus(Text.of(what, counted(n, many(selector)), noun)) if n else left
        return (standing, left) if left else (standing,)

    def tables(self) -> tuple[pl.DataFrame, ...]:
        """Returns the rows that are drawn, for the list of sources."""
        import polars as pl

        on = self.scope.on
        return (on.things("system").filter(pl.col("id").is_in(self.met.boxes)),
                on.things("interface").filter(pl.col("id").is_in(list(self._interfaces))))  # fmt: skip


def _by_id(table: pl.DataFrame, ids: list[str]) -> dict[str, dict[str, Any]]:
    import polars as pl

    return {row["id"]: row for row in table.filter(pl.col("id").is_in(ids)).iter_rows(named=True)}


def _readings(reported: str, interface: Mapping[str, Any]) -> Iterable[str]:
    """Yields the systems that a reported intermediary may be: of the body it names, else of the one that exposes."""
    owner, slash, name = reported.partition("/")
    if slash:
        yield f"system:{owner.strip().upper()}/{key_part(name)}"
    exposer = (interface["exposer"] or "").partition(":")[2].partition("/")[0]
    yield f"system:{exposer}/{key_part(reported)}"


def _joined(parts: Iterable[Text]) -> Text:
    said = NOTHING
    for part in parts:
        said = said.plus(Text.of(" · ")).plus(part) if said else part
    return said


def _distinct(texts: Iterable[Text]) -> list[Text]:
    found = {text.plain: text for text in reversed(list(texts))}
    return [found[plain] for plain in sorted(found)]


def _few(texts: list[Text]) -> Text:
    """Returns some texts as a list, the rest as "and more"."""
    said = NOTHING
    for place, text in enumerate(texts[:_NAMED]):
        said = said.plus(Text.of(", " * bool(place))).plus(text)
    return said.plus(Text.of(" and more")) if len(texts) > _NAMED else said


def _brief(name: str) -> str:
    """Returns the name of a standard without what it says in brackets; the tooltip has all of it."""
    return _BRACKETS.sub("", name).strip() or name


def _plain(name: str, code: str) -> str:
    return "" if name == code else name
