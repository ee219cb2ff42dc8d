"""Reads the organisations of the NHS in England: who had which code on which day, and under which board.

Codes are three to six characters and may be five also for trusts and boards (G6V2S, Z9B2Z): no pattern is assumed.
``open_date`` and ``close_date`` are the first and the last day open; null is an open bound. Boards are dated: 42 from
July 2022, 36 from April 2026. Before that there are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.reference import sets
from eamap.reference.bodies import Board, Kind, Organisation, Suggestion
from eamap.reference.memory import remembered
from eamap.reference.succession import Resolution, Succession, resolve

if TYPE_CHECKING:
    import polars as pl

SET = "organisations"
_COLUMNS = (
    "code",
    "name",
    "kind",
    "trust_type",
    "region_code",
    "icb",
    "icb_before_2026",
    "sub_icb",
    "postcode",
    "open_date",
    "close_date",
    "file",
)
# Letters and digits that people mistake for one another when they type a code.
_LOOKALIKE = str.maketrans("OQILSBZG", "00115826")


@remembered
def load(folder: Path | None = None) -> Organisations:
    """Opens the set; nothing is read before it is asked for."""
    return Organisations(folder)


class Organisations:
    """The organisations and what became of them."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._boards_by_day: dict[date, frozenset[str]] = {}
        self._bodies: dict[str, Organisation] = {}

    @property
    def facts(self) -> sets.SetFacts:
        """The birth certificate of the set."""
        return sets.facts(SET, self._folder)

    def table(self, file: str) -> pl.DataFrame:
        """Reads one file of the set as it is."""
        return sets.read(SET, file, self._folder)

    @cached_property
    def trusts(self) -> pl.DataFrame:
        """The 274 English trusts, open and closed, with type, legal form, region and board."""
        return self.table("trusts.csv")

    @cached_property
    def boards(self) -> pl.DataFrame:
        """Every integrated care board with ``valid_from`` and ``valid_until`` (the first day it no longer exists)."""
        return self.table("icbs.csv")

    @cached_property
    def sub_icb_places(self) -> pl.DataFrame:
        """Which successor a sub-location of a divided board went to: code, board, successor, place, confidence, source."""
        return self.table("sub_icb_places.csv")

    @cached_property
    def providers(self) -> pl.DataFrame:
        """Incomplete pathways of April 2026 by trust: organisation, pathways, crossing (from another board than its own)."""
        import polars as pl

        numbers = (pl.col(name).cast(pl.Int64) for name in ("pathways", "crossing"))
        return self.table("cross_icb_by_trust.csv").select(pl.col("trust").alias("organisation"), *numbers)

    @cached_property
    def catchment(self) -> pl.DataFrame:
        """Share of each trust's activity by board of 2022: trust, icb, icb_ons_code, share (0 to 1)."""
        import polars as pl

        return self.table("catchment.csv").with_columns(pl.col("share").cast(pl.Float64))

    @cached_property
    def flows(self) -> pl.DataFrame:
        """Incomplete pathways of April 2026: commissioner, provider (boards), specialty, specialty_name, pathways."""
        return self.table("flows_by_specialty.parquet")

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All organisations in one table by code, with the kind and the file each comes from."""
        import polars as pl

        boards = self.boards.with_columns(
            open_date="valid_from",
            # A board is listed with the first day without it; every other table with the last day open.
            close_date=pl.col("valid_until").str.to_date().dt.offset_by("-1d").dt.to_string("%Y-%m-%d"),
        )
        parts = [
            _part(self.trusts, "trust", "trusts.csv"),
            _part(self.table("other_trusts.csv"), "other-trust", "other_trusts.csv"),
            _part(boards, "icb", "icbs.csv"),
            _part(self.table("commissioners.csv"), "commissioner", "commissioners.csv"),
            _part(self.table("gp_practices.parquet"), "gp-practice", "gp_practices.parquet"),
        ]
        both = pl.concat(parts, how="diagonal").unique("code", keep="first", maintain_order=True)
        known = both["icb"].is_in(self.boards["code"].implode())
        return both.with_columns(icb=pl.when(known).then(pl.col("icb"))).select(_COLUMNS).sort("code")

    @cached_property
    def names(self) -> pl.DataFrame:
        """Every name by which a body is listed, earlier ones included: name, code, kind, current (bool)."""
        import polars as pl

        earlier = self.trusts.select(
            name="previous_name", code="code", kind=pl.lit("trust"), current=False
        ).drop_nulls()
        own = self.frame.select("name", "code", "kind", current=True)
        return pl.concat([own, earlier], how="vertical_relaxed").sort("code", "name")

    @cached_property
    def successions(self) -> pl.DataFrame:
        """Who took over from whom, trusts and boards: predecessor, successor, date, extent, part, confidence, source."""
        import polars as pl

        return pl.concat([self.table("trust_succession.csv"), self.table("icb_lineage.csv")])

    def boards_on(self, on: date) -> pl.DataFrame:
        """The boards that exist on a day; none before they were established."""
        import polars as pl

        day = pl.lit(on.isoformat())
        until = pl.col("valid_until")
        return self.boards.filter((pl.col("valid_from") <= day) & (until.is_null() | (day < until)))

    def get(self, code: str) -> Organisation | None:
        """Returns the organisation of a code, or None for a code that no table lists."""
        return self._body(clean_code(code))

    def resolve(self, code: str, on: date) -> Resolution:
        """Says who stands for a code on a day: itself, its successor (through all steps), or several."""
        return resolve(clean_code(code), on, self._days, self._successions)

    def resolve_all(self, codes: pl.Series, on: date) -> pl.DataFrame:
        """Resolves a column of codes, each distinct one once: code, outcome, current, candidates, route (``A>B>C``)."""
        import polars as pl

        found = [(code, self.resolve(code, on)) for code in codes.drop_nulls().unique().sort().to_list()]
        rows = [(code, each.outcome, each.current, ";".join(each.candidates), _route(each)) for code, each in found]
        schema = {
            "code": pl.String,
            "outcome": pl.String,
            "current": pl.String,
            "candidates": pl.String,
            "route": pl.String,
        }
        return pl.DataFrame(rows, schema=schema, orient="row")

    def icb_of(self, code: str, on: date) -> Board:
        """Says under which board an organisation was on a day (for a trust: that of its headquarters).

        A body whose board was divided has candidates and no answer, unless the table of sub-locations says where it went. A closed code is asked for the last board that is
        known of it; resolve it first if its successor is meant.
        """
        body = self.get(code)
        cleaned = clean_code(code)
        if body is None:
            return Board(cleaned, on, None, (), "unknown-code")
        valid = self._boards_on(on)
        if not valid:
            return Board(cleaned, on, None, (), "no-boards-yet")
        if body.kind == "icb":
            return Board(
                cleaned, on, cleaned if cleaned in valid else None, (), "itself" if cleaned in valid else "none"
            )
        for stated in (body.icb_before_2026, body.icb):
            if stated in valid and (stated == body.icb or on < self._boards_changed):
                return Board(cleaned, on, stated, (), "stated")
        if body.icb is None:
            return Board(cleaned, on, None, (), "none")
        moved = self.resolve(body.icb, on)
        if moved.outcome == "succeeded":
            return Board(cleaned, on, moved.current, (), "by-succession")
        placed = self._places_of(body) & set(moved.candidates)
        if len(placed) == 1:
            return Board(cleaned, on, placed.pop(), (), "by-sub-icb")
        return Board(cleaned, on, None, moved.candidates, "divided" if moved.candidates else "none")

    @cached_property
    def _icb_of(self) -> Callable[[str, date], Board]:
        """:meth:`icb_of`, remembered: whoever compares boundaries asks for the same bodies on the same day."""
        return cache(self.icb_of)

    def icbs_of(self, codes: pl.Series, on: date) -> pl.DataFrame:
        """Gives the board of each distinct code of a column: code, icb, basis, candidates."""
        import polars as pl

        found = [(code, self._icb_of(code, on)) for code in codes.drop_nulls().unique().sort().to_list()]
        rows = [(code, each.icb, each.basis, ";".join(each.candidates)) for code, each in found]
        return pl.DataFrame(rows, schema=dict.fromkeys(("code", "icb", "basis", "candidates"), pl.String), orient="row")

    def suggest(self, code: str, on: date) -> tuple[Suggestion, ...]:
        """Suggests codes for one that is closed or unknown: its successors, or codes that look alike. Never assigned."""
        cleaned = clean_code(code)
        resolution = self.resolve(cleaned, on)
        if resolution.outcome == "open":
            return ()
        if resolution.candidates:
            return tuple(
                self._suggestion(each, f"took over from {cleaned}: {_route(resolution)}")
                for each in resolution.candidates
            )
        alike = self._lookalikes.get(cleaned.translate(_LOOKALIKE), ()) if resolution.outcome == "unknown" else ()
        return tuple(self._suggestion(each, f"looks like {cleaned}") for each in alike)

    def _suggestion(self, code: str, reason: str) -> Suggestion:
        body = self.get(code)
        return Suggestion(code, body.name if body else "", reason)

    def _places_of(self, body: Organisation) -> set[str]:
        """The boards to which the sub-location of a practice, or a sub-location itself, is known to have gone."""
        return {self._sub_icb_places[code] for code in (body.code, body.sub_icb) if code in self._sub_icb_places}

    @cached_property
    def _sub_icb_places(self) -> dict[str, str]:
        return dict(self.sub_icb_places.select("code", "successor").iter_rows())

    def _days(self, code: str) -> tuple[date | None, date | None] | None:
        body = self._body(code)
        return None if body is None else (body.opened, body.closed)

    def _boards_on(self, on: date) -> frozenset[str]:
        if on not in self._boards_by_day:
            self._boards_by_day[on] = frozenset(self.boards_on(on)["code"].to_list())
        return self._boards_by_day[on]

    @cached_property
    def _boards_changed(self) -> date:
        """The day on which the boards of the lineage table took over."""
        return date.fromisoformat(min(self.table("icb_lineage.csv")["date"].to_list()))

    @cached_property
    def _lookalikes(self) -> dict[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for code in self._places:
            found[code.translate(_LOOKALIKE)].append(code)
        return {key: tuple(codes) for key, codes in found.items()}

    def _body(self, code: str) -> Organisation | None:
        # Thousands of practices are listed and a handful is asked for: each is made when it is.
        if code not in self._bodies and code in self._places:
            self._bodies[code] = _organisation(self.frame.row(self._places[code], named=True))
        return self._bodies.get(code)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.frame["code"].to_list())}

    @cached_property
    def _successions(self) -> dict[str, tuple[Succession, ...]]:
        found: defaultdict[str, list[Succession]] = defaultdict(list)
        for row in self.successions.iter_rows(named=True):
            found[row["predecessor"]].append(Succession(**(row | {"date": date.fromisoformat(row["date"])})))
        return {code: tuple(steps) for code, steps in found.items()}


def clean_code(code: str) -> str:
    """Writes a code as ODS does: trimmed, upper case."""
    return code.strip().upper()


def _part(frame: pl.DataFrame, kind: Kind, file: str) -> pl.DataFrame:
    import polars as pl

    return frame.select(pl.col(name) for name in _COLUMNS if name in frame.columns).with_columns(
        kind=pl.lit(kind), file=pl.lit(file)
    )


def _organisation(row: dict[str, Any]) -> Organisation:
    days = (date.fromisoformat(text) if text else None for text in (row.pop("open_date"), row.pop("close_date")))
    opened, closed = days
    return Organisation(opened=opened, closed=closed, **row)


def _route(resolution: Resolution) -> str:
    return ">".join([resolution.code, *(step.successor for step in resolution.route)]) if resolution.route else ""
