"""Where organisations lie, as answers: rows, counts and the refs that give them again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.analysis.geography.flow_figures import PLACES
from eamap.cli.geography.flowing import geography_of
from eamap.cli.numbers import ref as ref_to
from eamap.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from eamap.cli.opening import Opened
    from eamap.interpret.geography import Geography
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

EVERY = "*"
_ROW = "row"
_NUMBERS = ("patient_share", "patient_icbs", "unplaced")


def codes_of(opened: Opened, known: Geography, asked: tuple[str, ...]) -> pl.Series:
    """Returns the codes that were asked for, else those of the estate, else the trusts that are open on the day."""
    import polars as pl

    if asked:
        return pl.Series("code", [code.strip().upper().removeprefix("ORGANISATION:") for code in asked], pl.String)
    if opened.store.versions():
        estate = opened.estate
        # An operator that nobody lists is an organisation all the same.
        named = [estate.things("organisation")["id"], estate.things("system")["operator"].alias("id")]
        return pl.concat(named).drop_nulls().unique().str.strip_prefix("organisation:").alias("code")
    day = opened.reading.as_of.isoformat()
    begun = pl.col("open_date").is_null() | (pl.col("open_date") <= day)
    return known.reference.trusts.filter(begun & (pl.col("close_date").is_null() | (pl.col("close_date") >= day)))[
        "code"
    ]


def rows_of(table: pl.DataFrame, known: Geography) -> list[dict[str, Any]]:
    """Returns the rows of an answer about organisations, each with its refs."""
    asked = _asked(known)
    rows = []
    for row in table.iter_rows(named=True):
        told = {name: round(value, PLACES) if isinstance(value, float) else value for name, value in row.items()}
        refs = {name: ref_to("located", row["organisation"], asked, name) for name in _NUMBERS}
        rows.append(
            {**told, "geography": known.name, "ref": ref_to("located", row["organisation"], asked, _ROW), "refs": refs}
        )
    return rows


def _asked(known: Geography) -> str:
    return str(known.boundaries.file) if known.boundaries.file else known.name


def counts(table: pl.DataFrame, known: Geography, asked: tuple[str, ...]) -> dict[str, Tally]:
    """Returns how many organisations are placed, and for how many patients and headquarters say different boards."""
    from eamap.model.results import Tally

    codes = "|".join(sorted({code.strip().upper() for code in asked})) or EVERY
    n = {name: figure.height for name, figure in _figures(table).items()}
    ref = {name: ref_to("located", codes, _asked(known), name) for name in n}
    return {
        "under a known board": Tally(n["placed"], n["all"], ref["placed"], ref["all"]),
        "followed to a successor": Tally(n["followed"], n["all"], ref["followed"], ref["all"]),
        "most patients from another board than that of the headquarters": Tally(n["other"], n["shares"], ref["other"], ref["shares"]),
        "most patients from a board that cannot be told": Tally(n["untold"], n["shares"], ref["untold"], ref["shares"]),
    }  # fmt: skip


def _figures(table: pl.DataFrame) -> dict[str, pl.DataFrame]:
    import polars as pl

    from eamap.analysis.geography.located import OTHER, UNPLACED

    return {
        "all": table,
        "placed": table.filter(pl.col("icb").is_not_null()),
        "followed": table.filter(pl.col("outcome").is_in(["succeeded", "split"])),
        "shares": table.filter(pl.col("agrees").is_not_null()),
        "other": table.filter(pl.col("agrees") == OTHER),
        "untold": table.filter(pl.col("agrees") == UNPLACED),
    }


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of where organisations lie."""
    return {"located": partial(_located, opened, cache(partial(geography_of, opened)))}


def _located(opened: Opened, again: Callable[[str], Geography], ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Works out again where an organisation lies, or counts organisations, and cites what that rests on."""
    from eamap.analysis.geography.located import located
    from eamap.model.refs import Explanation

    which, boundaries, name = ref.arguments
    known = again(boundaries)
    asked = () if which == EVERY else tuple(which.split("|"))
    table = located(known, codes_of(opened, known, asked))
    figures = _figures(table)
    if name in figures:
        rows = _cited(figures[name] if within.limit is None else figures[name].head(within.limit), known, on)
        left = max(figures[name].height - len({row.id for row in rows}), 0)
        return Explanation(str(ref), figures[name].height, f"organisations: {name}", rows, left, table.height)
    if table.height != 1 or (name != _ROW and name not in table.columns):
        raise UsageError(f"nothing is known of {name!r} of {which}", hint="see: eamap geography CODE")
    value = which if name == _ROW else table[name][0]
    value = round(value, PLACES) if isinstance(value, float) else value
    return Explanation(
        str(ref), value, f"{name} of {which} under the boundaries {known.name}", _cited(table, known, on), 0, 1
    )


def _cited(table: pl.DataFrame, known: Geography, on: EstateOn) -> tuple[Evidence, ...]:
    """Returns, for each organisation, the rows of the estate that state it and what the reference data says of it."""
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence
    from eamap.model.refs.evidence import of_things

    version = known.reference.facts.version
    stated = pl.Series("id", [f"organisation:{code}" for code in table["organisation"]], pl.String)
    found = list(of_things(on, stated))
    for row in table.iter_rows(named=True):
        identifier = f"organisation:{row['organisation']}"
        for name in (
            "name",
            "route",
            "icb",
            "candidates",
            "region",
            "patient_icb",
            "patient_share",
            "patient_icbs",
            "unplaced",
        ):
            if row[name] not in (None, ""):
                cell = Citation(f"reference/organisations {version}", "", known.name, 0, name, str(row[name]))
                found.append(Evidence(identifier, name, cell))
    return tuple(found)
