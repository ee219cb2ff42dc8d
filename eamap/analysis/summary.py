"""The estate on one page, for people who have no time: what there is, what is known, what stands out, what is not known.

Every figure stands beside the number it is a share of and a ref that counts it again. What no check has judged reads
"not assessed"; there is no list of worst organisations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from eamap.model.estate import Estate
from eamap.model.refs import Context, Ref, resolve
from eamap.model.results import Column, Result, Tally
from eamap.model.selector import EstateOn

NOT_ASSESSED = "not assessed"
LIVE = "kind:system and status:live and environment:production"
VARIED = 3
"""Capabilities listed for their variety of products."""

_BARE = Context(limit=0)
"""The number alone: eamap explain shows the rows behind it."""

Judged = Callable[[str, str], Tally | None]
"""Gives the tally of a check's verdicts ("fail", "pass|fail"), or None where the check was not run."""


@dataclass(frozen=True, slots=True)
class _Line:
    topic: str
    says: str
    n: str
    of: str
    """Refs of the number and of what it is a share of."""


_STATED = (
    _Line("What there is", "organisations that run a system in this inventory, of the organisations it speaks of",
          "distinct(operator; kind:system)", "count(kind:organisation)"),
    _Line("What there is", "systems in live production use, of all systems listed", f"count({LIVE})", "count(kind:system)"),
    _Line("What there is", "suppliers of those systems, of all suppliers named", f"distinct(supplier; {LIVE})", "distinct(supplier; kind:system)"),
    _Line("What there is", "connection points between systems that follow FHIR, of all listed",
          "count(kind:interface and protocol:fhir)", "count(kind:interface)"),
    _Line("How much is known", "systems of which it is known whether they are in live production use: both status and environment",
          "count(kind:system and status:* and environment:*)", "count(kind:system)"),
    _Line("How much is known", "systems whose supplier is known", "count(kind:system and supplier:*)", "count(kind:system)"),
    _Line("How much is known", "systems for which it is known or inferred what they do", "count(kind:system and capability:*)", "count(kind:system)"),
    _Line("How much is known", "connection points that name a standard eamap knows", "count(kind:interface and standard:*)", "count(kind:interface)"),
)  # fmt: skip

_JUDGED = (
    (
        "Needs attention",
        "components past their vendor's support, of those matched exactly to a product and release",
        "LIF001",
        "fail",
        "pass|fail",
    ),
    (
        "Needs attention",
        "claims to a standard that is retired or deprecated, of those whose status is known",
        "INT001",
        "fail",
        "pass|fail",
    ),
    ("Needs attention", "capability statements that cannot be read, of those given", "FHR001", "fail", "pass|fail"),
    ("Needs attention", "values on which sources disagree; both are kept", "INV004", "fail", "pass|fail"),
    ("Needs attention", "mentions of a system or body that is not in the inventory", "INV005", "fail", "pass|fail"),
    (
        "Not known",
        "components whose support nobody can tell from what is written: unknown, not fine",
        "LIF001",
        "unknown",
        "pass|fail|unknown",
    ),
    (
        "Not known",
        "FHIR connection points without a capability statement to read",
        "FHR001",
        "unknown",
        "pass|fail|unknown",
    ),
)


def summary(
    estate: Estate, as_of: date, judged: Judged | None, reference: Mapping[str, Mapping[str, object]]
) -> Result:
    """Returns the summary: rows of topic, number, denominator, what it says; ``judged`` gives the verdicts of checks.

    Without ``judged`` (the public profile) nothing is said of findings.
    """
    on = EstateOn(estate, as_of)
    rows = [_row(line.topic, line.says, _counted(on, line)) for line in _STATED]
    if judged is not None:
        rows += [_judged_row(judged, *line) for line in _JUDGED]
    rows += [_row("Do once?", says, tally) | {"relation": "over"} for says, tally in _variety(on)]
    columns = (Column("topic", "Topic"), Column("n", "How many"), Column("of", "Of"), Column("says", "What"))
    return Result("summary", as_of, estate.version, columns, rows, reference=dict(reference))


def _judged_row(judged: Judged, topic: str, says: str, check: str, verdicts: str, among: str) -> dict[str, object]:
    n, of = judged(check, verdicts), judged(check, among)
    return _row(topic, says, Tally(n.n, of.n, n.ref, of.ref) if n and of else None)


def _counted(on: EstateOn, line: _Line) -> Tally:
    return Tally(_number(on, line.n), _number(on, line.of), _canonical(line.n), _canonical(line.of))


def _canonical(text: str) -> str:
    from eamap.model.refs import parse_ref

    return str(parse_ref(text))


def _number(on: EstateOn, ref: str) -> int:
    value = resolve(ref, on, context=_BARE).value
    return value if isinstance(value, int) else 0


def _row(topic: str, says: str, tally: Tally | None) -> dict[str, object]:
    if tally is None:
        return {"topic": topic, "n": NOT_ASSESSED, "of": NOT_ASSESSED, "says": says}
    return {
        "topic": topic,
        "n": tally.n,
        "of": tally.of,
        "says": says,
        "ref": tally.ref,
        "refs": {"n": tally.ref, "of": tally.of_ref},
    }


def _variety(on: EstateOn) -> list[tuple[str, Tally]]:
    """Returns the capabilities with the most different products, and how many organisations run them for it."""
    import polars as pl

    systems = on.things("system").filter((pl.col("status") == "live") & (pl.col("environment") == "production"))
    sure = on.links("REALISES").filter(pl.col("certainty").is_in(["stated", "inferred"])).collect()
    products = on.links("INSTANCE_OF").select(pl.col("from"), pl.col("to").alias("product")).collect()
    used = sure.join(systems.select(pl.col("id").alias("from"), "operator"), on="from").join(products, on="from")
    counted = used.group_by("to").agg(pl.col("product").n_unique(), pl.col("operator").n_unique())
    names = on.things("capability").select(pl.col("id").alias("to"), "name")
    ranked = counted.join(names, on="to").sort(["product", "to"], descending=[True, False])
    found = []
    for capability, _, _, name in ranked.head(VARIED).rows():
        selector = f"{LIVE} and capability:{capability.removeprefix('capability:')}"
        refs = [str(Ref("distinct", (field, selector))) for field in ("product", "operator")]
        refs = [_canonical(ref) for ref in refs]
        n, of = (_number(on, ref) for ref in refs)
        found.append(
            (f"different products for {name}, over the organisations that run it", Tally(n, of, refs[0], refs[1]))
        )
    return found
