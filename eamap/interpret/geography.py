"""Says under which board and region each organisation lies, for the boundaries of a day, of a name or of a file.

Two days are involved and they are independent: who stands for a code is settled on the day that is judged, and where
that body lies is read off the boundaries. What an estate says of its own organisations goes first. An organisation that
more than one board may hold has candidates and no board: nothing is guessed, and nobody is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from eamap.interpret.boundaries import Boundaries, boundaries, lying_in
from eamap.interpret.followed import KIND, Followed
from eamap.reference import organisations

if TYPE_CHECKING:
    import polars as pl

    from eamap.model.estate import Estate
    from eamap.reference.organisations import Organisations

__all__ = ["Geography", "geography"]


def geography(name: str | None, as_of: date, estate: Estate | None = None, reference: Path | None = None) -> Geography:
    """Returns the geography of a name (2022, 2026-04) or a file of boundaries; None: the boundaries of the day.

    ``estate`` gives its own organisations their say; ``reference`` is a folder of reference sets that replace the shipped
    ones. UsageError names the boundary sets there are, SourceError the line of a file that is wrong.
    """
    known = organisations.load(reference)
    return Geography(boundaries(name, as_of, known), as_of, known, estate)


@dataclass(frozen=True, eq=False)
class Geography:
    """A boundary set on a day. Codes are plain (``RJ1``); null is unknown."""

    boundaries: Boundaries
    as_of: date
    reference: Organisations
    estate: Estate | None = None

    @property
    def name(self) -> str:
        """What the boundaries are called: 2022, 2026-04, or the name of the file."""
        return self.boundaries.name

    @cached_property
    def day(self) -> date:
        """The day on which membership is read: the day that is judged, or the nearest on which the boundaries hold."""
        held = self.boundaries
        return max(held.first, min(self.as_of, held.last or self.as_of))

    @cached_property
    def followed(self) -> Followed:
        """Who stands for each code on the day that is judged."""
        return Followed(self.as_of, self.reference, self.estate)

    @cached_property
    def units(self) -> pl.DataFrame:
        """Every organisation known, by code: organisation, icb, region; null where more than one may be meant, or none is known."""
        import polars as pl

        def only(name: str) -> pl.Expr:
            return pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()).alias(name)

        return self.candidates.group_by("organisation").agg(only("icb"), only("region")).sort("organisation")

    @cached_property
    def candidates(self) -> pl.DataFrame:
        """Every board that may hold an organisation: organisation, icb, region; several rows where it is not certain."""
        import polars as pl

        placed = self._placed.join(self._regions, on="icb", how="left").rename({"organisation": "current"})
        # What became of a board is what the boundaries are about, so it is not followed here.
        board = pl.col("organisation").is_in(self.reference.boards["code"].implode())
        current = self.followed.table.select(
            "organisation", pl.when(board).then("organisation").otherwise("current").alias("current")
        )
        found = current.join(placed, on="current", how="left").join(self._own_regions, on="current", how="left")
        region = pl.coalesce("region", "own_region")
        return found.select("organisation", "icb", region).unique().sort("organisation", "icb", "region")

    @cached_property
    def share(self) -> pl.DataFrame:
        """Where the patients of a trust come from: organisation, icb, share (0 to 1; of 2022, adding up to about 1).

        A row without a board holds the patients of a board that was divided: they cannot be placed. Where one trust took
        over from others, its shares are the mean of theirs, each counting the same, because how many patients each had
        is not published with them. The code of a trust that ended has a row too: that of who stands for it.
        """
        import polars as pl

        certain = self._certain(self.reference.catchment["icb"])
        told = self.reference.catchment.filter(pl.col("share") > 0).join(
            certain, left_on="icb", right_on="board", how="left"
        )
        who = self.followed.table.filter(pl.col("outcome") != "split").select("organisation", "current")
        own = told.join(who, left_on="trust", right_on="organisation", how="left")
        own = own.with_columns(pl.coalesce("current", "trust").alias("current"))
        each = own.with_columns(pl.col("share") / pl.col("trust").n_unique().over("current"))
        merged = each.group_by("current", pl.col("icb_right").alias("icb")).agg(pl.col("share").sum())
        found = who.join(merged, on="current").select("organisation", "icb", "share")
        return found.sort("organisation", "icb", nulls_last=True)

    def of(self, codes: pl.Series) -> pl.DataFrame:
        """Returns one row a distinct code, in order of first appearance: organisation (as given), icb, region.

        Codes and ids (``organisation:RJ1``) are understood; what nobody knows has neither board nor region.
        """
        import polars as pl

        asked = pl.DataFrame({"given": codes.cast(pl.String).drop_nulls().unique(maintain_order=True)})
        wanted = asked.with_columns(pl.col("given").str.strip_prefix(KIND).alias("organisation"))
        found = wanted.join(self.units, on="organisation", how="left", maintain_order="left")
        return found.select(pl.col("given").alias("organisation"), "icb", "region")

    def across(self, boards: pl.Series, day: date) -> pl.DataFrame:
        """Returns every board that may hold what boards held on a day: board, icb; one row where it is certain."""
        import polars as pl

        distinct = boards.drop_nulls().unique().sort().to_list()
        ways = lying_in(distinct, day, self.boundaries, self.reference)
        rows = [(board, icb) for board, icbs in ways.items() for icb in icbs]
        return pl.DataFrame(rows, schema=dict.fromkeys(("board", "icb"), pl.String), orient="row")

    def _certain(self, boards: pl.Series) -> pl.DataFrame:
        """Returns boards of the first day of all that lie in one board as a whole: board, icb."""
        import polars as pl

        first = date.fromisoformat(min(self.reference.boards["valid_from"].to_list()))
        one = self.across(boards, first).filter(pl.len().over("board") == 1)
        return one.select("board", icb_right="icb")

    @cached_property
    def boards(self) -> pl.DataFrame:
        """The boards of these boundaries, those of the estate among them: icb, name, region."""
        import polars as pl

        known = dict(self.reference.boards.select("code", "name").iter_rows())
        known |= dict(self._own_boards.select("code", "name").iter_rows())
        names = known | self.boundaries.names
        rows = [(icb, names.get(icb), region) for icb, region in self._regions.iter_rows()]
        return pl.DataFrame(rows, schema=dict.fromkeys(("icb", "name", "region"), pl.String), orient="row").sort("icb")

    @cached_property
    def _regions(self) -> pl.DataFrame:
        """The region of each board: icb, region. A new board lies in the region of all that went into it, or of nobody knows."""
        import polars as pl

        today = self.reference.boards_on(self.boundaries.day).select("code", region="region_code")
        stated = self._parts("region").rename({"organisation": "code", "parent": "region"})
        own = self._own_boards.select("code").join(stated, on="code", how="left").select("code", "region")
        lying: dict[str, set[str | None]] = {}
        for code, region in pl.concat([today, own]).iter_rows():
            for icb in self.boundaries.at(code):
                lying.setdefault(icb, set()).add(region)
        lying |= {icb: set() for icbs in self.boundaries.moves.values() for icb in icbs if icb not in lying}
        rows = [
            (icb, self.boundaries.regions.get(icb, next(iter(found)) if len(found) == 1 else None))
            for icb, found in lying.items()
        ]
        return pl.DataFrame(rows, schema=dict.fromkeys(("icb", "region"), pl.String), orient="row")

    @cached_property
    def _own_boards(self) -> pl.DataFrame:
        """The boards that only the estate knows: code, name."""
        import polars as pl

        stated = self.followed.things.filter(pl.col("role") == "icb").select("code", "name")
        named = self._parts("icb").select(code="parent").unique().with_columns(name=pl.lit(None, pl.String))
        both = pl.concat([stated, named]).unique("code", keep="first", maintain_order=True)
        return both.join(self.reference.boards.select("code"), on="code", how="anti").sort("code")

    def _parts(self, role: str) -> pl.DataFrame:
        """What the estate says organisations were part of on the day, in a role: organisation, parent."""
        import polars as pl

        day, told = self.day.isoformat(), self.followed.parts.filter(pl.col("role") == role)
        begun = pl.col("since").is_null() | (pl.col("since") <= day)
        held = told.filter(begun & (pl.col("until").is_null() | (pl.col("until") > day)))
        return held.select("organisation", "parent").unique().sort("organisation", "parent")

    @cached_property
    def _placed(self) -> pl.DataFrame:
        """Where each body lies: organisation, icb. A file goes before the estate, and the estate before ODS."""
        import polars as pl

        # A board that was divided says less of a body than ODS does, where ODS lists it.
        stated = self._by_estate.with_columns(sure=pl.len().over("organisation") == 1)
        certain, open_ = (stated.filter(pl.col("sure") == sure).drop("sure") for sure in (True, False))
        layers = (self._by_file, certain, self._by_reference, open_)
        found = layers[0]
        for each in layers[1:]:
            found = pl.concat([found, each.join(found.select("organisation").unique(), on="organisation", how="anti")])
        return found

    @property
    def _by_file(self) -> pl.DataFrame:
        """The organisations that a file names, and the practices of a sub-location it names."""
        import polars as pl

        boards = {*self.reference.boards["code"], *self._own_boards["code"]}
        rows = [(code, icb) for code, icbs in self.boundaries.moves.items() if code not in boards for icb in icbs]
        moved = pl.DataFrame(rows, schema=dict.fromkeys(("organisation", "icb"), pl.String), orient="row")
        under = self.reference.frame.select("code", "sub_icb").drop_nulls()
        practices = under.join(moved, left_on="sub_icb", right_on="organisation").select(organisation="code", icb="icb")
        return pl.concat([moved, practices.join(moved.select("organisation"), on="organisation", how="anti")])

    @property
    def _by_estate(self) -> pl.DataFrame:
        """What the estate states; a board of another day lies where that board went."""
        stated = self._parts("icb")
        here = self._own_boards.select(organisation="code", parent="code")
        told = stated.join(here.select("organisation"), on="organisation", how="anti").vstack(here)
        ways = self.across(told["parent"], self.as_of)
        return told.join(ways, left_on="parent", right_on="board").select("organisation", "icb").unique()

    @property
    def _by_reference(self) -> pl.DataFrame:
        """What ODS says: the board of the boundaries' day, or each that may be meant; a board lies in itself."""
        import polars as pl

        frame, day = self.reference.frame, self.boundaries.day
        boards = frame.filter(pl.col("kind") == "icb")["code"]
        here = self.reference.boards_on(day).select(board="code")
        found = self.reference.icbs_of(frame.filter(pl.col("kind") != "icb")["code"], day)
        several = pl.coalesce("icb", pl.when(pl.col("candidates") != "").then("candidates")).str.split(";")
        bodies = found.select(organisation="code", board=several).explode("board").drop_nulls()
        lying = self.across(bodies["board"], day)
        moved = bodies.join(lying, on="board").select("organisation", "icb").unique()
        # A board that stands on both days is the same body, whatever land it gained or lost.
        stayed = self.across(here["board"], day)
        went = self.across(boards.filter(~boards.is_in(here["board"].implode())), self.as_of)
        return pl.concat([moved, *(each.select(organisation="board", icb="icb") for each in (stayed, went))])

    @property
    def _own_regions(self) -> pl.DataFrame:
        """The region of a body by its own row: current, own_region. A region lies in itself."""
        import polars as pl

        stated = self._parts("region").select(current="organisation", own_region="parent")
        regions = self.followed.things.filter(pl.col("role") == "region").select(current="code", own_region="code")
        listed = self.reference.frame.select(current="code", own_region="region_code").drop_nulls()
        both = pl.concat([regions, stated, listed])
        return both.unique("current", keep="first", maintain_order=True)
