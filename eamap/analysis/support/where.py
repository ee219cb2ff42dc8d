"""Answers an alert: which systems and components it is about, of which that cannot be told, and how sure that is.

A question is a product with bounds on its version, CVE ids, or both. Three answers are kept apart: affected, undecided
(the version is not stated, or says too little), and not affected, which is only counted. Texts that occur often are judged
once and joined back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.errors import UsageError
from eamap.interpret.affected import affected, identifiers
from eamap.interpret.exposure import listed_products, support_ends
from eamap.interpret.lifecycle import matches
from eamap.matching.cpe import is_cpe, name
from eamap.matching.mentioning import Mentions, stated_version
from eamap.matching.normalise import words
from eamap.matching.versions import Constraint, version
from eamap.model.graph import impact
from eamap.reference import exploited, lifecycle, products
from eamap.reference.mirror import purl_key, purl_version

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.selector import EstateOn
    from eamap.reference.mirror import Mirror

AFFECTED, UNDECIDED, NOT_AFFECTED = "affected", "undecided", "not affected"
CERTAIN, LIKELY, NOT_TOLD = "certain", "likely", "not told"
COLUMNS = ("id", "answer", "sure", "text", "version", "asked", "why", "cves")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: products with bounds, CVE ids, and whether the products' versions are open (an alert in prose)."""

    said: str
    products: tuple[Constraint, ...] = ()
    cves: tuple[str, ...] = ()
    open_versions: bool = False


@dataclass(frozen=True)
class Search:
    """One question to one estate; what it finds is worked out once."""

    on: EstateOn
    question: Question
    reference: Path | None = None
    mirror: Mirror | None = None
    cache: Path | None = None

    @cached_property
    def answers(self) -> pl.DataFrame:
        """COLUMNS, one row a system or component that the question is about: the worst and surest answer of several."""
        import polars as pl

        rows = [pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))]
        for asked in self.question.products:
            rows += [_of_components(self, asked), _of_systems(self, asked)]
        for cve in self.question.cves:
            rows.append(_reported(self, cve))
            if self.mirror is not None:
                rows.append(_by_mirror(self, cve, self.mirror))
        order = {each: place for place, each in enumerate((AFFECTED, UNDECIDED, NOT_AFFECTED))}
        surest = {each: place for place, each in enumerate((CERTAIN, LIKELY, NOT_TOLD))}
        rank = [pl.col("answer").replace_strict(order, default=9), pl.col("sure").replace_strict(surest, default=9)]
        found = pl.concat(rows).sort("id", *rank, "asked", "why", maintain_order=True)
        cves = found.group_by("id").agg(
            pl.col("cves").filter(pl.col("cves") != "").unique().sort().str.join("; ").alias("cves")
        )
        return (
            found.unique("id", keep="first", maintain_order=True)
            .drop("cves")
            .join(cves, on="id")
            .sort("id")
            .select(COLUMNS)
        )

    def told(self, answer: str, kind: str) -> pl.Series:
        """Returns the ids of the things of a kind with an answer; systems of such components and their organisations too.

        A system counts as affected with its components, and an organisation with what it operates. A system that is only
        mentioned, and described by no source, is not counted.
        """
        import polars as pl

        ids = self.answers.filter(pl.col("answer") == answer)["id"]
        if kind == "component":
            return ids.filter(ids.str.starts_with("component:")).sort()
        components = self.on.things("component")
        systems = components.filter(pl.col("id").is_in(ids.implode()))["system"].drop_nulls()
        mentioned = (
            pl.concat([ids.filter(ids.str.starts_with("system:")).alias("id"), systems.alias("id")]).unique().sort()
        )
        described = self.on.things("system").filter(pl.col("id").is_in(mentioned.implode()))
        if kind == "system":
            return described["id"].sort()
        own = components.filter(pl.col("id").is_in(ids.implode()))["operator"]
        operators = described["operator"]
        return pl.concat([operators.alias("id"), own.alias("id")]).drop_nulls().unique().sort()

    def searched(self) -> pl.Series:
        """Returns the organisations that operate a system or component, and so can be hit."""
        import polars as pl

        operators = [self.on.things(kind)["operator"].alias("id") for kind in ("system", "component")]
        return pl.concat(operators).drop_nulls().unique().sort()

    def reached(self) -> pl.DataFrame:
        """Returns ``id`` and ``kind`` of all that is affected and everything that its failure would touch."""
        import polars as pl

        ids = self.answers.filter(pl.col("answer") == AFFECTED).select("id")
        touched = impact(self.on, ids["id"].to_list()).select("id")
        kind = pl.col("id").str.extract(r"^([a-z-]+):").alias("kind")
        return pl.concat([ids, touched]).unique().with_columns(kind)

    def exploited(self) -> pl.DataFrame:
        """Returns the entries of the list of exploited vulnerabilities for the CVEs that are asked for."""
        import polars as pl

        return exploited.load(self.reference).entries.filter(pl.col("cve").is_in(list(self.question.cves)))

    def of_listed_products(self) -> pl.Series:
        """Returns the components of a product that one of these entries names: context, which says nothing of a host."""
        import polars as pl

        listed = listed_products(self.reference).filter(pl.col("cve").is_in(list(self.question.cves)))["product"]
        known = support_ends(self.on, self.reference, self.cache)
        return known.filter(pl.col("product").is_in(listed.implode()))["component"].unique().sort().alias("id")

    def looked_at(self) -> pl.Series:
        """Returns the components on which a scanner reported any vulnerability."""
        found = self.on.things("vulnerability")["component"].drop_nulls().unique().sort()
        return found.alias("id")

    def identified(self) -> pl.Series:
        """Returns the components that state an identifier which a mirror can be asked for."""
        return identifiers(self.on.things("component"))["id"].sort()


# Products ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Named:
    """The names of what is asked for, and the lifecycle products that they mean."""

    mentions: Mentions
    lifecycle_products: frozenset[str]
    products: frozenset[str]


def _named(asked: Constraint, reference: Path | None) -> _Named:
    wanted, life = words(asked.name), lifecycle.load(reference)
    if not wanted:
        raise UsageError(
            "it names no product", hint="write: eamap where 'mirth connect < 4.4.1'", where=repr(str(asked))
        )
    pairs = [
        *life.names.select("name", "product").iter_rows(),
        *life.spoken_names.select("name", "product").iter_rows(),
    ]
    meant = {product for each, product in pairs if words(each) == wanted}
    aliases = products.load(reference).aliases.select("alias", "product").rows()
    sold = {product for alias, product in aliases if words(alias) == wanted}
    others = [each for each, product in pairs if product in meant] + [
        alias for alias, product in aliases if product in sold
    ]
    return _Named(Mentions(asked.name, others), frozenset(meant), frozenset(sold))


Row = tuple[str, str, str, str, str]
"""Text, answer, sure, version, why."""


def _of_components(search: Search, asked: Constraint) -> pl.DataFrame:
    import polars as pl

    named = _named(asked, search.reference)
    components = search.on.things("component")
    life = lifecycle.load(search.reference)
    meanings = matches(components["raw"], life, search.cache)
    rows = [row for text, product, cycle in meanings.select("text", "product", "cycle").iter_rows()
            if (row := _by_text(search, asked, named, text, product, cycle))]  # fmt: skip
    items = identifiers(components)
    own = [
        row for text in items["identifier"].unique().to_list() if (row := _by_identifier(search, asked, named, text))
    ]
    by_id = items.join(_frame(own), left_on="identifier", right_on="text").with_columns(
        pl.col("identifier").alias("text")
    )
    by_text = components.select("id", pl.col("raw").alias("text")).join(_frame(rows), on="text")
    # What the source identifies is not judged by its text as well.
    by_text = by_text.join(by_id, on="id", how="anti")
    return pl.concat([_told(each, asked) for each in (by_id, by_text)])


def _by_text(
    search: Search, asked: Constraint, named: _Named, text: str, product: str | None, cycle: str | None
) -> Row | None:
    mention = named.mentions.find(text)
    matched = bool(product) and product in named.lifecycle_products
    if (mention is None and not matched) or (product and named.lifecycle_products and not matched):
        return None
    stated = stated_version(mention.version, asked) if mention else ""
    if not stated and matched and cycle:
        # Of a cycle only its numbers are a version: 13.0-sp3 begins 13.0.
        read = version(cycle)
        stated = stated_version(".".join(map(str, read.numbers)), asked) if read else ""
    sure = CERTAIN if matched or (mention is not None and mention.certain) else LIKELY
    return _judged(search, asked, text, stated, sure, whole=False)


def _by_identifier(search: Search, asked: Constraint, named: _Named, text: str) -> Row | None:
    if is_cpe(text):
        try:
            read = name(text)
        except UsageError:
            return None
        product, stated = read.plain("product") or "", read.plain("version") or ""
    else:
        product, stated = purl_key(text).rpartition("/")[2], purl_version(text)
    if words(product) not in named.mentions.names:
        return None
    return _judged(search, asked, text, stated, CERTAIN, whole=True)


def _judged(search: Search, asked: Constraint, text: str, stated: str, sure: str, *, whole: bool) -> Row:
    holds = None if search.question.open_versions else asked.holds(stated or None, whole=whole)
    if holds is not None:
        bounds = " ".join(map(str, asked.bounds))
        why = (
            f"version {stated} is {'within' if holds else 'outside'} {bounds}"
            if bounds
            else "every version is asked for"
        )
        return text, AFFECTED if holds else NOT_AFFECTED, sure, stated, why
    if search.question.open_versions:
        return text, UNDECIDED, NOT_TOLD, stated, "the alert's versions are prose: ask with the versions it gives"
    if not stated:
        return text, UNDECIDED, NOT_TOLD, "", "no version is stated"
    told = (
        f"{stated} is all that is stated, which may lie on either side" if version(stated) else f"{stated} has no order"
    )
    return text, UNDECIDED, NOT_TOLD, stated, told


def _frame(rows: list[Row]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        rows, schema=dict.fromkeys(("text", "answer", "sure", "version", "why"), pl.String), orient="row"
    )


def _told(rows: pl.DataFrame, asked: Constraint) -> pl.DataFrame:
    import polars as pl

    return rows.with_columns(pl.lit(str(asked)).alias("asked"), pl.lit("").alias("cves")).select(COLUMNS)


def _of_systems(search: Search, asked: Constraint) -> pl.DataFrame:
    import polars as pl

    named = _named(asked, search.reference)
    systems = search.on.things("system")
    linked = (
        search.on.links("INSTANCE_OF").select(pl.col("from").alias("id"), pl.col("to").alias("canonical")).collect()
    )
    names = search.on.things("product").select(pl.col("id").alias("canonical"), pl.col("name").alias("sold"))
    told = systems.select("id", "product", "product_version", "name").join(
        linked.join(names, on="canonical", how="left").unique("id", keep="first"), on="id", how="left"
    )
    keys = ["product", "product_version", "name", "sold"]
    distinct = told.select(keys).unique(maintain_order=True)
    rows = [
        (*row, *answer[1:], answer[0])
        for row in distinct.iter_rows()
        if (answer := _by_product(search, asked, named, *row))
    ]
    columns = dict.fromkeys((*keys, "answer", "sure", "version", "why", "text"), pl.String)
    judged = pl.DataFrame(rows, schema=columns, orient="row")
    return _told(told.join(judged, on=keys, nulls_equal=True), asked)


def _by_product(
    search: Search,
    asked: Constraint,
    named: _Named,
    product: str | None,
    stated: str | None,
    own: str | None,
    sold: str | None,
) -> Row | None:
    """Judges a system by its product, else by its own name, which is only likely to be that of a product."""
    is_sold = sold is not None and (sold in named.products or words(sold) in named.mentions.names)
    mention = named.mentions.find(product) if product else None
    by_name = named.mentions.find(own) if own and not product else None
    if not is_sold and mention is None and by_name is None:
        return None
    sure = CERTAIN if is_sold or (mention is not None and mention.certain) else LIKELY
    found = mention or by_name
    text = product or own or sold or ""
    return _judged(
        search, asked, text, stated or stated_version(found.version if found else "", asked), sure, whole=False
    )


# Vulnerabilities --------------------------------------------------------------------------------------------------


def _reported(search: Search, cve: str) -> pl.DataFrame:
    """Level 3: what scanners reported."""
    import polars as pl

    found = search.on.things("vulnerability").filter(pl.col("cve") == cve)
    texts = search.on.things("component").select(pl.col("id").alias("component"), pl.col("raw").alias("text"))
    day = pl.when(pl.col("reported").is_not_null()).then(pl.format(" on {}", "reported")).otherwise(pl.lit(""))
    why = pl.coalesce("scanner", pl.lit("a scanner")) + pl.lit(" reported it") + day + pl.lit(" (level 3)")
    return found.join(texts, on="component", how="left").select(
        pl.col("component").alias("id"), pl.lit(AFFECTED).alias("answer"), pl.lit(CERTAIN).alias("sure"),
        pl.col("text").fill_null(""), pl.lit("").alias("version"), pl.lit(cve).alias("asked"), why.alias("why"),
        pl.lit(cve).alias("cves"),
    )  # fmt: skip


def _by_mirror(search: Search, cve: str, mirror: Mirror) -> pl.DataFrame:
    """Level 2: what a database says of the stated versions; likely, because a fix without a new version is not seen."""
    import polars as pl

    components = search.on.things("component")
    found = affected(components, mirror, cve)
    told = pl.format("{} (level 2, {})", "why", "file")
    items = identifiers(components).select(pl.col("id").alias("component"), pl.col("identifier").alias("text"))
    return found.join(items, on="component").select(
        pl.col("component").alias("id"),
        pl.when(pl.col("holds")).then(pl.lit(AFFECTED)).otherwise(pl.lit(UNDECIDED)).alias("answer"),
        pl.when(pl.col("holds")).then(pl.lit(LIKELY)).otherwise(pl.lit(NOT_TOLD)).alias("sure"),
        "text", pl.lit("").alias("version"), pl.lit(cve).alias("asked"), told.alias("why"), pl.lit(cve).alias("cves"),
    )  # fmt: skip


def context(cve: str, reference: Path | None = None) -> Iterator[str]:
    """Gives what the list of exploited vulnerabilities says of a CVE: context for people, never a finding."""
    import polars as pl

    from eamap.reference import sets

    edition = sets.facts(exploited.SET, reference).version
    rows = exploited.load(reference).entries.filter(pl.col("cve") == cve)
    if not rows.height:
        yield f"{cve} is not on the list of exploited vulnerabilities {edition}."
    for row in rows.iter_rows(named=True):
        used = f"; use by ransomware: {row['ransomware']}"
        yield f"{cve} is exploited: {row['vendor']} {row['product']}, listed {row['date_added']} (list {edition}){used}."
