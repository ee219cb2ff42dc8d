"""The organisations that are referred to and that ODS knows, under whom they are on a day, and who follows them.

What an estate says of an organisation itself goes first: reference data fills in the bodies that it only names, and the
board and region of those whose own files state none. A code that nobody knows stays a code.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from eamap.interpret.shapes import as_links, as_things, beside, by_reference
from eamap.model.estate import LINKS, THINGS

if TYPE_CHECKING:
    import polars as pl

    from eamap.interpret.ground import Ground
    from eamap.reference.organisations import Organisations as Reference

_KIND = "organisation:"
_FIELDS = (
    ("absence", "organisation"),
    ("component", "operator"),
    ("contract", "buyer"),
    ("flow", "destination"),
    ("flow", "origin"),
    ("interface", "exposer"),
    ("measure", "organisation"),
    ("site", "operator"),
    ("system", "operator"),
    ("work-package", "organisation"),
)
_ENDS = (
    ("CONSUMES", "from"),
    ("PARTY_TO", "from"),
    ("PART_OF", "from"),
    ("PART_OF", "to"),
    ("SUCCEEDED_BY", "from"),
    ("SUCCEEDED_BY", "to"),
    ("USES", "from"),
)
_ROLES = {
    "trust": "nhs-trust",
    "other-trust": "nhs-trust",
    "icb": "icb",
    "gp-practice": "gp-practice",
    "region": "region",
}


class Organisations:
    """The organisations of an estate with what ODS knows of them."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @cached_property
    def _reference(self) -> Reference:
        from eamap.reference import organisations

        return organisations.load(self._ground.reference)

    @cached_property
    def _known(self) -> pl.DataFrame:
        """Every body of the reference data: code, name, role, trust_type, region_code, postcode, opened, closed."""
        import polars as pl

        bodies = self._reference.frame.select(
            "code", "name", _role(), "trust_type", "region_code", "postcode",
            pl.col("open_date").alias("opened"), pl.col("close_date").alias("closed"),
        )  # fmt: skip
        regions = pl.concat(
            [table.select("region_code", "region") for table in (self._reference.boards, self._reference.trusts)]
        )
        regions = regions.drop_nulls().unique().sort("region_code", "region").unique("region_code", keep="first")
        named = regions.select(code="region_code", name="region", role=pl.lit("region"))
        return pl.concat([bodies, named.join(bodies, on="code", how="anti")], how="diagonal").sort("code")

    @cached_property
    def _codes(self) -> pl.Series:
        """The codes that ODS knows of all organisations that the estate holds, names, or has to do with through them."""
        import polars as pl

        known = self._known["code"].implode()
        edge = pl.concat([_codes(self._ground.estate.things("organisation")["id"]), *self._mentioned()]).unique()
        found = edge = edge.filter(edge.is_in(known))
        while edge.len():
            ends = pl.concat([self._successions(edge)["successor"], self._parents(edge)["parent"]]).unique()
            edge = ends.filter(ends.is_in(known) & ~ends.is_in(found.implode()))
            found = pl.concat([found, edge])
        return found.sort()

    def _mentioned(self) -> list[pl.Series]:
        """The codes that fields and ends of links name."""
        estate = self._ground.estate
        columns = [estate.things(kind)[field] for kind, field in _FIELDS if THINGS + kind in estate.tables]
        columns += [estate.links(relation)[end] for relation, end in _ENDS if LINKS + relation in estate.tables]
        return [_codes(column) for column in columns]

    def _successions(self, codes: pl.Series) -> pl.DataFrame:
        """Who follows these codes, unless the estate itself says who follows them."""
        import polars as pl

        told = _codes(self._ground.estate.links("SUCCEEDED_BY")["from"]).implode()
        wanted = pl.col("predecessor").is_in(codes.implode()) & ~pl.col("predecessor").is_in(told)
        return self._reference.successions.filter(wanted)

    def _parents(self, codes: pl.Series) -> pl.DataFrame:
        """Board and region on the day of those that state neither: code, parent, role."""
        import polars as pl

        told = _codes(self._ground.estate.links("PART_OF")["from"])
        silent = codes.filter(~codes.is_in(told.implode()))
        boards = self._reference.icbs_of(silent, self._ground.as_of).select("code", parent="icb", role=pl.lit("icb"))
        regions = self._known.filter(pl.col("code").is_in(silent.implode()))
        regions = regions.select("code", parent="region_code", role=pl.lit("region"))
        return pl.concat([boards, regions]).filter(pl.col("parent") != pl.col("code")).sort("code", "role", "parent")

    @cached_property
    def things(self) -> pl.DataFrame:
        """The organisations that sources state, and those that are only named, from ODS."""
        import polars as pl

        found = self._known.filter(pl.col("code").is_in(self._codes.implode()))
        found = found.with_columns((pl.lit(_KIND) + pl.col("code")).alias("id"), **by_reference("organisations", "ods"))
        return beside(self._ground.estate.things("organisation"), as_things("organisation", found))

    @cached_property
    def part_of(self) -> pl.DataFrame:
        """PART_OF from ODS: role icb and region, as they are on the day."""
        return _linked("PART_OF", self._parents(self._codes), "code", "parent", "ods")

    @cached_property
    def succeeded_by(self) -> pl.DataFrame:
        """SUCCEEDED_BY from ODS; the rule says how well it is known: published, inferred or derived."""
        import polars as pl

        steps = (
            self._successions(self._codes).with_columns(since=pl.col("date")).sort("predecessor", "date", "successor")
        )
        return _linked("SUCCEEDED_BY", steps, "predecessor", "successor", pl.col("confidence"))


def _codes(ids: pl.Series) -> pl.Series:
    """Returns the distinct codes among ids, leaving out ids of other kinds."""
    distinct = ids.drop_nulls().unique()
    return distinct.filter(distinct.str.starts_with(_KIND)).str.strip_prefix(_KIND).alias("code")


def _linked(relation: str, frame: pl.DataFrame, near: str, far: str, rule: str | pl.Expr) -> pl.DataFrame:
    import polars as pl

    ends = {"from": pl.lit(_KIND) + pl.col(near), "to": pl.lit(_KIND) + pl.col(far)}
    cited = by_reference("organisations", "ods") | {"rule": pl.lit(rule) if isinstance(rule, str) else rule}
    return as_links(relation, frame.with_columns(**ends, **cited))


def _role() -> pl.Expr:
    """Returns the role of a listed body. The list of commissioners holds several sorts, told apart by their names."""
    import polars as pl

    name, listed = pl.col("name").str.to_uppercase(), pl.col("kind").replace_strict(_ROLES, default="other")
    kinds = (
        pl.when(name.str.contains(r"\bCCG\b")).then(pl.lit("ccg"))
        .when(name.str.contains(r"(ICB|INTEGRATED CARE BOARD) - |SUB-ICB")).then(pl.lit("sub-icb"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip
    return pl.when(pl.col("kind") == "commissioner").then(kinds).otherwise(listed).alias("role")
