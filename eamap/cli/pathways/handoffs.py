"""Hand-offs as answers: what they rest on, their counts, and the refs that count and explain each again."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from eamap.analysis.pathways.gaps import Gaps, Scope
    from eamap.analysis.pathways.interop import Interop
    from eamap.cli.opening import Opened
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

SETS = ("pathways", "crosswalks", "standards", "capabilities", "products", "organisations")
PAIRS, HANDOFFS, UNDOCUMENTED, OPEN = "pairs", "handoffs", "undocumented", "open"
AS_JUDGED = "as judged"
WITH_STATEMENT = "kind:interface and has:statement"
_KEYS = ("step", "from_organisation", "to_organisation", "ics")


def gaps_of(opened: Opened, scope: Scope) -> Gaps:
    """Returns the hand-offs in scope, judged by what the FHIR checks find; UsageError for a code nobody knows."""
    from eamap.analysis.pathways.gaps import Gaps
    from eamap.interpret.geography import geography

    place = geography(scope.geography, opened.reading.as_of, opened.estate, opened.reference)
    found = Gaps(opened.on, place, _verdicts(opened), opened.reference, scope)
    _known(found, scope)
    return found


def interop_of(opened: Opened, boundaries: str | None = None) -> Interop:
    """Returns the adoption of standards, with what the FHIR checks found."""
    from eamap.analysis.pathways.ends import Ends
    from eamap.analysis.pathways.interop import Interop
    from eamap.interpret.geography import geography

    place = geography(boundaries, opened.reading.as_of, opened.estate, opened.reference)
    return Interop(Ends(opened.on, place, opened.reference), _verdicts(opened))


def _known(gaps: Gaps, scope: Scope) -> None:
    from eamap.errors import UsageError

    codes = gaps.ends.bodies["code"]
    boards = gaps.ends.bodies["icb"].drop_nulls().unique()
    for what, code, known in (
        ("ICS", scope.ics, boards),
        ("organisation", scope.origin, codes),
        ("organisation", scope.destination, codes),
    ):
        if code is not None and code not in known.to_list():
            raise UsageError(
                f"the estate knows no {what} {code!r} that is open on the day",
                hint="see: eamap query kind:organisation",
            )


def _verdicts(opened: Opened) -> pl.DataFrame | None:
    """Returns what the checks of statements found; where no interface names one there is nothing to run."""
    import polars as pl

    from eamap.analysis.pathways.worth import FAILING
    from eamap.cli.judging import judged

    interfaces = opened.on.things("interface")
    if "statement" not in interfaces.columns or not interfaces.filter(pl.col("statement").is_not_null()).height:
        return None
    return judged(opened, FAILING, WITH_STATEMENT).table


# Counts -------------------------------------------------------------------------------------------------------------


def tallies(gaps: Gaps) -> dict[str, Tally]:
    """Returns how many hand-offs have each answer, and of how many nobody can tell."""
    from eamap.analysis.pathways.gaps import NOT_IN_INVENTORY
    from eamap.model.results import Tally

    counts, scope = gaps.counts, str(gaps.scope)
    pairs = sum(n for answer, n in counts.items() if answer != NOT_IN_INVENTORY)
    every = pairs + counts[NOT_IN_INVENTORY]
    told = {
        answer.replace("_", " "): Tally(n, pairs, ref_to("gaps", answer, scope), ref_to("gaps", PAIRS, scope))
        for answer, n in counts.items()
        if answer != NOT_IN_INVENTORY
    }
    bare = _of(gaps, UNDOCUMENTED).height
    told["none known, where nothing is documented of one end"] = Tally(
        bare, counts["none_known"], ref_to("gaps", UNDOCUMENTED, scope), ref_to("gaps", "none_known", scope)
    )
    told["not in inventory: steps of a system of care with a role nobody fills"] = Tally(
        counts[NOT_IN_INVENTORY], every, ref_to("gaps", NOT_IN_INVENTORY, scope), ref_to("gaps", HANDOFFS, scope)
    )
    return told


def _of(gaps: Gaps, what: str) -> pl.DataFrame:
    """Returns the rows that a figure counts."""
    import polars as pl

    from eamap.analysis.pathways.gaps import GAPS, NONE_KNOWN, NOT_IN_INVENTORY

    rows = gaps.rows
    if what == HANDOFFS:
        return rows
    if what == PAIRS:
        return rows.filter(pl.col("answer") != NOT_IN_INVENTORY)
    if what == OPEN:
        return rows.filter(pl.col("answer").is_in(GAPS))
    if what == UNDOCUMENTED:
        return rows.filter((pl.col("answer") == NONE_KNOWN) & pl.col("undocumented"))
    return rows.filter(pl.col("answer") == what)


# Rows ---------------------------------------------------------------------------------------------------------------


def row_ref(row: dict[str, Any], scope: Scope, *more: str) -> str:
    """Returns the ref of one hand-off."""
    ends = (row["from_organisation"], row["to_organisation"]) if row["from_organisation"] else ("ics", row["ics"])
    asked = str(scope) if scope.least != 1 or scope.geography else "all"
    return ref_to("gap", row["step"], *ends, _parameters(scope) if asked != "all" else "all", *more)


def _parameters(scope: Scope) -> str:
    """Returns what of a scope decides what one row says: the flow that counts, and the boundaries."""
    from eamap.analysis.pathways.gaps import Scope as Asked

    return str(Asked(least=scope.least, geography=scope.geography))


def published(gaps: Gaps, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Returns rows as they are published, each with the refs that explain it."""
    from eamap.analysis.pathways.connections_of import connections

    told = []
    boards = dict(gaps.ends.bodies.select("code", "icb").iter_rows())
    for row in connections(gaps, rows).iter_rows(named=True):
        shown = {
            "pathway": row["pathway"], "pathway_name": row["pathway_name"], "step": row["step"], "step_name": row["step_name"],
            "from_role": row["from_role"], "from_organisation": row["from_organisation"] or _nobody(row, "from_role"), "to_role": row["to_role"],
            "to_organisation": row["to_organisation"] or _nobody(row, "to_role"), "ics": row["ics"] or _where(row, boards), "answer": row["answer"], "why": row["why"] or "verified",
            "standards": row["standards"], "verified": row["verified"], "route": row["route"] or "none",
            "through": row["through"], "interfaces": row["interfaces"], "volume": _volume(row),
            "volume_kind": row["volume_kind"], "cross_ics": row["crosses"],
        }  # fmt: skip
        own = row_ref(row, gaps.scope)
        refs = {"volume": row_ref(row, gaps.scope, "volume")} if row["volume"] is not None else {}
        if shown["ics"] in boards:
            refs["ics"] = f"organisation:{shown['ics']}"
        told.append({**shown, "ref": own, "refs": refs})
    return told


def _nobody(row: dict[str, Any], role: str) -> str:
    """Returns who stands at an end of a step with a role that nobody fills: nobody, or all who fill the other role."""
    return "not in inventory" if row[role] in row["missing"].split("; ") else "whoever fills it"


def _where(row: dict[str, Any], boards: dict[str, str | None]) -> str:
    """Returns the system of care of a pair; a national body is in that of the other end."""
    ends = [boards[row[end]] for end in ("from_organisation", "to_organisation")]
    if row["crosses"]:
        return " to ".join(end or "not known" for end in ends)
    return ends[0] or ends[1] or "not known"


def _volume(row: dict[str, Any]) -> int | float | None:
    """Returns a volume as it is known: what is observed is a whole number."""
    volume: float | None = row["volume"]
    return int(volume) if volume is not None and row["volume_kind"] == "observed" else volume


# Explanations -------------------------------------------------------------------------------------------------------


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of hand-offs; each scope is worked out once."""
    from eamap.analysis.pathways.gaps import read_scope

    held = cache(lambda text: gaps_of(opened, read_scope(text)))
    adopted = cache(partial(interop_of, opened))
    return {"gaps": partial(_count, held), "gap": partial(_one, held), "interop": partial(_adoption, adopted)}


def _adoption(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts the adoption of a standard again, and cites the interfaces."""
    from eamap.analysis.pathways.interop import COUNTS
    from eamap.errors import UsageError
    from eamap.model.refs import Evidence, Explanation
    from eamap.model.refs.evidence import cut

    del on
    by, where, key, what = ref.arguments
    found = held(None if where == AS_JUDGED else where)
    if key == "rows":
        rows = cut(found.adoption(by), what)
        return Explanation(str(ref), rows.height, f"rows of adoption by {by}", (), 0, rows.height)
    standard, _, count = what.partition(" ")
    if count not in COUNTS:
        raise UsageError(f"{count!r} is not counted", hint=f"counted are {', '.join(COUNTS)}")
    ids = found.behind(by, key, standard, count)
    shown = ids if within.limit is None else ids[: within.limit]
    estate = found.ends.on.estate
    field = "role" if count == "organisations" else "standard"
    cells = [Evidence(each, field, cell) for each in shown for cell in estate.cite(each, field)]
    meaning = f"{count.replace('_', ' ')} of {key} by {by}, for {standard}"
    return Explanation(str(ref), len(ids), meaning, _distinct(cells), len(ids) - len(shown), found.interfaces.height)


def _count(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Counts hand-offs again, and cites the ends of those counted."""
    from eamap.analysis.pathways.gaps import ANSWERS
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import cut

    del on
    what, scope, *part = ref.arguments
    if what not in (*ANSWERS, PAIRS, HANDOFFS, UNDOCUMENTED, OPEN):
        raise UsageError(
            f"no hand-off is {what!r}", hint=f"answers are {', '.join((*ANSWERS, PAIRS, HANDOFFS, UNDOCUMENTED, OPEN))}"
        )
    gaps = held(scope)
    rows = _of(gaps, what)
    if part:
        rows = cut(rows, part[0])
    shown = rows if within.limit is None else rows.head(within.limit)
    meaning = f"hand-offs that are {what.replace('_', ' ')}, over {scope}"
    cells = evidence_of(gaps, shown)
    return Explanation(str(ref), rows.height, meaning, cells, rows.height - shown.height, gaps.rows.height)


def evidence_of(gaps: Gaps, rows: pl.DataFrame) -> tuple[Evidence, ...]:
    """Returns the cells that make hand-offs of pairs of organisations: the rows of their ends."""
    return _distinct([cell for row in rows.iter_rows(named=True) for cell in _ends(gaps, row)])


def _connected(gaps: Gaps, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    from eamap.analysis.pathways.connections_of import connections

    yield from connections(gaps, rows).iter_rows(named=True)


def _one(held: Any, ref: Ref, on: EstateOn, within: Context) -> Explanation:
    """Answers one hand-off again, and cites the cells it rests on."""
    import polars as pl

    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    del on
    step, giver, taker, scope, *more = ref.arguments
    gaps = held(scope)
    ends = (
        (pl.col("ics") == taker)
        if giver == "ics"
        else (pl.col("from_organisation") == giver) & (pl.col("to_organisation") == taker)
    )
    rows = gaps.rows.filter((pl.col("step") == step) & ends)
    if not rows.height:
        raise UsageError(f"no hand-off {step} is asked of these two", hint="see: eamap gaps")
    row = next(_connected(gaps, rows))
    cells = list(_flows(gaps, row) if more else (*_behind(gaps, row), *_ends(gaps, row)))
    shown = cells if within.limit is None else cells[: within.limit]
    value = _volume(row) if more else _says(row)
    return Explanation(str(ref), value, _meaning(row), _distinct(shown), len(cells) - len(shown))


def _says(row: dict[str, Any]) -> str:
    told = [str(row["answer"]), row["why"] or "verified"]
    told += [f"standards {', '.join(row['standards'])}"] if row["standards"] else []
    told += [f"by {', '.join(row['interfaces'])}"] if row["interfaces"] else []
    told += [f"through {row['through']}"] if row["through"] else []
    return "; ".join([*told, f"step {row['step']} {row['step_name']}", row["pathway_name"]])


def _meaning(row: dict[str, Any]) -> str:
    ends = f"from {row['from_organisation']} ({row['from_role']}) to {row['to_organisation']} ({row['to_role']})"
    where = ends if row["from_organisation"] else f"in {row['ics']}, from {row['from_role']} to {row['to_role']}"
    return f"step {row['step']}, {row['step_name']}, {where}"


def _ends(gaps: Gaps, row: dict[str, Any]) -> Iterable[Evidence]:
    """Cites what makes the two a pair: the organisations' rows."""
    import polars as pl

    from eamap.model.refs import Evidence

    estate = gaps.on.estate
    parts = gaps.on.links("PART_OF").filter(pl.col("role") == "icb").collect()
    codes = [row["from_organisation"], row["to_organisation"]] if row["from_organisation"] else [row["ics"]]
    for code in codes:
        identifier = f"organisation:{code}"
        for field in ("pathway_roles", "role"):
            cells = gaps.on.estate.cite(identifier, field)
            if cells:
                yield from (Evidence(identifier, field, cell) for cell in cells)
                break
        links = parts.filter(pl.col("from") == identifier).unique(["source", "row"], maintain_order=True)
        for source, place, rule in links.select("source", "row", "rule").iter_rows():
            cells = estate.cells(source, place, rule, "PART_OF") if source in estate.parts else ()
            yield from (Evidence(identifier, "part of", cell) for cell in cells)


def _behind(gaps: Gaps, row: dict[str, Any]) -> Iterable[Evidence]:
    """Cites the interfaces and the system of a connection, and who holds the systems at their ends."""
    import polars as pl

    from eamap.model.refs import Evidence

    estate, on = gaps.on.estate, gaps.on
    systems = [row["through"]] if row["through"] else []
    for identifier in row["interfaces"]:
        for field in ("standard", "protocol", "exposer"):
            yield from (Evidence(identifier, field, cell) for cell in estate.cite(identifier, field))
        links = on.links("CONSUMES").filter(pl.col("to") == identifier).collect()
        for end, source, place, rule in links.select("from", "source", "row", "rule").iter_rows():
            yield from (
                Evidence(identifier, f"consumed by {end}", cell)
                for cell in estate.cells(source, place, rule, "CONSUMES")
            )
            systems.append(end)
        systems += on.things("interface").filter(pl.col("id") == identifier)["exposer"].drop_nulls().to_list()
    for system in sorted({each for each in systems if each.startswith("system:")}):
        yield from (Evidence(system, "operator", cell) for cell in estate.cite(system, "operator"))
        uses = on.links("USES").filter(pl.col("to") == system).collect().unique(["source", "row"], maintain_order=True)
        for source, place, rule in uses.select("source", "row", "rule").iter_rows():
            yield from (Evidence(system, "used by", cell) for cell in estate.cells(source, place, rule, "USES"))


def _flows(gaps: Gaps, row: dict[str, Any]) -> Iterable[Evidence]:
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence

    flows = gaps.on.things("flow")
    ends = (pl.col("origin") == f"organisation:{row['from_organisation']}") & (
        pl.col("destination") == f"organisation:{row['to_organisation']}"
    )
    for identifier in flows.filter(ends)["id"].to_list():
        yield from (Evidence(identifier, "volume", cell) for cell in gaps.on.estate.cite(identifier, "volume"))
    if row["volume_kind"] != "observed":
        file = gaps.geography.reference.facts.file("flows_by_specialty.parquet")
        yield Evidence(
            "",
            "volume",
            Citation("organisations/flows_by_specialty.parquet", file.sha256, "", 0, "pathways", "apportioned"),
        )


def _distinct(cells: list[Evidence]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(cells))
