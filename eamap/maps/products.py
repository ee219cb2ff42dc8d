"""The map of products: which of them the organisations of a scope use for the same capability.

A matrix of capabilities for which at least two organisations have a known product, against organisations. It shows
variety and orders nothing: whether something should be done once is a question for more than the number of products.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.maps import facts
from eamap.maps.scope import LEAF, Scope, scope_of
from eamap.maps.wording import counted, listed, many, names, plural, short, sources, subtitle, tally, title, uncounted
from eamap.model.diagram import NOTHING, Bar, Cell, Diagram, Heading, Matrix, Status, Tally, Text
from eamap.model.estate import Estate
from eamap.model.selector import EstateOn

if TYPE_CHECKING:
    import polars as pl

_FEWEST = 2
_ALL = "all"
_REASONS = {
    "absent": Status.ABSENT,
    "withheld": Status.WITHHELD,
    "not-applicable": Status.NOT_APPLICABLE,
    "unknown": Status.UNKNOWN,
}


class ProductMap:
    """Draws capability by organisation with the number of products."""

    name = "products"
    checks = ()

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", marking: str = "",
        reference: Mapping[str, Mapping[str, Any]] | None = None, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the map of a selector (empty: of everything); it tells no findings, so verdicts change nothing."""
        del options  # those of other maps
        scope = scope_of(EstateOn(estate, as_of), selector)
        drawing = InCommon(scope)
        body = Matrix(drawing.rows(), drawing.columns(), drawing.cells(), drawing.bars())
        return Diagram(
            title("Products", scope), self.name, body, drawing.tallies(), marking, as_of, drawing.alt(),
            subtitle("How many different products organisations use for the same capability.", scope, as_of), estate.version,
            sources(scope, drawing.tables(), reference or {}), drawing.footnotes(),
        )  # fmt: skip


@dataclass(frozen=True)
class InCommon:
    """What organisations of a scope have products for in common, counted, and the refs that count it again."""

    scope: Scope

    @cached_property
    def done(self) -> pl.DataFrame:
        """Who does what with which system: ``body``, ``system``, ``capability``."""
        held = self.scope.held
        return (
            facts.sure(facts.does(self.scope, self.scope.system_ids))
            .join(held, on="system")
            .select("body", "system", "capability")
        )

    @cached_property
    def used(self) -> pl.DataFrame:
        """The rows of ``done`` whose product is known, with ``product``."""
        return self.done.join(facts.products(self.scope), on="system")

    @cached_property
    def shown(self) -> pl.DataFrame:
        """The capabilities that are rows: id, name and number of organisations with a known product, by id."""
        import polars as pl

        reach = (
            self.used.group_by("capability").agg(pl.col("body").n_unique().alias("n")).filter(pl.col("n") >= _FEWEST)
        )
        return facts.leaves(self.scope).join(reach, left_on="id", right_on="capability").sort("id")

    @cached_property
    def bodies(self) -> list[str]:
        """The organisations that are columns: the documented ones, by code."""
        return self.scope.documented_ids

    @cached_property
    def _named(self) -> dict[str, str]:
        return names(self.scope.on.things("organisation"))

    def rows(self) -> tuple[Heading, ...]:
        """Returns a heading a capability, under the name of its domain."""
        above = dict(self.scope.on.links("PART_OF").select("from", "to").collect().rows())
        named = names(self.scope.on.things("capability"))
        found = []
        for identifier in self.shown["id"].to_list():
            top = identifier
            while top in above:
                top = above[top]
            group = Text.of((named[top], top)) if top != identifier else Text.of("Not in the capability model")
            label = Text.of((f"{identifier.partition(':')[2]} {named[identifier]}", identifier))
            found.append(Heading(identifier, label, "capability", group, ref=identifier))
        return tuple(found)

    def columns(self) -> tuple[Heading, ...]:
        """Returns a heading an organisation, and one for the total."""
        heads = [self._column(identifier) for identifier in self.bodies]
        return (
            *heads,
            Heading(_ALL, Text.of("all together"), note=Text.of("different products over all organisations")),
        )

    def _column(self, identifier: str) -> Heading:
        code, name = identifier.partition(":")[2], self._named.get(identifier, "")
        return Heading(
            identifier,
            Text.of((f"{code} {short(name)}", identifier)),
            "organisation",
            note=Text.of((name, identifier)),
            ref=identifier,
        )

    def cells(self) -> tuple[Cell, ...]:
        """Returns what each organisation has for each capability, and the total of each row."""
        import polars as pl

        shown = self.shown["id"].implode()
        known = self.used.filter(pl.col("capability").is_in(shown))
        products = {(row[0], row[1]): row[2:] for row in _grouped(known, ["capability", "body"]).iter_rows()}
        having = (
            self.done.filter(pl.col("capability").is_in(shown)).group_by("capability", "body").agg(pl.len().alias("n"))
        )
        systems = {(row, body): n for row, body, n in having.iter_rows()}
        found = [
            self._cell(row, body, n, products.get((row, body), (0, []))) for (row, body), n in sorted(systems.items())
        ]
        stated = self._stated(set(systems))
        totals = [self._total(row, n) for row, n, _ in _grouped(known, ["capability"]).iter_rows()]
        return (*found, *stated, *totals)

    def _cell(self, row: str, body: str, systems: int, products: tuple[int, list[str]]) -> Cell:
        here = f"{self.scope.systems} and {row} and +1{body} via:OPERATES,USES"
        n, listed_products = products
        note = Text.of(counted(systems, many(here)), f" live {plural(systems, 'system')}")
        if not n:
            return Cell(
                row,
                body,
                Text.of("?"),
                "",
                Status.UNKNOWN,
                note.plus(Text.of(", product not stated")),
                f"distinct(product; {here})",
            )
        status = Status.SINGLE if n == 1 else Status.SEVERAL
        ref = f"distinct(product; {here})"
        return Cell(
            row,
            body,
            Text.of(counted(n, ref)),
            "",
            status,
            note.plus(Text.of(": ")).plus(self._products(listed_products)),
            ref,
        )

    @cached_property
    def _product_names(self) -> dict[str, str]:
        return names(self.scope.on.things("product"))

    def _products(self, ids: list[str]) -> Text:
        said = NOTHING
        for place, identifier in enumerate(sorted(ids)):
            known = identifier in self._product_names
            name = (
                (self._product_names[identifier], identifier)
                if known
                else (identifier, many("kind:system and has:product"))
            )
            said = said.plus(Text.of(", " * bool(place), name))
        return said

    def _stated(self, filled: set[tuple[str, str]]) -> list[Cell]:
        """Returns the cells of organisations that say they have nothing, or will not say; a live system goes before."""
        found: dict[tuple[str, str], Cell] = {}
        shown = set(self.shown["id"])
        told = ("capability", "organisation", "reason", "id", "system_type")
        rows = self.scope.absences.drop_nulls("capability").select(told).sort("id")
        for capability, body, reason, identifier, system_type in rows.iter_rows():
            place = (capability, body)
            if capability in shown and place not in filled and place not in found:
                note = Text.of("stated of ", (system_type, identifier)) if system_type else NOTHING
                found[place] = Cell(capability, body, NOTHING, "", _REASONS[reason], note, identifier)
        return [found[place] for place in sorted(found)]

    def _total(self, row: str, n: int) -> Cell:
        everyone = f"{self.scope.systems} and {row} and +1({self.scope.bodies}) via:OPERATES,USES"
        ref = f"distinct(product; {everyone})"
        return Cell(row, _ALL, Text.of(counted(n, ref)), "", None, Text.of(plural(n, "different product")), ref)

    def bars(self) -> tuple[Bar, ...]:
        """Returns the systems that several organisations work with, joined across their columns."""
        import polars as pl

        shared = self.done.filter(pl.col("capability").is_in(self.shown["id"].implode()))
        shared = (
            shared.group_by("capability", "system")
            .agg(pl.col("body").unique().sort())
            .filter(pl.col("body").list.len() >= _FEWEST)
        )
        named = names(self.scope.on.things("system"))
        return tuple(
            Bar(
                f"{capability} {system}",
                capability,
                tuple(bodies),
                Text.of((named[system], system)),
                "",
                note=self._who(system, len(bodies)),
                ref=system,
            )
            for capability, system, bodies in shared.sort("capability", "system").iter_rows()
        )

    def _who(self, system: str, n: int) -> Text:
        return Text.of(
            "one instance, used by ", counted(n, f"organisations({system}; {self.scope.bodies})"), " organisations"
        )

    @cached_property
    def capabilities(self) -> Tally:
        """How many capabilities are rows and how many are not."""
        rows, every = self.shown.height, facts.leaves(self.scope).height
        mine = f"{LEAF} and ({listed(self.shown['id'])})" if rows else f"{LEAF} and not kind:capability"
        rest = f"{LEAF} and not ({listed(self.shown['id'])})" if rows else LEAF
        return tally("capability", "capabilities", (rows, many(mine)), (every - rows, many(rest)), (every, many(LEAF)))

    def tallies(self) -> tuple[Tally, ...]:
        """Returns how many capabilities and organisations are drawn and how many are not."""
        there, told = self.scope.body_ids.len(), len(self.bodies)
        return (
            self.capabilities,
            tally(
                "organisation",
                "organisations",
                (told, self.scope.documented),
                (there - told, self._untold()),
                (there, many(self.scope.bodies)),
            ),
        )

    def _untold(self) -> str:
        drawn = listed(self.bodies)
        return many(f"{self.scope.bodies} and not ({drawn})" if drawn else self.scope.bodies)

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        capabilities, organisations = self.tallies()
        return Text.of(
            "A table of ", capabilities.drawn.span, " capabilities against ", organisations.drawn.span, " organisations; each cell is "
            "the number of different products in live use. A line through several columns is one system that these organisations share.",
        )  # fmt: skip

    def footnotes(self) -> tuple[Text, ...]:
        """Returns the rules of counting, printed on the picture."""
        return (
            Text.of("Rows: capabilities for which at least two organisations have a known product; the others are not shown. Blank: not in "
                    "the inventory. Only live production systems count. Columns: documented organisations, by code. "
                    "Different product does not mean different process, nor the same product the same."),
            *uncounted(self.scope),
        )  # fmt: skip

    def tables(self) -> tuple[pl.DataFrame, ...]:
        """Returns the rows that are drawn, for the list of sources."""
        import polars as pl

        systems = self.scope.on.things("system").filter(pl.col("id").is_in(self.done["system"].unique().implode()))
        return systems, self.scope.absences


def _grouped(used: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    import polars as pl

    return (
        used.group_by(by)
        .agg(pl.col("product").n_unique().alias("n"), pl.col("product").unique().sort().alias("products"))
        .sort(by)
    )
