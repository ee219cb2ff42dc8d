"""Asks where an alert hits: what is asked, the counts with their denominators, and the refs that explain both."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eamap.cli.numbers import ref
from eamap.cli.opening import Opened

if TYPE_CHECKING:
    import polars as pl

    from eamap.analysis.where import Question, Search
    from eamap.model.refs import Context, Evidence, Explanation, Ref
    from eamap.model.refs.evidence import Resolver
    from eamap.model.results import Tally
    from eamap.model.selector import EstateOn

ALERT = "alert:"
LISTED = "listed"
SCANNED = "component that a scanner reported on"
IDENTIFIED = "component with an identifier"
EXPOSED = "affected component exposed to the internet"
UNSTATED = "affected component, exposure not stated"
SEARCHED = "searched organisation"
CONTEXT = "component, listed product (context only)"
EXPLOITED, ASKED = "vulnerability listed as exploited", "vulnerability asked for"
REACHABLE = "reached by failure"
_KINDS = ("component", "system", "organisation")
REACHED = {"systems_in_reach": "system", "organisations_in_reach": "organisation", "capabilities_in_reach": "capability",
           "pathways_in_reach": "pathway"}  # fmt: skip


def said(product: str, cve: str, alert: Path | None) -> str:
    """Returns the question in the one text that its refs carry; UsageError unless exactly one thing is asked."""
    from eamap.errors import UsageError

    given = [product, cve.strip().upper(), f"{ALERT}{alert}" if alert else ""]
    asked = [each for each in given if each]
    if len(asked) != 1:
        raise UsageError(
            "ask one thing: a product with its versions, --cve or --alert", hint="eamap where 'mirth connect < 4.4.1'"
        )
    return asked[0]


def question(text: str, reference: Path | None) -> Question:
    """Reads the question again from that text."""
    from eamap.analysis.where import Question
    from eamap.errors import UsageError
    from eamap.interpret.alerts import CVE, read_alert
    from eamap.matching.versions import constraint

    if text.startswith(ALERT):
        alert = read_alert(Path(text.removeprefix(ALERT)), reference)
        return Question(text, alert.products, alert.cves, alert.open_versions)
    if text.upper().startswith("CVE-"):
        if not CVE.fullmatch(text):
            raise UsageError("this is no CVE id", hint="write it as CVE-2021-44228", where=text)
        return Question(text, cves=(text.upper(),))
    return Question(text, (constraint(text),))


def searching(opened: Opened, text: str, mirror: Path | None = None) -> Search:
    """Returns the search for a question on the estate that is open."""
    from eamap.analysis.where import Search
    from eamap.errors import UsageError
    from eamap.reference.mirror import Mirror

    asked, cache = question(text, opened.reference), opened.cache
    if mirror is not None and not asked.cves:
        raise UsageError(
            "a mirror is asked about a CVE, and none is given", hint="leave out --mirror, or ask with --cve"
        )
    held = Mirror(mirror, cache) if mirror else None
    return Search(opened.on, asked, opened.reference, held, cache)


def where_ref(text: str, what: str, mirror: Path | None) -> str:
    """Returns the ref of one number of an answer, or of one row of it."""
    return ref("where", text, what, *([str(mirror)] if mirror else []))


def counts(search: Search, mirror: Path | None, *, reach: bool = False) -> dict[str, Tally]:
    """Returns how much is affected, undecided, and never looked at, each of how many."""
    from eamap.model.results import Tally

    text = search.question.said
    found = {
        f"{answer} {kind}": _ids(search, f"{answer} {kind}") for answer in ("affected", "undecided") for kind in _KINDS
    }
    found |= {name: _ids(search, name) for name in (EXPOSED, UNSTATED)}
    if search.question.cves:
        found |= {name: _ids(search, name) for name in (SCANNED, CONTEXT)}
    if search.mirror is not None:
        found |= {IDENTIFIED: _ids(search, IDENTIFIED)}
    affected = (found["affected component"].len(), where_ref(text, "affected component", mirror))
    tallies = {}
    for name, ids in found.items():
        of, of_ref = affected if name in (EXPOSED, UNSTATED) else _whole(search, _kind(name), mirror)
        tallies[name] = Tally(ids.len(), of, where_ref(text, name, mirror), of_ref)
    if search.question.cves:
        refs = (where_ref(text, what, mirror) for what in (EXPLOITED, ASKED))
        tallies[EXPLOITED] = Tally(search.exploited().height, len(search.question.cves), *refs)
    return tallies | (_reachable(search, mirror) if reach else {})


def _kind(what: str) -> str:
    return next(each for each in _KINDS if each in what)


def _whole(search: Search, kind: str, mirror: Path | None) -> tuple[int, str]:
    if kind == "organisation":
        return search.searched().len(), where_ref(search.question.said, SEARCHED, mirror)
    return len(search.on.things(kind)), ref("count", f"kind:{kind}")


def _reachable(search: Search, mirror: Path | None) -> dict[str, Tally]:
    """Returns how much a failure of all that is affected would touch, of how much there is."""
    from eamap.model.results import Tally

    kinds = dict(search.reached().group_by("kind").len().iter_rows())
    return {
        f"{kind} {REACHABLE}": Tally(
            int(kinds.get(kind, 0)), len(search.on.things(kind)),
            where_ref(search.question.said, f"{kind} {REACHABLE}", mirror), ref("count", f"kind:{kind}"),
        )
        for kind in ("system", "capability", "pathway")
    }  # fmt: skip


def _ids(search: Search, what: str) -> pl.Series:
    import polars as pl

    if what in (SCANNED, IDENTIFIED):
        return search.looked_at() if what == SCANNED else search.identified()
    simple = {SEARCHED: search.searched, CONTEXT: search.of_listed_products}
    if what in simple:
        return simple[what]()
    if what.endswith(REACHABLE):
        return search.reached().filter(pl.col("kind") == what.split(maxsplit=1)[0])["id"].sort()
    if what in (EXPOSED, UNSTATED):
        affected = search.told("affected", "component")
        table = search.on.things("component").filter(pl.col("id").is_in(affected.implode()))
        test = pl.col("internet_exposed") == "yes" if what == EXPOSED else pl.col("internet_exposed").is_null()
        return table.filter(test)["id"].sort()
    answer, _, kind = what.rpartition(" ")
    return search.told(answer, kind)


def rows(search: Search, mirror: Path | None, limit: int, *, reach: bool) -> list[dict[str, Any]]:
    """Returns the rows of the answer, each with the refs of what stands in it."""
    from eamap.analysis.where_rows import detailed

    text = search.question.said
    described = set(search.on.things("system")["id"].to_list())
    return [
        {**row, **(_reach(search.on, row["id"]) if reach else {}), "ref": where_ref(text, row["id"], mirror),
         "refs": _refs(row, where_ref(text, row["id"], mirror), described, reach=reach)}
        for row in detailed(search).head(limit).iter_rows(named=True)
    ]  # fmt: skip


def _reach(on: EstateOn, identifier: str) -> dict[str, int]:
    from eamap.model.graph import impact

    kinds = dict(impact(on, identifier).group_by("kind").len().iter_rows())
    return {column: int(kinds.get(kind, 0)) for column, kind in REACHED.items()}


def _refs(row: Mapping[str, Any], own: str, described: Container[str], *, reach: bool) -> dict[str, str]:
    from eamap.analysis.where_rows import NOT_STATED

    identifier, system = row["id"], row["system"]
    refs = dict.fromkeys(("text", "version", "asked", "why", "cves", "known_exploited"), own) | {"id": identifier}
    if row["organisation"] != NOT_STATED:
        refs["organisation"] = row["organisation"]
    if system in described:
        refs |= {"system": system, "name": ref("field", system, "name"), "owner": ref("field", system, "owner_role")}
    elif system != NOT_STATED:
        refs["system"] = ref("field", identifier, "system")
    if row["hosts"] != NOT_STATED:
        refs["hosts"] = ref("field", identifier, "count")
    if reach:
        refs |= {column: ref("impact", identifier, kind) for column, kind in REACHED.items()}
    return refs


# Explaining -------------------------------------------------------------------------------------------------------


def resolvers(opened: Opened) -> dict[str, Resolver]:
    """Returns what answers the refs of alerts."""
    searches: dict[tuple[str, ...], Search] = {}
    return {"where": partial(_where, opened, searches)}


def _where(
    opened: Opened, searches: dict[tuple[str, ...], Search], asked: Ref, on: EstateOn, within: Context
) -> Explanation:
    """Asks again, and cites the rows that the number or the answer came from."""
    import polars as pl

    from eamap.model.refs import Explanation
    from eamap.model.refs.evidence import of_searched, of_things

    text, what, *mirror = asked.arguments
    key = (text, *mirror)
    if key not in searches:
        searches[key] = searching(opened, text, Path(mirror[0]) if mirror else None)
    search = searches[key]
    if ":" in what:
        return _row(search, asked, what)
    if what in (EXPLOITED, ASKED):
        return _listed(search, asked, what)
    if what.startswith(LISTED):
        shown = int(what.rpartition(" ")[2])
        ids = pl.concat([search.told(each, "component") for each in ("affected", "undecided")])
        listed = search.answers.filter(pl.col("answer") != "not affected").sort("answer", "id")["id"].slice(shown)
        cited = listed if within.limit is None else listed.head(within.limit)
        meaning = f"things that {text} is about, or that cannot be told of, after the first {shown}"
        return Explanation(
            str(asked), listed.len(), meaning, tuple(of_things(on, cited)), listed.len() - cited.len(), ids.len()
        )
    ids = _ids(search, what)
    cited = ids if within.limit is None else ids.head(within.limit)
    kind = what.split()[0] if what.endswith(REACHABLE) else _kind(what)
    # An organisation may be known by no more than its code in the rows of its systems.
    searched, sources = of_searched(on, {"system", "component"} if kind == "organisation" else {kind})
    evidence = tuple(of_things(on, cited)) or sources
    return Explanation(str(asked), ids.len(), f"{what}, for {text}", evidence, ids.len() - cited.len(), searched)


def _listed(search: Search, asked: Ref, what: str) -> Explanation:
    """Explains how many vulnerabilities are asked for, or how many of them are on the list."""
    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence, Explanation

    told = [(cve, "asked for") for cve in search.question.cves]
    value = len(told)
    if what == EXPLOITED:
        entries = search.exploited()
        value = entries.height
        told = [(row["cve"], f"listed {row['date_added']}") for row in entries.iter_rows(named=True)] or told
    rows = tuple(Evidence("", what, Citation("exploited/entries.parquet", "", "", 0, cve, says)) for cve, says in told)
    return Explanation(str(asked), value, f"how many: {what}", rows, searched=len(search.question.cves))


def _row(search: Search, asked: Ref, identifier: str) -> Explanation:
    """Explains one row: the cells it was judged by, the vulnerabilities reported on it, what the list says of them."""
    from eamap.errors import UsageError
    from eamap.model.refs import Explanation

    found = search.answers.filter(search.answers["id"] == identifier).to_dicts()
    if not found:
        raise UsageError(f"the question is not about {identifier}", hint="see: eamap where", where=str(asked))
    row = found[0]
    meaning = f"{identifier} is {row['answer']} ({row['sure']}): {row['why']}"
    return Explanation(str(asked), row["answer"], meaning, tuple(_evidence(search, row)), searched=1)


def _evidence(search: Search, row: Mapping[str, Any]) -> Iterator[Evidence]:
    import polars as pl

    from eamap.model.citations import Citation
    from eamap.model.refs import Evidence
    from eamap.reference import exploited

    estate, identifier = search.on.estate, row["id"]
    fields = ("raw", "identifier") if identifier.startswith("component:") else ("product", "product_version", "name")
    for name in fields:
        if name in search.on.things(identifier.partition(":")[0]).columns:
            yield from (Evidence(identifier, name, cell) for cell in estate.cite(identifier, name))
    cves = row["cves"].split("; ")
    reports = search.on.things("vulnerability").filter((pl.col("component") == identifier) & pl.col("cve").is_in(cves))
    for each in reports.sort("id")["id"]:
        yield from (Evidence(each, name, cell) for name in ("cve", "reported") for cell in estate.cite(each, name))
    entries = exploited.load(search.reference).entries.filter(pl.col("cve").is_in(cves))
    for entry in entries.iter_rows(named=True):
        told = f"{entry['vendor']} {entry['product']}, listed {entry['date_added']}"
        yield Evidence("", "exploited", Citation("exploited/entries.parquet", "", "", 0, entry["cve"], told))
    if search.mirror is not None:
        for each in (each for cve in cves if cve for each in search.mirror.by_cve(cve)):
            yield Evidence("", "mirror", Citation(each.file, "", "", 0, each.id, row["why"]))
