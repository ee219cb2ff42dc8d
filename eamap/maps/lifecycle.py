"""The lifecycle map: the systems of a scope by capability and organisation, and how what they run on is supported.

Each system shows the state of its worst component and names it. A system does several things and stands once, under the
first of its capabilities in the order of the model; what nobody knows is drawn as unknown, never as supported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.maps import facts
from eamap.maps.scope import Scope, scope_of
from eamap.maps.wording import counted, many, names, plural, short, sources, subtitle, tally, title, uncounted
from eamap.model.diagram import Block, Diagram, Nest, Status, Text
from eamap.model.estate import Estate
from eamap.model.selector import EstateOn
from eamap.model.support import UNCERTAIN, UNKNOWN, UNSUPPORTED, WORDS, WORST_FIRST
from eamap.model.support import Status as Standing

if TYPE_CHECKING:
    import polars as pl

_DRAWN = {
    **dict.fromkeys(UNSUPPORTED, Status.EXPIRED),
    Standing.EXTENDED_ENTITLED: Status.EXTENDED_SUPPORT,
    Standing.SUPPORT_ENDING: Status.SUPPORT_ENDING,
    Standing.SUPPORTED: Status.SUPPORTED,
    Standing.NO_EOL_PUBLISHED: Status.SUPPORTED,
    Standing.NOT_SOFTWARE: Status.NOT_APPLICABLE,
}
"""How a standing is drawn; every other one says that nothing is known."""
_COUNTED = (("past support", "unsupported", "fail"), ("not known", "unknown", "unknown"))
_NO_CAPABILITY = "What they do is not known"
_NOBODY = "Nobody is named who runs them"


class LifecycleMap:
    """Draws systems in boxes of capabilities and organisations, each with its worst component."""

    name = "lifecycle"
    checks = ("LIF001",)

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", support: pl.DataFrame | None = None,
        verdicts: pl.DataFrame | None = None, marking: str = "", reference: Mapping[str, Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the map of a selector (empty: of everything).

        ``support`` is the table of :func:`eamap.interpret.support.support` and ``verdicts`` what checks found (LIF001 is
        read, so that each date leads to its evidence); without the first every system reads "not assessed".
        """
        del options  # those of other maps
        scope = scope_of(EstateOn(estate, as_of), selector)
        drawing = _drawing(scope, support, verdicts)
        blocks = drawing.domains()
        total = scope.system_ids.len()
        drawn = (total, many(scope.systems))
        counts = (tally("system", "systems", drawn, (0, f"count({scope.systems}; after {total})"), drawn),)
        says = "Live production systems by capability and organisation, with the worst component of each."
        return Diagram(
            title("Lifecycle map", scope), self.name, Nest(blocks), counts, marking, as_of, drawing.alt(),
            subtitle(says, scope, as_of), estate.version, sources(scope, drawing.tables(), reference or {}),
            drawing.footnotes(),
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    """What is drawn of each system: where it stands, and its worst component."""

    scope: Scope
    assessed: bool
    places: Mapping[str, tuple[str, str]]
    """Organisation and capability of each system; empty where nobody says."""
    worst: Mapping[str, Mapping[str, Any]]
    """The worst component of each system that has any, with how many it has, are unsupported and unknown."""
    findings: Mapping[str, str]

    def domains(self) -> tuple[Block, ...]:
        """Returns the boxes of the domains of capabilities in the order of the model, what is not known last."""
        inside: dict[str, list[str]] = defaultdict(list)
        for system, (_, capability) in sorted(self.places.items()):
            inside[self._domain(capability)].append(system)
        order = {identifier: place for place, identifier in enumerate(self.scope.on.things("capability")["id"])}
        ordered = sorted(inside, key=lambda each: order.get(each, len(order)))
        return tuple(self._block(each, inside[each]) for each in ordered)

    def _block(self, domain: str, systems: list[str]) -> Block:
        label = Text.of((self._capabilities.get(domain, domain), domain)) if domain else Text.of(_NO_CAPABILITY)
        inside: dict[str, list[str]] = defaultdict(list)
        for system in systems:
            inside[self.places[system][0]].append(system)
        bodies = sorted(inside, key=lambda body: (not body, body))
        held = tuple(self._organisation(domain, body, inside[body]) for body in bodies)
        return Block(domain or "no capability", label, ref=domain, blocks=held)

    def _organisation(self, domain: str, body: str, systems: list[str]) -> Block:
        code = body.partition(":")[2]
        # A code that no list of organisations knows is stated by the row of the system alone.
        ref = body if body in self._bodies else systems[0]
        label = Text.of((f"{code} {short(self._bodies.get(body, ''))}".rstrip(), ref)) if body else Text.of(_NOBODY)
        boxes = tuple(self._system(system) for system in systems)
        return Block(f"{domain} {body}", label, ref=ref if body else "", blocks=boxes)

    def _domain(self, capability: str) -> str:
        while capability in self._above:
            capability = self._above[capability]
        return capability

    @cached_property
    def _above(self) -> dict[str, str]:
        return dict(self.scope.on.links("PART_OF").select("from", "to").collect().rows())

    @cached_property
    def _capabilities(self) -> dict[str, str]:
        return names(self.scope.on.things("capability"))

    @cached_property
    def _bodies(self) -> dict[str, str]:
        return names(self.scope.on.things("organisation"))

    @cached_property
    def _systems(self) -> dict[str, str]:
        return names(self.scope.on.things("system"))

    def _system(self, system: str) -> Block:
        status, lines = self._state(system)
        capability = self.places[system][1]
        does = (Text.of((self._capabilities[capability], capability)),) if capability else ()
        return Block(system, Text.of((self._systems[system], system)), "system", status, (*does, *lines), ref=system)

    def _state(self, system: str) -> tuple[Status, tuple[Text, ...]]:
        worst = self.worst.get(system)
        if worst is None:
            return Status.NOT_ASSESSED, (Text.of("no component in the inventory"),)
        if not self.assessed:
            return Status.NOT_ASSESSED, (Text.of("not assessed"),)
        standing = Standing(worst["status"])
        status = _DRAWN.get(standing, Status.UNKNOWN)
        return status, (Text.of(WORDS[standing]), self._component(worst), *self._counts(system, worst))

    def _component(self, worst: Mapping[str, Any]) -> Text:
        """Returns the words of the source for the worst component, with the day its support ended where that is shown."""
        said = Text.of((worst["raw"] or "not stated", worst["id"]))
        finding = self.findings.get(worst["id"])
        day = worst["eol_worst"]
        return said.plus(Text.of(", ended ", (day, finding))) if finding and day and day[0].isdigit() else said

    def _counts(self, system: str, worst: Mapping[str, Any]) -> tuple[Text, ...]:
        """Returns how many components are past support, or else unknown, of how many; nothing where there are none."""
        for word, column, verdict in _COUNTED:
            if worst[column]:
                components = f"kind:component and +1{system} via:RUNS_ON"
                n = counted(worst[column], f"verdicts(LIF001; {verdict}; {components})")
                every = counted(worst["components"], many(components))
                return (Text.of(f"{word}: ", n, " of ", every, f" {plural(worst['components'], 'component')}"),)
        return ()

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        total = self.scope.system_ids.len()
        return Text.of(
            "Boxes for domains of capabilities and the organisations in them hold ", counted(total, many(self.scope.systems)), " systems; "
            "each says how the worst component it runs on is supported by its vendor, and names that component.",
        )  # fmt: skip

    def footnotes(self) -> tuple[Text, ...]:
        """Returns the rules of drawing, printed on the picture."""
        return (
            Text.of("A system stands once, under the first of its capabilities. Its state is that of its worst component; what cannot be "
                    "matched or lacks a fact is unknown, never supported. Extended support counts only with proof that it was bought."),
            *uncounted(self.scope),
        )  # fmt: skip

    def tables(self) -> tuple[pl.DataFrame, ...]:
        """Returns the rows that are drawn, for the list of sources."""
        import polars as pl

        ids = self.scope.system_ids.implode()
        systems = self.scope.on.things("system").filter(pl.col("id").is_in(ids))
        return systems, self.scope.on.things("component").filter(pl.col("system").is_in(ids))


def _drawing(scope: Scope, support: pl.DataFrame | None, verdicts: pl.DataFrame | None) -> _Drawing:
    components = scope.on.things("component") if support is None else support
    worst = {row["system"]: row for row in _worst(scope, components).iter_rows(named=True)}
    return _Drawing(scope, support is not None, _places(scope), worst, _findings(verdicts))


def _places(scope: Scope) -> dict[str, tuple[str, str]]:
    import polars as pl

    operators = scope.on.links("OPERATES").select(system="to", body="from").unique("system", keep="first").collect()
    order = scope.on.things("capability").select(capability="id").with_row_index("order")
    first = (
        facts.sure(facts.does(scope, scope.system_ids))
        .join(order, on="capability", how="left")
        .sort("system", "order", nulls_last=True)
        .unique("system", keep="first", maintain_order=True)
    )
    table = (
        scope.system_ids.alias("system").to_frame()
        .join(operators, on="system", how="left")
        .join(first.select("system", "capability"), on="system", how="left")
        .select("system", pl.col("body").fill_null(""), pl.col("capability").fill_null(""))
    )  # fmt: skip
    return {system: (body, capability) for system, body, capability in table.iter_rows()}


def _worst(scope: Scope, components: pl.DataFrame) -> pl.DataFrame:
    """Returns the worst component of each system in scope, with the numbers of its components, unsupported and unknown ones."""
    import polars as pl

    mine = components.filter(pl.col("system").is_in(scope.system_ids.implode()))
    if "status" not in mine.columns:
        mine = mine.with_columns(status=pl.lit(None, pl.String), eol_worst=pl.lit(None, pl.String))
    order = {standing.value: place for place, standing in enumerate(WORST_FIRST)}
    several = {"unsupported": UNSUPPORTED, "unknown": (*UNCERTAIN, *UNKNOWN)}
    numbers = {name: pl.col("status").is_in([*those]).sum().over("system") for name, those in several.items()}
    ranked = mine.with_columns(
        order=pl.col("status").replace_strict(order, default=None, return_dtype=pl.Int32),
        components=pl.len().over("system"),
        **numbers,
    )
    return ranked.sort("system", "order", "eol_worst", "id", nulls_last=True).unique("system", keep="first")


def _findings(verdicts: pl.DataFrame | None) -> dict[str, str]:
    """Returns the finding of each component that LIF001 failed."""
    import polars as pl

    if verdicts is None:
        return {}
    failed = verdicts.filter((pl.col("check") == "LIF001") & (pl.col("verdict") == "fail"))
    return dict(failed.select("subject", "fingerprint").iter_rows())
