"""What a map is about: the systems and organisations that a selector means, and the selectors that count them again.

The selectors here are the refs of the numbers on a map, so they are the definitions as well: what counts as in use, whose
organisations are meant, who is documented.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.analysis.market.holdings import IN_USE
from eamap.model.diagram import Text
from eamap.model.ids import organisation_code, thing_id
from eamap.model.refs import count_ref
from eamap.model.selector import EstateOn, parse_expression, select_on
from eamap.model.selector.grammar import Attached

if TYPE_CHECKING:
    import polars as pl

EVERYTHING = "kind:*"
NOT_TOLD = "kind:system and (unknown:environment or unknown:status)"
"""Systems of which nobody says whether they are in use."""
LEAF = "kind:capability and not level:1 and not level:2"


@dataclass(frozen=True)
class Scope:
    """An estate on a day, and the part of it that a selector (empty: all of it) selects."""

    on: EstateOn
    text: str = ""

    @property
    def _within(self) -> str:
        return f" and ({self.text})" if self.text else ""

    @property
    def systems(self) -> str:
        """The live production systems in scope."""
        return IN_USE + self._within

    @property
    def untold(self) -> str:
        """The systems in scope that are not counted because nobody says whether they are in use."""
        return NOT_TOLD + self._within

    @cached_property
    def bodies(self) -> str:
        """The organisations in scope: those selected, else those that operate or use what is selected."""
        direct = f"kind:organisation{self._within}"
        if not self.text or select_on(self.on, direct).ids.len():
            return direct
        return f"kind:organisation and (kind:system and ({self.text}))+1 via:OPERATES,USES"

    @property
    def documented(self) -> str:
        """The ref of how many organisations in scope have any system or state an absence."""
        return f"organisations(kind:system or kind:absence; {self.bodies})"

    @cached_property
    def body_ids(self) -> pl.Series:
        """The ids of the organisations in scope, sorted."""
        return select_on(self.on, self.bodies).ids

    @cached_property
    def system_ids(self) -> pl.Series:
        """The ids of the live production systems in scope, sorted."""
        return select_on(self.on, self.systems).ids

    @cached_property
    def untold_ids(self) -> pl.Series:
        """The ids of the systems in scope of which nobody says whether they are in use, sorted."""
        return select_on(self.on, self.untold).ids

    @cached_property
    def held(self) -> pl.DataFrame:
        """Who has which system, whatever its state: ``body``, ``system``, each pair once, of organisations in scope."""
        import polars as pl

        links = [self.on.links(name).select(body="from", system="to") for name in ("OPERATES", "USES")]
        return (
            pl.concat(links)
            .filter(pl.col("body").is_in(self.body_ids.implode()))
            .unique()
            .sort("body", "system")
            .collect()
        )

    @cached_property
    def absences(self) -> pl.DataFrame:
        """What organisations in scope say they do not have, or will not say."""
        import polars as pl

        return self.on.things("absence").filter(pl.col("organisation").is_in(self.body_ids.implode()))

    @cached_property
    def documented_ids(self) -> list[str]:
        """The organisations in scope of which anything is documented, in order of code."""
        return sorted({*self.held["body"], *self.absences["organisation"]})

    @property
    def asked(self) -> Text:
        """The selector as it was asked."""
        return Text.of((self.text, count_ref(self.text))) if self.text else Text.of("everything")

    @property
    def title(self) -> Text:
        """Whose map it is: an organisation by name and code, else the selector."""
        if not self.text:
            return Text.of("the whole estate")
        tree = parse_expression(self.text)
        if isinstance(tree, Attached) and tree.kind == "organisation" and tree.name.plain:
            identifier = thing_id("organisation", organisation_code(tree.name.plain))
            found = self.on.estate.find(identifier)
            if found is not None:
                return Text.of((f"{found['name'] or found['code']} ({found['code']})", identifier))
        return self.asked


def scope_of(on: EstateOn, selector: str) -> Scope:
    """Returns the scope of a selector; UsageError if it cannot be read."""
    return Scope(on, str(parse_expression(selector)) if selector.strip() else "")
