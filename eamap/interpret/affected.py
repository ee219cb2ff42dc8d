"""Which components a vulnerability database says are affected: level 2, by CPE or purl and version.

Only a component whose source states an identifier (its field ``identifier``, or a text that is a CPE name or purl itself)
can be looked up: a name is never turned into a vendor. Each distinct identifier is judged once for each entry, and once
more for each company it keeps where an entry asks what it runs on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eamap.errors import UsageError
from eamap.matching.cpe import Name, is_cpe, name
from eamap.matching.criteria import Answer, Criterion, Node, affects
from eamap.matching.versions import Bound, compared, version
from eamap.reference.mirror import Entry, Mirror, purl_key, purl_version

if TYPE_CHECKING:
    import polars as pl

_BOUNDS = {"versionStartIncluding": ">=", "versionStartExcluding": ">", "versionEndIncluding": "<=", "versionEndExcluding": "<"}  # fmt: skip
COLUMNS = ("component", "cve", "entry", "holds", "why", "file")


def identifiers(components: pl.DataFrame) -> pl.DataFrame:
    """Returns ``id``, ``system`` and ``identifier`` of the components that have one."""
    import polars as pl

    stated = pl.col("identifier") if "identifier" in components.columns else pl.lit(None, dtype=pl.String)
    raw = pl.col("raw").str.strip_chars()
    own = pl.when(raw.str.to_lowercase().str.contains(r"^(cpe:2\.3:|cpe:/|pkg:)\S+$")).then(raw)
    found = components.select("id", "system", pl.coalesce(stated, own).alias("identifier"))
    return found.drop_nulls("identifier")


def affected(components: pl.DataFrame, mirror: Mirror, cve: str = "") -> pl.DataFrame:
    """Returns what a mirror says of components: COLUMNS; ``holds`` is null where it cannot be told. ``cve`` limits it to one.

    What is not affected is left out.
    """
    import polars as pl

    items = identifiers(components)
    names = {text: read for text in items["identifier"].unique().sort().to_list() if (read := _read(text))}
    entries = _entries(mirror, names.values(), cve)
    company = _company(items, names)
    rows = [row for text, read in names.items() for row in _judged(text, read, entries, company)]
    told = {"identifier": pl.String, "system": pl.String, "cve": pl.String, "entry": pl.String, "holds": pl.Boolean, "why": pl.String, "file": pl.String}  # fmt: skip
    found = pl.DataFrame(rows, schema=told, orient="row")
    anywhere, there = found.filter(pl.col("system").is_null()).drop("system"), found.drop_nulls("system")
    joined = [
        items.join(anywhere, on="identifier"),
        items.join(there, on=["identifier", "system"]),
    ]
    return pl.concat([each.rename({"id": "component"}).select(COLUMNS) for each in joined]).sort(COLUMNS[:3])


def _read(text: str) -> Name | str | None:
    """Returns a CPE name, or a purl as it is; nothing for what is neither, which cannot be looked up."""
    if is_cpe(text):
        try:
            return name(text)
        except UsageError:
            return None
    return text if purl_key(text) else None


def _entries(mirror: Mirror, read: Iterable[Name | str], cve: str) -> Mapping[str, list[Entry]]:
    keys = {_key(each) for each in read}
    found = mirror.by_key(keys)
    return {key: [each for each in found[key] if not cve or cve in each.cves] for key in found}


def _key(read: Name | str) -> str:
    return purl_key(read) if isinstance(read, str) else _cpe_key(read)


def _cpe_key(read: Name) -> str:
    written = str(read).removeprefix("cpe:2.3:").replace("\\:", "%3a")
    return ":".join(written.split(":")[:3])


def _company(items: pl.DataFrame, names: Mapping[str, Name | str]) -> dict[str, dict[str | None, tuple[Name, ...]]]:
    """Returns, for each identifier, the CPE names that stand on the systems it is on, by system."""
    import polars as pl

    beside: dict[str, list[Name]] = {}
    for system, text in (
        items.select("system", "identifier").drop_nulls().unique().sort("system", "identifier").iter_rows()
    ):
        if isinstance(read := names.get(text), Name):
            beside.setdefault(system, []).append(read)
    found: dict[str, dict[str | None, tuple[Name, ...]]] = {}
    for text, system in items.select("identifier", pl.col("system")).unique().iter_rows():
        found.setdefault(text, {})[system] = tuple(beside.get(system, ()))
    return found


Row = tuple[str, str | None, str, str, bool | None, str, str]


def _judged(
    text: str,
    read: Name | str,
    entries: Mapping[str, list[Entry]],
    company: Mapping[str, Mapping[str | None, tuple[Name, ...]]],
) -> Iterator[Row]:
    for entry in entries.get(_key(read), ()):
        if isinstance(read, str):
            answers: Iterable[tuple[str | None, Answer]] = [(None, _by_purl(entry.body, read))]
        else:
            answers = _by_cpe(nodes(entry.body), read, company[text])
        for system, answer in answers:
            if answer.holds is not False:
                for cve in entry.cves or (entry.id,):
                    yield text, system, cve, entry.id, answer.holds, answer.why, entry.file


def _by_cpe(
    configurations: Sequence[Node], item: Name, company: Mapping[str | None, tuple[Name, ...]]
) -> Iterator[tuple[str | None, Answer]]:
    if all(each.vulnerable for node in configurations for each in node.every):
        yield None, _any([affects(node, item, ()) for node in configurations])
        return
    for system, beside in company.items():
        # A component of no system runs on nothing that is known.
        yield system, _any([affects(node, item, beside) for node in configurations])


def _any(answers: Sequence[Answer]) -> Answer:
    found = (each for wanted in (True, None) for each in answers if each.holds is wanted)
    return next(found, Answer(False, "nothing is named"))


# What the publishers write ----------------------------------------------------------------------------------------


def nodes(configurations: Sequence[Mapping[str, Any]]) -> tuple[Node, ...]:
    """Returns NVD's configurations as nodes; one of them is enough."""
    return tuple(_node(each) for each in configurations)


def _node(stated: Mapping[str, Any]) -> Node:
    below = tuple(_node(each) for each in (*(stated.get("nodes") or ()), *(stated.get("children") or ())))
    criteria = tuple(_criterion(each) for each in stated.get("cpeMatch") or ())
    # Nodes side by side without a word are alternatives.
    return Node(str(stated.get("operator") or "OR"), criteria, below, bool(stated.get("negate")))


def _criterion(stated: Mapping[str, Any]) -> Criterion:
    bounds = tuple(Bound(sign, str(stated[key])) for key, sign in _BOUNDS.items() if stated.get(key))
    return Criterion(name(str(stated["criteria"])), bounds, bool(stated.get("vulnerable", True)))


def _by_purl(body: Sequence[Mapping[str, Any]], purl: str) -> Answer:
    stated = purl_version(purl)
    mine = [each for each in body if purl_key(str((each.get("package") or {}).get("purl") or "")) == purl_key(purl)]
    if not stated:
        return Answer(None, "the inventory does not say which version")
    return _any([_by_package(each, stated) for each in mine])


def _by_package(package: Mapping[str, Any], stated: str) -> Answer:
    if stated in (package.get("versions") or ()):
        return Answer(True, f"version {stated} is named")
    ranges = [each for each in package.get("ranges") or () if each.get("type") in ("SEMVER", "ECOSYSTEM")]
    return _any([_within(each, stated) for each in ranges])


def _within(stated_range: Mapping[str, Any], stated: str) -> Answer:
    semver = stated_range.get("type") == "SEMVER"
    item = version(stated, semver=semver)
    if item is None:
        return Answer(None, f"{stated} has no order")
    inside, told = False, ""
    for event in stated_range.get("events") or ():
        for kind, limit in event.items():
            other = version(str(limit), semver=semver)
            if other is None:
                return Answer(None, f"{limit} has no order")
            order = compared(item, other)
            if kind == "introduced" and order >= 0:
                inside, told = True, f"from {limit}"
            elif (kind in ("fixed", "limit") and order >= 0) or (kind == "last_affected" and order > 0):
                inside = False
            elif kind in ("fixed", "last_affected") and inside:
                told += f", {kind.replace('_', ' ')} {limit}"
    return Answer(inside, f"version {stated} is {told}" if inside else f"version {stated} is outside")
