"""How every component of an estate stands with its vendor's support, beside what its own system plans.

Texts are matched once, what they mean is judged once for each proof of entitlement there is, and the rest are joins: a
million components cost what some joins cost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.interpret.cycle_facts import cycle_facts
from eamap.interpret.decided import Decided
from eamap.interpret.entitlements import entitled, entitlements
from eamap.interpret.lifecycle import matches, settled
from eamap.interpret.standing import Judging, chances, standings, supplement_of

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn

STATED = (
    "id",
    "system",
    "operator",
    "raw",
    "layer",
    "host_class",
    "count",
    "internet_exposed",
    "last_seen",
    "environment",
)
"""Columns as the sources state them; ``operator`` is that of its system where the component names none."""
MATCHED = ("outcome", "product", "cycle", "candidates", "eol_best", "eol_worst", "extended_end", "missing", "inferred", "rule",
           "tokens", "confidence", "supplement_product", "supplement_cycle")  # fmt: skip
JUDGED = (
    "identity",
    "label",
    "link",
    "ends_means",
    "status",
    "status_best",
    "days_past",
    "entitlement",
    "entitled_to",
    "override",
)
OWN = ("own_end", "own_end_kind", "system_status")
COLUMNS = (*STATED, *MATCHED, *JUDGED, *OWN)
_ENDING = "support-ending"
_LISTED = 3


def support(on: EstateOn, reference: Path | None, cache: Path | None = None) -> pl.DataFrame:
    """Returns one row a component, in the order of the estate's table, with the columns of ``COLUMNS``.

    ``status`` and ``status_best`` are of :class:`eamap.model.support.Status`; ends are a day, ``undated_past`` or
    ``none_published``. ``days_past`` counts from the worst end and is null where that is not past. ``entitlement`` and
    ``override`` are hashes of decisions. ``own_end`` is the earlier of the planned retirement and the contract end of its
    system, as precise as stated, and ``own_end_kind`` the name of that field. ``identity`` is that of findings about it. ``cache`` is a folder to keep matches in.
    """
    return supported(on, knowledge(reference, cache)).table


@dataclass(frozen=True)
class Knowledge:
    """What is known beside the estate: what texts mean, when support of releases ends, and from when an end is near.

    ``matches`` gives the match columns of the distinct texts of a column, what people decided about them included. ``cycles`` has product, cycle, label, link, eol
    and extended_end, ``products`` product, title, policy and eol_label.
    """

    matches: Callable[[pl.Series, EstateOn], pl.DataFrame]
    cycles: pl.DataFrame
    products: pl.DataFrame
    ending_days: int


def knowledge(reference: Path | None, cache: Path | None = None) -> Knowledge:
    """Returns what the reference sets know; ``cache`` is a folder to keep matches in."""
    from eamap.reference import lifecycle
    from eamap.reference import support as thresholds

    found = lifecycle.load(reference)
    days = thresholds.load(reference).days(_ENDING)

    def meant(texts: pl.Series, on: EstateOn) -> pl.DataFrame:
        return matches(texts, found, cache, settled(on.estate.decisions, on.as_of, found))

    return Knowledge(meant, found.cycles, found.products, days)


@dataclass(frozen=True)
class Supported:
    """Every component and its standing, kept apart: some thousand standings hold for a million components.

    ``components`` has the stated columns and those of the system, ``standings`` the match and the verdict; ``places`` says
    for each component which row of the standings is its own.
    """

    components: pl.DataFrame
    standings: pl.DataFrame
    places: pl.Series

    @cached_property
    def table(self) -> pl.DataFrame:
        """The two put together, with the columns of ``COLUMNS``."""
        import polars as pl

        return pl.concat([self.components, self.standings[self.places]], how="horizontal").select(COLUMNS)


def supported(on: EstateOn, known: Knowledge) -> Supported:
    """Judges every component of an estate."""
    return _Supporting(on, known).judged()


class _Supporting:
    """Judges the components of one estate on one day by one snapshot."""

    def __init__(self, on: EstateOn, known: Knowledge) -> None:
        self._on = on
        self._known = known
        self._judging = Judging(on.as_of, known.ending_days)
        self._decisions = Decided(on.estate.decisions, on.as_of).held

    def judged(self) -> Supported:
        components = self._components()
        meanings = self._meanings(components)
        components = components.with_columns(_text(meanings))
        components = components.join(
            meanings.select("text", "meaning"), on="text", how="left", nulls_equal=True, maintain_order="left"
        )
        found, places = self._standings(components, meanings)
        told = meanings.select("meaning", *(name for name in MATCHED if name not in found.columns))
        joined = found.join(told, on="meaning", how="left", maintain_order="left")
        return Supported(components, joined.with_columns(_identity()).select(*MATCHED, *JUDGED), places)

    def _components(self) -> pl.DataFrame:
        import polars as pl

        things = self._on.things("component")
        systems = self._on.things("system").select(pl.col("id").alias("system"), *_own())
        named = "identifier" if "identifier" in things.columns else pl.lit(None, dtype=pl.String).alias("identifier")
        stated = things.select(*STATED, named)
        joined = stated.join(systems, on="system", how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce("operator", "system_operator").alias("operator")).drop("system_operator")

    def _meanings(self, components: pl.DataFrame) -> pl.DataFrame:
        """Returns what each distinct text means, and that an empty text means nothing."""
        import polars as pl

        texts = pl.concat([components["raw"], components["identifier"].drop_nulls().alias("raw")])
        found = self._known.matches(texts, self._on).sort("text")
        empty = pl.DataFrame({"text": [None]}, schema={"text": pl.String})
        return pl.concat([found, empty], how="diagonal").with_row_index("meaning")

    def _standings(self, components: pl.DataFrame, meanings: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
        """Returns the standings, and for each component the place of its own."""
        import polars as pl

        each = chances(meanings)
        held = entitlements(self._decisions, self._judging.day)
        ranks = entitled(self._on, held, components, each)
        of = components.select("meaning").with_columns(ranks)
        bare = meanings.select("meaning", pl.lit(0, dtype=pl.UInt32).alias("rank"))
        proven = of.filter(pl.col("rank") > 0).unique().sort("meaning", "rank")
        about = held.select(
            "rank", pl.col("product").alias("about_product"), pl.col("cycle").alias("about_cycle"), "hash", "until"
        )
        claims = pl.concat([bare, proven]).join(about, on="rank", how="left", maintain_order="left")
        found = standings(meanings, self._with_facts(each, meanings), claims, self._judging)
        found = found.with_columns(entitlement=claims["hash"], entitled_to=claims["until"])
        return found.with_columns(_label(self._titled(found, meanings))), _places(of, found)

    def _titled(self, found: pl.DataFrame, meanings: pl.DataFrame) -> pl.DataFrame:
        """Gives the standings of releases that the data does not hold the name of the product."""
        import polars as pl

        titles = self._known.products.select("product", pl.col("title").alias("of_product"))
        named = meanings.select("meaning", "product", "supplement_product")
        named = named.join(titles, on="product", how="left", maintain_order="left").drop("product")
        joined = found.join(named, on="meaning", how="left", maintain_order="left")
        return joined.select(pl.coalesce("title", "of_product", "supplement_product").alias("title"), "labels")

    def _with_facts(self, each: pl.DataFrame, meanings: pl.DataFrame) -> pl.DataFrame:
        import polars as pl

        facts = cycle_facts(self._known.cycles, supplement_of(meanings), self._decisions)
        titles = self._known.products.select("product", "title", "policy", ends_means="eol_label")
        return each.join(facts, on=["product", "cycle"], how="left").join(titles, on="product", how="left").with_columns(
            pl.coalesce("title", "product").alias("title"), pl.coalesce("label", "cycle").alias("label"),
            pl.coalesce("link", "policy").alias("link"),
        ).sort("meaning", "product", "cycle")  # fmt: skip


def _text(meanings: pl.DataFrame) -> pl.Expr:
    """Returns what a component is matched by: its identifier, and its text where that means nothing."""
    import polars as pl

    known = meanings.filter(pl.col("outcome") != "unmatched")["text"].drop_nulls()
    sure = pl.col("identifier").is_not_null() & pl.col("identifier").is_in(known.implode())
    return pl.when(sure).then("identifier").otherwise(pl.coalesce("raw", "identifier")).alias("text")


def _identity() -> pl.Expr:
    """Names the release in findings: the same next month, whatever data says about other releases by then."""
    import polars as pl

    supplement = pl.concat_str("supplement_product", "supplement_cycle", separator=" ", ignore_nulls=True)
    release = pl.coalesce("cycle", "inferred", "outcome")
    return (
        pl.when(pl.col("outcome") == "uncovered_product").then(supplement)
        .otherwise(pl.format("{} {}", "product", release)).fill_null("").alias("identity")
    )  # fmt: skip


def _own() -> list[pl.Expr]:
    import polars as pl

    ends = ("planned_retirement", "contract_end")
    # An imprecise date stands for its first day, and text of days sorts like days.
    first = pl.min_horizontal(ends)
    kind = pl.when(first == pl.col(ends[0])).then(pl.lit(ends[0])).when(first.is_not_null()).then(pl.lit(ends[1]))
    return [
        pl.col("operator").alias("system_operator"), pl.col("status").alias("system_status"), first.alias("own_end"),
        kind.alias("own_end_kind"),
    ]  # fmt: skip


def _places(of: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    import polars as pl

    if not (of["rank"] > 0).any():
        # Without any proof, the standings are the meanings.
        return of["meaning"]
    keys = found.select("meaning", "rank").with_row_index("place")
    return of.join(keys, on=["meaning", "rank"], how="left", maintain_order="left")["place"].cast(pl.UInt32)


def _label(found: pl.DataFrame) -> pl.Series:
    """Returns people's names of products and releases: one release, up to three, or how many there might be."""
    import polars as pl

    labels = [_named(*row) if row[0] else None for row in found.select("title", "labels").iter_rows()]
    return pl.Series("label", labels, dtype=pl.String)


def _named(title: str, labels: list[str] | None) -> str:
    if not labels or not any(labels):
        return title
    # Some labels repeat the product ("Windows Server 2012 R2"), most are a bare version.
    bare = [label for label in labels if not set(title.casefold().split()) & set(label.casefold().split())]
    if len(labels) > _LISTED:
        return f"{title}, one of {len(labels)} releases"
    return f"{title} {' or '.join(labels)}" if bare else " or ".join(labels)
