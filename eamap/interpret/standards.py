"""The registry of standards as things, and which of them each interface says it follows."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from eamap.interpret.documents import with_documents
from eamap.interpret.shapes import CITATION, as_links, as_things, beside, by_reference

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground
    from eamap.matching.standards import StandardMatch, StandardNames
    from eamap.reference.standards import Standards as Reference

_KIND = "standard:"
_BETWEEN = re.compile(r";(?![^()]*\))")
"""A semicolon between standards, not inside the brackets of one: titles of the registry hold such."""
DECLARED, LOOSELY = "declared", "declared-loosely"
_TEXTS = (
    "wire",
    "technology",
    "fhir_release",
    "status",
    "status_text",
    "status_as_of",
    "superseded_by",
    "url",
    "aliases",
)


class Standards:
    """The standards, and the claims of an estate's interfaces."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @cached_property
    def _reference(self) -> Reference:
        from eamap.reference import standards

        return standards.load(self._ground.reference)

    @cached_property
    def things(self) -> pl.DataFrame:
        """The registry; ``status`` is that of the day, ``status_text`` the sentence to print, with its date."""
        import polars as pl

        from eamap.reference import crosswalks

        status = self._reference.statuses_on(self._ground.as_of).select(
            pl.col("standard").alias("id"),
            "status",
            pl.col("wording").alias("status_text"),
            pl.col("as_of").alias("status_as_of"),
        )
        listed = crosswalks.load(self._ground.reference).standard_aliases
        aliases = listed.filter(~pl.col("alias").is_duplicated()).group_by(pl.col("registry_id").alias("id")).agg(
            pl.col("alias").sort().str.join("; ").alias("aliases")
        )  # fmt: skip
        frame = self._reference.registry.select("id", "technology", "wire", "fhir_release", pl.col("title").alias("name"),
                                                pl.col("canonical_or_url").alias("url"), _successors().list.join("; "))  # fmt: skip
        frame = frame.join(status, on="id", how="left", maintain_order="left").join(
            aliases, on="id", how="left", maintain_order="left"
        )
        frame = frame.with_columns((pl.lit(_KIND) + pl.col("id")).alias("id"), **by_reference("standards", "registry"))
        return beside(self._ground.estate.things("standard"), as_things("standard", frame, *_TEXTS))

    @cached_property
    def succeeded_by(self) -> pl.DataFrame:
        """SUCCEEDED_BY among the standards of the registry; the day is not recorded there."""
        import polars as pl

        steps = self._reference.registry.select("id", _successors()).explode("superseded_by").drop_nulls()
        ends = {"from": pl.lit(_KIND) + pl.col("id"), "to": pl.lit(_KIND) + pl.col("superseded_by")}
        return as_links("SUCCEEDED_BY", steps.with_columns(**ends, **by_reference("standards", "registry")))

    @cached_property
    def claims(self) -> pl.DataFrame:
        """CLAIMS, with a column ``match``: the rule by which the words were found to mean the standard.

        What an interface's own statement shows comes first: ``strength`` is then one of
        :class:`eamap.conformance.detection.Strength`. What an inventory says is declared, or declared-loosely where the
        words usually but not surely mean it; ``evidence`` are the words. Words that mean no standard, or one of several,
        give no link.
        """
        import polars as pl

        stated = self._ground.estate.things("interface").select("id", "standard", *CITATION).drop_nulls("standard")
        strength = pl.when(pl.col("confidence") == "low").then(pl.lit(LOOSELY)).otherwise(pl.lit(DECLARED))
        frame = stated.join(self._meant(stated["standard"]), on="standard", maintain_order="left_right").select(
            pl.col("id").alias("from"), (pl.lit(_KIND) + pl.col("to")).alias("to"), strength.alias("strength"),
            "evidence", "match", *CITATION,
        )  # fmt: skip
        every = pl.concat([self._shown, frame.select(self._shown.columns)])
        return as_links("CLAIMS", every.unique(["from", "to"], keep="first", maintain_order=True), "match")

    @cached_property
    def _shown(self) -> pl.DataFrame:
        """The claims that statements make by what they declare, not by what they are called."""
        import polars as pl

        held = with_documents(self._ground.estate).select("id", "document", *CITATION).drop_nulls("document")
        columns = dict.fromkeys(("document", "to", "strength", "evidence", "match"), pl.String)
        rows = [row for sha256 in held["document"].unique().sort().to_list() for row in self._of_statement(sha256)]
        return held.join(pl.DataFrame(rows, schema=columns, orient="row"), on="document", maintain_order="left_right").select(
            pl.col("id").alias("from"), (pl.lit(_KIND) + pl.col("to")).alias("to"), "strength", "evidence", "match", *CITATION
        )  # fmt: skip

    def _of_statement(self, sha256: str) -> list[tuple[str, str, str, str, str]]:
        from eamap.conformance.detection import Strength, claims, core_release, strongest
        from eamap.conformance.ukcore import CURRENT
        from eamap.fhir.statement import read_statement

        statement = read_statement(self._ground.estate.documents[sha256]).statement
        if statement is None:
            return []
        core = core_release(statement, self._ground.reference)
        # Which release of UK Core is meant is a guess without versions: a guess is no claim to an older or a draft one.
        guessed = set(core.standards) - {CURRENT} if core.vague else set()
        return [
            (sha256, each.standard, str(each.strength), each.evidence, f"statement {each.pointer}")
            for each in strongest(claims(statement, self._ground.reference))
            if each.strength is not Strength.NAMED and each.standard not in guessed
        ]

    def _meant(self, texts: pl.Series) -> pl.DataFrame:
        """Returns a row for each standard that a distinct text means: standard (the text), evidence, to, confidence, match."""
        import polars as pl

        distinct = texts.unique().sort().to_list()
        columns = dict.fromkeys(("standard", "evidence", "to", "confidence", "match"), pl.String)
        rows = [
            (text, found.text, found.standard, found.confidence, found.rule)
            for text in distinct
            for found in self._read(text)
            if found.standard is not None
        ]
        return pl.DataFrame(rows, schema=columns, orient="row")

    def _read(self, text: str) -> list[StandardMatch]:
        return [self._names.match(item.strip()) for item in _BETWEEN.split(text)]

    @cached_property
    def _names(self) -> StandardNames:
        from eamap.matching.standards import StandardNames
        from eamap.reference import crosswalks

        words = crosswalks.load(self._ground.reference)
        return StandardNames(self._reference.registry, words.standard_aliases, words.pathway_standards)


def _successors() -> pl.Expr:
    import polars as pl

    return pl.col("superseded_by").str.split("|").list.eval(pl.element().str.strip_chars())
