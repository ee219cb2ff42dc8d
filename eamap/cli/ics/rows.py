"""The ICS sheet: what one system of care is offered, has to comply with and may choose, and how it stands, as rows.

Every row has the same shape: a section, what it is about, what is told, a value with what it is a share of, and words. So
one sheet is a table, a page, a workbook and a document for a program alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from eamap.cli.ics.sheet import BODY, NO_INDEX, NO_SHARE, NONE, NONE_KNOWN, NOT_COUNTED, Figure, IcsSheet, Row
from eamap.cli.numbers import ref as ref_to

if TYPE_CHECKING:
    pass

SETS = (
    "capabilities",
    "crosswalks",
    "doonce",
    "lifecycle",
    "organisations",
    "pathways",
    "products",
    "standards",
    "support",
)
OFFERED, COMPLY, FREE, GAPS, LEGACY, ALIKE, ONCE = (
    "offered nationally",
    "to comply with",
    "free to choose",
    "gaps",
    "legacy",
    "convergence",
    "do once",
)
SECTIONS: dict[str, str] = {
    OFFERED: "What is run or provided once for England today, as the capability model and the list of national services have it. "
             "Beside it, in how many organisations of this ICS something live does the same.",
    COMPLY: "Standards that the registry says are mandated, in the registry's own words, with their status on the day. Beside each, "
            "how many of this ICS's interfaces in use claim it; an interface that states no standard is unknown, and counts in the total.",
    FREE: "Capabilities without a national component. What is chosen for them still has to meet the standards above.",
    GAPS: "Hand-offs of the care pathways with an end in this ICS, by answer. Gaps are: non conformant, other means, none known.",
    LEGACY: "Components past or near the end of their vendor's support, of the systems that the organisations of this ICS operate "
            "or use, and how much of the inventory can be judged at all.",
    ALIKE: "Whether the organisations of this ICS have the same for the same capability: instances beyond what the model expects, and the "
           "convergence index (0: no more alike than chance, 1: one product; below 0: less alike than chance).",
    ONCE: "Every capability for which the do-once method finds a level above the single organisation, over all organisations of the estate, "
          "and what this ICS has put on record about it. No position is no consent.",
}  # fmt: skip
"""The sections of the sheet in order, and what each says."""
NO_POSITION = "no position recorded"
_CAPABILITY = "capability:"
PRODUCTS, EXTRA, CONVERGENCE = "different products", "instances beyond what is expected", "convergence index"
_ABOVE = ("ICS", "region", "nation")


def rows_of(sheet: IcsSheet) -> list[Row]:
    """Returns all rows, in the order of the sections."""
    makers: dict[str, Callable[[IcsSheet], Iterator[Row]]] = {
        OFFERED: _offered, COMPLY: _comply, FREE: _free, GAPS: _gaps, LEGACY: _legacy, ALIKE: _alike, ONCE: _once,
    }  # fmt: skip
    return [{"section": section, **row} for section, make in makers.items() for row in make(sheet)]


def _row(
    key: str,
    name: str,
    what: str,
    figure: Figure | str,
    says: str | None,
    own: str,
    more: Mapping[str, str] | None = None,
) -> Row:
    """Returns one row; ``own`` explains the row and the words of it, ``figure`` its number."""
    refs = {"key": own, "name": own, "says": own, **(more or {})}
    value, of = (figure, None) if isinstance(figure, str) else (figure.value, figure.of)
    if not isinstance(figure, str):
        refs["value"] = figure.ref
        if of is not None:
            refs["of"] = figure.of_ref
    return {
        "key": key,
        "name": name,
        "what": what,
        "value": value,
        "of": NO_SHARE if of is None else of,
        "says": says or "not stated",
        "ref": own,
        "refs": refs,
    }


def _having(sheet: IcsSheet, code: str) -> Figure | str:
    """Returns how many organisations of the ICS have something live for a capability, of those that have anything live."""
    row = sheet.alike.get(code)
    if row is None:
        return NONE_KNOWN
    every = next(name for name in sheet.tallies_of_market if name.startswith("organisations in"))
    tally = sheet.tallies_of_market[every]
    return Figure(row["organisations"], sheet.market.ref("converge", "organisations", code), tally.n, tally.ref)


def _offered(sheet: IcsSheet) -> Iterator[Row]:
    import polars as pl

    from eamap.reference import crosswalks

    for row in sheet.leaves.filter(pl.col("national_component_kind") != NONE).iter_rows(named=True):
        own = f"{_CAPABILITY}{row['id']}"
        yield _row(row["id"], row["name"], f"national {row['national_component_kind']}", _having(sheet, row["id"]),
                   row["national_component_today"], ref_to("offered", row["id"]), {"name": own, "key": own})  # fmt: skip
    services = crosswalks.load(sheet.opened.reference).pathway_services
    known = (
        services.filter(pl.col("kind") == "national")
        .unique("service_id", keep="first", maintain_order=True)
        .sort("service_id")
    )
    for row in known.iter_rows(named=True):
        asks = (row["interface_registry_id"] or "").replace("|", ", ")
        own = ref_to("offered", row["service_id"])
        yield _row(
            row["service_id"],
            row["name"],
            "national service",
            NOT_COUNTED,
            f"interface standards: {asks or 'none in the registry'}",
            own,
        )


def _comply(sheet: IcsSheet) -> Iterator[Row]:
    from eamap.cli.ics.refs import MANDATED, mandates

    for row, status, says in mandates(sheet.opened):
        own, named = ref_to(MANDATED, row["id"]), f"standard:{row['id']}"
        told = sheet.adoption(row["id"], row["wire"])
        yield _row(
            row["id"],
            row["title"],
            str(status.status).replace("_", " "),
            told,
            says,
            own,
            {"key": named, "name": named},
        )


def _free(sheet: IcsSheet) -> Iterator[Row]:
    import polars as pl

    for row in sheet.leaves.filter(pl.col("national_component_kind") == NONE).iter_rows(named=True):
        own = f"{_CAPABILITY}{row['id']}"
        pace = (row["pace_layer"] or "not stated").replace("_", " ")
        says = f"instances expected: {row['instances_per_org'] or 'not stated'}; pace: {pace}"
        yield _row(row["id"], row["name"], "no national component", _having(sheet, row["id"]), says, own)


def _gaps(sheet: IcsSheet) -> Iterator[Row]:
    from dataclasses import replace

    import polars as pl

    from eamap.analysis.pathways.gaps import ANSWERS, NOT_IN_INVENTORY
    from eamap.cli.pathways.handoffs import HANDOFFS, PAIRS, gaps_of

    rows = gaps_of(sheet.opened, sheet.scope).rows
    named = (
        rows.select("pathway", "pathway_name")
        .unique("pathway")
        .sort(pl.col("pathway").str.extract(r"(\d+)").cast(pl.Int64), "pathway")
    )
    for pathway, name in named.iter_rows():
        scope = str(replace(sheet.scope, pathway=pathway))
        mine = rows.filter(pl.col("pathway") == pathway)
        pairs = mine.filter(pl.col("answer") != NOT_IN_INVENTORY).height
        for answer in ANSWERS:
            missing = answer == NOT_IN_INVENTORY
            of, of_ref = (mine.height, HANDOFFS) if missing else (pairs, PAIRS)
            n = mine.filter(pl.col("answer") == answer).height
            if not of:
                continue
            figure = Figure(n, ref_to("gaps", answer, scope), of, ref_to("gaps", of_ref, scope))
            says = (
                "steps with a role that nobody in the inventory fills"
                if missing
                else "of the pairs that should exchange"
            )
            yield _row(pathway, name, answer.replace("_", " "), figure, says, f"pathway:{pathway}")


def _legacy(sheet: IcsSheet) -> Iterator[Row]:
    from eamap.analysis.support.measures import MEASURES, PACKS
    from eamap.cli.registers.figures import tally
    from eamap.cli.registers.made import Registers

    registers = Registers(sheet.opened)
    ids = registers.ids(sheet.selector)
    for name in PACKS["caf"]:
        found = tally(registers, name, sheet.selector, ids)
        figure = Figure(found.n, found.ref, found.of, found.of_ref)
        yield _row(name, MEASURES[name].says, "count", figure, "unknown counts in the total", found.ref)


def _alike(sheet: IcsSheet) -> Iterator[Row]:
    names = sheet.market.names("capability")
    for code, row in sheet.alike.items():
        own = sheet.market.ref("converge", "ids", code)
        named = {"key": row["capability"], "name": row["capability"]}
        for measure, figure, words in _likenesses(sheet, code, row):
            yield _row(code, names.get(row["capability"], code), measure, figure, words, own, named)


def _likenesses(sheet: IcsSheet, code: str, row: Row) -> Iterator[tuple[str, Figure | str, str]]:
    """Yields how alike the organisations are in one capability: what is measured, the figure, and what it is of."""
    yield (
        PRODUCTS,
        _likeness(sheet, code, row, "products", "organisations"),
        "among its organisations with a known product",
    )
    if row["extra"] is not None:
        expected = f"expected: {row['instances'] or 'not stated'}"
        yield EXTRA, _likeness(sheet, code, row, "extra", "systems"), expected
    if row["convergence"] is None:
        yield CONVERGENCE, NO_INDEX, "nothing to compare with"
    else:
        yield CONVERGENCE, _likeness(sheet, code, row, "convergence"), "against chance"


def _likeness(sheet: IcsSheet, code: str, row: Row, name: str, of: str = "") -> Figure:
    from eamap.cli.market.asked import rounded

    more = (row[of], sheet.market.ref("converge", of, code)) if of else (None, "")
    return Figure(rounded(row[name]), sheet.market.ref("converge", name, code), *more)


def _once(sheet: IcsSheet) -> Iterator[Row]:
    from eamap.cli.doonce.rows import in_words
    from eamap.cli.doonce.running import run_of, wanted
    from eamap.cli.doonce.settings import WORDS, Settings, figure_ref

    settings = Settings(geography=sheet.geography or "")
    run = run_of(sheet.opened, settings)
    for found in run.assess(wanted(run, (), "")):
        if found.level not in _ABOVE:
            continue
        own = f"{_CAPABILITY}{found.capability}"
        modes, model, level = (
            figure_ref(found.capability, path + WORDS, settings) for path in ("modes", "operating_model", "level")
        )
        what = f"{found.level}: {in_words('modes', found.figure('modes'))}"
        position, said = _position(sheet, found, settings)
        case = Figure(in_words("D", found.figure("D")), figure_ref(found.capability, f"D{WORDS}", settings))
        yield _row(
            found.capability,
            found.name,
            what,
            case,
            position,
            level,
            {"key": own, "name": own, "what": modes, "says": said or model},
        )


def _position(sheet: IcsSheet, found: Any, settings: Any) -> tuple[str, str]:
    """Returns what the ICS, or an organisation in it, put on record about a candidate, and the ref of that."""
    from eamap.cli.doonce.settings import WORDS, figure_ref

    mine = {sheet.code, *(each.removeprefix(BODY) for each in sheet.members)}
    told = [(place, each) for place, each in enumerate(found.dissent) if each.organisation in mine]
    if not told:
        return NO_POSITION, ""
    words = "; ".join(f"{each.organisation} disagrees ({each.date}, {each.who}): {each.reason}" for _, each in told)
    return words, figure_ref(found.capability, f"dissent.{told[0][0]}{WORDS}", settings)
