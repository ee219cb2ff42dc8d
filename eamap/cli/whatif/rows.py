"""What a what-if answers: figures before and after, hand-offs whose answer changes, counts, and the refs of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to
from eamap.cli.whatif.figures import Figure, Key, Questions, Value, figures

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.pathways.gaps import Gaps
    from eamap.cli.opening import Opened
    from eamap.cli.whatif.supposing import WhatIf
    from eamap.model.results import Tally

FORM = "whatif"
DIFFERENCE = "difference"
HANDOFF = "hand-off"
CLOSED, OPENED_, GAPS, OTHERS = "closed", "opened", "gaps", "no-gaps"
FIGURES, DIFFERING, UNCHANGED = "figures", "differing", "unchanged"
COUNTS = (CLOSED, OPENED_, GAPS, OTHERS, FIGURES, DIFFERING, UNCHANGED)
"""What a ref of a what-if may count by itself."""
NEW, GONE, OTHER = "new", "gone", "changed"
NOT_THERE, NOT_ASKED, NO_SHARE = "not there", "not asked", "no share"
"""Words for a figure that one side does not have, a hand-off that one side does not ask about, and what has no denominator."""
_PLACES = 10
_KEYS = ("step", "from_organisation", "to_organisation", "ics")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the answers is compared; the capabilities named, beside those that the changes touch."""

    ics: str | None = None
    pathway: str | None = None
    capabilities: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = {"ics": self.ics, "pathway": self.pathway, "capabilities": "|".join(self.capabilities) or None}
        return ", ".join(f"{name}={value}" for name, value in told.items() if value) or "all"

    @classmethod
    def of(cls, text: str) -> Asked:
        """Reads what ``str`` wrote; UsageError for anything else."""
        from eamap.errors import UsageError

        if text == "all":
            return cls()
        told = dict(part.partition("=")[::2] for part in text.split(", "))
        if strange := sorted(set(told) - {"ics", "pathway", "capabilities"}):
            raise UsageError(
                f"{strange[0]!r} says nothing about a what-if",
                hint="write all, or ics=CODE, pathway=P1, capabilities=A|B",
            )
        return cls(told.get("ics"), told.get("pathway"), tuple(filter(None, told.get("capabilities", "").split("|"))))


@dataclass(frozen=True)
class Compared:
    """The two sides of a what-if, asked the same."""

    whatif: WhatIf
    asked: Asked

    @property
    def short(self) -> str:
        """The file of changes, as refs name it."""
        return self.whatif.file.short

    # Figures ------------------------------------------------------------------------------------------------------------

    @cached_property
    def capabilities(self) -> tuple[str, ...]:
        """The codes of the capabilities named, or else of those that what changes surely does, before or after."""
        import polars as pl

        if self.asked.capabilities:
            return self.asked.capabilities
        touched = list(self.whatif.found.systems)
        codes = set(self.whatif.found.capabilities)
        for side in (self.whatif.before, self.whatif.after):
            links = side.on.links("REALISES").filter(
                pl.col("from").is_in(touched) & (pl.col("certainty") != "possible")
            )
            codes |= set(links.select(pl.col("to").str.strip_prefix("capability:")).collect()["to"])
        return tuple(sorted(codes))

    @cached_property
    def questions(self) -> tuple[Questions, Questions]:
        """What is asked before and after."""
        moves = bool(self.whatif.moved)
        one, other = (Questions(each, self.capabilities, moves) for each in self.gaps)
        return one, other

    @cached_property
    def sides(self) -> tuple[dict[Key, Figure], dict[Key, Figure]]:
        """The figures before and after."""
        before, after = self.questions
        one, other = figures(self.whatif.before, before), figures(self.whatif.after, after)
        moved = self.whatif.moved.get(self.asked.ics or "")
        if moved and self.asked.ics:  # what was told of the ICS is compared with what is told of where it went
            other = {
                (key[0], self.asked.ics if key[1] == moved else key[1], key[2]): each for key, each in other.items()
            }
        return one, other

    @cached_property
    def pairs(self) -> list[tuple[Figure | None, Figure | None]]:
        """Every figure with what it becomes, in the order of the questions."""
        one, other = self.sides
        order = {figure: place for place, figure in enumerate(dict.fromkeys(key[0] for key in (*one, *other)))}
        keys = sorted(dict.fromkeys((*one, *other)), key=lambda key: order[key[0]])
        return [(one.get(key), other.get(key)) for key in keys]

    @cached_property
    def differing(self) -> list[tuple[Figure | None, Figure | None]]:
        """The figures whose value, or whose denominator, differs."""
        return [(one, other) for one, other in self.pairs if not _same(one, other)]

    def after_ref(self, ref: str) -> str:
        """Returns the ref of a figure after the changes."""
        return ref_to(FORM, self.short, ref)

    def rows(self, *, everything: bool) -> list[dict[str, Any]]:
        """Returns a row a figure, those that stay as they are only where everything is asked for."""
        return [self._row(one, other) for one, other in (self.pairs if everything else self.differing)]

    def _row(self, one: Figure | None, other: Figure | None) -> dict[str, Any]:
        known = one or other
        assert known is not None, "a pair has one side at least"
        told, refs = difference(one, other), {}
        for side, figure in (("before", one), ("after", other)):
            if figure is None:
                continue
            refs[side] = figure.ref if side == "before" else self.after_ref(figure.ref)
            if figure.of_ref:
                refs[f"{side}_of"] = figure.of_ref if side == "before" else self.after_ref(figure.of_ref)
        own = refs.get("after") or refs["before"]
        if isinstance(told, int | float) and one is not None and other is not None:
            refs[DIFFERENCE] = ref_to(FORM, self.short, DIFFERENCE, one.ref, other.ref)
        values: dict[str, Value] = {}
        for side, figure in (("before", one), ("after", other)):
            values[side] = NOT_THERE if figure is None else figure.value
            values[f"{side}_of"] = NO_SHARE if figure is None or figure.of is None else figure.of
        return {"question": known.question, "subject": known.subject, "name": known.name, "what": known.what, **values,
                "difference": told, "ref": own, "refs": refs}  # fmt: skip

    # Hand-offs ----------------------------------------------------------------------------------------------------------

    @cached_property
    def gaps(self) -> tuple[Gaps, Gaps]:
        """The hand-offs before and after."""
        from eamap.cli.pathways.handoffs import gaps_of

        before, after = self.whatif.scopes(self.asked.ics, self.asked.pathway)
        return gaps_of(self.whatif.before, before), gaps_of(self.whatif.after, after)

    @cached_property
    def handoffs(self) -> pl.DataFrame:
        """Every hand-off of pairs, before and after: step, from_organisation, to_organisation, was, now; null where not asked."""
        import polars as pl

        from eamap.analysis.pathways.gaps import NOT_IN_INVENTORY

        def side(gaps: Gaps, name: str) -> pl.DataFrame:
            pairs = gaps.rows.filter(pl.col("answer") != NOT_IN_INVENTORY)
            return pairs.select(
                "pathway", "order", "step", "step_name", *_KEYS[1:3], pl.col("answer").cast(pl.String).alias(name)
            )

        one, other = (side(gaps, name) for gaps, name in zip(self.gaps, ("was", "now"), strict=True))
        keys = ["pathway", "order", "step", "step_name", *_KEYS[1:3]]
        return one.join(other, on=keys, how="full", coalesce=True).sort(keys)

    def handoffs_of(self, what: str) -> pl.DataFrame:
        """Returns the hand-offs that a figure counts: closed, opened, gaps (before), no-gaps (before)."""
        import polars as pl

        from eamap.analysis.pathways.gaps import GAPS as BAD

        was, now = (pl.col(name).is_in(BAD) for name in ("was", "now"))
        known = pl.col("was").is_not_null()
        tests = {CLOSED: was & ~now, OPENED_: known & ~was & now, GAPS: was, OTHERS: known & ~was}
        return self.handoffs.filter(tests[what].fill_null(value=False))

    def handoff_rows(self) -> Iterator[dict[str, Any]]:
        """Yields a row a hand-off whose answer changes, in order of step and code."""
        import polars as pl

        from eamap.analysis.pathways.gaps import GAPS as BAD
        from eamap.cli.pathways.handoffs import row_ref

        scopes = [each.scope for each in self.questions]
        for row in self.handoffs.filter(pl.col("was").ne_missing(pl.col("now"))).iter_rows(named=True):
            refs = {}
            if row["was"] is not None:
                refs["before"] = row_ref(row, scopes[0])
            if row["now"] is not None:
                refs["after"] = self.after_ref(row_ref(row, scopes[1]))
            bad = [row[name] in BAD for name in ("was", "now")]
            told = "closed" if bad == [True, False] and row["now"] else "opened" if bad == [False, True] else OTHER
            told = NEW if row["was"] is None else GONE if row["now"] is None else told
            own = refs.get("after") or refs["before"]
            yield {
                "question": HANDOFF, "subject": row["step"], "name": f"{row['step_name']}: {row['from_organisation']} to {row['to_organisation']}",
                "what": "answer", "before": row["was"] or NOT_ASKED, "before_of": NO_SHARE, "after": row["now"] or NOT_ASKED,
                "after_of": NO_SHARE, "difference": told,
                "ref": own, "refs": refs | {"subject": own, "name": own},
            }  # fmt: skip

    # Counts -------------------------------------------------------------------------------------------------------------

    def counted(self, what: str) -> int:
        """Returns how many figures or hand-offs a name stands for."""
        found = {FIGURES: self.pairs, DIFFERING: self.differing}
        if what == UNCHANGED:
            return len(self.pairs) - len(self.differing)
        return len(found[what]) if what in found else self.handoffs_of(what).height

    def tally_ref(self, what: str) -> str:
        """Returns the ref of one of these counts."""
        return ref_to(FORM, self.short, what, str(self.asked))

    def tallies(self) -> dict[str, Tally]:
        """Returns how many figures differ, and how many gaps are closed and opened."""
        from eamap.model.results import Tally

        told = {
            "figures that differ": (DIFFERING, FIGURES),
            "gaps closed": (CLOSED, GAPS),
            "gaps opened": (OPENED_, OTHERS),
        }
        return {
            words: Tally(self.counted(n), self.counted(of), self.tally_ref(n), self.tally_ref(of))
            for words, (n, of) in told.items()
        }


def difference(one: Figure | None, other: Figure | None) -> Value:
    """Returns what a figure becomes less what it was; a word where one of them is no number or is not there."""
    if one is None or other is None:
        return NEW if one is None else GONE
    return subtracted(one.value, other.value)


def subtracted(before: Value, after: Value) -> Value:
    """Returns the difference of two values; of words, whether they are the same."""
    if isinstance(before, int | float) and isinstance(after, int | float):
        found = after - before
        return round(found, _PLACES) + 0.0 if isinstance(found, float) else found
    return "same" if before == after else OTHER


def _same(one: Figure | None, other: Figure | None) -> bool:
    return one is not None and other is not None and (one.value, one.of) == (other.value, other.of)


def compared(before: Opened, file: Any, asked: Asked) -> Compared:
    """Returns a what-if ready to be asked."""
    from eamap.cli.whatif.supposing import WhatIf

    return Compared(WhatIf(before, file), asked)
