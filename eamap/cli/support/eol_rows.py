"""The answers of eamap eol: a list of components, a roll-up of groups, or the figures to report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref, refs_by, refs_of
from eamap.cli.support.components import NOBODY, SETS, asked_of, percent, shares
from eamap.model.results import Column, Omitted, Result, Tally
from eamap.model.support import WORDS, Status

if TYPE_CHECKING:
    from datetime import date

    import polars as pl

    from eamap.analysis.support.in_use import InUse
    from eamap.analysis.support.kpis import Kpi
    from eamap.cli.opening import Opened

SHOWN = 200
_STANDING = ("label", "eol_best", "eol_worst", "extended_end", "days", "product", "cycle", "candidates", "link", "rule", "tokens",
             "missing", "ends_means")  # fmt: skip
_STATED = ("raw", "count", "last_seen")
_COLUMNS = (
    Column("operator", "Organisation"), Column("system_name", "System"), Column("component", "Component"), Column("raw", "As listed"),
    Column("label", "Product and release"), Column("says", "Status"), Column("case", "By then"), Column("eol_best", "Ends, best case"),
    Column("eol_worst", "Ends, worst case"), Column("days", "Days past"), Column("entitlement", "Entitlement"),
    Column("own_end", "Own plan"), Column("count", "How many"),
)  # fmt: skip
NONE = "none on record"


def listing(opened: Opened, selector: str, by: date, *, whole: bool) -> Result:
    """Returns the components that are past their support or will be by a day; without ``whole`` the first of them."""
    from eamap.analysis.support.eol import ending
    from eamap.reference import support

    held = asked_of(opened, selector)
    found = ending(held, by, support.load(opened.reference).days("seen-lately"))
    shown = found if whole else found.head(SHOWN)
    rows = _rows(held, shown, whole=whole)
    left = found.height - len(rows)
    after = ref("ending", by.isoformat(), "certain|possible", held.selector, f"after {len(rows)}")
    omitted = Omitted(left, "listed by --format csv or json", after) if left else Omitted()
    counts = _by_then(held, found, by) | shares(held)
    return _result(opened, _COLUMNS, rows, counts, omitted)


def _by_then(held: InUse, found: pl.DataFrame, by: date) -> dict[str, Tally]:
    cases = dict(found.group_by("case").len().rows())
    of = ref("support", "all", held.selector)
    return {
        f"{case} by {by.isoformat()}": Tally(
            cases.get(case, 0), held.n(), ref("ending", by.isoformat(), case, held.selector), of
        )
        for case in ("certain", "possible")
    }


def _rows(held: InUse, shown: pl.DataFrame, *, whole: bool) -> list[dict[str, Any]]:
    """Returns a row a component; for people one ref explains all of it, for programs each cell has its own."""
    decisions = {row["hash"]: row for row in held.on.estate.decisions.iter_rows(named=True)}
    rows = [_row(row, decisions) for row in shown.iter_rows(named=True)]
    return rows if whole else [_briefly(row) for row in rows]


def _briefly(row: dict[str, Any]) -> dict[str, Any]:
    """Gives a row one ref; only the end of a plan keeps its own, because a cell may write that day in another way."""
    refs = {name: where for name, where in row["refs"].items() if name == "own_end"}
    return {**row, "ref": ref("standing", row["component"], "all"), "refs": refs}


def _row(row: dict[str, Any], decisions: dict[str, dict[str, Any]]) -> dict[str, Any]:
    component, proof, override = row["id"], decisions.get(row["entitlement"]), decisions.get(row["override"])
    told = {"operator": row["operator"], "system": row["system"], "system_name": row["system_name"], "component": component,
            **{name: row[name] for name in ("raw", "layer", "host_class", "count", "internet_exposed", "last_seen", "stale")},
            "environment": row["environment"], "status": row["status"], "says": row["says"], "case": row["case"],
            **{name: row[name] for name in _STANDING}, "confidence": row["confidence"],
            "entitlement": _proof(proof) if proof else NONE, "override": _changed(override) if override else NONE,
            "own_end": row["own_end"], "own_end_kind": row["own_end_kind"], "owner_role": row["owner_role"]}  # fmt: skip
    refs = refs_of("field", component, [name for name in _STATED if row[name] is not None])
    refs |= refs_of("standing", component, [name for name in _STANDING if row[name] is not None])
    refs |= {"entitlement": f"decision:{row['entitlement']}"} if proof else {}
    refs |= {"override": f"decision:{row['override']}"} if override else {}
    return {**told, "ref": component, "refs": refs | _refs_of_system(row)}


def _refs_of_system(row: dict[str, Any]) -> dict[str, str]:
    component, system = row["id"], row["system"]
    refs = refs_of("field", component, [name for name in ("operator", "system") if row[name]])
    # A component may name a system that nobody lists.
    if system and row["system_listed"]:
        stated = refs_of("field", system, ("name", "owner_role"))
        refs |= {"system_name": stated["name"], "owner_role": stated["owner_role"]}
        if row["operator"] and not row["own_operator"]:
            refs["operator"] = ref("field", system, "operator")
        if row["own_end"]:
            refs["own_end"] = ref("field", system, row["own_end_kind"])
    return refs


def _proof(row: dict[str, Any]) -> str:
    return f"{row['value'] or row['evidence'] or 'no reference'} ({row['field'] or 'payer not stated'}) until {row['expires']}"


def _changed(row: dict[str, Any]) -> str:
    return f"{row['field']} {row['value']} by {row['who']}: {row['reason']}"


def rolled_up(opened: Opened, selector: str, by: str) -> Result:
    """Returns a row a group in the order of ids, the worst state named, never summed."""
    from eamap.analysis.support.groups import names_of
    from eamap.analysis.support.rollup import COUNTED, rollup

    held = asked_of(opened, selector)
    table = rollup(held, by)
    names = names_of(held, by, table["group"])
    counted = ("systems", "components", *COUNTED)
    rows = []
    for row in table.iter_rows(named=True):
        group = row["group"] or NOBODY
        told = {name: row[name] for name in counted}
        told |= {"software": row["software"], "coverage": percent(row["judged"], row["software"])}
        refs = refs_by("rolled-up", told, by, group, held.selector)
        own = _ref_of_group(by, group, names, row["example"])
        rows.append({"group": group, "name": names.get(group, group), "worst": row["worst"],
                     "says": WORDS[Status(row["worst"])], **told, "ref": own, "refs": refs})  # fmt: skip
    columns = (Column("group", by.capitalize()), Column("name", "Name"), Column("says", "Worst state"), Column("systems", "Systems"),
               Column("components", "Components"), *(Column(name, name.replace("_", " ").capitalize()) for name in COUNTED),
               Column("coverage", "Judged, per cent"))  # fmt: skip
    return _result(opened, columns, rows, shares(held))


def _ref_of_group(by: str, group: str, names: dict[str, str], example: str) -> str:
    """Returns the id of a group that the estate holds; for another, the cell that names it."""
    if group in names or group == NOBODY:
        return group if group in names else example
    columns = {"org": "operator", "system": "system"}
    return ref("field", example, columns[by]) if by in columns else ref("standing", example, "identity")


def figures(opened: Opened, selector: str) -> Result:
    """Returns the figures to report, each with what it is a share of and what nobody knows."""
    from eamap.analysis.support.kpis import Kpis

    held = asked_of(opened, selector)
    rows = [_figure(each, held.selector) for each in Kpis(held).every]
    columns = (Column("says", "What"), Column("n", "How many"), Column("of", "Of"), Column("percent", "Per cent"),
               Column("unknown", "Not known"))  # fmt: skip
    return _result(opened, columns, rows, shares(held))


def _figure(kpi: Kpi, selector: str) -> dict[str, Any]:
    row: dict[str, Any] = {"name": kpi.name, "says": kpi.says}
    if kpi.counted is None or kpi.among is None:
        return row | dict.fromkeys(("n", "of", "percent", "unknown"), "not assessed")
    n, of = kpi.counted.len(), kpi.among.len()
    share = percent(n, of)
    told = {"n": n, "of": of, "percent": "none listed" if share is None else share}
    told |= {"unknown": "not asked" if kpi.unknown is None else kpi.unknown.len()}
    refs = {name: ref("kpi", kpi.name, name, selector) for name, value in told.items() if isinstance(value, int)}
    return {**row, **told, "ref": refs["n"], "refs": refs}


def _result(
    opened: Opened,
    columns: tuple[Column, ...],
    rows: list[dict[str, Any]],
    counts: dict[str, Tally],
    omitted: Omitted | None = None,
) -> Result:
    used = opened.used(*SETS)
    return Result("eol", opened.reading.as_of, opened.estate.version, columns, rows, counts, used, omitted or Omitted())
