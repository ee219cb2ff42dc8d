"""The supplier map: who supplies each group of capabilities, to how many organisations, and in how few hands that is.

Domains hold groups; a group says how many organisations have a live system for any of it with a known supplier, who the
largest suppliers are, and whether supply is concentrated, moderate or varied. Where so few organisations are known that
any answer would read as concentrated, the map does not say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.analysis.market.holdings import Holdings, holdings
from eamap.analysis.market.suppliers import concentration, shares_of
from eamap.maps.scope import scope_of
from eamap.maps.wording import counted, names, plural, sources, subtitle, title, uncounted
from eamap.model.diagram import Block, Count, Diagram, Nest, Status, Tally, Text
from eamap.model.estate import Estate
from eamap.model.refs import Ref
from eamap.model.selector import EstateOn
from eamap.reference import market

if TYPE_CHECKING:
    import polars as pl

    from eamap.maps.scope import Scope
    from eamap.reference.market import Market

SHOWN = 3
"""How many suppliers a group names."""
_OPTIONS = "by=group"
_OUTSIDE = "Not in the capability model"
_KIND = "capability-group"
_GROUP = "kind:capability and not level:1 and not level:3"


class SupplierMap:
    """Draws groups of capabilities as nested boxes that name their suppliers."""

    name = "suppliers"
    checks = ()

    def draw(
        self, estate: Estate, as_of: date, *, selector: str = "", marking: str = "",
        reference: Mapping[str, Mapping[str, Any]] | None = None, folder: Path | None = None, **options: Any,
    ) -> Diagram:  # fmt: skip
        """Draws the map of a selector (empty: of everything); ``folder`` is a folder of reference sets that replace the shipped."""
        del options  # those of other maps
        scope = scope_of(EstateOn(estate, as_of), selector)
        drawing = _Drawing(scope, holdings(scope.on, selector, by_group=True, reference=folder), market.load(folder))
        return Diagram(
            title("Supplier map", scope), self.name, Nest(drawing.domains()), (drawing.tally(),), marking, as_of, drawing.alt(),
            subtitle("Who supplies each group of capabilities, and in how few hands that is.", scope, as_of), estate.version,
            sources(scope, drawing.tables(), reference or {}), drawing.footnotes(),
        )  # fmt: skip


@dataclass(frozen=True)
class _Drawing:
    """Everything counted, by group, and the refs that count it again."""

    scope: Scope
    held: Holdings
    market: Market

    @cached_property
    def groups(self) -> dict[str, dict[str, Any]]:
        """The groups with a known supplier, by id."""
        rows = concentration(self.held, "group")
        return {row["capability"]: row for row in rows.iter_rows(named=True) if row["n"]}

    @cached_property
    def shares(self) -> dict[str, list[dict[str, Any]]]:
        """The suppliers of each group, those with the most organisations first, in-house apart from them last."""
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        rows = shares_of(self.held).sort("organisations", "supplier", descending=[True, False])
        for row in rows.iter_rows(named=True):
            if row["supplier"].startswith("supplier:"):
                found[row["capability"]].append(row)
        return found

    @cached_property
    def _named(self) -> dict[str, str]:
        return names(self.scope.on.things("capability")) | names(self.scope.on.things("supplier"))

    def ref(self, figure: str, key: str, table: str = "suppliers") -> str:
        """Returns the ref of a figure of a group."""
        selector = self.held.selector
        return str(Ref("market", (table, figure, key, selector, _OPTIONS)))

    def domains(self) -> tuple[Block, ...]:
        """Returns a box a domain, in the order of the model, with its groups."""
        above = dict(self.scope.on.links("PART_OF").select("from", "to").collect().rows())
        inside: dict[str, list[Block]] = defaultdict(list)
        for identifier, row in self.groups.items():
            inside[above.get(identifier, "")].append(self._group(identifier, row))
        order = [each for each in self.scope.on.things("capability")["id"].to_list() if each in inside]
        found = [
            Block(each, Text.of((self._named[each], each)), ref=each, blocks=tuple(inside[each])) for each in order
        ]
        return (*found, *([Block("outside", Text.of(_OUTSIDE), blocks=tuple(inside[""]))] if "" in inside else []))

    def _group(self, identifier: str, row: dict[str, Any]) -> Block:
        key = row["key"]
        n, suppliers = (counted(row[each], self.ref(each, key)) for each in ("n", "suppliers"))
        status = self.status(row)
        head = Text.of(
            n, f" {plural(row['n'], 'organisation')}, ", suppliers, f" {plural(row['suppliers'], 'supplier')}"
        )
        says = Text.of("too few organisations to tell")
        if status is not Status.TOO_FEW:
            says = Text.of(f"{status.word}: HHI ", (f"{row['hhi']:.4f}".rstrip("0").rstrip("."), self.ref("hhi", key)))
        lines = (head, says, *(self._supplier(each) for each in self.shares[identifier][:SHOWN]))
        note = Text.of("effective number ", (f"{row['n_eff']:.4f}".rstrip("0").rstrip("."), self.ref("n_eff", key)), "; in-house is a supplier of its "
                       "own in each organisation")  # fmt: skip
        return Block(identifier, Text.of((self._named[identifier], identifier)), _KIND, status, lines, note, identifier)

    def _supplier(self, row: dict[str, Any]) -> Text:
        supplier, n = row["supplier"], row["organisations"]
        name = self._named.get(supplier, supplier.partition(":")[2])
        return Text.of((name, supplier), ": ", counted(n, self.ref("organisations", row["key"], "suppliers shares")))

    def status(self, row: dict[str, Any]) -> Status:
        """Returns how concentrated a group is; too few where nothing else than concentrated could come out."""
        low, high = (self.market.line(f"hhi-{each}") for each in ("concentrated", "highly-concentrated"))
        if row["n"] * high < 1:
            return Status.TOO_FEW
        return Status.CONCENTRATED if row["hhi"] > high else Status.MODERATE if row["hhi"] > low else Status.VARIED

    def tally(self) -> Tally:
        """Returns how many groups of the model are drawn, and how many have no known supplier."""
        every = self.scope.on.things("capability")
        model = every.filter(every["level"] == "2") if "level" in every.columns else every.clear()
        mine = set(self.groups) - set(model["id"].to_list())
        total = model.height + len(mine)
        text = f"{_GROUP} and (level:2{''.join(f' or {each}' for each in sorted(mine))})"
        drawn = " or ".join(sorted(self.groups)) or "not kind:capability"
        selectors = (f"{_GROUP} and ({drawn})", f"{text} and not ({drawn})", text)
        counts = zip((len(self.groups), total - len(self.groups), total), selectors, strict=True)
        return Tally(_KIND, "groups of capabilities", *(Count(n, _count(selector)) for n, selector in counts))

    def alt(self) -> Text:
        """Returns what the picture tells a person who does not see it."""
        held = self.tally()
        kinds = [self.status(row) for row in self.groups.values()]
        said = Text.of(
            "Boxes for ",
            held.drawn.span,
            " groups of capabilities inside their domains, each with its number of organisations and largest suppliers. ",
        )
        words = [each.word for each in (Status.CONCENTRATED, Status.MODERATE, Status.VARIED) if each in kinds]
        return said.plus(
            Text.of(
                f"Supply reads {', '.join(words)}, by the group."
                if words
                else "No group has enough organisations to say how concentrated it is."
            )
        )

    def footnotes(self) -> tuple[Text, ...]:
        """Returns the rules of counting, printed on the picture."""
        return (
            Text.of("The number after a supplier is of organisations; one may have several suppliers in a group. HHI is the sum of squared "
                    "shares of suppliers, each organisation weighing the same; the words go by the lines of the reference set market. Only live "
                    "production systems count, and what they surely do. All care settings are together here, and brands are not their "
                    "owners: eamap suppliers tells them apart."),
            *uncounted(self.scope),
        )  # fmt: skip

    def tables(self) -> tuple[pl.DataFrame, ...]:
        """Returns the rows that are drawn, for the list of sources."""
        import polars as pl

        return (self.scope.on.things("system").filter(pl.col("id").is_in(self.held.live["system"].unique().implode())),)


def _count(selector: str) -> str:
    from eamap.model.refs import count_ref

    return count_ref(selector)
