"""The capability map: what the organisations of a scope have live systems for, and how well those are supported.

Domains hold groups, groups hold capabilities. Each capability says how many of the documented organisations have a live
production system for it, how that is known, and the worst lifecycle state of what these systems run on. A capability
that nobody covers is drawn like the others: a gap is what the reader came to see.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from eamap.maps import facts
from eamap.maps.scope import LEAF, Scope, scope_of
from eamap.maps.wording import counted, listed, many, plural, sources, subtitle, tally, title, uncounted
from eamap.model.diagram import NOTHING, Block, Diagram, Nest, Status, Text
from eamap.model.estate import Estate
from eamap.model.refs.bodies import CERTAINTIES
from eamap.model.selector import EstateOn

if TYPE_CHECKING:
    import polars as pl

_OUTSIDE = "Named by sources, not in the capability model"
_REASONS = {"absent": Status.ABSENT, "withheld": Status.WITHHELD, "not-applicable": Status.NOT_APPLICABLE}


class CapabilityMap:
    """Draws capabilities as nested boxes."""

    name = "capability"
    checks = ("LIF001",)

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", verdicts: pl.DataFrame | None = None, findings: bool = True,
        marking: str = "", reference: Mapping[str, Mapping[str, Any]] | None = None, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the map of a selector (empty: of everything).

        ``verdicts`` is a table of what checks found (LIF001 is read); without it support reads "not assessed". Without
        ``findings`` nothing is said about support at all, as a public picture must not.
        """
        del options  # those of other maps
        scope = scope_of(EstateOn(estate, as_of), selector)
        drawing = _drawing(scope, verdicts, findings)
        blocks = drawing.domains()
        total = drawing.leaves.height
        tallies = (
            tally(
                "capability",
                "capabilities",
                (total, many(LEAF)),
                (0, f"count({LEAF}; after {total})"),
                (total, many(LEAF)),
            ),
        )
        says = "Organisations with a live system for each capability" + (
            ", and the worst support state of what it runs on." if findings else "."
        )
        return Diagram(
            title("Capability map", scope), self.name, Nest(blocks), tallies, marking, as_of, drawing.alt(),
            subtitle(says, scope, as_of), estate.version, sources(scope, drawing.tables(), reference or {}), drawing.footnotes(),
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    """Everything counted, by capability."""

    scope: Scope
    findings: bool
    assessed: bool
    leaves: pl.DataFrame
    bodies: Mapping[str, int]
    certain: Mapping[str, Mapping[str, int]]
    stated: Mapping[str, Mapping[str, int]]
    support: Mapping[str, Mapping[str, int]]
    untold: Mapping[str, int]
    """Systems that surely do it, and of which nobody says whether they are in use."""

    def domains(self) -> tuple[Block, ...]:
        """Returns the boxes of the model in its own order, and one for what is not in the model."""
        above = dict(self.scope.on.links("PART_OF").select("from", "to").collect().rows())
        table = self.scope.on.things("capability")
        inside: dict[str, list[str]] = defaultdict(list)
        leaf = set(self.leaves["id"])
        for identifier in table["id"].to_list():
            inside[above.get(identifier, "" if identifier in leaf else "top")].append(identifier)
        named = dict(table.select("id", "name").rows())
        tops = [self._group(each, named, inside, leaf) for each in inside["top"]]
        loose = tuple(self.leaf(each, named[each]) for each in inside[""])
        if loose:
            tops.append(Block("outside", Text.of(_OUTSIDE), blocks=loose))
        return tuple(top for top in tops if top is not None)

    def _group(
        self, identifier: str, named: Mapping[str, str], inside: Mapping[str, list[str]], leaf: set[str]
    ) -> Block | None:
        held = []
        for each in inside.get(identifier, ()):
            drawn = self.leaf(each, named[each]) if each in leaf else self._group(each, named, inside, leaf)
            held += [drawn] if drawn is not None else []
        return (
            Block(identifier, Text.of((named[identifier], identifier)), ref=identifier, blocks=tuple(held))
            if held
            else None
        )

    def leaf(self, identifier: str, name: str | None) -> Block:
        """Returns the box of one capability."""
        status, support = self._support(identifier)
        certainty = self._certainty(identifier)
        lines = (self._coverage(identifier), *((certainty,) if certainty else ()), *((support,) if support else ()))
        code = identifier.partition(":")[2]
        label = Text.of((name or code, identifier))
        return Block(identifier, label, "capability", status, lines, self._note(identifier, code), identifier)

    def doing(self, identifier: str) -> str:
        """Returns the selector of the systems that surely do a capability."""
        return f"{self.scope.systems} and {identifier}"

    def _coverage(self, identifier: str) -> Text:
        n = self.bodies.get(identifier, 0)
        among = f"organisations({self.doing(identifier)}; {self.scope.bodies})"
        told = len(self.scope.documented_ids)
        return Text.of(counted(n, among), " of ", counted(told, self.scope.documented), " organisations")

    def _certainty(self, identifier: str) -> Text:
        """Returns how many systems there are and how that is known; "possible" is never coverage."""
        found = self.certain.get(identifier, {})
        parts = [found.get(word, 0) for word in CERTAINTIES]
        surely, possible = sum(parts[:2]), parts[2]
        said = NOTHING
        if surely:
            said = Text.of(counted(surely, many(self.doing(identifier))), f" {plural(surely, 'system')}: ")
            known = [(n, word) for n, word in zip(parts[:2], CERTAINTIES) if n]
            for place, (n, word) in enumerate(known):
                said = said.plus(Text.of(", " * bool(place), counted(n, self._as(word, identifier)), f" {word}"))
        if possible:
            said = said.plus(
                Text.of("; " * bool(said), counted(possible, self._as("possible", identifier)), " possible")
            )
        return said

    def _as(self, word: str, identifier: str) -> str:
        return f"certainty({word}; {self.scope.systems}; {identifier})"

    def _support(self, identifier: str) -> tuple[Status, Text]:
        """Returns the worst state of the components of a capability's systems, or why there is none to tell."""
        if not self.bodies.get(identifier) and not self._any(identifier):
            return self._gap(identifier)
        if not self.findings:
            return Status.LIVE, NOTHING
        found = self.support.get(identifier, {})
        total = sum(found.values())
        if not total:
            return Status.NOT_ASSESSED, Text.of("no component in the inventory")
        components = f"kind:component and +1({self.doing(identifier)}) via:RUNS_ON"
        of = Text.of(" of ", counted(total, many(components)), f" {plural(total, 'component')}")
        if not self.assessed:
            return Status.NOT_ASSESSED, Text.of("not assessed: ", counted(total, many(components))).plus(of)
        for word, status, verdicts in _WORST:
            n = sum(found.get(verdict, 0) for verdict in verdicts.split("|"))
            if n:
                ref = f"verdicts(LIF001; {verdicts}; {components})"
                return status, Text.of(f"{word}: ", counted(n, ref)).plus(of)
        raise AssertionError("a component has one of the five verdicts")

    def _any(self, identifier: str) -> bool:
        found = self.certain.get(identifier, {})
        return any(found.get(word) for word in facts.SURE)

    def _gap(self, identifier: str) -> tuple[Status, Text]:
        """Returns why nobody covers a capability: stated to be absent, withheld, or never told."""
        said = self.stated.get(identifier, {})
        for reason, status in _REASONS.items():
            n = said.get(reason, 0)
            if n:
                return status, Text.of(
                    f"stated {reason.replace('-', ' ')}: ", counted(n, self._reason(reason, identifier))
                )
        n = self.untold.get(identifier, 0)
        if n:
            ref = many(f"{self.scope.untold} and {identifier}")
            return Status.UNKNOWN, Text.of(counted(n, ref), f" {plural(n, 'system')} whose use is not stated")
        return Status.UNKNOWN, Text.of("not in the inventory")

    def _reason(self, reason: str, identifier: str) -> str:
        return f"organisations(kind:absence and reason:{reason} and {identifier}; {self.scope.bodies})"

    def _note(self, identifier: str, code: str) -> Text:
        """Returns what the tooltip adds: the code, and who states that there is nothing."""
        note = Text.of((code, identifier))
        for reason in _REASONS:
            n = self.stated.get(identifier, {}).get(reason, 0)
            if n:
                note = note.plus(
                    Text.of(f", stated {reason.replace('-', ' ')} by ", counted(n, self._reason(reason, identifier)))
                )
        return note

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        covered = [each for each in self.leaves["id"].to_list() if self.bodies.get(each)]
        total, told = self.leaves.height, len(self.scope.documented_ids)
        ref = many(f"{LEAF} and ({listed(covered)})") if covered else many(f"{LEAF} and not {LEAF}")
        first = Text.of("Nested boxes for ", counted(total, many(LEAF)), " capabilities, each with the number of organisations, of ",
                        counted(told, self.scope.documented), " documented, that have a live production system for it. ")  # fmt: skip
        return first.plus(
            Text.of(
                "At least one organisation covers ",
                counted(len(covered), ref),
                " of them; the others are drawn as gaps.",
            )
        )

    def footnotes(self) -> tuple[Text, ...]:
        """Returns the rules of counting, printed on the picture."""
        everyone, told = self.scope.body_ids.len(), len(self.scope.documented_ids)
        who = Text.of("Organisations: ", counted(told, self.scope.documented), " of ", counted(everyone, many(self.scope.bodies)),
                      " in scope are documented (a system or a stated absence). Only live production systems count; "
                      "possible (a suite's module, not confirmed) is not coverage.")  # fmt: skip
        return who, *uncounted(self.scope)

    def tables(self) -> tuple[pl.DataFrame, ...]:
        """Returns the rows that are drawn, for the list of sources."""
        import polars as pl

        ids = self.scope.system_ids.implode()
        systems = self.scope.on.things("system").filter(pl.col("id").is_in(ids))
        components = self.scope.on.things("component").filter(pl.col("system").is_in(ids))
        return systems, components, self.scope.absences


_WORST = (
    ("expired", Status.EXPIRED, "fail"),
    ("not assessed", Status.NOT_ASSESSED, "unknown|error|not-applicable"),
    ("supported", Status.SUPPORTED, "pass"),
)


def _drawing(scope: Scope, verdicts: pl.DataFrame | None, findings: bool) -> _Drawing:
    import polars as pl

    done = facts.does(scope, scope.system_ids)
    untold = facts.sure(facts.does(scope, scope.untold_ids)).group_by("capability").len()
    reach = (
        facts.sure(done).join(scope.held, on="system").group_by("capability").agg(pl.col("body").n_unique().alias("n"))
    )
    certain = done.group_by("capability", "certainty").agg(pl.len().alias("n"))
    stated = (
        scope.absences.drop_nulls("capability")
        .group_by("capability", "reason")
        .agg(pl.col("organisation").n_unique().alias("n"))
    )
    support = facts.supports(scope, done, verdicts)
    assessed = verdicts is not None and bool((verdicts["check"] == "LIF001").any())
    return _Drawing(
        scope,
        findings,
        assessed,
        facts.leaves(scope),
        dict(reach.rows()),
        _nested(certain),
        _nested(stated),
        _nested(support),
        dict(untold.rows()),
    )


def _nested(table: pl.DataFrame) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for first, second, n in table.iter_rows():
        found[first][second] = n
    return found
